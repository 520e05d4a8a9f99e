"""Webhook rounds, one after the other: a business that was just told stays this process's own for a moment, its address in memory.

So a round that follows another takes two statements: one that keeps the lease and reads, one that logs. Everything else (news of
other businesses, retries, a changed address) is found by `notify.claim`, which looks at all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from clarine.domain.errors import Unavailable
from clarine.domain.events import InboundNotice, SentNotice
from clarine.flow.house import House
from clarine.flow.notify import (
    BATCH_MAX,
    CLAIMS_MAX,
    LEASE_S,
    Address,
    Render,
    Told,
    attempts_of,
    claim,
    post,
    record,
    whole,
)
from clarine.ports.http import Http
from clarine.ports.records import DueNotice

#: How long nobody else may tell a business after a round; one that dies holds its webhooks up for so long.
KEPT_S: Final = 3.0
#: How old a business's address may be; what it changed is seen after it.
ADDRESS_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Kept:
    address: Address
    since: datetime


class Rounds:
    """The rounds of one process, which is called *owner*. With *address_s* 0 every round looks at everything."""

    def __init__(self, house: House, http: Http, render: Render, *, owner: str, address_s: float = ADDRESS_S) -> None:
        self._house = house
        self._http = http
        self._render = render
        self._owner = owner
        self._address = timedelta(seconds=address_s)
        self._kept: dict[int, _Kept] = {}
        self._rung: set[int] = set()
        self._look_at = 0.0  # by the loop's time: when all businesses are looked at again though nothing rang

    def ring(self, businesses: Iterable[int]) -> None:
        """These have news."""
        self._rung.update(businesses)

    async def step(self) -> int:
        """One round over what rang, or over everything when that is not at hand; how many notices were handled."""
        now, rung = self._house.clock.now(), self._rung
        self._rung = set()
        if rung and all(self._at_hand(business_id, now) for business_id in rung):
            return sum(await asyncio.gather(*(self._again(self._kept[each].address, now) for each in rung)))
        if rung or asyncio.get_running_loop().time() >= self._look_at:
            return await self._look(now)
        return 0

    async def close(self) -> None:
        """Whoever else is there may go on at once."""
        kept, self._kept = list(self._kept), {}
        if kept:
            with suppress(Unavailable):  # then the leases end by themselves
                async with self._house.store.single() as tx:
                    await tx.release_outboxes(kept, self._owner)

    async def _look(self, now: datetime) -> int:
        self._kept = {key: kept for key, kept in self._kept.items() if self._at_hand(key, now)}
        rounds = await claim(self._house, self._owner)
        await asyncio.gather(*(self._first(work.address, work.due, now) for work in rounds))
        handled = sum(len(work.due) for work in rounds)
        # Who claims as many businesses as a round takes handles a notice of each, so there may be more.
        more = handled >= CLAIMS_MAX or not self._address
        rest_s = 0.0 if more else self._house.settings.poll_s / 2
        self._look_at = asyncio.get_running_loop().time() + rest_s
        return handled

    def _at_hand(self, business_id: int, now: datetime) -> bool:
        kept = self._kept.get(business_id)
        return kept is not None and timedelta() <= now - kept.since < self._address

    async def _first(self, address: Address, due: Sequence[DueNotice], now: datetime) -> None:
        told = await post(self._house, self._http, self._render, address, due)
        # Who tells us now where to send gets the very next event: nothing is kept of a business that has no address yet.
        keeps = bool(address.subscriptions)
        await record(
            self._house, address.business.business_id, due, told, owner=self._owner, kept_s=KEPT_S if keeps else 0
        )
        if keeps:
            self._kept[address.business.business_id] = _Kept(address, now)

    async def _again(self, address: Address, now: datetime) -> int:
        business_id = address.business.business_id
        async with self._house.store.single() as tx:
            notices = await tx.take_round(
                business_id, self._owner, now=now, until=now + timedelta(seconds=LEASE_S), limit=BATCH_MAX
            )
        if not notices:  # the lease is another's, a retry waits, or there is nothing
            self._kept.pop(business_id, None)
            return 0
        if any(isinstance(notice.fact, SentNotice) for notice in notices):
            async with self._house.store.single() as tx:
                notices = await whole(self._house, tx, notices)
        due = [DueNotice(notice, 0) for notice in notices]
        if len(due) == BATCH_MAX:
            self._rung.add(business_id)  # there is more
        told = await post(self._house, self._http, self._render, address, due)
        if not all(map(_plain, told)):
            self._kept.pop(business_id, None)  # it may be known better elsewhere
            await record(self._house, business_id, due, told, owner=self._owner)
            return len(due)
        ended = self._house.clock.now()
        async with self._house.store.single() as tx:
            await tx.finish_round(
                business_id,
                self._owner,
                attempts=attempts_of(business_id, told, ended),
                done_notice=due[-1].notice.number,
                until=ended + timedelta(seconds=KEPT_S),
            )
        return len(due)


def _plain(told: Told) -> bool:
    """Whether there is nothing more to write than that it was posted."""
    if told.answer is None or not told.answer.acknowledged:
        return False
    return not any(isinstance(item.notice.fact, InboundNotice) for item in told.due)
