"""The look's colours and, for each script, the fonts that can write it; what is drawn for the chat stands on this."""

from __future__ import annotations

import threading
from functools import cache

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from clarine_herd.alerts import Alert
from clarine_herd.kinds import Rule
from clarine_herd.words import Words

PAPER, INK, QUIET, HAIRLINE = "#FBF8F2", "#1C1B18", "#6A665C", "#E0DCD4"
BRASS, PASTURE, RUST, SKY = "#9A6B12", "#2F6B4F", "#A6402C", "#2B6285"
ALERT_COLOR = {Rule.HEAT: BRASS, Rule.SILENT_COLLAR: SKY, Rule.LOOSE_COLLAR: SKY, Rule.BATTERY: SKY}

#: The script's own font first, Latin after it; DejaVu comes with matplotlib and is always there.
FONTS = {
    "hi": ("Noto Sans Devanagari", "Lohit Devanagari", "Mukta"),
    "ur": ("Noto Naskh Arabic", "Noto Sans Arabic", "Amiri"),
}
LATIN = ("Noto Sans", "DejaVu Sans")

#: matplotlib's font cache is not made for two threads at once: whoever draws holds this.
drawing = threading.Lock()


@cache
def installed() -> frozenset[str]:
    """The names of the fonts that matplotlib finds."""
    return frozenset(font.name for font in font_manager.fontManager.ttflist)


def writable(words: Words) -> Words:
    """The same words, or English where no font here can write them."""
    # DejaVu has Arabic letters; nothing that comes with matplotlib has Devanagari.
    can = words.catalogue.code != "hi" or any(name in installed() for name in FONTS["hi"])
    return words if can else Words.of("en", words.species)


def font(words: Words, size: float, *, bold: bool = False) -> FontProperties:
    """The fonts for a text of *size* points in this language."""
    wanted = (*FONTS.get(words.catalogue.code, ()), *LATIN)
    families = [name for name in wanted if name in installed()]
    return FontProperties(family=families, size=size, weight="bold" if bold else "normal")


def color_of(alert: Alert) -> str:
    """The colour of an alert."""
    return ALERT_COLOR.get(alert.traits.rule, RUST)
