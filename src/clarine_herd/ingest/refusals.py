"""Why something that a collar sent was not taken in: by name, so that it is counted, and kept so that it can be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """The names under which refusals are counted."""

    #: The topic is none that Herd reads.
    TOPIC = "topic"
    #: A farm or a collar has a name that is empty, longer than 64 characters, or of other signs than letters, digits, _ and -.
    NAME = "name"
    #: It is larger than a message may be.
    SIZE = "size"
    #: It is neither JSON nor CBOR, or not of the documented shape.
    SHAPE = "shape"
    #: A LoRaWAN uplink that is neither the compact payload nor decoded by a codec into a summary.
    PAYLOAD = "payload"
    #: The minutes are older than the late window of seven days.
    TOO_OLD = "too_old"
    #: The minutes are more than a quarter of an hour ahead of our clock.
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Refused:
    """One payload that was not taken: where it came in, why, and its bytes."""

    farm: str
    topic: str
    reason: Reason
    detail: str
    body: bytes
    received_us: int
