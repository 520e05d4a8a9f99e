"""What is written on something can be read on it, in both themes, and no other file brings colours of its own.

Ratios: WCAG 2.2, success criteria 1.4.3 (text, 4.5) and 1.4.11 (shapes, 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT, shown, written_files

TOKENS = ROOT / "web" / "parts" / "tokens.css"
TEXT_LEAST = 4.5
SHAPE_LEAST = 3.0

#: What is written → what it is written on.
TEXT = {
    "ink": ("paper", "card", "brass-soft", "pasture-soft", "rust-soft", "sky-soft"),
    "quiet": ("paper", "card", "brass-soft", "pasture-soft", "rust-soft", "sky-soft"),
    "brass-text": ("paper", "card", "brass-soft"),
    "pasture": ("paper", "card", "pasture-soft"),
    "rust": ("paper", "card", "rust-soft"),
    "sky": ("paper", "card", "sky-soft"),
    "on-brass": ("brass",),
    "on-pasture": ("pasture",),
    "on-rust": ("rust",),
    "on-sky": ("sky",),
    "on-own": ("own",),
    "own-quiet": ("own",),
    "own-read": ("own",),
    "paper": ("ink",),
}
#: What has a shape → what it stands on.
SHAPES = {"brass": ("paper", "card"), "edge": ("paper", "card")}

BLOCK = re.compile(r"^(?P<indent> *):root(?P<which>[^,{]*) \{(?P<body>.*?)^(?P=indent)\}", re.MULTILINE | re.DOTALL)
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
NAMED_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b|\b(?:rgba?|hsla?|oklch|color-mix)\(")


def themes(css: str) -> dict[str, dict[str, str]]:
    """The colours of each block of *css* that sets some, by the block's selector."""
    return {
        block["which"]: dict(COLOUR.findall(block["body"]))
        for block in BLOCK.finditer(css)
        if COLOUR.search(block["body"])
    }


def unreadable(colours: Mapping[str, str]) -> list[str]:
    """One complaint for each pair whose contrast is too low."""
    return [
        f"{above} on {below}: {ratio:.2f}"
        for pairs, least in ((TEXT, TEXT_LEAST), (SHAPES, SHAPE_LEAST))
        for above, grounds in pairs.items()
        for below in grounds
        if (ratio := contrast(colours[above], colours[below])) < least
    ]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2: contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def foreign_colours(paths: Iterator[Path]) -> list[str]:
    """One complaint for each colour that is named outside the tokens."""
    return [
        f"{shown(path)}:{number} {found.group()}"
        for path in paths
        if path != TOKENS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := NAMED_COLOUR.search(line))
    ]


def test_both_themes_can_be_read() -> None:
    light, by_system, by_choice = themes(TOKENS.read_text(encoding="utf-8")).values()
    assert unreadable(light) == []
    assert unreadable({**light, **by_system}) == []
    assert by_system == by_choice
    assert by_system.keys() <= light.keys()


def test_nothing_but_the_tokens_names_a_colour() -> None:
    assert foreign_colours(written_files(".css", ".tsx", ".ts", root=ROOT / "web")) == []


def test_a_pale_text_is_seen() -> None:
    light = themes(TOKENS.read_text(encoding="utf-8"))[""]
    assert unreadable({**light, "quiet": "#b0b0b0"})[0] == "quiet on paper: 2.05"


@pytest.mark.parametrize("line", ["color: #fff;", "background: rgb(0 0 0 / 50%);"])
def test_a_foreign_colour_is_seen(line: str, tmp_path: Path) -> None:
    (tmp_path / "page.css").write_text(f".x {{ {line} }}\n")
    assert len(foreign_colours(written_files(".css", root=tmp_path))) == 1


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
