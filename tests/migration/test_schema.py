"""The schema is what the migrations make, and its keys let it be spread over many machines."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from importlib.resources import files
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from clarine.adapters.postgres.migrate import migrate, migrations

_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'schema_migration' ORDER BY 1, 2
"""
_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'schema_migration' ORDER BY 1, 2
"""
_INDEXES = """
SELECT tablename, indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename <> 'schema_migration' ORDER BY 1, 2
"""
_KEYS = """
SELECT c.conrelid::regclass::text AS name, (SELECT attname FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = c.conkey[1])
FROM pg_constraint c WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace
"""


def schema_sql() -> str:
    folder = files("clarine.adapters.postgres")
    names = sorted(path.name for path in folder.iterdir() if re.fullmatch(r"schema(_\w+)?\.sql", path.name))
    return "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


@pytest_asyncio.fixture
async def empty_url(database_url: str) -> AsyncIterator[str]:
    """A database of its own, empty."""
    admin = await asyncpg.connect(database_url)
    await admin.execute("DROP DATABASE IF EXISTS schema_story WITH (FORCE)")
    await admin.execute("CREATE DATABASE schema_story")
    parts = urlsplit(database_url)
    yield urlunsplit(parts._replace(path="/schema_story"))
    await admin.execute("DROP DATABASE schema_story WITH (FORCE)")
    await admin.close()


async def shape(url: str) -> list[list[tuple[object, ...]]]:
    connection = await asyncpg.connect(url)
    try:
        return [[tuple(r) for r in await connection.fetch(query)] for query in (_COLUMNS, _CONSTRAINTS, _INDEXES)]
    finally:
        await connection.close()


async def test_all_migrations_together_make_the_schema(empty_url: str) -> None:
    ran = await migrate(empty_url, seal_key=b"0" * 32, link_key=b"1" * 32)
    assert ran == [name for name, _ in migrations()]
    migrated = await shape(empty_url)
    connection = await asyncpg.connect(empty_url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    await connection.execute(schema_sql())
    await connection.close()
    assert await shape(empty_url) == migrated


async def test_migrating_again_changes_nothing_and_keeps_the_keys(empty_url: str) -> None:
    await migrate(empty_url, seal_key=b"0" * 32, link_key=b"1" * 32)
    assert await migrate(empty_url, seal_key=b"2" * 32, link_key=b"3" * 32) == []
    connection = await asyncpg.connect(empty_url)
    assert await connection.fetchval("SELECT seal_key FROM house") == b"0" * 32
    await connection.close()


async def test_every_primary_key_begins_with_its_distribution_key(migrated_url: str) -> None:
    reference = set(re.findall(r"CREATE TABLE (\w+) \(\s*-- reference", schema_sql())) | {"schema_migration"}
    connection = await asyncpg.connect(migrated_url)
    keys = {r["name"]: r["attname"] for r in await connection.fetch(_KEYS)}
    await connection.close()
    distributed = {name: key for name, key in keys.items() if name not in reference}
    assert len(distributed) > 20
    wrong = {n: k for n, k in distributed.items() if k not in ("person_id", "business_id", "owner_id", "phone")}
    assert wrong == {}


@pytest.mark.parametrize("name", [name for name, _ in migrations()])
def test_a_migrations_name_says_when_it_runs(name: str) -> None:
    assert re.fullmatch(r"\d{4}_(before|after)_\w+", name)
