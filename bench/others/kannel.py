"""Kannel: an SMS gateway with its store file, and a fake SMSC that takes every message; one way, no receipts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bench.others.programs import Peer, free_port, owned, program, running
from bench.posts import Latencies, Poster, open_posters

CONFIG = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = secret
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
store-type = file
store-location = {folder}/kannel.store
log-level = 3
box-allow-ip = 127.0.0.1

group = smsc
smsc = fake
smsc-id = fake
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {http}
sendsms-interface = 127.0.0.1
log-level = 3

group = sendsms-user
username = bench
password = secret
max-messages = 1
"""
LAST_S = 30.0
ACCEPTED = 202
BODY = b"x" * 140
SENT = (
    b"GET /cgi-bin/sendsms?username=bench&password=secret&from=1000&to=%d&text=%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
)


class FakeSmsc(asyncio.Protocol):
    """The fake SMSC's side of the line: a line is a message."""

    def __init__(self) -> None:
        self.taken = 0
        self.more = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.taken += data.count(b"\n")
        self.more.set()


@asynccontextmanager
async def kannel(folder: Path) -> AsyncIterator[tuple[Peer, FakeSmsc]]:
    """bearerbox and smsbox, and the fake SMSC that is connected to them. Raises LookupError when it is not installed."""
    home = folder / "kannel"
    home.mkdir()
    ports = {name: free_port() for name in ("admin", "boxes", "smsc", "http")}
    config = home / "kannel.conf"
    config.write_text(CONFIG.format(folder=home, **ports))
    owned(home)
    bearerbox, smsbox = (program(name, package="kannel") for name in ("bearerbox", "smsbox"))
    async with (
        running([bearerbox, str(config)], ports["smsc"], folder=home) as first,
        running([smsbox, str(config)], ports["http"], folder=home) as second,
    ):
        _, smsc = await asyncio.get_running_loop().create_connection(FakeSmsc, "127.0.0.1", ports["smsc"])
        yield Peer("Kannel", ports["http"], (first, second)), smsc


async def send(peer: Peer, smsc: FakeSmsc, *, connections: int, seconds: float) -> tuple[float, Latencies]:
    """(messages a second that the fake SMSC got, latencies of the answer 202, which is given before anything is stored).

    Raises TimeoutError when what was accepted does not arrive.
    """
    taken, before, began = Latencies(), smsc.taken, time.perf_counter()
    waiting = connections
    over = asyncio.Event()

    def answer(poster: Poster) -> Callable[[int, int, bytes], None]:
        started = began

        def heard(number: int, status: int, body: bytes) -> None:
            nonlocal started, waiting
            if number:
                taken.add(started)
                assert status == ACCEPTED, f"it answered {status}: {body[:80]!r}"
            started = time.perf_counter()
            if started - began < seconds:
                poster.post(SENT % (number, BODY), number + 1)
            else:
                waiting -= 1
                if not waiting:
                    over.set()

        return heard

    posters = await open_posters("127.0.0.1", peer.port, connections, answer)
    for poster in posters:
        answer(poster)(0, ACCEPTED, b"")
    async with asyncio.timeout(seconds + LAST_S):
        await over.wait()
        while smsc.taken - before < len(taken.taken_s):
            smsc.more.clear()
            await smsc.more.wait()
    for poster in posters:
        poster.close()
    return len(taken.taken_s) / (time.perf_counter() - began), taken
