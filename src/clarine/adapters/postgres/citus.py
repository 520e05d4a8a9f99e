"""Spreading the schema over many machines with Citus: what each table is distributed by, and the statements that say so.

GROUPS and REFERENCE are the one place for it; tests/migration compares them with the schema, its keys and every query.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from clarine.adapters.postgres.reaching import connect, reaching
from clarine.domain.errors import Conflict

SHARDS: Final = 128


@dataclass(frozen=True, slots=True)
class Group:
    """Tables with the same *key*: rows of one key lie on one machine, so that their joins and transactions are local."""

    key: str
    tables: tuple[str, ...]


GROUPS: Final = (
    Group(
        "person_id",
        ("person", "inbox", "device", "conversation", "consent", "message", "change", "receipt", "pair", "report",
         "priced_conversation"),
    ),
    Group(
        "business_id",
        (
            "business", "phone_number", "number_registration", "setting", "short_link", "upload_session", "assigned_user",
            "template", "flow", "flow_key", "catalogue", "product",
            "wallet", "journal", "service_allowance", "known_key", "refusal", "subscription",
            "sending", "reached", "pace", "complaint", "heard", "template_rest", "shut_out", "outbox", "notice",
            "notice_waiting", "notice_attempt", "campaign", "campaign_recipient", "campaign_lane", "campaign_outcome",
            "pacing", "held", "volume",
        ),
    ),
    Group("phone", ("phone_directory", "sign_in_code")),
    Group("owner_id", ("media",)),
)  # fmt: skip

#: Small tables that every machine holds whole, so that a join with them is local everywhere.
REFERENCE: Final = ("house", "sweep", "staff", "staff_session", "account_directory", "access_token", "schema_migration")

_SPREAD_ALREADY: Final = "SELECT logicalrel::text FROM pg_dist_partition"


def statements(*, shards: int = SHARDS) -> Iterator[tuple[str, str]]:
    """(table, statement) for each table, in an order that Citus takes: reference tables, then each group from its first."""
    for table in REFERENCE:
        yield table, f"SELECT create_reference_table('{table}')"
    for group in GROUPS:
        first, *others = group.tables
        yield (
            first,
            f"SELECT create_distributed_table('{first}', '{group.key}', colocate_with => 'none', shard_count => {shards})",
        )
        for table in others:
            yield table, f"SELECT create_distributed_table('{table}', '{group.key}', colocate_with => '{first}')"


async def spread(url: str, *, shards: int = SHARDS) -> list[str]:
    """Declare every table of the migrated database at *url* that is not declared yet; their names.

    Raises Conflict (``no_citus``) when the database has no Citus, Unavailable when there is no server.
    """
    with reaching():
        connection = await connect(url)
        try:
            async with connection.transaction():
                if not await connection.fetchval("SELECT to_regclass('pg_dist_partition') IS NOT NULL"):
                    raise Conflict("this database has no Citus: CREATE EXTENSION citus first", code="no_citus")
                known = {row[0] for row in await connection.fetch(_SPREAD_ALREADY)}
                left = [(table, statement) for table, statement in statements(shards=shards) if table not in known]
                for _, statement in left:
                    await connection.execute(statement)
            return [table for table, _ in left]
        finally:
            await connection.close()
