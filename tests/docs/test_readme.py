"""The doors that the README and the guides name exist in the Makefile, and every door is listed by `make help`."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CALLED = re.compile(r"(?:^|`|\$ |&& )make ([a-z][a-zA-Z-]*)", re.MULTILINE)
TARGET = re.compile(r"^([a-z][a-z-]*%?):", re.MULTILINE)
LISTED = re.compile(r"^([a-z][a-z-]*%?):.*## \w", re.MULTILINE)
PAGES = [ROOT / "README.md", ROOT / ".ci" / "run", *sorted((ROOT / "docs").rglob("*.md"))]


def missing_doors(page: str, makefile: str) -> set[str]:
    """The `make` commands that *page* names and *makefile* lacks."""
    doors = [door.replace("%", "*") for door in TARGET.findall(makefile)]  # a pattern rule is many doors
    return {called for called in CALLED.findall(page) if not any(fnmatch(called, door) for door in doors)}


def makefile() -> str:
    """The Makefile's text."""
    return (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_make_commands_on_a_page_exist(page: Path) -> None:
    assert missing_doors(page.read_text(encoding="utf-8"), makefile()) == set()


def test_the_readme_names_the_two_commands_of_a_newcomer() -> None:
    assert {"run", "test"} <= set(CALLED.findall((ROOT / "README.md").read_text(encoding="utf-8")))


def test_the_check_machine_runs_what_the_readme_names() -> None:
    named = set(CALLED.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    assert set(CALLED.findall((ROOT / ".ci" / "run").read_text(encoding="utf-8"))) <= named


def test_make_help_lists_every_door() -> None:
    assert set(LISTED.findall(makefile())) == set(TARGET.findall(makefile()))


def test_a_missing_door_is_seen() -> None:
    assert missing_doors("Then `make coffee` and `make run`.", "run: ## Start\n") == {"coffee"}
