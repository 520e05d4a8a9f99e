"""Every shape of payload becomes the same minutes, and what is not one is refused by its name."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cbor2
import numpy as np
import polars as pl
import pytest

from clarine_herd.ingest.compact import is_compact
from clarine_herd.ingest.decode import decoded
from clarine_herd.ingest.refusals import Reason
from clarine_herd.records import MINUTES, Frames, minutes_of
from tests.herd.collars import ACTIVITY, BEHAVIOUR, MINUTE, RECEIVED_US, arrived, chirpstack, frame

NAMES = ("unknown", "lying", "standing", "walking", "eating", "ruminating")
START = datetime.fromtimestamp(MINUTE * 60, UTC)
COLUMNS: dict[str, Any] = {
    "seq": 7,
    "start": START.isoformat(),
    "behaviour": [NAMES[kind] for kind in BEHAVIOUR],
    "activity": list(ACTIVITY),
    "confidence": [12] * 15,
    "angle": -30,
    "battery_percent": 87,
    "temperature_c": 38.6,
    "rssi_dbm": -97,
}
COMPACT = {"seq": 7, "frame": frame(), "rssi_dbm": -97}
UPLINK = "application/17c82e96-be03-4f38-aef3-f83d48582d97/device/70b3d57ed0000001/event/up"


def as_json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, default=lambda data: base64.b64encode(data).decode()).encode()


def minutes(frames: Frames) -> pl.DataFrame:
    return minutes_of(frames.body, frames.minute)[1]


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        (UPLINK, chirpstack()),
        (
            UPLINK,
            chirpstack(data=b"\x99", object={key: COLUMNS[key] for key in COLUMNS if key not in ("seq", "rssi_dbm")}),
        ),
        ("herd/v1/hill/1217/summary", as_json(COMPACT)),
        ("herd/v1/hill/1217/summary", cbor2.dumps(COMPACT)),
        ("herd/v1/hill/1217/summary", as_json(COLUMNS)),
        ("herd/v1/hill/1217/summary", cbor2.dumps(COLUMNS)),
        ("herd/v1/hill/1217/summary", cbor2.dumps(COLUMNS | {"start": MINUTE * 60})),
        (
            "herd/v1/hill/gateway-1/frames",
            cbor2.dumps({"collars": ["1217"], "seqs": [7], "frames": frame(), "rssi_dbm": [-97]}),
        ),
    ],
)
def test_every_shape_of_a_quarter_of_an_hour_is_the_same_fifteen_minutes(topic: str, body: bytes) -> None:
    found = decoded([arrived(topic, body)])
    assert found.refused == []
    frames = found.frames
    assert (len(frames), frames.counter[0], frames.minute[0]) == (1, 7, MINUTE)
    assert (frames.battery[0], frames.temperature[0], frames.rssi[0]) == (87, 3860, -97)
    table = minutes(frames)
    assert table["minute"][0] == START
    assert table["behaviour"].to_list() == list(BEHAVIOUR)
    assert table["activity"].to_list() == list(ACTIVITY)
    assert table["confidence"].unique().to_list() == [12]
    assert table["angle"].unique().to_list() == [-30]
    assert all(table.schema[name] == MINUTES[name] for name in table.columns)


def test_the_compact_payload_is_the_bytes_that_the_reference_page_shows() -> None:
    shown = "1f 78a2c501 af 56 e2 ff 111223444555550c 0a0b0c0d0e0f101112131415161718"
    made = frame(minute=29_729_400)
    assert made == bytes.fromhex(shown)
    assert shown in (Path("docs") / "reference" / "herd-ingest.md").read_text()
    assert is_compact(made)
    assert not is_compact(made[:-1])


def test_a_shorter_frame_has_only_the_minutes_it_says() -> None:
    body = cbor2.dumps({"seq": 1, "frame": frame(behaviour=(1, 5), activity=(3, 4))})
    table = minutes(decoded([arrived("herd/v1/hill/1/summary", body)]).frames)
    assert table["behaviour"].to_list() == [1, 5]


def test_what_a_collar_saved_up_in_one_message_becomes_several_frames_of_one_counter() -> None:
    told = {"seq": 3, "start": MINUTE * 60, "behaviour": ["lying"] * 40, "activity": list(range(40))}
    other = told | {"seq": 4, "behaviour": ["eating"] * 2, "activity": [9, 9]}
    both = [arrived("herd/v1/hill/1/summary", cbor2.dumps(it), RECEIVED_US + 3_600_000_000) for it in (told, other)]
    frames = decoded(both).frames
    assert frames.counter.tolist() == [3, 3, 3, 4]
    assert frames.minute.tolist() == [MINUTE, MINUTE + 15, MINUTE + 30, MINUTE]
    assert minutes(frames)["activity"].to_list() == [*range(40), 9, 9]


def test_a_collar_that_counts_minutes_of_each_class_is_taken_as_it_is() -> None:
    told = {"seq": 3, "start": MINUTE * 60, "budget": {"lying": 6, "ruminating": 4}, "activity": [20]}
    table = minutes(decoded([arrived("herd/v1/hill/1/summary", cbor2.dumps(told))]).frames)
    assert table["behaviour"].to_list() == [1] * 6 + [5] * 4
    assert table["activity"].unique().to_list() == [20]


REFUSALS: list[tuple[str, bytes, Reason]] = [
    ("other/topic", b"{}", Reason.TOPIC),
    ("herd/v1/hill/1/unknown", b"{}", Reason.TOPIC),
    ("herd/v1/hill/a b/summary", as_json(COLUMNS), Reason.NAME),
    (UPLINK, chirpstack(farm="x" * 65), Reason.NAME),
    ("herd/v1/hill/1/summary", b"x" * 1_000_001, Reason.SIZE),
    ("herd/v1/hill/1/summary", b"", Reason.SHAPE),
    ("herd/v1/hill/1/summary", b"{", Reason.SHAPE),
    ("herd/v1/hill/1/summary", b"\x9f" * 50_000, Reason.SHAPE),
    ("herd/v1/hill/1/summary", as_json({"seq": 1}), Reason.SHAPE),
    ("herd/v1/hill/1/summary", as_json(COLUMNS | {"activity": [1]}), Reason.SHAPE),
    ("herd/v1/hill/1/summary", as_json(COLUMNS | {"behaviour": ["dancing"]}), Reason.SHAPE),
    ("herd/v1/hill/1/summary", as_json(COLUMNS | {"start": "2026-01-01T00:00:00"}), Reason.SHAPE),
    ("herd/v1/hill/1/summary", as_json(COLUMNS | {"start": 1e300}), Reason.SHAPE),
    (
        "herd/v1/hill/1/raw",
        cbor2.dumps({"seq": 1, "start": 1.7e9, "hz": 10, "g_per_unit": 0.01, "samples": b"1234567"}),
        Reason.SHAPE,
    ),
    ("herd/v1/hill/g/frames", cbor2.dumps({"collars": ["1"], "seqs": [1, 2], "frames": frame()}), Reason.SHAPE),
    ("herd/v1/hill/g/frames", cbor2.dumps({"collars": ["1"], "seqs": [1], "frames": bytes(32)}), Reason.PAYLOAD),
    (UPLINK, chirpstack(data=b"\x01\x02"), Reason.PAYLOAD),
    ("herd/v1/hill/1/summary", cbor2.dumps({"seq": 1, "frame": frame(MINUTE - 8 * 1440)}), Reason.TOO_OLD),
    ("herd/v1/hill/1/summary", cbor2.dumps({"seq": 1, "frame": frame(MINUTE + 60)}), Reason.FUTURE),
    ("herd/v1/hill/1/summary", cbor2.dumps({"seq": 1, "frame": frame(2**32 - 1)}), Reason.FUTURE),
]


def test_a_collar_that_tells_behaviour_and_no_activity_stops_nobody() -> None:
    told = {key: COLUMNS[key] for key in ("seq", "start", "behaviour")}
    found = decoded(
        [arrived("herd/v1/hill/1217/summary", as_json(told)), arrived("herd/v1/hill/1218/summary", as_json(COLUMNS))]
    )
    assert (len(found.frames), found.refused) == (2, [])
    assert minutes(found.frames)["activity"].to_list() == [0] * 15 + list(ACTIVITY)


def test_each_bad_payload_is_refused_by_its_name_and_stops_none_of_the_others() -> None:
    good = arrived("herd/v1/hill/1/summary", as_json(COLUMNS))
    batch = [good]
    for topic, body, _ in REFUSALS:
        batch += [arrived(topic, body), good]
    found = decoded(batch)
    assert len(found.frames) == len(REFUSALS) + 1
    by_body = {item.body: item.reason for item in found.refused}
    assert [by_body.get(body) for _, body, _ in REFUSALS] == [reason for *_, reason in REFUSALS]
    assert len(found.refused) == len(REFUSALS)
    assert {item.farm for item in found.refused if item.topic == "herd/v1/hill/1/summary"} == {"hill"}


def test_minutes_of_a_week_ago_are_taken_and_the_minute_before_is_not() -> None:
    received = RECEIVED_US // 60_000_000
    week = 7 * 1440
    bodies = [cbor2.dumps({"seq": 1, "frame": frame(received - week - back)}) for back in (0, 1)]
    found = decoded([arrived("herd/v1/hill/1/summary", body) for body in bodies])
    assert (len(found.frames), [item.reason for item in found.refused]) == (1, [Reason.TOO_OLD])


def test_a_report_and_a_piece_of_the_raw_signal_are_read() -> None:
    samples = np.arange(30, dtype="<i2").tobytes()
    found = decoded(
        [
            arrived("herd/v1/hill/1/status", as_json({"battery_percent": 12, "firmware": "2.1"})),
            arrived(
                "application/a/device/d/event/status",
                as_json({"deviceInfo": {"devEui": "d", "applicationId": "a"}, "margin": 7, "batteryLevel": 75.5}),
            ),
            arrived(
                "application/a/device/d/event/join", as_json({"deviceInfo": {"devEui": "d", "applicationId": "a"}})
            ),
            arrived(
                "herd/v1/hill/1/raw",
                cbor2.dumps({"seq": 4, "start": MINUTE * 60, "hz": 25, "g_per_unit": 0.001, "samples": samples}),
            ),
        ]
    )
    assert found.refused == []
    assert [(r.farm, r.device, r.kind, r.battery_percent, r.detail) for r in found.reports] == [
        ("hill", "1", "status", 12, "2.1"),
        ("a", "d", "status", 75.5, "margin 7 dB"),
        ("a", "d", "join", None, ""),
    ]
    assert [(s.device, s.seq, s.at_us, s.samples) for s in found.snippets] == [("1", 4, MINUTE * 60_000_000, samples)]
