"""Heatime exports (xlsx and xls, English or German headings) to readings; others are refused, with the reason.

Headings were taken from exports of the system itself; a column is found by its heading, never by its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from clarine_herd.readings import SCHEMA, shaped

FILE_BYTES_MAX = 50_000_000
ROWS_MAX = 1_000_000
HEADING_ROWS_MAX = 20

HEADINGS = {
    "cow number": "animal",
    "kuhnummer": "animal",
    "date": "date",
    "termin": "date",
    "datum": "date",
    "time": "time",
    "zeit": "time",
    "uhrzeit": "time",
    "raw activity data": "activity",
    "aktivitätsrohdaten": "activity",
    "activity change": "activity_index",
    "aktivität ändern": "activity_index",
    "aktivitätsänderung": "activity_index",
    "days in lactation": "lactation_days",
    "laktationstage": "lactation_days",
    "lactation status": "lactation_status",
    "laktationsstatus": "lactation_status",
}

_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y")
_TIMES = ("%I:%M %p", "%H:%M", "%H:%M:%S")


class RefusedFileError(Exception):
    """This file is not a Heatime export; the message says why in words for the farmer."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """An export that was read: its table (readings.SCHEMA) and how many rows had a number, a date and a time."""

    file: str
    table: pl.DataFrame


@dataclass(frozen=True, slots=True)
class FileRefused:
    """An export that was not read, and why."""

    file: str
    reason: str


def read_folder(folder: Path) -> tuple[list[FileRead], list[FileRefused]]:
    """Every file in *folder* (hidden ones apart), in name order: read, or refused by name. Raises FileNotFoundError."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not a folder.")
    found: list[FileRead] = []
    refused: list[FileRefused] = []
    for path in sorted(item for item in folder.iterdir() if item.is_file() and not item.name.startswith(".")):
        try:
            found.append(FileRead(path.name, read_file(path)))
        except RefusedFileError as reason:
            refused.append(FileRefused(path.name, str(reason)))
    return found, refused


def read_file(path: Path) -> pl.DataFrame:
    """One export as readings.SCHEMA. Raises RefusedFileError."""
    if path.suffix.lower() not in (".xlsx", ".xls"):
        raise RefusedFileError("it is not an .xlsx or .xls file")
    size = path.stat().st_size
    if size == 0:
        raise RefusedFileError("the file is empty (0 bytes)")
    if size > FILE_BYTES_MAX:
        raise RefusedFileError(f"it is larger than {FILE_BYTES_MAX // 1_000_000} MB")
    try:
        workbook = CalamineWorkbook.from_path(path)
        rows = workbook.get_sheet_by_index(0).to_python() if workbook.sheet_names else []
    except (CalamineError, OSError, ValueError) as reason:
        raise RefusedFileError(f"it cannot be opened as a spreadsheet ({reason})") from reason
    return table_of(rows)


def table_of(rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """The rows of a sheet, headings among the first twenty, as readings.SCHEMA. Raises RefusedFileError."""
    top, places = _headings(rows)
    body = rows[top + 1 :]
    if not body:
        raise RefusedFileError("there is no row below the headings")
    if len(body) > ROWS_MAX:
        raise RefusedFileError(f"it has more than {ROWS_MAX} rows")
    width = len(rows[top])
    columns = list(zip(*(row if len(row) == width else _fitted(row, width) for row in body), strict=True))
    raw = pl.DataFrame({name: _text(columns[place]) for name, place in places.items()})
    typed = raw.select(_typed(name) for name in SCHEMA if name in raw.columns or name == "measured_at")
    table = shaped(typed.drop_nulls(["animal", "measured_at"]))
    if table.is_empty():
        raise RefusedFileError("no row has a cow number with a date and a time that can be read")
    return table


def _headings(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]]:
    seen: dict[str, int] = {}
    for top, row in enumerate(rows[:HEADING_ROWS_MAX]):
        names = [HEADINGS.get(" ".join(str(cell).lower().split()), "") for cell in row]
        seen = {name: place for place, name in enumerate(names) if name}
        if {"animal", "date", "time"} <= seen.keys() and {"activity", "activity_index"} & seen.keys():
            return top, seen
    first = ", ".join(str(cell) for cell in rows[0] if str(cell).strip())[:80] if rows else ""
    raise RefusedFileError(
        "it has no columns for cow number, date, time and activity (English or German)"
        + (f"; its first row is: {first}" if first else "; its first sheet has no rows")
    )


def _fitted(row: Sequence[Any], width: int) -> list[Any]:
    return [*row, *[""] * width][:width]


def _text(values: Sequence[Any]) -> pl.Series:
    return pl.Series(list(map(str, values)), dtype=pl.String).str.strip_chars()


def _typed(name: str) -> pl.Expr:
    match name:
        case "animal":
            return _filled("animal").str.replace(r"\.0$", "").alias(name)
        case "measured_at":
            date = pl.coalesce(pl.col("date").str.slice(0, 10).str.to_date(form, strict=False) for form in _DATES)
            time = pl.coalesce(pl.col("time").str.to_time(form, strict=False) for form in _TIMES)
            return date.dt.combine(time).alias(name)
        case "lactation_status":
            return _filled(name)
        case "lactation_days":
            return pl.col(name).cast(pl.Float64, strict=False).cast(pl.Int32, strict=False)
        case _:
            return pl.col(name).str.replace(",", ".").cast(pl.Float64, strict=False)


def _filled(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name))
