"""May this business send this message to this person now? Facts in, verdict out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clarine.domain.message import Category


class Reason(StrEnum):
    """Why a message was refused or given up; edge/graph has the API's code for each."""

    NOT_A_PERSON = "not_a_person"  #: nobody here has that number
    BLOCKED = "blocked"  #: the person blocked the business; it is told no more than NOT_A_PERSON tells
    SHUT_OUT = "shut_out"  #: the business blocked the person itself
    STOPPED = "stopped"  #: the person stopped this business's messages
    NO_CONSENT = "no_consent"  #: marketing needs a recorded consent that was not withdrawn
    WINDOW_CLOSED = "window_closed"  #: free-form messages need the 24-hour window
    NO_MONEY = "no_money"  #: the wallet does not cover the price
    MESSAGING_LIMIT = "messaging_limit"  #: too many people were reached outside an open window in 24 hours
    MARKETING_CAP = "marketing_cap"  #: the person got as much marketing as one person gets
    MARKETING_FROZEN = "marketing_frozen"  #: too many people reported the business; an operator looks at it
    LOCKED = "locked"  #: an operator locked the account of the business
    MEDIA_LINK = "media_link"  #: the link of a medium leads nowhere
    MEDIA_FILE = "media_file"  #: a medium is not what it has to be
    TEMPLATE_STOPPED = "template_stopped"  #: it waited, and people complained about those that did not
    EXPIRED = "expired"  #: no device fetched it in time


#: Told at once in any case: they are about the business alone, whoever the message was for.
AT_ONCE: Final = frozenset({Reason.LOCKED})


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
    marketing_capped: bool = False
    marketing_frozen: bool = False
    limit_reached: bool = False
    shut_out: bool = False
    locked: bool = False


def stranger(category: Category, *, locked: bool) -> Facts:
    """What is known about a number that nobody here has."""
    return Facts(
        known=False,
        blocked=False,
        stopped=False,
        marketing_consent=False,
        utility_consent=None,
        window_open=False,
        category=category,
        locked=locked,
    )


def judge(facts: Facts) -> Reason | None:
    """None when the message may be sent, else the first reason against it, in the order a person would give them."""
    return _agreed(facts) or _limited(facts)


def _limited(facts: Facts) -> Reason | None:
    """What protects people from too much of what they agreed to."""
    if facts.category is Category.MARKETING:
        if facts.marketing_frozen:
            return Reason.MARKETING_FROZEN
        if facts.marketing_capped:
            return Reason.MARKETING_CAP
    opens = facts.category is not Category.SERVICE and not facts.window_open
    return Reason.MESSAGING_LIMIT if opens and facts.limit_reached else None


def _agreed(facts: Facts) -> Reason | None:
    if facts.locked:
        return Reason.LOCKED
    if not facts.known:
        return Reason.NOT_A_PERSON
    if facts.blocked:
        return Reason.BLOCKED
    if facts.shut_out:
        return Reason.SHUT_OUT
    match facts.category:
        case Category.SERVICE:
            # A person who writes after stopping asked a question: the answer is allowed, templates are not.
            if facts.window_open:
                return None
            return Reason.STOPPED if facts.stopped else Reason.WINDOW_CLOSED
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
