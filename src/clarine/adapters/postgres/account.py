"""Rows of ports/account_rows.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from clarine.adapters.postgres.connected import Connected, columns
from clarine.ports.account_rows import (
    AssignedRow,
    ClickFigure,
    Figure,
    Period,
    RegistrationRow,
    ShortLinkRow,
    TemplateFigure,
    UploadRow,
)


class AccountQueries(Connected):
    """Implements ports.account_rows.AccountRows."""

    async def lock_registration(self, business_id: int, phone_number_id: int, *, pin_tries: int) -> RegistrationRow:
        await self.connection.execute(self.sql.add_registration, business_id, phone_number_id, pin_tries)
        record = await self.connection.fetchrow(self.sql.lock_registration, business_id, phone_number_id)
        assert record is not None
        return RegistrationRow(**{**record, "registered_at": tuple(record["registered_at"])})

    async def put_registration(self, row: RegistrationRow) -> None:
        await self.connection.execute(
            self.sql.put_registration, row.business_id, row.phone_number_id, row.pin_hash, row.pin_tries_left,
            row.pin_tried_at, row.code_hash, row.code_tries_left, row.code_sent_at, list(row.registered_at), row.region,
        )  # fmt: skip

    async def put_number_state(
        self, business_id: int, phone_number_id: int, *, verified: bool, registered: bool
    ) -> None:
        await self.connection.execute(self.sql.put_number_state, business_id, phone_number_id, verified, registered)

    async def put_allowed_to(self, business_id: int, phone_number_id: int, phones: Sequence[int] | None) -> None:
        await self.connection.execute(self.sql.put_allowed_to, business_id, phone_number_id, phones)

    async def put_number_name(
        self, business_id: int, phone_number_id: int, *, verified_name: str, requested_name: str | None
    ) -> None:
        values = (business_id, phone_number_id, verified_name, requested_name)
        await self.connection.execute(self.sql.put_number_name, *values)

    async def put_account_name(self, business_id: int, name: str) -> None:
        await self.connection.execute(self.sql.put_account_name, business_id, name)

    async def settings(self, business_id: int) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = {}
        for record in await self.connection.fetch(self.sql.settings, business_id):
            found.setdefault(record["object_id"], {})[record["name"]] = record["body"]
        return found

    async def put_settings(self, business_id: int, object_id: int, values: Mapping[str, str], at: datetime) -> None:
        found = columns(sorted(values.items()), 2)
        await self.connection.execute(self.sql.put_settings, business_id, object_id, *found, at)

    async def short_links(
        self, business_id: int, phone_number_id: int, *, after: str, limit: int
    ) -> list[ShortLinkRow]:
        records = await self.connection.fetch(self.sql.short_links, business_id, phone_number_id, after, limit)
        return [ShortLinkRow(**record) for record in records]

    async def short_link(self, business_id: int, code: str) -> ShortLinkRow | None:
        record = await self.connection.fetchrow(self.sql.short_link, business_id, code)
        return None if record is None else ShortLinkRow(**record)

    async def count_short_links(self, business_id: int, phone_number_id: int) -> int:
        return int(await self.connection.fetchval(self.sql.count_short_links, business_id, phone_number_id))

    async def put_short_link(self, row: ShortLinkRow) -> None:
        values = (row.business_id, row.code, row.phone_number_id, row.prefilled, row.created_at)
        await self.connection.execute(self.sql.put_short_link, *values)

    async def drop_short_link(self, business_id: int, phone_number_id: int, code: str) -> bool:
        found = await self.connection.fetchval(self.sql.drop_short_link, business_id, phone_number_id, code)
        return found is not None

    async def put_upload(self, row: UploadRow) -> None:
        await self.connection.execute(
            self.sql.put_upload, row.business_id, row.upload_id, row.filename, row.mime, row.size, row.received,
            list(row.parts), row.created_at,
        )  # fmt: skip

    async def lock_upload(self, business_id: int, upload_id: int) -> UploadRow | None:
        record = await self.connection.fetchrow(self.sql.lock_upload, business_id, upload_id)
        return None if record is None else UploadRow(**{**record, "parts": tuple(record["parts"])})

    async def assigned_users(self, business_id: int) -> list[AssignedRow]:
        records = await self.connection.fetch(self.sql.assigned_users, business_id)
        return [AssignedRow(record["business_id"], record["user_id"], tuple(record["tasks"])) for record in records]

    async def put_assigned_user(self, row: AssignedRow, at: datetime) -> None:
        await self.connection.execute(self.sql.put_assigned_user, row.business_id, row.user_id, list(row.tasks), at)

    async def drop_assigned_user(self, business_id: int, user_id: int) -> bool:
        return await self.connection.fetchval(self.sql.drop_assigned_user, business_id, user_id) is not None

    async def figures(self, business_id: int, period: Period) -> list[Figure]:
        values = (business_id, period.start, period.end, period.granularity)
        return [Figure(**record) for record in await self.connection.fetch(self.sql.figures, *values)]

    async def template_figures(
        self, business_id: int, template_ids: Collection[int], period: Period
    ) -> list[TemplateFigure]:
        values = (business_id, list(template_ids), period.start, period.end)
        return [TemplateFigure(**record) for record in await self.connection.fetch(self.sql.template_figures, *values)]

    async def click_figures(self, business_id: int, template_ids: Collection[int], period: Period) -> list[ClickFigure]:
        values = (business_id, list(template_ids), period.start, period.end)
        return [ClickFigure(**record) for record in await self.connection.fetch(self.sql.click_figures, *values)]

    async def complaint_figures(
        self, business_id: int, template_ids: Collection[int], period: Period
    ) -> dict[int, tuple[int, str | None]]:
        values = (business_id, list(template_ids), period.start, period.end)
        records = await self.connection.fetch(self.sql.complaint_figures, *values)
        return {record["template_id"]: (record["complaints"], record["reason"]) for record in records}

    async def count_created_templates(self, business_id: int, since: datetime) -> int:
        return int(await self.connection.fetchval(self.sql.count_created_templates, business_id, since))
