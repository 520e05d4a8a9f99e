"""Gateways of the bench: MQTT 3.1.1 packets made beforehand, sent with QoS 1 on a few connections, acknowledgements counted."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import struct
import sys
import time

import cbor2

from clarine_herd.broker import USER
from clarine_herd.ingest.compact import packed

FRAMES_EACH = 8
CONNECTIONS = 8
IN_FLIGHT = 400
FARM_ANIMALS = 100
TWICE, LATE = 0.01, 0.05


def publishes(animals: int, per_publish: int, *, seed: int = 1) -> list[bytes]:
    """All publishes, without their packet numbers: (topic and payload); 1 % twice, 5 % out of order."""
    dice = random.Random(seed)
    # The two hours before the last whole ones: over, and well within the late window.
    start = (int(time.time()) // 7200 - 2) * 120
    made = [
        _publish(start, nth, first, min(per_publish, animals - first), per_publish)
        for nth in range(FRAMES_EACH)
        for first in range(0, animals, per_publish)
    ]
    for place in dice.sample(range(len(made)), round(len(made) * LATE)):
        other = min(place + dice.randrange(1, 2000), len(made) - 1)
        made[place], made[other] = made[other], made[place]
    return made + dice.sample(made, round(len(made) * TWICE))


def _publish(start: int, nth: int, first: int, count: int, per_publish: int) -> bytes:
    frames = [_frame(start + 15 * nth, animal) for animal in range(first, first + count)]
    farm = f"farm-{first // FARM_ANIMALS}"
    if per_publish > 1:
        names = [f"{animal:016x}" for animal in range(first, first + count)]
        told = {"collars": names, "seqs": [nth] * count, "frames": b"".join(frames), "rssi_dbm": [-97] * count}
        return _body(f"herd/v1/{farm}/gateway/frames", cbor2.dumps(told))
    return _body(f"application/{farm}/device/{first:016x}/event/up", _uplink(farm, f"{first:016x}", nth, frames[0]))


def _frame(minute: int, animal: int) -> bytes:
    dice = random.Random(animal * 7919 + minute)
    classes = [dice.choice((1, 1, 1, 2, 3, 4, 4, 5, 5, 5))] * dice.randrange(3, 15)
    classes += [4] * (15 - len(classes))
    return packed(
        minute, classes, [dice.randrange(60) for _ in classes], battery_percent=80, temperature_c=38.6, angle=-20
    )


def _uplink(farm: str, device: str, counter: int, data: bytes) -> bytes:
    """As long as ChirpStack's own, with two gateways."""
    heard = {
        "uplinkId": 4217106255,
        "gwTime": "2026-11-22T23:00:04.6+00:00",
        "snr": 11.5,
        "channel": 2,
        "context": "EFwMtA==",
        "crcStatus": "CRC_OK",
    }
    device_info = {
        "tenantId": "52f14cd4-c6f1-4fbd-8f87-4025e1d49242",
        "tenantName": "Cooperative",
        "applicationId": farm,
        "applicationName": "herd",
        "deviceProfileId": "14855bf7-d10d-4aee-b618-ebfcb64dc7ad",
        "deviceProfileName": "collar",
        "deviceName": "collar",
        "devEui": device,
        "tags": {},
    }
    told = {
        "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
        "time": "2026-11-22T23:00:04.653+00:00",
        "deviceInfo": device_info,
        "devAddr": "00189440",
        "adr": True,
        "dr": 1,
        "fCnt": counter,
        "fPort": 15,
        "confirmed": False,
        "data": base64.b64encode(data).decode(),
        "rxInfo": [{"gatewayId": f"0016c001f153a14{n}", "rssi": -97 - n} | heard for n in range(2)],
        "txInfo": {
            "frequency": 867100000,
            "modulation": {"lora": {"bandwidth": 125000, "spreadingFactor": 11, "codeRate": "CR_4_5"}},
        },
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _body(topic: str, payload: bytes) -> bytes:
    # The packet number goes between topic and payload when it is sent.
    return struct.pack(">H", len(topic)) + topic.encode() + b"\0\0" + payload


def _packet(kind: int, body: bytes) -> bytes:
    length, left = bytearray(), len(body)
    while True:
        left, digit = divmod(left, 128)
        length.append(digit | (128 if left else 0))
        if not left:
            return bytes([kind]) + bytes(length) + body


def numbered(body: bytes, number: int) -> bytes:
    """A PUBLISH of QoS 1."""
    topic_end = 2 + struct.unpack_from(">H", body)[0]
    return _packet(0x32, body[:topic_end] + struct.pack(">H", number) + body[topic_end + 2 :])


async def _gateway(port: int, password: str, name: int, packets: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    text = [struct.pack(">H", len(it)) + it.encode() for it in ("MQTT", f"gateway-{name}", USER, password)]
    writer.write(_packet(0x10, text[0] + b"\x04\xc2\x00\x00" + b"".join(text[1:])))
    assert (await reader.readexactly(4))[3] == 0
    free = asyncio.Semaphore(IN_FLIGHT)

    async def count() -> None:
        for _ in packets:
            assert (await reader.readexactly(4))[0] == 0x40
            free.release()

    counting = asyncio.create_task(count())
    for packet in packets:
        await free.acquire()
        writer.write(packet)
    await counting
    writer.close()


async def _main(port: int, password: str, animals: int, per_publish: int) -> None:
    made = publishes(animals, per_publish)
    numbers = [numbered(body, place // CONNECTIONS % 65_535 + 1) for place, body in enumerate(made)]
    parts = [numbers[name::CONNECTIONS] for name in range(CONNECTIONS)]
    print(json.dumps({"ready": True}), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    began = time.perf_counter()
    await asyncio.gather(*(_gateway(port, password, name, part) for name, part in enumerate(parts)))
    told = {"sent": len(made) * per_publish, "seconds": time.perf_counter() - began}
    print(json.dumps(told), flush=True)
    await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
