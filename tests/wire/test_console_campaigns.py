"""A shop owner's campaign over the console's JSON: drafted, filled, looked at, started, counted and exported."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from asyncpg import Connection

from clarine.flow.campaign_send import send_chunk
from clarine.flow.house import House
from clarine.flow.receipt import Received, receive
from clarine.flow.relate import Decision, relate
from tests.flow.shop import BUSINESS, NUMBER, OTHER_BUSINESS, PERSON, PHONE, open_shop
from tests.wire.console import Browser, signed_in

_ASKED = {
    "name": "Saturday",
    "key": "k1",
    "phone_number_id": str(NUMBER),
    "template": "saturday",
    "language": "en",
    "components": [{"type": "body", "parameters": [{"type": "text", "text": "{{name}}"}]}],
    "columns": ["name"],
}


@pytest.fixture
def house(house: House) -> House:
    return replace(house, settings=replace(house.settings, throughput_per_s=1_000))


async def opened(connection: Connection, house: House) -> None:
    await open_shop(connection, house)
    await connection.execute("""UPDATE template SET components = '[{"type":"BODY","text":"Cheese, {{1}}, today."}]'""")


async def drafted(browser: Browser) -> str:
    answer = await browser.post("campaigns", _ASKED)
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["campaign_id"]
    return found


async def worked(house: House) -> None:
    for _ in range(50):
        if not await send_chunk(house):
            return
    raise AssertionError("it never ends")


async def test_a_campaign_from_its_draft_to_its_export(house: House, connection: Connection) -> None:
    await opened(connection, house)
    async with signed_in(house, business_id=BUSINESS) as browser:
        path = f"campaigns/{await drafted(browser)}"
        rows = [
            [f"+{PHONE}", "Amélie"],
            [str(PHONE), "again"],
            ["+33 6 12 34 56 00", "Paul"],
            ["hello", "x"],
            [str(PHONE)],
        ]
        added = (await browser.post(f"{path}/recipients", {"rows": rows})).json()
        assert (added["added"], added["repeated"], added["recipients"]) == (2, 1, 2)
        assert [wrong["row"] for wrong in added["wrong"]] == [3, 4]
        shown = (await browser.get(f"{path}/preview")).json()
        assert {message["body"] for message in shown["messages"]} == {"Cheese, Amélie, today.", "Cheese, Paul, today."}
        assert shown["estimate"]["micros"] == 2 * 85_900
        assert shown["estimate"]["countries"] == [{"country": "FR", "recipients": 2, "micros": 2 * 85_900}]
        assert (await browser.post(f"{path}/start")).json()["state"] == "running"
        await worked(house)
        await receive(house, [Received(PERSON, (1,))])
        done = (await browser.get(path)).json()
        assert (done["state"], done["sent"], done["refused"]) == ("done", 1, {"not_a_person": 1})
        assert (await browser.get(f"{path}/results")).json() == {"sent": 0, "delivered": 1, "read": 0, "failed": 0}
        exported = (await browser.get(f"{path}/results.csv")).text.removeprefix("\ufeff")
        lines = {row["phone"]: (row["status"], row["reason"]) for row in csv.DictReader(io.StringIO(exported))}
        assert lines == {str(PHONE): ("delivered", ""), "33612345600": ("failed", "not_a_person")}
        assert [row["name"] for row in (await browser.get("campaigns")).json()["campaigns"]] == ["Saturday"]
        log = (await browser.get("webhooks")).json()["webhooks"]
        sent = next(each for each in log if each["event"] == "sent")
        assert sent["message_id"].startswith("wamid.")
        detail = (await browser.get(f"messages/{sent['message_id']}")).json()
        assert [each["event"] for each in detail["webhooks"]] == ["sent", "delivered"]
        found = (await browser.get("webhooks", search=sent["message_id"])).json()["webhooks"]
        assert [each["event"] for each in found] == ["delivered", "sent"]


async def test_somebody_who_blocked_the_shop_looks_like_a_number_that_nobody_has(
    house: House, connection: Connection
) -> None:
    await opened(connection, house)
    await relate(house, [Decision(PERSON, BUSINESS, blocked=True)])
    answers: list[list[Any]] = []
    async with signed_in(house, business_id=BUSINESS) as browser:
        for phone in (f"+{PHONE}", "+33612345600"):
            answer = await browser.post("campaigns", _ASKED | {"key": phone})
            path = f"campaigns/{answer.json()['campaign_id']}"
            seen: list[Any] = [(await browser.post(f"{path}/recipients", {"rows": [[phone, "x"]]})).json()]
            seen.append((await browser.get(f"{path}/preview")).json())
            await browser.post(f"{path}/start")
            await worked(house)
            told = (await browser.get(path)).json()
            seen += [told["sent"], told["refused"], (await browser.get(f"{path}/results")).json()]
            exported = (await browser.get(f"{path}/results.csv")).text.replace(phone.strip("+"), "…")
            answers.append([*seen, exported])
    assert answers[0] == answers[1]


async def test_what_cannot_be_done_is_said_with_its_code(house: House, connection: Connection) -> None:
    await opened(connection, house)
    async with signed_in(house, business_id=BUSINESS) as browser:
        path = f"campaigns/{await drafted(browser)}"
        assert await drafted(browser) == path.partition("/")[2]
        refused = [
            (await browser.post(f"{path}/start"), 409, "campaign_empty"),
            (await browser.post(f"{path}/resume"), 409, "campaign_state"),
            (await browser.post(f"{path}/recipients", {"rows": [["1"]] * 2_001}), 400, "invalid"),
            (await browser.post("campaigns", _ASKED | {"key": "k2", "columns": []}), 400, "campaign_column"),
            (await browser.get("campaigns/180000000000999"), 404, "not_found"),
            (await browser.post(f"{path}/start", csrf=False), 403, "csrf"),
        ]
        assert [(a.status_code, a.json()["error"]["code"]) for a, *_ in refused] == [
            tuple(want) for _, *want in refused
        ]
        for act, state in (("cancel", "cancelled"), ("cancel", "cancelled")):
            assert (await browser.post(f"{path}/{act}")).json()["state"] == state
    async with signed_in(house, business_id=OTHER_BUSINESS) as stranger:
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.get(f"{path}/results.csv")).status_code == 404
        assert (await stranger.get("campaigns")).json()["campaigns"] == []
