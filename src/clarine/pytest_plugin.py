"""The pytest fixture ``clarine``: a sandbox of its own for a test run, empty again for every test (docs/guides/sandbox.md).

It talks to the server over HTTP only, so a test sees nothing that a client could not be shown.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

START_S = 60
STOP_S = 20
CALL_S = 120


def pytest_addoption(parser: pytest.Parser) -> None:
    """``clarine_seed`` in the ini file: the seed of ids and tokens."""
    parser.addini("clarine_seed", "The seed of the Clarine sandbox: the same ids and tokens in every run.", default="1")


@pytest.fixture(scope="session")
def clarine_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of this test run's own server, which is stopped in the end."""
    seed = str(request.config.getini("clarine_seed"))
    with tempfile.TemporaryDirectory(prefix="clarine-", ignore_cleanup_errors=True) as folder:
        errors = Path(folder) / "errors.txt"
        command = [sys.executable, "-m", "clarine", "serve", "--sandbox", "--json"]
        options = ["--port", "0", "--data", str(Path(folder) / "data"), "--seed", seed]
        # Never a database that the surroundings name: a sandbox is emptied.
        own = {**os.environ, "DATABASE_URL": ""}
        with errors.open("wb") as log:
            server = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=log, env=own)  # noqa: S603
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            if not line:
                raise RuntimeError(f"clarine serve did not start:\n{errors.read_text(errors='replace')[-2000:]}")
            # Nobody reads what else it prints; a pipe that is full would stop it.
            threading.Thread(target=server.stdout.read, daemon=True).start()
            yield json.loads(line)["url"]
        finally:
            server.terminate()
            try:
                server.wait(STOP_S)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(STOP_S)


@pytest.fixture
def clarine(clarine_url: str) -> Iterator[Clarine]:
    """The sandbox, emptied: no people, no businesses, today's time."""
    with httpx.Client(base_url=clarine_url, timeout=CALL_S) as http:
        sandbox = Clarine(clarine_url, http)
        sandbox.reset()
        yield sandbox


class SandboxError(Exception):
    """The sandbox refused; the message says why."""


@dataclass(frozen=True)
class Message:
    """A message as it stands; *status* is its last one, *error* the API's code when it failed, *raw* all that is known."""

    id: str
    sender: str
    to: str
    type: str
    text: str | None
    status: str
    statuses: tuple[str, ...]
    error: int | None
    raw: dict[str, Any] = field(repr=False)


