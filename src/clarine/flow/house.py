"""What every verb is given: the doors and the rules with data of their own. Built once, in build.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from clarine.config import Settings
from clarine.domain.ids import Seal
from clarine.domain.pricing import PriceBook
from clarine.ports.blobs import Blobs
from clarine.ports.bus import Bus
from clarine.ports.clock import Clock
from clarine.ports.store import Store


@dataclass(frozen=True, slots=True)
class House:
    """The doors; *entropy* gives fresh random bits (as many as asked for)."""

    store: Store
    bus: Bus
    clock: Clock
    blobs: Blobs
    seal: Seal
    link_key: bytes = field(repr=False)
    prices: PriceBook
    settings: Settings
    entropy: Callable[[int], int]
