"""The farm's registry: which collar is on which animal from when, what each last said, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clarine_herd.registry import INTERVAL_MIN, Collar, with_silence
from clarine_herd.store.minutes import touch_since
from clarine_herd.store.tables import Tables, query

#: What was heard longer ago than this is no longer looked up.
HEARD_BACK = timedelta(days=8)

#: A device, the animal it goes onto (empty: off), and when.
Putting = tuple[str, str, datetime]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One payload that was refused, with its first bytes."""

    received_at: datetime
    topic: str
    reason: str
    detail: str
    body: bytes


class Collars(Tables):
    """The collars of one farm."""

    async def set_zone(self, zone: str) -> None:
        """Where the farm's clock is, like Asia/Kolkata."""
        await self.execute("set_zone", zone)

    async def zone(self) -> ZoneInfo:
        """Where the farm's clock is."""
        rows = await self.fetch("zone_of")
        return ZoneInfo(rows[0]["zone"] if rows else "UTC")

    async def farm_ids(self) -> list[int]:
        """The farm's number, as a list of one."""
        rows = await self.pool.fetch(query("farm_ids"), [self.farm])
        return [row["id"] for row in rows][:1]

    async def put_on(self, puttings: Sequence[Putting]) -> None:
        """Collars go onto animals, in order; a collar comes off the one before. What they told since then moves along."""
        for putting in sorted(puttings, key=lambda it: it[2]):
            columns = [[value] for value in putting]
            async with self.transaction() as connection:
                await connection.execute(query("end_wearings"), self.farm, *columns)
                await connection.execute(query("start_wearings"), self.farm, *columns)
                await touch_since(connection, self.farm, putting[0], putting[2])

    async def collars(self, now: datetime) -> list[Collar]:
        """Every collar of the farm as it is at *now*, silence told apart from a gateway that is down."""
        since = int((now - HEARD_BACK).timestamp() // 60)
        rows = await self.fetch("last_frames", since)
        return with_silence([_collar(row) for row in rows], now)

    async def refusals(self, since: date) -> dict[str, int]:
        """How often what was refused, by reason."""
        return {row["reason"]: row["count"] for row in await self.fetch("refusals_since", since)}

    async def dead_letters(self, count: int) -> list[DeadLetter]:
        """The last payloads that were refused, newest first."""
        return [DeadLetter(**dict(row)) for row in await self.fetch("dead_letters_of", count)]


def _collar(row: Any) -> Collar:
    interval = row["interval_min"] or INTERVAL_MIN
    return Collar(row["device"], row["animal"], row["heard_at"], interval, row["battery_percent"], row["rssi_dbm"])
