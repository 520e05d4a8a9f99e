"""The documented shapes of what collars and gateways send, as JSON or CBOR; parsed at the door and trusted inside."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeVar

import cbor2
import msgspec
from msgspec import Meta, Struct

#: A day's minutes in one message: what a collar saved up out of range comes in several.
MINUTES_MAX = 1440
FRAMES_MAX = 1000
SAMPLES_BYTES_MAX = 600_000
MESSAGE_BYTES_MAX = 1_000_000
EARLIEST_S, LATEST_S = 946_684_800, 4_102_444_800

Class = Literal["unknown", "lying", "standing", "walking", "eating", "ruminating"]
Sequence = Annotated[int, Meta(ge=0, le=2**53)]
Percent = Annotated[float, Meta(ge=0, le=100)]
Celsius = Annotated[float, Meta(ge=-40, le=85)]
Dbm = Annotated[int, Meta(ge=-200, le=0)]
Byte = Annotated[int, Meta(ge=0, le=255)]
Angle = Annotated[int, Meta(ge=-127, le=127)]
Nibble = Annotated[int, Meta(ge=0, le=15)]
#: RFC 3339 with an offset, or seconds since 1970.
Time = datetime | float


class Summary(Struct, frozen=True):
    """Minutes of one collar: a compact ``frame``, or ``behaviour`` and ``activity`` a minute each, or ``budget`` minutes."""

    seq: Sequence = 0
    start: Time | None = None
    frame: Annotated[bytes, Meta(min_length=32, max_length=32)] | None = None
    behaviour: Annotated[tuple[Class, ...], Meta(max_length=MINUTES_MAX)] = ()
    activity: Annotated[tuple[Byte, ...], Meta(max_length=MINUTES_MAX)] = ()
    confidence: Annotated[tuple[Nibble, ...], Meta(max_length=MINUTES_MAX)] = ()
    #: How many minutes of each class, for collars that count: ``{"lying": 6, "ruminating": 4}``, with one mean activity.
    budget: dict[Class, Annotated[int, Meta(ge=0, le=120)]] = {}
    angle: Angle = 0
    battery_percent: Percent | None = None
    temperature_c: Celsius | None = None
    rssi_dbm: Dbm | None = None


class Frames(Struct, frozen=True):
    """What a gateway gathered: compact frames one behind the other, and whose they are."""

    collars: Annotated[tuple[str, ...], Meta(min_length=1, max_length=FRAMES_MAX)]
    seqs: Annotated[tuple[Sequence, ...], Meta(max_length=FRAMES_MAX)]
    frames: Annotated[bytes, Meta(max_length=32 * FRAMES_MAX)]
    rssi_dbm: Annotated[tuple[Dbm, ...], Meta(max_length=FRAMES_MAX)] = ()


class Raw(Struct, frozen=True):
    """A snippet of the raw 3-axis signal: ``samples`` are little-endian int16 x, y, z, in units of ``g_per_unit``."""

    seq: Sequence
    start: Time
    hz: Annotated[float, Meta(gt=0, le=200)]
    g_per_unit: Annotated[float, Meta(gt=0, le=1)]
    samples: Annotated[bytes, Meta(min_length=6, max_length=SAMPLES_BYTES_MAX)]


class Climate(Struct, frozen=True):
    """The air: where a sensor hangs in the shed or on the pasture."""

    temperature_c: Annotated[float, Meta(ge=-40, le=60)]
    humidity_pct: Percent
    at: Time | None = None


class Status(Struct, frozen=True):
    """How a collar or a gateway is."""

    at: Time | None = None
    kind: Annotated[str, Meta(min_length=1, max_length=32)] = "status"
    battery_percent: Percent | None = None
    rssi_dbm: Dbm | None = None
    interval_min: Annotated[int, Meta(ge=1, le=1440)] | None = None
    firmware: Annotated[str, Meta(max_length=64)] = ""
    detail: Annotated[str, Meta(max_length=512)] = ""


class Rx(Struct, frozen=True):
    """One gateway that heard an uplink (ChirpStack v4: uplink event)."""

    rssi: int = 0


class DeviceInfo(Struct, frozen=True, rename="camel"):
    """Whose event it is; the tag ``farm`` names the farm, else the application is the farm."""

    dev_eui: str
    application_id: str = ""
    tags: dict[str, str] = {}


class Up(Struct, frozen=True, rename="camel"):
    """An uplink (ChirpStack v4: integration events, up)."""

    device_info: DeviceInfo
    f_cnt: Sequence = 0
    data: bytes = b""
    object: msgspec.Raw = msgspec.Raw()
    rx_info: tuple[Rx, ...] = ()


class Event(Struct, frozen=True, rename="camel"):
    """A join, status or log (ChirpStack v4: integration events)."""

    device_info: DeviceInfo
    time: datetime | None = None
    battery_level: Annotated[float, Meta(ge=0, le=100)] | None = None
    margin: int | None = None
    description: Annotated[str, Meta(max_length=4096)] = ""


T = TypeVar("T")
_json = {kind: msgspec.json.Decoder(kind) for kind in (Summary, Frames, Raw, Climate, Status, Up, Event)}


class ShapeError(Exception):
    """The bytes are not of the documented shape; the message says where."""


def read(body: bytes, kind: type[T]) -> T:
    """*body* as *kind*: JSON when it begins with a brace, else CBOR. Raises ShapeError."""
    try:
        if body[:1] == b"{":
            found: T = _json[kind].decode(body)  # type: ignore[assignment, index]
            return found
        return msgspec.convert(cbor2.loads(body), kind)
    except (msgspec.MsgspecError, cbor2.CBORDecodeError, ValueError, RecursionError, OverflowError) as reason:
        raise ShapeError(str(reason)[:300]) from reason


def minutes_in(summary: Summary) -> int:
    """How many minutes a summary without a frame tells of. Raises ShapeError when its columns do not fit together."""
    count = sum(summary.budget.values()) if summary.budget else len(summary.behaviour)
    if not 1 <= count <= MINUTES_MAX or summary.start is None:
        raise ShapeError("a summary has a frame, or a start and 1 to 1440 minutes of behaviour or budget")
    wrong = len(summary.activity) not in ((0, 1) if summary.budget else (0, count))
    if wrong or len(summary.confidence) not in (0, count) or (summary.budget and summary.behaviour):
        raise ShapeError("behaviour, activity and confidence have one value a minute each; a budget has one activity")
    return count


def seconds_of(time: Time) -> float:
    """A time as seconds since 1970. Raises ShapeError for one without an offset."""
    if isinstance(time, datetime) and time.tzinfo is None:
        raise ShapeError("a time needs an offset, like 2026-11-23T06:00:00Z")
    seconds = time.timestamp() if isinstance(time, datetime) else time
    if not EARLIEST_S <= seconds <= LATEST_S:
        raise ShapeError("a time is seconds since 1970, or RFC 3339, of this century")
    return seconds
