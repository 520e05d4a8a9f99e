"""A real server with a business on it, and Debian's Chromium to look at its pages with."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
PHONE = {"width": 360, "height": 740}


@dataclass
class Served:
    """A running server: *log* collects what it prints, among it the sign-in codes."""

    url: str
    data: Path
    log: list[str] = field(default_factory=list)

    async def command(self, *words: str) -> dict[str, Any]:
        """What ``clarine words… --json`` prints, run beside the server."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "clarine", *words, "--data", str(self.data), "--json"),
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await process.communicate()
        assert process.returncode == 0, words
        answer: dict[str, Any] = json.loads(printed)
        return answer

    def code(self) -> str:
        """The newest sign-in code."""
        said = "\n".join(line for line in self.log if line.startswith("Sign-in code"))
        return str(re.findall(r"\b\d{6}\b", said)[-1])


@dataclass
class Business:
    """A business that sends through the Cloud API."""

    served: Served
    made: dict[str, Any]

    async def send(self, to: str, **message: Any) -> str:
        """Send one message; gives its id."""
        answer = await self.call("messages", messaging_product="whatsapp", to=to, **message)
        message_id: str = answer["messages"][0]["id"]
        return message_id

    async def call(self, edge: str, **sent: Any) -> Any:
        """POST to an edge of the business's number; the answer."""
        headers = {"Authorization": f"Bearer {self.made['access_token']}"}
        async with httpx.AsyncClient(base_url=self.served.url, headers=headers) as client:
            answer = await client.post(f"/v23.0/{self.made['phone_number_id']}/{edge}", json=sent)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest_asyncio.fixture(scope="session")
async def served() -> AsyncIterator[Served]:
    with tempfile.TemporaryDirectory(prefix="clarine-", ignore_cleanup_errors=True) as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "clarine", "serve", "--data", folder, "--port", "0", "--json"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "DATABASE_URL": "", "PYTHONUNBUFFERED": "1"},
        )
        assert process.stdout is not None
        running = Served("", Path(folder))
        while not running.url:
            line = (await process.stdout.readline()).decode()
            assert line, "the server ended before it said where it is"
            if found := re.search(r"http://[\w.:]+", line):
                running.url = found[0]
        listening = asyncio.create_task(_listen(process.stdout, running.log))
        yield running
        process.send_signal(signal.SIGINT)
        await process.wait()
        await listening


@pytest_asyncio.fixture(scope="session")
async def herd(served: Served) -> Business:
    made = await served.command("business", "create", "--name", "Herd", "--phone", "+15550783881", "--balance", "10")
    return Business(served, made)


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    program = shutil.which("chromium")
    assert program, "chromium is missing; the set-up installs it: make test"
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield found
        await found.close()


@dataclass
class Phone:
    """A person's browser; *troubles* are what its console complained of."""

    context: BrowserContext
    page: Page
    wa_id: str = ""
    troubles: list[str] = field(default_factory=list)


@asynccontextmanager
async def a_phone(browser: Browser, served: Served, *, language: str = "en-GB") -> AsyncIterator[Phone]:
    """A phone at the sign-in page."""
    context = await browser.new_context(viewport=PHONE, locale=language)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    page = await context.new_page()
    phone = Phone(context, page)
    page.on("pageerror", lambda error: phone.troubles.append(str(error)))
    page.on("console", lambda line: phone.troubles.append(line.text) if "Content Security" in line.text else None)
    await page.goto(f"{served.url}/people")
    yield phone
    await context.close()


async def enter(phone: Phone, served: Served, number: str, name: str = "Zoë") -> None:
    """Have the person registered and signed in on this phone."""
    made = await served.command("person", "create", "--phone", number, "--name", name)
    me = {"wa_id": made["wa_id"], "name": name, "language": "en", "country": made["country"]}
    kept = {"token": made["session_token"], "device_id": made["device_id"], "me": me}
    await phone.page.evaluate("kept => localStorage.setItem('clarine.session', JSON.stringify(kept))", kept)
    await phone.page.reload()
    phone.wa_id = made["wa_id"]


async def write(phone: Phone, text: str) -> None:
    await phone.page.get_by_role("textbox").fill(text)
    await phone.page.get_by_role("textbox").press("Enter")


async def open_chat(phone: Phone, name: str) -> None:
    """Find the business by its name and open the chat with it."""
    page = phone.page
    await page.get_by_role("link", name="Find a business").first.click()
    await page.get_by_role("searchbox").fill(name)
    await page.get_by_role("button", name=name).click()


async def _listen(stream: asyncio.StreamReader, log: list[str]) -> None:
    while line := await stream.readline():
        log.append(line.decode())
