"""A real Clarine for one run: a server on a free port with a fresh data folder, and the command line beside it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from PIL import Image


@dataclass(frozen=True)
class RunningHouse:
    """Where it answers and where its data lies."""

    url: str
    data: Path

    async def command(self, *words: str) -> dict[str, Any]:
        """A command of the command line with ``--json``, beside the running server."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "clarine", *words, "--data", str(self.data), "--json", stdout=asyncio.subprocess.PIPE
        )
        answer, _ = await process.communicate()
        assert process.returncode == 0, answer.decode()
        found: dict[str, Any] = json.loads(answer)
        return found


@asynccontextmanager
async def open_house(folder: Path) -> AsyncIterator[RunningHouse]:
    """`clarine serve`, ready; stopped at the end as Ctrl-C stops it."""
    data = folder / "data"
    settings = {"CLARINE_LOG_LEVEL": "warning", "CLARINE_FETCH_PRIVATE": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "clarine", "serve", "--data", str(data), "--port", "0", "--json",
        stdout=asyncio.subprocess.PIPE, env={**os.environ, **settings},
    )  # fmt: skip
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert line, "clarine serve ended before it was ready"
    try:
        yield RunningHouse(json.loads(line)["url"], data)
    finally:
        process.send_signal(signal.SIGINT)
        await process.wait()


def make_files(folder: Path) -> Path:
    """One small file of each kind that can be sent."""
    folder.mkdir()
    Image.new("RGB", (64, 48), "white").save(folder / "picture.png")
    Image.new("RGBA", (512, 512)).save(folder / "sticker.webp")
    (folder / "film.mp4").write_bytes(b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(64))
    (folder / "voice.ogg").write_bytes(b"OggS\x00\x02" + bytes(22) + b"OpusHead\x01\x01" + bytes(64))
    (folder / "paper.pdf").write_bytes(b"%PDF-1.4\n1 0 obj << >> endobj\n%%EOF\n")
    return folder


@asynccontextmanager
async def open_links(folder: Path) -> AsyncIterator[str]:
    """A web server for media that are sent by link; the address of the picture."""
    application = web.Application()
    application.router.add_static("/", folder)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/picture.png"
    finally:
        await runner.cleanup()
