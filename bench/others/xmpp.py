"""The load on an XMPP server: pairs of clients; one writes, the other answers with a receipt (XEP-0184), over plain c2s.

Hand-made on asyncio protocols, so that the generator is not what limits; it reads stanzas by their end tags.
"""

from __future__ import annotations

import asyncio
import base64
import re
import time
from typing import cast

from bench.posts import Latencies

CONNECT_AT_ONCE = 16
ANSWER_S = 30.0
LAST_S = 30.0
_MESSAGE = re.compile(rb"<message\b.*?</message>|<message\b[^>]*/>", re.DOTALL)
_ID = re.compile(rb"""\bid=['"]([^'"]+)['"]""")
_RECEIPT = re.compile(rb"""<received\b[^>]*\bid=['"]([^'"]+)['"]""")


class Client(asyncio.Protocol):
    """One signed-in XMPP client. *sent* holds the ids that wait for their receipt; *answer* is set by who writes."""

    def __init__(self, peer: str, body: str) -> None:
        self._peer = peer
        self._body = body
        self._buffer = b""
        self._waited: tuple[bytes, asyncio.Future[None]] | None = None
        self.sent: dict[bytes, float] = {}
        self._taken: Latencies | None = None
        self._until = 0.0
        self.done = asyncio.Event()
        self._number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._waited is not None:
            mark, future = self._waited
            if mark in self._buffer and not future.done():
                self._buffer = self._buffer[self._buffer.index(mark) + len(mark) :]
                future.set_result(None)
            return
        end = 0
        for found in _MESSAGE.finditer(self._buffer):
            end = found.end()
            self._heard(found[0])
        # What is not a message (presence, answers to pings) is of no interest; a half message waits for its rest.
        begun = self._buffer.find(b"<message", end)
        self._buffer = self._buffer[begun:] if begun >= 0 else self._buffer[max(end, len(self._buffer) - 16) :]

    async def ask(self, text: str, *, until: bytes) -> None:
        """Write *text* and wait for *until* in the answer. Raises TimeoutError."""
        self._waited = until, asyncio.get_running_loop().create_future()
        self._transport.write(text.encode())
        async with asyncio.timeout(ANSWER_S):
            await self._waited[1]
        self._waited = None

    async def sign_in(self, host: str, user: str, password: str) -> None:
        """SASL PLAIN, bind, presence."""
        begin = f"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='{host}' version='1.0'>"
        await self.ask(begin, until=b"</stream:features>")
        secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        await self.ask(
            f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>", until=b"<success"
        )
        await self.ask(begin, until=b"</stream:features>")
        bind = "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>"
        await self.ask(bind, until=b"</iq>")
        await self.ask("<presence/>", until=b"<presence")

    def start(self, taken: Latencies, *, window: int, seconds: float) -> None:
        """Write for *seconds*, at most *window* messages without a receipt at a time; `done` is set when the last has its own."""
        self._taken, self._until = taken, time.perf_counter() + seconds
        self.sent.clear()
        self.done.clear()
        for _ in range(window):
            self._next()

    def _next(self) -> None:
        now = time.perf_counter()
        if now >= self._until:
            if not self.sent:
                self.done.set()
            return
        self._number += 1
        key = b"%x-%x" % (id(self), self._number)
        self.sent[key] = now
        self._transport.write(
            b"<message to='%s' type='chat' id='%s'><body>%s</body><request xmlns='urn:xmpp:receipts'/></message>"
            % (self._peer.encode(), key, self._body.encode())
        )

    def _heard(self, stanza: bytes) -> None:
        if (receipt := _RECEIPT.search(stanza)) is not None:
            begun = self.sent.pop(receipt[1], None)
            if begun is not None and self._taken is not None:
                self._taken.add(begun)
                self._next()
            return
        if b"urn:xmpp:receipts" in stanza and (asked := _ID.search(stanza)) is not None:
            self._transport.write(
                b"<message to='%s' type='chat' id='r%s'><received xmlns='urn:xmpp:receipts' id='%s'/></message>"
                % (self._peer.encode(), asked[1], asked[1])
            )

    def close(self) -> None:
        self._transport.close()


async def sign_in_all(port: int, host: str, pairs: int, *, body: str) -> list[Client]:
    """*pairs* × 2 clients, named u0, u1 …, each writing to its neighbour; the even ones are returned first."""
    turn = asyncio.Semaphore(CONNECT_AT_ONCE)
    loop = asyncio.get_running_loop()

    async def one(number: int) -> Client:
        async with turn:
            peer = f"u{number ^ 1}@{host}/r"
            _, client = await loop.create_connection(lambda: Client(peer, body), "127.0.0.1", port)
            await client.sign_in(host, f"u{number}", "secret")
            return client

    return list(await asyncio.gather(*[one(number) for number in range(pairs * 2)]))


async def exchange(writers: list[Client], *, window: int, seconds: float) -> tuple[float, Latencies]:
    """(receipts a second, latencies from writing to the receipt) of all writers for *seconds*.

    Raises TimeoutError when the last receipts do not come.
    """
    taken = Latencies()
    began = time.perf_counter()
    for writer in writers:
        writer.start(taken, window=window, seconds=seconds)
    async with asyncio.timeout(seconds + LAST_S):
        await asyncio.gather(*[writer.done.wait() for writer in writers])
    return len(taken.taken_s) / (time.perf_counter() - began), taken
