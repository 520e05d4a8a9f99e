"""Named queries: every statement stands in a ``.sql`` file under ``-- :name what it is for``, and is asked for by its name."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_HEADING = re.compile(r"^-- :(\w+) \S.*$", re.MULTILINE)


@cache
def queries() -> dict[str, str]:
    """From name to statement, over all files of this package; a name stands once."""
    found: dict[str, str] = {}
    for path in sorted(files(__package__).joinpath("queries").iterdir(), key=lambda each: each.name):
        if not path.name.endswith(".sql"):
            continue
        parts = _HEADING.split(path.read_text(encoding="utf-8"))
        assert not parts[0].strip(), f"{path.name} begins with something that has no name"
        for name, statement in zip(parts[1::2], parts[2::2], strict=True):
            assert name not in found, f"{name} stands twice"
            found[name] = statement.strip().rstrip(";")
    return found


class Sql:
    """The named queries as attributes."""

    def __getattr__(self, name: str) -> str:
        try:
            return queries()[name]
        except KeyError:
            raise AttributeError(f"no query is named {name}") from None


SQL = Sql()
