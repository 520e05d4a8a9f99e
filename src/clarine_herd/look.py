"""The look's colours, and which of them an alert has: on pages by its name, on paper by its value."""

from __future__ import annotations

from clarine_herd.alerts import Alert
from clarine_herd.kinds import Rule

PAPER, INK, QUIET, HAIRLINE = "#FBF8F2", "#1C1B18", "#6A665C", "#E0DCD4"
COLORS = {"brass": "#9A6B12", "pasture": "#2F6B4F", "rust": "#A6402C", "sky": "#2B6285"}
PASTURE = COLORS["pasture"]
TONES = {Rule.HEAT: "brass", Rule.SILENT_COLLAR: "sky", Rule.LOOSE_COLLAR: "sky", Rule.BATTERY: "sky"}


def tone_of(alert: Alert) -> str:
    """The name of an alert's colour, one of COLORS."""
    return TONES.get(alert.traits.rule, "rust")


def color_of(alert: Alert) -> str:
    """The colour of an alert."""
    return COLORS[tone_of(alert)]
