"""Single sends, the whole way, over one pair and many; beside a plain INSERT and commit per message."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import uvloop

from bench.frame import Bench, Row
from bench.plain import plain_inserts
from bench.receiver import Receiver
from bench.serving import SPENT, serve
from bench.way import invite, listen_at, measure_way

PAIRS: Final = 500
#: (events per webhook POST, pairs, under way at once)
CASES: Final = (
    (100, 1, 1), (100, 1, 16), (100, 64, 64), (100, 500, 64), (100, 500, 256), (1, 500, 64), (1, 500, 256),
)  # fmt: skip


async def measure(folder: Path, seconds: float) -> list[Row]:
    """Every case once."""
    cast = await invite(folder, businesses=1, people=PAIRS)
    rows: list[Row] = []
    async with Receiver() as receiver:
        await listen_at(folder, cast, receiver.url)
        for events in dict.fromkeys(case[0] for case in CASES):
            async with serve(folder, environment={"CLARINE_WEBHOOK_EVENTS_MAX": str(events)}) as served:
                for _, pairs, in_flight in (case for case in CASES if case[0] == events):
                    figures = await measure_way(
                        served, cast, receiver, pairs=pairs, in_flight=in_flight, seconds=seconds
                    )
                    plain_per_s, plain = await plain_inserts(
                        served.database_url, connections=min(in_flight, 64), seconds=min(seconds, 2)
                    )
                    case = {"pairs": str(pairs), "in_flight": str(in_flight), "events": str(events)}
                    peer = {"plain_per_s": plain_per_s, "plain_p99_ms": plain.percentile_ms(99)}
                    rows.append({**case, **figures, **peer})
    return rows


def run(seconds: float) -> list[Row]:
    """Measure in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return uvloop.run(measure(Path(folder), seconds))


BENCH: Final = Bench(
    name="send",
    title="Sending, the whole way",
    about=(
        "A utility template: POST → judged, priced, held for and committed → answered → the recipient's open socket → its\n"
        "receipt, committed → the signed webhook at the sender. *Under way* counts messages between their POST and the webhook\n"
        "that says *delivered*, so nothing piles up unseen. The last columns are a plain `INSERT` of 500 bytes and its commit\n"
        "per message on the same database, on as many connections (at most 64)."
    ),
    columns={
        "pairs": "pairs",
        "in_flight": "under way",
        "events": "events per POST",
        "per_s": "messages/s",
        "answered_p50_ms": "answered p50 ms",
        "answered_p99_ms": "p99 ms",
        "whole_p50_ms": "whole way p50 ms",
        "whole_p99_ms": "p99 ms",
        **SPENT,
        "plain_per_s": "INSERT+commit/s",
        "plain_p99_ms": "p99 ms",
    },
    run=run,
)
