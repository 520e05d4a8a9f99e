"""The stage: a whole server with its cast, everybody's telephones and letterboxes, and an operator at the desk."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from clarine.adapters.postgres.embedded import EmbeddedPostgres
from clarine.build import Serving, serving
from clarine.client import CloudApi
from clarine.config import Settings
from clarine.demo.cast import Cast, Office, open_cast
from clarine.demo.herd import Farm, free_port
from clarine.demo.letterbox import Letterbox
from clarine.demo.phone import Arrived, Phone
from clarine.demo.shop import Shop
from clarine.demo.watch import Watch
from clarine.flow.console import reviews
from clarine.flow.house import House
from clarine.flow.templates import approve_template
from clarine.ports.sender import Sender
from clarine_herd.listening import listening
from clarine_herd.outbox import ensure_templates
from clarine_herd.words import Words

API_VERSION: Final = "v23.0"
#: A question to the vet, which the herd's office asks beside what Clarine Herd sends.
VET_NOTE: Final = "vet_note"
_VET_COMPONENTS: Final[list[dict[str, Any]]] = [
    {
        "type": "BODY",
        "text": "The farmer {{1}} asks whether you can look at an animal. What her collars say: {{2}} Please answer with a tap.",
        "example": {"body_text": [["Rosa", "Cow 1217 has moved 40 % less than is normal for her."]]},
    },
    {
        "type": "BUTTONS",
        "buttons": [{"type": "QUICK_REPLY", "text": "On my way"}, {"type": "QUICK_REPLY", "text": "Tomorrow"}],
    },
]


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a story needs. *phones* by role (demo.cast)."""

    house: House
    url: str
    cast: Cast
    watch: Watch
    phones: dict[str, Phone]
    boxes: dict[str, Letterbox]
    shop: Shop
    herd_api: CloudApi
    farm: Farm


@asynccontextmanager
async def open_stage(
    settings: Settings,
    sender: Sender,
    *,
    arrived: Arrived,
    farm: Callable[[Farm], Farm],
    ready: Callable[[Serving, Cast], Awaitable[None]],
) -> AsyncIterator[Stage]:
    """Open the house, engage the cast, connect every telephone and letterbox; at the end everything is closed again.

    *ready* is called as soon as the doors are open, *farm* fills in what Herd is told beside the addresses.
    """
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(settings, sender=sender))
        cast = await open_cast(server.house)
        await ready(server, cast)
        watch = Watch()
        boxes = {
            "herd": Letterbox(cast.herd, watch, secrets.token_hex(16)),
            "shop": Letterbox(cast.shop, watch, secrets.token_hex(16)),
        }
        callbacks = {}
        for name, box in boxes.items():
            stack.push_async_callback(box.close)
            callbacks[name] = await stack.enter_async_context(listening(box.app(), host="127.0.0.1", port=0))
        herd_api = await stack.enter_async_context(_api(server, cast.herd))
        shop = Shop(await stack.enter_async_context(_api(server, cast.shop)), boxes["shop"])
        await shop.open(f"{callbacks['shop']}/webhook")
        await _file_templates(herd_api)
        await _review(server.house)
        phones = {
            role: Phone(server.url, role, player=player, watch=watch, arrived=arrived)
            for role, player in cast.people.items()
        }
        await _switch_on(stack, phones, watch)
        told = Farm(
            # A farm of its own each time: simulated time begins anew, and yesterday's tomorrow must not be remembered.
            name=f"farm of start {cast.starts} {secrets.token_hex(4)}",
            office=cast.herd,
            farmer=cast.people["farmer"],
            api_base=f"{server.url}/{API_VERSION}",
            callback_url=callbacks["herd"],
            port=free_port(),
            database_url=settings.database_url or EmbeddedPostgres(settings.data / "postgres").url,
            seed=cast.starts,
        )
        boxes["herd"].program = told.url
        yield Stage(server.house, server.url, cast, watch, phones, boxes, shop, herd_api, farm(told))


def _api(server: Serving, office: Office) -> CloudApi:
    return CloudApi(
        f"{server.url}/{API_VERSION}",
        str(office.phone_number_id),
        access_token=office.access_token,
        waba_id=str(office.waba_id),
    )


async def _file_templates(api: CloudApi) -> None:
    """What the herd's office needs; Herd itself would ask for its own, and then wait for the operator."""
    await ensure_templates(api, Words.of("en"))
    if not any(known.name == VET_NOTE for known in await api.list_templates(name=VET_NOTE)):
        await api.create_template(VET_NOTE, "en", category="UTILITY", components=_VET_COMPONENTS)


async def _review(house: House) -> None:
    """The operator's step: look at what waits for review, and approve it."""
    for waiting in await reviews(house):
        await approve_template(house, waiting.template.business_id, waiting.template.template_id)


async def _switch_on(stack: AsyncExitStack, phones: dict[str, Phone], watch: Watch) -> None:
    for phone in phones.values():
        task = asyncio.create_task(phone.run())
        stack.push_async_callback(_ended, task)
    await watch.until(
        lambda: all(phone.connected for phone in phones.values()), within_s=15, what="every telephone's sign-in"
    )


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
