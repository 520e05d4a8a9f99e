"""What a chunk of a campaign will write: every recipient in order gets a verdict, until one comes who has to wait.

What is known about a person comes as one number. Few numbers occur, so each is judged by domain.policy once, and each
country is priced by domain.pricing once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from clarine.domain import policy
from clarine.domain.campaign import PAUSES
from clarine.domain.errors import TooMany
from clarine.domain.limits import REACHED_S, counted_capped, higher
from clarine.domain.message import Category
from clarine.domain.pacing import Pace, first_pace
from clarine.domain.policy import Facts, Reason
from clarine.domain.pricing import PriceFacts, price
from clarine.flow.campaign import SEPARATOR, Setting
from clarine.flow.charging import Charges
from clarine.flow.house import House
from clarine.flow.limits import Limits, Send
from clarine.ports.campaign_rows import CampaignRow, Known, Letters, Outcomes, Packed, Recipients
from clarine.ports.limit_rows import PairRow, SendingRow
from clarine.ports.records import AccountState


@dataclass(slots=True)
class Plan:
    """What a chunk will write. *stopped* is why the campaign must pause, *rests* that its next person has to wait a moment."""

    now: datetime
    row: CampaignRow
    setting: Setting
    account: AccountState
    limits: Limits
    charges: Charges
    letters: Letters = field(default_factory=Letters)
    outcomes: Outcomes = field(default_factory=Outcomes)
    ahead: list[PairRow] = field(default_factory=list)
    reached: Counter[tuple[int, int]] = field(default_factory=Counter)  # people by (business, second)
    steps: list[dict[str, Any]] = field(
        default_factory=list
    )  # what account_update says of prices that change from here on
    newly_reached: int = 0
    cost_micros: int = 0
    stopped: Reason | None = None
    rests: bool = False

    @property
    def number(self) -> tuple[int, int]:
        return self.row.business_id, self.row.phone_number_id

    @property
    def pace(self) -> Pace:
        """How far the campaign's template is trusted."""
        return self.limits.trust.get(self.setting.template) or first_pace(self.setting.category)

    def messages_left(self) -> int:
        """How many messages may leave now: half of the number's bucket is left to whoever sends beside the campaign, and
        a template whose first group is under way waits for what people make of it."""
        bucket = self.limits.throughput
        tokens = bucket.left(self.limits.paces.get(self.number), self.now) - bucket.burst // 2
        return tokens if self.pace.room is None else min(tokens, self.pace.room)

    def people_left(self) -> int | None:
        """How many people may be reached whom the business did not reach today; None for no limit."""
        sending = self.limits.sending[self.row.business_id]
        people_max = higher(sending.tier, self.limits.starting).people_max
        return max(0, people_max - sending.reached) if people_max is not None else None


def facts_of(
    seen: Packed | None,
    category: Category,
    sending: SendingRow,
    *,
    limit_reached: bool = False,
    shut_out: bool = False,
) -> Facts:
    """What policy is asked about someone; None is nobody's number."""
    if seen is None:
        return policy.stranger(category, locked=sending.locked)
    capped = counted_capped(
        day=seen.marketing_day,
        week=seen.marketing_week,
        week_of_one=seen.marketing_week_of_one,
        window_open=seen.window_open,
    )
    return Facts(
        known=True,
        blocked=seen.blocked,
        stopped=seen.stopped,
        marketing_consent=seen.marketing_consent,
        utility_consent=seen.utility_consent,
        window_open=seen.window_open,
        category=category,
        marketing_capped=category is Category.MARKETING and capped,
        marketing_frozen=sending.frozen,
        limit_reached=limit_reached,
        shut_out=shut_out,
        locked=sending.locked,
    )


def decide(house: House, plan: Plan, found: Recipients, known: Known) -> None:
    """Fill *plan*: an outcome for each recipient in order, and a letter for each who may be written to."""
    chunk = _Chunk(house, plan)
    places = {person: place for place, person in enumerate(known.people)}
    for recipient, country, words in zip(found.recipients, found.countries, found.words, strict=True):
        place = places.get(recipient)
        if place is None:
            reason = chunk.nobody
        else:
            shut_out = (plan.row.business_id, recipient) in plan.limits.shut_out
            reason = chunk.verdict(known.packed[place], shut_out=shut_out)
            if reason is None:
                reason = chunk.write(
                    recipient,
                    seq=known.seqs[place] + 1,
                    seen=chunk.seen[known.packed[place]],
                    reached_s=known.reached_s[place],
                    country=country,
                    words=words,
                )
        if plan.rests or reason in PAUSES:
            plan.stopped = reason
            return
        plan.outcomes.add(recipient, known.seqs[place] + 1 if place is not None and reason is None else 0, reason)


