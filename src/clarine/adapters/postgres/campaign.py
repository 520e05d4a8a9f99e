"""Campaigns: rows go in and out as columns, because a chunk has hundreds and a campaign has a million."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

import msgspec

from clarine.adapters.postgres.connected import Connected, Record, columns
from clarine.domain.campaign import State
from clarine.domain.events import PriceShown, SentNotice
from clarine.domain.ledger import ACCOUNTS, STEP, Entry
from clarine.domain.limits import DAY, WEEK
from clarine.domain.message import Category
from clarine.domain.pricing import Price
from clarine.ports.campaign_rows import (
    CampaignRow,
    FurthestRow,
    Known,
    LaneRow,
    Letters,
    OutcomeRow,
    Outcomes,
    Postmark,
    RecipientRow,
    Recipients,
)

_KEPT = (
    "business_id", "campaign_id", "name", "key", "phone_number_id", "template_name", "template_language", "components",
    "reason", "recipients", "created_at", "started_at", "ended_at",
)  # fmt: skip


def _campaign(record: Record) -> CampaignRow:
    counts: Counter[str] = Counter()
    for text in record["counts"] or ():
        counts.update(json.loads(text))
    return CampaignRow(
        columns=tuple(record["columns"]),
        state=State(record["state"]),
        countries=json.loads(record["countries"]),
        counts=counts,
        **{name: record[name] for name in _KEPT},
    )


@cache
def _sent_notice(category: Category, price: Price) -> tuple[str, str]:
    """A SentNotice as JSON, cut where its seq stands."""
    shown = PriceShown(price.billable, category, price.pricing_type)
    head, seq, tail = msgspec.json.encode(SentNotice(seq=-7, price=shown)).decode().partition("-7")
    assert seq
    return head, tail


class CampaignQueries(Connected):
    """Implements ports.campaign_rows.CampaignRows."""

    async def add_campaign(self, row: CampaignRow) -> bool:
        added = await self.connection.fetchval(
            self.sql.add_campaign, row.business_id, row.campaign_id, row.name, row.key, row.phone_number_id,
            row.template_name, row.template_language, row.components, list(row.columns), row.created_at,
        )  # fmt: skip
        return added is not None

    async def campaign(self, business_id: int, campaign_id: int, *, key: str = "") -> CampaignRow | None:
        record = await self.connection.fetchrow(self.sql.campaign, business_id, campaign_id, key)
        return _campaign(record) if record is not None else None

    async def campaigns(self, business_id: int, *, before: int | None, limit: int) -> list[CampaignRow]:
        return [_campaign(r) for r in await self.connection.fetch(self.sql.campaigns, business_id, before, limit)]

    async def lock_campaign(self, business_id: int, campaign_id: int) -> State | None:
        state = await self.connection.fetchval(self.sql.lock_campaign, business_id, campaign_id)
        return State(state) if state is not None else None

    async def open_campaigns(self, business_id: int) -> int:
        found: int = await self.connection.fetchval(self.sql.open_campaigns, business_id)
        return found

    async def add_recipients(self, business_id: int, campaign_id: int, rows: Sequence[RecipientRow]) -> set[int]:
        turned = columns([(row.recipient, row.country, row.words) for row in rows], 3)
        records = await self.connection.fetch(self.sql.add_recipients, business_id, campaign_id, *turned)
        return {record[0] for record in records}

    async def count_recipients(
        self, business_id: int, campaign_id: int, *, recipients: int, countries: Mapping[str, int]
    ) -> None:
        shown = json.dumps(countries)
        await self.connection.execute(self.sql.count_recipients, business_id, campaign_id, recipients, shown)

    async def first_recipients(self, business_id: int, campaign_id: int, limit: int) -> list[RecipientRow]:
        records = await self.connection.fetch(self.sql.first_recipients, business_id, campaign_id, limit)
        return [RecipientRow(*record) for record in records]

    async def open_lanes(
        self, business_id: int, campaign_id: int, ranges: Sequence[tuple[int, int]], now: datetime
    ) -> None:
        numbered = columns([(lane, *ends) for lane, ends in enumerate(ranges)], 3)
        await self.connection.execute(self.sql.open_lanes, business_id, campaign_id, *numbered, now)

    async def move_campaign(
        self, business_id: int, campaign_id: int, state: State, to: State, *, reason: str | None, now: datetime
    ) -> bool:
        moved = await self.connection.fetchval(self.sql.move_campaign, business_id, campaign_id, state, to, reason, now)
        return moved is not None

    async def wake_lanes(self, business_id: int, campaign_id: int, at: datetime | None) -> None:
        await self.connection.execute(self.sql.wake_lanes, business_id, campaign_id, at)

    async def finish_campaigns(self, now: datetime) -> list[int]:
        return [record[0] for record in await self.connection.fetch(self.sql.finish_campaigns, now)]

    async def claim_lane(self, now: datetime) -> LaneRow | None:
        record = await self.connection.fetchrow(self.sql.claim_lane, now)
        if record is None:
            return None
        return LaneRow(**{**dict(record), "counts": json.loads(record["counts"])})

    async def next_recipients(self, lane: LaneRow, limit: int) -> Recipients:
        found = await self.connection.fetchrow(
            self.sql.next_recipients, lane.business_id, lane.campaign_id, lane.after, lane.until, limit
        )
        assert found is not None, "an aggregate has a row"
        return Recipients(*(column or [] for column in found))

    async def lock_recipients(
        self, people: Sequence[int], *, business_id: int, phone_number_id: int, now: datetime, marketing: bool
    ) -> Known:
        locked = await self.connection.fetchrow(self.sql.lock_recipients, people)
        assert locked is not None, "an aggregate has a row"
        if not locked["people"]:
            return Known([], [], [], [])
        # Asked only now: what was decided while we waited for the locks must be seen.
        facts = await self.connection.fetchrow(
            self.sql.campaign_facts,
            locked["people"],
            business_id,
            phone_number_id,
            now,
            marketing,
            now - DAY,
            now - WEEK,
        )
        assert facts is not None, "an aggregate has a row"
        return Known(locked["people"], locked["seqs"], facts["packed"], facts["reached_s"])

    async def append_letters(self, postmark: Postmark, letters: Letters) -> None:
        # At once, and before all else: `spend` may write some of these rows again.
        await self.connection.execute(
            self.sql.pay_pairs, letters.people, letters.reached_s, postmark.business_id, postmark.phone_number_id,
            postmark.paid_until,
        )  # fmt: skip
        prices = [(p.billable, p.pricing_type, p.micros, p.rate_version) for p in letters.prices]
        await self.connection.later(
            "append_letters", letters.people, letters.seqs, letters.contents, postmark.business_id,
            postmark.phone_number_id, postmark.category, postmark.at, postmark.expires_at, letters.price,
            *columns(prices, 4),
        )  # fmt: skip
        await self.connection.later("step_streams", letters.people)

    async def hold_letters(self, postmark: Postmark, letters: Letters, *, last_notice: int) -> None:
        business_id, prices = postmark.business_id, letters.prices
        held = sum(prices[place - 1].micros for place in letters.price)
        if held:
            await self.connection.later(
                "hold_letters", business_id, STEP[Entry.HOLD], Entry.HOLD, *ACCOUNTS[Entry.HOLD], postmark.at,
                letters.people, letters.seqs, letters.price,
                [price.micros for price in prices], [price.rate_version for price in prices],
            )  # fmt: skip
            await self.connection.later("move_wallets", [business_id], [-held], [held], [0])
        cut = [_sent_notice(postmark.category, price) for price in prices]
        await self.connection.later(
            "append_sent_notices", business_id, last_notice, postmark.phone_number_id, postmark.at,
            letters.people, letters.seqs, cut[0][0], letters.price, [tail for _, tail in cut],
        )  # fmt: skip
        await self.connection.later("move_outboxes", [business_id], [last_notice + len(letters.people)], [0], [0])

    async def append_outcomes(self, lane: LaneRow, outcomes: Outcomes) -> None:
        await self.connection.later(
            "append_outcomes", lane.business_id, lane.campaign_id, outcomes.recipients, outcomes.seqs,
            outcomes.reasons,
        )  # fmt: skip

    async def move_lane(
        self, lane: LaneRow, *, after: int, counts: Mapping[str, int], done: bool, due_at: datetime
    ) -> None:
        await self.connection.later(
            "move_lane", lane.business_id, lane.campaign_id, lane.lane, after, json.dumps(counts), done, due_at
        )

    async def outcomes(self, business_id: int, campaign_id: int, *, after: int, limit: int) -> list[OutcomeRow]:
        records = await self.connection.fetch(self.sql.outcomes, business_id, campaign_id, after, limit)
        return [OutcomeRow(*record) for record in records]

    async def furthest(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], FurthestRow]:
        if not keys:
            return {}
        records = await self.connection.fetch(self.sql.furthest, *columns(keys, 2))
        return {(r["person_id"], r["seq"]): FurthestRow(r["status"], r["reason"], r["at"]) for r in records}

    async def sent_page(self, business_id: int, campaign_id: int, *, after: int, limit: int) -> list[tuple[int, int]]:
        found = await self.connection.fetchrow(self.sql.sent_page, business_id, campaign_id, after, limit)
        assert found is not None, "an aggregate has a row"
        return list(zip(found["people"] or (), found["seqs"] or (), strict=True))

    async def count_furthest(self, keys: Sequence[tuple[int, int]]) -> dict[int, int]:
        return dict(map(tuple, await self.connection.fetch(self.sql.count_furthest, *columns(keys, 2))))
