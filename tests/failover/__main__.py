"""`make test-failover`: kill what may die, and print a line of JSON for each scene: what was seen.

It ends with 1 when a promise is broken. Words on the command line choose: database, bell, pooler.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.failover.bell import lose_a_bell
from tests.failover.database import lose_the_leader
from tests.failover.pooler import play_through_a_pooler

SCENES: dict[str, Callable[[Path], Awaitable[dict[str, Any]]]] = {
    "database": lose_the_leader,
    "bell": lose_a_bell,
    "pooler": play_through_a_pooler,
}
#: Every scene ends by itself; this is for the day when one does not.
SCENE_S = 230


def main() -> int:
    """Play the scenes that were asked for, all of them when none was."""
    kept = []
    for name in sys.argv[1:] or SCENES:
        seen = asyncio.run(_play(name))
        print(json.dumps({name: seen}), flush=True)  # noqa: T201
        kept.append(seen["kept"])
    return 0 if all(kept) else 1


async def _play(name: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="clarine-failover-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # the user of PostgreSQL passes through it
        async with asyncio.timeout(SCENE_S):
            return await SCENES[name](Path(folder))


if __name__ == "__main__":
    sys.exit(main())