class _Chunk:
    """The rules of one chunk, asked as rarely as they can be."""

    def __init__(self, house: House, plan: Plan) -> None:
        sending = plan.limits.sending[plan.row.business_id]
        self._house = house
        self._plan = plan
        self._category = plan.setting.category
        self._sending = sending
        self._counted_s = sending.counted_s
        self._messages_left = plan.messages_left()
        self._people_left = plan.people_left()
        self._verdicts: dict[tuple[int, bool], Reason | None] = {}
        self._prices: dict[tuple[str, bool, int], int] = {}
        self.seen: dict[int, Packed] = {}
        self.nobody = policy.judge(facts_of(None, self._category, self._sending))

    def verdict(self, packed: int, *, shut_out: bool) -> Reason | None:
        """What policy says, the limit on people left aside."""
        key = packed, shut_out
        if key not in self._verdicts:
            seen = self.seen[packed] = Packed.of(packed)
            facts = facts_of(seen, self._category, self._sending, shut_out=shut_out)
            self._verdicts[key] = policy.judge(facts)
        return self._verdicts[key]

    def write(
        self, person_id: int, *, seq: int, seen: Packed, reached_s: int | None, country: str, words: str
    ) -> Reason | None:
        """Add the letter, or say what stands against it now; sets ``plan.rests`` when its person has to wait a moment."""
        plan, letters = self._plan, self._plan.letters
        opens = not seen.window_open
        new = opens and (reached_s is None or reached_s <= self._counted_s - REACHED_S)
        if new and self._people_left is not None and plan.newly_reached >= self._people_left:
            return policy.judge(facts_of(seen, self._category, self._sending, limit_reached=True))
        place = self._price(country, window_open=seen.window_open)
        micros = letters.prices[place - 1].micros
        if plan.cost_micros + micros > plan.account.available_micros:
            return Reason.NO_MONEY
        if len(letters.people) >= self._messages_left or (seen.ahead and not self._pay_ahead(person_id, opens=opens)):
            plan.rests = True
            return None
        plan.cost_micros += micros
        step = plan.charges.step(plan.row.business_id, country, self._category, letters.prices[place - 1])
        if step is not None:
            plan.steps.append(step)
        plan.newly_reached += new
        if opens:
            if reached_s is not None:
                plan.reached[plan.row.business_id, reached_s] -= 1
            plan.reached[plan.row.business_id, self._counted_s] += 1
        letters.people.append(person_id)
        letters.seqs.append(seq)
        letters.contents.append(plan.setting.letter.filled(words.split(SEPARATOR)))
        letters.price.append(place)
        letters.reached_s.append(self._counted_s if opens else None)
        return None

    def _price(self, country: str, *, window_open: bool) -> int:
        counted = self._plan.charges.counted_of(self._plan.row.business_id, country, self._category)
        behind = bisect_right(self._steps_of(country), counted) if counted else 0
        place = self._prices.get((country, window_open, behind))
        if place is None:
            prices = self._plan.letters.prices
            prices.append(
                price(
                    self._house.prices,
                    PriceFacts(
                        category=self._category,
                        country=country,
                        at=self._plan.now,
                        window_open=window_open,
                        free_service_left=0,  # which only service messages use
                        counted=counted,
                    ),
                )
            )
            place = self._prices[country, window_open, behind] = len(prices)
        return place

    def _steps_of(self, country: str) -> tuple[int, ...]:
        return self._house.prices.steps(country, self._category, self._plan.now)

    def _pay_ahead(self, person_id: int, *, opens: bool) -> bool:
        """Take a token of a pair that was used a moment ago; whether there was one."""
        plan, limits = self._plan, self._plan.limits
        send = Send(*plan.number, person_id)
        try:
            limits.check_pair(send)
        except TooMany:
            return False
        row = limits.pairs[send]
        paid_until = limits.pair.take(row.paid_until, plan.now)
        assert paid_until is not None, "the pair is checked first"
        reached_s = self._counted_s if opens else row.reached_s
        plan.ahead.append(replace(row, paid_until=paid_until, reached_s=reached_s))
        return True
