"""People and businesses for stories, put straight into the tables: the doors that make them have tests of their own."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from clarine.domain.consent import Act, ConsentCategory, ConsentRecord
from clarine.domain.ids import Kind, object_id
from clarine.domain.message import Text
from clarine.flow.accept import Accepted, Refused, SendRequest, accept
from clarine.flow.drafts import TemplateDraft
from clarine.flow.house import House
from clarine.flow.inbound import Written, write
from clarine.flow.relate import Decision, relate


@dataclass(frozen=True)
class Shop:
    """A business with one number; `text` and `template` are what it would send."""

    business_id: int
    phone_number_id: int
    waba_id: int
    app_id: int

    def text(self, to: Someone, body: str = "hello", *, key: str | None = None) -> SendRequest:
        return SendRequest(self.business_id, self.phone_number_id, Text(body), phone=to.phone, key=key)

    def template(self, to: Someone, name: str = "alert") -> SendRequest:
        return SendRequest(self.business_id, self.phone_number_id, TemplateDraft(name, "en", []), phone=to.phone)


@dataclass(frozen=True)
class Someone:
    person_id: int
    phone: int


class Cast:
    """Makes shops and people, and lets them speak."""

    def __init__(self, house: House, connection: asyncpg.Connection) -> None:
        self.house = house
        self.connection = connection
        self._made = 0

    async def shop(self, *, balance_micros: int = 10_000_000) -> Shop:
        self._made += 1
        made = self._made
        shop = Shop(*(object_id(kind, made) for kind in (Kind.BUSINESS, Kind.PHONE_NUMBER, Kind.ACCOUNT, Kind.APP)))
        now = self.house.clock.now()
        await self.connection.execute(
            "INSERT INTO business (business_id, waba_id, app_id, app_secret, name, created_at) VALUES ($1,$2,$3,$4,$5,$6)",
            shop.business_id, shop.waba_id, shop.app_id, "0" * 32, f"Shop {made}", now,
        )  # fmt: skip
        await self.connection.execute(
            "INSERT INTO phone_number VALUES ($1, $2, $3, $4, 'GREEN', $5)",
            shop.business_id, shop.phone_number_id, 15550783000 + made, f"Shop {made}", now,
        )  # fmt: skip
        await self.connection.execute(
            "INSERT INTO wallet VALUES ($1, 'USD', $2, 0, 0)", shop.business_id, balance_micros
        )
        await self.connection.execute(
            "INSERT INTO outbox (business_id, last_transfer) VALUES ($1, 1)", shop.business_id
        )
        if balance_micros:
            await self.connection.execute(
                "INSERT INTO journal VALUES ($1, 0, 1, 1, 'top_up', 'outside', 'available', $2, NULL, NULL, $3)",
                shop.business_id, balance_micros, now,
            )  # fmt: skip
        for index, (name, category) in enumerate((("alert", "UTILITY"), ("offer", "MARKETING"))):
            await self.connection.execute(
                "INSERT INTO template VALUES ($1, $2, $3, 'en', $4, 'APPROVED', 'POSITIONAL', $5, 'NONE', 'UNKNOWN', $6, $6)",
                shop.business_id, object_id(Kind.TEMPLATE, made * 10 + index), name, category,
                '[{"type":"BODY","text":"Something happened."}]', now,
            )  # fmt: skip
        return shop

    async def person(self, *, country: str = "IN") -> Someone:
        self._made += 1
        someone = Someone(object_id(Kind.PERSON, self._made), 919876500000 + self._made)
        now = self.house.clock.now()
        await self.connection.execute(
            "INSERT INTO person VALUES ($1, $2, $3, $4, 'en', $5)",
            someone.person_id, someone.phone, country, f"Person {self._made}", now,
        )  # fmt: skip
        await self.connection.execute("INSERT INTO phone_directory VALUES ($1, $2)", someone.phone, someone.person_id)
        await self.connection.execute("INSERT INTO inbox VALUES ($1, 0)", someone.person_id)
        return someone

    async def consent(self, someone: Someone, shop: Shop, act: Act = Act.GRANTED) -> None:
        now = self.house.clock.now()
        record = ConsentRecord(act, ConsentCategory.ALL, "Yes, write to me", "1", "shop form", "business", now)
        await relate(self.house, [Decision(someone.person_id, shop.business_id, records=(record,))])

    async def send(self, *requests: SendRequest) -> list[Accepted]:
        outcomes = await accept(self.house, requests)
        assert not [outcome for outcome in outcomes if isinstance(outcome, Refused)], outcomes
        return [outcome for outcome in outcomes if isinstance(outcome, Accepted)]

    async def says(self, someone: Someone, shop: Shop, body: str = "hello", *, key: str = "") -> int:
        """The person writes; the seq of the message."""
        self._made += 1
        said = Written(someone.person_id, shop.business_id, key or f"key-{self._made}", Text(body))
        (answer,) = await write(self.house, [said])
        assert not isinstance(answer, Exception), answer
        return answer.message.seq

    async def wallet(self, shop: Shop) -> tuple[int, int, int]:
        """(available, held, spent) in micros."""
        query = "SELECT available_micros, held_micros, spent_micros FROM wallet WHERE business_id = $1"
        return tuple(await self.connection.fetchrow(query, shop.business_id))

    async def facts(self, shop: Shop) -> list[str]:
        """What the business is told, oldest first, as 'status:delivered', 'inbound', 'preference:stop' …"""
        query = f"SELECT {_TOLD} FROM notice WHERE business_id = $1 ORDER BY number"
        return [told for (told,) in await self.connection.fetch(query, shop.business_id)]


_TOLD = "concat_ws(':', fact::jsonb->>'type', coalesce(fact::jsonb->>'status', fact::jsonb->>'value'), fact::jsonb->>'reason')"
