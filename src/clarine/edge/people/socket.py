"""One device's line to the house: it says how far it is, gets what came after, and is cut off when it cannot keep up.

The stream in the store is the queue: a socket keeps only its cursor and what is on its way, and asks for the rest.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, assert_never

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from clarine.domain.errors import ClarineError, Invalid, NotFound
from clarine.edge.people.chats import mark_read, written
from clarine.edge.people.door import Caller, Door, SignedOut, error_json
from clarine.edge.people.hub import SIGNED_OUT, Hub
from clarine.edge.people.shown import json_text
from clarine.edge.people.wire import (
    BODY_BYTES_MAX,
    ContentSent,
    Frame,
    Hello,
    Pong,
    ReadFrame,
    ReceivedFrame,
    SendFrame,
    TypingFrame,
    parse,
    to_content,
)
from clarine.flow.receipt import Received
from clarine.flow.sync import EVENTS_MAX, Missed
from clarine.ports.records import StreamEvent

PROTOCOL = "clarine.v1"
TOO_SLOW = 4002
BAD_FRAME = 4003
TRY_LATER = 1013
#: How many receipts of one device may wait for a transaction before the device has to.
RECEIPTS_MAX = 2_000
_CLOSE_S = 2.0


class Cut(Exception):
    """The house ends this connection, with *code*."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def serve_socket(door: Door, hub: Hub, websocket: WebSocket) -> None:
    """Answer one connection from handshake to close."""
    protocols = websocket.scope.get("subprotocols", [])
    token = next((each.removeprefix("token.") for each in protocols if each.startswith("token.")), "")
    if PROTOCOL not in protocols:
        await websocket.close(BAD_FRAME)
        return
    try:
        caller = await door.sessions.caller(token)
    except ClarineError as error:
        # Accepted first: a browser does not tell its page why a handshake was refused.
        await websocket.accept(PROTOCOL)
        await websocket.close(SIGNED_OUT if isinstance(error, SignedOut) else TRY_LATER)
        return
    await websocket.accept(PROTOCOL)
    socket = DeviceSocket(door, websocket, caller, token)
    if not hub.join(socket):
        await websocket.close(TOO_SLOW)
        return
    try:
        await socket.run()
    finally:
        hub.leave(socket)


