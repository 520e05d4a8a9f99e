"""The frame of every benchmark: run it a few times, take medians, print a table or JSON, keep the result for the page."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import machine_line

RESULTS = Path(__file__).parent / "results"

#: One line of a table: column → value. Text tells lines apart, numbers are measured, None was not measured.
Row = dict[str, str | float | None]


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured, and how it is shown.

    *columns* maps each key of a row to its heading, in order; *about* says in whole sentences what one figure means.
    *run* measures once: it gets the seconds that one figure may take, about, and must end by itself.
    """

    name: str
    title: str
    about: str
    columns: Mapping[str, str]
    run: Callable[[float], Sequence[Row]]
    #: How often it is measured when nobody says: less often where one run takes minutes and its figures hardly move.
    runs: int = 5


@dataclass(frozen=True, slots=True)
class Result:
    """A bench as it was measured: medians over *runs*, where and when."""

    name: str
    title: str
    about: str
    columns: dict[str, str]
    rows: list[Row]
    runs: int
    machine: str
    date: str

    @classmethod
    def read(cls, text: str) -> Result:
        """A result from what `kept` wrote."""
        return cls(**json.loads(text))

    def json(self) -> str:
        """One JSON object, a line for a person and for a difference tool alike."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def measure(bench: Bench, *, runs: int, seconds: float) -> Result:
    """Run *bench* and take the median of each figure. Raises ValueError when the runs do not have the same lines."""
    measured = [list(bench.run(seconds)) for _ in range(runs)]
    if len({tuple(map(_name_of, rows)) for rows in measured}) != 1:
        raise ValueError(f"{bench.name}: the runs have different lines")
    return Result(
        name=bench.name,
        title=bench.title,
        about=bench.about,
        columns=dict(bench.columns),
        rows=[_median(same) for same in zip(*measured, strict=True)],
        runs=runs,
        machine=machine_line(),
        date=datetime.now(UTC).date().isoformat(),
    )


def keep(result: Result) -> Path:
    """Write *result* where the page is made from."""
    path = RESULTS / f"{result.name}.json"
    path.write_text(result.json(), encoding="utf-8")
    return path


def table(result: Result) -> str:
    """The rows as Markdown; a column in which nothing stands is left out."""
    keys = [key for key in result.columns if any(row.get(key) is not None for row in result.rows)]
    lines = [[result.columns[key] for key in keys], [_rule(result.rows, key) for key in keys]]
    lines += [[_shown(row.get(key)) for key in keys] for row in result.rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _name_of(row: Row) -> tuple[str, ...]:
    return tuple(value for value in row.values() if isinstance(value, str))


def _median(same: Sequence[Row]) -> Row:
    found: Row = {}
    for key, first in same[0].items():
        numbers = [value for row in same if isinstance(value := row[key], int | float)]
        found[key] = first if isinstance(first, str) or not numbers else float(f"{statistics.median(numbers):.4g}")
    return found


def _rule(rows: Sequence[Row], key: str) -> str:
    return "---" if any(isinstance(row.get(key), str) for row in rows) else "---:"


def _shown(value: str | float | None) -> str:
    match value:
        case None:
            return "–"
        case str():
            return value
        case _ if value >= 100 or value == int(value):
            return f"{value:,.0f}"
        case _ if value >= 10:
            return f"{value:.1f}"
        case _:
            return f"{value:.2f}"
