"""The webhook log: what was told, how it was answered and when; found again by anything it shows, and told again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from clarine.adapters.clock import TurnedClock
from clarine.flow.registration import change_pin
from tests.cast import Someone
from tests.wire.conftest import Api, says
from tests.wire.console import Browser, signed_in

Json = dict[str, Any]


async def outage(api: Api, someone: Someone, clock: TurnedClock) -> None:
    """Five webhooks, an hour apart: told, refused until it was given up, refused and waiting, unwanted, not told yet."""
    query = {"callback_url": "https://shop.test/", "verify_token": "vt", "fields": "messages"}
    await api.client.post(f"{api.app}/subscriptions", params=query)
    await says(api, someone, "one", key="k1")
    await api.notify()
    clock.turn(timedelta(hours=1))
    api.http.answers = 500
    await says(api, someone, "two", key="k2")
    while await api.notify():
        clock.turn(timedelta(hours=4))
    await says(api, someone, "three", key="k3")
    await api.notify()
    clock.turn(timedelta(seconds=0.1))
    await change_pin(api.house, api.keys.business.business_id, api.keys.phone_number.phone_number_id, pin="123456")
    await api.notify()
    await says(api, someone, "five", key="k5")
    api.http.answers = 200


async def found(browser: Browser, **query: str) -> list[Json]:
    answer = await browser.get("webhooks", **query)
    assert answer.status_code == 200, answer.text
    rows: list[Json] = answer.json()["webhooks"]
    return rows


async def test_a_webhook_is_found_by_everything_the_log_shows_of_it(
    api: Api, someone: Someone, clock: TurnedClock
) -> None:
    await outage(api, someone, clock)
    async with signed_in(api.house, business_id=api.keys.business.business_id) as browser:
        all_of_them = await found(browser)
        assert [(row["number"], row["field"], row["event"], row["state"]) for row in all_of_them] == [
            (5, "messages", "inbound", "queued"),
            (4, "security", "PIN_CHANGED", "unsubscribed"),
            (3, "messages", "inbound", "waiting"),
            (2, "messages", "inbound", "given_up"),
            (1, "messages", "inbound", "acknowledged"),
        ]
        for query, numbers in (
            ({"state": "queued"}, [5]),
            ({"state": "waiting"}, [3]),
            ({"state": "given_up"}, [2]),
            ({"state": "acknowledged"}, [1]),
            ({"state": "unsubscribed"}, [4]),
            ({"state": "done"}, [4, 2, 1]),
            ({"field": "security"}, [4]),
            ({"event": "PIN_CHANGED"}, [4]),
            ({"event": "inbound", "state": "done"}, [2, 1]),
            ({"search": "6505551234"}, [5, 3, 2, 1]),
            ({"search": all_of_them[3]["message_id"]}, [2]),
            ({"since": all_of_them[3]["at"], "until": all_of_them[2]["at"]}, [2]),
            ({"limit": "2", "cursor": "4"}, [3, 2]),
        ):
            assert [row["number"] for row in await found(browser, **query)] == numbers, query
        for query in ({"state": "lost"}, {"since": "today"}, {"until": "2026-11-16T09:00:00"}):
            assert (await browser.get("webhooks", **query)).status_code == 400, query


async def test_each_attempt_is_shown_with_its_answer_and_its_time(
    api: Api, someone: Someone, clock: TurnedClock
) -> None:
    await outage(api, someone, clock)
    async with signed_in(api.house, business_id=api.keys.business.business_id) as browser:
        given_up = (await browser.get("webhooks/2")).json()
        tries = given_up["attempts"]
        assert len(tries) > 8
        assert {(row["url"], row["http_status"], row["said"]) for row in tries} == {("https://shop.test/", 500, "busy")}
        assert [row["at"] for row in tries] == sorted({row["at"] for row in tries})
        posted = [body for _, body, _ in api.http.posts if b"two" in body]
        assert {given_up["body"]} == {body.decode() for body in posted}
        shown = json.loads((await browser.get("webhooks/4")).json()["body"])
        assert shown["entry"][0]["changes"][0]["value"]["event"] == "PIN_CHANGED"
        assert (await browser.get("webhooks/6")).status_code == 404


async def test_what_an_outage_lost_is_sent_again_at_once(api: Api, someone: Someone, clock: TurnedClock) -> None:
    await outage(api, someone, clock)
    async with signed_in(api.house, business_id=api.keys.business.business_id) as browser:
        since = (await found(browser, search=""))[-1]["at"]
        assert (await browser.post("webhooks/resend", {"since": since, "state": "given_up"})).json() == {"resent": 1}
        told = [body for _, body, _ in await api.notify()]
        assert any(b'"two"' in body for body in told)
        assert not any(b'"one"' in body for body in told)
        assert (await browser.post("webhooks/resend", {"first": 1, "last": 5})).json() == {"resent": 5}
        assert (await browser.post("webhooks/1/resend")).status_code == 200
        assert (await browser.post("webhooks/resend", {"since": since, "event": "read"})).status_code == 404
        for wrong in ({}, {"first": 2}, {"first": 3, "last": 2}, {"first": 1, "last": 2, "state": "lost"}):
            assert (await browser.post("webhooks/resend", wrong)).status_code == 400, wrong


async def test_another_businesses_log_is_not_there(api: Api, someone: Someone, clock: TurnedClock) -> None:
    await outage(api, someone, clock)
    other = await api.cast.shop()
    async with signed_in(api.house, business_id=other.business_id) as browser:
        assert await found(browser) == []
        assert (await browser.get("webhooks/1")).status_code == 404
        assert (await browser.post("webhooks/resend", {"first": 1, "last": 5})).status_code == 404