class DeviceSocket:
    """One connection. `run` lasts as long as it does; the other public methods are for the hub and never block."""

    def __init__(self, door: Door, websocket: WebSocket, caller: Caller, token: str) -> None:
        self.person_id = caller.person_id
        self.device_id = caller.device_id
        self._door = door
        self._websocket = websocket
        self._token = token
        self._settings = door.house.settings
        self._cursor: int | None = None  # None until the device said hello
        self._hellos = 0
        self._bell = asyncio.Event()
        self._asking = False  # the store, for what came after the cursor
        self._outgoing: deque[tuple[str, int]] = deque()  # (frame, how many events it carries)
        self._waiting = 0
        self._more = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self._silent_beats = 0
        self._arrived: list[int] = []  # on the device, and not written yet
        self._thanking: asyncio.Task[None] | None = None
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def wake(self, written: Sequence[StreamEvent] = ()) -> None:
        """There may be news: what this process just wrote goes out at once when it is the very next, else the store is asked."""
        texts = None
        if (
            written
            and written[0].seq - 1 == self._cursor
            and not (self._asking or self._bell.is_set() or self._waiting)
        ):
            texts = self._door.shelf.at_hand(written)
        if texts is None:
            self._bell.set()
            return
        self._cursor = written[-1].seq
        self._offer_events(texts, self._cursor)

    def typing(self, business_id: int) -> None:
        """The business is typing; a device that is behind is spared this."""
        if not self._outgoing:
            self._offer(json_text({"type": "typing", "business_id": str(business_id)}), 0)

    def end(self, code: int) -> None:
        """Close with *code*; the first one counts."""
        if not self._ended.done():
            self._ended.set_result(code)

    async def run(self) -> None:
        """Serve until one side ends it; then nothing of it is left running."""
        tasks: list[asyncio.Future[Any]] = [
            asyncio.create_task(work()) for work in (self._listen, self._follow, self._write, self._beat)
        ]
        try:
            await asyncio.wait([*tasks, self._ended], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            if self._thanking is not None:
                tasks.append(self._thanking)  # not cancelled: what the device said before it left still counts
            results = await asyncio.gather(*tasks, return_exceptions=True)
        code: int | None = self._ended.result() if self._ended.done() else None
        for result in results:
            match result:
                case Cut(code=cut):
                    code = code or cut
                case ClarineError():
                    code = code or TRY_LATER
                case None | asyncio.CancelledError() | WebSocketDisconnect():
                    pass
                case unexpected:
                    await self._close(1011)
                    raise unexpected
        if code is not None:
            await self._close(code)

    async def _close(self, code: int) -> None:
        if self._websocket.application_state is WebSocketState.CONNECTED:
            # What takes nothing any more cannot be told.
            with suppress(TimeoutError, WebSocketDisconnect):
                async with asyncio.timeout(_CLOSE_S):
                    await self._websocket.close(code)

    async def _listen(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1006))
            body = message.get("text") or message.get("bytes") or b""
            if len(body) > BODY_BYTES_MAX:
                raise Cut(BAD_FRAME)
            self._silent_beats = 0
            try:
                frame: Frame = parse(body, Frame)
            except Invalid:
                raise Cut(BAD_FRAME) from None
            if self._cursor is None and not isinstance(frame, Hello):
                raise Cut(BAD_FRAME)
            await self._obey(frame)

    async def _obey(self, frame: Frame) -> None:
        match frame:
            case Hello(after):
                self._cursor = after
                self._hellos += 1
                self._bell.set()
            case ReceivedFrame(seqs):
                await self._received(seqs)
            case ReadFrame(business_id, seq):
                if self._thanking is not None:  # it arrived before it was read, and both are told
                    await asyncio.wait([self._thanking])
                with suppress(NotFound):  # there is no frame to say so, and nothing was read
                    await mark_read(self._door, self.person_id, int(business_id), seq=seq)
            case SendFrame():
                await self._send(frame)
            case TypingFrame() | Pong():
                pass
            case other:
                assert_never(other)

    async def _received(self, seqs: list[int]) -> None:
        """Receipts are written beside what else the device says, as many as came meanwhile at once: one transaction each would
        make a busy device look silent."""
        self._arrived += seqs
        if self._arrived and (self._thanking is None or self._thanking.done()):
            self._thanking = asyncio.create_task(self._thank())
            self._thanking.add_done_callback(lambda done: self.end(TRY_LATER) if done.exception() else None)
        if self._thanking is not None and len(self._arrived) > RECEIPTS_MAX:
            await asyncio.wait([self._thanking])

    async def _thank(self) -> None:
        while self._arrived:
            seqs, self._arrived = tuple(self._arrived), []
            await self._door.verbs.receive(Received(self.person_id, seqs))

    async def _send(self, frame: SendFrame) -> None:
        try:
            message = await written(
                self._door,
                self.person_id,
                int(frame.business_id),
                client_key=frame.client_key,
                content=to_content(_content(frame)),
                reply_to=frame.reply_to,
                link=frame.link,
            )
        except ClarineError as error:
            answer: dict[str, Any] = {"type": "refused", "client_key": frame.client_key, "error": error_json(error)}
        else:
            answer = {"type": "sent", "client_key": frame.client_key, "message": message}
        self._offer(json_text(answer), 1)

    async def _follow(self) -> None:
        """Ask for what came after the cursor, one question at a time."""
        hellos = 0
        while True:
            await self._bell.wait()
            self._bell.clear()
            after, asked = self._cursor, self._hellos
            if after is None:
                continue
            self._asking = True
            try:
                page = await self._door.verbs.sync(Missed(self.person_id, after))
                texts = await self._door.shelf.events(page)
            finally:
                self._asking = False
            if asked != self._hellos:
                self._bell.set()
                continue  # the device said hello meanwhile: this page is not what it asked for
            behind = self._waiting > 0
            if page or asked != hellos:
                hellos = asked
                self._cursor = page[-1].seq if page else after
                self._offer_events(texts, self._cursor)
            if len(page) == EVENTS_MAX:
                # It has much to catch up with: the next page is asked for when this one is on its way.
                self._bell.set()
                await self._drained.wait()
            elif behind and self._waiting > self._settings.socket_queue_max:
                raise Cut(TOO_SLOW)

    async def _write(self) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            while self._outgoing:
                frame, _ = self._outgoing[0]
                await self._websocket.send_text(frame)
                self._waiting -= self._outgoing.popleft()[1]
            self._drained.set()

    async def _beat(self) -> None:
        """Ping; cut off a device that is silent for two beats; look again, in case a bell was lost."""
        while True:
            await asyncio.sleep(self._settings.heartbeat_s)
            if self._silent_beats >= 2:
                raise Cut(TOO_SLOW)
            self._silent_beats += 1
            try:
                await self._door.sessions.caller(self._token)
            except SignedOut:
                raise Cut(SIGNED_OUT) from None
            if not self._outgoing:
                self._offer('{"type":"ping"}', 0)
            self._bell.set()

    def _offer_events(self, texts: Sequence[str], last_seq: int) -> None:
        self._offer(f'{{"type":"events","events":[{",".join(texts)}],"last_seq":{last_seq}}}', len(texts))

    def _offer(self, frame: str, events: int) -> None:
        self._outgoing.append((frame, events))
        self._waiting += events
        self._drained.clear()
        self._more.set()
        if len(self._outgoing) > self._settings.socket_queue_max:
            self.end(TOO_SLOW)


def _content(frame: SendFrame) -> ContentSent:
    try:
        content: ContentSent = parse(frame.content, ContentSent)
    except Invalid as error:
        path = "content" if error.field is None else f"content.{error.field}"
        raise Invalid(error.details, field=path) from None
    return content
