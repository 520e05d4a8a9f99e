"""How many calls that send nothing an account may make (Cloud API: rate limits of the Business Management API).

Counted by each process for itself: this protects the house, and nothing that is paid for hangs on it.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from clarine.domain.errors import TooMany
from clarine.domain.limits import Bucket
from clarine.edge.graph.asking import Ask
from clarine.edge.graph.callers import CALLERS_MAX, Caller
from clarine.flow.house import House

#: An account none of whose numbers is registered may make this part of the calls: 200 of 5,000, as the original.
IDLE_PART: Final = 25
_HOUR: Final = timedelta(hours=1)
_UNCOUNTED: Final = frozenset({"messages", "marketing_messages", "media"})


class Calls:
    """The buckets of the accounts that called lately."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._paid_until: OrderedDict[int, datetime] = OrderedDict()

    def count(self, caller: Caller, ask: Ask) -> None:
        """One more call. Raises TooMany (``call_rate``)."""
        if ask.path and ask.path[-1] in _UNCOUNTED:
            return
        active, most = any(row.registered for row in caller.numbers.values()), self._house.settings.calls_per_h
        most = most if active else max(1, most // IDLE_PART)
        bucket, now, business_id = Bucket(_HOUR / most, most), self._house.clock.now(), caller.business.business_id
        paid_until = bucket.take(self._paid_until.get(business_id), now)
        if paid_until is None:
            wait_s = ceil(bucket.wait_s(self._paid_until[business_id], now))
            details = f"There have been too many calls to this account; it may make {most} in an hour"
            raise TooMany(details, retry_after_s=wait_s, code="call_rate")
        self._paid_until[business_id] = paid_until
        self._paid_until.move_to_end(business_id)
        if len(self._paid_until) > CALLERS_MAX:
            self._paid_until.popitem(last=False)

    def forget(self) -> None:
        """Everybody begins anew (the sandbox's reset)."""
        self._paid_until.clear()
