"""For each script the fonts that can write it on what is drawn for the chat and for paper."""

from __future__ import annotations

import threading
from functools import cache

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from clarine_herd.words import Words

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
