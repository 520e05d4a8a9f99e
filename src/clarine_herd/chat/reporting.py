"""The report that is asked for in the chat: today's as a picture, the week's also as a PDF, with the words below."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta
from functools import partial

from clarine.client import ApiError
from clarine_herd.chat.asking import heard, right
from clarine_herd.chat.turn import Turn
from clarine_herd.kinds import Kind
from clarine_herd.report.facts import report_of
from clarine_herd.report.pictures import report_pdf, report_png
from clarine_herd.words import BODY_MAX

LINES_MAX = 12

log = logging.getLogger("clarine_herd")


async def send_report(turn: Turn, *, week: bool) -> None:
    """Answer with the herd's last day or week, and how often Herd was right."""
    report = await report_of(turn.store, turn.now, week=week)
    api, to = turn.voice.api, turn.contact.address
    if week:
        pages = await turn.medium(partial(report_pdf, report, turn.words), "application/pdf", filename="herd.pdf")
        name = f"herd-{turn.item.at:%Y-%m-%d}.pdf"
        # It goes first; that it is refused for good is only noted: the picture and the words still come.
        try:
            await api.send_document(to, pages, filename=name, idempotency_key=f"{turn.key}:pdf")
        except ApiError as error:
            if error.retryable:
                raise
            log.warning("A report's document was not taken: %s action=report", error)
    media = await turn.medium(partial(report_png, report, turn.words), "image/png", filename="herd.png")
    caption = await _caption(turn, week=week)
    await api.send_image(to, media, caption=caption, idempotency_key=turn.key, reply_to=turn.item.wamid)


async def _caption(turn: Turn, *, week: bool) -> str:
    past = await turn.store.history(turn.now - timedelta(days=7 if week else 1), turn.now + timedelta(minutes=1))
    lines = [turn.says.report[week], await heard(turn)]
    if week:
        # A week is too long for sentences: the animals of each kind stand in one line.
        told = _counted(turn, Counter(one.alert.kind for one in past))
    else:
        told = turn.words.digest_lines([one.alert for one in past], told_at=turn.now)
    return _within(lines, [f"• {line}" for line in told] or [turn.words.catalogue.digest_none], await right(turn))


def _within(first: list[str], told: list[str], last: str) -> str:
    """As many whole lines as a caption may have; the picture shows the rest."""
    while told and len("\n".join([*first, *told, last])) > BODY_MAX:
        told = told[:-1]
    return "\n".join([*first, *told, last])


def _counted(turn: Turn, counts: Counter[Kind]) -> list[str]:
    names = turn.words.catalogue.kinds
    return [f"{names[kind]}: {turn.words.number(count)}" for kind, count in counts.most_common(LINES_MAX)]
