"""The report is a picture and pages in every language, and tells what the farm has to do."""

from __future__ import annotations

import io
import re
import warnings
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from matplotlib.figure import Figure
from PIL import Image
from typer.testing import CliRunner

from clarine_herd import simulate
from clarine_herd.cli import app
from clarine_herd.kinds import Kind
from clarine_herd.report.draw import document_of, picture_of
from clarine_herd.report.facts import Report, report_of
from clarine_herd.report.sections import sections_of
from clarine_herd.store.postgres import Store
from clarine_herd.words import LANGUAGES, Words
from tests.herd.examples import NOW, example

HERD = simulate.herd(NOW - timedelta(days=12), animals=60, days=13, seed=4).table.with_columns(
    pl.lit(minutes, pl.Int16).alias(name)
    for name, minutes in (("heard_min", 120), ("lying_min", 55), ("ruminating_min", 35))
)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
async def store(herd_store: Store) -> Store:
    # On the last day they eat half as much and lie down the longer for it.
    lately = pl.col("measured_at") >= NOW - timedelta(days=1)
    table = HERD.with_columns(eating_min=pl.when(lately).then(15).otherwise(30).cast(pl.Int16)).filter(
        pl.col("measured_at") < NOW
    )
    await herd_store.add_readings(table)
    kinds = (Kind.BATTERY, Kind.ILLNESS, Kind.HEAT, Kind.NO_MOVEMENT, Kind.GATEWAY)
    await herd_store.record([example(kind, animal=str(1201 + place)) for place, kind in enumerate(kinds)], now=NOW)
    return herd_store


async def test_animals_stand_by_need_and_time_budgets_against_normal(store: Store) -> None:
    report = await report_of(store, NOW, week=False)
    assert [animal.name for animal in report.herd[:4]] == ["1204", "1202", "1203", "1201"]
    assert len(report.herd) == 60
    hours = {budget.measure: (round(budget.hours, 1), round(budget.normal_hours, 1)) for budget in report.budgets}
    assert hours == {"lying_min": (11.0, 11.0), "eating_min": (3.0, 6.0), "ruminating_min": (7.0, 7.0)}
    assert [alert.animal for alert in report.heats] == ["1203"]
    assert {alert.kind for alert in report.collars} == {Kind.BATTERY, Kind.GATEWAY}


@every_language
@pytest.mark.parametrize("week", [False, True])
async def test_the_picture_is_written_in_every_language(
    week: bool, language: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    plain = Figure.text

    def text(figure: Figure, x: float, y: float, s: str, **style: object) -> object:
        written.append(s)
        return plain(figure, x, y, s, **style)  # type: ignore[arg-type]

    monkeypatch.setattr(Figure, "text", text)
    report, words = await report_of(store, NOW, week=week), Words.of(language)
    with warnings.catch_warnings():
        # A sign that no font has is a warning of matplotlib's.
        warnings.simplefilter("error")
        picture = Image.open(io.BytesIO(picture_of(report, words)))
    assert (picture.format, picture.size[0]) == ("PNG", 1080)
    says = words.catalogue.paper
    for heading in (says.title[week], says.needs, says.alerts, says.inseminate, says.budgets, says.devices):
        assert heading in written
    assert words.id("1204") in written
    assert words.catalogue.kinds[Kind.NO_MOVEMENT] in written
    assert words.catalogue.paper.more.format(count=words.number(52)) in written


@every_language
async def test_the_document_has_pages_for_the_whole_herd(language: str, store: Store) -> None:
    report = await report_of(store, NOW, week=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document = document_of(report, Words.of(language))
    assert document.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", document)) == 3


@every_language
def test_an_empty_farm_has_a_sentence_in_every_section(language: str) -> None:
    nothing = Report(NOW, False, 0, 0, herd=(), budgets=(), open=(), heats=(), collars=())
    assert all(section.line and not section.rows for section in sections_of(nothing, Words.of(language)))
    assert picture_of(nothing, Words.of(language)).startswith(b"\x89PNG")


def test_the_command_refuses_what_it_cannot_write(tmp_path: Path) -> None:
    for wrong in (["--period", "year", "--out", "a.png"], ["--out", "a.txt"], ["--language", "xx", "--out", "a.png"]):
        assert CliRunner().invoke(app, ["report", "--data", str(tmp_path), *wrong]).exit_code == 2


def test_the_command_writes_a_picture_and_pages(herd_database_url: str, farm: str, tmp_path: Path) -> None:
    for name, begin in (("day.png", b"\x89PNG"), ("week.pdf", b"%PDF")):
        out = tmp_path / name
        given = ["report", "--database-url", herd_database_url, "--farm", farm, "--out", str(out)]
        found = CliRunner().invoke(app, [*given, "--period", name.partition(".")[0], "--language", "hi"])
        assert found.exit_code == 0, found.output
        assert out.read_bytes().startswith(begin)
