"""CSV in and out: readings with the columns of the HTTP door, and events with ``animal,kind,at,note,source``."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import polars as pl

from clarine_herd import readings
from clarine_herd.exchange.brought import ROWS_MAX, WRONG_SHOWN, Brought, RefusedFileError, Wrong, can_be, farm_time
from clarine_herd.ingest.rows import Row
from clarine_herd.life import Event, EventKind
from clarine_herd.readings import MEASURED, SCHEMA, shaped
from clarine_herd.store.episodes import Past
from clarine_herd.store.tables import VALUE_MAX

EVENT_COLUMNS = ("animal", "kind", "at", "note", "source")
ALERT_COLUMNS = (
    "id",
    "animal",
    "kind",
    "category",
    "cause",
    "priority",
    "started_at",
    "opened_at",
    "ended_at",
    "score",
)
OUTCOME_COLUMNS = ("acknowledged_at", "verdict", "reason")
#: What a spreadsheet would run as a formula, numbers apart; written with an apostrophe before it (OWASP: CSV injection).
_FORMULA = r"^(?:[=+@\t]|-[^0-9])"
_FIELD = re.compile(r"`\$\.?(\w*)`")
_MISSING = re.compile(r"field `(\w+)`")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of events; without ``source`` its own time is what makes it itself."""

    animal: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    kind: EventKind
    at: datetime
    note: Annotated[str, msgspec.Meta(max_length=100)] = ""
    source: Annotated[str, msgspec.Meta(max_length=VALUE_MAX)] = ""


T = TypeVar("T", Row, Entry)


def read(text: str, zone: ZoneInfo, now: datetime) -> Brought:
    """A CSV file with a line of headings, comma or semicolon between. Raises RefusedFileError."""
    lines = list(csv.DictReader(io.StringIO(text), dialect=_dialect(text)))
    if not lines:
        raise RefusedFileError("empty")
    if len(lines) > ROWS_MAX:
        raise RefusedFileError("rows")
    headings = {name for name in lines[0] if name}
    if {"animal", "measured_at"} <= headings:
        return Brought(_readings(lines, zone))
    if {"animal", "kind", "at"} <= headings:
        return Brought(readings.empty(), tuple(_events(lines, zone, now)))
    raise RefusedFileError("shape")


def readings_lines(table: pl.DataFrame) -> str:
    """Readings as lines without headings."""
    name = pl.col("animal")
    tame = pl.when(name.str.contains(_FORMULA)).then(pl.concat_str(pl.lit("'"), name)).otherwise(name)
    told = table.select(Row.__struct_fields__).with_columns(tame.alias("animal"))
    return told.write_csv(include_header=False, datetime_format="%Y-%m-%dT%H:%M:%S")


def readings_head() -> str:
    """The line of headings above them."""
    return ",".join(Row.__struct_fields__) + "\n"


def events_csv(events: Iterable[Event]) -> str:
    """Entries, a line each."""
    rows = ((e.animal, str(e.kind), e.at.isoformat(), e.note, e.source) for e in events)
    return _written(EVENT_COLUMNS, rows)


def alerts_csv(past: Iterable[Past]) -> str:
    """Alerts and what became of them, a line each; times are the farm's own."""
    return _written((*ALERT_COLUMNS, *OUTCOME_COLUMNS), map(_alert, past))


def _alert(one: Past) -> tuple[str, ...]:
    alert, traits = one.alert, one.alert.traits
    times = (alert.started_at, alert.opened_at, alert.ended_at)
    return (
        alert.id,
        alert.animal,
        str(alert.kind),
        traits.category,
        traits.cause,
        str(traits.priority),
        *(at.isoformat() if at else "" for at in times),
        f"{alert.peak:.2f}",
        one.acknowledged_at.isoformat() if one.acknowledged_at else "",
        one.verdict,
        one.reason,
    )


def _readings(lines: list[dict[str, str]], zone: ZoneInfo) -> pl.DataFrame:
    rows = _parsed(lines, Row)
    bare = [number for number, row in enumerate(rows, 2) if all(getattr(row, name) is None for name in MEASURED)]
    if bare:
        raise RefusedFileError("values", [Wrong(number, "activity", "") for number in bare[:WRONG_SHOWN]])
    columns = {name: [getattr(row, name) for row in rows] for name in Row.__struct_fields__}
    columns["measured_at"] = [farm_time(row.measured_at, zone) for row in rows]
    return shaped(pl.DataFrame(columns, schema_overrides={name: SCHEMA[name] for name in columns}))


def _events(lines: list[dict[str, str]], zone: ZoneInfo, now: datetime) -> list[Event]:
    events = []
    wrong = []
    for number, row in enumerate(_parsed(lines, Entry), 2):
        at = farm_time(row.at, zone)
        event = Event(row.animal, row.kind, at, row.note, source=row.source or f"import:{at.isoformat()}")
        field = can_be(event, now)
        wrong += [Wrong(number, field, lines[number - 2].get(field, ""))] if field else []
        events.append(event)
    if wrong:
        raise RefusedFileError("values", wrong[:WRONG_SHOWN])
    return events


def _parsed(lines: list[dict[str, str]], kind: type[T]) -> list[T]:
    """Every line as *kind*, or the first WRONG_SHOWN that are none."""
    found: list[T] = []
    wrong: list[Wrong] = []
    for number, line in enumerate(lines, 2):
        given = {
            str(name).strip(): _wild(value.strip())
            for name, value in line.items()
            if isinstance(value, str) and value.strip()
        }
        try:
            found.append(msgspec.convert(given | _times(given), kind, strict=False))
        except msgspec.ValidationError as reason:
            wrong.append(_wrong(number, str(reason), given))
        if len(wrong) == WRONG_SHOWN:
            break
    if wrong:
        raise RefusedFileError("values", wrong)
    return found


def _times(given: dict[str, str]) -> dict[str, datetime]:
    """Times as people and spreadsheets write them: seconds may be missing, a space may stand for the T."""
    found = {}
    for name in ("at", "measured_at"):
        with contextlib.suppress(ValueError):
            found[name] = datetime.fromisoformat(given.get(name, ""))
    return found


def _wrong(number: int, reason: str, given: dict[str, str]) -> Wrong:
    place = _FIELD.search(reason)
    field = place.group(1) if place and place.group(1) else ""
    missing = _MISSING.search(reason)
    field = field or (missing.group(1) if missing else "")
    return Wrong(number, field, given.get(field, "")[:40])


def _dialect(text: str) -> type[csv.excel]:
    """Spreadsheets of many countries put a semicolon between."""

    class Found(csv.excel):
        delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","

    return Found


def _written(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(headings)
    writer.writerows(_tame(row) for row in rows)
    return held.getvalue()


def _tame(row: Sequence[str]) -> Iterator[str]:
    yield from (f"'{cell}" if re.match(_FORMULA, cell) else cell for cell in row)


def _wild(cell: str) -> str:
    """The same cell again as it was before it was written."""
    return cell[1:] if re.match(f"'{_FORMULA[1:]}", cell) else cell
