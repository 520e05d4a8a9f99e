"""How Herd speaks to one person: text, and choices as buttons, as a list, or numbered where there are no buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clarine.client import ApiError, Button, CloudApi, Row, Section, Sent
from clarine_herd.store.people import Contact
from clarine_herd.store.postgres import Store
from clarine_herd.words import BODY_MAX, TEXT_MAX, Words

BUTTONS_MAX, BUTTON_MAX = 3, 20
LIST_MAX, TITLE_MAX = 10, 24
#: The API answers this to a type of message that is not offered to this person (Cloud API: errors).
UNSUPPORTED = 131051


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen: ``id`` comes back as a tap, ``title`` is read."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Voice:
    """The farm's voice; every send has its idempotency key and may answer a message (``reply_to``)."""

    store: Store
    api: CloudApi

    async def say(self, contact: Contact, text: str, *, key: str, reply_to: str | None = None) -> Sent:
        """Plain text, cut to the API's 4096."""
        return await self.api.send_text(contact.address, text[:TEXT_MAX], idempotency_key=key, reply_to=reply_to)

    async def ask(
        self,
        contact: Contact,
        words: Words,
        body: str,
        *,
        options: Sequence[Option],
        key: str,
        reply_to: str | None = None,
        button: str = "",
    ) -> Sent:
        """*body* with up to ten options; what their numbers stand for is remembered. Raises ApiError."""
        shown = list(options)[:LIST_MAX]
        await self.store.offer(contact, [option.id for option in shown])
        if contact.plain:
            return await self.say(contact, numbered(words, body, shown), key=f"{key}:plain", reply_to=reply_to)
        try:
            return await self._rich(contact, body, shown, button=button, key=key, reply_to=reply_to)
        except ApiError as error:
            if error.code != UNSUPPORTED:
                raise
        await self.store.set_plain(contact)
        return await self.say(contact, numbered(words, body, shown), key=f"{key}:plain", reply_to=reply_to)

    async def _rich(
        self, contact: Contact, body: str, options: list[Option], *, button: str, key: str, reply_to: str | None
    ) -> Sent:
        body = body[:BODY_MAX]
        if len(options) <= BUTTONS_MAX and all(len(option.title) <= BUTTON_MAX for option in options):
            items = [Button(option.id, option.title) for option in options]
            return await self.api.send_buttons(
                contact.address, body, items=items, idempotency_key=key, reply_to=reply_to
            )
        section = Section(button[:TITLE_MAX], tuple(Row(option.id, option.title[:TITLE_MAX]) for option in options))
        return await self.api.send_list(
            contact.address, body, button=button, sections=[section], idempotency_key=key, reply_to=reply_to
        )


def numbered(words: Words, body: str, options: Sequence[Option]) -> str:
    """The same choice for a telephone without buttons."""
    lines = [f"{words.number(place)} · {option.title}" for place, option in enumerate(options, 1)]
    return "\n".join([body, "", *lines, words.catalogue.chat.numbered])
