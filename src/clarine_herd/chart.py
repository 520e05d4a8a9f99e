"""An animal's last days against its own normal, as a PNG in the look's colours; it draws, and judges nothing.

matplotlib 3.11 shapes Devanagari and Arabic script itself; where no font for a script is installed it writes English.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from babel.dates import format_datetime
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import DayLocator, date2num, num2date
from matplotlib.figure import Figure

from clarine_herd.alerts import Alert
from clarine_herd.fonts import font, writable
from clarine_herd.look import HAIRLINE, INK, PAPER, PASTURE, QUIET, color_of
from clarine_herd.normal import BIN, INDEX_PER_SD, Grid, Matrix, Normal
from clarine_herd.words import Words

DAYS_SHOWN = 5
WIDTH_IN, HEIGHT_IN, DPI = 7.2, 4.8, 150


@dataclass(frozen=True, slots=True)
class Curve:
    """One animal's days: (bins,) arrays of times (bin middles), values, expected, low, high; NaN where unknown."""

    animal: str
    times: tuple[datetime, ...]
    values: Matrix
    expected: Matrix
    low: Matrix
    high: Matrix
    is_index: bool


def curve_of(grid: Grid, normal: Normal, animal: str, *, until: datetime) -> Curve:
    """The last five days before *until* of one animal. Raises ValueError when the animal is not in the grid."""
    row = grid.animals.index(animal)
    last = min(max(int((until - grid.start) / BIN), 1), grid.activity.shape[1])
    place = slice(max(0, last - DAYS_SHOWN * 12), last)
    times = tuple(grid.at(number) + BIN / 2 for number in range(place.start, place.stop))
    if np.isfinite(grid.activity[row, place]).any():
        values, expected, low, high = (
            matrix[row, place] for matrix in (grid.activity, normal.expected, normal.low, normal.high)
        )
        return Curve(animal, times, values, expected, low, high, is_index=False)
    flat = np.zeros(last - place.start)
    band = 2 * INDEX_PER_SD
    return Curve(animal, times, grid.index[row, place], flat, flat - band, flat + band, is_index=True)


def png_of(curve: Curve, words: Words, alert: Alert | None = None) -> bytes:
    """The chart as PNG bytes, 1080 × 720. It takes about half a second: call it in a thread."""
    words = writable(words)
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.085, 0.2, 0.885, 0.6), facecolor=PAPER)
    _draw(axes, curve, words, alert)
    _frame(axes, curve, words)
    _title(figure, curve, words, alert)
    held = io.BytesIO()
    figure.savefig(held, format="png", facecolor=PAPER)
    return held.getvalue()


def _draw(axes: Axes, curve: Curve, words: Words, alert: Alert | None) -> None:
    says = words.catalogue
    at = _days(curve.times)
    axes.fill_between(at, curve.low, curve.high, color=PASTURE, alpha=0.16, linewidth=0, label=says.chart_normal)
    axes.plot(at, curve.expected, color=PASTURE, linewidth=1, alpha=0.7, linestyle=(0, (4, 3)))
    if alert is not None:
        color = color_of(alert)
        end = min(alert.last_at, curve.times[-1] + BIN / 2)
        begin = max(alert.started_at, curve.times[0] - BIN / 2)
        # A band of at least one bin, else a short episode would be a line that nobody sees.
        span = _days((begin, max(end, begin + BIN)))
        axes.axvspan(span[0], span[1], color=color, alpha=0.18, linewidth=0, label=says.chart_alert)
    name = says.chart_index if curve.is_index else says.chart_activity
    axes.plot(at, curve.values, color=INK, linewidth=1.8, solid_joinstyle="round", label=name)
    axes.plot(at, curve.values, color=INK, linewidth=0, marker="o", markersize=2.2)
    axes.set_xlim(at[0] - 1 / 24, at[-1] + 1 / 24)
    if not curve.is_index:
        axes.set_ylim(bottom=0)


def _days(times: Sequence[datetime]) -> Matrix:
    found: Matrix = np.asarray(date2num(times))  # type: ignore[no-untyped-call]
    return found


def _frame(axes: Axes, curve: Curve, words: Words) -> None:
    small = font(words, 9.5)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(HAIRLINE)
    axes.grid(axis="y", color=HAIRLINE, linewidth=0.8)
    axes.grid(axis="x", color=HAIRLINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(DayLocator())  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(lambda at, _: _day(at, words) if at < axes.get_xlim()[1] - 0.5 else "")
    axes.yaxis.set_major_formatter(lambda value, _: words.number(f"{value:.0f}".replace("-", "−")))
    axes.tick_params(length=0, colors=QUIET, pad=6)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(small)
    for label in axes.get_xticklabels():
        label.set_horizontalalignment("left")
    legend = axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=3, frameon=False, prop=font(words, 10.5), labelcolor=INK
    )
    legend.set_in_layout(False)


def _day(at: float, words: Words) -> str:
    day: datetime = num2date(at)  # type: ignore[no-untyped-call]
    return words.number(format_datetime(day, "EEE d MMM", locale=words.catalogue.locale))


def _title(figure: Figure, curve: Curve, words: Words, alert: Alert | None) -> None:
    says = words.catalogue
    right = says.right_to_left
    place, align = (0.97, "right") if right else (0.03, "left")
    title = words.fill(says.chart_title, animal=words.id(curve.animal))
    figure.text(place, 0.925, title, fontproperties=font(words, 17, bold=True), color=INK, ha=align, va="center")
    unit = says.chart_index if curve.is_index else says.chart_unit
    figure.text(place, 0.85, unit, fontproperties=font(words, 10.5), color=QUIET, ha=align, va="center")
    if alert is not None:
        far, other = (0.03, "left") if right else (0.97, "right")
        when = words.date(alert.started_at)
        color = color_of(alert)
        figure.text(far, 0.925, when, fontproperties=font(words, 11), color=color, ha=other, va="center")
