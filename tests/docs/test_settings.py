"""Every setting is explained in docs/reference/settings.md, and nothing there is explained that does not exist."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from clarine.config import Settings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
ROW = re.compile(r"^\| `(?P<variable>\w+)` \| `?(?P<default>[^|`]*)`? \| (?P<sentence>[^|]+) \|$", re.MULTILINE)


def expected_rows() -> dict[str, tuple[str, str]]:
    """variable → (default, sentence), as the table must show them."""
    return {
        item.metadata["env"] or f"CLARINE_{item.name.upper()}": (_shown(item.default), item.metadata["sentence"])
        for item in fields(Settings)
    }


def rows(text: str) -> dict[str, tuple[str, str]]:
    """variable → (default, sentence), as the table in *text* shows them."""
    return {row["variable"]: (row["default"].strip(), row["sentence"].strip()) for row in ROW.finditer(text)}


def _shown(default: object) -> str:
    match default:
        case bool():
            return "true" if default else "false"
        case "":
            return "empty"
        case _:
            return str(default)


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    assert rows(PAGE.read_text(encoding="utf-8")) == expected_rows()


def test_a_stale_row_is_seen() -> None:
    stale = "| `CLARINE_PORT` | `80` | The port to listen on. |\n"
    assert rows(stale) == {"CLARINE_PORT": ("80", "The port to listen on.")}
    assert rows(stale)["CLARINE_PORT"] != expected_rows()["CLARINE_PORT"]
