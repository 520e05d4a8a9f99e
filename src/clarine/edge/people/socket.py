"""One device's socket: it says how far it is, gets what came after, and is cut off when it cannot keep up.

The stream in the store is the queue: a socket keeps only its cursor and what is on its way, and asks for the rest. It has a task
only while it asks or obeys, because most sockets are idle.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, assert_never

from clarine.domain.errors import ClarineError, Invalid, NotFound
from clarine.edge.people.chats import mark_read, written
from clarine.edge.people.door import Caller, Door, SignedOut, error_json
from clarine.edge.people.hub import SIGNED_OUT, Hub
from clarine.edge.people.line import Line
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

TOO_SLOW: Final = 4002
BAD_FRAME: Final = 4003
TRY_LATER: Final = 1013
#: How many receipts of one device may wait for a transaction before the device has to.
RECEIPTS_MAX: Final = 2_000
SILENT_BEATS_MAX: Final = 2


class Cut(Exception):
    """The house ends this connection, with *code*."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Sockets:
    """The sockets of this process, as a line asks for one (line.Front)."""

    def __init__(self, door: Door, hub: Hub) -> None:
        self._door = door
        self._hub = hub

    async def welcome(self, line: Line, token: str) -> DeviceSocket | int:
        """The socket of whoever holds session *token*, or the code to close with."""
        try:
            caller = await self._door.sessions.asked(token)
        except ClarineError as error:
            return SIGNED_OUT if isinstance(error, SignedOut) else TRY_LATER
        socket = DeviceSocket(self._door, self._hub, line, caller)
        return socket if self._hub.join(socket) else TOO_SLOW


