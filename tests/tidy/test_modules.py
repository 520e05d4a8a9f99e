"""Every module says what it is for, and the rules of the domain stay pure."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT, shown, written_files

DOMAIN = ROOT / "src" / "clarine" / "domain"
#: Standard library that reads a clock, rolls dice, waits or touches the world.
IMPURE = frozenset(
    {
        "asyncio",
        "concurrent",
        "http",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
        "uuid",
    }
)
#: The pure part of a package that also touches the world.
PURE_MODULES = frozenset({"urllib.parse"})
#: The one library of the rules: tables and pure functions (docs/decisions/0008-parts.md).
PURE_LIBRARIES = frozenset({"phonenumbers"})
CLOCK_READERS = frozenset({"now", "utcnow", "today"})


def silent_modules(paths: Iterator[Path]) -> list[str]:
    """One complaint for each public module without a docstring."""
    return [
        shown(path)
        for path in paths
        if not path.stem.startswith("_") or path.stem == "__init__"
        if ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]


def unseen_folders(root: Path) -> list[str]:
    """One complaint for each folder of modules that lacks ``__init__.py`` and is therefore unseen by the contracts."""
    folders = {path.parent for path in written_files(".py", root=root)}
    return sorted(shown(folder) for folder in folders if not (folder / "__init__.py").exists())


def impurities(paths: Iterator[Path]) -> list[str]:
    """One complaint for each import, coroutine or clock in *paths* that a pure rule cannot have."""
    return [
        f"{shown(path)}:{node.lineno} {reason}"  # type: ignore[attr-defined]
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for reason in _reasons(node)
    ]


def _reasons(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (f"imports {name.name}" for name in names if not _is_pure(name.name))
        case ast.ImportFrom(module=str(module)) if not _is_pure(module):
            yield f"imports {module}"
        case ast.AsyncFunctionDef(name=name):
            yield f"{name} is async"
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in CLOCK_READERS:
            yield f"calls {attr}()"


def _is_pure(module: str) -> bool:
    first = module.partition(".")[0]
    if first == "clarine":
        return module == "clarine.domain" or module.startswith("clarine.domain.")
    if module in PURE_MODULES:
        return True
    return (first in sys.stdlib_module_names and first not in IMPURE) or first in PURE_LIBRARIES


def test_every_public_module_says_what_it_is_for() -> None:
    code = [path for path in written_files(".py") if path.is_relative_to(ROOT / "src") or path.parent.name == "setup"]
    assert silent_modules(iter(code)) == []


def test_the_contracts_see_every_room() -> None:
    assert unseen_folders(ROOT / "src") == []


def test_the_rules_are_pure() -> None:
    assert impurities(written_files(".py", root=DOMAIN)) == []


def test_a_silent_module_is_seen(tmp_path: Path) -> None:
    (tmp_path / "silent.py").write_text("x = 1\n")
    assert silent_modules(written_files(".py", root=tmp_path)) == ["silent.py"]


def test_a_room_that_the_contracts_cannot_see_is_seen(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "chair.py").write_text('"""A chair."""\n')
    assert unseen_folders(tmp_path) == ["room"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("import random", "imports random"),
        ("from asyncpg import connect", "imports asyncpg"),
        ("from clarine.flow import accept", "imports clarine.flow"),
        ("async def judge(): ...", "judge is async"),
        ("at = datetime.now(UTC)", "calls now()"),
    ],
)
def test_each_impurity_is_seen(line: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "rule.py").write_text(f"from decimal import Decimal\nimport phonenumbers\n{line}\n")
    assert impurities(written_files(".py", root=tmp_path)) == [f"rule.py:3 {reason}"]
