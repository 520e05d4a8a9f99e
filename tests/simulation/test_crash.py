"""The server is killed with no warning in the middle of 2,000 sends; nothing that was accepted is lost or doubled."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

SENDS = 2_000
KILL_AFTER = 700
AT_ONCE = 16
#: Thousands of sends to one person, which the limits of an ordinary server would spread over hours.
UNHURRIED = {"CLARINE_PAIR_BURST": "1000000", "CLARINE_THROUGHPUT_PER_S": "1000000"}


async def clarine(*arguments: str) -> dict[str, Any]:
    """A command of the command line, with --json."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "clarine", *arguments, "--json", stdout=asyncio.subprocess.PIPE
    )
    answer, _ = await process.communicate()
    found: dict[str, Any] = json.loads(answer)
    return found


@asynccontextmanager
async def server(data: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "clarine", "serve", "--data", str(data), "--port", "0", "--json",
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "CLARINE_LOG_LEVEL": "warning", **UNHURRIED},
    )  # fmt: skip
    assert process.stdout is not None
    url = json.loads(await process.stdout.readline())["url"]
    try:
        yield process, url
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


@dataclass
class Sender:
    """Sends message 0 … SENDS-1, each under its own key; knows which were acknowledged, and by which id."""

    token: str
    phone_number_id: str
    to: str
    acknowledged: dict[int, str] = field(default_factory=dict)
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def send_missing(self, url: str) -> None:
        """Send what is not acknowledged; return when all is, or when the server is gone."""
        left = iter([number for number in range(SENDS) if number not in self.acknowledged])
        async with httpx.AsyncClient(base_url=url, timeout=10) as client:
            await asyncio.gather(*[self._work(client, left) for _ in range(AT_ONCE)])

    async def _work(self, client: httpx.AsyncClient, left: Iterator[int]) -> None:
        for number in left:
            body = {
                "messaging_product": "whatsapp",
                "to": self.to,
                "type": "text",
                "text": {"body": f"number {number}"},
            }
            headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"send-{number}"}
            try:
                answer = await client.post(f"/v23.0/{self.phone_number_id}/messages", json=body, headers=headers)
            except httpx.TransportError:
                return
            assert answer.status_code == 200, answer.text
            self.acknowledged[number] = answer.json()["messages"][0]["id"]
            if len(self.acknowledged) >= KILL_AFTER:
                self.enough.set()


@dataclass
class Phone:
    """A device that keeps what it gets, the way an app does: by seq, never asking for what it has."""

    token: str
    last_seq: int = 0
    bodies: list[str] = field(default_factory=list)

    async def open(self, url: str) -> ClientConnection:
        address = url.replace("http", "ws") + "/people/v1/socket"
        socket = await connect(address, subprotocols=[Subprotocol("clarine.v1"), Subprotocol(f"token.{self.token}")])
        await socket.send(json.dumps({"type": "hello", "after": self.last_seq}))
        return socket

    async def listen(self, socket: ClientConnection, *, until: int | None = None) -> None:
        """Take events until the socket ends or *until* messages are here."""
        async for frame in socket:
            heard = json.loads(frame)
            if heard["type"] != "events":
                continue
            for event in heard["events"]:
                assert event["seq"] == self.last_seq + 1, "the stream has a gap or repeats itself"
                self.last_seq = event["seq"]
                if event["type"] == "message" and event["message"]["from"] == "business":
                    self.bodies.append(event["message"]["content"]["body"])
            await socket.send(json.dumps({"type": "received", "seqs": [event["seq"] for event in heard["events"]]}))
            if until is not None and len(self.bodies) >= until:
                return


def kill_database(data: Path) -> None:
    """As if the whole machine lost its power: every process of the embedded database dies at once."""
    pid = int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    postmaster = psutil.Process(pid)
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):  # a backend whose client died may be gone already
            process.kill()
    psutil.wait_procs(family, timeout=10)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("database_too", [False, True], ids=["server", "server-and-database"])
async def test_a_kill_in_the_middle_of_two_thousand_sends_loses_and_doubles_nothing(
    data_folder: Path, *, database_too: bool
) -> None:
    data = data_folder / "data"
    folder = ("--data", str(data))
    opened = await clarine(
        "business", "create", *folder, "--name", "Shop", "--phone", "+15550783881", "--balance", "100"
    )
    ann = await clarine("person", "create", *folder, "--phone", "+919876543210", "--name", "Ann")
    sender = Sender(opened["access_token"], opened["phone_number_id"], ann["wa_id"])
    phone = Phone(ann["session_token"])

    async with server(data) as (process, url):
        socket = await phone.open(url)
        listening = asyncio.create_task(phone.listen(socket))
        await say_hello(url, ann["session_token"], opened["business"])
        sending = asyncio.create_task(sender.send_missing(url))
        await sender.enough.wait()
        process.kill()
        if database_too:
            kill_database(data)
        await process.wait()
        await sending
        await asyncio.gather(listening, return_exceptions=True)
    before = dict(sender.acknowledged)
    assert KILL_AFTER <= len(before) < SENDS

    async with server(data) as (_, url):
        socket = await phone.open(url)
        # It reads while it is written to: one that does not would be given up by its own heartbeat on a slow machine.
        await asyncio.gather(sender.send_missing(url), phone.listen(socket, until=SENDS))
        await socket.close()
    assert {number: sender.acknowledged[number] for number in before} == before
    assert sorted(phone.bodies) == sorted(f"number {number}" for number in range(SENDS))
    result = await clarine("audit", "--data", str(data))
    assert result["clean"], result["findings"]


async def say_hello(url: str, token: str, business_id: str) -> None:
    """Ann writes first, which opens the window for free-form messages."""
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        said = {"client_key": "hello-from-ann", "content": {"type": "text", "body": "hello"}}
        answer = await client.post(f"/people/v1/chats/{business_id}/messages", json=said)
        assert answer.status_code == 200, answer.text
