"""The database of a process: the embedded PostgreSQL of its data folder, or the one that DATABASE_URL names."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from clarine.adapters.postgres.embedded import EmbeddedPostgres
from clarine.adapters.postgres.migrate import house_keys, migrate
from clarine.adapters.postgres.store import PostgresStore
from clarine.config import Settings


@dataclass(frozen=True, slots=True)
class Database:
    """An open store of an up-to-date database, and the keys that live in it."""

    store: PostgresStore
    seal_key: bytes = field(repr=False)
    link_key: bytes = field(repr=False)
    migrated: tuple[str, ...] = ()


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Start or join the database, migrate it, connect; leave it in the end."""
    embedded = None if settings.database_url else EmbeddedPostgres(settings.data / "postgres")
    try:
        url = embedded.url if embedded is not None else settings.database_url
        migrated = await migrate(url, seal_key=os.urandom(32), link_key=os.urandom(32))
        seal_key, link_key = await house_keys(url)
        store = await PostgresStore.open(
            url,
            connections_max=settings.database_connections_max,
            replica_url=settings.database_replica_url,
            pooled=settings.database_pooled,
        )
        try:
            yield Database(store, seal_key, link_key, tuple(migrated))
        finally:
            await store.close()
    finally:
        if embedded is not None:
            embedded.leave()
