"""The whole house behind one port: health, numbers, pages, and a stop that loses nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest
import pytest_asyncio

from clarine.adapters.postgres.store import PostgresStore
from clarine.build import Serving, pages_folder, serving
from clarine.config import Settings
from clarine.domain.errors import Conflict
from clarine.domain.phone import parse_phone
from clarine.flow.business import create_business
from clarine.flow.people import create_person
from tests.cast import Cast


@pytest_asyncio.fixture
async def running(cast: Cast, migrated_url: str, tmp_path: Path) -> AsyncIterator[Serving]:
    async with serving(Settings(data=tmp_path, database_url=migrated_url, port=0)) as opened:
        yield opened


@pytest_asyncio.fixture
async def browser(running: Serving) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=running.url) as client:
        yield client


async def test_it_is_alive_ready_and_countable(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/healthz")).json() == {"alive": True}
    assert (await browser.get("/readyz")).json() == {"ready": True}
    assert (await browser.get("/v23.0/104010323356892")).status_code == 401
    numbers = (await browser.get("/metrics")).text
    assert 'clarine_http_requests_total{front="graph",status="401"} 1.0' in numbers
    assert "clarine_sockets 0.0" in numbers


async def test_it_is_not_ready_when_the_database_does_not_answer(running: Serving, browser: httpx.AsyncClient) -> None:
    assert isinstance(running.house.store, PostgresStore)
    await running.house.store.close()
    answer = await browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False


@pytest.mark.parametrize("address", ["/", "/people", "/business", "/operator", "/docs"])
async def test_a_page_is_strict_about_what_it_loads(browser: httpx.AsyncClient, address: str) -> None:
    answer = await browser.get(address)
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


async def test_assets_are_kept_for_ever_and_travel_small(browser: httpx.AsyncClient) -> None:
    script = next((pages_folder() / "assets").glob("people-*.js"))
    answer = await browser.get(f"/assets/{script.name}")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"


async def test_a_second_server_on_the_port_is_told_so(running: Serving, migrated_url: str, tmp_path: Path) -> None:
    port = int(running.url.rsplit(":", 1)[1])
    with pytest.raises(Conflict, match="is taken"):
        async with serving(Settings(data=tmp_path, database_url=migrated_url, port=port)):
            pass


async def test_after_a_stop_every_answered_message_is_stored_and_no_secret_was_logged(
    cast: Cast, connection: asyncpg.Connection, migrated_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="clarine")
    async with serving(Settings(data=tmp_path, database_url=migrated_url, port=0)) as opened:
        keys = await create_business(opened.house, name="Shop", phone="+15550783881", balance_micros=10**9)
        person = (await create_person(opened.house, parse_phone("+919876543210"), name="Ann")).person
        body = {
            "messaging_product": "whatsapp",
            "to": str(person.phone),
            "type": "template",
            "template": {"name": "hello_world", "language": {"code": "en_US"}},
        }
        path = f"/v23.0/{keys.phone_number.phone_number_id}/messages"
        async with httpx.AsyncClient(base_url=opened.url) as client:
            bearer = {"Authorization": f"Bearer {keys.access_token}"}
            answers = await asyncio.gather(*[client.post(path, json=body, headers=bearer) for _ in range(30)])
    assert {answer.status_code for answer in answers} == {200}
    assert await connection.fetchval("SELECT count(*) FROM message") == 30
    assert keys.access_token not in caplog.text
    assert keys.business.app_secret not in caplog.text
