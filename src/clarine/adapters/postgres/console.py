"""Rows of ports/console_rows.py: lists, logs and sign-in for the consoles, and what the audit asks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from clarine.adapters.postgres.connected import Connected, Record, columns
from clarine.adapters.postgres.notify import notice_row
from clarine.domain.message import Status
from clarine.ports.console_rows import (
    AttemptShown,
    AuditRow,
    AuditScope,
    BusinessCounts,
    ConsentShown,
    EntryRow,
    HealthNumbers,
    JournalLine,
    ListedMessage,
    MessageQuery,
    NoticeQuery,
    NoticeState,
    Place,
    ReportShown,
    StaffRow,
    TemplateReview,
    TokenRow,
    WalletRow,
)
from clarine.ports.records import NOTICES_PER_POST_MAX, Business, NoticeRow, ReceiptRow, TemplateRow

_TEMPLATE = (
    "business_id", "template_id", "name", "language", "category", "status", "parameter_format", "components",
    "rejected_reason", "quality", "created_at", "updated_at",
)  # fmt: skip
_BUSINESS = (
    "business_id", "waba_id", "app_id", "app_secret", "name", "about", "verified", "currency", "profile", "created_at",
)  # fmt: skip

#: The audit's statements, by the name of what they find.
AUDIT_CHECKS = (
    "wallet_differs", "sum_not_zero", "entry_crooked", "post_unfounded", "delivery_unposted", "failure_unvoided",
    "void_unfounded", "hold_unfounded", "message_unheld", "statement_differs", "held_differs",
)  # fmt: skip


def _place(place: Place | None) -> tuple[datetime | None, int, int, int]:
    return (place.at, place.person_id, place.seq, place.step) if place is not None else (None, 0, 0, 0)


def _entry(record: Record) -> EntryRow:
    row = dict(record)
    place = Place(*(row.pop(name) for name in ("at", "person_id", "seq", "step")))
    return EntryRow(place=place, **row)


def _counts(record: Record) -> BusinessCounts:
    wallet = WalletRow(
        *(record[name] for name in ("business_id", "currency", "available_micros", "held_micros", "spent_micros"))
    )
    return BusinessCounts(
        business=Business(**{name: record[name] for name in _BUSINESS}),
        phone=record["phone"],
        quality=record["quality"],
        wallet=wallet,
        sent=record["sent"],
        delivered=record["delivered"],
        failed=record["failed"],
        refused=record["refused"],
        reports_open=record["reports"],
    )


class ConsoleQueries(Connected):
    """Implements ports.console_rows.ConsoleRows."""

    async def staff(self, email: str) -> StaffRow | None:
        record = await self.connection.fetchrow(self.sql.staff, email)
        return StaffRow(**record) if record else None

    async def put_staff(self, row: StaffRow) -> None:
        await self.connection.execute(
            self.sql.put_staff, row.email, row.business_id, row.name, row.password_hash, row.created_at
        )

    async def add_session(self, token_hash: bytes, email: str, *, at: datetime, expires_at: datetime) -> None:
        await self.connection.execute(self.sql.add_session, token_hash, email, at, expires_at)

    async def session_staff(self, token_hash: bytes, now: datetime) -> StaffRow | None:
        record = await self.connection.fetchrow(self.sql.session_staff, token_hash, now)
        return StaffRow(**record) if record else None

    async def end_session(self, token_hash: bytes, now: datetime) -> str | None:
        ended = await self.connection.fetch(self.sql.end_session, token_hash, now)
        return next((record["email"] for record in ended if record["live"]), None)

    async def wallet(self, business_id: int) -> WalletRow | None:
        record = await self.connection.fetchrow(self.sql.wallet, business_id)
        return WalletRow(**record) if record else None

    async def entries(
        self, business_id: int, *, since: datetime | None, until: datetime | None, before: Place | None, limit: int
    ) -> list[EntryRow]:
        return [
            _entry(record)
            for record in await self.connection.fetch(
                self.sql.entries, business_id, since, until, *_place(before), limit
            )
        ]

    async def statement_closing(
        self, business_id: int, *, until: datetime | None, before: Place | None
    ) -> tuple[int, int, int]:
        record = await self.connection.fetchrow(self.sql.statement_closing, business_id, until, *_place(before))
        assert record is not None, "sums have one row"
        return record["available"], record["held"], record["spent"]

    async def listed_messages(self, query: MessageQuery) -> list[ListedMessage]:
        person_id, seq = query.key or (None, 0)
        records = await self.connection.fetch(
            self.sql.listed_messages,
            query.business_id,
            *_place(query.before)[:3],
            query.phone_part,
            person_id,
            seq,
            query.status,
            query.category,
            query.limit,
        )
        return [ListedMessage(**record) for record in records]

    async def receipts_of(self, person_id: int, seq: int) -> list[ReceiptRow]:
        records = await self.connection.fetch(self.sql.receipts_of, person_id, seq)
        return [ReceiptRow(r["person_id"], r["seq"], Status(r["status"]), r["reason"], r["at"]) for r in records]

    async def journal_of(self, business_id: int, person_id: int, seq: int) -> list[JournalLine]:
        records = await self.connection.fetch(self.sql.journal_of, business_id, person_id, seq)
        return [JournalLine(**record) for record in records]

    async def listed_notices(self, query: NoticeQuery) -> list[NoticeState]:
        records = await self.connection.fetch(
            self.sql.listed_notices,
            query.business_id,
            query.first,
            query.last,
            query.since,
            query.until,
            query.field,
            query.event,
            query.phone_part,
            query.message_id,
            *(query.key or (None, None)),
            query.state,
            NOTICES_PER_POST_MAX,
            query.limit,
        )
        return [NoticeState(**record) for record in records]

    async def notice(self, business_id: int, number: int) -> NoticeRow | None:
        record = await self.connection.fetchrow(self.sql.notice_numbered, business_id, number)
        return notice_row(record) if record else None

    async def notices_of(
        self, business_id: int, message_id: str, *, person_id: int | None, seq: int, since: datetime
    ) -> list[NoticeState]:
        records = await self.connection.fetch(self.sql.notices_of, business_id, message_id, person_id, since, seq)
        return [NoticeState(**record) for record in records]

    async def attempts_of(self, business_id: int, numbers: Collection[int]) -> list[AttemptShown]:
        records = await self.connection.fetch(self.sql.attempts_of, business_id, list(numbers), NOTICES_PER_POST_MAX)
        return [AttemptShown(**record) for record in records]

    async def resend(self, business_id: int, numbers: Collection[int], now: datetime) -> int:
        return len(await self.connection.fetch(self.sql.resend, business_id, list(numbers), now))

    async def tokens(self, business_id: int) -> list[TokenRow]:
        return [TokenRow(**record) for record in await self.connection.fetch(self.sql.tokens, business_id)]

    async def add_console_token(self, business_id: int, row: TokenRow) -> None:
        await self.connection.execute(self.sql.add_console_token, row.token_hash, business_id, row.name, row.created_at)

    async def end_console_token(self, business_id: int, token_hash: bytes, now: datetime) -> bool:
        ended = await self.connection.fetchval(self.sql.end_console_token, business_id, token_hash, now)
        return ended is not None

    async def consents_of(self, person_id: int, business_id: int) -> list[ConsentShown]:
        records = await self.connection.fetch(self.sql.consents_of, person_id, business_id)
        return [ConsentShown(**record) for record in records]

    async def own_templates(self, business_id: int) -> list[TemplateRow]:
        records = await self.connection.fetch(self.sql.own_templates, business_id)
        return [TemplateRow(**record) for record in records]

    async def business_counts(self, *, search: str, since: datetime, limit: int) -> list[BusinessCounts]:
        await self.look_at_all()
        records = await self.connection.fetch(self.sql.business_counts, search, since, limit)
        return [_counts(record) for record in records]

    async def set_verified(self, business_id: int, *, verified: bool) -> bool:
        return await self.connection.fetchval(self.sql.set_verified, business_id, verified) is not None

    async def templates_in(self, statuses: Sequence[str], limit: int) -> list[TemplateReview]:
        records = await self.connection.fetch(self.sql.templates_in, list(statuses), limit)
        return [
            TemplateReview(r["business_name"], r["verified"], TemplateRow(**{name: r[name] for name in _TEMPLATE}))
            for r in records
        ]

    async def reports(
        self, *, reason: str | None, business_id: int | None, handled: bool, limit: int
    ) -> list[ReportShown]:
        records = await self.connection.fetch(self.sql.reports, reason, business_id, handled, limit)
        return [ReportShown(**record) for record in records]

    async def handle_report(self, person_id: int, business_id: int, number: int, *, now: datetime) -> bool:
        handled = await self.connection.fetchval(self.sql.handle_report, person_id, business_id, number, now)
        return handled is not None

    async def health(self, now: datetime) -> HealthNumbers:
        await self.look_at_all()
        record = await self.connection.fetchrow(self.sql.health, now)
        assert record is not None, "counts have one row"
        return HealthNumbers(**record)

    async def audit_findings(self, rules: Sequence[tuple[str, str, str, int]], limit: int) -> list[AuditRow]:
        await self.look_at_all()
        found: list[AuditRow] = []
        for check in AUDIT_CHECKS:
            extra = columns(rules, 4) if check == "entry_crooked" else []
            records = await self.connection.fetch(getattr(self.sql, f"audit_{check}"), limit, *extra)
            found += [AuditRow(check=check, **record) for record in records]
        return found

    async def audit_scope(self) -> AuditScope:
        await self.look_at_all()
        record = await self.connection.fetchrow(self.sql.audit_scope)
        assert record is not None, "counts have one row"
        return AuditScope(**record)
