"""One transaction: every part of the store's door over one connection."""

from __future__ import annotations

from clarine.adapters.postgres.account import AccountQueries
from clarine.adapters.postgres.business import BusinessQueries
from clarine.adapters.postgres.campaign import CampaignQueries
from clarine.adapters.postgres.catalogue import CatalogueQueries
from clarine.adapters.postgres.charges import ChargeQueries
from clarine.adapters.postgres.console import ConsoleQueries
from clarine.adapters.postgres.facts import FactQueries
from clarine.adapters.postgres.flows import FlowQueries
from clarine.adapters.postgres.house import HouseQueries
from clarine.adapters.postgres.limits import LimitQueries
from clarine.adapters.postgres.notify import NotifyQueries
from clarine.adapters.postgres.pacing import PacingQueries
from clarine.adapters.postgres.people import PeopleQueries
from clarine.adapters.postgres.sandbox import SandboxQueries
from clarine.adapters.postgres.sync import SyncQueries
from clarine.adapters.postgres.writes import WriteQueries


class PostgresTransaction(
    FactQueries,
    WriteQueries,
    NotifyQueries,
    SyncQueries,
    PeopleQueries,
    BusinessQueries,
    AccountQueries,
    ConsoleQueries,
    HouseQueries,
    FlowQueries,
    CatalogueQueries,
    LimitQueries,
    CampaignQueries,
    PacingQueries,
    ChargeQueries,
    SandboxQueries,
):
    """Implements ports.store.Transaction."""
