"""The cheese shop's program: it offers, answers taps with its video and its price list, and takes no for an answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from clarine.client import ApiError, CloudApi, Event, InboundButton
from clarine.demo.cast import Player
from clarine.demo.letterbox import Letterbox
from clarine.demo.price_list import price_list_pdf

OFFER: Final = "ripe_cheese"
FILM, PRICES = "film", "prices"
ENDED_S: Final = 15.0

_COMPONENTS: Final[list[dict[str, Any]]] = [
    {
        "type": "BODY",
        "text": "Hello {{1}}, our three-month tomme is ripe and on the counter from Saturday. Would you like to see it?",
        "example": {"body_text": [["Ana"]]},
    },
    {"type": "FOOTER", "text": "Reply STOP and we write no more."},
    {
        "type": "BUTTONS",
        "buttons": [{"type": "QUICK_REPLY", "text": "Show me"}, {"type": "QUICK_REPLY", "text": "Price list"}],
    },
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one offer ended: *code* is the API's own error, 0 when it was delivered."""

    message_id: str
    code: int = 0
    details: str = ""


class Shop:
    """Speaks for the shop over *api*; its webhooks arrive in *letterbox*."""

    def __init__(self, api: CloudApi, letterbox: Letterbox) -> None:
        self._api = api
        self._letterbox = letterbox
        self._answering: set[asyncio.Task[None]] = set()
        letterbox.took = self._took

    async def open(self, callback_url: str) -> None:
        """Ask for the webhooks and, where it is missing, for the template of the offers."""
        await self._api.subscribe_webhooks(callback_url, verify_token=self._letterbox.verify_token)
        if not any(known.name == OFFER for known in await self._api.list_templates(name=OFFER)):
            await self._api.create_template(OFFER, "en", category="MARKETING", components=_COMPONENTS)

    async def offer(self, to: Player) -> Outcome:
        """Offer cheese to *to* and follow the message to its end. Raises Late when nobody hears of its end."""
        try:
            sent = await self._api.send_template(
                to.phone, OFFER, language="en", body=[to.name], button_payloads=[FILM, PRICES]
            )
        except ApiError as error:  # a house may refuse at once (errors_mode sync)
            return Outcome("", error.code, error.details)
        box = self._letterbox
        await box.watch.until(
            lambda: bool(box.status(sent.id, "delivered") or box.status(sent.id, "failed")),
            within_s=ENDED_S,
            what=f"the end of the offer to {to.name}",
        )
        failed = box.status(sent.id, "failed")
        return Outcome(sent.id, failed.code, failed.details) if failed else Outcome(sent.id)

    async def answered(self) -> None:
        """Return when everything that was asked for is sent."""
        await asyncio.gather(*self._answering)

    def _took(self, event: Event) -> None:
        if isinstance(event, InboundButton):
            task = asyncio.create_task(self._answer(event))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, tapped: InboundButton) -> None:
        to, key = tapped.arrival.sender.wa_id, tapped.arrival.id
        await self._api.mark_read(tapped.arrival.id, typing=True)
        match tapped.payload:
            case "film":
                film = files("clarine.demo").joinpath("assets", "cheese.mp4").read_bytes()
                media = await self._api.upload_media(film, "video/mp4", filename="tomme.mp4")
                await self._api.send_video(
                    to, media, caption="Three months old, cut this morning.", idempotency_key=key
                )
            case "prices":
                pdf = await asyncio.to_thread(price_list_pdf)
                media = await self._api.upload_media(pdf, "application/pdf", filename="prices.pdf")
                await self._api.send_document(to, media, filename="prices.pdf", idempotency_key=key)
