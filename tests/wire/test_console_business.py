"""What a shop owner sees is the shop's own, to the micro, and never more about people than they may know."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

from asyncpg import Connection

from clarine.adapters.clock import TurnedClock
from clarine.flow.business import token_hash
from clarine.flow.house import House
from clarine.flow.relate import Decision, relate
from tests.flow.shop import BUSINESS, NUMBER, OTHER_BUSINESS, PERSON, PHONE, TOP_UP_MICROS, deliver, open_shop, send
from tests.wire.console import signed_in


async def test_wallet_and_statement_agree_and_the_file_says_the_same(
    house: House, connection: Connection, clock: TurnedClock
) -> None:
    await open_shop(connection, house)
    clock.turn(timedelta(minutes=1))
    sent = await send(house)
    clock.turn(timedelta(minutes=1))
    await deliver(house, sent)
    async with signed_in(house, business_id=BUSINESS) as browser:
        wallet = (await browser.get("wallet")).json()
        assert wallet["available_micros"] == TOP_UP_MICROS - sent.price_micros
        found = (await browser.get("statement")).json()
        assert [line["kind"] for line in found["lines"]] == ["post", "hold", "top_up"]
        assert found["closing"]["spent_micros"] == wallet["spent_micros"] == sent.price_micros
        assert found["lines"][0]["message_id"] == sent.message_id
        answer = await browser.get("statement.csv")
        assert answer.headers["content-disposition"] == 'attachment; filename="statement.csv"'
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert [row["entry"] for row in rows] == ["top_up", "hold", "post"]
        assert sum(Decimal(row["available_change"]) for row in rows) * 1_000_000 == wallet["available_micros"]


async def test_pages_of_the_statement_and_of_messages_lead_to_each_other(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    ids = [(await send(house)).message_id for _ in range(5)]
    ids.append((await send(house, phone=PHONE + 1)).message_id)
    async with signed_in(house, business_id=BUSINESS) as browser:
        seen, cursor = [], ""
        while True:
            page = (await browser.get("messages", limit="2", cursor=cursor)).json()
            seen += [row["message_id"] for row in page["messages"]]
            if (cursor := page["cursor"] or "") == "":
                break
            assert str(PERSON) not in cursor
        assert sorted(seen) == sorted(ids)
        lines = (await browser.get("statement", limit="3")).json()
        rest = (await browser.get("statement", limit="200", cursor=lines["cursor"])).json()
        assert len(lines["lines"]) + len(rest["lines"]) == 6
        assert (await browser.get("statement", cursor="nonsense")).status_code == 400


async def test_messages_are_found_by_number_id_status_and_category(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    waiting, delivered = await send(house), await send(house)
    await deliver(house, delivered)
    refused = await send(house, phone=PHONE + 1)
    async with signed_in(house, business_id=BUSINESS) as browser:

        async def ids(**query: str) -> set[str]:
            return {row["message_id"] for row in (await browser.get("messages", **query)).json()["messages"]}

        assert await ids(search="+33 6 12 34 56 78") == {waiting.message_id, delivered.message_id}
        assert await ids(search=delivered.message_id) == {delivered.message_id}
        assert await ids(search="wamid.nonsense") == set()
        assert await ids(status="delivered") == {delivered.message_id}
        assert await ids(status="failed") == {refused.message_id}
        assert await ids(category="utility") == set()
        assert (await browser.get("messages", status="lost")).status_code == 400
        exported = (await browser.get("messages.csv", status="delivered")).text
        assert delivered.message_id in exported
        assert waiting.message_id not in exported


async def test_a_message_is_shown_with_its_way_its_money_and_its_webhooks(
    house: House, connection: Connection, clock: TurnedClock
) -> None:
    await open_shop(connection, house)
    sent = await send(house)
    clock.turn(timedelta(seconds=3))
    await deliver(house, sent)
    async with signed_in(house, business_id=BUSINESS) as browser:
        found = (await browser.get(f"messages/{sent.message_id}")).json()
    assert [step["status"] for step in found["statuses"]] == ["sent", "delivered"]
    assert [entry["kind"] for entry in found["journal"]] == ["hold", "post"]
    assert [notice["event"] for notice in found["webhooks"]] == ["sent", "delivered"]
    assert (found["preview"], found["price_micros"], found["currency"]) == (
        "Fresh cheese on Saturday.",
        sent.price_micros,
        "USD",
    )


async def test_a_refused_message_is_shown_with_its_reason_and_costs_nothing(
    house: House, connection: Connection
) -> None:
    await open_shop(connection, house)
    refused = await send(house, phone=PHONE + 1)
    async with signed_in(house, business_id=BUSINESS) as browser:
        found = (await browser.get(f"messages/{refused.message_id}")).json()
    assert (found["status"], found["reason"], found["journal"]) == ("failed", "not_a_person", [])
    assert [notice["event"] for notice in found["webhooks"]] == ["failed"]


async def test_a_business_does_not_learn_that_it_was_blocked(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    before = await send(house)
    await relate(house, [Decision(PERSON, BUSINESS, blocked=True)])
    after = await send(house)
    async with signed_in(house, business_id=BUSINESS) as browser:
        for sent in (before, after):
            answer = await browser.get(f"messages/{sent.message_id}")
            assert answer.json()["reason"] == "not_a_person"
            assert "blocked" not in answer.text


async def test_another_businesses_message_does_not_exist_here(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    sent = await send(house)
    async with signed_in(house, business_id=OTHER_BUSINESS) as browser:
        assert (await browser.get(f"messages/{sent.message_id}")).status_code == 404
        assert (await browser.get("messages")).json()["messages"] == []
        assert (await browser.get("webhooks")).json()["webhooks"] == []
        assert (await browser.post("webhooks/1/resend")).status_code == 404


async def test_a_webhook_is_sent_again_when_it_was_sent_before(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    await send(house)
    async with signed_in(house, business_id=BUSINESS) as browser:
        (notice,) = (await browser.get("webhooks")).json()["webhooks"]
        assert notice["state"] == "queued"
        assert (await browser.post(f"webhooks/{notice['number']}/resend")).status_code == 404
        await connection.execute("UPDATE outbox SET done_notice = last_notice WHERE business_id = $1", BUSINESS)
        await connection.execute(
            "INSERT INTO notice_attempt VALUES ($1, 1, 1, 1, 'https://shop.example/hook', 500, NULL, 'down', 12, now())",
            BUSINESS,
        )
        (notice,) = (await browser.get("webhooks", state="done")).json()["webhooks"]
        assert (notice["state"], notice["attempts"][0]["http_status"]) == ("given_up", 500)
        assert (await browser.post(f"webhooks/{notice['number']}/resend")).status_code == 200
        (notice,) = (await browser.get("webhooks", state="waiting")).json()["webhooks"]
        assert notice["state"] == "waiting"
        for search, count in ((notice["message_id"], 1), ("3361234", 1), ("wamid.nonsense", 0), ("999", 0)):
            assert len((await browser.get("webhooks", search=search)).json()["webhooks"]) == count, search
        assert (await browser.post(f"webhooks/{10**30}/resend")).status_code == 404


async def test_a_token_is_shown_once_works_and_ends(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    async with signed_in(house, business_id=BUSINESS) as browser:
        made = (await browser.post("tokens", {"name": "shop system"})).json()
        assert made["token_id"] == token_hash(made["token"]).hex()
        connected = await browser.get("connection")
        assert made["token"] not in connected.text
        assert connected.json()["base_url"] == "https://clarine.example"
        assert connected.json()["phone_numbers"][0]["phone_number_id"] == str(NUMBER)
        assert (await browser.post(f"tokens/{made['token_id']}/end")).status_code == 200
        assert (await browser.post(f"tokens/{made['token_id']}/end")).status_code == 404
        assert (await browser.get("connection")).json()["tokens"][0]["ended_at"] is not None
    async with signed_in(house, business_id=OTHER_BUSINESS) as browser:
        assert (await browser.post(f"tokens/{made['token_id']}/end")).status_code == 404


async def test_a_consent_is_written_down_with_its_words_and_allows_the_message(
    house: House, connection: Connection
) -> None:
    await open_shop(connection, house)
    await connection.execute("UPDATE conversation SET marketing_consent = false")
    consent = {
        "phone": "+33 6 12 34 56 78",
        "category": "marketing",
        "wording": "Yes, tell me about Saturday's cheese.",
        "wording_version": "2026-11",
        "source": "shop form",
        "given_at": house.clock.now().isoformat(),
    }
    async with signed_in(house, business_id=BUSINESS) as browser:
        answer = await browser.post("consents", consent)
        assert answer.status_code == 200, answer.text
        found = (await browser.get("consents", phone="0033612345678")).json()["consents"]
        assert [(row["act"], row["wording"], row["actor"]) for row in found] == [
            ("granted", consent["wording"], "business")
        ]
        later = (house.clock.now() + timedelta(days=1)).isoformat()
        assert (await browser.post("consents", {**consent, "given_at": later})).status_code == 400
        assert (await browser.post("consents", {**consent, "phone": "12"})).json()["error"]["code"] == "phone"
        assert (await browser.post("consents", {**consent, "phone": "+33612345679"})).status_code == 404
    assert (await send(house)).price_micros > 0


async def test_a_template_is_filed_and_waits_for_review(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    draft = {
        "name": "open_day",
        "language": "en",
        "category": "marketing",
        "components": [{"type": "BODY", "text": "We open the cellar on Sunday."}],
    }
    async with signed_in(house, business_id=BUSINESS) as browser:
        assert (await browser.post("templates", draft)).json()["status"] == "pending"
        assert (await browser.post("templates", {**draft, "name": "Bad Name"})).status_code == 400
        assert (await browser.post("templates", draft)).status_code == 409
        found = (await browser.get("templates")).json()["templates"]
        assert {row["name"]: row["status"] for row in found} == {"open_day": "pending", "saturday": "approved"}


async def test_a_name_that_is_a_formula_does_not_run_in_a_spreadsheet(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    await connection.execute("UPDATE person SET name = '=HYPERLINK(1)'")
    await send(house)
    async with signed_in(house, business_id=BUSINESS) as browser:
        (row,) = csv.DictReader(io.StringIO((await browser.get("messages.csv")).text.removeprefix("\ufeff")))
    assert row["name"] == "'=HYPERLINK(1)"
