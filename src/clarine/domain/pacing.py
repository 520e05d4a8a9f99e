"""Pacing: a new or little liked template first reaches a small group; what those people make of it lets the rest go, or not.

A campaign asks `room` before it sends and `verdict` before it goes on; a single send asks the same (flow/pacing.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from clarine.domain.message import Category
from clarine.domain.quality import COMPLAINTS_MIN, RED_COMPLAINTS, Counts, wilson

#: So many messages leave before each look at what people made of them; after the last the template is trusted.
GATES: Final = (100, 500, 2_000)
#: A group is looked at when it arrived and people had this long to complain …
FEEDBACK: Final = timedelta(minutes=10)
#: … or when it has been under way for so long, however few telephones were switched on.
LONGEST: Final = timedelta(hours=1)


class Verdict(Enum):
    """What a look at a group says about the messages behind it."""

    WAIT = "wait"  #: too little is known yet
    OPEN = "open"  #: the next, larger group may go
    STOP = "stop"  #: the rest is dropped


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a template is trusted: *gate* of GATES are behind it, *sent* messages left since it began.

    *full_at* is when the group before the next gate was complete; None while there is room in it.
    """

    gate: int = 0
    sent: int = 0
    full_at: datetime | None = None

    @property
    def room(self) -> int | None:
        """How many more may leave now; None when nothing is counted any more."""
        return max(0, GATES[self.gate] - self.sent) if self.gate < len(GATES) else None

    def taken(self, count: int, now: datetime) -> Pace:
        """After *count* more left at *now*."""
        room = self.room
        if room is None:
            return self
        assert count <= room, "more left than may"
        return replace(self, sent=self.sent + count, full_at=now if count == room else None)

    def opened(self) -> Pace:
        """After a look that found nothing wrong."""
        return replace(self, gate=self.gate + 1, full_at=None)


#: What nobody complained about for three groups.
TRUSTED: Final = Pace(gate=len(GATES))


def first_pace(category: Category) -> Pace:
    """The pace of a template that was never sent.

    Only advertising is new to people: what they wait for (a delivery, an alarm, a code) is not kept back. A template of
    any other category is paced after its quality was low.
    """
    return Pace() if category is Category.MARKETING else TRUSTED


def verdict(pace: Pace, counts: Counts, now: datetime) -> Verdict:
    """What *counts*, since pacing began, say about the messages behind the gate.

    A template stops when its complaint rate is surely (Wilson, 95 %) above RED_COMPLAINTS. In 20,000 simulated senders
    all with 3 % complaints stopped and, wrongly, 0.34 % of those with 0.3 % (tests/domain/test_pacing.py).
    """
    if pace.full_at is None:
        return Verdict.WAIT
    waited, due = now - pace.full_at, GATES[pace.gate]
    if waited < FEEDBACK or (counts.delivered < due and waited < LONGEST):
        return Verdict.WAIT
    lower, _ = wilson(counts.complaints, max(counts.delivered, counts.complaints))
    return Verdict.STOP if counts.complaints >= COMPLAINTS_MIN and lower > RED_COMPLAINTS else Verdict.OPEN
