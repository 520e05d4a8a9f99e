"""Whom the farm's alerts reach, in which language and order, and how the farm wants to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime, time
from typing import Any

from clarine_herd.plan import Policy
from clarine_herd.store.tables import Tables, query


@dataclass(frozen=True, slots=True)
class Contact:
    """A person: phone in digits only, ``hears`` all or critical, ``muted_until`` farm time.

    ``number`` is the store's own name for the person and stays; ``offered`` is what the last menu's numbers stand for.
    """

    phone: str = field(repr=False)
    language: str = "en"
    hears: str = "all"
    place: int = 0
    number: int = 0
    plain: bool = False
    muted_until: datetime | None = None
    offered: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The phone as the API takes it."""
        return f"+{self.phone}"


@dataclass(frozen=True, slots=True)
class Wishes:
    """The farm's own settings; see plan.Policy and known.Known for what they do."""

    species: str = "cattle"
    quiet_from: time = time(21)
    quiet_to: time = time(6)
    cows_per_message: int = 20
    messages_min: int = 2
    strictness: float = 0.0

    @property
    def policy(self) -> Policy:
        """What of it the plan looks at."""
        return Policy(self.quiet_from, self.quiet_to, self.cows_per_message, self.messages_min)


class People(Tables):
    """The people and the wishes of one farm."""

    async def wishes(self) -> Wishes:
        """How the farm wants to be told."""
        rows = await self.fetch("wishes")
        return Wishes(**rows[0]) if rows else Wishes()

    async def save_wishes(self, wishes: Wishes) -> None:
        """Keep the farm's wishes."""
        await self.execute("save_wishes", *astuple(wishes))

    async def contacts(self) -> list[Contact]:
        """Everybody, in the order in which a critical alert looks for somebody."""
        return [contact_of(row) for row in await self.fetch("contacts")]

    async def add_contacts(self, contacts: Sequence[Contact]) -> None:
        """Add who is not known yet, in this order; what a known person chose stays."""
        rows = [(who.phone, place, who.language, who.hears) for place, who in enumerate(contacts)]
        await self.execute("add_contacts", *(list(column) for column in zip(*rows, strict=True)))

    async def add_contact(self, contact: Contact) -> None:
        """Add somebody behind the others, also somebody who was taken out before."""
        await self.add_contacts([contact])
        await self.execute("bring_back", contact.phone, contact.language, contact.hears)

    async def save_contacts(self, chosen: Sequence[Contact]) -> bool:
        """Keep language, what they hear and the order of these people; who is not among them is taken out.

        False, and nothing is changed, when nobody would hear everything.
        """
        async with self.transaction() as connection:
            known = {row["number"] for row in await connection.fetch(query("lock_contacts"), self.farm)}
            kept = [who for who in chosen if who.number in known]
            if not any(who.hears == "all" for who in kept):
                return False
            gone = known - {who.number for who in kept}
            rows = [(who.number, who.language, who.hears, place) for place, who in enumerate(kept)]
            rows += [(number, "en", "none", len(rows)) for number in gone]
            await connection.execute(query("save_contacts"), self.farm, *zip(*rows, strict=True))
        return True

    async def set_language(self, contact: Contact, language: str) -> None:
        """This person reads *language* from now on."""
        await self.execute("set_language", contact.number, language)

    async def mute(self, contact: Contact, until: datetime) -> None:
        """Only critical alerts reach this person until farm time *until*."""
        await self.execute("set_muted", contact.number, until)

    async def set_plain(self, contact: Contact) -> None:
        """This person's menus are numbered from now on."""
        await self.execute("set_plain", contact.number)

    async def offer(self, contact: Contact, options: Sequence[str]) -> None:
        """Remember what the numbers of the menu stand for that this person was just shown."""
        await self.execute("set_offered", contact.number, list(options))


def contact_of(row: Mapping[str, Any]) -> Contact:
    """A row of contacts as a person."""
    return Contact(**(dict(row) | {"offered": tuple(row["offered"])}))
