"""The compact payload for LoRa: fifteen minutes of an animal in 32 bytes, for every spreading factor at 1 % duty.

Byte 0: version 1 and how many minutes are there (a nibble each) · 1–4: first minute since 1970, little endian · 5: battery
in half percents · 6: temperature above 30 °C in tenths · 7: posture, 256 parts of a turn, signed · 8: chews a minute ·
9–16: fifteen classes and the confidence, a nibble each, high one first · 17–31: fifteen activities. 255 means unknown
in bytes 5, 6 and 8, 0 in byte 7.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clarine_herd.records import (
    FRAME_MINUTES,
    NO_ANGLE,
    NO_BATTERY,
    NO_CHEWS,
    NO_TEMPERATURE,
    Behaviour,
    Ints,
    body_of,
)

SIZE = 32
VERSION = 1
UNKNOWN = 255


def is_compact(data: bytes) -> bool:
    """Whether these bytes are one frame of this format."""
    return len(data) == SIZE and data[0] >> 4 == VERSION and data[0] & 15 > 0


def packed(
    first_minute: int,
    behaviour: Sequence[int],
    activity: Sequence[int],
    *,
    confidence: int = 15,
    battery_percent: float | None = None,
    temperature_c: float | None = None,
    angle: int = NO_ANGLE,
    chews: int = NO_CHEWS,
) -> bytes:
    """One frame, as a collar's firmware makes it; 1 to 15 minutes. The pair of ``unpacked``, for tests and examples."""
    count = len(behaviour)
    assert 1 <= count <= FRAME_MINUTES
    battery = UNKNOWN if battery_percent is None else round(battery_percent * 2)
    temperature = UNKNOWN if temperature_c is None else round((temperature_c - 30) * 10)
    classes = [*behaviour, *[int(Behaviour.ABSENT)] * (FRAME_MINUTES - count), confidence]
    nibbles = bytes(high << 4 | low for high, low in zip(classes[::2], classes[1::2], strict=True))
    head = struct.pack("<BIBBbB", VERSION << 4 | count, first_minute, battery, temperature, angle, chews)
    return head + nibbles + bytes(activity).ljust(FRAME_MINUTES, b"\0")


def unpacked(data: bytes) -> tuple[Ints, Ints, Ints, NDArray[np.uint8]]:
    """Many frames, one behind the other: first minutes, batteries, temperatures and bodies of ``records.Frames``."""
    raw = np.frombuffer(data, np.uint8).reshape(-1, SIZE)
    first = np.ascontiguousarray(raw[:, 1:5]).view("<u4")[:, 0].astype(np.int64)
    battery = np.where(raw[:, 5] == UNKNOWN, NO_BATTERY, raw[:, 5] // 2).astype(np.int16)
    warm = raw[:, 6].astype(np.int16) * 10 + 3000
    temperature = np.where(raw[:, 6] == UNKNOWN, NO_TEMPERATURE, warm)
    nibbles = np.empty((len(raw), 16), np.uint8)
    nibbles[:, ::2], nibbles[:, 1::2] = raw[:, 9:17] >> 4, raw[:, 9:17] & 15
    there = np.arange(FRAME_MINUTES) < (raw[:, :1] & 15)
    behaviour = np.where(there, nibbles[:, :FRAME_MINUTES], Behaviour.ABSENT)
    angle = raw[:, 7].view(np.int8).astype(np.int16)[:, None]
    return (
        first,
        battery,
        temperature,
        body_of(behaviour, raw[:, 17:], confidence=nibbles[:, 15:], angle=angle, chews=raw[:, 8:9]),
    )
