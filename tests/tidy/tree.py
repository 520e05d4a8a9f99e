"""The files that people write, as the tidiness tests see them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: What is built, fetched or recorded, not written.
NOT_WRITTEN = frozenset({"node_modules", "dist", "dist-fresh", "dist-worn", "clarine-data", "build"})
LOCKS = frozenset({"requirements.lock", "node.lock", "package-lock.json"})


def written_files(*suffixes: str, root: Path = ROOT) -> Iterator[Path]:
    """Every written file under *root* whose name ends in one of *suffixes* (all files when none is given)."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if name not in NOT_WRITTEN
            and (not name.startswith(".") or name == ".ci")
            and not name.startswith("__pycache__")
        )
        for name in sorted(names):
            if name not in LOCKS and (not suffixes or name.endswith(suffixes)):
                yield Path(folder, name)


def shown(path: Path) -> str:
    """*path* as a reader of a complaint wants it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
