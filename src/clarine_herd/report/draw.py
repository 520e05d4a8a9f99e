"""A report drawn: one picture as high as it must be for the chat, or as many A4 pages as it takes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Rectangle

from clarine_herd.fonts import drawing, font, writable
from clarine_herd.look import HAIRLINE, INK, PAPER, PASTURE, QUIET
from clarine_herd.report.facts import Report
from clarine_herd.report.sections import Row, Section, sections_of, span_of
from clarine_herd.words import Words

WIDTH_IN, PICTURE_DPI, PAGE_HEIGHT_IN = 7.2, 150, 10.18  # A4's proportions
MARGIN, HEAD, FOOT = 0.4, 1.1, 0.45
TITLE, ROW = 0.52, 0.3
#: Where cells begin, in inches from the reading side; the last one ends at the other margin.
CELLS = (0.62, 2.0)
BAR_FROM, BAR_WIDTH, BAR_HOURS = 2.9, 1.9, 16.0
PICTURE_ROWS, PAGE_ROWS = 8, 200


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is drawn in one go: a heading with what must stay with it, or a row."""

    height: float
    title: str = ""
    line: str = ""
    row: Row | None = None


class _Sheet:
    """One figure that is written from the top down, in inches, and mirrored where the language runs right to left."""

    def __init__(self, words: Words, height: float) -> None:
        self.words, self.height, self.at = words, height, 0.0
        self.figure = Figure(figsize=(WIDTH_IN, height), dpi=PICTURE_DPI, facecolor=PAPER)
        FigureCanvasAgg(self.figure)

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 10.5,
        color: str = INK,
        bold: bool = False,
        end: bool = False,
    ) -> float:
        """*text* from *x* on, or ending there, not wider than the sheet leaves it; gives its width in inches."""
        mirrored = self.words.catalogue.right_to_left
        drawn = self.figure.text(
            self._x(x),
            1 - y / self.height,
            text,
            ha="right" if mirrored != end else "left",
            va="center",
            color=color,
            fontproperties=font(self.words, size, bold=bold),
        )
        return float(drawn.get_window_extent().width) / PICTURE_DPI

    def fit(self, x: float, y: float, text: str, room: float) -> None:
        """*text* in *room* inches; what does not fit is cut and says so."""
        shown = text
        while self.write(x, y, shown) > room and len(shown) > 2:
            self.figure.texts[-1].remove()
            shown = f"{shown.rstrip('…')[:-2]}…"

    def box(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """A filled rectangle whose reading side is at *x*, its middle at *y*."""
        left = self._x(x) - (width / WIDTH_IN if self.words.catalogue.right_to_left else 0)
        corner = (left, 1 - (y + height / 2) / self.height)
        self.figure.add_artist(Rectangle(corner, width / WIDTH_IN, height / self.height, color=color, linewidth=0))

    def dot(self, x: float, y: float, color: str) -> None:
        """A small round mark."""
        place = (self._x(x), 1 - y / self.height)
        self.figure.add_artist(Ellipse(place, 0.1 / WIDTH_IN, 0.1 / self.height, color=color, linewidth=0))

    def _x(self, x: float) -> float:
        return (WIDTH_IN - x if self.words.catalogue.right_to_left else x) / WIDTH_IN


def picture_of(report: Report, words: Words) -> bytes:
    """The report as PNG bytes, 1080 wide, at most eight rows a section. About a second: call it in a thread."""
    words = writable(words)
    pieces = _pieces(sections_of(report, words), words, PICTURE_ROWS)
    held = io.BytesIO()
    with drawing:
        sheet = _sheet(report, words, HEAD + sum(piece.height for piece in pieces) + FOOT / 2)
        _fill(sheet, pieces)
        sheet.figure.savefig(held, format="png", facecolor=PAPER)
    return held.getvalue()


def document_of(report: Report, words: Words) -> bytes:
    """The report as PDF bytes, with every animal up to 200, in A4's proportions."""
    words = writable(words)
    herd, *others = sections_of(report, words)
    # The whole herd takes pages: what wants something done stands before it.
    pages = _paged(_pieces([*others, herd], words, PAGE_ROWS))
    held = io.BytesIO()
    with drawing, PdfPages(held, metadata={"Title": words.catalogue.paper.title[report.week]}) as document:
        for number, pieces in enumerate(pages, 1):
            sheet = _sheet(report, words, PAGE_HEIGHT_IN)
            _fill(sheet, pieces)
            place = {"page": words.number(number), "pages": words.number(len(pages))}
            foot = words.catalogue.paper.page.format(**place)
            sheet.write(WIDTH_IN - MARGIN, PAGE_HEIGHT_IN - FOOT / 2, foot, size=9, color=QUIET, end=True)
            document.savefig(sheet.figure, facecolor=PAPER)
    return held.getvalue()


def _sheet(report: Report, words: Words, height: float) -> _Sheet:
    sheet = _Sheet(words, height)
    sheet.write(MARGIN, 0.45, words.catalogue.paper.title[report.week], size=19, bold=True)
    sheet.write(MARGIN, 0.83, span_of(report, words), color=QUIET)
    sheet.at = HEAD
    return sheet


def _pieces(sections: Sequence[Section], words: Words, rows_max: int) -> list[_Piece]:
    pieces = []
    for section in sections:
        pieces.append(_Piece(TITLE + (ROW if section.line else 0), section.title, section.line))
        pieces += [_Piece(ROW, row=row) for row in section.rows[:rows_max]]
        more = len(section.rows) - rows_max
        if more > 0:
            rest = words.catalogue.paper.more.format(count=words.number(more))
            pieces.append(_Piece(ROW, row=Row((rest,))))
    return pieces


def _paged(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """Pieces by page; a section that fits on one is not torn, and a heading never stands alone at the foot."""
    pages: list[list[_Piece]] = [[]]
    room = left = PAGE_HEIGHT_IN - HEAD - FOOT
    for place, piece in enumerate(pieces):
        section = piece.height + sum(it.height for it in takewhile(lambda it: not it.title, pieces[place + 1 :]))
        together = section if section <= room else piece.height + ROW
        if (together if piece.title else piece.height) > left:
            pages.append([])
            left = room
        pages[-1].append(piece)
        left -= piece.height
    return pages


def _fill(sheet: _Sheet, pieces: Sequence[_Piece]) -> None:
    for piece in pieces:
        if piece.row is None:
            _head(sheet, piece)
        else:
            _row(sheet, piece.row)
        sheet.at += piece.height


def _head(sheet: _Sheet, piece: _Piece) -> None:
    sheet.box(MARGIN, sheet.at + 0.08, WIDTH_IN - 2 * MARGIN, 0.008, HAIRLINE)
    sheet.write(MARGIN, sheet.at + 0.32, piece.title, size=12.5, bold=True)
    if piece.line:
        sheet.write(MARGIN, sheet.at + TITLE + ROW / 2, piece.line, color=QUIET)


def _row(sheet: _Sheet, row: Row) -> None:
    y = sheet.at + ROW / 2
    if row.color:
        sheet.dot(MARGIN + 0.06, y, row.color)
    first, *others = row.cells
    end = WIDTH_IN - MARGIN
    if not others:
        sheet.write(CELLS[0], y, first, color=QUIET)
        return
    if len(others) > 1:
        end -= sheet.write(WIDTH_IN - MARGIN, y, others[1], color=QUIET, end=True) + 0.15
    sheet.fit(CELLS[0], y, first, CELLS[1] - CELLS[0] - 0.1)
    sheet.fit(CELLS[1], y, others[0], end - CELLS[1])
    if row.bar:
        value, normal = (min(hours, BAR_HOURS) / BAR_HOURS * BAR_WIDTH for hours in row.bar)
        sheet.box(BAR_FROM, y, BAR_WIDTH, 0.12, HAIRLINE)
        sheet.box(BAR_FROM, y, value, 0.12, PASTURE)
        sheet.box(BAR_FROM + normal, y, 0.025, 0.2, INK)
