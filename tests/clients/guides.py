"""The programs of docs/guides/clients, run as they stand there: a newcomer's first message goes out, and one comes in."""

from __future__ import annotations

import asyncio
import re
import socket
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.clients.device import PATIENCE_S, Device
from tests.clients.house import RunningHouse

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = ROOT / "docs" / "guides" / "clients"
_BLOCK: Final = re.compile(r"^```(python|js|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Guide:
    """*page* says hello by its first program; by its second, when it has one, it listens."""

    page: str
    hello: str
    interpreter: Path
    folder: Path
    phone: str

    def programs(self) -> list[str]:
        """The page's programs, in order."""
        return [code for _, code in _BLOCK.findall((PAGES / self.page).read_text(encoding="utf-8"))]

    @property
    def suffix(self) -> str:
        return {"node": ".mjs", "bash": ".sh"}.get(self.interpreter.name, ".py")


async def follow(guide: Guide, house: RunningHouse, device: Device, environment: dict[str, str], to: str) -> None:
    """Do what the page says, as a newcomer with a business of their own. Raises AssertionError when it does not work."""
    keys = await house.command("business", "create", "--name", "My shop", "--phone", guide.phone, "--balance", "10")
    business_id = str(keys["business"])
    await device.says(business_id, {"type": "text", "body": "Good day"})
    surroundings = environment | _variables(house, keys, to)
    hello, *listening = guide.programs()
    async with _running(guide, "hello", hello, surroundings) as process:
        async with asyncio.timeout(PATIENCE_S):
            said, _ = await process.communicate()
        assert process.returncode == 0, f"{guide.page} ended with {process.returncode}: {said.decode()}"
    message = await device.message(business_id, "text")
    assert message["content"]["body"] == guide.hello, message["content"]
    for program in listening:
        await _receive(guide, program, surroundings, device, business_id)


async def _receive(guide: Guide, program: str, surroundings: dict[str, str], device: Device, business_id: str) -> None:
    """Start the receiver, subscribe it as the first page says, and write to it."""
    (subscribe,) = [code for name, code in _BLOCK.findall((PAGES / "index.md").read_text()) if name == "bash"]
    async with _running(guide, "listen", program, surroundings) as process:
        await _line(process, "listening")
        subscribing = await asyncio.create_subprocess_exec("bash", "-c", subscribe, env=surroundings, stdout=PIPE)
        answer, _ = await subscribing.communicate()
        assert subscribing.returncode == 0, answer.decode()
        await device.says(business_id, {"type": "text", "body": "Is it fresh?"})
        await _line(process, "heard Zoë Is it fresh?")


async def _line(process: Process, wanted: str) -> None:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for line in process.stdout:
                if line.decode().strip() == wanted:
                    return
    except TimeoutError:
        pass
    raise AssertionError(f"the receiver did not say {wanted!r}")


@asynccontextmanager
async def _running(guide: Guide, name: str, program: str, surroundings: dict[str, str]) -> AsyncIterator[Process]:
    """The program, saved where its packages are found; it does not outlive the block."""
    path = guide.folder / f"guide_{name}{guide.suffix}"
    path.write_text(program)
    process = await asyncio.create_subprocess_exec(
        guide.interpreter, path, env=surroundings, stdout=PIPE, stderr=STDOUT
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        path.unlink()


def _variables(house: RunningHouse, keys: dict[str, Any], to: str) -> dict[str, str]:
    """What the first page tells the newcomer to export."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = {"TOKEN": "access_token", "PHONE_NUMBER_ID": "phone_number_id", "WABA_ID": "waba", "APP_ID": "app_id"}
    return {
        **{name: str(keys[key]) for name, key in named.items()},
        "APP_SECRET": keys["app_secret"],
        "BASE": house.url,
        "TO": to,
        "VERIFY_TOKEN": "grass",
        "PORT": str(port),
    }
