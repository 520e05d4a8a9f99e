"""Payloads of all collars to frames, a batch at a time: Python reads each payload once, numpy does what is inside.

What cannot be read is refused by name and never stops what comes with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from clarine_herd.ingest import compact, shapes
from clarine_herd.ingest.arrived import Air, Arrived, Decoded, Report, Snippet
from clarine_herd.ingest.columns import Columns, Compact, Owner
from clarine_herd.ingest.refusals import Reason, Refused
from clarine_herd.records import Flags, Frames

#: What is older than this is refused; the history of a day is closed when nothing can come for it any more.
LATE_US = 7 * 24 * 3600 * 1_000_000
AHEAD_US = 15 * 60 * 1_000_000
_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)


def decoded(batch: Sequence[Arrived]) -> Decoded:
    """Read a batch; what cannot be read or lies outside the late window stands in ``refused``."""
    found, gathered = Decoded(), _Gathered(Compact(), Columns())
    for arrived in batch:
        try:
            _read(arrived, found, gathered)
        except _Refusal as refusal:
            found.refused.append(arrived.refused(refusal.reason, str(refusal)))
        except shapes.ShapeError as error:
            found.refused.append(arrived.refused(Reason.SHAPE, str(error)))
    frames, whence = gathered.frames()
    age = frames.received_us - frames.minute * 60_000_000
    for reason, wrong in ((Reason.TOO_OLD, age > LATE_US), (Reason.FUTURE, age < -AHEAD_US)):
        found.refused.extend(_outside(frames, whence, reason, wrong))
    found.frames = frames.only((age <= LATE_US) & (age >= -AHEAD_US))
    return found


class _Refusal(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Gathered:
    compact: Compact
    columns: Columns

    def frames(self) -> tuple[Frames, list[Arrived]]:
        parts = [part.frames() for part in (self.compact, self.columns)]
        return Frames.joined([frames for frames, _ in parts]), [item for _, whence in parts for item in whence]


def _outside(frames: Frames, whence: list[Arrived], reason: Reason, wrong: Flags) -> list[Refused]:
    """One refusal for each payload that has such a frame."""
    named = {id(whence[place]): (whence[place], frames.farms[place]) for place in np.flatnonzero(wrong)}
    return [replace(arrived.refused(reason, "its minutes"), farm=farm) for arrived, farm in named.values()]


def _read(arrived: Arrived, found: Decoded, gathered: _Gathered) -> None:
    if len(arrived.body) > shapes.MESSAGE_BYTES_MAX:
        raise _Refusal(Reason.SIZE, f"{len(arrived.body)} bytes")
    match arrived.topic:
        case ("application", _, "device", _, "event", "up"):
            _uplink(arrived, found, gathered)
        case ("application", _, "device", _, "event", "join" | "status" | "log" as kind):
            found.reports.append(_lorawan_report(arrived, kind))
        case ("herd", "v1", farm, device, "summary"):
            _named(farm, device)
            _summary(arrived, (farm, device), shapes.read(arrived.body, shapes.Summary), gathered)
        case ("herd", "v1", farm, gateway, "frames"):
            _named(farm, gateway)
            _gateway(arrived, farm, shapes.read(arrived.body, shapes.Frames), gathered)
        case ("herd", "v1", farm, device, "raw"):
            _named(farm, device)
            found.snippets.append(_snippet(arrived, farm, device))
        case ("herd", "v1", farm, device, "climate"):
            _named(farm, device)
            found.air.append(_air(arrived, farm, shapes.read(arrived.body, shapes.Climate)))
        case ("herd", "v1", farm, device, "status"):
            _named(farm, device)
            found.reports.append(_report(arrived, farm, device))
        case _:
            raise _Refusal(Reason.TOPIC, "not a topic of Herd")


def _uplink(arrived: Arrived, found: Decoded, gathered: _Gathered) -> None:
    up = shapes.read(arrived.body, shapes.Up)
    owner = _whose(up.device_info)
    rssi = max((rx.rssi for rx in up.rx_info), default=None)
    if compact.is_compact(up.data):
        gathered.compact.add(arrived, owner, up.data, seq=up.f_cnt, rssi=rssi)
        return
    told = bytes(up.object)
    if told in (b"", b"null"):
        raise _Refusal(Reason.PAYLOAD, f"{len(up.data)} bytes that no codec decoded")
    if b'"humidity_pct"' in told:
        found.air.append(_air(arrived, owner[0], shapes.read(told, shapes.Climate)))
        return
    # A codec need not know the frame counter: ChirpStack does.
    summary = msgspec.structs.replace(shapes.read(told, shapes.Summary), seq=up.f_cnt, rssi_dbm=rssi)
    _summary(arrived, owner, summary, gathered)


def _summary(arrived: Arrived, owner: Owner, summary: shapes.Summary, gathered: _Gathered) -> None:
    if summary.frame is None:
        gathered.columns.add(arrived, owner, summary)
    elif compact.is_compact(summary.frame):
        gathered.compact.add(arrived, owner, summary.frame, seq=summary.seq, rssi=summary.rssi_dbm)
    else:
        raise _Refusal(Reason.PAYLOAD, "the frame is not of version 1")


def _gateway(arrived: Arrived, farm: str, sent: shapes.Frames, gathered: _Gathered) -> None:
    count = len(sent.collars)
    if len(sent.frames) != count * compact.SIZE or len(sent.seqs) != count or len(sent.rssi_dbm) not in (0, count):
        raise shapes.ShapeError("collars, seqs, rssi_dbm and frames do not have the same number")
    heads = sent.frames[:: compact.SIZE]
    if any(head >> 4 != compact.VERSION or not head & 15 for head in heads):
        raise _Refusal(Reason.PAYLOAD, "a frame is not of version 1")
    if not all(map(_NAME.fullmatch, sent.collars)):
        raise _Refusal(Reason.NAME, "a collar's name")
    gathered.compact.add_many(arrived, farm, sent)


def _snippet(arrived: Arrived, farm: str, device: str) -> Snippet:
    raw = shapes.read(arrived.body, shapes.Raw)
    if len(raw.samples) % 6:
        raise shapes.ShapeError("samples are x, y, z of two bytes each")
    at = int(shapes.seconds_of(raw.start) * 1_000_000)
    return Snippet(farm, device, raw.seq, at, raw.hz, raw.g_per_unit, raw.samples)


def _air(arrived: Arrived, farm: str, told: shapes.Climate) -> Air:
    at = arrived.received_us if told.at is None else int(shapes.seconds_of(told.at) * 1_000_000)
    age = arrived.received_us - at
    if not -AHEAD_US <= age <= LATE_US:
        raise _Refusal(Reason.TOO_OLD if age > 0 else Reason.FUTURE, "its time")
    return Air(farm, at, told.temperature_c, told.humidity_pct)


def _report(arrived: Arrived, farm: str, device: str) -> Report:
    told = shapes.read(arrived.body, shapes.Status)
    at = arrived.received_us if told.at is None else int(shapes.seconds_of(told.at) * 1_000_000)
    detail = " ".join(part for part in (told.firmware, told.detail) if part)
    return Report(farm, device, told.kind, at, told.battery_percent, told.rssi_dbm, told.interval_min, detail)


def _lorawan_report(arrived: Arrived, kind: str) -> Report:
    event = shapes.read(arrived.body, shapes.Event)
    farm, device = _whose(event.device_info)
    at = arrived.received_us if event.time is None else int(shapes.seconds_of(event.time) * 1_000_000)
    detail = event.description if event.margin is None else f"margin {event.margin} dB"
    return Report(farm, device, kind, at, event.battery_level, detail=detail[:512])


def _whose(info: shapes.DeviceInfo) -> Owner:
    farm = info.tags.get("farm") or info.application_id
    _named(farm, info.dev_eui)
    return farm, info.dev_eui


def _named(farm: str, device: str) -> None:
    if not _NAME.fullmatch(farm) or not _NAME.fullmatch(device):
        raise _Refusal(Reason.NAME, "a farm's or a device's name")
