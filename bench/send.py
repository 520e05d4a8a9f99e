"""Single sends: POST /messages, a utility template each, answered after the commit; beside a plain INSERT and commit."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import psutil

from bench.load import Load, post_all
from bench.machine import cpu_s, cpu_s_of_database, machine_line
from clarine.adapters.postgres.embedded import EmbeddedPostgres
from clarine.build import open_house
from clarine.config import Settings
from clarine.domain.phone import parse_phone
from clarine.flow.business import create_business
from clarine.flow.people import create_person

CONCURRENCIES = (1, 16, 64)
PEOPLE = 500
ROW_BYTES = 500
#: Thousands a second from one number to few people: every limit is checked and counted as always, but set beyond reach.
UNHURRIED = {
    "CLARINE_THROUGHPUT_PER_S": "1000000",
    "CLARINE_PAIR_BURST": "1000000",
    "CLARINE_STARTING_TIER": "TIER_UNLIMITED",
}


@dataclass(frozen=True)
class Figure:
    """One line of the table; CPU in microseconds a message. *peer* is the plain INSERT and commit."""

    concurrency: int
    per_s: float
    p50_ms: float
    p99_ms: float
    server_us: float
    database_us: float
    generator_us: float
    peer_per_s: float
    peer_p50_ms: float
    peer_p99_ms: float
    ratio: float


@dataclass(frozen=True)
class Prepared:
    token: str
    phone_number_id: int
    phones: list[int]


async def prepare(settings: Settings) -> Prepared:
    """A business with money and people who may be written to."""
    async with open_house(settings) as house:
        keys = await create_business(house, name="Bench", phone="+15550783881", balance_micros=10**12)
        phones = [parse_phone(f"+9198765{number:05}") for number in range(PEOPLE)]
        for phone in phones:
            await create_person(house, phone, name="Someone")
        return Prepared(keys.access_token, keys.phone_number.phone_number_id, [phone.digits for phone in phones])


def requests(prepared: Prepared, url: str, count: int) -> list[bytes]:
    """*count* ready-made HTTP requests over all people in turn."""
    host = urlsplit(url).netloc
    made = []
    for number in range(count):
        template = {"name": "hello_world", "language": {"code": "en_US"}}
        to = str(prepared.phones[number % len(prepared.phones)])
        body = json.dumps(
            {"messaging_product": "whatsapp", "to": to, "type": "template", "template": template}
        ).encode()
        head = (
            f"POST /v23.0/{prepared.phone_number_id}/messages HTTP/1.1\r\nHost: {host}\r\n"
            f"Authorization: Bearer {prepared.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


async def peer(url: str, *, connections: int, count: int) -> Load:
    """The plain way: one INSERT of ROW_BYTES and its commit per message, on as many connections."""
    pool = await asyncpg.create_pool(url, min_size=connections, max_size=connections)
    await pool.execute("CREATE TABLE IF NOT EXISTS bench_peer (id bigserial PRIMARY KEY, body text NOT NULL)")
    load, left, body = Load(), iter(range(count)), "x" * ROW_BYTES

    async def work() -> None:
        async with pool.acquire() as connection:
            for _ in left:
                started = time.perf_counter()
                await connection.execute("INSERT INTO bench_peer (body) VALUES ($1)", body)
                load.latencies_s.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*[work() for _ in range(connections)])
    load.took_s = time.perf_counter() - started
    await pool.close()
    return load


async def measure(folder: Path, *, seconds: float) -> list[Figure]:
    """All concurrencies, the house and its peer in turn on one database."""
    prepared = await prepare(Settings(data=folder, log_level="warning"))
    command = [sys.executable, "-m", "clarine", "serve", "--data", str(folder), "--port", "0", "--json"]
    environment = os.environ | UNHURRIED
    server = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, env=environment)
    database = EmbeddedPostgres(folder / "postgres")
    try:
        assert server.stdout is not None
        url = json.loads(await server.stdout.readline())["url"]
        return [
            await _figure(prepared, url, database.url, folder, process=psutil.Process(server.pid), n=n, seconds=seconds)
            for n in CONCURRENCIES
        ]
    finally:
        server.terminate()
        await server.wait()
        database.leave()


async def _figure(
    prepared: Prepared, url: str, database_url: str, folder: Path, *, process: psutil.Process, n: int, seconds: float
) -> Figure:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    probe = await post_all(parts.hostname, parts.port, requests(prepared, url, 200 * n), connections=n)
    assert not probe.failed, f"the server refused: {probe.failed}"
    count = max(200, int(probe.per_s * seconds))
    ready = requests(prepared, url, count)
    before = cpu_s(process), cpu_s_of_database(str(folder)), cpu_s(psutil.Process())
    load = await post_all(parts.hostname, parts.port, ready, connections=n)
    after = cpu_s(process), cpu_s_of_database(str(folder)), cpu_s(psutil.Process())
    assert not load.failed, f"the server refused: {load.failed}"
    server_us, database_us, generator_us = ((b - a) * 1e6 / count for a, b in zip(before, after, strict=True))
    plain_probe = await peer(database_url, connections=n, count=100 * n)
    plain = await peer(database_url, connections=n, count=max(200, int(plain_probe.per_s * seconds)))
    return Figure(
        concurrency=n,
        per_s=load.per_s,
        p50_ms=load.percentile_ms(50),
        p99_ms=load.percentile_ms(99),
        server_us=server_us,
        database_us=database_us,
        generator_us=generator_us,
        peer_per_s=plain.per_s,
        peer_p50_ms=plain.percentile_ms(50),
        peer_p99_ms=plain.percentile_ms(99),
        ratio=load.per_s / plain.per_s,
    )


def run(*, seconds: float, as_json: bool) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        figures = asyncio.run(measure(Path(folder), seconds=seconds))
    if as_json:
        print(json.dumps({"machine": machine_line(), "figures": [asdict(figure) for figure in figures]}))
        return
    print(f"{machine_line()}; fsync on, every message judged, priced, held for and committed before its answer\n")
    names = "at once,sends/s,p50 ms,p99 ms,server µs,database µs,generator µs,INSERT+commit/s,p50 ms,p99 ms,ratio"
    print("| " + names.replace(",", " | ") + " |")
    print("| ---: " * 11 + "|")
    for f in figures:
        print(
            f"| {f.concurrency} | {f.per_s:,.0f} | {f.p50_ms:.2f} | {f.p99_ms:.2f} | {f.server_us:.0f} | {f.database_us:.0f} "
            f"| {f.generator_us:.0f} | {f.peer_per_s:,.0f} | {f.peer_p50_ms:.2f} | {f.peer_p99_ms:.2f} | {f.ratio:.2f} |"
        )