class DeviceSocket:
    """One connection; its public methods are for the hub and its line, and never wait."""

    __slots__ = (
        "_answered", "_arrived", "_bell", "_cursor", "_door", "_following", "_frames", "_full", "_hellos", "_hub", "_line",
        "_outgoing", "_silent_beats", "_thanking", "_waiting", "device_id", "person_id", "slot",
    )  # fmt: skip

    def __init__(self, door: Door, hub: Hub, line: Line, caller: Caller) -> None:
        self.person_id = caller.person_id
        self.device_id = caller.device_id
        self.slot = 0  # in the hub's heartbeat
        self._door = door
        self._hub = hub
        self._line = line
        self._cursor: int | None = None  # None until the device said hello
        self._hellos = self._answered = 0
        self._bell = False  # there may be something after the cursor
        self._following = False  # the store is being asked for it
        self._full = False  # the last page was, so there is more
        self._frames: deque[Frame] | None = None  # to be obeyed in order, while one takes its time
        self._outgoing: deque[tuple[str, int]] | None = (
            None  # (frame, how many events it carries), while the network is full
        )
        self._waiting = 0  # events in them
        self._silent_beats = 0
        self._arrived: list[int] | None = None  # on the device, and not written yet
        self._thanking: asyncio.Task[None] | None = None

    def wake(self, written: Sequence[StreamEvent] = ()) -> None:
        """There may be news: what this process just wrote goes out at once when it is the very next, else the store is asked."""
        texts = None
        if written and written[0].seq - 1 == self._cursor and not (self._following or self._bell or self._waiting):
            texts = self._door.shelf.at_hand(written)
        if texts is None:
            self._look()
            return
        self._cursor = written[-1].seq
        self._offer_events(texts, self._cursor)

    def typing(self, business_id: int) -> None:
        """The business is typing; a device that is behind is spared this."""
        if not self._behind():
            self._line.send(json_text({"type": "typing", "business_id": str(business_id)}))

    def beat(self, last_seq: int | None) -> None:
        """Ping; cut off a device that is silent for too long; look again, in case a bell was lost before *last_seq* (None: nobody
        could tell)."""
        if self._silent_beats >= SILENT_BEATS_MAX:
            self.end(TOO_SLOW)
            return
        self._silent_beats += 1
        if not self._behind():
            self._line.send('{"type":"ping"}')
        if self._cursor is not None and last_seq is not None and last_seq > self._cursor:
            self._look()

    def end(self, code: int) -> None:
        """Close with *code*; the first one counts."""
        self._line.close(code)

    def gone(self) -> None:
        """The connection is over; what the device said before it left still counts."""
        self._hub.leave(self)
        self._cursor = self._outgoing = self._frames = None

    def flowing(self) -> None:
        """The network takes more again."""
        while self._outgoing and not self._line.paused:
            frame, events = self._outgoing.popleft()
            self._waiting -= events
            self._line.send(frame)
        if not self._outgoing:
            self._outgoing = None
            if self._bell:
                self._look()

    def heard(self, body: bytes) -> None:
        """The device said *body*. What takes time is done in the order in which it was said, and meanwhile no more is read."""
        self._silent_beats = 0
        try:
            if len(body) > BODY_BYTES_MAX:
                raise Cut(BAD_FRAME)
            try:
                frame: Frame = parse(body, Frame)
            except Invalid:
                raise Cut(BAD_FRAME) from None
            if self._cursor is None and not isinstance(frame, Hello):
                raise Cut(BAD_FRAME)
            if self._frames is not None:
                self._frames.append(frame)
            elif not self._obeyed(frame):
                self._frames = deque([frame])
                self._line.listen(False)
                self._line.start(self._obey())
        except Cut as cut:
            self.end(cut.code)

    def _obeyed(self, frame: Frame) -> bool:
        """Whether there was nothing to wait for."""
        match frame:
            case Hello(after):
                self._cursor = after
                self._hellos += 1
                self._look()
            case ReceivedFrame(seqs) if len(self._arrived or ()) <= RECEIPTS_MAX:
                self._thank(seqs)
            case ReceivedFrame() | ReadFrame() | SendFrame():
                return False
            case TypingFrame() | Pong():
                pass
            case other:
                assert_never(other)
        return True

    async def _obey(self) -> None:
        """Work off the frames that wait."""
        while self._frames:
            frame = self._frames.popleft()
            match frame:
                case ReadFrame(business_id, seq):
                    await self._thanked()  # it arrived before it was read, and both are told
                    with suppress(NotFound):  # there is no frame to say so, and nothing was read
                        await mark_read(self._door, self.person_id, int(business_id), seq=seq)
                case SendFrame():
                    await self._send(frame)
                case ReceivedFrame(seqs):
                    if len(self._arrived or ()) > RECEIPTS_MAX:
                        await self._thanked()
                    self._thank(seqs)
                case other:
                    self._obeyed(other)
        self._frames = None
        self._line.listen(True)

    def _thank(self, seqs: list[int]) -> None:
        """Receipts are written beside what else the device says, as many as came meanwhile at once: one transaction each would
        make a busy device look silent."""
        self._arrived = [*self._arrived, *seqs] if self._arrived else seqs
        if self._arrived and self._thanking is None:
            self._thanking = self._line.start(self._write_receipts())

    async def _thanked(self) -> None:
        if self._thanking is not None:
            await asyncio.wait([self._thanking])

    async def _write_receipts(self) -> None:
        try:
            while self._arrived:
                seqs, self._arrived = tuple(self._arrived), None
                await self._door.verbs.receive(Received(self.person_id, seqs))
        except ClarineError:
            self.end(TRY_LATER)
        finally:
            self._thanking = None

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

    def _look(self) -> None:
        """Ask the store for what came after the cursor, one question at a time; a device that catches up is given the next page
        when this one is on its way."""
        self._bell = True
        if not self._following and self._cursor is not None and not (self._full and self._behind()):
            self._following = True
            self._line.start(self._follow())

    async def _follow(self) -> None:
        try:
            while self._bell and (after := self._cursor) is not None and not (self._full and self._behind()):
                self._bell = False
                await self._page(after)
        except ClarineError:
            self.end(TRY_LATER)
        finally:
            self._following = False

    async def _page(self, after: int) -> None:
        asked = self._hellos
        page = await self._door.verbs.sync(Missed(self.person_id, after))
        texts = await self._door.shelf.events(page)
        if asked != self._hellos or self._cursor is None:
            self._bell = True
            return  # the device said hello meanwhile, or left: this page is not what it asked for
        behind = self._waiting > 0
        if page or asked != self._answered:
            self._answered = asked
            self._cursor = page[-1].seq if page else after
            self._offer_events(texts, self._cursor)
        self._full = len(page) == EVENTS_MAX
        if self._full:
            self._bell = True  # it has much to catch up with
        elif behind and self._waiting > self._door.house.settings.socket_queue_max:
            self.end(TOO_SLOW)

    def _behind(self) -> bool:
        return self._line.paused or self._outgoing is not None

    def _offer_events(self, texts: Sequence[str], last_seq: int) -> None:
        self._offer(f'{{"type":"events","events":[{",".join(texts)}],"last_seq":{last_seq}}}', len(texts))

    def _offer(self, frame: str, events: int) -> None:
        if not self._behind():
            self._line.send(frame)
            return
        if self._outgoing is None:
            self._outgoing = deque()
        self._outgoing.append((frame, events))
        self._waiting += events
        if len(self._outgoing) > self._door.house.settings.socket_queue_max:
            self.end(TOO_SLOW)


def _content(frame: SendFrame) -> ContentSent:
    try:
        content: ContentSent = parse(frame.content, ContentSent)
    except Invalid as error:
        path = "content" if error.field is None else f"content.{error.field}"
        raise Invalid(error.details, field=path) from None
    return content
