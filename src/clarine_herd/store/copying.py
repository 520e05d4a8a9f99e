"""Frames as the bytes of a binary COPY, packed by numpy: no Python a row (PostgreSQL: COPY, binary format)."""

from __future__ import annotations

import io

import numpy as np

from clarine_herd.records import FRAME_MINUTES, MINUTE_BYTES, Behaviour, Frames, Ints

COLUMNS = ("farm_id", "minute", "device_id", "counter", "received_at", "battery", "temperature", "rssi", "body")
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TAIL = b"\xff\xff"
_NUMBERS = ((">i4",) * 3) + ((">i8",) * 2) + ((">i2",) * 3)
#: PostgreSQL counts its microseconds from the year 2000.
EPOCH_US = 946_684_800_000_000


def copied(frames: Frames, farm_ids: Ints, device_ids: Ints) -> io.BytesIO:
    """The whole COPY; a body ends with its last minute that is there."""
    there = (frames.body[..., 0] >> 4) != Behaviour.ABSENT
    lengths = FRAME_MINUTES - np.argmax(there[:, ::-1], axis=1)
    columns = (
        farm_ids,
        frames.minute,
        device_ids,
        frames.counter,
        frames.received_us - EPOCH_US,
        frames.battery,
        frames.temperature,
        frames.rssi,
    )
    parts = [_HEAD]
    for length in np.unique(lengths):
        parts.append(_rows(columns, frames, lengths == length, int(length)))
    return io.BytesIO(b"".join([*parts, _TAIL]))


def _rows(columns: tuple[Ints, ...], frames: Frames, which: np.ndarray, length: int) -> bytes:
    size = length * MINUTE_BYTES
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for place, kind in enumerate(_NUMBERS):
        fields += [(f"size{place}", ">i4"), (f"value{place}", kind)]
    fields += [("size", ">i4"), ("body", f"V{size}")]
    rows = np.zeros(int(which.sum()), np.dtype(fields))
    rows["fields"] = len(COLUMNS)
    for place, (kind, column) in enumerate(zip(_NUMBERS, columns, strict=True)):
        rows[f"size{place}"] = np.dtype(kind).itemsize
        rows[f"value{place}"] = column[which]
    rows["size"] = size
    body = np.ascontiguousarray(frames.body[which, :length]).reshape(len(rows), size)
    rows["body"] = body.view(f"V{size}")[:, 0]
    return rows.tobytes()
