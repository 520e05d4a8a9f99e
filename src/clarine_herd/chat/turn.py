"""One thing that somebody said, with all that is needed to answer it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from clarine_herd.store.inbound import Waiting
from clarine_herd.store.people import Contact
from clarine_herd.store.postgres import Store
from clarine_herd.voice import Option, Voice
from clarine_herd.words import Words
from clarine_herd.words.chat import Chat


@dataclass(frozen=True, slots=True)
class Turn:
    """*item* as said by *contact*; *now* is farm time."""

    store: Store
    voice: Voice
    contact: Contact
    words: Words
    item: Waiting
    now: datetime
    page_url: str = ""

    @property
    def says(self) -> Chat:
        """The sentences of the chat in this person's language."""
        return self.words.catalogue.chat

    @property
    def key(self) -> str:
        """The key under which the answer counts once."""
        return f"reply:{self.item.wamid}"

    async def say(self, text: str) -> None:
        """Answer with text."""
        await self.voice.say(self.contact, text, key=self.key, reply_to=self.item.wamid)

    async def medium(self, make: Callable[[], bytes], mime: str, *, filename: str) -> str:
        """The media id of what *make* draws; a second try of this turn sends the same, or its key would not count once."""
        key = f"{self.key}:{filename}"
        known = await self.store.uploaded(key)
        if known is not None:
            return known
        media = await self.voice.api.upload_media(await asyncio.to_thread(make), mime, filename=filename)
        await self.store.remember_upload(key, media)
        return media

    async def ask(self, body: str, options: Sequence[Option], *, button: str = "") -> None:
        """Answer with a choice."""
        await self.voice.ask(
            self.contact,
            self.words,
            body,
            options=options,
            key=self.key,
            reply_to=self.item.wamid,
            button=button or self.says.menu_button,
        )
