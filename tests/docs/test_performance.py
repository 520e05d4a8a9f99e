"""The performance page is made from kept results, so a figure that nobody measured cannot stand there."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import sizing
from bench.frame import Bench, Result, Row, measure, table
from bench.page import PAGE, page


def bench(*runs: list[Row]) -> Bench:
    """A bench whose runs are *runs*."""
    left = iter(runs)
    columns = {"pairs": "pairs", "per_s": "messages/s", "p99_ms": "p99 ms", "never": "never measured"}
    return Bench("send", "Sending", "What it is.", columns, lambda seconds: next(left))


def test_the_page_is_what_the_kept_results_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_arithmetic_of_many_machines_rests_on_the_same_results() -> None:
    guide = sizing.PAGE.read_text(encoding="utf-8")
    assert guide == sizing.filled(guide, sizing.sizing()), "make bench-page writes it again"


def test_a_step_without_its_figure_shows_a_dash_and_is_named(tmp_path: Path) -> None:
    nothing = sizing.sizing(tmp_path)
    assert "Not measured yet: bytes per message, database us" in nothing
    assert "| cores for databases | `34,722 × – µs / 1,000,000 / 0.5 used` | – |" in nothing
    rows: list[Row] = [{"pairs": "500", "database_us": 100.0, "server_us": 200.0}]
    result = measure(bench(rows), runs=1, seconds=1)
    (tmp_path / "send.json").write_text(result.json())
    assert "| cores for databases | `34,722 × 100 µs / 1,000,000 / 0.5 used` | 6.94 |" in sizing.sizing(tmp_path)


def test_a_figure_that_was_typed_is_seen(tmp_path: Path) -> None:
    result = measure(bench([{"pairs": "1", "per_s": 10.0}]), runs=1, seconds=1)
    (tmp_path / "send.json").write_text(result.json())
    assert "| 1 | 10 |" in page(tmp_path)
    assert "| 1 | 12 |" not in page(tmp_path)


def test_a_result_is_the_median_of_its_runs_line_by_line() -> None:
    runs: list[list[Row]] = [
        [{"pairs": "1", "per_s": 3.0}, {"pairs": "500", "per_s": 1234.4, "p99_ms": None}],
        [{"pairs": "1", "per_s": 1.0}, {"pairs": "500", "per_s": 1000.0, "p99_ms": None}],
        [{"pairs": "1", "per_s": 2.0}, {"pairs": "500", "per_s": 9999.0, "p99_ms": 0.5}],
    ]
    result = measure(bench(*runs), runs=3, seconds=1)
    assert [row["per_s"] for row in result.rows] == [2.0, 1234.0]
    assert Result.read(result.json()) == result
    assert table(result).splitlines()[2:] == ["| 1 | 2 | – |", "| 500 | 1,234 | 0.50 |"]


def test_runs_with_different_lines_have_no_median() -> None:
    with pytest.raises(ValueError, match="different lines"):
        measure(bench([{"pairs": "1"}], [{"pairs": "2"}]), runs=2, seconds=1)


def test_what_limits_a_figure_stands_under_it(tmp_path: Path) -> None:
    result = measure(bench([{"pairs": "1", "per_s": 10.0}]), runs=1, seconds=1)
    (tmp_path / "send.json").write_text(result.json())
    (tmp_path / "send.md").write_text("The disk limits it.\n")
    assert page(tmp_path).endswith("| 1 | 10 |\n\nThe disk limits it.\n")
