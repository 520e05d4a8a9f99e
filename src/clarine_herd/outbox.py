"""Sends what the outbox holds: the row was written with its alert, and its key makes a send count once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from clarine.client import ApiError, CloudApi, Sent
from clarine_herd import payloads
from clarine_herd.alerts import Alert
from clarine_herd.commands import command_of
from clarine_herd.plan import still_news
from clarine_herd.store.messages import WINDOW_CLOSED, Due
from clarine_herd.store.people import Contact, Wishes
from clarine_herd.store.postgres import Store
from clarine_herd.voice import Voice
from clarine_herd.words import Verb, Words

log = logging.getLogger("clarine_herd")

WINDOW = timedelta(hours=24)
#: Longer than any alert is of use.
OPEN_WITHIN = timedelta(days=8)
CONCURRENCY = 8
ATTEMPTS_MAX = 30
#: The template waits for its review or is paused: the message keeps until its useful life ends.
TEMPLATE_NOT_READY = frozenset({132001, 132015})
STOPPED = "the person stopped the alerts"


@dataclass(frozen=True, slots=True)
class Outbox:
    """The farm's outgoing side."""

    store: Store
    voice: Voice

    async def drain(self, now: datetime | None) -> int:
        """Send what is due at farm time *now* (None: everything); gives how many messages were tried."""
        if now is not None:
            await self.store.escalate(now)
        due = await self.store.due(now)
        if not due:
            return 0
        wishes, contacts = await self.store.wishes(), await self.store.contacts()
        known = {alert.id: alert for alert in await self.store.episodes([e for one in due for e in one.episodes])}
        if now is not None:
            due = await self._still_news(due, known, now)
        for contact in contacts:
            await self._drain_one(contact, [one for one in due if one.contact == contact.number], known, wishes)
        return len(due)

    async def stopped(self, contact: Contact) -> bool:
        """Whether this person's last word on it was stop."""
        verbs = (command_of(text).verb for text in await self.store.texts(contact.phone))
        return next((verb is Verb.STOP for verb in verbs if verb in (Verb.STOP, Verb.START)), False)

    async def _still_news(self, due: Iterable[Due], known: dict[str, Alert], now: datetime) -> list[Due]:
        """What is due without what is over; what was tried before keeps its words, or its key would not count once."""
        open_now = {alert.id for alert in await self.store.open_alerts(now - OPEN_WITHIN)}
        kept, over = [], []
        for one in due:
            news = tuple(e for e in one.episodes if e in known and _is_news(one, known[e], open_now))
            if one.form != "auto" or news == one.episodes:
                kept.append(one)
            elif news:
                await self.store.keep_news(one.key, news)
                kept.append(replace(one, episodes=news))
            else:
                over.append(one.key)
        await self.store.set_aside(over)
        return kept

    async def _drain_one(self, contact: Contact, due: list[Due], known: dict[str, Alert], wishes: Wishes) -> None:
        if not due:
            return
        if await self.stopped(contact):
            for message in due:
                await self.store.refused(message.key, code=0, details=STOPPED, final=True)
            return
        form = "free" if await self._window_open(contact) else "template"
        await self.store.choose_form([message.key for message in due], form)
        chosen = (replace(message, form=form) if message.form == "auto" else message for message in due)
        letters = [
            _Letter(contact, Words.of(contact.language, wishes.species), one, tuple(known[e] for e in one.episodes))
            for one in chosen
        ]
        gate = asyncio.Semaphore(CONCURRENCY)
        await asyncio.gather(*(self._send(letter, gate) for letter in letters))

    async def _window_open(self, contact: Contact) -> bool:
        last = await self.store.last_inbound(contact.phone)
        return last is not None and datetime.now(UTC) - last < WINDOW

    async def _send(self, letter: _Letter, gate: asyncio.Semaphore) -> None:
        async with gate:
            try:
                sent = await self._by_form(letter)
            except ApiError as error:
                await self._not_taken(letter.message, error)
            else:
                await self.store.accepted(letter.message.key, sent.id)

    async def _by_form(self, letter: _Letter) -> Sent:
        try:
            return await self._by_kind(letter)
        except ApiError as error:
            if error.code != WINDOW_CLOSED or letter.message.form != "free":
                raise
        await self.store.send_as_template(letter.message.key)
        return await self._by_kind(replace(letter, message=replace(letter.message, form="template")))

    async def _not_taken(self, message: Due, error: ApiError) -> None:
        later = error.retryable or error.code in TEMPLATE_NOT_READY
        final = not later or (error.retryable and message.attempts + 1 >= ATTEMPTS_MAX)
        log.warning("A message was not taken: %s action=send key=%s final=%s", error, message.key, final)
        await self.store.refused(message.key, code=error.code, details=error.details, final=final)

    async def _by_kind(self, letter: _Letter) -> Sent:
        match letter.message.kind, letter.message.form:
            case "alert", "free":
                return await self._alert(letter)
            case "alert", _:
                return await self._alert_template(letter)
            case _, "free":
                text = payloads.digest_text(letter.words, letter.alerts, letter.message.due_at)
                return await self.voice.say(letter.contact, text, key=letter.message.idempotency_key)
            case _:
                return await self._digest_template(letter)

    async def _alert(self, letter: _Letter) -> Sent:
        alert, message = letter.alerts[0], letter.message
        text = payloads.alert_text(letter.words, alert, message.due_at, escalated=message.turn > 0)
        options = payloads.alert_options(letter.words, alert)
        return await self.voice.ask(letter.contact, letter.words, text, options=options, key=message.idempotency_key)

    async def _alert_template(self, letter: _Letter) -> Sent:
        alert, message = letter.alerts[0], letter.message
        options = [option.id for option in payloads.alert_options(letter.words, alert)]
        await self.store.offer(letter.contact, options)
        return await self.voice.api.send_template(
            letter.contact.address,
            payloads.ALERT_TEMPLATE,
            language=letter.contact.language,
            body=payloads.alert_parameters(letter.words, alert, message.due_at, escalated=message.turn > 0),
            button_payloads=options,
            idempotency_key=message.idempotency_key,
        )

    async def _digest_template(self, letter: _Letter) -> Sent:
        return await self.voice.api.send_template(
            letter.contact.address,
            payloads.DIGEST_TEMPLATE,
            language=letter.contact.language,
            body=payloads.digest_parameters(letter.words, letter.alerts, letter.message.due_at),
            idempotency_key=letter.message.idempotency_key,
        )


@dataclass(frozen=True, slots=True)
class _Letter:
    """One message with all that is needed to write it."""

    contact: Contact
    words: Words
    message: Due
    alerts: tuple[Alert, ...]


def _is_news(message: Due, alert: Alert, open_now: set[str]) -> bool:
    # A reminder, or the next person's turn, is only for what goes on and nobody has seen.
    if message.turn > 0 or message.key.startswith("again:"):
        return alert.id in open_now
    return still_news(alert)


async def ensure_templates(api: CloudApi, words: Words) -> dict[str, str]:
    """Ask for the templates that the account lacks in this language; gives name → status. Raises ApiError."""
    known = {(found.name, found.language): found.status for found in await api.list_templates()}
    statuses: dict[str, str] = {}
    for name in (payloads.ALERT_TEMPLATE, payloads.DIGEST_TEMPLATE):
        language = words.catalogue.code
        if (name, language) not in known:
            parts = payloads.template_components(words, name)
            made = await api.create_template(name, language, category=payloads.CATEGORY, components=parts)
            known[name, language] = made.status
        statuses[name] = known[name, language]
    return statuses
