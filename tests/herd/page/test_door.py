"""Who may see the farm: whoever was sent a link opens it once, and nobody else sees or changes anything."""

from __future__ import annotations

import hashlib
import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from tests.herd.page.conftest import NEIGHBOUR, Browser

PAGES = ("", "animal?id=1201", "animal?id=9999", "alerts", "collars", "settings", "data", "data/icar.json", "nothing")


async def test_a_link_opens_the_farm_and_the_telephone_stays_inside(stranger: Browser) -> None:
    link = await stranger.link()
    door = await stranger.http.get(link)
    assert "Open the farm" in door.text
    assert (await stranger.enter(link)).headers["location"] == "/farm/"
    assert "1201" in await stranger.text("")


async def test_a_link_opens_once_and_looking_at_it_does_not_use_it_up(stranger: Browser) -> None:
    link = await stranger.link()
    for _ in range(3):
        assert "Open the farm" in (await stranger.http.get(link)).text
    await stranger.enter(link)
    stranger.http.cookies.clear()
    assert (await stranger.enter(link)).status_code == 401
    assert "was used" in (await stranger.http.get(link)).text
    await stranger.text("", status=401)


async def test_only_the_newest_link_opens(stranger: Browser) -> None:
    old, new = await stranger.link(), await stranger.link()
    assert (await stranger.enter(old)).status_code == 401
    assert (await stranger.enter(new)).status_code == 303


@pytest.mark.parametrize("kind", ["code", "visit"])
async def test_a_link_and_a_visit_end(kind: str, stranger: Browser) -> None:
    link = await stranger.link()
    if kind == "visit":
        await stranger.enter(link)
    past = datetime.now(UTC) - timedelta(seconds=1)
    await stranger.store.pool.execute("UPDATE clarine_herd.keys SET expires_at = $1 WHERE kind = $2", past, kind)
    assert (await stranger.enter(link)).status_code == 401
    await stranger.text("", status=401)


@pytest.mark.parametrize("path", PAGES)
async def test_without_a_visit_nothing_of_the_farm_is_seen(path: str, stranger: Browser) -> None:
    text = await stranger.text(path, status=401)
    assert "1201" not in text
    assert "Ask" not in text
    assert "page" in text


async def test_the_secrets_are_kept_nowhere_and_no_script_reads_the_cookie(
    stranger: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = await stranger.link()
    code = urlsplit(link).query.removeprefix("code=")
    answer = await stranger.enter(link)
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/farm"))
    visit = stranger.http.cookies["herd_visit"]
    kept = await stranger.store.pool.fetch("SELECT hash FROM clarine_herd.keys WHERE farm = $1", stranger.store.farm)
    assert [row["hash"] for row in kept] == [hashlib.sha256(visit.encode()).digest()]
    ours = "".join(record.getMessage() for record in caplog.records if not record.name.startswith("http"))
    assert code not in ours
    assert visit not in ours


async def test_a_form_from_another_site_changes_nothing(farmer: Browser) -> None:
    event = {"id": "1201", "kind": "treated", "at": "2026-02-01T08:00", "source": "one"}
    foreign: list[dict[str, str]] = [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.test"}]
    for headers in foreign:
        answer = await farmer.http.post("/farm/animal", data=event, headers=headers)
        assert answer.status_code == 403
    assert await farmer.store.events(datetime(2026, 1, 1), "1201") == []  # noqa: DTZ001
    assert (await farmer.enter(await farmer.link(), origin="https://evil.test")).status_code == 401


async def test_who_is_only_called_when_nobody_answers_may_look_and_not_change(stranger: Browser) -> None:
    await stranger.enter(await stranger.link(NEIGHBOUR))
    assert "Saisir un événement" not in await stranger.text("animal?id=1201")
    event = {"id": "1201", "kind": "treated", "at": "2026-02-01T08:00", "source": "one"}
    answer = await stranger.http.post("/farm/animal", data=event)
    assert (answer.status_code, "pas la modifier" in answer.text) == (403, True)


async def test_signing_out_ends_the_visit_everywhere(farmer: Browser) -> None:
    visit = farmer.http.cookies["herd_visit"]
    await farmer.http.post("/farm/leave")
    farmer.http.cookies.set("herd_visit", visit, domain="farm.test")
    await farmer.text("", status=401)


async def test_a_page_loads_nothing_from_elsewhere_and_is_kept_by_nobody(farmer: Browser) -> None:
    answer = await farmer.http.get("/farm/")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"
