"""The story without an audience, as fast as it goes: played once, counted, and judged against its promises."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from clarine.adapters.sender import KeepingSender
from clarine.build import Serving, until_signal
from clarine.config import Settings
from clarine.demo import promises
from clarine.demo.cast import Cast
from clarine.demo.facts import Facts, facts_since
from clarine.demo.herd import Farm, Told, judge_once
from clarine.demo.inbox import Json
from clarine.demo.lock import locked
from clarine.demo.phone import Phone
from clarine.demo.promises import Promise
from clarine.demo.stage import Stage, open_stage
from clarine.demo.tour import STUCK, Tell, Toured, ask_vet, tour
from clarine.domain.message import Status

SETTLED_S: Final = 20.0
POLL_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Played:
    """A run that is over, before it is judged. *trouble* says where the story got stuck; then there is no *toured*."""

    told: Told
    toured: Toured | None
    trouble: str
    facts: Facts
    differences: dict[str, list[str]]


async def play_once(
    settings: Settings, *, temporary: bool, herd_data: Path | None, animals: int, tell: Tell
) -> dict[str, Any] | None:
    """Play, count, judge; the object that ``clarine demo --once --json`` prints (docs/reference/cli.md).

    With *temporary* the data folder is a new one that is gone afterwards. None when a signal stopped it.
    """
    stopped = asyncio.create_task(until_signal())
    playing = asyncio.create_task(_in_folder(settings, temporary, herd_data=herd_data, animals=animals, tell=tell))
    await asyncio.wait((stopped, playing), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if playing.done():
        return playing.result()
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    return None


async def _in_folder(
    settings: Settings, temporary: bool, *, herd_data: Path | None, animals: int, tell: Tell
) -> dict[str, Any]:
    if not temporary:
        return await _played(settings, herd_data, animals=animals, tell=tell)
    with tempfile.TemporaryDirectory(prefix="clarine-demo-") as folder:
        return await _played(replace(settings, data=Path(folder)), herd_data, animals=animals, tell=tell)


def kept(result: dict[str, Any]) -> bool:
    """Whether every promise of *result* was kept."""
    return all(promise["kept"] for promise in result["promises"])


async def _played(settings: Settings, herd_data: Path | None, *, animals: int, tell: Tell) -> dict[str, Any]:
    begun = time.monotonic()
    audience = _Audience()
    # Weeks of one herd are told within seconds, so how often a number may write to one person is not for this run.
    settings = replace(settings, pair_interval_s=0.001)

    def farm(told: Farm) -> Farm:
        return replace(told, herd_data=herd_data.resolve() if herd_data else None, animals=animals)

    async def ready(server: Serving, _: Cast) -> None:
        tell("Clarine", f"is open at {server.url}, {time.monotonic() - begun:.1f} s after the start.")

    with locked(settings.data):
        async with open_stage(settings, KeepingSender(), arrived=audience.arrived, farm=farm, ready=ready) as stage:
            result = _result(stage, await _play(stage, audience, tell), herd_data)
    return result | {"seconds": round(time.monotonic() - begun, 2)}


class _Audience:
    """The people who hold the telephones: they read what arrives; the vet is asked about the farmer's first alert."""

    def __init__(self) -> None:
        self.alert: Json | None = None
        self.unread: asyncio.Queue[tuple[Phone, Json]] = asyncio.Queue()

    def arrived(self, phone: Phone, message: Json) -> None:
        """A message came to *phone*."""
        if phone.role == "farmer":
            self.alert = self.alert or message
            self.unread.put_nowait((phone, message))

    async def read(self) -> None:
        """The farmer reads her alerts as they come."""
        while True:
            phone, message = await self.unread.get()
            await phone.read(message)
            self.unread.task_done()


