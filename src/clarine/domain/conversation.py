"""The customer service window (Cloud API: 24 hours from the person's last message) and what a person decided about a business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from clarine.domain.consent import Act, ConsentCategory

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Relation:
    """What stands between one person and one business now; the consent records are the evidence for it.

    *entry_answer_by*: the person came through an advertisement or link, and an answer until then makes everything free
    until *entry_until* (domain.pricing).
    """

    window_until: datetime | None = None
    blocked: bool = False
    stopped: bool = False
    marketing_consent: bool = False
    utility_consent: bool | None = None
    read_seq: int = 0
    entry_answer_by: datetime | None = None
    entry_until: datetime | None = None

    def window_open(self, now: datetime) -> bool:
        """Whether free-form messages are allowed at *now*; the window's last instant is still inside."""
        return self.window_until is not None and now <= self.window_until


def consent_after(relation: Relation, act: Act, category: ConsentCategory) -> tuple[bool, bool, bool | None]:
    """(stopped, marketing_consent, utility_consent) after one more consent record."""
    stopped, marketing, utility = relation.stopped, relation.marketing_consent, relation.utility_consent
    match act:
        case Act.STOPPED:
            stopped = True
        case Act.RESUMED:
            stopped = False
        case Act.GRANTED | Act.WITHDRAWN:
            given = act is Act.GRANTED
            if category in (ConsentCategory.MARKETING, ConsentCategory.ALL):
                marketing = given
            if category in (ConsentCategory.UTILITY, ConsentCategory.ALL):
                utility = given
    return stopped, marketing, utility
