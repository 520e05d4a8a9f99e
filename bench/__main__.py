"""``python -m bench [--json] [--seconds N]``."""

from __future__ import annotations

import argparse

from bench.send import run

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--json", action="store_true", help="print one JSON object")
parser.add_argument("--seconds", type=float, default=5.0, help="how long each figure is measured, about")
arguments = parser.parse_args()
run(seconds=arguments.seconds, as_json=arguments.json)
