"""The load generator's devices: raw WebSocket connections that acknowledge every message as soon as it arrives."""

from __future__ import annotations

import asyncio
import base64
import os
import re
from typing import cast

_MESSAGE = re.compile(rb'\{"seq":(\d+),"at":"[^"]*","type":"message"')
_OPENED = b"\r\n\r\n"


class Device(asyncio.Protocol):
    """One person's socket: says hello, answers pings, and sends a receipt for each message. Counts what came."""

    def __init__(self, host: str, token: str, *, after: int = 0) -> None:
        self._host, self._token = host, token
        self._after = after
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._open = False
        self.messages = 0
        self.last_seq = after
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's do not inherit from it
        key = base64.b64encode(os.urandom(16)).decode()
        self._transport.write(
            f"GET /people/v1/socket HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: clarine.v1, token.{self._token}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        if not self._open:
            end = data.find(_OPENED)
            if end < 0:
                self._rest = data
                return
            assert data.startswith(b"HTTP/1.1 101"), data[:80]
            self._open = True
            self._say(b'{"type":"hello","after":%d}' % self._after)
            data = data[end + 4 :]
        self._rest = self._frames(data)

    def _frames(self, data: bytes) -> bytes:
        """Take whole frames off *data*; what is left over."""
        while len(data) >= 2:
            size, start = data[1] & 127, 2
            if size == 126:
                size, start = int.from_bytes(data[2:4], "big"), 4
            elif size == 127:
                size, start = int.from_bytes(data[2:10], "big"), 10
            if len(data) < start + size:
                break
            if data[0] & 15 == 1:
                self._heard(data[start : start + size])
            data = data[start + size :]
        return data

    def _heard(self, frame: bytes) -> None:
        if not self.ready.done():
            self.ready.set_result(None)
        seqs = _MESSAGE.findall(frame)
        if seqs:
            self.messages += len(seqs)
            self.last_seq = int(seqs[-1])
            self._say(b'{"type":"received","seqs":[%s]}' % b",".join(seqs))
        elif frame == b'{"type":"ping"}':
            self._say(b'{"type":"pong"}')

    def _say(self, text: bytes) -> None:
        """One masked frame; a mask of zeros is a mask."""
        assert self._transport is not None
        size = bytes([128 | len(text)]) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2, "big")
        self._transport.write(b"\x81" + size + b"\0\0\0\0" + text)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


async def connect(host: str, port: int, tokens: list[str]) -> list[Device]:
    """A device for each session token, each with its first answer."""
    loop = asyncio.get_running_loop()
    devices = []
    for token in tokens:
        device = Device(f"{host}:{port}", token)
        await loop.create_connection(lambda device=device: device, host, port)  # type: ignore[misc]
        devices.append(device)
    await asyncio.gather(*(device.ready for device in devices))
    return devices
