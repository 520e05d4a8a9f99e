"""The hosts of a database are tried in turn, the one that answered last first; what is lost is told as one error."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from clarine.adapters.postgres.reaching import Hosts, reaching, urls_of
from clarine.adapters.postgres.store import PostgresStore
from clarine.domain.errors import Unavailable


@pytest.mark.parametrize(
    ("url", "each"),
    [
        ("postgresql://postgres:@/db?host=/run/x", ["postgresql://postgres:@/db?host=/run/x"]),
        ("postgresql://u:p@one:5432/db", ["postgresql://u:p@one:5432/db"]),
        (
            "postgresql://u:p@one:5432,two,[::1]:7/db?target_session_attrs=primary",
            [f"postgresql://u:p@{host}/db?target_session_attrs=primary" for host in ("one:5432", "two", "[::1]:7")],
        ),
        ("postgresql://one,two/db", ["postgresql://one/db", "postgresql://two/db"]),
    ],
)
def test_each_host_of_a_url_has_a_url_of_its_own(url: str, each: list[str]) -> None:
    assert urls_of(url) == each


async def test_the_host_that_let_us_in_is_asked_first_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def connect(url: str, **_: object) -> object:
        asked.append(url[-3:])
        if url.endswith("two"):
            return _Line()
        raise TimeoutError

    monkeypatch.setattr(asyncpg, "connect", connect)
    hosts = Hosts("postgresql://one,two")
    await hosts.connect()
    await hosts.connect()
    assert asked == ["one", "two", "two"]


class _Line:
    """A connection without a socket."""

    class _transport:  # noqa: N801
        @staticmethod
        def get_extra_info(_: str) -> None:
            return None


async def test_no_server_at_all_is_unavailable_and_says_no_secret() -> None:
    with pytest.raises(Unavailable) as raised:
        await PostgresStore.open("postgresql://u:hush@127.0.0.1:1,127.0.0.1:2/db", connections_max=2)
    assert "hush" not in str(raised.value)
    assert raised.value.retryable


async def test_a_connection_that_is_cut_is_unavailable_and_the_next_transaction_has_a_new_one(
    store: PostgresStore, connection: asyncpg.Connection
) -> None:
    async def cut() -> None:
        async with store.transaction() as tx:
            pid = await tx.connection.fetchval("SELECT pg_backend_pid()")
            await connection.execute("SELECT pg_terminate_backend($1)", pid)
            await tx.server_version()

    with pytest.raises(Unavailable):
        await cut()
    async with store.transaction() as tx:
        assert await tx.server_version()


async def test_a_leader_that_may_no_longer_write_is_unavailable(store: PostgresStore) -> None:
    async def write() -> None:
        async with store.transaction() as tx:
            await tx.connection.execute("SET LOCAL transaction_read_only = on")
            await tx.connection.execute("UPDATE sweep SET swept_to = swept_to")

    with pytest.raises(Unavailable):
        await write()


@pytest.mark.parametrize("error", [asyncpg.UniqueViolationError("x"), asyncpg.InterfaceError("wrong type"), KeyError()])
def test_what_is_no_loss_stays_what_it_is(error: Exception) -> None:
    with pytest.raises(type(error)), reaching():
        raise error


async def test_a_session_keeps_its_settings_without_asking_for_them_again(store: PostgresStore) -> None:
    asked = "SELECT current_setting('enable_seqscan') || ' ' || current_setting('jit')"

    async def settings() -> str:
        async with store.transaction() as tx:
            await tx.look_at_all()
        async with store.transaction() as tx:
            return str(await tx.connection.fetchval(asked))

    assert set(await asyncio.gather(*[settings() for _ in range(20)])) == {"off off"}


async def test_behind_a_pooler_each_transaction_brings_its_settings_and_leaves_nothing(migrated_url: str) -> None:
    store = await PostgresStore.open(migrated_url, connections_max=1, pooled=True)
    try:
        async with store.transaction() as tx:
            asked = "SELECT current_setting('plan_cache_mode') || ' ' || current_setting('lock_timeout')"
            assert await tx.connection.fetchval(asked) == "force_generic_plan 10s"
        async with store._pool.acquire() as plain:
            assert await plain.fetchval("SELECT current_setting('plan_cache_mode')") == "auto"
            assert await plain.fetchval("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''") == 0
    finally:
        await store.close()
