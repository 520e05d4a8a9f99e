"""A report as a picture and as pages; what draws them takes seconds to load, so it is loaded for the first one."""

from __future__ import annotations

from clarine_herd.report.facts import Report
from clarine_herd.words import Words


def report_png(report: Report, words: Words) -> bytes:
    """A report as PNG. Call it in a thread."""
    from clarine_herd.report.draw import picture_of  # noqa: PLC0415

    return picture_of(report, words)


def report_pdf(report: Report, words: Words) -> bytes:
    """A report as PDF. Call it in a thread."""
    from clarine_herd.report.draw import document_of  # noqa: PLC0415

    return document_of(report, words)
