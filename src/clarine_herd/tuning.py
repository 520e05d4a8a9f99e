"""How strict each rule is with each animal, learned from what the farmer said of earlier alerts: bounded, and explained.

A strictness of 1.0 asks for one spread more than the rule's start value; each verdict counts from its own time on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from clarine_herd.kinds import Rule
from clarine_herd.normal import Grid, Matrix

#: What one verdict moves, and how far all of them together may.
FARM_STEP, FARM_MIN, FARM_MAX = 0.1, -0.3, 0.8
ANIMAL_STEP, ANIMAL_MIN, ANIMAL_MAX = 0.4, -0.4, 1.2
#: "True" moves less than "not true": a farmer may take a false alarm as given, but learns nothing from a missed one.
TRUE_PART = 0.5
REMEMBERED = timedelta(days=180)
#: The alert was right that something was odd, or the collar is to blame: no reason to look away the next time.
NOT_THE_RULE = frozenset({"other_cause", "collar", "wrong_animal"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the farmer said of one alert, at which farm time: ``true``, or not and for which reason."""

    animal: str
    rule: Rule
    true: bool
    at: datetime
    reason: str = ""

    @property
    def teaches(self) -> bool:
        """Whether it says something about the rule."""
        return self.true or self.reason not in NOT_THE_RULE


@dataclass(frozen=True, slots=True)
class Strictness:
    """What is asked beyond the start value now, in spreads, and the counts that it comes from."""

    value: float
    animal_false: int
    animal_true: int
    farm_false: int
    farm_true: int


def strictness_on(grid: Grid, verdicts: Iterable[Verdict], rule: Rule) -> Matrix:
    """(animals, bins): how strict *rule* is with each animal in each bin."""
    farm = np.zeros(grid.bins)
    animals = np.zeros_like(grid.activity)
    rows = {animal: row for row, animal in enumerate(grid.animals)}
    for verdict in verdicts:
        if verdict.rule is not rule or not verdict.teaches:
            continue
        # From the bin after the one in which it was said: that one may have been judged already.
        first = grid.bin_at(verdict.at) + 1
        last = max(grid.bin_at(verdict.at + REMEMBERED), 0)
        place = slice(max(first, 0), last)
        sign = -TRUE_PART if verdict.true else 1.0
        farm[place] += sign * FARM_STEP
        if verdict.animal in rows:
            animals[rows[verdict.animal], place] += sign * ANIMAL_STEP
    return np.clip(farm, FARM_MIN, FARM_MAX)[None, :] + np.clip(animals, ANIMAL_MIN, ANIMAL_MAX)


def strictness_now(verdicts: Sequence[Verdict], rule: Rule, animal: str, *, now: datetime) -> Strictness:
    """How strict *rule* is with one animal at farm time *now*, and why."""
    counted = [v for v in verdicts if v.rule is rule and v.teaches and now - REMEMBERED < v.at <= now]
    hers = [verdict for verdict in counted if verdict.animal == animal]
    value = float(
        np.clip(_moved(counted, FARM_STEP), FARM_MIN, FARM_MAX)
        + np.clip(_moved(hers, ANIMAL_STEP), ANIMAL_MIN, ANIMAL_MAX)
    )
    return Strictness(value, *_counts(hers), *_counts(counted))


def _moved(verdicts: Sequence[Verdict], step: float) -> float:
    return sum(-TRUE_PART * step if verdict.true else step for verdict in verdicts)


def _counts(verdicts: Sequence[Verdict]) -> tuple[int, int]:
    true = sum(verdict.true for verdict in verdicts)
    return len(verdicts) - true, true
