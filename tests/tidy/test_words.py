"""Names that say nothing, notes to oneself, tests that look away, and the author's own machine have no place here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tidy.tree import LOCKS, ROOT, shown, written_files

EMPTY_WORDS = frozenset({"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"})
# Written with single-letter classes so that this page does not find itself.
NOTE = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b")
LOOKING_AWAY = re.compile(r"\b(mark\.s[k]ip|s[k]ipif|x[f]ail|pytest\.s[k]ip|importors[k]ip)\b")
#: Waiting for time to pass; giving way to other tasks with a zero is not waiting.
WAITING = re.compile(r"\bs[l]eep\((?!0\))")
WORKPLACE = re.compile(r"(?<![\w.:/}-])/(t[m]p|w[o]rk|r[o]ot|o[p]t/pypi)/|\bi[s]sue #?\d+\b", re.IGNORECASE)
REGISTRY = re.compile(r'"resolved": "http|--(extra-)?index-url|--find-links|^ *-i ', re.MULTILINE)
#: Where lists of exact versions stand.
LOCKED = (".", "setup", "web", "tests/clients/python/*", "tests/clients/node")
TEXT = (".py", ".ts", ".tsx", ".css", ".sql", ".md", ".toml", ".json", ".html", "Makefile", ".ci/run", ".yaml", ".yml")


def lines_with(pattern: re.Pattern[str], paths: Iterator[Path]) -> list[str]:
    """One complaint for each line in *paths* that *pattern* finds."""
    return [
        f"{shown(path)}:{number} {found.group()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := pattern.search(line))
    ]


def empty_names(paths: Iterator[Path]) -> list[str]:
    """One complaint for each file, class or function named with a word that says nothing."""
    complaints = []
    for path in paths:
        if _words(path.stem) & EMPTY_WORDS:
            complaints.append(shown(path))
        if path.suffix == ".py":
            complaints += [f"{shown(path)} {name}" for name in _defined(path) if _words(name) & EMPTY_WORDS]
    return complaints


def _defined(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_no_name_is_empty_of_meaning() -> None:
    assert empty_names(written_files(".py", ".ts", ".tsx", ".css", ".sql")) == []


def test_no_note_to_oneself_is_left_behind() -> None:
    assert lines_with(NOTE, written_files(*TEXT)) == []


def test_no_test_looks_away_or_waits_for_time_to_pass() -> None:
    tests = [path for path in written_files(".py") if path.is_relative_to(ROOT / "tests")]
    assert lines_with(LOOKING_AWAY, iter(tests)) + lines_with(WAITING, iter(tests)) == []


def test_nothing_names_the_machine_it_was_written_on() -> None:
    assert lines_with(WORKPLACE, written_files(*TEXT)) == []


def test_lock_files_name_no_registry() -> None:
    locks = [path for name in LOCKS for folder in LOCKED for path in ROOT.glob(f"{folder}/{name}")]
    assert {path.name for path in locks} == LOCKS
    assert lines_with(REGISTRY, iter(locks)) == []


def test_an_empty_name_is_seen(tmp_path: Path) -> None:
    (tmp_path / "string_utils.py").write_text("class WalletManager: pass\ndef open_wallet(): pass\n")
    assert empty_names(written_files(root=tmp_path)) == ["string_utils.py", "string_utils.py WalletManager"]


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (NOTE, "x = 1  # T-ODO later"),
        (LOOKING_AWAY, "@pytest.mark.xf-ail"),
        (WAITING, "await asyncio.sl-eep(0.1)"),
        (WORKPLACE, "see /t-mp/notes.txt"),
        (WORKPLACE, "built for Is-sue 12"),
        (REGISTRY, '"re-solved": "http://registry.example/x.tgz"'),
    ],
)
def test_each_forbidden_line_is_seen(pattern: re.Pattern[str], line: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(f"fine\n{line.replace('-', '')}\n")
    assert len(lines_with(pattern, written_files(".md", root=tmp_path))) == 1
