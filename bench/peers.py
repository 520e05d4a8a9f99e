"""The same work on other people's servers in the same run: ejabberd and Prosody with their archives, Kannel one way."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import psutil
import uvloop

from bench.frame import Bench, Row
from bench.machine import cpu_s, cpu_s_of_database
from bench.others import xmpp
from bench.others.database import on_a_port
from bench.others.ejabberd import HOST, ejabberd
from bench.others.kannel import kannel, send
from bench.others.programs import Peer
from bench.others.prosody import prosody
from bench.posts import Latencies
from bench.receiver import Receiver
from bench.serving import serve
from bench.way import invite, listen_at, measure_way

PAIRS: Final = 250
BODY: Final = "x" * 200
KANNEL_CONNECTIONS: Final = 64

Opened = Callable[[Path, int], AbstractAsyncContextManager[Peer]]
#: What it is, and whether it answers before or after its commit.
OTHERS: Final[Sequence[tuple[str, str, Opened]]] = (
    (
        "ejabberd, archive in PostgreSQL",
        "delivers while it commits",
        lambda folder, sql_port: ejabberd(folder, sql_port=sql_port, users=2 * PAIRS, archive=True),
    ),
    (
        "ejabberd, no archive",
        "commits nothing",
        lambda folder, sql_port: ejabberd(folder, sql_port=sql_port, users=2 * PAIRS, archive=False),
    ),
    (
        "Prosody, archive in PostgreSQL",
        "delivers while it commits",
        lambda folder, sql_port: prosody(folder, sql_port=sql_port, users=2 * PAIRS),
    ),
)


async def measure(folder: Path, seconds: float) -> list[Row]:
    """Ours, then each of the others, one after the other on the quiet machine."""
    ours = await _ours(folder / "ours", seconds)
    rows: list[Row] = [{"who": "Clarine", "commit": "after the commit", "ratio": 1.0, **ours}]
    with on_a_port(folder / "postgres") as sql_port:
        for who, commit, opened in OTHERS:
            found = await _xmpp(folder, sql_port, opened, seconds)
            rows.append({"who": who, "commit": commit, "ratio": ours["per_s"] / found["per_s"], **found})
    one_way = await _kannel(folder, seconds)
    who, commit = "Kannel, one way, no receipts", "before it is stored"
    rows.append({"who": who, "commit": commit, "ratio": ours["per_s"] / one_way["per_s"], **one_way})
    return rows


async def _ours(folder: Path, seconds: float) -> dict[str, float]:
    cast = await invite(folder, businesses=1, people=PAIRS)
    async with Receiver() as receiver:
        await listen_at(folder, cast, receiver.url)
        async with serve(folder, environment={"CLARINE_WEBHOOK_EVENTS_MAX": "100"}) as served:
            found = await measure_way(served, cast, receiver, pairs=PAIRS, in_flight=PAIRS, seconds=seconds)
    return {
        "per_s": found["per_s"],
        "p50_ms": found["whole_p50_ms"],
        "p99_ms": found["whole_p99_ms"],
        "server_us": found["server_us"],
        "database_us": found["database_us"],
    }


async def _xmpp(folder: Path, sql_port: int, opened: Opened, seconds: float) -> dict[str, float]:
    async with opened(folder, sql_port) as peer:
        clients = await xmpp.sign_in_all(peer.port, HOST, PAIRS, body=BODY)
        await xmpp.exchange(clients[::2], window=1, seconds=min(1.0, seconds))
        before = _spent(peer), cpu_s_of_database(str(folder / "postgres"))
        per_s, taken = await xmpp.exchange(clients[::2], window=1, seconds=seconds)
        after = _spent(peer), cpu_s_of_database(str(folder / "postgres"))
        for client in clients:
            client.close()
    server_us, database_us = ((b - a) * 1e6 / len(taken.taken_s) for a, b in zip(before, after, strict=True))
    return {**_figures(per_s, taken), "server_us": server_us, "database_us": database_us}


async def _kannel(folder: Path, seconds: float) -> dict[str, float]:
    async with kannel(folder) as (peer, smsc):
        before = _spent(peer)
        per_s, taken = await send(peer, smsc, connections=KANNEL_CONNECTIONS, seconds=seconds)
        server_us = (_spent(peer) - before) * 1e6 / len(taken.taken_s)
    return {**_figures(per_s, taken), "server_us": server_us}


def _figures(per_s: float, taken: Latencies) -> dict[str, float]:
    return {"per_s": per_s, "p50_ms": taken.percentile_ms(50), "p99_ms": taken.percentile_ms(99)}


def _spent(peer: Peer) -> float:
    return sum(cpu_s(psutil.Process(pid)) for pid in peer.pids)


def run(seconds: float) -> list[Row]:
    """Measure in a folder that is gone afterwards. Raises LookupError naming the packages that are missing."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # some of them give up being root and must find their way in
        return uvloop.run(measure(Path(folder), seconds))


BENCH: Final = Bench(
    name="peers",
    title="Beside others",
    about=(
        f"{PAIRS} pairs, one message under way in each. Ours is the whole way of *Sending*: POST, policy, money, commit, socket,\n"
        "receipt, second commit, webhook. The XMPP servers take a chat message over c2s from one user to the other, who answers\n"
        "with a receipt (XEP-0184) that comes back to the sender; no policy, no money. Kannel takes an HTTP request and hands the\n"
        "message to its fake SMSC, with its store file and no receipts, over 64 connections. They are Debian's packages, named by\n"
        "the run when they are missing. *Acknowledges* says what an answer is worth when the machine dies."
    ),
    columns={
        "who": "who",
        "commit": "acknowledges",
        "per_s": "messages/s",
        "p50_ms": "p50 ms",
        "p99_ms": "p99 ms",
        "server_us": "server µs",
        "database_us": "database µs",
        "ratio": "ours to theirs",
    },
    run=run,
)
