"""Magic recipients of the sandbox: a telephone number says how a message to it ends. Pure: number in, act out.

The numbers are +1 555 0 and six digits: an error code of the Cloud API, or one of the plays below.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

#: The first number of the range; the last six digits say what happens.
FIRST: Final = 1_555_0_000_000
LAST: Final = FIRST + 999_999

#: Codes of which the caller hears later, in a ``failed`` status; all others are answered at once (which are which is
#: what clients observed; Cloud API: error codes).
LATER: Final = frozenset({368, 130403, 130472, 131026, 131037, 131042, 131047, 131048, 131049, 131050, 131052, 131053})

_ACTED: Final = "acted:"


@dataclass(frozen=True, slots=True)
class Step:
    """What the person's telephone does *after_s* seconds after the message was accepted; *text* is what it says."""

    kind: Literal["deliver", "read", "fail", "say"]
    after_s: int = 0
    code: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """How a message ends: refused *at_once* with a code, or by *steps* in order; no steps: it waits for ever."""

    at_once: int | None = None
    steps: tuple[Step, ...] = ()


#: What a telephone that is switched on does.
DELIVERED: Final = Act(steps=(Step("deliver"),))

#: What a ``say`` step answers when it is to repeat what it was told.
ECHO: Final = "\0echo"

#: Numbers that play something else than an error: last six digits → (sentence, act).
PLAYS: Final[Mapping[int, tuple[str, Act]]] = {
    900_000: ("Delivered at once", DELIVERED),
    900_001: ("Delivered and read at once", Act(steps=(Step("deliver"), Step("read")))),
    900_002: ("Never delivered: it stays sent until it expires", Act()),
    900_003: ("Read at once, without a delivered status before it", Act(steps=(Step("read"),))),
    900_004: (
        "Delivered and read; the person answers with the same text",
        Act(steps=(Step("deliver"), Step("read"), Step("say", text=ECHO))),
    ),
    900_005: ("Delivered and read; the person answers STOP", Act(steps=(Step("deliver"), Step("read"), Step("say", text="STOP")))),
}  # fmt: skip

#: Numbers whose last four digits are seconds: the two digits before them → sentence.
DELAYS: Final[Mapping[int, str]] = {
    91: "Delivered after so many seconds",
    92: "Delivered at once and read after so many seconds",
    93: "Fails with 131026 after so many seconds",
}


def act_of(phone: int, codes: Collection[int]) -> Act | None:
    """What the recipient *phone* (E.164 digits) acts out; None when it is no magic number. *codes* are all that there are."""
    if not FIRST <= phone <= LAST:
        return None
    digits = phone - FIRST
    if digits in PLAYS:
        return PLAYS[digits][1]
    kind, after_s = divmod(digits, 10_000)
    match kind:
        case 91:
            return Act(steps=(Step("deliver", after_s),))
        case 92:
            return Act(steps=(Step("deliver"), Step("read", after_s)))
        case 93:
            return Act(steps=(Step("fail", after_s, code=131026),))
        case _ if digits not in codes:
            return None
        case _:
            return Act(steps=(Step("fail", code=digits),)) if digits in LATER else Act(at_once=digits)


def number_of(digits: int) -> str:
    """The number that ends in *digits* (an error code or a play), as it is written in ``to``."""
    assert 0 <= digits <= 999_999
    return f"+{FIRST + digits}"


def acted_reason(code: int) -> str:
    """The reason of a message that failed because its recipient acted out *code*."""
    return f"{_ACTED}{code}"


def acted_code(reason: str) -> int | None:
    """The code inside a reason that acted_reason made; None for every other reason."""
    mark, _, digits = reason.partition(":")
    return int(digits) if mark + ":" == _ACTED and digits.isdecimal() else None
