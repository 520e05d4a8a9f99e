"""The Cloud API's batch call: 50 sends in each POST, the whole way."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Final

import uvloop

from bench.frame import Bench, Row
from bench.posts import open_posters
from bench.receiver import Receiver
from bench.send import PAIRS
from bench.serving import SPENT, serve
from bench.way import Way, http_request, invite, listen_at, sending_devices

PARTS: Final = 50
#: Calls under way at once.
CALLS: Final = (1, 4, 16)


def batch_request(host: str, token: str, phone_number_id: int, phones: list[int]) -> bytes:
    """One call that sends the same template to each of *phones*."""
    template = {"name": "hello_world", "language": {"code": "en_US"}}
    parts = [
        {
            "method": "POST",
            "relative_url": f"v23.0/{phone_number_id}/messages",
            "body": json.dumps(
                {"messaging_product": "whatsapp", "to": str(phone), "type": "template", "template": template}
            ),
        }
        for phone in phones
    ]
    return http_request(host, "/", token, json.dumps({"batch": parts, "include_headers": False}).encode())


async def measure(folder: Path, seconds: float) -> list[Row]:
    """Each number of calls once."""
    cast = await invite(folder, businesses=1, people=PAIRS)
    rows: list[Row] = []
    async with Receiver() as receiver:
        await listen_at(folder, cast, receiver.url)
        async with serve(folder, environment={"CLARINE_WEBHOOK_EVENTS_MAX": "100"}) as served:
            host, phones = f"{served.host}:{served.port}", [phone for phone, _ in cast.people]
            requests = [
                batch_request(host, *cast.businesses[0], phones[start : start + PARTS])
                for start in range(0, PAIRS, PARTS)
            ]
            async with sending_devices(served, cast, pairs=PAIRS):
                for calls in CALLS:
                    for lasts_s in (min(1.0, seconds), seconds):
                        way = Way(requests, parts=PARTS)
                        receiver.heard = way.told
                        posters = await open_posters(served.host, served.port, calls, way.answer)
                        before = await served.spent()
                        await way.run(posters, in_flight=calls, seconds=lasts_s)
                        after = await served.spent()
                        for poster in posters:
                            poster.close()
                    rows.append({"calls": str(calls), **way.figures(), **after.per(len(way.whole.taken_s), before)})
    return rows


def run(seconds: float) -> list[Row]:
    """Measure in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return uvloop.run(measure(Path(folder), seconds))


BENCH: Final = Bench(
    name="batch",
    title="The batch call, the whole way",
    about=(
        f"`POST /` with `batch=[…]`, {PARTS} template messages in each call, to {PAIRS} people with open sockets: a call is under\n"
        "way until the webhooks say that all of its messages are *delivered*. *Answered* is the time of the whole call."
    ),
    columns={
        "calls": "calls under way",
        "per_s": "messages/s",
        "answered_p50_ms": "answered p50 ms",
        "answered_p99_ms": "p99 ms",
        "whole_p50_ms": "whole way p50 ms",
        "whole_p99_ms": "p99 ms",
        **SPENT,
    },
    run=run,
)
