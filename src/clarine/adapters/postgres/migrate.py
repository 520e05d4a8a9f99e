"""Migrations: numbered SQL files, each run once, in one transaction, with a lock time-out.

``NNNN_before_…`` runs before new code starts, ``NNNN_after_…`` when no old code runs any more.
"""

from __future__ import annotations

from importlib.resources import files

import asyncpg

_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())
"""
_LOCK = 0x434C4152  # one migration at a time, whatever process asks


def migrations() -> list[tuple[str, str]]:
    """(name, SQL) of every migration, oldest first."""
    folder = files(__package__).joinpath("migrations")
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".sql")), key=lambda path: path.name)
    return [(path.name.removesuffix(".sql"), path.read_text(encoding="utf-8")) for path in paths]


async def migrate(url: str, *, seal_key: bytes, link_key: bytes) -> list[str]:
    """Bring the database at *url* up to date; the names of what ran. The keys are used once, when the house is new."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await connection.execute(_TABLE)
        done = {record[0] for record in await connection.fetch("SELECT name FROM schema_migration")}
        ran = []
        for name, statements in migrations():
            if name in done:
                continue
            async with connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '5s'")
                await connection.execute(statements)
                await connection.execute("INSERT INTO schema_migration (name) VALUES ($1)", name)
            ran.append(name)
        await connection.execute(
            "INSERT INTO house (seal_key, link_key) VALUES ($1, $2) ON CONFLICT DO NOTHING", seal_key, link_key
        )
        await connection.execute(
            "INSERT INTO sweep (name, swept_to) VALUES ('expired_messages', 'epoch'), ('quality', 'epoch') ON CONFLICT DO NOTHING"
        )
        return ran
    finally:
        await connection.close()


async def house_keys(url: str) -> tuple[bytes, bytes]:
    """(seal key, link key) of a migrated database."""
    connection = await asyncpg.connect(url)
    try:
        record = await connection.fetchrow("SELECT seal_key, link_key FROM house")
        assert record is not None, "a migrated database has its keys"
        return record[0], record[1]
    finally:
        await connection.close()
