"""The cheese shop's price list, drawn as a page of PDF."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_PAPER, _INK, _RIND = "#FBF8F2", "#1C1B18", "#9A6B12"
_WIDTH, _HEIGHT = 840, 1188  # A4 at 101 dots an inch

PRICES: Final = (
    ("Tomme, 3 months", "9.40"),
    ("Tomme, 12 months", "13.80"),
    ("Fresh curd", "4.20"),
    ("Washed rind", "11.50"),
    ("Blue, small wheel", "15.00"),
    ("Butter, salted", "5.60"),
)


def price_list_pdf() -> bytes:
    """The list as a PDF of one page; prices are dollars a pound."""
    page = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    draw = ImageDraw.Draw(page)
    draw.text((80, 90), "The cheese shop", fill=_RIND, font=ImageFont.load_default(56))
    draw.text((80, 170), "Prices this week, dollars a pound", fill=_INK, font=ImageFont.load_default(28))
    font = ImageFont.load_default(34)
    for line, (name, price) in enumerate(PRICES):
        top = 280 + 80 * line
        draw.text((80, top), name, fill=_INK, font=font)
        draw.text((_WIDTH - 80, top), price, fill=_INK, font=font, anchor="ra")
        draw.line((80, top + 56, _WIDTH - 80, top + 56), fill=_RIND, width=1)
    written = io.BytesIO()
    page.save(written, "PDF", resolution=101.0)
    return written.getvalue()
