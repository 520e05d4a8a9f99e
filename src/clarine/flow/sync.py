"""What a device missed since its cursor: one read for many devices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clarine.flow.house import House
from clarine.ports.records import StreamEvent

EVENTS_MAX = 500


@dataclass(frozen=True, slots=True)
class Missed:
    """A device's question: what came after seq *after*? At most *limit* events."""

    person_id: int
    after: int
    limit: int = EVENTS_MAX


async def sync(house: House, batch: Sequence[Missed]) -> list[list[StreamEvent]]:
    """The next events for each device, in order, without gaps."""
    async with house.store.single() as tx:
        return await tx.events_after([(item.person_id, item.after, min(item.limit, EVENTS_MAX)) for item in batch])
