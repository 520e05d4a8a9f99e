"""Calls that take the short cut are answered as all others are, and what is not plainly one of them goes the long way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from clarine.edge.calls import calls
from clarine.edge.graph.app import graph_app
from clarine.edge.graph.short_cut import read_head
from clarine.flow.accept import Outcome, SendRequest, accept
from clarine.flow.business import BusinessKeys
from clarine.flow.house import House
from clarine.flow.verbs import Verbs
from tests.cast import Cast, Someone
from tests.wire.conftest import FakeFetch, FakeHttp


class Transport(asyncio.Transport):
    """The server's end of a connection; keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.news = asyncio.Event()
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data
        self.news.set()

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


@dataclass
class Wire:
    """One connection to a server, and the statuses of the calls that took the short cut. Sends wait while *gate* is shut."""

    keys: BusinessKeys
    someone: Someone
    protocol: HttpToolsProtocol
    transport: Transport
    counted: list[int]
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def call(self, template: str = "hello_world", *more: str) -> bytes:
        """A request to send *template*; *more* are header lines."""
        sent = {"name": template, "language": {"code": "en_US"}}
        body = json.dumps(
            {"messaging_product": "whatsapp", "to": str(self.someone.phone), "type": "template", "template": sent}
        )
        lines = [
            f"POST /v25.0/{self.keys.phone_number.phone_number_id}/messages HTTP/1.1",
            "Host: api.test",
            f"Authorization: Bearer {self.keys.access_token}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *more,
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    async def says(self, *reads: bytes) -> tuple[int, dict[str, str], Any]:
        """The answer to what arrives in so many reads."""
        for read in reads:
            self.protocol.data_received(read)
        return await self.answer()

    async def answer(self) -> tuple[int, dict[str, str], Any]:
        """The next answer: status, headers, body."""
        async with asyncio.timeout(30):
            while True:
                head, end, rest = self.transport.written.partition(b"\r\n\r\n")
                first, *lines = head.decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines)
                size = int(headers.get("content-length", 0))
                if end and len(rest) >= size:
                    break
                self.transport.news.clear()
                await self.transport.news.wait()
        self.transport.written = rest[size:]
        return int(first.split()[1]), headers, json.loads(rest[:size])


@pytest_asyncio.fixture
async def wire(house: House, keys: BusinessKeys, http: FakeHttp, fetch: FakeFetch, cast: Cast) -> Wire:
    async def gated(house: House, requests: Sequence[SendRequest]) -> list[Outcome]:
        await gate.wait()
        return await accept(house, requests)

    gate, counted = asyncio.Event(), list[int]()
    gate.set()
    graph = graph_app(house, Verbs(house, accepting=gated), http, fetch)
    protocol = calls(graph.short_cut, lambda status, seconds: counted.append(status))(
        uvicorn.Config(graph, log_config=None, lifespan="off"), ServerState(), {}
    )
    transport = Transport()
    protocol.connection_made(transport)
    return Wire(keys, await cast.person(), protocol, transport, counted, gate)


async def test_a_call_on_the_short_cut_is_answered_as_on_the_long_way(wire: Wire) -> None:
    long = await wire.says(wire.call())  # nobody knows the caller yet
    assert wire.counted == []
    short = await wire.says(wire.call())
    assert wire.counted == [200]
    assert short[0] == long[0] == 200
    assert short[1] == long[1]
    assert short[2]["contacts"] == long[2]["contacts"]
    assert short[2]["messages"][0].keys() == long[2]["messages"][0].keys()
    assert short[2] != long[2]


async def test_an_error_on_the_short_cut_has_the_same_envelope(wire: Wire) -> None:
    long = await wire.says(wire.call("no_such_template"))
    short = await wire.says(wire.call("no_such_template"))
    assert wire.counted == [long[0]] == [short[0]] == [404]
    assert short[1].keys() == long[1].keys()
    for error in (short[2]["error"], long[2]["error"]):
        del error["fbtrace_id"]
    assert short[2] == long[2]


async def test_a_call_in_pieces_and_two_in_one_are_answered_in_their_order(wire: Wire) -> None:
    await wire.says(wire.call())
    whole, wrong = wire.call(), wire.call("no_such_template")
    for pieces in ([whole[:50], whole[50:]], [whole[:-10], whole[-10:]]):
        assert (await wire.says(*pieces))[0] == 200
    assert [(await wire.says(wrong + whole))[0], (await wire.answer())[0]] == [404, 200]
    wire.gate.clear()
    for read in (whole, wrong, whole[:20], whole[20:]):
        wire.protocol.data_received(read)
    wire.gate.set()
    assert [(await wire.answer())[0] for _ in range(3)] == [200, 404, 200]


async def test_a_server_that_stops_answers_what_it_took(wire: Wire) -> None:
    await wire.says(wire.call())
    wire.gate.clear()
    wire.protocol.data_received(wire.call())
    wire.protocol.shutdown()
    assert not wire.transport.closed
    wire.gate.set()
    status, headers, _ = await wire.answer()
    assert (status, headers["connection"], wire.transport.closed) == (200, "close", True)


async def test_a_token_that_nobody_has_opens_nothing_on_the_short_cut(wire: Wire) -> None:
    await wire.says(wire.call())
    token = wire.keys.access_token
    assert (await wire.says(wire.call().replace(token.encode(), b"x" * len(token))))[0] == 401
    assert wire.counted == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"POST", b"PUT"),
        (b"HTTP/1.1", b"HTTP/1.0"),
        (b"/messages", b"/messages?fields=id"),
        (b"/messages", b"/media"),
        (b"Content-Length: 5", b"Content-Length: 5\r\nContent-Length: 6"),
        (b"Content-Length: 5", b"Content-Length: 5\r\nTransfer-Encoding: chunked"),
        (b"Content-Length: 5", b"Content-Length: +5"),
        (b"Content-Length: 5", b"Content-Length : 5"),
        (b"Content-Length: 5", b"Content-Length: 5\r\n folded: 6"),
        (b"Content-Length: 5", b"Content-Length: 5\r\nConnection: close"),
        (b"application/json", b"multipart/form-data; boundary=x"),
        (b"Host: a\r\n", b""),
        (b"Bearer", b"Basic"),
    ],
)
def test_what_is_not_plainly_a_message_goes_the_long_way(old: bytes, new: bytes) -> None:
    head = (
        b"POST /v25.0/100000000000001/messages HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer t\r\n"
        b"Content-Type: application/json\r\nContent-Length: 5"
    )
    found = read_head(head)
    assert found is not None
    assert (found.version, found.token, found.body_bytes) == ("v25.0", "t", 5)
    assert "t'" not in repr(found)
    assert old in head
    assert read_head(head.replace(old, new)) is None
