"""A campaign: one approved template to many people, each with words of their own; how it may move, and what stops it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from clarine.domain.errors import Conflict, Invalid
from clarine.domain.policy import Reason

NAME_CHARACTERS_MAX: Final = 120
RECIPIENTS_MAX: Final = 1_000_000
COLUMNS_MAX: Final = 20
COLUMN_CHARACTERS_MAX: Final = 60
VALUE_CHARACTERS_MAX: Final = 1_024
COMPONENTS_CHARACTERS_MAX: Final = 20_000

#: What a personal value stands between while a letter is set; no alphabet has these characters.
_OPEN, _CLOSE = "\ue000", "\ue001"
_COLUMN = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_GAP = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


class State(StrEnum):
    """Where a campaign is in its life."""

    DRAFT = "draft"  #: recipients are still being added; nothing is sent
    RUNNING = "running"
    PAUSED = "paused"  #: by its business, or by itself with a reason; it goes on where it stopped
    CANCELLED = "cancelled"  #: who was not written to yet never will be
    DONE = "done"  #: every recipient was written to or refused


class Act(StrEnum):
    """What a business may do with one."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


_MOVES: Final[Mapping[Act, tuple[frozenset[State], State]]] = {
    Act.START: (frozenset({State.DRAFT}), State.RUNNING),
    Act.PAUSE: (frozenset({State.RUNNING}), State.PAUSED),
    Act.RESUME: (frozenset({State.PAUSED}), State.RUNNING),
    Act.CANCEL: (frozenset({State.DRAFT, State.RUNNING, State.PAUSED}), State.CANCELLED),
}

#: Reasons that lie with the business and not with the person: the campaign pauses, and nobody is passed over for them.
PAUSES: Final = frozenset({Reason.NO_MONEY, Reason.MESSAGING_LIMIT, Reason.MARKETING_FROZEN, Reason.LOCKED})


def moved(state: State, act: Act) -> State | None:
    """The state after *act*; None when it was done before, so that doing it twice is doing it once.

    Raises Conflict (``campaign_state``) where it cannot be done.
    """
    begins, ends = _MOVES[act]
    if state in begins:
        return ends
    if state is ends or (act is Act.START and state is not State.CANCELLED):
        return None
    raise Conflict(f"a campaign that is {state} cannot {act}", code="campaign_state")


@dataclass(frozen=True, slots=True)
class Letter:
    """A text with gaps: ``pieces[0] gap[0] pieces[1] gap[1] … pieces[-1]``; gap *n* takes the value of column ``gaps[n]``."""

    pieces: tuple[str, ...]
    gaps: tuple[int, ...]

    def filled(self, values: Sequence[str]) -> str:
        """The text for one person; *values* are written as they stand, so for JSON they must be escaped already."""
        if len(self.gaps) == 1:
            return f"{self.pieces[0]}{values[self.gaps[0]]}{self.pieces[1]}"
        parts = list(self.pieces)
        for place in range(len(self.gaps) - 1, -1, -1):
            parts.insert(place + 1, values[self.gaps[place]])
        return "".join(parts)


def letter_of(text: str) -> Letter:
    """The letter that *text* becomes, whose gaps are marked as `marked` marks them."""
    parts = _GAP.split(text)
    return Letter(tuple(parts[0::2]), tuple(int(number) for number in parts[1::2]))


def marked(components: object, columns: Sequence[str]) -> Any:
    """Send components (Cloud API: messages, ``template.components``) with each ``{{column}}`` marked as a gap.

    Raises Invalid (``campaign_column``) for a column that there is not.
    """
    return _with(components, {name: f"{_OPEN}{number}{_CLOSE}" for number, name in enumerate(columns)})


def personal(components: object, columns: Sequence[str], values: Sequence[str]) -> Any:
    """Send components with each ``{{column}}`` replaced by this person's value."""
    return _with(components, dict(zip(columns, values, strict=True)))


def _with(value: object, words: Mapping[str, str]) -> Any:
    match value:
        case str() if _OPEN in value:
            raise Invalid("a character for private use cannot be sent", code="campaign_column")
        case str():
            return _COLUMN.sub(lambda found: _word(found[1], words), value)
        case list():
            return [_with(each, words) for each in value]
        case dict():
            return {key: _with(each, words) for key, each in value.items()}
        case _:
            return value


def _word(name: str, words: Mapping[str, str]) -> str:
    if name not in words:
        raise Invalid(f"there is no column {name}", code="campaign_column", field="components")
    return words[name]


def checked_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns beside the phone number. Raises Invalid."""
    names = tuple(name.strip() for name in columns)
    if len(names) > COLUMNS_MAX:
        raise Invalid(f"at most {COLUMNS_MAX} columns", field="columns")
    for name in names:
        if not 0 < len(name) <= COLUMN_CHARACTERS_MAX or "{" in name or "}" in name:
            raise Invalid(f"a column's name has 1 to {COLUMN_CHARACTERS_MAX} characters and no braces", field="columns")
    if len(set(names)) != len(names):
        raise Invalid("two columns have the same name", field="columns")
    return names


def checked_name(name: str) -> str:
    """What a business calls its campaign. Raises Invalid."""
    name = name.strip()
    if not 0 < len(name) <= NAME_CHARACTERS_MAX:
        raise Invalid(f"a campaign's name has 1 to {NAME_CHARACTERS_MAX} characters", field="name")
    return name
