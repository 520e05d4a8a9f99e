"""Answers the farmer: Why?, True, Not true with its reason, and a few words written by hand.

What came in was kept before the webhook was acknowledged; it is marked as handled after the answer was taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from clarine.client import ApiError, CloudApi
from clarine_herd import payloads
from clarine_herd.alerts import Alert
from clarine_herd.chart import curve_of, png_of, shown_until
from clarine_herd.normal import DAYS_BACK, grid_of, normal_of
from clarine_herd.payloads import Tap
from clarine_herd.store.inbound import Waiting
from clarine_herd.store.postgres import Store
from clarine_herd.words import Reason, Words, command_of

log = logging.getLogger("clarine_herd")

HEARD_WITHIN = timedelta(hours=12)
HERD_WITHIN = timedelta(days=14)
OPEN_WITHIN = timedelta(days=7)
#: Fourteen days of past for the first of five days shown, and a day's slack.
CHART_PAST = timedelta(days=DAYS_BACK + 6)

_drawing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Replies:
    """The farm's incoming side; ``now`` gives farm time."""

    store: Store
    api: CloudApi
    words: Words
    farmer_digits: str
    now: Callable[[], datetime]

    async def answer_waiting(self) -> int:
        """Answer everything that waits; gives how many. What the API would not take is logged and not tried again."""
        waiting = await self.store.waiting()
        for item in waiting:
            try:
                await self._answer(item)
            except ApiError as error:
                if error.retryable:
                    return len(waiting)
                log.warning("An answer was not taken: %s action=reply", error)
            await self.store.handled(item.wamid)
        return len(waiting)

    async def _answer(self, item: Waiting) -> None:
        # Only the farmer may ask about the herd; another person's words are kept and not answered.
        if item.sender != self.farmer_digits:
            return
        with contextlib.suppress(ApiError):
            # A tick that does not turn blue is no reason to leave a question unanswered.
            await self.api.mark_read(item.wamid, typing=item.value.startswith("why:"))
        match item.kind:
            case "tap":
                tap = payloads.tap_of(item.value)
                if tap is not None:
                    await self._tapped(item, tap)
            case "text":
                await self._said(item)

    async def _tapped(self, item: Waiting, tap: Tap) -> None:
        found = await self.store.episodes([tap.episode])
        if not found:
            await self._text(item, self.words.catalogue.too_old)
            return
        alert = found[0]
        match tap.verb:
            case "why":
                await self._why(item, alert)
            case "true":
                await self.store.save_feedback(alert.id, "true")
                await self.store.acknowledge(alert.id)
                await self._text(item, self.words.catalogue.thanks_true)
            case "not":
                await self.store.save_feedback(alert.id, "not_true")
                await self._ask_reason(item, alert)
            case _:
                await self.store.save_feedback(alert.id, "not_true", reason=tap.reason)
                await self.store.acknowledge(alert.id)
                reason = self.words.catalogue.reasons[Reason(tap.reason)]
                await self._text(item, self.words.catalogue.thanks_reason.format(reason=reason))

    async def _ask_reason(self, item: Waiting, alert: Alert) -> None:
        says = self.words.catalogue
        body = says.ask_reason.format(animal=self.words.id(alert.animal))
        sections = payloads.reason_sections(self.words, alert.id)
        key = f"reply:{item.wamid}"
        await self.api.send_list(
            item.sender, body, button=says.ask_button, sections=sections, idempotency_key=key, reply_to=item.wamid
        )

    async def _why(self, item: Waiting, alert: Alert) -> None:
        if not alert.animal:
            await self._text(item, f"{self.words.what(alert)}\n{self.words.sources(alert)}")
            return
        until = shown_until(alert, self.now())
        await self._chart(item, alert.animal, until, alert=alert, caption=self.words.caption(alert))

    async def _chart(self, item: Waiting, animal: str, until: datetime, *, alert: Alert | None, caption: str) -> None:
        png = await self._png(animal, until, alert)
        media = await self.api.upload_media(png, "image/png", filename=f"cow-{animal}.png")
        key = f"reply:{item.wamid}"
        await self.api.send_image(item.sender, media, caption=caption, idempotency_key=key, reply_to=item.wamid)

    async def _png(self, animal: str, until: datetime, alert: Alert | None) -> bytes:
        table = await self.store.readings(until - CHART_PAST, animal)

        def draw() -> bytes:
            grid = grid_of(table, until=until)
            # matplotlib's font cache is not made for two threads at once.
            with _drawing:
                return png_of(curve_of(grid, normal_of(grid), animal, until=until), self.words, alert)

        return await asyncio.to_thread(draw)

    async def _said(self, item: Waiting) -> None:
        command, says = command_of(item.value), self.words.catalogue
        match command.verb:
            case "status":
                await self._text(item, await self._status())
            case "cow":
                await self._cow(item, command.argument)
            case "stop":
                # The network itself stops what the person stopped, so the last word may not arrive.
                await self._text(item, says.stopped)
            case "start":
                await self._text(item, says.started)
            case _:
                await self._text(item, says.help)

    async def _status(self) -> str:
        now, says = self.now(), self.words.catalogue
        heard, animals = await self.store.heard(now - HEARD_WITHIN, now - HERD_WITHIN)
        alerts = await self.store.open_alerts(now - OPEN_WITHIN)
        count = self.words.number
        lines = [
            says.status.format(heard=count(heard), animals=count(animals)),
            says.open_alerts.format(count=count(len(alerts))),
            *(f"• {line}" for line in self.words.digest_lines(alerts)),
        ]
        return "\n".join(lines)

    async def _cow(self, item: Waiting, animal: str) -> None:
        now, says = self.now(), self.words.catalogue
        table = await self.store.readings(now - HERD_WITHIN, animal)
        if table.is_empty():
            await self._text(item, says.no_cow.format(animal=self.words.id(animal[:64])))
            return
        last = table["measured_at"].max()
        assert isinstance(last, datetime)
        read = says.caption.format(animal=self.words.id(animal))
        now_line = says.cow_now.format(animal=self.words.id(animal), start=self.words.date(last))
        await self._chart(item, animal, now, alert=None, caption=f"{now_line}\n{read}")

    async def _text(self, item: Waiting, text: str) -> None:
        await self.api.send_text(item.sender, text, idempotency_key=f"reply:{item.wamid}", reply_to=item.wamid)
