"""Sends what the outbox holds: the row was written with its alert, and its key makes a send count once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from clarine.client import ApiError, CloudApi, Sent
from clarine_herd import payloads
from clarine_herd.alerts import Alert
from clarine_herd.store.messages import WINDOW_CLOSED, Due
from clarine_herd.store.postgres import Store
from clarine_herd.words import TEXT_MAX, Words, command_of

log = logging.getLogger("clarine_herd")

WINDOW = timedelta(hours=24)
CONCURRENCY = 8
ATTEMPTS_MAX = 30
#: The template waits for its review or is paused: the message keeps until its useful life ends.
TEMPLATE_NOT_READY = frozenset({132001, 132015})
STOPPED = "the farmer stopped the alerts"


@dataclass(frozen=True, slots=True)
class Outbox:
    """The farm's outgoing side. ``farmer`` is the number as given, ``farmer_digits`` as webhooks write it."""

    store: Store
    api: CloudApi
    words: Words
    farmer: str
    farmer_digits: str

    async def drain(self, now: datetime | None) -> int:
        """Send what is due at farm time *now* (None: everything); gives how many messages were tried."""
        due = await self.store.due(now)
        if not due:
            return 0
        if await self.stopped():
            for message in due:
                await self.store.refused(message.key, code=0, details=STOPPED, final=True)
            return len(due)
        form = "free" if await self._window_open() else "template"
        await self.store.choose_form([message.key for message in due], form)
        chosen = (replace(message, form=form) if message.form == "auto" else message for message in due)
        gate = asyncio.Semaphore(CONCURRENCY)
        await asyncio.gather(*(self._send(message, gate) for message in chosen))
        return len(due)

    async def stopped(self) -> bool:
        """Whether the farmer's last word on it was stop."""
        verbs = (command_of(text).verb for text in await self.store.texts(self.farmer_digits))
        return next((verb == "stop" for verb in verbs if verb in ("stop", "start")), False)

    async def _window_open(self) -> bool:
        last = await self.store.last_inbound(self.farmer_digits)
        return last is not None and datetime.now(UTC) - last < WINDOW

    async def _send(self, message: Due, gate: asyncio.Semaphore) -> None:
        alerts = await self.store.episodes(message.episodes)
        async with gate:
            try:
                sent = await self._by_form(message, alerts)
            except ApiError as error:
                await self._not_taken(message, error)
            else:
                await self.store.accepted(message.key, sent.id)

    async def _by_form(self, message: Due, alerts: list[Alert]) -> Sent:
        try:
            return await self._by_kind(message, alerts)
        except ApiError as error:
            if error.code != WINDOW_CLOSED or message.form != "free":
                raise
        await self.store.send_as_template(message.key)
        return await self._by_kind(replace(message, form="template"), alerts)

    async def _not_taken(self, message: Due, error: ApiError) -> None:
        later = error.retryable or error.code in TEMPLATE_NOT_READY
        final = not later or (error.retryable and message.attempts + 1 >= ATTEMPTS_MAX)
        log.warning("A message was not taken: %s action=send key=%s final=%s", error, message.key, final)
        await self.store.refused(message.key, code=error.code, details=error.details, final=final)

    async def _by_kind(self, message: Due, alerts: list[Alert]) -> Sent:
        key, free = message.idempotency_key, message.form == "free"
        if message.kind == "alert":
            return await self._alert(alerts[0], key, free=free)
        return await self._digest(alerts, message.due_at, key, free=free)

    async def _alert(self, alert: Alert, key: str, *, free: bool) -> Sent:
        buttons = payloads.alert_buttons(self.words, alert)
        if free:
            text = payloads.alert_text(self.words, alert)
            return await self.api.send_buttons(self.farmer, text, items=buttons, idempotency_key=key)
        return await self.api.send_template(
            self.farmer,
            payloads.ALERT_TEMPLATE,
            language=self.words.catalogue.code,
            body=payloads.alert_parameters(self.words, alert),
            button_payloads=[button.id for button in buttons],
            idempotency_key=key,
        )

    async def _digest(self, alerts: list[Alert], at: datetime, key: str, *, free: bool) -> Sent:
        if free:
            text = payloads.digest_text(self.words, alerts, at)[:TEXT_MAX]
            return await self.api.send_text(self.farmer, text, idempotency_key=key)
        return await self.api.send_template(
            self.farmer,
            payloads.DIGEST_TEMPLATE,
            language=self.words.catalogue.code,
            body=payloads.digest_parameters(self.words, alerts, at),
            idempotency_key=key,
        )


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
