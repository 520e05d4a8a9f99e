"""A PostgreSQL for Herd's tests: HERD_DATABASE_URL's, else an embedded one; each test is a farm of its own."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from clarine_herd.settings import Settings
from clarine_herd.store.embedded import Embedded
from clarine_herd.store.people import Contact
from clarine_herd.store.postgres import Store
from tests.herd.stub_cloud import FARMER, PHONE, SECRET, WABA, StubCloud


@pytest_asyncio.fixture(scope="session")
async def herd_database_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    given = os.environ.get("HERD_DATABASE_URL", "")
    if given:
        yield given
        return
    async with Embedded(tmp_path_factory.mktemp("herd")) as url:
        yield url


@pytest.fixture
def farm() -> str:
    return uuid.uuid4().hex


@pytest_asyncio.fixture
async def herd_store(herd_database_url: str, farm: str) -> AsyncIterator[Store]:
    async with await Store.open(herd_database_url, farm) as store:
        await store.add_contacts([Contact(FARMER, "hi")])
        yield store


@pytest.fixture
def cloud() -> StubCloud:
    return StubCloud()


@pytest.fixture
def herd_settings(herd_database_url: str, farm: str, tmp_path: Path) -> Settings:
    return Settings(
        "http://cloud.test/v23.0",
        PHONE,
        f"+{FARMER}",
        token="EAAtoken",
        waba_id=WABA,
        app_secret=SECRET,
        language="hi",
        farm=farm,
        data=tmp_path,
        database_url=herd_database_url,
        settle_s=20,
        readings_token="collar-token",
    )
