"""Each import contract is seen to fail on a violation planted in a copy of the tree, and to hold in the tree itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT

LINTER = Path(sys.executable).with_name("lint-imports")

#: contract → the file to plant in, and the import that must not stand there.
PLANTED = {
    "arrows-run-down": ("clarine/ports/planted.py", "import clarine.flow"),
    "doors-do-not-know-the-plumbing": ("clarine/edge/planted.py", "import clarine.adapters"),
    "rules-are-pure": ("clarine/domain/planted.py", "import random"),
    "front-doors-are-independent": ("clarine/edge/graph/planted.py", "import clarine.edge.people"),
    "pipes-do-not-touch": ("clarine/adapters/planted.py", "import clarine.adapters.rates"),
    "guest-stays-in-the-hall": ("clarine_herd/planted.py", "import clarine.domain.errors"),
    "house-does-not-use-its-guest-key": ("clarine/flow/planted.py", "import clarine.client"),
    "house-stands-without-its-guest": ("clarine/flow/planted.py", "import clarine_herd"),
    "no-circles": ("clarine_herd/__init__.py", "import clarine_herd.planted_circle.one"),
}


def contracts() -> list[str]:
    """The ids of all contracts in pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]]


def broken(tree: Path, *only: str) -> str:
    """What the linter says about the contracts of *tree* (those in *only*, or all), or "" when they hold."""
    limits = [word for contract in only for word in ("--contract", contract)]
    done = subprocess.run(
        [LINTER, "--no-cache", "--no-logo", *limits],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr if done.returncode else ""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree with its contracts, to plant violations in."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("clarine", "clarine_herd"):
        unwanted = shutil.ignore_patterns("__pycache__", "dist*", "data")
        shutil.copytree(ROOT / "src" / package, tmp_path / "src" / package, ignore=unwanted)
    return tmp_path


def plant(tree: Path, contract: str) -> None:
    """Write the violation of *contract* into *tree*."""
    name, line = PLANTED[contract]
    with (tree / "src" / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    if contract == "no-circles":
        circle = tree / "src" / "clarine_herd" / "planted_circle"
        circle.mkdir()
        (circle / "__init__.py").touch()
        (circle / "one.py").write_text("import clarine_herd.planted_circle.two\n")
        (circle / "two.py").write_text("import clarine_herd.planted_circle.one\n")


def test_every_contract_has_a_planted_violation() -> None:
    assert sorted(contracts()) == sorted(PLANTED)


def test_every_contract_holds(tree: Path) -> None:
    assert broken(tree) == ""


@pytest.mark.parametrize("contract", PLANTED)
def test_each_contract_is_broken_by_its_violation(contract: str, tree: Path) -> None:
    plant(tree, contract)
    assert "BROKEN" in broken(tree, contract)


def test_a_room_that_no_contract_knows_is_seen(tree: Path) -> None:
    (tree / "src" / "clarine" / "cellar.py").write_text('"""A room nobody drew."""\n')
    assert "clarine.cellar" in broken(tree, "arrows-run-down")