@dataclass
class Clock:
    """The virtual time."""

    _sandbox: Clarine = field(repr=False)

    @property
    def now(self) -> datetime:
        """The time in the sandbox."""
        return datetime.fromisoformat(self._sandbox.call("GET", "/clock")["now"])

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Move the time forward; what falls due on the way is done before this returns. The time then."""
        by = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        answer = self._sandbox.call("POST", "/clock", {"advance_s": by.total_seconds()})
        return datetime.fromisoformat(answer["now"])

    def set(self, now: datetime, *, running: bool | None = None) -> None:
        """Move the time forward to *now*; with *running* false it stands still there."""
        self._sandbox.call("POST", "/clock", {"now": now.isoformat(), "running": running})


@dataclass
class Business:
    """A business and what its client needs: the *base_url* with any version behind it, the ids and the token."""

    _sandbox: Clarine = field(repr=False)
    base_url: str
    business_id: str
    waba_id: str
    app_id: str
    app_secret: str
    phone_number_id: str
    phone: str
    access_token: str = field(repr=False)

    def webhook(self, url: str, *, verify_token: str = "", challenge: bool = True) -> None:
        """Send webhooks to *url*; with *challenge* the receiver must answer the verification request first."""
        self._call("webhook", {"url": url, "verify_token": verify_token, "challenge": challenge})

    def faults(
        self, *, drop: float = 0, duplicate: float = 0, delay_s: float = 0, reorder: int = 0, seed: int = 0
    ) -> None:
        """What goes wrong with the webhooks from now on (docs/reference/sandbox-api.md)."""
        faults = {"drop": drop, "duplicate": duplicate, "delay_s": delay_s, "reorder": reorder, "seed": seed}
        self._call("faults", faults)

    def review(self, mode: str, script: list[dict[str, Any]] | None = None) -> None:
        """How templates are reviewed: instant, scripted or manual."""
        self._call("review", {"mode": mode, "script": script or []})

    def _call(self, name: str, body: dict[str, Any]) -> None:
        self._sandbox.call("POST", f"/businesses/{self.business_id}/{name}", body)


@dataclass
class Person:
    """Someone with a telephone; what they do here is done as if they did it in the app."""

    _sandbox: Clarine = field(repr=False)
    wa_id: str
    token: str = field(repr=False)

    def says(self, text: str, *, to: Business | None = None) -> str:
        """Write to a business (the only one, when none is named); the id of the message."""
        return self._speak({"text": text}, to)

    def taps(self, title: str, *, to: Business | None = None) -> str:
        """Tap a button or a list row by its title or id; the id of the answer."""
        return self._speak({"tap": title}, to)

    def sends(self, kind: str, data: bytes, *, to: Business | None = None, **more: Any) -> str:
        """Send a file: *kind* is image, video, audio, document or sticker; *more* is filename, caption, voice."""
        return self._speak({"media": {"type": kind, "base64": base64.b64encode(data).decode(), **more}}, to)

    def reads(self) -> None:
        """Fetch and read everything."""
        self._sandbox.call("POST", f"/people/{self.wa_id}/read", {})

    def decides(self, *, about: Business | None = None, **decision: bool) -> None:
        """Decide about a business: blocked, stopped, marketing_consent, utility_consent."""
        named = about.business_id if about is not None else None
        self._sandbox.call("POST", f"/people/{self.wa_id}/relation", {"business": named, **decision})

    def acts(self, **acts: Any) -> None:
        """What the telephone does with each message: delivered_after_s, read_after_s, fails, fails_after_s, says."""
        self._sandbox.call("POST", f"/people/{self.wa_id}/acts", {"acts": acts or None})

    def _speak(self, said: dict[str, Any], to: Business | None) -> str:
        named = to.business_id if to is not None else None
        answer = self._sandbox.call("POST", f"/people/{self.wa_id}/messages", {"to": named, **said})
        return str(answer["id"])


class Clarine:
    """The whole sandbox of one test."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self.url = url
        self.clock = Clock(self)
        self._http = http
        self._business: Business | None = None
        self._people: dict[str, Person] = {}

    @property
    def business(self) -> Business:
        """The first business, made when it is first asked for."""
        if self._business is None:
            self._business = self.new_business()
        return self._business

    def new_business(self, **fields: Any) -> Business:
        """A business more; *fields* as POST /sandbox/businesses takes them."""
        made = self.call("POST", "/businesses", fields)
        names = (
            "base_url",
            "business_id",
            "waba_id",
            "app_id",
            "app_secret",
            "phone_number_id",
            "phone",
            "access_token",
        )
        return Business(self, **{name: made[name] for name in names})

    def person(self, phone: str, *, name: str = "", **fields: Any) -> Person:
        """Whoever has *phone*; made when first asked for. *fields* as POST /sandbox/people takes them."""
        if phone not in self._people:
            made = self.call("POST", "/people", {"phone": phone, "name": name, **fields})
            self._people[phone] = Person(self, wa_id=made["wa_id"], token=made["token"])
        return self._people[phone]

    def sent_to(self, phone: str) -> list[Message]:
        """What businesses sent to *phone*, oldest first."""
        return self._messages(to=phone)

    def said_by(self, phone: str) -> list[Message]:
        """What the person wrote, oldest first."""
        return self._messages(**{"from": phone})

    def requests(self, *, refused: bool = False) -> list[dict[str, Any]]:
        """What clients asked of the Cloud API and were answered, oldest first; secrets hidden."""
        query = {"refused": "true"} if refused else {}
        return list(self.call("GET", "/requests", query=query)["requests"])

    def webhooks(self) -> list[dict[str, Any]]:
        """What was posted to receivers, oldest first."""
        return list(self.call("GET", "/webhooks")["webhooks"])

    def code_for(self, phone: str) -> str:
        """The last code that was sent to *phone*: to sign in, or to verify a number."""
        return str(self.call("GET", f"/codes/{phone}")["code"])

    def settle(self) -> None:
        """Do all that is due now: webhooks are posted, verdicts fall, recipients act."""
        self.call("POST", "/settle", {})

    def reset(self) -> None:
        """Begin anew: nobody is there."""
        self._business = None
        self._people.clear()
        self.call("POST", "/reset", {})

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, query: dict[str, str] | None = None
    ) -> Any:
        """One call of the sandbox's API. Raises SandboxError with what was wrong."""
        response = self._http.request(method, f"/sandbox{path}", json=body, params=query)
        answer = response.json()
        if response.is_error:
            raise SandboxError(f"{method} /sandbox{path}: {answer['error']['message']}")
        return answer

    def _messages(self, **query: str) -> list[Message]:
        return [
            Message(
                id=found["id"],
                sender=found["from"],
                to=found["to"],
                type=found["type"],
                text=found["text"],
                status=found["status"],
                statuses=tuple(each["status"] for each in found["statuses"]),
                error=found["error"],
                raw=found,
            )
            for found in self.call("GET", "/messages", query=query)["messages"]
        ]
