"""Rows of ports/business_rows.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from clarine.adapters.postgres.connected import Connected, columns
from clarine.ports.business_rows import ShutOutRow, TemplateSearch, TokenRow
from clarine.ports.records import Business, MediaRow, PhoneNumberRow, Subscription, TemplateRow


class BusinessQueries(Connected):
    """Implements ports.business_rows.BusinessRows."""

    async def add_businesses(self, rows: Sequence[Business]) -> None:
        values = [
            (
                row.business_id, row.waba_id, row.app_id, row.app_secret, row.name, row.about, row.verified, row.currency,
                row.profile, row.created_at,
            )
            for row in rows
        ]  # fmt: skip
        await self.connection.execute(self.sql.add_businesses, *columns(values, 10))
        wallets = [(row.business_id, row.currency) for row in rows]
        await self.connection.execute(self.sql.add_wallets, *columns(wallets, 2))
        await self.connection.execute(self.sql.add_outboxes, [row.business_id for row in rows])
        ids = [(object_id, row.business_id) for row in rows for object_id in (row.waba_id, row.app_id)]
        await self.connection.execute(self.sql.add_directory, *columns(ids, 2))

    async def add_phone_numbers(self, rows: Sequence[PhoneNumberRow], at: datetime) -> None:
        values = [
            (
                row.business_id, row.phone_number_id, row.phone, row.verified_name, row.quality, row.verified,
                row.registered, row.requested_name,
            )
            for row in rows
        ]  # fmt: skip
        await self.connection.execute(self.sql.add_phone_numbers, *columns(values, 8), at)
        ids = [(row.phone_number_id, row.business_id) for row in rows]
        await self.connection.execute(self.sql.add_directory, *columns(ids, 2))

    async def phones_taken(self, phones: Collection[int]) -> set[int]:
        return {record[0] for record in await self.connection.fetch(self.sql.phones_taken, list(phones))}

    async def owners_of(self, object_ids: Collection[int]) -> dict[int, int]:
        return dict(map(tuple, await self.connection.fetch(self.sql.owners_of, list(object_ids))))

    async def put_profiles(self, rows: Mapping[int, tuple[str, str]]) -> None:
        values = [(business_id, *found) for business_id, found in sorted(rows.items())]
        await self.connection.execute(self.sql.put_profiles, *columns(values, 3))

    async def living_tokens(self, token_hashes: Collection[bytes]) -> dict[bytes, TokenRow]:
        records = await self.connection.fetch(self.sql.living_tokens, list(token_hashes))
        return {record["token_hash"]: TokenRow(**record) for record in records}

    async def add_tokens(self, rows: Sequence[TokenRow]) -> None:
        values = [(row.token_hash, row.business_id, row.name, row.created_at) for row in rows]
        await self.connection.execute(self.sql.add_tokens, *columns(values, 4))

    async def end_tokens(self, business_id: int, token_hashes: Collection[bytes], at: datetime) -> int:
        return len(await self.connection.fetch(self.sql.end_tokens, business_id, list(token_hashes), at))

    async def templates_of(self, business_id: int, search: TemplateSearch, limit: int) -> list[TemplateRow]:
        backwards = search.before_id is not None
        records = await self.connection.fetch(
            self.sql.templates_before if backwards else self.sql.templates_newest,
            business_id,
            search.name,
            search.name_contains,
            search.content,
            search.name_or_content,
            search.language,
            search.status,
            search.category,
            search.quality,
            search.before_id if backwards else search.after_id,
            limit,
        )
        found = [TemplateRow(**record) for record in records]
        return found[::-1] if backwards else found

    async def count_templates(self, business_id: int) -> int:
        return int(await self.connection.fetchval(self.sql.count_templates, business_id))

    async def templates_by_id(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], TemplateRow]:
        records = await self.connection.fetch(self.sql.templates_by_id, *columns(keys, 2))
        return {(record["business_id"], record["template_id"]): TemplateRow(**record) for record in records}

    async def add_templates(self, rows: Sequence[TemplateRow]) -> set[int]:
        values = [
            (
                row.business_id, row.template_id, row.name, row.language, row.category, row.status, row.parameter_format,
                row.components, row.rejected_reason, row.quality, row.created_at, row.updated_at, row.options,
            )
            for row in rows
        ]  # fmt: skip
        return {record[0] for record in await self.connection.fetch(self.sql.add_templates, *columns(values, 13))}

    async def put_templates(self, rows: Sequence[TemplateRow]) -> None:
        values = [
            (
                row.business_id, row.template_id, row.category, row.status, row.parameter_format, row.components,
                row.rejected_reason, row.quality, row.updated_at, row.options,
            )
            for row in rows
        ]  # fmt: skip
        await self.connection.execute(self.sql.put_templates, *columns(values, 10))

    async def end_templates(self, keys: Collection[tuple[int, int]], at: datetime) -> None:
        await self.connection.execute(self.sql.end_templates, *columns(keys, 2), at)

    async def deleted_names(self, keys: Collection[tuple[int, str, str]], since: datetime) -> set[tuple[int, str, str]]:
        records = await self.connection.fetch(self.sql.deleted_names, *columns(keys, 3), since)
        return {(record[0], record[1], record[2]) for record in records}

    async def add_media(self, rows: Sequence[MediaRow]) -> None:
        single = {(row.owner_id, row.media_id): row for row in rows}  # one statement cannot move the same end twice
        values = [
            (
                row.owner_id, row.media_id, row.sha256, row.mime, row.size, row.filename, row.width, row.height,
                row.animated, row.created_at, row.expires_at,
            )
            for row in single.values()
        ]  # fmt: skip
        await self.connection.execute(self.sql.add_media, *columns(values, 11))

    async def end_media(self, keys: Collection[tuple[int, int]], at: datetime) -> int:
        return len(await self.connection.fetch(self.sql.end_media, *columns(keys, 2), at))

    async def put_subscriptions(self, rows: Sequence[Subscription], at: datetime) -> None:
        values = [
            (row.business_id, row.scope, row.object_id, row.url, row.verify_token, ",".join(row.fields)) for row in rows
        ]
        await self.connection.execute(self.sql.put_subscriptions, *columns(values, 6), at)

    async def drop_subscriptions(self, keys: Collection[tuple[int, str, int]]) -> int:
        return len(await self.connection.fetch(self.sql.drop_subscriptions, *columns(keys, 3)))

    async def shut_out(self, keys: Collection[tuple[int, int]], at: datetime) -> None:
        await self.connection.execute(self.sql.shut_out, *columns(sorted(keys), 2), at)

    async def let_in(self, keys: Collection[tuple[int, int]]) -> None:
        await self.connection.execute(self.sql.let_in, *columns(sorted(keys), 2))

    async def shut_out_among(self, keys: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
        records = await self.connection.fetch(self.sql.shut_out_among, *columns(keys, 2))
        return {(record[0], record[1]) for record in records}

    async def count_shut_out(self, business_id: int) -> int:
        return int(await self.connection.fetchval(self.sql.count_shut_out, business_id))

    async def shut_out_by(self, business_id: int, *, after_person: int, limit: int) -> list[ShutOutRow]:
        records = await self.connection.fetch(self.sql.shut_out_by, business_id, after_person, limit)
        return [ShutOutRow(**record) for record in records]
