"""Commands answer at once: what takes seconds to load is loaded when something is drawn."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import clarine_herd

ROOM = Path(clarine_herd.__path__[0]).parent


def imported(module: str) -> Iterator[str]:
    """What *module* of ours imports when it is loaded, not when it is used."""
    path = ROOM / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.parse(file.read_text()).body if file.exists() else []:
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(source), names=names):
                yield source
                yield from (f"{source}.{name.name}" for name in names)


def loaded(module: str) -> set[str]:
    """Everything that comes with *module*."""
    waiting, seen = [module], set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += imported(name) if name.startswith("clarine_herd") else []
    return seen


def test_the_command_line_loads_without_what_draws() -> None:
    seen = loaded("clarine_herd.cli")
    assert "clarine_herd.chat.judging" in seen
    assert not {name for name in seen if name.partition(".")[0] == "matplotlib"}
    assert "matplotlib.figure" in loaded("clarine_herd.chart")
