"""What goes into the decoders and what comes out of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from clarine_herd.ingest.refusals import Reason, Refused
from clarine_herd.records import Frames


@dataclass(frozen=True, slots=True)
class Arrived:
    """One payload: the levels of its MQTT topic, its bytes, and when the broker had it, microseconds since 1970."""

    topic: tuple[str, ...]
    body: bytes
    received_us: int

    def refused(self, reason: Reason, detail: str) -> Refused:
        """This payload, not taken; the farm is known where the topic names it."""
        farm = self.topic[2] if self.topic[:2] == ("herd", "v1") and len(self.topic) > 2 else ""
        return Refused(farm, "/".join(self.topic), reason, detail, self.body, self.received_us)


@dataclass(frozen=True, slots=True)
class Report:
    """What a device said of itself; battery in percent."""

    farm: str
    device: str
    kind: str
    at_us: int
    battery_percent: float | None = None
    rssi_dbm: int | None = None
    interval_min: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of the raw signal: int16 little-endian x, y, z."""

    farm: str
    device: str
    seq: int
    at_us: int
    hz: float
    g_per_unit: float
    samples: bytes


@dataclass(frozen=True, slots=True)
class Air:
    """The farm's air at one place and time."""

    farm: str
    at_us: int
    temperature_c: float
    humidity_pct: float


@dataclass(slots=True)
class Decoded:
    """What a batch of payloads holds."""

    frames: Frames = field(default_factory=Frames.empty)
    reports: list[Report] = field(default_factory=list)
    snippets: list[Snippet] = field(default_factory=list)
    air: list[Air] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
