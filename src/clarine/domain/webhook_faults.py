"""What the sandbox does wrong on purpose when it posts webhooks; the same seed does the same things wrong."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class WebhookFaults:
    """Shares are 0 to 1 of the POSTs. *reorder* POSTs are kept and leave in another order; below 2 they keep theirs.

    A POST that is dropped counts as not answered and is tried again; one that is kept (*delay_s*, *reorder*) counts as
    acknowledged and is not.
    """

    drop: float = 0.0
    duplicate: float = 0.0
    delay_s: float = 0.0
    reorder: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to one POST."""

    dropped: bool
    copies: int


def fate(faults: WebhookFaults, nth: int) -> Fate:
    """The fate of the *nth* POST (from 0) under *faults*."""
    dropped = _share(faults.seed, nth, b"drop") < faults.drop
    doubled = _share(faults.seed, nth, b"duplicate") < faults.duplicate
    return Fate(dropped, 2 if doubled else 1)


def shuffled(items: Sequence[Item], *, seed: int, nth: int) -> list[Item]:
    """*items* in the order of the *nth* shuffle; never in the order they came in when there are two or more."""
    order = sorted(range(len(items)), key=lambda index: _share(seed, (nth << 16) + index, b"order"))
    if len(items) > 1 and order == sorted(order):
        order = [*order[1:], order[0]]
    return [items[index] for index in order]


def _share(seed: int, nth: int, purpose: bytes) -> float:
    """A number from 0 up to 1 that depends on nothing else."""
    message = struct.pack(">qq", seed % (1 << 62), nth % (1 << 62))
    digest = hashlib.blake2b(message, digest_size=8, person=purpose)
    return int.from_bytes(digest.digest(), "big") / (1 << 64)
