"""What collars send, made for tests: one animal's quarter of an hour in each of the shapes that Herd takes."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from clarine_herd.ingest.arrived import Arrived
from clarine_herd.ingest.compact import packed

#: A whole two hours of some days ago, and when a collar that is on time is heard, microseconds since 1970.
HOUR = int(time.time() // 7200) * 2 - 24
MINUTE = HOUR * 60
RECEIVED_US = (MINUTE + 16) * 60_000_000
BEHAVIOUR = (1, 1, 1, 2, 2, 3, 4, 4, 4, 5, 5, 5, 5, 5, 0)
ACTIVITY = tuple(range(10, 25))


def frame(minute: int = MINUTE, **told: Any) -> bytes:
    """Fifteen minutes as the compact payload."""
    told = {"battery_percent": 87.5, "temperature_c": 38.6, "angle": -30, "confidence": 12} | told
    return packed(minute, told.pop("behaviour", BEHAVIOUR), told.pop("activity", ACTIVITY), **told)


def chirpstack(
    device: str = "70b3d57ed0000001", *, counter: int = 7, data: bytes | None = None, farm: str = "", **more: Any
) -> bytes:
    """An uplink event as ChirpStack 4 writes it."""
    tags = {"farm": farm} if farm else {}
    return json.dumps(
        {
            "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
            "time": "2026-11-23T06:00:00.5+00:00",
            "deviceInfo": {
                "tenantId": "52f14cd4-c6f1-4fbd-8f87-4025e1d49242",
                "applicationId": "17c82e96-be03-4f38-aef3-f83d48582d97",
                "deviceName": "cow",
                "devEui": device,
                "tags": tags,
            },
            "devAddr": "00189440",
            "dr": 1,
            "fCnt": counter,
            "fPort": 15,
            "data": base64.b64encode(frame() if data is None else data).decode(),
            "rxInfo": [
                {"gatewayId": "0016c001f153a14c", "rssi": -97, "snr": 5.5},
                {"gatewayId": "0016c001f153a14d", "rssi": -113, "snr": -2},
            ],
            **more,
        }
    ).encode()


def arrived(topic: str, body: bytes, received_us: int = RECEIVED_US) -> Arrived:
    """A payload as it comes out of the broker."""
    return Arrived(tuple(topic.split("/")), body, received_us)
