"""What an alert can be, in our words and in the vocabulary of icarAttentionEventResource (ICAR ADE, branch Develop)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clarine_herd.rules import Rule


class Kind(StrEnum):
    """An alert as the farmer is told of it."""

    HEAT = "heat"  #: inseminate
    HEAT_TOO_EARLY = "heat_too_early"  #: heat within 30 days of calving: note it
    HEAT_IN_PREGNANCY = "heat_in_pregnancy"  #: recorded as pregnant: have it checked
    ILLNESS = "illness"  #: look at the animal
    SILENT_COLLAR = "silent_collar"  #: look at the collar
    GATEWAY = "gateway"  #: look at the gateway


class Priority(StrEnum):
    """icarAttentionPriorityType; Urgent and Critical go to the chat at once, the others wait for the digest."""

    INFORMATIONAL = "Informational"
    NORMAL = "Normal"
    URGENT = "Urgent"
    CRITICAL = "Critical"

    @property
    def pages(self) -> bool:
        """Whether an alert of this priority is worth interrupting somebody."""
        return self in (Priority.URGENT, Priority.CRITICAL)


@dataclass(frozen=True, slots=True)
class Traits:
    """What all alerts of one kind share; after ``useful_life_h`` an alert is never sent any more."""

    rule: Rule
    cause: str
    category: str
    priority: Priority
    useful_life_h: int


TRAITS: dict[Kind, Traits] = {
    Kind.HEAT: Traits(Rule.HEAT, "Activity", "Behaviour", Priority.URGENT, 30),
    Kind.HEAT_TOO_EARLY: Traits(Rule.HEAT, "Activity", "Behaviour", Priority.NORMAL, 30),
    Kind.HEAT_IN_PREGNANCY: Traits(Rule.HEAT, "Activity", "Behaviour", Priority.NORMAL, 30),
    Kind.ILLNESS: Traits(Rule.ILLNESS, "Inactivity", "Health", Priority.URGENT, 48),
    Kind.SILENT_COLLAR: Traits(Rule.SILENT_COLLAR, "Other", "Other", Priority.NORMAL, 48),
    Kind.GATEWAY: Traits(Rule.GATEWAY, "Other", "Other", Priority.URGENT, 24),
}