async def _play(stage: Stage, audience: _Audience, tell: Tell) -> Played:
    since = stage.house.clock.now()
    stage.boxes["herd"].keeps = True
    reading = asyncio.create_task(audience.read())
    try:
        told, (toured, trouble) = await asyncio.gather(judge_once(stage.farm), _toured(stage, tell))
        tell("Clarine Herd", f"is done, with status {told.status}.")
        if audience.alert is not None and not trouble:
            trouble = await _vet(stage, audience.alert, tell)
        async with asyncio.timeout(SETTLED_S):
            await audience.unread.join()
        await stage.shop.answered()
    finally:
        reading.cancel()
    facts = await _settled(stage, since)
    differences = {phone.player.name: await phone.differences() for phone in stage.phones.values()}
    return Played(told, toured, trouble, facts, differences)


async def _toured(stage: Stage, tell: Tell) -> tuple[Toured | None, str]:
    try:
        return await tour(stage, tell, _no_pause), ""
    except STUCK as error:
        return None, str(error)


async def _vet(stage: Stage, alert: Json, tell: Tell) -> str:
    try:
        await ask_vet(stage, alert)
    except STUCK as error:
        return str(error)
    tell(stage.cast.people["vet"].name, "was asked about the first alert, and is on the way.")
    return ""


async def _no_pause(_: float) -> None:
    return


async def _settled(stage: Stage, since: datetime) -> Facts:
    """The facts when every message has ended and every webhook is acknowledged, or after SETTLED_S as they are."""
    business_ids = [stage.cast.herd.business_id, stage.cast.shop.business_id]
    until = time.monotonic() + SETTLED_S
    while True:
        facts = await facts_since(stage.house, business_ids, since)
        over = facts.notices == facts.acknowledged and all(message.ended for message in facts.taken)
        if over or time.monotonic() > until:
            return facts
        await asyncio.sleep(POLL_S)  # the webhook worker rings for nobody


def _result(stage: Stage, played: Played, herd_data: Path | None) -> dict[str, Any]:
    summary, facts = played.told.summary, played.facts
    return {
        **{name: summary.get(name, 0) for name in ("readings", "animals")},
        "alerts": summary.get("alerts", {}),
        **{name: summary.get(name, []) for name in ("files_read", "files_refused")},
        "messages": _counts(facts),
        "micros": {
            "held": sum(message.held for message in facts.messages),
            "posted": sum(message.posted for message in facts.messages),
            "voided": sum(message.voided for message in facts.messages),
        },
        "webhooks": {"posted": facts.posted, "acknowledged": facts.acknowledged},
        "promises": [asdict(promise) for promise in _judge(stage, played, herd_data)],
    }


def _counts(facts: Facts) -> dict[str, int]:
    """What became of business messages: accepted ones stood in a person's stream, refused ones never did."""
    states = [message.status for message in facts.taken]
    return {
        "accepted": len(states),
        "delivered": sum(state in (Status.DELIVERED, Status.READ) for state in states),
        "read": states.count(Status.READ),
        "failed": states.count(Status.FAILED),
        "refused": sum(message.refused for message in facts.messages),
    }


def _judge(stage: Stage, played: Played, herd_data: Path | None) -> list[Promise]:
    told, facts = played.told, played.facts
    boxes = list(stage.boxes.values())
    # A folder that was played in before may hold messages that are delivered only now; they are not of this run.
    begun = {message_id for box in boxes for message_id, status in box.steps if status == "sent"}
    steps = [step for box in boxes for step in box.steps.values() if step.message_id in begun]
    found = [
        promises.alerts_accounted(told.summary, told.status, facts),
        promises.charged_exactly(facts, steps, stage.house.prices),
        promises.webhooks_verified(
            facts,
            verified=sum(box.verified for box in boxes),
            forged=sum(box.forged for box in boxes),
            forged_at_herd=told.summary.get("signature_failures", 0),
        ),
        promises.books_clean(facts),
        promises.devices_in_step(played.differences),
        promises.Promise("the story plays to its end", not played.trouble, played.trouble or "it did"),
    ]
    if played.toured is not None:
        of_tour = (
            promises.offers_delivered,
            promises.consent_asked,
            promises.stop_obeyed,
            promises.start_resumes,
        )
        found += [promise(played.toured) for promise in of_tour]
    if herd_data is not None:
        names = sorted(path.name for path in herd_data.iterdir() if path.is_file())
        found.append(promises.files_accounted(told.summary, names))
    return found
