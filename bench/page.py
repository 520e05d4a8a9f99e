"""The performance page, made from the kept results: nobody types a figure."""

from __future__ import annotations

from pathlib import Path

from bench import sizing
from bench.frame import RESULTS, Result, table

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "performance.md"

_HEAD = """# Performance

Generated from `bench/results` by `make bench-page`; nobody types a figure here. Each is measured by `make bench-NAME` on one
machine, with the load generator, the network and its PostgreSQL together on it, over loopback. `fsync` and `synchronous_commit`
are on, a caller is answered after its commit, and policy, limits and money are never switched off; where a table differs, it says
so. A figure is the median of its runs. Compare ratios: absolute figures move with the machine.
"""


def page(folder: Path = RESULTS) -> str:
    """The whole page: one part for each kept result, in the order of their names."""
    return "\n".join([_HEAD, *(_part(path) for path in sorted(folder.glob("*.json")))])


def _part(path: Path) -> str:
    result = Result.read(path.read_text(encoding="utf-8"))
    notes = path.with_suffix(".md")  # what limits it, by people
    said = f"\n{notes.read_text(encoding='utf-8').strip()}\n" if notes.exists() else ""
    runs = f"median of {result.runs} runs" if result.runs > 1 else "one run"
    return (
        f"## {result.title}\n\n`make bench-{result.name}` · {runs} · {result.date} · {result.machine}\n\n"
        f"{result.about}\n\n{table(result)}{said}"
    )


def write() -> None:
    """Put the page where it belongs, and the arithmetic of the guide that rests on the same results."""
    PAGE.write_text(page(), encoding="utf-8")
    sizing.write()
