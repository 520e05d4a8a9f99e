"""The accuracy page says what is not there, and one part is measured again without touching the others."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bench.herd import __main__ as accuracy
from bench.herd import calving


def made_calvings(folder: Path) -> None:
    """Eight cows that ruminate less and lie down more often on the day before they calve, and are due then."""
    chance = np.random.default_rng(0)
    rows = [
        {
            "cow": float(cow),
            "lactation_number_in_data": 1.0,
            "daysprior": float(day),
            "predictedcalving": float(max(0, -day - 1)),
            "parity": "multiparous",
            **{name: chance.normal(30, 1) for name in calving.MEASURES},
            "mrumination": chance.normal(12 if day == -1 else 30, 1),
            "mlyingbouts": chance.normal(2.5 if day == -1 else 1, 0.1),
        }
        for cow in range(8)
        for day in range(-9, 1)
    ]
    pl.DataFrame(rows).write_parquet(folder / calving.FILE)


def called(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """The command, on a page of its own."""
    monkeypatch.setattr(sys, "argv", ["bench.herd", *map(str, arguments)])
    return accuracy.main()


def test_without_the_data_nothing_is_measured_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accuracy, "PAGE", tmp_path / "page.md")
    assert called(monkeypatch, "--data", tmp_path) == 2
    assert "has no heatime_exports" in capsys.readouterr().err
    assert not (tmp_path / "page.md").exists()


def test_one_part_is_measured_again_and_the_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Old\n\n## Heat\n\nMeasured on 2026-01-01.\n\n## Calving\n\nold\n", encoding="utf-8")
    monkeypatch.setattr(accuracy, "PAGE", page)
    made_calvings(tmp_path)
    assert called(monkeypatch, "--data", tmp_path, "--only", "calving") == 0
    text = page.read_text(encoding="utf-8")
    assert "## Heat\n\nMeasured on 2026-01-01.\n" in text
    assert "old" not in text.partition("## Calving")[2]
    assert "| Calves tomorrow (8 calvings): area under the curve, a ridge" in text


def test_signs_of_calving_are_found_with_the_cow_left_out_by_the_ridge_and_by_the_points(tmp_path: Path) -> None:
    made_calvings(tmp_path)
    for line in calving.lines(tmp_path):
        assert float(line.split("|")[2].split()[0]) > 0.95
