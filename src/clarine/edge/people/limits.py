"""How often one caller may do one thing: a bucket that fills again over time, per key, in this process."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from clarine.domain.errors import TooMany
from clarine.ports.clock import Clock

_KEYS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Rate:
    """*burst* at once, then one every *every_s* seconds."""

    burst: int
    every_s: float


@dataclass(frozen=True, slots=True)
class PeopleRates:
    """The rates of the people's door: the first two per network address, the others per person."""

    codes: Rate = Rate(30, 10)
    sessions: Rate = Rate(60, 5)
    writes: Rate = Rate(120, 0.5)
    uploads: Rate = Rate(60, 10)
    reports: Rate = Rate(20, 60)
    reads: Rate = Rate(600, 0.05)


class Buckets:
    """One bucket per key; the key that was used longest ago is forgotten first."""

    def __init__(self, clock: Clock, rate: Rate) -> None:
        self._clock = clock
        self._rate = rate
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()  # key → (left, at)

    def take(self, key: object) -> None:
        """Take one. Raises TooMany."""
        now = self._clock.now().timestamp()
        left, at = self._buckets.pop(key, (float(self._rate.burst), now))
        left = min(self._rate.burst, left + max(0.0, now - at) / self._rate.every_s)
        self._buckets[key] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > _KEYS_MAX:
            self._buckets.popitem(last=False)
        if left < 1:
            raise TooMany("that was too often; try again later", retry_after_s=max(1, round(self._rate.every_s)))
