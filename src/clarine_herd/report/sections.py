"""A report in somebody's language, as sections of rows: what stands where is decided here, how it looks in ``draw``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clarine_herd.alerts import Alert
from clarine_herd.look import PASTURE, color_of
from clarine_herd.report.facts import Animal, Budget, Report
from clarine_herd.store.episodes import Past
from clarine_herd.words import Words
from clarine_herd.words.paper import Paper


@dataclass(frozen=True, slots=True)
class Row:
    """Up to three cells behind a dot of *color* (none when empty); with *bar*, a value and its normal are drawn."""

    cells: tuple[str, ...]
    color: str = ""
    bar: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a line under it (may be empty), and the rows."""

    title: str
    line: str
    rows: tuple[Row, ...]


def sections_of(report: Report, words: Words) -> list[Section]:
    """The five sections, each with a sentence where it has no row."""
    says, counted = words.catalogue.paper, words.catalogue.chat.status
    heard = counted.format(heard=words.number(report.heard), animals=words.number(report.animals))
    needy = any(animal.alerts for animal in report.herd)
    return [
        Section(says.needs, "" if needy else says.no_needs, tuple(_animal(one, words) for one in report.herd)),
        _section(says.alerts, says.no_alerts, [_open(one, words) for one in report.open]),
        _section(says.inseminate, says.no_inseminate, [_heat(one, report, words) for one in report.heats]),
        _section(says.budgets, says.no_budgets, [_budget(one, words) for one in report.budgets]),
        Section(
            says.devices,
            f"{heard} {says.no_devices if not report.collars else ''}".strip(),
            tuple(_alert(one, words) for one in report.collars),
        ),
    ]


def span_of(report: Report, words: Words) -> str:
    """The time that the report tells of."""
    # Two isolated dates have no direction of their own: the mark says which one is read first.
    mark = "\u200f" if words.catalogue.right_to_left else ""
    return f"{mark}{words.date(report.since)} – {words.date(report.now)}"


def _section(title: str, nothing: str, rows: Sequence[Row]) -> Section:
    return Section(title, "" if rows else nothing, tuple(rows))


def _animal(animal: Animal, words: Words) -> Row:
    kinds = dict.fromkeys(words.catalogue.kinds[alert.kind] for alert in animal.alerts)
    comma = "، " if words.catalogue.right_to_left else ", "
    part = animal.activity
    activity = "" if part is None else _of_normal(part, words)
    color = color_of(animal.alerts[0]) if animal.alerts else PASTURE
    return Row((words.id(animal.name), comma.join(kinds), activity), color)


def _of_normal(part: float, words: Words) -> str:
    return words.catalogue.paper.activity.format(percent=words.number(round(100 * part)))


def _open(past: Past, words: Words) -> Row:
    row = _alert(past.alert, words)
    seen = words.catalogue.paper.seen if past.acknowledged_at else ""
    return Row((row.cells[0], row.cells[1], " · ".join(part for part in (row.cells[2], seen) if part)), row.color)


def _alert(alert: Alert, words: Words) -> Row:
    kind = words.catalogue.kinds[alert.kind]
    return Row((_whose(alert, words), kind, words.date(alert.opened_at)), color_of(alert))


def _whose(alert: Alert, words: Words) -> str:
    if alert.animal:
        return words.id(alert.animal)
    return words.said(alert.group) if alert.group else words.catalogue.paper.farm


def _heat(alert: Alert, report: Report, words: Words) -> Row:
    return Row((words.id(alert.animal), words.best(alert, told_at=report.now)), color_of(alert))


def _budget(budget: Budget, words: Words) -> Row:
    says: Paper = words.catalogue.paper
    cells = (
        says.budget[budget.measure],
        says.hours.format(hours=words.decimal(budget.hours)),
        says.normal.format(hours=words.decimal(budget.normal_hours)),
    )
    return Row(cells, bar=(budget.hours, budget.normal_hours))
