"""What Herd says and understands in the chat beside its alerts, as one frozen record per language.

Gaps in braces are filled by ``clarine_herd.words``; ``{Cow}`` and ``{cow}`` are the farm's own animal, cow or buffalo.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What a farmer may ask for or enter."""

    STATUS = "status"
    COW = "cow"  #: an animal's curve and life
    HEAT = "heat"  #: who is to be inseminated
    CALVING = "calving"  #: who calves soon
    SICK = "sick"  #: whom to look at
    DEVICE = "device"  #: collars and gateway
    REPORT = "report"  #: today or week
    PAGE = "page"  #: a link to the farm in the browser
    OK = "ok"  #: the alert was seen
    TRUE = "true"  #: the alert was right
    WRONG = "wrong"  #: it was not, and why
    WHY = "why"
    LATER = "later"  #: remind me of it
    INSEMINATED = "inseminated"
    CALVED = "calved"
    PREGNANT = "pregnant"
    TREATED = "treated"
    DRY = "dry"
    MUTE = "mute"
    LANGUAGE = "language"
    HELP = "help"
    STOP = "stop"
    START = "start"


@dataclass(frozen=True, slots=True)
class Chat:
    """Every sentence of the chat in one language. ``menu`` titles have at most 24 characters, ``answers`` at most 20."""

    commands: dict[str, Verb]
    yes: frozenset[str]
    no: frozenset[str]
    week: frozenset[str]
    menu: dict[Verb, str]
    menu_body: str
    menu_button: str
    answers: dict[bool, str]
    numbered: str
    unknown: str
    did_you_mean: str
    help: str
    status: str
    open_alerts: str
    right: str
    right_unknown: str
    no_cow: str
    which_cow: str
    cow_now: str
    milk_days: str
    inseminated_on: str
    in_calf: str
    due_on: str
    treated_until: str
    heads: dict[Verb, str]
    nothing: dict[Verb, str]
    heat_line: str
    due_line: str
    inseminated: str
    bull: str
    calved: str
    in_calf_question: str
    in_calf_noted: str
    empty_noted: str
    treated: str
    dry: str
    seen: str
    seen_none: str
    snoozed: str
    muted: str
    language_set: str
    language_ask: str
    report: dict[bool, str]
    page: str
    escalated: str
    stricter: str
    looser: str
    stopped: str
    started: str
