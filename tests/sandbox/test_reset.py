"""A reset leaves nothing, and under a seed everything that is made anew has the same names."""

from __future__ import annotations

import asyncpg
import httpx

from clarine.flow.house import House
from clarine.pytest_plugin import Clarine
from tests.cast import Cast
from tests.sandbox.conftest import ASHA, Receiver, Shop


def test_ids_tokens_and_messages_are_the_same_in_every_run(clarine: Clarine) -> None:
    runs = []
    for _ in range(2):
        clarine.reset()
        shop = Shop(clarine.new_business(name="Pune Milk"))
        asha = clarine.person(ASHA, name="Asha")
        said = asha.says("hello")
        answered = shop.send().json()["messages"][0]["id"]
        runs.append((shop.business.access_token, shop.business.waba_id, asha.token, said, answered))
    assert runs[0] == runs[1]


def test_nobody_from_before_is_known_after_a_reset(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    shop.business.faults(drop=1)
    shop.business.review("manual")
    asha = clarine.person(ASHA)
    asha.says("hello", to=shop.business)
    assert shop.send().status_code == 200
    clarine.reset()
    assert shop.send().json()["error"]["code"] == 190
    headers = {"Authorization": f"Bearer {asha.token}"}
    assert httpx.get(f"{clarine.url}/people/v1/me", headers=headers).status_code == 401
    assert clarine.webhooks() == []
    assert [one["status"] for one in clarine.requests()] == [401]
    assert clarine.sent_to(ASHA) == []
    again = Shop(clarine.business)
    assert again.template_status(again.file_template("ready")) == "APPROVED"


async def test_emptying_leaves_no_row_but_the_house_itself(
    house: House, cast: Cast, connection: asyncpg.Connection
) -> None:
    shop, someone = await cast.shop(), await cast.person()
    await cast.says(someone, shop)
    await cast.send(shop.text(someone))
    async with house.store.transaction() as tx:
        await tx.empty()
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    filled = {table for (table,) in tables if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table})")}
    assert filled == {"house", "sweep", "schema_migration"}
