"""``clarine-herd train``, ``evaluate`` and ``classify``: from a file of samples to a model with its card, and to budgets."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from clarine_herd.behaviour import card as cards
from clarine_herd.behaviour import model_file
from clarine_herd.behaviour.budget import PERIODS_MIN, budgets_of, minutes_of
from clarine_herd.behaviour.model import TrainingError, answered, fitted
from clarine_herd.behaviour.model_file import ModelFileError, Origin
from clarine_herd.behaviour.recording import UNLABELLED, Columns, Recording, RecordingError, read, recording_of
from clarine_herd.behaviour.trial import Verdict, animals_left_out, carried_over, random_split, verdict
from clarine_herd.behaviour.views import Cut, View, cut_for, rate_of, view_of

Data = Annotated[Path, typer.Argument(help="Samples, one a row: a parquet or csv file.")]
Labels = Annotated[str, typer.Option(help="The column that says what the animal does; empty where nobody watched.")]
Group = Annotated[str, typer.Option(help="The column that names the animal (or the collar record).")]
Time = Annotated[str, typer.Option(help="The column of the time: a timestamp or seconds.")]
Axes = Annotated[str, typer.Option(help="The three columns of raw acceleration, in any unit, separated by commas.")]
Extra = Annotated[str, typer.Option(help="Further columns to learn from, like a gyroscope's, separated by commas.")]
Rate = Annotated[float, typer.Option(min=0, help="Samples a second; 0 takes it from the times.")]
Grazing = Annotated[
    str, typer.Option(help="The label of grazing or eating: its posture is the zero of the neck's angle.")
]
Only = Annotated[str, typer.Option(help="Learn and judge these labels alone, separated by commas.")]
Portable = Annotated[
    bool,
    typer.Option(
        "--portable", help="For other makes of collar too: only what does not depend on how a slow collar hangs."
    ),
]
ModelPath = Annotated[Path, typer.Option("--model", help="A model that train wrote.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object with stable keys.")]


def train(
    data: Data,
    *,
    labels: Labels,
    group: Group,
    out: Annotated[Path, typer.Option(help="Where the model goes; its card is written beside it as .md.")],
    time: Time = "time",
    axes: Axes = "x,y,z",
    extra: Extra = "",
    rate: Rate = 0.0,
    grazing: Grazing = "",
    only: Only = "",
    portable: Portable = False,
) -> None:
    """Learn behaviour from labelled samples, tried on animals left out, and write the model with its card."""
    with _refusals():
        columns = Columns(group, labels, time, _axes(axes), _names(extra))
        recording = recording_of(read(data), columns)
        cut = cut_for(rate or rate_of(recording), portable=portable)
        view = _labelled(recording, cut, only)
        left_out = verdict(animals_left_out(view, cut, grazing=grazing))
        random = verdict(random_split(view, cut, grazing=grazing))
        model = fitted(view, cut, grazing=grazing)
        animals = tuple(np.unique(view.group).tolist())
        model_file.written(model, Origin(columns, animals), out)
        about = cards.DataSet(data.name, _digest(data), len(recording.time_s), animals)
        text = cards.card(model, about, left_out=left_out, random=random, on=datetime.now(UTC).date())
        out.with_suffix(".md").write_text(text, encoding="utf-8")
    print(f"{out} and {out.with_suffix('.md')}: macro-F1 {left_out.macro_f1} with the animal left out")  # noqa: T201


def evaluate(
    data: Data,
    *,
    labels: Labels,
    group: Group,
    model: Annotated[Path | None, typer.Option(help="Judge this model on animals that it never saw.")] = None,
    time: Time = "time",
    axes: Axes = "x,y,z",
    extra: Extra = "",
    rate: Rate = 0.0,
    grazing: Grazing = "",
    only: Only = "",
    portable: Portable = False,
    as_json: AsJson = False,
) -> None:
    """How right it is about animals left out: of this data, or of a model on this data. Nothing is written."""
    with _refusals():
        recording = recording_of(read(data), Columns(group, labels, time, _axes(axes), _names(extra)))
        if model is None:
            cut = cut_for(rate or rate_of(recording), portable=portable)
            view = _labelled(recording, cut, only)
            found, random = animals_left_out(view, cut, grazing=grazing), random_split(view, cut, grazing=grazing)
            _told(verdict(found), verdict(random), as_json=as_json)
            return
        known, origin = model_file.loaded(model)
        _never_seen(recording, origin)
        view = _labelled(recording, known.cut, only)
        _told(verdict(carried_over(known, view)), None, as_json=as_json)


def classify(
    data: Data,
    *,
    model: ModelPath,
    out: Annotated[Path, typer.Option(help="Where the time budgets go: a parquet or csv file.")],
    group: Annotated[str, typer.Option(help="The animal's column, when it is another than in training.")] = "",
    time: Annotated[str, typer.Option(help="The time's column, when it is another than in training.")] = "",
    axes: Annotated[str, typer.Option(help="The columns of acceleration, when they are others than in training.")] = "",
    period_min: Annotated[int, typer.Option(help="Minutes in a row of the budget: 1 gives every minute.")] = 120,
) -> None:
    """Samples to time budgets, in the columns of Herd's readings where the labels are named like them."""
    with _refusals():
        if period_min not in PERIODS_MIN:
            raise RecordingError(f"--period-min is one of {', '.join(map(str, PERIODS_MIN))}")
        known, origin = model_file.loaded(model)
        was = origin.columns
        columns = Columns(group or was.group, None, time or was.time, _axes(axes) if axes else was.axes, was.extra)
        view = view_of(recording_of(read(data), columns), known.cut, by_label=False)
        minutes = minutes_of(known, view, answered(known, view))
        budgets = budgets_of(minutes, labels=known.classes.tolist(), period_min=period_min)
        match out.suffix.lower():
            case ".parquet":
                budgets.write_parquet(out)
            case ".csv":
                budgets.write_csv(out)
            case _:
                raise RecordingError(f"{out.name} is neither .parquet nor .csv")
    unsure = int(budgets["unsure_min"].sum())
    print(f"{out}: {minutes.height} minutes of {minutes['animal'].n_unique()} animals, {unsure} unsure")  # noqa: T201


