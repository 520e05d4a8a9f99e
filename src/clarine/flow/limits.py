"""What a batch of sends may still spend: read once under the locks that accept takes, spent in memory, written once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from clarine.config import Settings
from clarine.domain.errors import Invalid, TooMany
from clarine.domain.limits import REACHED_S, WEEK, Bucket, MarketingSent, Tier, higher, marketing_capped, tier_named
from clarine.domain.message import Category
from clarine.domain.pacing import Pace, first_pace
from clarine.flow.house import House
from clarine.ports.limit_rows import PairRow, SendingRow
from clarine.ports.store import Transaction

_SECOND: Final = timedelta(seconds=1)


class Send(NamedTuple):
    """One message of the batch: who writes to whom, from which number (a tuple, because it is hashed often)."""

    business_id: int
    phone_number_id: int
    person_id: int

    @property
    def number(self) -> tuple[int, int]:
        return self.business_id, self.phone_number_id


@dataclass(slots=True)
class Limits:
    """The limits of one batch, moved as its messages are taken."""

    now: datetime
    starting: Tier
    throughput: Bucket
    pair: Bucket
    sending: dict[int, SendingRow]
    paces: dict[tuple[int, int], datetime]
    pairs: dict[Send, PairRow]
    reached_s: dict[tuple[int, int], int]  # (person, business) → the second of the last message outside a window
    free_used: dict[tuple[int, int], int]  # (business, number) → free service messages used this month
    marketing: dict[int, list[MarketingSent]]
    moved_pairs: set[Send] = field(default_factory=set)
    moved_paces: set[tuple[int, int]] = field(default_factory=set)
    moved_people: Counter[tuple[int, int]] = field(default_factory=Counter)  # by (business, second)
    shut_out: Set[tuple[int, int]] = frozenset()  # (business, person): blocked by the business itself
    trust: dict[tuple[int, int], Pace] = field(default_factory=dict)  # by (business, template)
    moved_trust: set[tuple[int, int]] = field(default_factory=set)

    def check_throughput(self, number: tuple[int, int]) -> None:
        """Raises TooMany (``throughput``) when (business, number) sent too many messages lately."""
        if (wait_s := self.throughput.wait_s(self.paces.get(number), self.now)) > 0:
            raise TooMany(
                "Message failed to send because there were too many messages sent from this phone number in a short period"
                " of time",
                retry_after_s=ceil(wait_s),
                code="throughput",
            )

    def check_pair(self, send: Send) -> None:
        """Raises TooMany (``pair_rate``) when this number wrote too often to this person lately."""
        row = self.pairs.get(send)
        if row is not None and (wait_s := self.pair.wait_s(row.paid_until, self.now)) > 0:
            raise TooMany(
                "Too many messages sent from this phone number to the same recipient in a short period of time",
                retry_after_s=ceil(wait_s),
                code="pair_rate",
            )

    def frozen(self, business_id: int) -> bool:
        """Whether this business may send no marketing."""
        return self.sending[business_id].frozen

    def locked(self, business_id: int) -> bool:
        """Whether this business may send nothing."""
        return self.sending[business_id].locked

    def capped(self, send: Send, *, window_open: bool) -> bool:
        """Whether the person had enough marketing."""
        sent = self.marketing.get(send.person_id, ())
        return marketing_capped(sent, send.business_id, now=self.now, window_open=window_open)

    def limit_reached(self, send: Send) -> bool:
        """Whether reaching this person outside an open window would be one person too many in 24 hours."""
        row = self.sending[send.business_id]
        people_max = higher(row.tier, self.starting).people_max
        return people_max is not None and row.reached >= people_max and not self._counted(send, row)

    def _counted(self, send: Send, row: SendingRow) -> bool:
        reached_s = self.reached_s.get((send.person_id, send.business_id))
        return reached_s is not None and reached_s > row.counted_s - REACHED_S

    def waits(self, template: tuple[int, int], category: Category) -> bool:
        """Whether one more message of (business, template) must wait until people were heard; if not, it leaves now."""
        pace = self.trust.get(template) or first_pace(category)
        if pace.room is None:
            return False
        if pace.room == 0:
            return True
        self.trust[template] = pace.taken(1, self.now)
        self.moved_trust.add(template)
        return False

    def answered(self, number: tuple[int, int]) -> None:
        """The API took one message of (business, number), whatever becomes of it."""
        paid_until = self.throughput.take(self.paces.get(number), self.now)
        assert paid_until is not None, "throughput is checked first"
        self.paces[number] = paid_until
        self.moved_paces.add(number)

    def taken(self, send: Send, *, opens: bool, marketing: bool) -> None:
        """One message enters the person's stream; *opens* when it is a template outside an open window."""
        row = self.pairs.get(send)
        paid_until = self.pair.take(row.paid_until if row else None, self.now)
        assert paid_until is not None, "the pair is checked first"
        reached_s = self._reach(send) if opens else row.reached_s if row else None
        self.pairs[send] = PairRow(send.person_id, *send.number, paid_until, reached_s)
        self.moved_pairs.add(send)
        if marketing:
            self.marketing.setdefault(send.person_id, []).append(MarketingSent(send.business_id, self.now))

    def _reach(self, send: Send) -> int:
        row = self.sending[send.business_id]
        key = send.person_id, send.business_id
        if not self._counted(send, row):
            one_more = replace(row, reached=row.reached + 1)
            self.sending[send.business_id] = one_more
        if (before := self.reached_s.get(key)) is not None:
            self.moved_people[send.business_id, before] -= 1
        self.moved_people[send.business_id, row.counted_s] += 1
        self.reached_s[key] = row.counted_s
        return row.counted_s


