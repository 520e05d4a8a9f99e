"""The story that `make run` tells, as a process with its terminal: its doors, its lines, and the people who come through."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

WITHIN_S: Final = 60.0


@dataclass
class Telling:
    """A story under way. *lines* is what its terminal showed."""

    data: Path
    lines: list[str] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def find(self, pattern: str, *, after: int = 0) -> re.Match[str]:
        """The first match on the terminal after that many lines, waited for; TimeoutError after WITHIN_S."""
        async with asyncio.timeout(WITHIN_S):
            while not (found := re.search(pattern, "".join(self.lines[after:]))):
                self._news.clear()
                await self._news.wait()
        return found

    async def door(self, name: str) -> str:
        """The address of People, Business or Operator, as it is printed."""
        return (await self.find(rf"{name} +(http\S+)\n"))[1]

    @property
    def keys(self) -> dict[str, Any]:
        """What the story keeps for those who come back: the ids and keys of everybody."""
        found: dict[str, Any] = json.loads((self.data / "demo.json").read_text())
        return found

    async def listen(self, stream: asyncio.StreamReader) -> None:
        """Take what the terminal shows until the story ends."""
        while line := await stream.readline():
            self.lines.append(line.decode())
            self._news.set()


@contextlib.asynccontextmanager
async def telling(data: Path, *, animals: int = 40, speed: int = 720) -> AsyncIterator[Telling]:
    """Have the story told in the folder *data* while entered; at the end it is stopped as Ctrl-C would."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "clarine", "demo", "--data", str(data), "--port", "0"),
        *("--animals", str(animals), "--speed", str(speed)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "DATABASE_URL": "", "PYTHONUNBUFFERED": "1", "COLUMNS": "400"},
    )
    assert process.stdout is not None
    story = Telling(data)
    listening = asyncio.create_task(story.listen(process.stdout))
    try:
        yield story
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()
        await listening


async def sign_in_as_rosa(story: Telling, page: Page) -> None:
    """Through the People door, as the terminal tells the newcomer to."""
    await page.goto(await story.door("People"))
    phone = (await story.find(r"Sign in as Rosa, the farmer, with ([+\d ]+);"))[1]
    shown = len(story.lines)
    await page.get_by_role("textbox").fill(phone)
    await page.keyboard.press("Enter")
    code = (await story.find(r"sign-in code for .* is +(\d{6})", after=shown))[1]
    await page.locator("input[autocomplete=one-time-code]").fill(code)
    await page.locator("a.chat").first.wait_for()
