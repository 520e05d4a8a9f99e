"""``python -m clarine_herd`` is ``clarine-herd``."""

from __future__ import annotations

from clarine_herd.cli import main

main()
