"""The report that is asked for in the chat: today or the week, in few lines."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from clarine_herd.chat.asking import heard, right
from clarine_herd.chat.turn import Turn
from clarine_herd.kinds import Kind

LINES_MAX = 12


async def send_report(turn: Turn, *, week: bool) -> None:
    """Answer with what happened in the last day or week, and how often Herd was right."""
    since = turn.now - timedelta(days=7 if week else 1)
    past = await turn.store.history(since, turn.now + timedelta(minutes=1))
    lines = [turn.says.report[week], await heard(turn)]
    if week:
        # A week is too long for sentences: the animals of each kind stand in one line.
        lines += _counted(turn, Counter(one.alert.kind for one in past))
    else:
        told = turn.words.digest_lines([one.alert for one in past], told_at=turn.now)
        lines += [f"• {line}" for line in told] or [turn.words.catalogue.digest_none]
    await turn.say("\n".join([*lines, await right(turn)]))


def _counted(turn: Turn, counts: Counter[Kind]) -> list[str]:
    names = turn.words.catalogue.kinds
    lines = [f"• {names[kind]}: {turn.words.number(count)}" for kind, count in counts.most_common(LINES_MAX)]
    return lines or [turn.words.catalogue.digest_none]
