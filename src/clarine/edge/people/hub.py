"""Who is connected: from a person to their sockets; bells wake them, an ended session closes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from clarine.ports.bus import Bus, Ring
from clarine.ports.records import StreamEvent

SOCKETS_PER_PERSON_MAX = 32
SIGNED_OUT = 4001


class Listener(Protocol):
    """A socket as the hub knows it."""

    person_id: int
    device_id: int

    def wake(self, written: Sequence[StreamEvent] = ()) -> None:
        """There may be news in the person's stream; *written* is what this process just wrote there."""

    def typing(self, business_id: int) -> None:
        """A business is typing to this person."""

    def end(self, code: int) -> None:
        """Close with *code*, soon."""


class Hub:
    """The sockets of this process. Bells may be lost, so every socket looks for itself as well."""

    def __init__(self, bus: Bus, *, forget: Callable[[Ring], None]) -> None:
        self._forget = forget
        self._sockets: dict[int, set[Listener]] = {}
        bus.listen(self._heard)

    def join(self, socket: Listener) -> bool:
        """Whether there was room for *socket*."""
        sockets = self._sockets.setdefault(socket.person_id, set())
        if len(sockets) >= SOCKETS_PER_PERSON_MAX:
            return False
        sockets.add(socket)
        return True

    def leave(self, socket: Listener) -> None:
        """*socket* is gone."""
        sockets = self._sockets.get(socket.person_id, set())
        sockets.discard(socket)
        if not sockets:
            self._sockets.pop(socket.person_id, None)

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
