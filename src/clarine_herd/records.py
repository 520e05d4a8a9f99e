"""The one record that every collar ends in: minutes of an animal, packed for the road and the store, a row each for judgement.

A frame of up to fifteen minutes is four bytes a minute: class and confidence (a nibble each), activity, posture, chews.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]

FRAME_MINUTES = 15
MINUTE_BYTES = 4
#: What a field says when it does not know.
NO_BATTERY, NO_TEMPERATURE, NO_RSSI, NO_ANGLE, NO_CHEWS = -1, -32768, 0, 0, 255
CONFIDENCE_MAX = 15


class Behaviour(IntEnum):
    """What an animal mostly did in a minute."""

    #: The classifier would not say.
    UNKNOWN = 0
    LYING = 1
    STANDING = 2
    WALKING = 3
    #: Grazing and eating at the trough.
    EATING = 4
    #: Chewing the cud, lying or standing.
    RUMINATING = 5
    #: There was no minute here; it never becomes a row.
    ABSENT = 15


NAMES = {str(kind.name).lower(): kind for kind in Behaviour if kind is not Behaviour.ABSENT}

#: One row a minute. confidence 0–15, activity 0–255 (the collar's own count), angle −127…127 of 256 parts of a turn.
MINUTES: dict[str, pl.DataType] = {
    "farm": pl.String(),
    "device": pl.String(),
    "animal": pl.String(),
    "counter": pl.Int64(),
    "minute": pl.Datetime("us", "UTC"),
    "behaviour": pl.UInt8(),
    "confidence": pl.UInt8(),
    "activity": pl.UInt8(),
    "angle": pl.Int16(),
    "chews": pl.UInt8(),
    "temperature_c": pl.Float32(),
    "battery_percent": pl.Int16(),
    "rssi_dbm": pl.Int16(),
    "received_at": pl.Datetime("us", "UTC"),
}


NUMBERS = ("counter", "minute", "received_us", "battery", "temperature", "rssi")


@dataclass(frozen=True, slots=True)
class Frames:
    """N frames, a column each. ``counter`` is the collar's own, ``minute`` the first one since 1970, ``body`` (N, 15, 4).

    ``received_us`` is microseconds since 1970; battery is percent, temperature hundredths of a degree, rssi dBm.
    """

    farms: list[str]
    devices: list[str]
    counter: Ints
    minute: Ints
    received_us: Ints
    battery: Ints
    temperature: Ints
    rssi: Ints
    body: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.farms)

    def only(self, which: Flags) -> Self:
        """The frames for which *which* is true."""
        if which.all():
            return self
        places = np.flatnonzero(which)
        farms, devices = ([column[place] for place in places] for column in (self.farms, self.devices))
        numbers = {name: getattr(self, name)[places] for name in NUMBERS}
        return type(self)(farms=farms, devices=devices, body=self.body[places], **numbers)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Several as one."""
        return cls(
            farms=[name for part in parts for name in part.farms],
            devices=[name for part in parts for name in part.devices],
            body=np.concatenate([part.body for part in parts]),
            **{name: np.concatenate([getattr(part, name) for part in parts]) for name in NUMBERS},
        )

    @classmethod
    def empty(cls) -> Self:
        """None at all."""
        body = np.zeros((0, FRAME_MINUTES, MINUTE_BYTES), np.uint8)
        return cls(farms=[], devices=[], body=body, **{name: np.zeros(0, np.int64) for name in NUMBERS})


def body_of(
    behaviour: Ints,
    activity: Ints,
    *,
    confidence: Ints | int = CONFIDENCE_MAX,
    angle: Ints | int = NO_ANGLE,
    chews: Ints | int = NO_CHEWS,
) -> NDArray[np.uint8]:
    """Columns of minutes (any shape) as the packed body, with one more axis of four bytes."""
    known = (behaviour <= Behaviour.RUMINATING) | (behaviour == Behaviour.ABSENT)
    body = np.empty((*behaviour.shape, MINUTE_BYTES), np.uint8)
    body[..., 0] = np.where(known, behaviour, Behaviour.UNKNOWN) << 4 | confidence
    body[..., 1] = activity
    body[..., 2] = np.where(np.asarray(angle) == NO_ANGLE, NO_ANGLE, np.asarray(angle) + 128)
    body[..., 3] = chews
    return body


def minutes_of(body: NDArray[np.uint8], first: Ints) -> tuple[Ints, pl.DataFrame]:
    """The minutes that are there, of bodies (N, 15, 4) and first minutes (N): frame numbers, and columns of MINUTES."""
    there = (body[..., 0] >> 4) != Behaviour.ABSENT
    frame, place = np.nonzero(there)
    rows = body[frame, place]
    angle = rows[:, 2].astype(np.int16)
    table = pl.DataFrame(
        {
            "minute": (first[frame].astype(np.int64) + place) * 60_000_000,
            "behaviour": rows[:, 0] >> 4,
            "confidence": rows[:, 0] & 15,
            "activity": rows[:, 1],
            "angle": angle - 128,
            "chews": rows[:, 3],
        }
    ).with_columns(
        pl.col("minute").cast(MINUTES["minute"]),
        pl.col("angle").replace(NO_ANGLE - 128, None),
        pl.col("chews").replace(NO_CHEWS, None),
    )
    return frame, table
