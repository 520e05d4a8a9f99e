"""Chats over HTTP: what may be written, what is refused, who may write to whom, and who a business is."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from clarine.domain.message import Button, Interactive, ListRow, ListSection
from clarine.edge.people.limits import PeopleRates, Rate
from clarine.flow.accept import SendRequest
from clarine.flow.house import House
from clarine.flow.short_links import create_link
from tests.cast import Cast, Shop, Someone
from tests.wire.people_app import people_app

CARD = {"name": {"formatted_name": "Dr. Ana Lopes", "first_name": "Ana"}, "phones": [{"phone": "+351 912 345 678"}]}


async def write(client: httpx.AsyncClient, shop: Shop, content: dict[str, Any], **more: Any) -> httpx.Response:
    body = {"client_key": f"key-{abs(hash(str(content)))}", "content": content, **more}
    return await client.post(f"/chats/{shop.business_id}/messages", json=body)


@pytest.mark.parametrize(
    "content",
    [
        {"type": "text", "body": "नमस्ते 🐄", "preview_url": True},
        {"type": "text", "body": "x" * 4096},
        {"type": "location", "latitude": 38.7, "longitude": -9.1, "name": "The barn"},
        {"type": "contacts", "contacts": [CARD]},
    ],
)
async def test_what_a_person_writes_stands_in_the_thread_as_it_was_said(
    house: House, cast: Cast, content: dict[str, Any]
) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    async with app.client(await app.token(someone)) as client:
        answer = await write(client, shop, content)
        assert answer.status_code == 200, answer.text
        message = answer.json()["message"]
        assert (message["from"], message["status"]) == ("me", "sent")
        assert content.items() <= message["content"].items()
        thread = (await client.get(f"/chats/{shop.business_id}/messages")).json()["messages"]
    assert thread == [message]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"type": "text"}, "content"),
        ({"type": "text", "body": "   "}, "content.body"),
        ({"type": "text", "body": "x" * 4097}, "content.body"),
        ({"type": "interactive", "kind": "button", "body": "x"}, "content.type"),
        ({"type": "location", "latitude": 91, "longitude": 0}, "content.latitude"),
        ({"type": "contacts", "contacts": []}, "content.contacts"),
        ({"type": "contacts", "contacts": [{"name": {}}]}, "content.contacts[0].name"),
        ({"type": "reaction", "target_seq": 999, "emoji": "👍"}, "reply_to"),
        ({"type": "choice", "kind": "button_reply", "id": "a", "title": "A"}, "reply_to"),
        ({"type": "image", "media_id": "150000000000001"}, "content.media_id"),
        ({"type": "image", "media_id": "x"}, "content.media_id"),
    ],
)
async def test_what_cannot_be_said_is_refused_by_its_field(
    house: House, cast: Cast, content: dict[str, Any], field: str
) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    async with app.client(await app.token(someone)) as client:
        answer = await write(client, shop, content)
        assert (answer.status_code, answer.json()["error"].get("field")) == (400, field), answer.text
        assert (await client.get(f"/chats/{shop.business_id}/messages")).json() == {"messages": []}


async def test_only_what_a_message_offers_can_be_chosen(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    await cast.says(someone, shop)
    buttons = Interactive("button", "Come?", buttons=(Button("yes", "Yes"), Button("no", "No")))
    rows = Interactive("list", "When?", list_label="Days", sections=(ListSection((ListRow("mo", "Monday"),)),))
    for content in (buttons, rows):
        await cast.send(SendRequest(shop.business_id, shop.phone_number_id, content, phone=someone.phone))
    app = people_app(house)
    async with app.client(await app.token(someone)) as client:
        listed = (await client.get(f"/chats/{shop.business_id}/messages")).json()["messages"]
        rows_seq, buttons_seq = listed[0]["seq"], listed[1]["seq"]
        yes = {"type": "choice", "kind": "button_reply", "id": "yes", "title": "Yes"}
        monday = {"type": "choice", "kind": "list_reply", "id": "mo", "title": "Monday"}
        assert (await write(client, shop, yes, reply_to=buttons_seq)).json()["message"]["reply_to"] == buttons_seq
        assert (await write(client, shop, monday, reply_to=rows_seq)).status_code == 200
        for choice, seq in ((yes, rows_seq), (monday, buttons_seq), (dict(yes, title="Maybe"), buttons_seq)):
            forged = await write(client, shop, dict(choice, description="forged"), reply_to=seq)
            assert forged.json()["error"]["field"] == "content.id", choice


async def test_a_business_is_told_of_no_message_of_another(house: House, cast: Cast) -> None:
    shop, other, someone = await cast.shop(), await cast.shop(), await cast.person()
    seq = await cast.says(someone, other)
    app = people_app(house)
    async with app.client(await app.token(someone)) as client:
        reaction = {"type": "reaction", "target_seq": seq, "emoji": "👍"}
        assert (await write(client, shop, reaction)).status_code == 400
        assert (await write(client, shop, {"type": "text", "body": "x"}, reply_to=seq)).status_code == 400
        assert (await write(client, other, reaction)).status_code == 200
        report = {"reason": "scam", "seq": seq}
        assert (await client.post(f"/chats/{shop.business_id}/reports", json=report)).status_code == 400
        assert (await client.post(f"/chats/{other.business_id}/reports", json=report)).status_code == 200


async def test_nobody_reads_the_thread_of_another_person(house: House, cast: Cast) -> None:
    shop, someone, other = await cast.shop(), await cast.person(), await cast.person()
    await cast.send(shop.template(someone))
    app = people_app(house)
    async with app.client(await app.token(other)) as client:
        assert (await client.get(f"/chats/{shop.business_id}/messages")).json() == {"messages": []}
        assert (await client.get("/chats")).json()["chats"] == []


async def test_a_thread_comes_in_pages_from_the_newest(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    await cast.send(*[shop.template(someone) for _ in range(5)])
    app = people_app(house)
    async with app.client(await app.token(someone)) as client:
        path = f"/chats/{shop.business_id}/messages"
        newest = (await client.get(f"{path}?limit=2")).json()["messages"]
        older = (await client.get(f"{path}?limit=3&before={newest[-1]['seq']}")).json()["messages"]
        assert [message["seq"] for message in newest + older] == [5, 4, 3, 2, 1]
        for query in ("limit=0", "limit=201", "limit=x", "before=0", "before=-1"):
            assert (await client.get(f"{path}?{query}")).status_code == 400, query


async def test_block_stop_and_consent_are_decisions_with_evidence(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    await cast.consent(someone, shop)
    app = people_app(house)
    async with app.client(await app.token(someone)) as client:
        path = f"/chats/{shop.business_id}"
        change = {"stopped": True, "marketing_consent": False}
        relation = (await client.post(f"{path}/relation", json=change)).json()["relation"]
        assert relation == {
            "blocked": False,
            "stopped": True,
            "marketing_consent": False,
            "utility_consent": True,
        }
        card = (await client.get(f"{path}/card")).json()
        assert card["relation"] == relation
        assert [(each["act"], each["category"], each["source"]) for each in card["why"]] == [
            ("withdrawn", "marketing", "app"),
            ("stopped", "all", "app"),
            ("granted", "all", "shop form"),
        ]
        assert card["why"][-1]["wording"] == "Yes, write to me"
        await client.post(f"{path}/relation", json={"blocked": True})
        blocked = await write(client, shop, {"type": "text", "body": "hello"})
        assert (blocked.status_code, blocked.json()["error"]["code"]) == (403, "blocked")
        assert (await client.post(f"{path}/relation", json={})).status_code == 400
        assert (await client.post(f"{path}/relation", json={"blocked": "yes"})).status_code == 400


async def test_stop_as_a_word_does_what_the_button_does(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    async with app.client(await app.token(someone)) as client:
        await write(client, shop, {"type": "text", "body": "Stop."})
        card = (await client.get(f"/chats/{shop.business_id}/card")).json()
        assert card["relation"]["stopped"] is True
        assert [(each["act"], each["source"], each["wording"]) for each in card["why"]] == [
            ("stopped", "chat", "Stop.")
        ]
    assert await cast.facts(shop) == ["inbound", "preference:stop"]


async def test_businesses_are_found_by_name_and_number(house: House, cast: Cast) -> None:
    shop = await cast.shop()
    someone = await cast.person()
    app = people_app(house)
    async with app.client(await app.token(someone)) as client:
        card = (await client.get(f"/chats/{shop.business_id}/card")).json()
        for query in ("shop", card["business"]["phone"], "+" + card["business"]["phone"]):
            found = (await client.get("/businesses", params={"q": query})).json()["businesses"]
            assert [each["business_id"] for each in found] == [str(shop.business_id)], query
        for query in ("%", "nobody", "_____"):
            assert (await client.get("/businesses", params={"q": query})).json() == {"businesses": []}, query


async def test_what_does_not_exist_is_not_found(house: House, cast: Cast) -> None:
    app = people_app(house)
    nobody = Shop(130000000000999, 0, 0, 0)
    async with app.client(await app.token(await cast.person())) as client:
        for path in ("/chats/130000000000999/card", "/chats/x/card"):
            assert (await client.get(path)).status_code == 404
        assert (await write(client, nobody, {"type": "text", "body": "hello"})).status_code == 404
        for call, body in (("read", {"seq": 1}), ("relation", {"blocked": True}), ("reports", {"reason": "scam"})):
            answer = await client.post(f"/chats/130000000000999/{call}", json=body)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), call


async def test_a_business_is_told_which_of_its_short_links_somebody_came_by(house: House, cast: Cast) -> None:
    shop, other, someone = await cast.shop(), await cast.shop(), await cast.person()
    made = [
        await create_link(house, each.business_id, each.phone_number_id, prefilled="Is it open?")
        for each in (shop, other)
    ]
    app = people_app(house)
    async with app.client(await app.token(someone)) as client:
        codes = [made[0].code, made[1].code, "0" * 14]
        answers = [
            await write(client, shop, {"type": "text", "body": str(n)}, link=code) for n, code in enumerate(codes)
        ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]  # a link that is gone stops nobody
    query = "SELECT fact::jsonb->'referral'->>'source_id' FROM notice WHERE business_id = $1 ORDER BY number"
    assert [told for (told,) in await cast.connection.fetch(query, shop.business_id)] == [made[0].code, None, None]


async def test_who_writes_too_often_is_told_when_to_come_back(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house, rates=PeopleRates(writes=Rate(2, 7)))
    async with app.client(await app.token(someone)) as client:
        answers = [await write(client, shop, {"type": "text", "body": str(number)}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "7"


async def test_a_withdrawn_message_can_be_read_by_nobody(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    await cast.send(shop.template(someone))
    app = people_app(house)
    async with app.client(await _stopped(app, shop, someone)) as client:
        events = (await client.get("/events")).json()["events"]
        thread = (await client.get(f"/chats/{shop.business_id}/messages")).json()["messages"]
        (chat,) = (await client.get("/chats")).json()["chats"]
    assert events[0]["message"]["status"] == "failed"
    assert "happened" not in str(events)
    assert (thread, chat["last"], chat["unread"]) == ([], None, 0)


async def _stopped(app: Any, shop: Shop, someone: Someone) -> str:
    token: str = await app.token(someone)
    async with app.client(token) as client:
        await client.post(f"/chats/{shop.business_id}/relation", json={"stopped": True})
    return token
