"""Sending over the Cloud API: every type, every refusal once beside its success."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clarine.domain.ids import MessageKey
from tests.cast import Someone
from tests.wire.conftest import PNG, Api, error, says, stored, uploaded


async def test_a_text_is_accepted_and_stands_in_the_stream(api: Api, guest: Someone) -> None:
    response = await api.send("+1 (650) 555-1234", text={"body": "Grüße", "preview_url": True})
    assert response.status_code == 200
    answer = response.json()
    assert answer["contacts"] == [{"input": "+1 (650) 555-1234", "wa_id": "16505551234"}]
    assert answer["messages"][0]["id"].startswith("wamid.")
    assert "message_status" not in answer["messages"][0]
    assert (await stored(api, guest))[-1] == {"body": "Grüße", "preview_url": True, "type": "text"}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("location", {"latitude": 1.5, "longitude": 2.5, "name": "n", "address": "a"}),
        (
            "contacts",
            [{"name": {"formatted_name": "A B", "last_name": None}, "emails": [], "phones": [{"phone": "123"}]}],
        ),
        (
            "interactive",
            {
                "type": "button",
                "header": {"type": "text", "text": "H"},
                "body": {"text": "b"},
                "footer": {"text": "f"},
                "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]},
            },
        ),
        (
            "interactive",
            {
                "type": "list",
                "body": {"text": "b"},
                "action": {"button": "Menu", "sections": [{"title": "S", "rows": [{"id": "r", "title": "T"}]}]},
            },
        ),
        (
            "interactive",
            {
                "type": "cta_url",
                "body": {"text": "b"},
                "action": {"name": "cta_url", "parameters": {"display_text": "Open", "url": "https://example.org/a"}},
            },
        ),
        ("template", {"name": "hello_world", "language": {"code": "en_US"}, "components": []}),
    ],
)
async def test_every_kind_of_message_is_taken(api: Api, guest: Someone, kind: str, content: Any) -> None:
    response = await api.send("16505551234", kind, **{kind: content})
    assert response.status_code == 200, response.text
    assert (await stored(api, guest))[-1]["type"] == kind
    status = response.json()["messages"][0].get("message_status")
    assert status == ("accepted" if kind == "template" else None)


@pytest.mark.parametrize("kind", ["image", "document"])
async def test_uploaded_media_are_sent_by_their_id(api: Api, guest: Someone, kind: str) -> None:
    media_id = await uploaded(api)
    response = await api.send("16505551234", kind, **{kind: {"id": media_id, "caption": "c"}})
    assert response.status_code == 200, response.text
    found = (await stored(api, guest))[-1]
    assert (found["type"], found["mime"], found["caption"], found["size"]) == (kind, "image/png", "c", len(PNG))


async def test_a_header_picture_given_by_link_is_fetched_once_for_many_sends(api: Api, guest: Someone) -> None:
    link = "https://example.org/a.png"
    api.fetch.files[link] = PNG
    interactive = {
        "type": "button",
        "header": {"type": "image", "image": {"link": link}},
        "body": {"text": "b"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]},
    }
    for _ in range(2):
        response = await api.send("16505551234", "interactive", interactive=interactive)
        assert response.status_code == 200, response.text
    assert (await api.send("16505551234", "image", image={"link": link})).status_code == 200
    assert api.fetch.opened == [link]


async def test_a_link_that_leads_nowhere_is_a_download_error_that_is_told_later(api: Api, guest: Someone) -> None:
    query = {"callback_url": "https://shop.test/", "verify_token": "vt", "fields": "messages"}
    await api.client.post(f"{api.app}/subscriptions", params=query)
    response = await api.send("16505551234", "image", image={"link": "https://example.org/none.png"})
    assert response.status_code == 200
    value = json.loads((await api.notify())[-1][1])["entry"][0]["changes"][0]["value"]
    (told,) = value["statuses"][0]["errors"]
    assert (told["code"], told["error_data"]["details"]) == (
        131052,
        "HTTP code 404 when fetching https://example.org/none.png",
    )


async def test_media_of_somebody_else_are_not_sent(sync_api: Api, someone: Someone) -> None:
    await says(sync_api, someone)
    response = await sync_api.send("16505551234", "image", image={"id": "150000000000001"})
    assert (response.status_code, error(response)["code"]) == (400, 131053)


async def test_a_reaction_and_a_reply_find_the_message_they_are_about(api: Api, guest: Someone) -> None:
    seq = await says(api, guest, "second", "k2")
    wamid = api.house.seal.message_id(MessageKey(guest.person_id, seq))
    reaction = await api.send("16505551234", "reaction", reaction={"message_id": wamid, "emoji": "👍"})
    assert reaction.status_code == 200, reaction.text
    assert (await stored(api, guest))[-1] == {"target_seq": seq, "emoji": "👍", "type": "reaction"}
    reply = await api.send("16505551234", text={"body": "yes"}, context={"message_id": wamid})
    assert reply.status_code == 200
    query = "SELECT reply_to_seq FROM message WHERE person_id = $1 ORDER BY seq DESC LIMIT 1"
    assert await api.cast.connection.fetchval(query, guest.person_id) == seq
    wrong = await api.send("16505551234", "reaction", reaction={"message_id": "wamid.x", "emoji": "👍"})
    assert error(wrong)["code"] == 131009


async def test_a_read_mark_reaches_the_person_and_only_their_own_message(api: Api, guest: Someone) -> None:
    wamid = api.house.seal.message_id(MessageKey(guest.person_id, 1))
    typed: list[object] = []
    stop = api.house.bus.listen(lambda ring: typed.extend(ring.typing))
    body = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": wamid,
        "typing_indicator": {"type": "text"},
    }
    response = await api.client.post(f"{api.phone}/messages", json=body)
    stop()
    assert response.json() == {"success": True}
    assert typed == [(guest.person_id, api.keys.business.business_id)]
    statuses = await api.cast.connection.fetch("SELECT status FROM receipt WHERE person_id = $1", guest.person_id)
    assert [status for (status,) in statuses] == [3]
    other = await api.client.post(f"{api.phone}/messages", json={**body, "message_id": "wamid.x"})
    assert error(other)["code"] == 131009


@pytest.mark.parametrize(
    ("message", "code", "told"),
    [
        ({"text": {}}, 131008, "text['body']"),
        ({"text": {"body": "x" * 4097}}, 131009, "4096"),
        ({"text": None}, 131008, "text"),
        ({"text": {"body": ["x"]}}, 131009, "text.body"),
        ({"type": "image", "image": {}}, 131008, "image['id']"),
        ({"type": "image", "image": {"id": "abc"}}, 131053, "abc"),
        ({"type": "audio", "audio": {"id": "150000000000001", "caption": "c"}}, 131009, "caption"),
        ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, 131009, "degrees"),
        ({"type": "contacts", "contacts": [{"phones": []}]}, 131008, "formatted_name"),
        ({"type": "reaction", "reaction": {"emoji": "x"}}, 131008, "message_id"),
        ({"type": "interactive", "interactive": {"type": "button", "body": {"text": "b"}}}, 131008, "action"),
        (
            {"type": "interactive", "interactive": {"type": "voice_call", "body": {"text": "b"}, "action": {}}},
            131051,
            "voice_call",
        ),
        ({"type": "template", "template": {"name": "x"}}, 131008, "language"),
        ({"type": "poll"}, 131051, "poll"),
        ({"to": ""}, 131008, "to"),
        ({"to": "12"}, 131009, "phone number"),
        ({"to": "15550783881"}, 131021, "sender"),
        ({"to": None, "recipient": "US.1"}, 131026, "user id"),
        ({"recipient_type": "group"}, 131051, "group"),
        ({"biz_opaque_callback_data": "x" * 513}, 131009, "512"),
        ({"messaging_product": None}, 100, "messaging_product"),
        ({"messaging_product": "sms"}, 100, "WHATSAPP"),
    ],
)
async def test_what_is_wrong_with_a_message_is_named(
    api: Api, guest: Someone, message: dict[str, Any], code: int, told: str
) -> None:
    body = {"messaging_product": "whatsapp", "to": "16505551234", "text": {"body": "hello"}, **message}
    response = await api.client.post(f"{api.phone}/messages", json=body)
    found = error(response)
    assert (response.status_code, found["code"]) == (400, code)
    assert told in found["message"] + found.get("error_data", {}).get("details", "")


async def test_buttons_must_differ_and_lists_end_at_ten_rows(api: Api, guest: Someone) -> None:
    reply = {"type": "reply", "reply": {"id": "y", "title": "Yes"}}
    twice = {"type": "button", "body": {"text": "b"}, "action": {"buttons": [reply, reply]}}
    assert error(await api.send("16505551234", "interactive", interactive=twice))["code"] == 131009
    rows = [{"id": str(number), "title": "T"} for number in range(11)]
    long = {"type": "list", "body": {"text": "b"}, "action": {"button": "Menu", "sections": [{"rows": rows}]}}
    assert error(await api.send("16505551234", "interactive", interactive=long))["code"] == 131009


@pytest.mark.parametrize(
    ("template", "status", "code"),
    [
        ({"name": "nothing", "language": {"code": "en_US"}}, 404, 132001),
        ({"name": "hello_world", "language": {"code": "fr"}}, 404, 132001),
        (
            {
                "name": "hello_world",
                "language": {"code": "en_US"},
                "components": [{"type": "BODY", "parameters": [{"type": "text", "text": "x"}]}],
            },
            400,
            132000,
        ),
    ],
)
async def test_templates_are_refused_at_once(
    api: Api, guest: Someone, template: dict[str, Any], status: int, code: int
) -> None:
    response = await api.send("16505551234", "template", template=template)
    assert (response.status_code, error(response)["code"]) == (status, code)


async def test_policy_refusals_are_accepted_first_and_fail_by_webhook(api: Api, someone: Someone) -> None:
    response = await api.send("16505551234")
    assert response.status_code == 200
    wamid = response.json()["messages"][0]["id"]
    await api.client.post(
        f"{api.waba}/subscribed_apps", json={"override_callback_uri": "https://h.test/", "verify_token": "vt"}
    )
    ((_, body, _),) = await api.notify()
    (status,) = json.loads(body)["entry"][0]["changes"][0]["value"]["statuses"]
    assert (status["id"], status["status"], status["errors"][0]["code"]) == (wamid, "failed", 131047)


async def test_in_sync_mode_policy_refusals_are_errors(sync_api: Api, someone: Someone) -> None:
    assert error(await sync_api.send("16505551234"))["code"] == 131047
    unknown = error(await sync_api.send("16505559999"))
    assert (unknown["code"], unknown["error_data"]["details"]) == (131026, "Message undeliverable")
    await says(sync_api, someone)
    assert (await sync_api.send("16505551234")).status_code == 200


async def test_the_same_idempotency_key_gets_the_same_answer_and_another_body_a_refusal(
    api: Api, guest: Someone
) -> None:
    body = {"messaging_product": "whatsapp", "to": "16505551234", "text": {"body": "once"}}
    headers = {"Idempotency-Key": "order-7"}
    one, two = [await api.client.post(f"{api.phone}/messages", json=body, headers=headers) for _ in range(2)]
    assert one.json() == two.json()
    assert len(await stored(api, guest)) == 1
    other = await api.client.post(f"{api.phone}/messages", json={**body, "text": {"body": "two"}}, headers=headers)
    assert error(other)["code"] == 100


async def test_a_user_id_is_as_good_as_a_phone_number(api: Api, guest: Someone) -> None:
    user_id = api.house.seal.user_id(guest.person_id, business_id=api.keys.business.business_id, country="US")
    body = {"messaging_product": "whatsapp", "recipient": user_id, "text": {"body": "hi"}}
    response = await api.client.post(f"{api.phone}/messages", json=body)
    assert response.json()["contacts"] == [{"input": user_id, "user_id": user_id}]
    assert len(await stored(api, guest)) == 1


async def test_the_character_nul_is_refused_wherever_it_stands(api: Api, guest: Someone) -> None:
    for message in ({"text": {"body": "a\x00b"}}, {"text": {"body": "a"}, "biz_opaque_callback_data": "\x00"}):
        assert error(await api.send("16505551234", **message))["code"] == 100
    nul = {"name": "a\x00b", "language": "en", "category": "UTILITY", "components": [{"type": "BODY", "text": "a\x00"}]}
    calls = [
        await api.client.post(f"{api.waba}/message_templates", json=nul),
        await api.client.get(f"{api.waba}/message_templates", params={"name": "a\x00b"}),
        await api.client.get(f"{api.waba}/message_templates", params={"language": '["a\\u0000"]'}),
        await api.client.post(f"{api.phone}/message_qrdls", json={"prefilled_message": "a\x00b"}),
        await api.client.get(f"{api.phone}/message_qrdls/a%00b"),
        await api.client.post(f"{api.waba}", json={"name": "a\x00b"}),
        await api.client.post(f"{api.waba}/upsert_message_templates", json={**nul, "languages": ["e\x00"]}),
    ]
    assert [error(response)["code"] for response in calls] == [100] * len(calls)
