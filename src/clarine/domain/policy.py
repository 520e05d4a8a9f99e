"""May this business send this message to this person now? Facts in, verdict out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clarine.domain.message import Category


class Reason(StrEnum):
    """Why a message was refused or given up; edge/graph has the API's code for each."""

    NOT_A_PERSON = "not_a_person"  #: nobody here has that number
    BLOCKED = "blocked"  #: the person blocked the business; it is told no more than NOT_A_PERSON tells
    STOPPED = "stopped"  #: the person stopped this business's messages
    NO_CONSENT = "no_consent"  #: marketing needs a recorded consent that was not withdrawn
    WINDOW_CLOSED = "window_closed"  #: free-form messages need the 24-hour window
    NO_MONEY = "no_money"  #: the wallet does not cover the price
    EXPIRED = "expired"  #: no device fetched it in time


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one person and one business at the moment of sending."""

    known: bool
    blocked: bool
    stopped: bool
    marketing_consent: bool
    utility_consent: bool | None
    window_open: bool
    category: Category


def judge(facts: Facts) -> Reason | None:
    """None when the message may be sent, else the first reason against it, in the order a person would give them."""
    if not facts.known:
        return Reason.NOT_A_PERSON
    if facts.blocked:
        return Reason.BLOCKED
    match facts.category:
        case Category.SERVICE:
            # A person who writes after stopping asked a question: the answer is allowed, templates are not.
            return None if facts.window_open else Reason.WINDOW_CLOSED
        case Category.MARKETING:
            if facts.stopped:
                return Reason.STOPPED
            return None if facts.marketing_consent else Reason.NO_CONSENT
        case Category.UTILITY:
            if facts.stopped:
                return Reason.STOPPED
            return Reason.NO_CONSENT if facts.utility_consent is False else None
        case Category.AUTHENTICATION:
            return None  # the person asked for the code a moment ago, elsewhere
