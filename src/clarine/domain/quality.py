"""How well a business's messages are liked: ratings from complaints and reads, the pauses of a template, the trip wire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import sqrt
from typing import Final

#: Ratings look back this far (Cloud API: quality rating, last 7 days).
LOOK_BACK: Final = timedelta(days=7)
#: RED when the complaint rate is surely above this, YELLOW when surely above that; of delivered messages.
RED_COMPLAINTS: Final = 0.01
YELLOW_COMPLAINTS: Final = 0.003
#: YELLOW when the share that was read is surely below this.
YELLOW_READ: Final = 0.1
#: Nothing is said about fewer deliveries than this, nor RED about fewer complaints than that.
DELIVERED_MIN: Final = 100
COMPLAINTS_MIN: Final = 3

#: A template gone RED rests this long the first and the second time; the third time it is disabled.
PAUSES: Final = (timedelta(hours=3), timedelta(hours=6))
PAUSE_TITLES: Final = ("FIRST_PAUSE", "SECOND_PAUSE")

#: So many reports by different people in so long a time freeze a business's marketing.
FREEZE_REPORTS: Final = 5
FREEZE_LOOK_BACK: Final = timedelta(days=10)

_Z: Final = 1.959964  # 95 % of the normal distribution lie within


class Rating(StrEnum):
    """Cloud API: quality_rating of a number, quality_score of a template."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    UNKNOWN = "UNKNOWN"  #: too little was delivered to say


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened in the time looked at; *complaints* are people who blocked or reported."""

    delivered: int
    read: int
    complaints: int


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a rate of which *hits* in *of* were seen (Wilson's score); (0, 1) when nothing was."""
    if of <= 0:
        return 0.0, 1.0
    share, square = min(hits / of, 1.0), _Z * _Z
    centre = share + square / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (centre - spread) / (1 + square / of)), min(1.0, (centre + spread) / (1 + square / of))


def rate(counts: Counts) -> Rating:
    """The rating that *counts* are evidence for: in doubt the better one."""
    of = max(counts.delivered, counts.complaints)
    complaints_low, _ = wilson(counts.complaints, of)
    _, read_high = wilson(counts.read, counts.delivered)
    if counts.complaints >= COMPLAINTS_MIN and complaints_low > RED_COMPLAINTS:
        return Rating.RED
    if counts.delivered < DELIVERED_MIN:
        return Rating.UNKNOWN
    if (counts.complaints >= COMPLAINTS_MIN and complaints_low > YELLOW_COMPLAINTS) or read_high < YELLOW_READ:
        return Rating.YELLOW
    return Rating.GREEN


def pause_after(pauses: int) -> timedelta | None:
    """How long a template rests that went RED after *pauses* earlier pauses; None disables it."""
    return PAUSES[pauses] if pauses < len(PAUSES) else None
