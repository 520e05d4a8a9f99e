"""The chart is a picture of the right size in every language, and readable where a script has no font."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from matplotlib.figure import Figure
from PIL import Image

from clarine_herd import chart, fonts, simulate
from clarine_herd.alerts import Alert, alerts_of
from clarine_herd.normal import grid_of, normal_of
from clarine_herd.words import LANGUAGES, Words

START = datetime.fromisoformat("2026-02-01T00:00:00")
NOW = START + timedelta(days=12)


@pytest.fixture(scope="module")
def curve_and_alert() -> tuple[chart.Curve, Alert]:
    table = simulate.herd(START, animals=12, days=12, seed=2).table
    alert = next(found for found in alerts_of(table) if found.opened_at > START + timedelta(days=6))
    grid = grid_of(table)
    return chart.curve_of(grid, normal_of(grid), alert.animal, until=alert.shown_until(NOW)), alert


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_is_drawn_in_every_language(language: str, curve_and_alert: tuple[chart.Curve, Alert]) -> None:
    curve, alert = curve_and_alert
    picture = Image.open(io.BytesIO(chart.png_of(curve, Words.of(language), alert)))
    assert (picture.format, picture.size) == ("PNG", (1080, 720))
    assert picture.convert("RGB").getpixel((2, 2)) == (0xFB, 0xF8, 0xF2)


def test_without_a_devanagari_font_the_chart_speaks_english(
    curve_and_alert: tuple[chart.Curve, Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    plain = Figure.text

    def text(figure: Figure, x: float, y: float, s: str, **style: object) -> object:
        written.append(s)
        return plain(figure, x, y, s, **style)  # type: ignore[arg-type]

    monkeypatch.setattr(fonts, "installed", lambda: frozenset({"DejaVu Sans"}))
    monkeypatch.setattr(Figure, "text", text)
    chart.png_of(curve_and_alert[0], Words.of("hi"), None)
    assert written[0].startswith("Cow ")


def test_a_chart_shows_at_most_five_days_and_nothing_after_its_end() -> None:
    table = simulate.herd(START, animals=8, days=12, seed=2).table
    grid = grid_of(table, until=NOW)
    curve = chart.curve_of(grid, normal_of(grid), grid.animals[0], until=NOW)
    assert len(curve.times) == 60
    assert curve.times[-1] < NOW
    with pytest.raises(ValueError, match="not in tuple"):
        chart.curve_of(grid, normal_of(grid), "nobody", until=NOW)
