"""Migrations: numbered SQL files, each run once, in one transaction, with a lock time-out.

``NNNN_before_…`` runs before new code starts, ``NNNN_after_…`` when no old code runs any more.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

from clarine.adapters.postgres.reaching import connect, reaching

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())
"""
_KEYS: Final = "INSERT INTO house (seal_key, link_key) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_SWEEPS: Final = """
INSERT INTO sweep (name, swept_to) VALUES ('expired_messages', 'epoch'), ('quality', 'epoch'), ('pacing', 'epoch')
ON CONFLICT DO NOTHING
"""
_LOCK: Final = 0x434C4152  # one migration at a time, whatever process asks


def migrations() -> list[tuple[str, str]]:
    """(name, SQL) of every migration, oldest first."""
    folder = files(__package__).joinpath("migrations")
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".sql")), key=lambda path: path.name)
    return [(path.name.removesuffix(".sql"), path.read_text(encoding="utf-8")) for path in paths]


async def migrate(url: str, *, seal_key: bytes, link_key: bytes) -> list[str]:
    """Bring the database at *url* up to date; the names of what ran. The keys are used once, when the house is new.

    Raises Unavailable when there is no server. Nothing here needs a session, so a pooler may stand between.
    """
    with reaching():
        connection = await connect(url)
        try:
            ran = [name for name, statements in migrations() if await _run(connection, name, statements)]
            async with connection.transaction():
                await connection.execute(_KEYS, seal_key, link_key)
                await connection.execute(_SWEEPS)
            return ran
        finally:
            await connection.close()


async def _run(connection: Any, name: str, statements: str) -> bool:
    """Run one migration, unless it ran already; whether it did."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute(_TABLE)
        if await connection.fetchval("SELECT 1 FROM schema_migration WHERE name = $1", name):
            return False
        await connection.execute("SET LOCAL lock_timeout = '5s'")
        await connection.execute(statements)
        await connection.execute("INSERT INTO schema_migration (name) VALUES ($1)", name)
        return True


async def house_keys(url: str) -> tuple[bytes, bytes]:
    """(seal key, link key) of a migrated database. Raises Unavailable when there is no server."""
    with reaching():
        connection = await connect(url)
        try:
            async with connection.transaction():
                record = await connection.fetchrow("SELECT seal_key, link_key FROM house")
        finally:
            await connection.close()
    assert record is not None, "a migrated database has its keys"
    return record[0], record[1]
