"""Every dependency has its line with a reason in the decision about parts, and every line names a dependency."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from tests.tidy.tree import ROOT

PAGE = ROOT / "docs" / "decisions" / "0008-parts.md"
ROW = re.compile(r"^\| `([^`]+)` \| [^|]*\w[^|]* \| [^|]*\w[^|]* \|$", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def named(project: Mapping[str, Any], package: Mapping[str, Any]) -> set[str]:
    """The dependencies in the contents of a pyproject.toml and a package.json."""
    python = [
        *project["project"]["dependencies"],
        *(part for extra in project["project"].get("optional-dependencies", {}).values() for part in extra),
        *(part for group in project.get("dependency-groups", {}).values() for part in group),
    ]
    found = {match.group() for part in python if (match := NAME.match(part))}
    return found | set(package.get("dependencies", {})) | set(package.get("devDependencies", {}))


def reasoned(page: str) -> set[str]:
    """The parts that have a line with a purpose and a reason."""
    return set(ROW.findall(page))


def test_every_part_has_its_reason_and_every_reason_its_part() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    package = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))
    assert reasoned(PAGE.read_text(encoding="utf-8")) == named(project, package)


def test_the_versions_of_the_pages_are_exact() -> None:
    package = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_a_part_without_a_reason_is_seen() -> None:
    project = {"project": {"dependencies": ["bells>=1", "ropes"]}}
    page = "| `bells` | ringing | loud |\n| `ropes` | pulling | |\n"
    assert named(project, {"dependencies": {"@wool/felt": "1.0.0"}}) == {"bells", "ropes", "@wool/felt"}
    assert reasoned(page) == {"bells"}
