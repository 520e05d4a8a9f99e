"""The doorbell inside one process: whoever listens hears each ring at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from clarine.ports.bus import Ring
from clarine.ports.records import StreamEvent


class LocalBus:
    """Implements ports.bus.Bus for a house of one process."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Ring], None]] = []

    def ring(
        self,
        *,
        people: Iterable[int] = (),
        businesses: Iterable[int] = (),
        typing: Iterable[tuple[int, int]] = (),
        ended_devices: Iterable[tuple[int, int]] = (),
        written: Mapping[int, Sequence[StreamEvent]] | None = None,
    ) -> None:
        ring = Ring(frozenset(people), frozenset(businesses), tuple(typing), tuple(ended_devices), written or {})
        if ring != Ring():
            for heard in tuple(self._listeners):
                heard(ring)

    def listen(self, heard: Callable[[Ring], None]) -> Callable[[], None]:
        self._listeners.append(heard)
        return lambda: self._listeners.remove(heard)
