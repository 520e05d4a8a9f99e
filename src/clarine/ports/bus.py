"""The doorbell: hints that there is something to fetch. A bell may be lost; whoever listens also polls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from clarine.ports.records import StreamEvent


@dataclass(frozen=True, slots=True)
class Ring:
    """Who should look: people whose stream grew, businesses with notices, people who see a business typing, ended devices."""

    people: frozenset[int] = frozenset()
    businesses: frozenset[int] = frozenset()
    typing: tuple[tuple[int, int], ...] = ()  # (person_id, business_id)
    ended_devices: tuple[tuple[int, int], ...] = field(default=())  # (person_id, device_id)
    #: What this process itself just wrote into people's streams; it never leaves the process.
    written: Mapping[int, Sequence[StreamEvent]] = field(default_factory=dict)


class Bus(Protocol):
    def ring(
        self,
        *,
        people: Iterable[int] = (),
        businesses: Iterable[int] = (),
        typing: Iterable[tuple[int, int]] = (),
        ended_devices: Iterable[tuple[int, int]] = (),
        written: Mapping[int, Sequence[StreamEvent]] | None = None,
    ) -> None:
        """Tell every process; never blocks, never fails. *written* is for listeners of this process only."""
        ...

    def listen(self, heard: Callable[[Ring], None]) -> Callable[[], None]:
        """Call *heard* for each ring from now on; the answer stops it."""
        ...
