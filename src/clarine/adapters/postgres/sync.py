"""What devices fetch."""

from __future__ import annotations

from collections.abc import Sequence

from clarine.adapters.postgres.connected import Connected, columns
from clarine.adapters.postgres.facts import message_state
from clarine.ports.records import ChangeRow, StreamEvent


class SyncQueries(Connected):
    """Implements ports.store.SyncRows."""

    async def events_after(self, keys: Sequence[tuple[int, int, int]]) -> list[list[StreamEvent]]:
        found: list[list[StreamEvent]] = [[] for _ in keys]
        numbered = [(index, *key) for index, key in enumerate(keys)]
        for record in await self.connection.fetch(self.sql.events_after, *columns(numbered, 4)):
            if record["type"] is None:
                event = StreamEvent(record["seq"], record["at"], message_state(record))
            else:
                names = ("person_id", "seq", "type", "business_id", "body", "at")
                event = StreamEvent(record["seq"], record["at"], ChangeRow(**{name: record[name] for name in names}))
            found[record["ord"]].append(event)
        return found
