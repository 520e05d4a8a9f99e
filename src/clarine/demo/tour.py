"""What happens around the cheese shop: offers, taps, a refusal, STOP, START and a report; and the farmer's vet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import httpx

from clarine.client import ApiError
from clarine.demo.inbox import Json
from clarine.demo.shop import FILM, PRICES, Outcome
from clarine.demo.stage import VET_NOTE, Stage
from clarine.demo.watch import Late

HAPPENS_S: Final = 20.0
#: What ends a part of the story early.
STUCK: Final = (Late, ApiError, httpx.HTTPError)
_PARAMETER_CHARACTERS_MAX: Final = 300

#: Says one line of the story: who, and what happened.
Tell = Callable[[str, str], None]
#: Lets this many seconds pass for a human who watches.
Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Toured:
    """What came of it. *got_while_stopped* counts messages of the shop that reached the one who had stopped them."""

    offered: tuple[Outcome, ...]
    stranger: Outcome
    while_stopped: Outcome
    got_while_stopped: int
    resumed: Outcome


async def tour(stage: Stage, tell: Tell, pause: Pause) -> Toured:
    """Play the shop's part once. Raises Late when something that should happen does not."""
    people = stage.cast.people
    if stage.phones["stops"].inbox.chat(str(stage.cast.shop.business_id)).relation["stopped"]:
        await _start_again(stage)  # an earlier story was cut short between STOP and START
    await _ask_again(stage)
    tell("The cheese shop", "offers its tomme to three people who agreed to hear of it.")
    offered = tuple(await asyncio.gather(*(stage.shop.offer(people[role]) for role in ("looks", "stops", "reports"))))
    await _looks(stage, tell, pause)
    await pause(4)
    stranger = await stage.shop.offer(people["stranger"])
    tell("The cheese shop", f"tries {people['stranger'].name}, who never agreed: {_said(stranger)}")
    await pause(6)
    while_stopped, got, resumed = await _stops(stage, tell, pause)
    await pause(4)
    await _reports(stage, tell)
    return Toured(offered, stranger, while_stopped, got, resumed)


async def _ask_again(stage: Stage) -> None:
    """Who had an offer before asks for another: nobody is made offers again and again who does not (Cloud API: 131049)."""
    shop_id = stage.cast.shop.business_id
    for role in ("looks", "stops", "reports"):
        phone = stage.phones[role]
        if phone.received(shop_id, "template"):
            await phone.write(shop_id, "Is there any of the tomme left?")


async def ask_vet(stage: Stage, alert: Json) -> None:
    """The herd's office passes *alert* on to the vet, who reads it and taps."""
    words = " ".join(str(alert["content"].get("body", "")).split())[:_PARAMETER_CHARACTERS_MAX]
    farmer, vet = stage.cast.people["farmer"], stage.cast.people["vet"]
    before = len(stage.phones["vet"].received(stage.cast.herd.business_id, "template"))
    await stage.herd_api.send_template(
        vet.phone, VET_NOTE, language="en", body=[farmer.name, words], button_payloads=["coming", "tomorrow"]
    )
    note = await _next(stage, "vet", stage.cast.herd.business_id, "template", before)
    await stage.phones["vet"].read(note)
    await stage.phones["vet"].tap(note, "coming")


async def _looks(stage: Stage, tell: Tell, pause: Pause) -> None:
    phone, shop_id = stage.phones["looks"], stage.cast.shop.business_id
    films, lists = (len(phone.received(shop_id, kind)) for kind in ("video", "document"))
    offer = phone.received(shop_id, "template")[-1]
    await pause(2)
    await phone.read(offer)
    await phone.tap(offer, FILM)
    await phone.read(await _next(stage, "looks", shop_id, "video", films))
    tell(phone.player.name, "reads it, taps “Show me” and gets the video.")
    await pause(3)
    await phone.tap(offer, PRICES)
    await phone.read(await _next(stage, "looks", shop_id, "document", lists))
    tell(phone.player.name, "taps “Price list” and gets the PDF.")


async def _stops(stage: Stage, tell: Tell, pause: Pause) -> tuple[Outcome, int, Outcome]:
    phone, shop_id = stage.phones["stops"], stage.cast.shop.business_id
    chat = phone.inbox.chat(str(shop_id))
    await phone.write(shop_id, "STOP")
    await stage.watch.until(lambda: bool(chat.relation["stopped"]), within_s=HAPPENS_S, what="STOP")
    before = len(phone.received(shop_id, "template"))
    while_stopped = await stage.shop.offer(phone.player)
    got = len(phone.received(shop_id, "template")) - before
    tell(phone.player.name, f"writes STOP. The shop's next offer: {_said(while_stopped)}")
    await pause(8)
    await _start_again(stage)
    resumed = await stage.shop.offer(phone.player)
    tell(phone.player.name, f"writes START. The shop's next offer: {_said(resumed)}")
    return while_stopped, got, resumed


async def _start_again(stage: Stage) -> None:
    phone, shop_id = stage.phones["stops"], stage.cast.shop.business_id
    chat = phone.inbox.chat(str(shop_id))
    await phone.write(shop_id, "START")
    await stage.watch.until(lambda: not chat.relation["stopped"], within_s=HAPPENS_S, what="START")


async def _reports(stage: Stage, tell: Tell) -> None:
    phone = stage.phones["reports"]
    offer = phone.received(stage.cast.shop.business_id, "template")[-1]
    await phone.read(offer)
    await phone.report(offer, "too_often")
    tell(phone.player.name, "reports the offer as too often; the operator sees it, the shop does not.")


async def _next(stage: Stage, role: str, business_id: int, kind: str, before: int) -> Json:
    """The message of *kind* that comes after the first *before* of them."""
    phone = stage.phones[role]
    await stage.watch.until(
        lambda: len(phone.received(business_id, kind)) > before,
        within_s=HAPPENS_S,
        what=f"{kind} for {phone.player.name}",
    )
    return phone.received(business_id, kind)[-1]


def _said(outcome: Outcome) -> str:
    return f"refused with (#{outcome.code}) {outcome.details}" if outcome.code else "delivered."
