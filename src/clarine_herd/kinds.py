"""What an alert can be, in our words and in the vocabulary of icarAttentionEventResource (ICAR ADE, branch Develop)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What was seen, before anything is known about the animal's life; an animal has one open episode of each."""

    HEAT = "heat"  #: activity ≥ 3.5 spreads above normal in two bins running
    CALVING = "calving"  #: near her date, and restless, or ruminating less, or lying down more often
    CALVING_DUE = "calving_due"  #: her date is three days away
    ILLNESS = "illness"  #: rumination and activity, or activity alone, below normal over 12 h; or a fever
    LAMENESS = "lameness"  #: for four days: walks less, lies more, moves by night instead of by day
    HEAT_STRESS = "heat_stress"  #: temperature-humidity index ≥ 72
    HEAT_STRESS_STRONG = "heat_stress_strong"  #: temperature-humidity index ≥ 78
    HEAT_STRESS_SEVERE = "heat_stress_severe"  #: temperature-humidity index ≥ 89
    NO_MOVEMENT = "no_movement"  #: heard by day, and did not move for more than three hours
    OUTSIDE = "outside"  #: her position is outside the fence
    SILENT_COLLAR = "silent_collar"  #: nothing heard for 12 h while the herd was heard
    LOOSE_COLLAR = "loose_collar"  #: the collar hangs the wrong way round
    BATTERY = "battery"  #: the collar's battery ends soon
    GATEWAY = "gateway"  #: half of the herd fell silent together
    GROUP_RESTLESS = "group_restless"  #: 30 % of a group above normal together
    GROUP_QUIET = "group_quiet"  #: 30 % of a group below normal together


class Kind(StrEnum):
    """An alert as the farmer is told of it."""

    HEAT = "heat"  #: inseminate
    HEAT_AGAIN = "heat_again"  #: three weeks after an insemination: it did not take
    HEAT_TOO_EARLY = "heat_too_early"  #: heat within 30 days of calving: note it
    HEAT_IN_PREGNANCY = "heat_in_pregnancy"  #: recorded as pregnant: have it checked
    CALVING = "calving"  #: she calves within a day
    CALVING_DUE = "calving_due"  #: prepare her pen
    ILLNESS = "illness"  #: look at the animal
    FEVER = "fever"  #: take her temperature
    LAMENESS = "lameness"  #: look at how she walks
    HEAT_STRESS = "heat_stress"  #: shade and water
    HEAT_STRESS_STRONG = "heat_stress_strong"  #: fans and foggers
    HEAT_STRESS_SEVERE = "heat_stress_severe"  #: cool them now
    NO_MOVEMENT = "no_movement"  #: go and look
    OUTSIDE = "outside"  #: go and fetch her
    SILENT_COLLAR = "silent_collar"  #: look at the collar
    LOOSE_COLLAR = "loose_collar"  #: fasten the collar
    BATTERY = "battery"  #: change the battery
    GATEWAY = "gateway"  #: look at the gateway
    GROUP_RESTLESS = "group_restless"  #: look for what disturbs them
    GROUP_QUIET = "group_quiet"  #: look at feed, water and heat


class Priority(StrEnum):
    """icarAttentionPriorityType. What it means for the chat is decided in ``plan``."""

    INFORMATIONAL = "Informational"  #: in the next digest
    NORMAL = "Normal"  #: at once while the day's budget lasts, then in the next digest
    URGENT = "Urgent"  #: at once, but not at night
    CRITICAL = "Critical"  #: at once, and to the next person until somebody answers


@dataclass(frozen=True, slots=True)
class Traits:
    """What all alerts of one kind share; after ``useful_life_h`` an alert is never sent any more."""

    rule: Rule
    cause: str
    category: str
    priority: Priority
    useful_life_h: int


_INFO, _NORMAL, _URGENT, _CRITICAL = Priority

TRAITS: dict[Kind, Traits] = {
    Kind.HEAT: Traits(Rule.HEAT, "Activity", "Behaviour", _NORMAL, 30),
    Kind.HEAT_AGAIN: Traits(Rule.HEAT, "Activity", "Behaviour", _NORMAL, 30),
    Kind.HEAT_TOO_EARLY: Traits(Rule.HEAT, "Activity", "Behaviour", _INFO, 30),
    Kind.HEAT_IN_PREGNANCY: Traits(Rule.HEAT, "Activity", "Behaviour", _INFO, 30),
    Kind.CALVING: Traits(Rule.CALVING, "Parturition", "Health", _URGENT, 24),
    Kind.CALVING_DUE: Traits(Rule.CALVING_DUE, "Parturition", "Health", _INFO, 48),
    Kind.ILLNESS: Traits(Rule.ILLNESS, "Inactivity", "Health", _URGENT, 48),
    Kind.FEVER: Traits(Rule.ILLNESS, "AnimalTemperature", "Health", _URGENT, 48),
    Kind.LAMENESS: Traits(Rule.LAMENESS, "Lameness", "Health", _INFO, 7 * 24),
    Kind.HEAT_STRESS: Traits(Rule.HEAT_STRESS, "EnvironmentTemperature", "Environment", _NORMAL, 12),
    Kind.HEAT_STRESS_STRONG: Traits(Rule.HEAT_STRESS_STRONG, "EnvironmentTemperature", "Environment", _URGENT, 12),
    Kind.HEAT_STRESS_SEVERE: Traits(Rule.HEAT_STRESS_SEVERE, "EnvironmentTemperature", "Environment", _CRITICAL, 12),
    Kind.NO_MOVEMENT: Traits(Rule.NO_MOVEMENT, "NoMovement", "Behaviour", _CRITICAL, 12),
    Kind.OUTSIDE: Traits(Rule.OUTSIDE, "Other", "Behaviour", _CRITICAL, 12),
    Kind.SILENT_COLLAR: Traits(Rule.SILENT_COLLAR, "Other", "Other", _INFO, 48),
    Kind.LOOSE_COLLAR: Traits(Rule.LOOSE_COLLAR, "Other", "Other", _INFO, 48),
    Kind.BATTERY: Traits(Rule.BATTERY, "Other", "Other", _INFO, 7 * 24),
    Kind.GATEWAY: Traits(Rule.GATEWAY, "Other", "Other", _URGENT, 24),
    Kind.GROUP_RESTLESS: Traits(Rule.GROUP_RESTLESS, "Disturbance", "Environment", _NORMAL, 12),
    Kind.GROUP_QUIET: Traits(Rule.GROUP_QUIET, "Disturbance", "Environment", _URGENT, 24),
}

#: What nobody needs to hear of once it is over.
PASSING = frozenset({Rule.SILENT_COLLAR, Rule.LOOSE_COLLAR, Rule.GATEWAY, Rule.HEAT_STRESS, Rule.OUTSIDE})