@contextmanager
def _refusals() -> Iterator[None]:
    """What is wrong with the data or the model is said in one line, with exit code 2."""
    try:
        yield
    except (RecordingError, TrainingError, ModelFileError, OSError) as reason:
        print(reason, file=sys.stderr)  # noqa: T201
        raise typer.Exit(2) from None


def _labelled(recording: Recording, cut: Cut, only: str) -> View:
    view = view_of(recording, cut, by_label=True)
    wanted = _names(only)
    chosen = np.isin(view.label, wanted) if wanted else view.label != UNLABELLED
    if not chosen.any():
        raise TrainingError("no window has one of the labels")
    return view.of(chosen)


def _never_seen(recording: Recording, origin: Origin) -> None:
    seen = sorted(set(origin.animals) & set(np.unique(recording.group).tolist()))
    if seen:
        raise TrainingError(f"the model was trained on {', '.join(seen)}: that would flatter it. Judge it on others")


def _told(found: Verdict, random: Verdict | None, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"left_out": _plain(found), "random_split": _plain(random) if random else None}))  # noqa: T201
        return
    print("\n".join(cards.verdict_lines(found, random)))  # noqa: T201


def _plain(one: Verdict) -> dict[str, object]:
    return {
        "rows": one.rows,
        "animals": one.animals,
        "macro_f1": [one.macro_f1.value, one.macro_f1.low, one.macro_f1.high],
        "accuracy": [one.accuracy.value, one.accuracy.low, one.accuracy.high],
        "worst_animal": list(one.worst_animal),
        "coverage": one.coverage,
        "sure_accuracy": one.sure_accuracy,
        "f1": {line.label: line.f1 for line in one.classes},
    }


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _axes(text: str) -> tuple[str, str, str]:
    names = _names(text)
    if len(names) != 3:
        raise RecordingError(f"--axes names three columns, and {text!r} names {len(names)}")
    return names[0], names[1], names[2]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
