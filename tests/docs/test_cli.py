"""Every command and every option of the command line is explained in docs/reference/cli.md."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
UNIVERSAL = frozenset({"--help", "--install-completion", "--show-completion"})


def commands(command: Any, path: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Each leaf below *command* as (how it is called, its long options)."""
    below = getattr(command, "commands", {})
    for name, child in below.items():
        if not child.hidden:
            yield from commands(child, f"{path} {name}")
    if not below:
        options = {name for parameter in command.params for name in parameter.opts if name.startswith("--")}
        yield path, frozenset(options - UNIVERSAL)


def undocumented(command: Any, path: str, page: str) -> list[str]:
    """One complaint for each command without a heading on *page*, and each option missing below its heading."""
    sections = _sections(page)
    told = []
    for called, options in commands(command, path):
        section = sections.get(called)
        if section is None:
            told.append(f"{called} has no heading")
        else:
            told += [f"{called} {option} is not explained" for option in sorted(options) if f"`{option}" not in section]
    return told


def _sections(page: str) -> dict[str, str]:
    """Heading without its backticks → what stands below it."""
    parts = ("\n" + page).split("\n#")[1:]
    return {part.partition("\n")[0].lstrip("#").strip().strip("`"): part.partition("\n")[2] for part in parts}


def _command(program: str) -> Any:
    module = importlib.import_module(program.replace("-", "_") + ".cli")
    app: typer.Typer = module.app
    return typer.main.get_command(app)


@pytest.mark.parametrize("program", ["clarine", "clarine-herd"])
def test_every_command_and_option_is_documented(program: str) -> None:
    assert undocumented(_command(program), program, PAGE.read_text(encoding="utf-8")) == []


def test_an_undocumented_command_and_option_are_seen() -> None:
    app = typer.Typer()

    @app.command()
    def ring(loud: bool = False) -> None:
        """Ring the bell."""

    @app.command()
    def rest() -> None:
        """Rest."""

    page = "# Commands\n\n## `bell ring`\n\nRings.\n"
    told = undocumented(typer.main.get_command(app), "bell", page)
    assert told == ["bell ring --loud is not explained", "bell rest has no heading"]
