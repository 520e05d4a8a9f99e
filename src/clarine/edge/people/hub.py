"""Who is connected: from a person to their sockets; bells wake them, an ended session closes them, one heart beats for all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Final, Protocol

from clarine.domain.errors import ClarineError
from clarine.flow.worker import Worker
from clarine.ports.bus import Bus, Ring
from clarine.ports.records import StreamEvent

log = logging.getLogger(__name__)

SOCKETS_PER_PERSON_MAX: Final = 32
SIGNED_OUT: Final = 4001
#: Sockets that beat together are asked about together, so at least so much time lies between two such groups.
BEAT_S_MIN: Final = 0.25

#: (person_id, device_id)
Key = tuple[int, int]


class Listener(Protocol):
    """A socket as the hub knows it."""

    person_id: int
    device_id: int
    slot: int

    def wake(self, written: Sequence[StreamEvent] = ()) -> None:
        """There may be news in the person's stream; *written* is what this process just wrote there."""

    def typing(self, business_id: int) -> None:
        """A business is typing to this person."""

    def beat(self, last_seq: int | None) -> None:
        """Time to say something; the stream goes to *last_seq*, None when nobody could tell."""

    def end(self, code: int) -> None:
        """Close with *code*, soon."""


class Hub:
    """The sockets of this process. Bells may be lost, so every *heartbeat_s* each socket is told how far its stream goes.

    *alive* says so for many devices at once; a device that is missing is signed out. Sockets beat in groups, by the time at
    which they came: a timer and a question for each would cost more than all the rest of an idle socket.
    """

    def __init__(
        self,
        bus: Bus,
        *,
        forget: Callable[[Ring], None],
        alive: Callable[[Collection[Key]], Awaitable[Mapping[Key, int]]],
        heartbeat_s: float,
    ) -> None:
        self._forget = forget
        self._alive = alive
        self._sockets: dict[int, tuple[Listener, ...]] = {}
        self._slots: list[set[Listener]] = [set() for _ in range(max(1, int(heartbeat_s / BEAT_S_MIN)))]
        self._tick_s = heartbeat_s / len(self._slots)
        self._last = 0  # the slot that beat last
        self._heart: Worker | None = None
        self._beating: asyncio.Task[None] | None = None
        bus.listen(self._heard)

    def __len__(self) -> int:
        return sum(map(len, self._slots))

    def join(self, socket: Listener) -> bool:
        """Whether there was room for *socket*."""
        sockets = self._sockets.get(socket.person_id, ())
        if len(sockets) >= SOCKETS_PER_PERSON_MAX:
            return False
        self._sockets[socket.person_id] = (*sockets, socket)
        socket.slot = self._last  # so that its first beat is a whole heartbeat away
        self._slots[socket.slot].add(socket)
        if self._heart is None:
            self._heart = Worker("heartbeat", self._beat, poll_s=self._tick_s)
            self._beating = asyncio.create_task(self._heart.run())
        return True

    def leave(self, socket: Listener) -> None:
        """*socket* is gone."""
        self._slots[socket.slot].discard(socket)
        left = tuple(each for each in self._sockets.get(socket.person_id, ()) if each is not socket)
        if left:
            self._sockets[socket.person_id] = left
        else:
            self._sockets.pop(socket.person_id, None)
        if not self._sockets and self._heart is not None:
            self._heart.stop()
            self._heart = None

    async def _beat(self) -> int:
        """The next slot's turn."""
        self._last = (self._last + 1) % len(self._slots)
        slot = list(self._slots[self._last])
        if slot:
            await self._beat_slot(slot)
        return 0

    async def _beat_slot(self, slot: list[Listener]) -> None:
        last_seqs: Mapping[Key, int] | None = None
        try:
            last_seqs = await self._alive([(socket.person_id, socket.device_id) for socket in slot])
        except ClarineError as error:  # the store is away for a moment; the line is kept all the same
            log.warning(error.details, extra={"action": "heartbeat"})
        for socket in slot:
            last_seq = last_seqs.get((socket.person_id, socket.device_id)) if last_seqs is not None else None
            if last_seqs is not None and last_seq is None:
                socket.end(SIGNED_OUT)
            else:
                socket.beat(last_seq)

    def _heard(self, ring: Ring) -> None:
        self._forget(ring)
        for person_id in self._sockets.keys() & ring.people:
            for socket in self._sockets[person_id]:
                socket.wake(ring.written.get(person_id, ()))
        for person_id, business_id in ring.typing:
            for socket in self._sockets.get(person_id, ()):
                socket.typing(business_id)
        for person_id, device_id in ring.ended_devices:
            for socket in self._sockets.get(person_id, ()):
                if socket.device_id == device_id:
                    socket.end(SIGNED_OUT)
