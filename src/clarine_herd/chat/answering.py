"""Answers everything that came in: it was kept before its webhook was acknowledged, and is marked when it is answered.

Only a registered contact is answered; what others write is kept and goes no further.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from clarine.client import ApiError
from clarine_herd import payloads
from clarine_herd.chat import asking, entering, judging
from clarine_herd.chat.reporting import send_report
from clarine_herd.chat.turn import Turn
from clarine_herd.commands import Command, command_of, language_in, meant, wants_week
from clarine_herd.link import page_link
from clarine_herd.payloads import tap_of
from clarine_herd.plan import SNOOZE_H_MAX
from clarine_herd.store.inbound import Waiting
from clarine_herd.store.people import Contact, Wishes
from clarine_herd.store.postgres import Store
from clarine_herd.voice import Option, Voice
from clarine_herd.words import LANGUAGE_NAMES, Verb, Words

log = logging.getLogger("clarine_herd")

MUTE_H = 3
TEXT_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Replies:
    """The farm's incoming side; ``now`` gives farm time, ``page_url`` is where people reach the farm's pages."""

    store: Store
    voice: Voice
    now: Callable[[], datetime]
    page_url: str

    async def answer_waiting(self) -> int:
        """Answer everything that waits; gives how many. What the API would not take is logged and not tried again."""
        waiting = await self.store.waiting()
        if not waiting:
            return 0
        wishes = await self.store.wishes()
        for item in waiting:
            # Read anew for each: the one before may have changed a language or offered a menu.
            people = {contact.phone: contact for contact in await self.store.contacts()}
            try:
                await self._answer(item, people.get(item.sender), wishes)
            except ApiError as error:
                if error.retryable:
                    return len(waiting)
                log.warning("An answer was not taken: %s action=reply", error)
            await self.store.handled(item.wamid)
        return len(waiting)

    async def _answer(self, item: Waiting, contact: Contact | None, wishes: Wishes) -> None:
        if contact is None or (item.kind == "text" and not item.value):
            return
        with contextlib.suppress(ApiError):
            # A tick that does not turn blue is no reason to leave a question unanswered.
            await self.voice.api.mark_read(item.wamid, typing=item.value.startswith("why:"))
        words = Words.of(contact.language, wishes.species)
        turn = Turn(self.store, self.voice, contact, words, item, self.now(), self.page_url)
        value = item.value
        if item.kind == "text" and (chosen := _chosen(turn)):
            value = chosen
        tap = tap_of(value) if item.kind == "tap" or value != item.value else None
        if tap is None:
            await _said(turn, value)
        elif tap.verb == "say":
            await _said(turn, tap.argument)
        else:
            await judging.tapped(turn, tap)


def _chosen(turn: Turn) -> str | None:
    """What a bare number stands for in the menu that this person was shown last."""
    written = command_of(turn.item.value)
    number = written.argument
    if written.verb is not None or not number.isdigit() or len(number) > 2:
        return None
    place = int(number) - 1
    return turn.contact.offered[place] if 0 <= place < len(turn.contact.offered) else None


async def _said(turn: Turn, text: str) -> None:
    command = command_of(text)
    match command.verb:
        case Verb.STATUS | Verb.COW | Verb.HEAT | Verb.CALVING | Verb.SICK | Verb.DEVICE:
            await asking.answer(turn, command)
        case Verb.REPORT:
            await send_report(turn, week=wants_week(command.argument))
        case Verb.PAGE:
            link = await page_link(turn.store, turn.contact, turn.page_url)
            await turn.say(turn.says.page.format(link=link))
        case Verb.OK | Verb.TRUE | Verb.WRONG | Verb.WHY | Verb.LATER:
            await judging.said(turn, command)
        case Verb.INSEMINATED | Verb.CALVED | Verb.PREGNANT | Verb.TREATED | Verb.DRY:
            await entering.enter(turn, command)
        case Verb.MUTE:
            await _mute(turn, command)
        case Verb.LANGUAGE:
            await _language(turn, command.argument)
        case Verb.HELP:
            await turn.ask(turn.words.fill(turn.says.help), payloads.menu_options(turn.words))
        case Verb.STOP:
            # The network itself stops what the person stopped, so the last word may not arrive.
            await turn.say(turn.says.stopped)
        case Verb.START:
            await turn.say(turn.says.started)
        case None:
            await _not_understood(turn, text)


async def _mute(turn: Turn, command: Command) -> None:
    until = turn.now + timedelta(hours=min(command.hours or MUTE_H, SNOOZE_H_MAX))
    await turn.store.mute(turn.contact, until)
    await turn.say(turn.says.muted.format(until=turn.words.time(until)))


async def _language(turn: Turn, wanted: str) -> None:
    language = language_in(wanted)
    if language is None:
        options = [
            payloads.command_option(turn.words, Verb.LANGUAGE, code, name) for code, name in LANGUAGE_NAMES.items()
        ]
        await turn.ask(turn.says.language_ask, options)
        return
    await turn.store.set_language(turn.contact, language)
    await turn.say(Words.of(language).catalogue.chat.language_set)


async def _not_understood(turn: Turn, text: str) -> None:
    """Say so, offer what it most resembles, and the menu."""
    says, words = turn.says, turn.words
    lines = [says.unknown.format(text=words.said(text[:TEXT_SHOWN]))] if text else []
    options = payloads.menu_options(words)
    close = meant(text, words.catalogue.code)
    if close is not None:
        lines.append(says.did_you_mean.format(example=words.said(close)))
        options = [Option(f"say:{close}"[:200], close[:24]), *options]
    await turn.ask("\n".join([*lines, says.menu_body]), options)
