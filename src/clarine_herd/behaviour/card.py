"""The model card: what was learned from what, how it was tried, how often it is right, and what it is not for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from clarine_herd.behaviour.model import Model
from clarine_herd.behaviour.trial import Verdict


@dataclass(frozen=True, slots=True)
class DataSet:
    """What a card says of its data: the file's name, its SHA-256, rows and animals."""

    name: str
    sha256: str
    rows: int
    animals: tuple[str, ...]


def card(model: Model, data: DataSet, *, left_out: Verdict, random: Verdict, on: date) -> str:
    """The card as Markdown."""
    return "\n".join(
        [
            f"# Behaviour model: {', '.join(model.classes)}",
            "",
            f"Made on {on.isoformat()} with {_versions()}.",
            "",
            *_data(model, data),
            *_protocol(left_out),
            *verdict_lines(left_out, random),
            *_use(),
        ]
    )


def verdict_lines(left_out: Verdict, random: Verdict | None) -> list[str]:
    """The figures as Markdown: one column per protocol (*random* where there is one), then the classes."""
    columns = {"animal left out": left_out}
    if random is not None:
        columns["random split (flatters: neighbours in time on both sides)"] = random
    told = list(columns.values())
    return [
        _row("", list(columns)),
        _row("---", ["---"] * len(columns)),
        _row("macro-F1", [str(one.macro_f1) for one in told]),
        _row("accuracy", [str(one.accuracy) for one in told]),
        _row("worst animal, accuracy", [f"{one.worst_animal[1]:.3f} ({one.worst_animal[0]})" for one in told]),
        _row("answered (the rest is unsure)", [f"{one.coverage:.1%}" for one in told]),
        _row("accuracy where answered", [f"{one.sure_accuracy:.3f}" for one in told]),
        "",
        "| class | rows | precision | recall | F1 |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {line.label} | {line.rows} | {line.precision:.3f} | {line.recall:.3f} | {line.f1:.3f} |"
            for line in left_out.classes
        ),
        "",
    ]


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _data(model: Model, data: DataSet) -> list[str]:
    cut = model.cut
    shape = (
        f"windows of {cut.window_s:g} s, one every {cut.step_s:g} s" if cut.fast else "every row, in what surrounds it"
    )
    return [
        "## Data",
        "",
        f"`{data.name}` (SHA-256 `{data.sha256}`): {data.rows} samples of {len(data.animals)} animals or collar records, "
        f"{cut.rate_hz:.2g} samples a second, {shape}. Animals: {', '.join(data.animals)}.",
        "",
        "A model may be given on as its data may: check the data's licence first.",
        "",
    ]


def _protocol(left_out: Verdict) -> list[str]:
    return [
        "## Protocol",
        "",
        f"Each of the {left_out.animals} animals was left out in turn and answered by a model of the others; penalty and "
        "sharpness were chosen inside those others. Of the animal left out only unlabelled samples are used: gravity and its "
        "grazing posture are found from them (transductive, as a collar that has been worn for days can). Intervals are 95 % "
        "from 1,000 bootstrap draws of animals.",
        "",
        "## Figures",
        "",
    ]


def _use() -> list[str]:
    return [
        "## Meant for",
        "",
        "Time budgets and alerts of cattle that wear the same collar in the same place at the same sampling rate. An answer "
        "below the threshold is *unsure* and counts for nothing.",
        "",
        "## Not meant for",
        "",
        "Diagnosis; single seconds as evidence; other species, collars, places on the body or sampling rates without a new "
        "trial; animals whose collar hangs loose. With few animals the interval is wide, and a new herd may fall below it.",
        "",
    ]


def _versions() -> str:
    return ", ".join(f"{name} {_version(name)}" for name in ("clarine", "numpy", "polars"))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "from a checkout"