def starting_tier(settings: Settings) -> Tier:
    """The tier that no business falls below. Raises Invalid when the setting names none."""
    return tier_named(settings.starting_tier)


def check_limits(settings: Settings) -> None:
    """Raises Invalid, naming the setting, when a limit is set to what no limit can be."""
    starting_tier(settings)
    for name in ("throughput_per_s", "pair_burst", "pair_interval_s", "calls_per_h"):
        if getattr(settings, name) <= 0:
            raise Invalid(f"{name} must be more than 0", field=name)


async def read_limits(
    house: House,
    tx: Transaction,
    *,
    pairs: Sequence[PairRow],
    numbers: Collection[tuple[int, int]],
    marketing_to: Collection[int],
    templates: Collection[tuple[int, int]],
    now: datetime,
) -> Limits:
    """The limits of these *pairs* and (business, number), inside *tx*, whose streams and accounts are locked."""
    settings = house.settings
    reached_s: dict[tuple[int, int], int] = {}
    for row in pairs:
        if row.reached_s is not None:
            key = row.person_id, row.business_id
            reached_s[key] = max(row.reached_s, reached_s.get(key, 0))
    starting = starting_tier(settings)
    sending, counted = await tx.sending(numbers, now_s=int(now.timestamp()), starting=starting)
    return Limits(
        now=now,
        starting=starting,
        throughput=Bucket(_SECOND / settings.throughput_per_s, settings.throughput_per_s),
        pair=Bucket(_SECOND * settings.pair_interval_s, settings.pair_burst),
        sending=sending,
        paces={key: row.paid_until for key, row in counted.items() if row.paid_until is not None},
        pairs={Send(row.business_id, row.phone_number_id, row.person_id): row for row in pairs},
        reached_s=reached_s,
        free_used={key: row.free_used for key, row in counted.items()},
        marketing=await tx.marketing_sent(marketing_to, now - WEEK) if marketing_to else {},
        trust=await tx.trust(templates) if templates else {},
    )


async def shut_out_among(
    tx: Transaction, sending: Mapping[int, SendingRow], pairs: Collection[tuple[int, int]]
) -> Set[tuple[int, int]]:
    """Those of these (business, person) whom the business blocked itself; asked only where a business blocks anybody."""
    asked = [pair for pair in pairs if sending[pair[0]].shuts_out]
    return await tx.shut_out_among(asked) if asked else frozenset()


async def write_limits(tx: Transaction, limits: Limits) -> None:
    """What the batch spent."""
    if limits.moved_paces:
        await tx.spend(
            [limits.sending[business_id] for business_id in sorted({number[0] for number in limits.moved_paces})],
            pairs=[limits.pairs[send] for send in sorted(limits.moved_pairs, key=lambda each: each.person_id)],
            paces={number: limits.paces[number] for number in sorted(limits.moved_paces)},
            reached=limits.moved_people,
            now=limits.now,
        )
    if limits.moved_trust:
        await tx.put_trust({template: limits.trust[template] for template in limits.moved_trust}, limits.now)


async def tier_of(house: House, tx: Transaction, business_id: int) -> Tier:
    """The messaging limit of a business now."""
    starting = starting_tier(house.settings)
    rows, _ = await tx.sending([(business_id, 0)], now_s=int(house.clock.now().timestamp()), starting=starting)
    return higher(rows[business_id].tier, starting)
