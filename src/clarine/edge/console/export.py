"""Lists as CSV files for spreadsheets: UTF-8 with its mark, money in whole units, no cell that is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from starlette.responses import Response

_MICROS = Decimal(1_000_000)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | Decimal | datetime | None


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A download called *name*."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_shown(cell) for cell in row] for row in rows)
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response("\ufeff" + file.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def units(micros: int) -> Decimal:
    """*micros* as an exact decimal number of the currency."""
    return Decimal(micros) / _MICROS


def _shown(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return f"{cell:f}"
        case datetime():
            return cell.isoformat()
        case int():
            return str(cell)
        case str():
            # A name such as "=HYPERLINK(…)" must not run where the file is opened.
            return f"'{cell}" if cell.startswith(_FORMULA) else cell
