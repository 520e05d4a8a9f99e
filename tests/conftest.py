"""What every test may ask for: a real house on a real PostgreSQL, with a clock that tests turn."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from clarine.adapters.blobs import DiskBlobs
from clarine.adapters.bus import LocalBus
from clarine.adapters.clock import TurnedClock
from clarine.adapters.postgres.embedded import EmbeddedPostgres
from clarine.adapters.postgres.migrate import house_keys, migrate
from clarine.adapters.postgres.store import PostgresStore
from clarine.adapters.rates import load_price_book
from clarine.config import Settings
from clarine.domain.ids import Seal
from clarine.flow.house import House
from tests.cast import Cast

#: A Monday morning in UTC, after the price rules of October 2026 began.
START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)

_KEPT = {"house", "sweep", "schema_migration"}


@pytest.fixture
def data_folder() -> Iterator[Path]:
    """A folder for an embedded database: not below pytest's own, which every new run closes to the database's user."""
    with tempfile.TemporaryDirectory(prefix="clarine-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """The database of this test process: DATABASE_URL's, else one on an embedded server of its own."""
    embedded = folder = None
    server = os.environ.get("DATABASE_URL", "")
    if not server:
        folder = tempfile.TemporaryDirectory(prefix="clarine-", ignore_cleanup_errors=True)
        embedded = EmbeddedPostgres(Path(folder.name) / "postgres")
        server = embedded.url
    yield server
    if embedded is not None and folder is not None:
        embedded.leave()
        folder.cleanup()


@pytest_asyncio.fixture(scope="session")
async def migrated_url(database_url: str) -> str:
    await migrate(database_url, seal_key=os.urandom(32), link_key=os.urandom(32))
    return database_url


@pytest_asyncio.fixture(scope="session")
async def open_store(migrated_url: str) -> AsyncIterator[PostgresStore]:
    store = await PostgresStore.open(migrated_url, connections_max=8)
    yield store
    await store.close()


@pytest_asyncio.fixture
async def connection(migrated_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A plain connection, for looking at (and breaking) what stands in the tables."""
    found = await asyncpg.connect(migrated_url)
    yield found
    await found.close()


@pytest_asyncio.fixture
async def store(open_store: PostgresStore, connection: asyncpg.Connection) -> PostgresStore:
    """The store, empty."""
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    emptied = [table for (table,) in tables if table not in _KEPT]
    await connection.execute(";".join(f"DELETE FROM {table}" for table in emptied))
    await connection.execute("UPDATE sweep SET swept_to = 'epoch'")
    return open_store


@dataclass
class Entropy:
    """Random bits that are the same in every run."""

    state: int = field(default=1)

    def __call__(self, bits: int) -> int:
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**127
        return (self.state >> 16) % (1 << bits)


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock(START)


@pytest_asyncio.fixture
async def house(store: PostgresStore, clock: TurnedClock, migrated_url: str, tmp_path: Path) -> House:
    seal_key, link_key = await house_keys(migrated_url)
    return House(
        store=store,
        bus=LocalBus(),
        clock=clock,
        blobs=DiskBlobs(tmp_path / "blobs"),
        seal=Seal(seal_key),
        link_key=link_key,
        prices=load_price_book(),
        settings=Settings(data=tmp_path),
        entropy=Entropy(),
    )


@pytest.fixture
def cast(house: House, connection: asyncpg.Connection) -> Cast:
    return Cast(house, connection)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that goes to the database from now on."""
    statements: list[str] = []

    def counted(name: str) -> None:
        plain = getattr(asyncpg.Connection, name)

        async def call(self: asyncpg.Connection, query: str, *args: object, **named: object) -> object:
            statements.append(query)
            return await plain(self, query, *args, **named)

        monkeypatch.setattr(asyncpg.Connection, name, call)

    for name in ("execute", "fetch", "fetchrow", "fetchval"):
        counted(name)
    return statements
