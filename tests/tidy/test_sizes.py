"""Files stay under 500 lines and functions under 40 statements, from the first day."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import shown, written_files

LINES_MAX = 500
STATEMENTS_MAX = 40

Function = ast.FunctionDef | ast.AsyncFunctionDef


def long_files(paths: Iterator[Path]) -> list[str]:
    """One complaint for each file of more than LINES_MAX lines."""
    counts = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in paths)
    return [f"{shown(path)} has {count} lines" for path, count in counts if count > LINES_MAX]


def long_functions(paths: Iterator[Path]) -> list[str]:
    """One complaint for each function of more than STATEMENTS_MAX statements, its nested functions not counted."""
    complaints = []
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function) and (count := _statements(node)) > STATEMENTS_MAX:
                complaints.append(f"{shown(path)}:{node.lineno} {node.name} has {count} statements")
    return complaints


def _statements(function: Function) -> int:
    waiting: list[ast.AST] = list(function.body)
    count = 0
    while waiting:
        node = waiting.pop()
        count += isinstance(node, ast.stmt)
        if not isinstance(node, Function):
            waiting.extend(ast.iter_child_nodes(node))
    return count


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    assert long_files(written_files(".py", ".ts", ".tsx", ".css", ".sql")) == []


def test_no_function_has_more_statements_than_a_reader_can_hold() -> None:
    assert long_functions(written_files(".py")) == []


def test_a_file_of_501_lines_is_seen(tmp_path: Path) -> None:
    (tmp_path / "long.sql").write_text("select 1;\n" * (LINES_MAX + 1))
    assert long_files(written_files(".sql", root=tmp_path)) == ["long.sql has 501 lines"]


def test_a_function_of_41_statements_is_seen(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("async def crowded():\n" + "    x = 1\n" * (STATEMENTS_MAX + 1))
    assert long_functions(written_files(".py", root=tmp_path)) == ["long.py:1 crowded has 41 statements"]
