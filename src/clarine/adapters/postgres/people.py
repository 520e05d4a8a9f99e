"""Rows of ports/people_rows.py."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import astuple
from datetime import datetime

from msgspec import structs

from clarine.adapters.postgres.connected import Connected, columns
from clarine.adapters.postgres.facts import message_state
from clarine.domain.consent import Act, ConsentCategory, ConsentRecord
from clarine.domain.conversation import Relation
from clarine.ports.people_rows import ChatRow, CodeRow, DeviceRow, LivingDevice
from clarine.ports.records import Business, MessageState, Person


class PeopleQueries(Connected):
    """Implements ports.people_rows.PeopleRows."""

    async def put_code(
        self, row: CodeRow, *, sent_before: datetime, hour_before: datetime, hour_codes_max: int
    ) -> bool:
        arguments = (*astuple(row), sent_before, hour_before, hour_codes_max)
        return await self.connection.fetchval(self.sql.put_code, *arguments) is not None

    async def lock_code(self, phone: int) -> CodeRow | None:
        record = await self.connection.fetchrow(self.sql.lock_code, phone)
        return CodeRow(**record) if record is not None else None

    async def use_code(self, phone: int, tries_left: int) -> None:
        await self.connection.execute(self.sql.use_code, phone, tries_left)

    async def claim_phone(self, phone: int, person_id: int) -> int:
        owner: int | None = await self.connection.fetchval(self.sql.claim_phone, phone, person_id)
        if owner is None:
            owner = await self.connection.fetchval(self.sql.owner_of_phone, phone)
        assert owner is not None
        return owner

    async def add_person(self, person: Person, at: datetime) -> None:
        await self.connection.execute(self.sql.add_person, *structs.astuple(person), at)
        await self.connection.execute(self.sql.add_inbox, person.person_id)

    async def put_profile(self, person: Person) -> None:
        await self.connection.execute(self.sql.put_profile, person.person_id, person.name, person.language)

    async def devices(self, person_id: int) -> list[DeviceRow]:
        return [DeviceRow(**record) for record in await self.connection.fetch(self.sql.devices, person_id)]

    async def living(self, devices: Collection[tuple[int, int]]) -> dict[tuple[int, int], LivingDevice]:
        records = await self.connection.fetch(self.sql.living, *columns(devices, 2))
        return {(record["person_id"], record["device_id"]): LivingDevice(**record) for record in records}

    async def add_device(self, row: DeviceRow) -> None:
        await self.connection.execute(self.sql.add_device, *astuple(row))

    async def see_devices(self, devices: Collection[tuple[int, int]], at: datetime) -> None:
        await self.connection.execute(self.sql.see_devices, *columns(devices, 2), at)

    async def end_devices(self, person_id: int, device_ids: Collection[int], at: datetime) -> list[int]:
        records = await self.connection.fetch(self.sql.end_devices, person_id, list(device_ids), at)
        return [record["device_id"] for record in records]

    async def chats(self, person_id: int, limit: int) -> tuple[int, list[ChatRow]]:
        records = await self.connection.fetch(self.sql.chats, person_id, limit)
        last_seq = records[0]["last_seq"] if records else 0
        chats = [
            ChatRow(
                business_id=record["chat_id"],
                relation=Relation(
                    window_until=record["window_until"],
                    blocked=bool(record["blocked"]),
                    stopped=bool(record["stopped"]),
                    marketing_consent=bool(record["marketing_consent"]),
                    utility_consent=record["utility_consent"],
                    read_seq=record["read_seq"] or 0,
                ),
                last=message_state(record) if record["seq"] is not None else None,
                unread=record["unread"],
            )
            for record in records
            if record["chat_id"] is not None
        ]
        return last_seq, chats

    async def last_seq(self, person_id: int) -> int:
        return int(await self.connection.fetchval(self.sql.last_seq, person_id) or 0)

    async def thread(self, person_id: int, business_id: int, *, before: int, limit: int) -> list[MessageState]:
        records = await self.connection.fetch(self.sql.thread, person_id, business_id, before, limit)
        return [message_state(record) for record in records]

    async def unread_counts(self, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
        if not keys:
            return {}
        records = await self.connection.fetch(self.sql.unread_counts, *columns(keys, 2))
        return {(record["person_id"], record["business_id"]): record["unread"] for record in records}

    async def consents(self, person_id: int, business_id: int, limit: int) -> list[ConsentRecord]:
        records = await self.connection.fetch(self.sql.consents_of_pair, person_id, business_id, limit)
        return [
            ConsentRecord(**{**record, "act": Act(record["act"]), "category": ConsentCategory(record["category"])})
            for record in records
        ]

    async def find_businesses(self, words: str, phone: int | None, limit: int) -> list[Business]:
        escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        records = await self.connection.fetch(self.sql.find_businesses, f"%{escaped}%", phone, limit)
        return [Business(**record) for record in records]
