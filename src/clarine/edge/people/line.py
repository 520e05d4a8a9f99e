"""One device's WebSocket as the server holds it: websockets' sans-I/O protocol on a transport, and no task while it is idle.

Uvicorn parses the request and hands the connection over; from there on a line costs what its objects weigh.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any, Final, Protocol, cast

from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import OPEN, SEND_EOF, SERVER
from websockets.protocol import Protocol as WebSocket
from websockets.server import ServerProtocol
from websockets.typing import ExtensionParameter, Subprotocol

from clarine.edge.people.wire import BODY_BYTES_MAX

log = logging.getLogger(__name__)

PATH: Final = "/people/v1/socket"
PROTOCOL: Final = "clarine.v1"
RESTARTING: Final = 1012
TROUBLE: Final = 1011
#: A larger frame is not even read; one between this and what a frame may hold is told what it did wrong.
FRAME_BYTES_MAX: Final = 4 * BODY_BYTES_MAX
#: Smaller frames are not compressed: it would save less than a packet and cost more than sending it.
DEFLATE_FROM_BYTES: Final = 1024
#: How long a device may take to say goodbye; what takes nothing any more cannot be told.
_CLOSE_S: Final = 2.0


class Listener(Protocol):
    """What a line tells its device's socket; no method waits."""

    def heard(self, body: bytes) -> None:
        """A frame came."""

    def flowing(self) -> None:
        """The network takes more again."""

    def gone(self) -> None:
        """The connection is over."""


class Front(Protocol):
    """Who answers a handshake."""

    async def welcome(self, line: Line, token: str) -> Listener | int:
        """The socket behind session *token*, or the code to close with."""


class Serving(Protocol):
    """What uvicorn shares between its connections."""

    connections: set[Any]
    tasks: set[asyncio.Task[None]]


class Line(asyncio.Protocol):
    """From handshake to close. `send`, `close` and `start` are for the socket behind it."""

    __slots__ = ("__weakref__", "_front", "_parts", "_serving", "_socket", "_transport", "_websocket", "paused")

    def __init__(self, front: Front, serving: Serving) -> None:
        self._front = front
        self._serving = serving
        self._transport: asyncio.Transport
        self._websocket: WebSocket = ServerProtocol(
            subprotocols=[Subprotocol(PROTOCOL)], extensions=[_DEFLATE], max_size=FRAME_BYTES_MAX, logger=log
        )
        self._parts: list[bytes] | None = None  # of a message in several frames
        self._socket: Listener | None = None
        self.paused = False  # the network takes no more for now

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's do not inherit from it
        self._serving.connections.add(self)

    def data_received(self, data: bytes) -> None:
        self._websocket.receive_data(data)
        for event in self._websocket.events_received():
            match event:
                case Request():
                    self._open(event)
                case Frame():
                    self._take(event)
        self._flush()

    def eof_received(self) -> None:
        self._websocket.receive_eof()
        self._flush()

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False
        if self._socket is not None:
            self._socket.flowing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._serving.connections.discard(self)
        if self._socket is not None:
            self._socket.gone()
            self._socket = None

    def shutdown(self) -> None:
        """The server stops: the device may come back at once."""
        self.close(RESTARTING)

    def send(self, text: str) -> None:
        """One frame; nothing once the line is closing."""
        if self._websocket.state is OPEN:
            self._websocket.send_text(text.encode())
            self._flush()

    def close(self, code: int) -> None:
        """Say why, and hang up when the device says so too or nothing for _CLOSE_S; the first code counts."""
        if self._websocket.state is OPEN:
            self._websocket.send_close(code)
            self._flush()
            self.listen(True)
        elif not isinstance(self._websocket, ServerProtocol):
            return
        asyncio.get_running_loop().call_later(_CLOSE_S, self._transport.abort)

    def listen(self, listening: bool) -> None:
        """Whether more is read; a device that says more than is worked off waits in its own network."""
        if self._transport.is_closing():
            return
        if listening:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task that a server that stops waits for; what goes wrong in it ends the line."""
        task = asyncio.get_running_loop().create_task(work)
        self._serving.tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._serving.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a device's line failed", exc_info=error, extra={"action": "socket"})
            self.close(TROUBLE)

    def _open(self, request: Request) -> None:
        assert isinstance(self._websocket, ServerProtocol)
        if request.path.partition("?")[0] != PATH:
            response = self._websocket.reject(404, "There is no such socket.\n")
        else:
            response = self._websocket.accept(request)
        if response.status_code != 101:
            self._websocket.send_response(response)
            return
        self.listen(False)
        self.start(self._welcome(request, response))

    async def _welcome(self, request: Request, response: Response) -> None:
        assert isinstance(self._websocket, ServerProtocol)
        found = await self._front.welcome(self, _token(request))
        if self._transport.is_closing():
            if not isinstance(found, int):
                found.gone()
            return
        self._websocket.send_response(response)
        self._flush()
        # The handshake is done, and what it parsed weighs more than the rest of the line.
        opened = WebSocket(SERVER, max_size=FRAME_BYTES_MAX, logger=log)
        opened.extensions = self._websocket.extensions
        self._websocket = opened
        if isinstance(found, int):
            # Accepted first: a browser does not tell its page why a handshake was refused.
            self.close(found)
            return
        self._socket = found
        self.listen(True)

    def _take(self, frame: Frame) -> None:
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return  # the protocol answers a ping and a close itself
        if frame.opcode is Opcode.CONT or not frame.fin:
            self._parts = [*(self._parts or ()), bytes(frame.data)]
            if not frame.fin:
                return
            body, self._parts = b"".join(self._parts), None
        else:
            body = bytes(frame.data)
        if self._socket is not None and self._websocket.state is OPEN:
            self._socket.heard(body)

    def _flush(self) -> None:
        writes = self._websocket.data_to_send()
        if not writes or self._transport.is_closing():
            return
        self._transport.write(b"".join(writes))
        if SEND_EOF in writes:
            self._transport.close()
            asyncio.get_running_loop().call_later(_CLOSE_S, self._transport.abort)


def _token(request: Request) -> str:
    asked = [each.strip() for value in request.headers.get_all("Sec-WebSocket-Protocol") for each in value.split(",")]
    return next((each.removeprefix("token.") for each in asked if each.startswith("token.")), "")


class _Sparing(PerMessageDeflate):
    """Compression that keeps nothing between messages: the usual windows would weigh more than the line itself."""

    def encode(self, frame: Frame) -> Frame:
        return super().encode(frame) if len(frame.data) >= DEFLATE_FROM_BYTES else frame


class _SparingFactory(ServerPerMessageDeflateFactory):
    def process_request_params(
        self, params: Sequence[ExtensionParameter], accepted_extensions: Sequence[Any]
    ) -> tuple[list[ExtensionParameter], PerMessageDeflate]:
        agreed, found = super().process_request_params(params, accepted_extensions)
        return agreed, _Sparing(
            found.remote_no_context_takeover,
            found.local_no_context_takeover,
            found.remote_max_window_bits,
            found.local_max_window_bits,
            found.compress_settings,
        )


_DEFLATE: Final = _SparingFactory(
    server_no_context_takeover=True,
    client_no_context_takeover=True,
    server_max_window_bits=12,
    compress_settings={"memLevel": 5},
)
