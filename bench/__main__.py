"""``python -m bench NAME [--json] [--runs N] [--seconds S] [--soak S] [--keep]``; ``python -m bench page`` makes the page again."""

from __future__ import annotations

import argparse
import importlib

from bench import page
from bench.frame import Bench, keep, measure, table

#: Each is a module of this package that has a BENCH.
NAMES = (
    "batch",
    "campaign",
    "collars",
    "collars_history",
    "growth",
    "herd_chat",
    "offline",
    "overload",
    "peers",
    "policy",
    "send",
    "sockets",
)


def main() -> None:
    """Measure one bench, or make the page."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("name", choices=(*NAMES, "page"), help="what to measure; page: make the page again")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, help="how often it is measured; medians are shown")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long one figure is measured, about")
    parser.add_argument("--soak", type=float, metavar="S", help="one run over so many seconds, as --runs 1 --seconds S")
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results and make the page again")
    asked = parser.parse_args()
    if asked.name == "page":
        page.write()
        return
    bench: Bench = importlib.import_module(f"bench.{asked.name}").BENCH
    runs, seconds = (1, asked.soak) if asked.soak else (asked.runs or bench.runs, asked.seconds)
    result = measure(bench, runs=runs, seconds=seconds)
    if asked.keep:
        keep(result)
        page.write()
    print(result.json() if asked.json else f"{result.machine}\n{result.about}\n\n{table(result)}")


if __name__ == "__main__":
    main()
