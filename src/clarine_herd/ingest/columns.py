"""Gathers what payloads hold in lists and makes frames of them at once: compact frames, and summaries told in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from clarine_herd.ingest import compact
from clarine_herd.ingest.arrived import Arrived
from clarine_herd.ingest.shapes import Frames as GatewayFrames
from clarine_herd.ingest.shapes import Summary, minutes_in, seconds_of
from clarine_herd.records import (
    CONFIDENCE_MAX,
    FRAME_MINUTES,
    NAMES,
    NO_BATTERY,
    NO_RSSI,
    NO_TEMPERATURE,
    Behaviour,
    Frames,
    Ints,
    body_of,
)

#: A farm and a device.
Owner = tuple[str, str]


@dataclass(slots=True)
class Compact:
    """Compact frames as they come, a list a column."""

    whence: list[Arrived] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    rssi: list[int] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)

    def add(self, arrived: Arrived, owner: Owner, data: bytes, *, seq: int, rssi: int | None) -> None:
        """One frame."""
        self.whence.append(arrived)
        self.owners.append(owner)
        self.seqs.append(seq)
        self.rssi.append(NO_RSSI if rssi is None else rssi)
        self.data.append(data)

    def add_many(self, arrived: Arrived, farm: str, sent: GatewayFrames) -> None:
        """A gateway's frames, one behind the other."""
        count = len(sent.collars)
        self.whence.extend([arrived] * count)
        self.owners.extend((farm, collar) for collar in sent.collars)
        self.seqs.extend(sent.seqs)
        self.rssi.extend(sent.rssi_dbm or [NO_RSSI] * count)
        self.data.append(sent.frames)

    def frames(self) -> tuple[Frames, list[Arrived]]:
        """All of them, and which payload each came in."""
        first, battery, temperature, body = compact.unpacked(b"".join(self.data))
        received = np.array([arrived.received_us for arrived in self.whence], np.int64)
        counter, rssi = np.array(self.seqs, np.int64), np.array(self.rssi, np.int16)
        farms, devices = ([owner[side] for owner in self.owners] for side in (0, 1))
        return Frames(farms, devices, counter, first, received, battery, temperature, rssi, body), self.whence


@dataclass(slots=True)
class Columns:
    """Summaries told in columns; longer ones than a frame become several with the same counter."""

    whence: list[Arrived] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    numbers: list[tuple[int, int, int, int, int, int, int]] = field(default_factory=list)
    behaviour: list[list[int]] = field(default_factory=list)
    activity: list[Sequence[int]] = field(default_factory=list)
    confidence: list[Sequence[int]] = field(default_factory=list)

    def add(self, arrived: Arrived, owner: Owner, told: Summary) -> None:
        """One summary. Raises ShapeError when its columns do not fit together."""
        count = minutes_in(told)
        assert told.start is not None
        battery = NO_BATTERY if told.battery_percent is None else round(told.battery_percent)
        temperature = NO_TEMPERATURE if told.temperature_c is None else round(told.temperature_c * 100)
        first = int(seconds_of(told.start) // 60)
        self.numbers.append(
            (
                told.seq,
                first,
                battery,
                temperature,
                NO_RSSI if told.rssi_dbm is None else told.rssi_dbm,
                told.angle,
                count,
            )
        )
        names = (
            chain.from_iterable([name] * share for name, share in told.budget.items())
            if told.budget
            else told.behaviour
        )
        self.behaviour.append([NAMES[name] for name in names])
        each = told.activity or (0,)
        self.activity.append(each * (count // len(each)))
        self.confidence.append(told.confidence or (CONFIDENCE_MAX,) * count)
        self.whence.append(arrived)
        self.owners.append(owner)

    def frames(self) -> tuple[Frames, list[Arrived]]:
        """All of them, and which payload each came in."""
        if not self.owners:
            return Frames.empty(), []
        seq, first, battery, temperature, rssi, angle, counts = np.array(self.numbers, np.int64).T
        needed = -(-counts // FRAME_MINUTES)
        owner = np.repeat(np.arange(len(counts)), needed)
        # The number of a frame among those of its summary, and the place of each minute in all frames.
        nth = np.arange(len(owner)) - np.repeat(np.cumsum(needed) - needed, needed)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        place = np.repeat((np.cumsum(needed) - needed) * FRAME_MINUTES, counts) + within
        size = len(owner) * FRAME_MINUTES
        behaviour, activity, confidence = (
            _spread(values, place, filler=filler, size=size)
            for values, filler in ((self.behaviour, Behaviour.ABSENT), (self.activity, 0), (self.confidence, 0))
        )
        body = body_of(behaviour, activity, confidence=confidence, angle=angle[owner][:, None])
        whence = [self.whence[place] for place in owner]
        farms, devices = ([self.owners[number][side] for number in owner] for side in (0, 1))
        received = np.array([arrived.received_us for arrived in whence], np.int64)
        minute = first[owner] + nth * FRAME_MINUTES
        battery, temperature, rssi = (column[owner].astype(np.int16) for column in (battery, temperature, rssi))
        return Frames(farms, devices, seq[owner], minute, received, battery, temperature, rssi, body), whence


def _spread(values: Sequence[Sequence[int]], place: Ints, *, filler: int, size: int) -> Ints:
    """Lists, one behind the other, at their places among all minutes of all frames."""
    column = np.full(size, filler, np.int16)
    column[place] = np.fromiter(chain.from_iterable(values), np.int16, len(place))
    return column.reshape(-1, FRAME_MINUTES)
