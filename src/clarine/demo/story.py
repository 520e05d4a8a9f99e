"""The story for a human: it opens with the doors, plays by itself at a pace one can follow, and ends with Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import shorten
from typing import Final

from clarine.build import Serving, until_signal
from clarine.config import Settings
from clarine.demo.cast import KEYS_FILE, Cast, Office, fill_wallets
from clarine.demo.herd import LOG_FILE, Farm, herding
from clarine.demo.inbox import Json
from clarine.demo.lock import locked
from clarine.demo.phone import Phone
from clarine.demo.stage import Stage, open_stage
from clarine.demo.tour import STUCK, Tell, ask_vet, tour
from clarine.demo.watch import Late
from clarine.domain.errors import Conflict
from clarine.domain.phone import display
from clarine.flow.staff import make_link
from clarine.flow.wallet import wallet

PORTS_TRIED: Final = 20
AROUND_S: Final = 180.0
WALLET_S: Final = 1.0
LINE_CHARACTERS: Final = 160
MICROS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Show:
    """How the story is shown: *tell* says who and what, *write* a plain line, *herd_data* replaces the simulator."""

    tell: Tell
    write: Callable[[str], None]
    herd_data: Path | None
    animals: int
    speed: float


@dataclass(slots=True)
class _Farmer:
    """What her telephone heard: the story's first alert goes on to the vet."""

    tell: Tell
    alerts: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)

    def arrived(self, phone: Phone, message: Json) -> None:
        if phone.role == "farmer" and message["content"]["type"] in ("template", "interactive"):
            words = shorten(str(message["content"]["body"]), LINE_CHARACTERS, placeholder=" …")
            self.tell(f"{phone.player.name}'s phone", words)
            self.alerts.put_nowait(message)


async def play(settings: Settings, show: Show, *, any_port: bool) -> None:
    """Run until a signal. With *any_port* the next free port is taken when the one of *settings* is not free."""
    stopped = asyncio.create_task(until_signal())
    with locked(settings.data):
        for port in range(settings.port, settings.port + PORTS_TRIED):
            try:
                await _play(replace(settings, port=port), show, stopped)
            except Conflict as error:
                if error.code != "port" or not any_port or port == settings.port + PORTS_TRIED - 1:
                    raise
            else:
                return


async def _play(settings: Settings, show: Show, stopped: asyncio.Task[None]) -> None:
    farmer = _Farmer(show.tell)

    def farm(told: Farm) -> Farm:
        return replace(told, herd_data=show.herd_data, animals=show.animals, speed=show.speed)

    async def ready(server: Serving, cast: Cast) -> None:
        await _doors(server, cast, show.write)

    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(
            open_stage(settings, _Terminal(show.write), arrived=farmer.arrived, farm=farm, ready=ready)
        )
        process = await stack.enter_async_context(herding(stage.farm, settings.data))
        done = await _first_end(
            [
                stopped,
                asyncio.create_task(_herd(process, show, settings.data)),
                asyncio.create_task(_wallets(stage, show.tell)),
                asyncio.create_task(_shop(stage, show.tell)),
                asyncio.create_task(_vet(stage, farmer.alerts, show.tell)),
            ]
        )
        show.write("Stopping…")
    for task in done - {stopped}:
        task.result()  # a part of the story that ended by itself was broken


async def _first_end(tasks: list[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
    """Wait for the first that ends, end the others; those that ended by themselves."""
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return done


@dataclass(frozen=True, slots=True)
class _Terminal:
    """The sender of codes in a house without a carrier."""

    write: Callable[[str], None]

    async def send_code(self, phone: int, code: str, *, language: str) -> None:
        self.write(f"\n  The sign-in code for {display(phone)} is  {code}\n")


async def _doors(server: Serving, cast: Cast, write: Callable[[str], None]) -> None:
    links = {role: await make_link(server.house, staff.email) for role, staff in cast.staff.items()}
    farmer, keys = cast.people["farmer"], server.house.settings.data / KEYS_FILE
    write(f"Clarine is running:  {server.url}\n")
    write(f"  People     {server.url}/people")
    write(f"             Sign in as {farmer.name}, the farmer, with {farmer.phone}; the code is shown here.")
    write(f"  Business   {server.url}/business#link={links['herd']}")
    write("             Clarine Herd's own door: its wallet, its messages, its keys.")
    write(f"  Operator   {server.url}/operator#link={links['operator']}\n")
    write(f"  Links work once, for a quarter of an hour; emails and passwords are in {keys}.")
    write(
        f"  {farmer.name} has a second, simple phone that receives for her, so alerts are delivered before you sign in;"
    )
    write("  reading and answering is left to you. Everybody else plays by themselves. Ctrl-C stops everything.\n")


async def _herd(process: asyncio.subprocess.Process, show: Show, folder: Path) -> None:
    readings = f"the exports in {show.herd_data}" if show.herd_data else f"{show.animals} simulated cows"
    show.tell("Clarine Herd", f"starts as a program of its own, with {readings}.")
    status = await process.wait()
    raise Late(f"Clarine Herd ended by itself with status {status}; {folder / LOG_FILE} says why")


async def _wallets(stage: Stage, tell: Tell) -> None:
    offices: tuple[Office, ...] = (stage.cast.herd, stage.cast.shop)
    before = {office.name: await wallet(stage.house, office.business_id) for office in offices}
    while True:
        await asyncio.sleep(WALLET_S)
        for office in offices:
            now, known = await wallet(stage.house, office.business_id), before[office.name]
            if now.spent_micros > known.spent_micros:
                paid, left = now.spent_micros - known.spent_micros, now.available_micros + now.held_micros
                tell(
                    office.name, f"paid {_money(paid)} {now.currency} for what was delivered; {_money(left)} are left."
                )
                before[office.name] = now


async def _shop(stage: Stage, tell: Tell) -> None:
    await asyncio.sleep(6)
    while True:
        await fill_wallets(stage.house, stage.cast)
        try:
            await tour(stage, tell, asyncio.sleep)
        except STUCK as error:
            tell("The story", f"got stuck at the cheese shop and tries again later: {error}")
        await asyncio.sleep(AROUND_S)


async def _vet(stage: Stage, alerts: asyncio.Queue[Json], tell: Tell) -> None:
    alert = await alerts.get()
    await asyncio.sleep(12)
    vet = stage.cast.people["vet"]
    tell("The herd's office", f"asks {vet.name} to look at the animal.")
    try:
        await ask_vet(stage, alert)
        tell(vet.name, "reads it and taps “On my way”.")
    except STUCK as error:
        tell("The story", f"got stuck at the vet's: {error}")
    await asyncio.Event().wait()


def _money(micros: int) -> str:
    return f"{micros / MICROS:.4f}"
