"""Behaviour on three open data sets, each animal or collar record left out in turn, and the random split that flatters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clarine_herd.behaviour.model import fitted
from clarine_herd.behaviour.recording import Columns, Recording, recording_of
from clarine_herd.behaviour.scores import Figure, average_precision, interval
from clarine_herd.behaviour.trial import Trial, animals_left_out, carried_over, random_split, verdict
from clarine_herd.behaviour.views import Cut, View, cut_for, rate_of, view_of

FILES = ("chile_behaviour_imu.parquet", "chile_mounts_imu.parquet", "brazil_behaviour_imu.parquet")
THREE, FOUR = ("Grazing", "Resting", "Walking"), ("Grazing", "Resting", "Standing", "Walking")
#: A slow collar gives one sample in two seconds; the fast one's is thinned to that to be compared with it.
THIN = 20
SAME = {"Pastando": "Grazing", "Deitado": "Resting", "EmPe": "Standing", "Andando": "Walking"}
SENSORS = ("turning", "giro_x", "giro_y", "giro_z", "moving", "velocidade_deslocamento")
MOUNTS_PER_BLOCK = 2


def lines(folder: Path) -> Iterator[str]:
    """Markdown table rows: figure, reached, target."""
    chile = recording_of(pl.read_parquet(folder / FILES[0]), _chile("Time", ("AX", "AY", "AZ")))
    yield from _chile_alone(chile)
    brazil = _brazil_table(folder)
    for labels, name, target in (("comportamento", "four classes", "≥ .88"), ("label", "six classes", "≥ .70")):
        for extra, sensors in ((SENSORS, "acceleration, gyroscope, speed"), ((), "acceleration alone")):
            view, cut = _slow(brazil, labels, extra)
            yield from _pair(f"Brazil, {name}, {sensors}", view, cut, "Pastando", target if extra else "–")
    yield from _carried(chile, recording_of(brazil, _brazil("comportamento", ())))
    yield _mounts(folder)


def _chile_alone(recording: Recording) -> Iterator[str]:
    cut = Cut(rate_of(recording))
    view = view_of(recording, cut, by_label=True)
    for classes, name, target in ((THREE, "three classes", "≥ .94"), (FOUR, "four classes", "≥ .75")):
        some = view.of(np.isin(view.label, classes))
        yield from _pair(f"Chile, {name}", some, cut, "Grazing", target)


def _pair(name: str, view: View, cut: Cut, grazing: str, target: str) -> Iterator[str]:
    """Left out, then at random; the classes; what is said of rumination where it is watched."""
    trial = animals_left_out(view, cut, grazing=grazing)
    left_out = verdict(trial)
    worst, part = left_out.worst_animal
    yield _row(f"{name}: macro-F1", str(left_out.macro_f1), target)
    yield _row(f"{name}: worst animal, accuracy", f"{part:.3f} ({worst})", "≥ .75" if "three" in name else "–")
    yield _row(f"{name}: F1", ", ".join(f"{one.label} {one.f1:.2f}" for one in left_out.classes), "–")
    yield _row(f"{name}: answered; right where answered", f"{left_out.coverage:.1%}; {left_out.sure_accuracy:.3f}", "–")
    if np.char.endswith(view.label, "Ruminando").any():
        yield _row(
            f"{name}: F1 of rumination, lying or standing", str(_rumination(trial)), "≥ .75" if target != "–" else "–"
        )
    if target != "–":
        random = verdict(random_split(view, cut, grazing=grazing))
        yield _row(f"{name}: macro-F1, random split, which flatters", str(random.macro_f1), "–")


def _rumination(trial: Trial) -> Figure:
    true, said = np.char.endswith(trial.true, "Ruminando"), np.char.endswith(trial.said, "Ruminando")

    def f1(rows: NDArray[np.int64]) -> float:
        return float(2 * (true & said)[rows].sum() / max(true[rows].sum() + said[rows].sum(), 1))

    return interval(f1, trial.group)


def _carried(chile: Recording, brazil: Recording) -> Iterator[str]:
    """Both as slow collars whose hanging is not known, in the same four words."""
    thin = np.zeros(len(chile.time_s), dtype=bool)
    thin[THIN // 2 :: THIN] = True
    cut = cut_for(0.5, portable=True)
    herds = {"Chile": _view(chile.of(thin), cut), "Brazil": _view(brazil, cut)}
    for first, second in (("Chile", "Brazil"), ("Brazil", "Chile")):
        model = fitted(herds[first], cut, grazing="Grazing")
        found = verdict(carried_over(model, herds[second]))
        yield _row(f"{first} → {second}, four classes: macro-F1", str(found.macro_f1), "≥ .72")
        yield _row(
            f"{first} → {second}, four classes: F1",
            ", ".join(f"{one.label} {one.f1:.2f}" for one in found.classes),
            "–",
        )


def _view(recording: Recording, cut: Cut) -> View:
    words = np.array([SAME.get(label, label) for label in recording.label.tolist()])
    return view_of(replace(recording, label=words), cut, by_label=True).of(np.isin(words, FOUR))


def _mounts(folder: Path) -> str:
    """One cow mounts: she is left out in blocks of time with two mounts each, the others one by one."""
    table = pl.read_parquet(folder / FILES[1])
    recording = recording_of(table, _chile("TIME", ("ax_body", "ay_body", "az_body")))
    cut = Cut(rate_of(recording))
    view = view_of(recording, cut, by_label=True)
    mounts = view.label == "active mount"
    (cow,) = np.unique(view.group[mounts])
    seen = view.time_s[mounts]
    starts = np.sort(seen[np.r_[True, np.diff(seen) > 2 * cut.window_s]])[MOUNTS_PER_BLOCK::MOUNTS_PER_BLOCK]
    block = np.searchsorted(starts - cut.window_s, view.time_s).astype(np.str_)
    parts = np.where(view.group == cow, np.char.add(f"{cow}, part ", block), view.group)
    trial = animals_left_out(replace(view, group=parts), cut, grazing="grazing")
    score = trial.shares[:, int(np.flatnonzero(trial.classes == "active mount")[0])]
    true = trial.true == "active mount"
    figure = interval(lambda rows: average_precision(true[rows], score[rows]), trial.group)
    return _row(
        f"Mounts: average precision ({int(true.sum())} windows of one cow, parts of her hour left out)",
        str(figure),
        "≥ .70",
    )


def _slow(table: pl.DataFrame, labels: str, extra: tuple[str, ...]) -> tuple[View, Cut]:
    recording = recording_of(table, _brazil(labels, extra))
    cut = Cut(rate_of(recording))
    return view_of(recording, cut, by_label=True), cut


def _brazil_table(folder: Path) -> pl.DataFrame:
    clock = pl.col("horario").str.zfill(10)
    at = (pl.col("data") + clock.str.slice(0, 6)).str.to_datetime("%d%m%y%H%M%S")
    fraction = (clock.str.slice(6).cast(pl.Float64) * 1000).cast(pl.Int64)
    turning = pl.sum_horizontal(pl.col(f"giro_{axis}").cast(pl.Float64) ** 2 for axis in "xyz").sqrt()
    return pl.read_parquet(folder / FILES[2]).with_columns(
        time=at + pl.duration(milliseconds=fraction),
        turning=(turning + 50).log(),
        moving=(pl.col("velocidade_deslocamento") > 0.5).cast(pl.Float64),
    )


def _brazil(labels: str, extra: tuple[str, ...]) -> Columns:
    return Columns("id_colar", labels, "time", ("acc_x", "acc_y", "acc_z"), extra)


def _chile(time: str, axes: tuple[str, str, str]) -> Columns:
    x, y, z = (f"BNO055_{axis}" for axis in axes)
    return Columns("cow", "label", time, (x, y, z))


def _row(name: str, reached: str, target: str) -> str:
    return f"| {name} | {reached} | {target} |"
