"""`make test-failover`: kill what may die, and print as JSON what was seen. It ends with 1 when a promise is broken.

Words on the command line choose: database, bell, pooler.
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
    asked = sys.argv[1:] or list(SCENES)
    seen = {name: asyncio.run(_play(name)) for name in asked}
    print(json.dumps(seen, indent=2))  # noqa: T201
    return 0 if all(scene["kept"] for scene in seen.values()) else 1


async def _play(name: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="clarine-failover-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # the user of PostgreSQL passes through it
        async with asyncio.timeout(SCENE_S):
            return await SCENES[name](Path(folder))


if __name__ == "__main__":
    sys.exit(main())
