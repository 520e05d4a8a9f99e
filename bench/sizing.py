"""What a billion people need, as arithmetic over measured figures: every row shows its formula and where its figure comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

from bench.frame import RESULTS, Result
from clarine.adapters.postgres.citus import SHARDS

PAGE: Final = Path(__file__).parents[1] / "docs" / "guides" / "many-machines.md"
BEGIN: Final = "<!-- generated: make bench-page -->"
END: Final = "<!-- end of what is generated -->"

#: What is assumed, not measured; change it and the page follows.
PEOPLE: Final = 1_000_000_000
MESSAGES_PER_PERSON_MONTH: Final = 30
ONLINE_SHARE: Final = 0.10
#: The busiest hour against the mean: a day's traffic comes in about eight hours.
PEAK: Final = 3.0
#: How full a machine may be, so that its neighbour's work fits in when that one dies.
USED: Final = 0.5
CORES_PER_MACHINE: Final = 32
MEMORY_GIB_PER_MACHINE: Final = 128
CORE_HOUR_USD: Final = 0.04
GIB_MONTH_USD: Final = 0.08
COPIES: Final = 2
MONTHS_KEPT: Final = 12
TB_PER_LEADER: Final = 8
MONTH_S: Final = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, or None while nobody has measured it."""

    value: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the arithmetic."""

    what: str
    formula: str
    value: str


def sizing(folder: Path = RESULTS) -> str:
    """The generated part of the page."""
    measured = figures(folder)
    rows = [f"| {name.replace('_', ' ')} | {_shown(each.value)} | {each.source} |" for name, each in measured.items()]
    steps = [f"| {step.what} | `{step.formula}` | {step.value} |" for step in _steps(measured)]
    missing = sorted({name.replace("_", " ") for name, each in measured.items() if each.value is None})
    said = f"\nNot measured yet: {', '.join(missing)}. Rows that need it show a dash.\n" if missing else ""
    return "\n".join(
        [
            "| measured | figure | where |",
            "| --- | --- | --- |",
            *rows,
            said,
            "| step | formula | result |",
            "| --- | --- | --- |",
            *steps,
        ]
    )


def figures(folder: Path) -> dict[str, Figure]:
    """What is taken from the kept results: the best line of each, since many people send at once."""
    return {
        "server_us": _least(folder, "send", "server_us"),
        "database_us": _least(folder, "send", "database_us"),
        "wal_bytes": _least(folder, "send", "wal_bytes"),
        "bytes_per_message": _least(folder, "growth", "bytes_per_message"),
        "socket_kb": _least(folder, "sockets", "kb_each"),
        "sockets_per_process": _most(folder, "sockets", "sockets"),
    }


def _least(folder: Path, bench: str, column: str) -> Figure:
    found = _column(folder, bench, column)
    return Figure(min(found) if found else None, f"`bench/results/{bench}.json`, the least `{column}`")


def _most(folder: Path, bench: str, column: str) -> Figure:
    found = _column(folder, bench, column)
    return Figure(max(found) if found else None, f"`bench/results/{bench}.json`, the most `{column}`")


def _column(folder: Path, bench: str, column: str) -> list[float]:
    path = folder / f"{bench}.json"
    if not path.exists():
        return []
    rows = Result.read(path.read_text(encoding="utf-8")).rows
    return [float(value) for row in rows if isinstance(value := row.get(column), int | float) and value > 0]


def _steps(measured: Mapping[str, Figure]) -> Iterator[Step]:
    per_s = PEOPLE * MESSAGES_PER_PERSON_MONTH / MONTH_S
    peak = per_s * PEAK
    server, database = measured["server_us"].value, measured["database_us"].value
    yield Step(
        "messages a second, mean", f"{PEOPLE:,} people × {MESSAGES_PER_PERSON_MONTH} / {MONTH_S:,} s", f"{per_s:,.0f}"
    )
    yield Step("messages a second, busiest hour", f"{per_s:,.0f} × {PEAK:g}", f"{peak:,.0f}")
    cores = {}
    for name, cost in (("fronts and workers", server), ("databases", database)):
        cores[name] = None if cost is None else peak * cost / 1e6 / USED
        yield Step(
            f"cores for {name}",
            f"{peak:,.0f} × {_shown(cost)} µs / 1,000,000 / {USED:g} used",
            _shown(cores[name]),
        )
    leaders = cores["databases"] and ceil(cores["databases"] / CORES_PER_MACHINE)
    yield Step(
        "database leaders, by CPU", f"⌈{_shown(cores['databases'])} / {CORES_PER_MACHINE} cores⌉", _shown(leaders)
    )
    stored = measured["bytes_per_message"].value
    per_person = stored and stored * MESSAGES_PER_PERSON_MONTH / 1000
    yield Step(
        "kB stored per person and month",
        f"{_shown(stored)} B × {MESSAGES_PER_PERSON_MONTH} / 1,000",
        _shown(per_person),
    )
    month_tb = per_person and per_person * PEOPLE * COPIES / 1e9
    yield Step(
        "TB a month, every copy", f"{_shown(per_person)} kB × {PEOPLE:,} × {COPIES} copies / 10⁹", _shown(month_tb)
    )
    by_disk = month_tb and ceil(month_tb / COPIES * MONTHS_KEPT / TB_PER_LEADER)
    yield Step(
        "database leaders, by disk",
        f"⌈{_shown(month_tb)} TB / {COPIES} copies × {MONTHS_KEPT} months / {TB_PER_LEADER} TB⌉",
        _shown(by_disk),
    )
    needed = max(leaders or 0, by_disk or 0) or None
    yield Step("shards per leader", f"{SHARDS} / {_shown(needed)}", _shown(needed and SHARDS / needed))
    yield Step("people per shard", f"{PEOPLE:,} / {SHARDS}", _shown(PEOPLE / SHARDS))
    wal = measured["wal_bytes"].value
    yield Step(
        "MB/s of WAL to each standby, all leaders, busiest hour",
        f"{peak:,.0f} × {_shown(wal)} B / 1,000,000",
        _shown(wal and peak * wal / 1e6),
    )
    online = PEOPLE * ONLINE_SHARE
    socket = measured["socket_kb"].value
    per_machine = socket and MEMORY_GIB_PER_MACHINE * 1024**2 * USED / socket
    yield Step(
        "sockets per machine",
        f"{MEMORY_GIB_PER_MACHINE} GiB × {USED:g} / {_shown(socket)} kB",
        _shown(per_machine),
    )
    yield Step(
        "machines for sockets",
        f"{online:,.0f} online / {_shown(per_machine)}",
        _shown(per_machine and online / per_machine),
    )
    total = (
        None
        if cores["databases"] is None
        else sum(each or 0 for each in cores.values()) + (COPIES - 1) * cores["databases"]
    )
    cpu_usd = total and total * CORE_HOUR_USD * MONTH_S / 3600
    yield Step(
        "USD a month for CPU",
        f"(fronts + {COPIES} × databases) = {_shown(total)} cores × {CORE_HOUR_USD:g} USD × {MONTH_S // 3600} h",
        _shown(cpu_usd),
    )
    disk_usd = month_tb and month_tb * 1000 * GIB_MONTH_USD
    yield Step(
        "USD a month for the disk of one month",
        f"{_shown(month_tb)} TB × 1,000 × {GIB_MONTH_USD:g} USD",
        _shown(disk_usd),
    )
    messages = PEOPLE * MESSAGES_PER_PERSON_MONTH
    yield Step(
        "USD for CPU per million messages",
        f"{_shown(cpu_usd)} / {messages / 1e6:,.0f}",
        _shown(cpu_usd and cpu_usd / (messages / 1e6)),
    )


def _shown(value: float | None) -> str:
    """A number for people: three figures of it; a dash for what nobody measured."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def filled(page: str, part: str) -> str:
    """*page* with *part* between its two marks."""
    return re.sub(
        f"({re.escape(BEGIN)}\n).*?({re.escape(END)})", lambda m: f"{m[1]}\n{part}\n\n{m[2]}", page, flags=re.DOTALL
    )


def write() -> None:
    """Put the arithmetic where it belongs."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), sizing()), encoding="utf-8")
