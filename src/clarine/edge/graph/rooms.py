"""What every call of this edge is given: the house, its gathered verbs, and the edge's own short memories."""

from __future__ import annotations

from dataclasses import dataclass

from clarine.edge.graph.callers import Callers
from clarine.flow.house import House
from clarine.flow.uploads import LinkedMedia
from clarine.flow.verbs import Verbs
from clarine.ports.exchange import Exchange
from clarine.ports.http import Http
from clarine.ports.sender import Sender


@dataclass(frozen=True, slots=True)
class Rooms:
    """*sender* brings verification codes to numbers; without one no code can be asked for.

    *exchange* asks the endpoints of flows.
    """

    house: House
    verbs: Verbs
    http: Http
    callers: Callers
    linked: LinkedMedia
    sender: Sender | None = None
    exchange: Exchange | None = None

    @property
    def refuse_now(self) -> bool:
        """Whether policy refusals are answered at once (settings: errors_mode)."""
        return self.house.settings.errors_mode == "sync"
