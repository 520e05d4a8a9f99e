"""What a batch of sends costs: read once under the locks that accept takes, counted in memory, written once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import msgspec

from clarine.domain.conversation import Relation
from clarine.domain.events import ConversationShown
from clarine.domain.message import Category
from clarine.domain.pricing import (
    CONVERSATION,
    ENTRY,
    FREE_SERVICE_MESSAGES,
    Price,
    PriceFacts,
    per_conversation,
    price,
    spends_free_service,
)
from clarine.flow.house import House
from clarine.flow.limits import Send
from clarine.ports.charge_rows import ConversationKey, VolumeKey
from clarine.ports.records import Person
from clarine.ports.store import Transaction

_STEPPED: Final = (Category.UTILITY, Category.AUTHENTICATION)


@dataclass(slots=True)
class Charges:
    """The prices of one batch, moved as its messages are taken."""

    house: House
    now: datetime
    free_used: Mapping[tuple[int, int], int]
    volumes: dict[VolumeKey, int]
    opened: dict[ConversationKey, datetime]
    per_conversation: bool
    stepped: bool
    prices: dict[tuple[Category, str, bool, int, bool, bool, int], Price] = field(default_factory=dict)
    free_taken: Counter[tuple[int, int]] = field(default_factory=Counter)
    counted: Counter[VolumeKey] = field(default_factory=Counter)
    newly_opened: set[ConversationKey] = field(default_factory=set)
    answered: dict[tuple[int, int], datetime] = field(default_factory=dict)  # (person, business) → free until

    def price(self, send: Send, person: Person, category: Category, relation: Relation) -> Price:
        """What one message costs now."""
        left = FREE_SERVICE_MESSAGES - self.free_used.get(send.number, 0) - self.free_taken[send.number]
        window_open, entry_open = relation.window_open(self.now), self._entry_until(send, relation) is not None
        conversation_open = self._conversation(send, category) is not None
        counted = self.counted_of(send.business_id, person.country, category)
        key = category, person.country, window_open, left, entry_open, conversation_open, counted
        if (known := self.prices.get(key)) is None:
            known = self.prices[key] = price(
                self.house.prices,
                PriceFacts(
                    category=category,
                    country=person.country,
                    at=self.now,
                    window_open=window_open,
                    free_service_left=left,
                    entry_open=entry_open,
                    conversation_open=conversation_open,
                    counted=counted,
                ),
            )
        return known

    def taken(
        self, send: Send, person: Person, category: Category, relation: Relation, cost: Price
    ) -> tuple[str | None, dict[str, Any] | None]:
        """One message at that price: the JSON of the conversation it belongs to, and what account_update says when it was the
        last one before the price changes."""
        if cost.pricing_type == "free_customer_service" and spends_free_service(category, self.now):
            self.free_taken[send.number] += 1
        return self._belongs(send, category, relation, cost), self.step(
            send.business_id, person.country, category, cost
        )

    def _belongs(self, send: Send, category: Category, relation: Relation, cost: Price) -> str | None:
        until = self._entry_until(send, relation)
        if cost.pricing_type == "free_entry_point" and until is not None:
            self._answer(send, relation, until)
            return self._shown(send, "referral_conversion", opened_at=until - ENTRY, until=until)
        if not self.per_conversation:
            return None
        key = self._conversation(send, category)
        if key is None:
            key = ConversationKey(send.person_id, *send.number, category)
            self.opened[key] = self.now
            self.newly_opened.add(key)
        return self._shown(send, key.category, opened_at=self.opened[key], until=self.opened[key] + CONVERSATION)

    def _shown(self, send: Send, origin: str, *, opened_at: datetime, until: datetime) -> str:
        conversation_id = self.house.seal.conversation_id(send.person_id, send.business_id, f"{origin}{opened_at}")
        return msgspec.json.encode(ConversationShown(conversation_id, origin, until)).decode()

    def _entry_until(self, send: Send, relation: Relation) -> datetime | None:
        """Until when everything to this person is free; None when it is not."""
        until = self.answered.get((send.person_id, send.business_id)) or relation.entry_until
        if until is not None and self.now <= until:
            return until
        answer_by = relation.entry_answer_by
        return self.now + ENTRY if answer_by is not None and self.now <= answer_by else None

    def _answer(self, send: Send, relation: Relation, until: datetime) -> None:
        if until != relation.entry_until:
            self.answered[send.person_id, send.business_id] = until

    def _conversation(self, send: Send, category: Category) -> ConversationKey | None:
        """The open conversation that a message belongs to; a free-form message belongs to any."""
        if not self.opened:
            return None
        wanted = tuple(Category) if category is Category.SERVICE else (category,)
        keys = [ConversationKey(send.person_id, *send.number, each) for each in wanted]
        now_open = [key for key in keys if key in self.opened and self.now < self.opened[key] + CONVERSATION]
        return max(now_open, key=lambda key: self.opened[key], default=None)

    def counted_of(self, business_id: int, country: str, category: Category) -> int:
        """How many messages of this market and category were billed this month, where that decides the price; else 0."""
        key = self._volume(business_id, country, category)
        return self.volumes.get(key, 0) + self.counted[key] if key is not None else 0

    def _volume(self, business_id: int, country: str, category: Category) -> VolumeKey | None:
        prices = self.house.prices
        if not self.stepped or category not in _STEPPED or not prices.steps(country, category, self.now):
            return None
        return VolumeKey(business_id, prices.market(country), category)

    def step(self, business_id: int, country: str, category: Category, cost: Price) -> dict[str, Any] | None:
        """Count one billed message; what account_update says when it was the last one before the price changes."""
        key = self._volume(business_id, country, category)
        if key is None or not cost.billable:
            return None
        self.counted[key] += 1
        count = self.counted_of(business_id, country, category)
        steps = self.house.prices.steps(country, category, self.now)
        if count not in steps:
            return None
        above = next((after for after in steps if after > count), None)
        info = {
            "tier_update_time": int(self.now.timestamp()),
            "pricing_category": category.name,
            "tier": f"{count + 1}:{above if above is not None else ''}",
            "effective_month": f"{self.now:%Y-%m}",
            "region": key.market,
        }
        return {"event": "VOLUME_BASED_PRICING_TIER_UPDATE", "volume_tier_info": info}


def month_of(now: datetime) -> date:
    """The first day of the month of *now*, which names the month's allowance."""
    return now.date().replace(day=1)


async def read_charges(
    house: House,
    tx: Transaction,
    sends: Collection[Send],
    *,
    businesses: Collection[int] = (),
    free_used: Mapping[tuple[int, int], int],
    now: datetime,
) -> Charges:
    """What these sends, and others of *businesses*, may cost, inside *tx*, whose streams and accounts are locked."""
    businesses, by_conversation = {send.business_id for send in sends} | set(businesses), per_conversation(now)
    return Charges(
        house=house,
        now=now,
        free_used=free_used,
        volumes=await tx.volumes(businesses, month_of(now)) if house.prices.has_steps else {},
        opened=await tx.open_conversations(sends, now - CONVERSATION) if sends and by_conversation else {},
        per_conversation=by_conversation,
        stepped=house.prices.has_steps,
    )


async def write_charges(tx: Transaction, charges: Charges) -> None:
    """What the batch spent and opened."""
    month = month_of(charges.now)
    if charges.free_taken:
        await tx.use_free_service(charges.free_taken, month)
    if charges.counted:
        await tx.count_volumes(charges.counted, month)
    if charges.newly_opened:
        await tx.put_conversations({key: charges.opened[key] for key in charges.newly_opened})
    if charges.answered:
        await tx.answer_entries(charges.answered)
