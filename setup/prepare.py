"""Makes a bare machine ready for `make run` and `make test`; the second time it finds all done and returns at once.

Standard library only, because it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
from pathlib import Path

from clients import prepare_clients
from packages import prepare_packages
from pages import WEB, node_program, prepare_pages
from progress import SetupStoppedError
from system import prepare_browser, prepare_failover


def main() -> int:
    """Prepare for the purpose named on the command line; 0 when all is ready, 1 when something is missing."""
    arguments = argparse.ArgumentParser(description=__doc__)
    purposes = ["run", "test", "clients", "failover", "typescript"]
    arguments.add_argument("purpose", choices=purposes, help="typescript: check the pages' types")
    purpose = arguments.parse_args().purpose
    # Two set-ups at once would tread on each other; the second waits and then finds the work done.
    turn = os.open(Path(__file__).parent, os.O_RDONLY)
    fcntl.flock(turn, fcntl.LOCK_EX)
    try:
        prepare_packages()
        prepare_pages()
        if purpose == "test":
            prepare_browser()
        if purpose == "clients":
            prepare_clients()
        if purpose == "failover":
            prepare_failover()
    except SetupStoppedError as stopped:
        print(f"\nThe set-up stopped. {stopped}", file=sys.stderr)
        return 1
    finally:
        os.close(turn)
    if purpose == "typescript":
        _check_typescript()
    return 0


def _check_typescript() -> None:
    """Become the TypeScript compiler, which checks and writes nothing."""
    node = node_program()
    os.chdir(WEB)
    os.execv(node, [str(node), "node_modules/typescript/bin/tsc", "--noEmit"])


if __name__ == "__main__":
    sys.exit(main())
