"""The calls of Chatwoot, Typebot and Evolution API, as their source forms them: addresses, tokens, bodies, what they read back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from clarine.domain.ids import MessageKey
from clarine.flow.templates import create_template
from tests.cast import Someone
from tests.wire.conftest import PNG, Api, says, uploaded

TO = "16505551234"


@pytest_asyncio.fixture
async def bare(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A client that brings no token by itself."""
    async with httpx.AsyncClient(transport=api.client._transport, base_url="http://api.test") as client:
        yield client


async def test_chatwoot_lists_templates_with_the_token_in_the_query_and_follows_the_pages(
    api: Api, bare: httpx.AsyncClient
) -> None:
    business_id = api.keys.business.business_id
    for number in range(30):
        body = [{"type": "BODY", "text": f"Milk number {number} is here"}]
        await create_template(
            api.house, business_id, name=f"milk_{number}", language="en", category="UTILITY", components=body,
            parameter_format=None,
        )  # fmt: skip
    url = f"/v14.0/{api.keys.business.waba_id}/message_templates?access_token={api.keys.access_token}"
    names: list[str] = []
    while url:
        answer = (await bare.get(url)).json()
        names += [template["name"] for template in answer["data"]]
        assert all(
            {"id", "language", "status", "category", "components"} <= template.keys() for template in answer["data"]
        )
        url = answer.get("paging", {}).get("next", "")
    assert (len(names), len(set(names))) == (31, 31)


async def test_chatwoot_sends_with_v13_and_a_context_that_is_null(api: Api, guest: Someone) -> None:
    api.fetch.files = {"https://files.test/a.png": PNG}
    path = f"/v13.0/{api.keys.phone_number.phone_number_id}/messages"
    common = {"messaging_product": "whatsapp", "context": None, "to": TO}
    picture = {"link": "https://files.test/a.png", "caption": "A cow"}
    rows = {"button": "Choose", "sections": [{"rows": [{"id": "1", "title": "One"}]}]}
    template = {"name": "hello_world", "language": {"policy": "deterministic", "code": "en_US"}, "components": []}
    bodies = [
        {**common, "text": {"body": "Hello"}, "type": "text"},
        {**common, "type": "image", "image": picture},
        {**common, "type": "interactive", "interactive": {"type": "list", "body": {"text": "?"}, "action": rows}},
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": TO,
            "type": "template",
            "template": template,
        },
    ]
    for body in bodies:
        answer = await api.client.post(path, json=body)
        assert answer.status_code == 200, (body, answer.text)
        assert answer.json()["messages"][0]["id"].startswith("wamid.")


async def test_chatwoot_fetches_media_through_the_number_it_came_to(api: Api) -> None:
    media_id = await uploaded(api)
    query = {"phone_number_id": str(api.keys.phone_number.phone_number_id)}
    shown = (await api.client.get(f"/v13.0/{media_id}", params=query)).json()
    assert (shown["mime_type"], (await api.client.get(shown["url"])).content) == ("image/png", PNG)


async def test_typebot_checks_its_credentials_and_subscribes_on_v17(api: Api) -> None:
    token = {"Authorization": f"Bearer {api.keys.access_token}"}
    debug = await api.client.get("/v17.0/debug_token", params={"input_token": api.keys.access_token}, headers=token)
    data = debug.json()["data"]
    assert (data["is_valid"], data["expires_at"]) == (True, 0)
    assert {"whatsapp_business_management", "whatsapp_business_messaging"} <= set(data["scopes"])
    (scope, *_) = data["granular_scopes"]
    assert scope["target_ids"] == [str(api.keys.business.waba_id)]
    numbers = (await api.client.get(f"/v17.0/{api.keys.business.waba_id}/phone_numbers")).json()["data"]
    assert {"id", "display_phone_number", "verified_name"} <= numbers[0].keys()
    proof = {"appsecret_proof": "0" * 64}
    hook = {"override_callback_uri": "https://bot.test/webhook", "verify_token": "vt"}
    answer = await api.client.post(f"/v17.0/{api.keys.business.waba_id}/subscribed_apps", params=proof, json=hook)
    assert answer.json() == {"success": True}


async def test_evolution_api_puts_the_version_before_the_number_and_repeats_the_token_for_the_file(
    api: Api, guest: Someone
) -> None:
    wamid = api.house.seal.message_id(MessageKey(guest.person_id, await says(api, guest, "again", "k2")))
    phone = f"/v25.0/{api.keys.phone_number.phone_number_id}"
    form = {"typeFile": "image/png", "messaging_product": "whatsapp"}
    files = {"file": ("image.png", PNG, "image/png")}
    media_id = (await api.client.post(f"{phone}/media", data=form, files=files)).json()["id"]
    common = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": TO}
    bodies = [
        {**common, "type": "text", "text": {"body": "Hello", "preview_url": False}},
        {**common, "type": "image", "image": {"id": media_id, "caption": "A cow"}},
        {**common, "type": "reaction", "reaction": {"message_id": wamid, "emoji": "👍"}},
        {**common, "type": "text", "text": {"body": "Yes", "preview_url": True}, "context": {"message_id": wamid}},
        {
            **common,
            "type": "interactive",
            "interactive": {
                "type": "button",
                "body": {"text": "Select"},
                "action": {"buttons": [{"type": "reply", "reply": {"title": "Yes", "id": "yes"}}]},
            },
        },
    ]
    for body in bodies:
        answer = await api.client.post(f"{phone}/messages", json=body)
        assert answer.status_code == 200, (body, answer.text)
    headers = {"Content-Type": "application/json"}
    shown = (await api.client.get(f"/v25.0/{media_id}", headers=headers)).json()
    assert (await api.client.get(shown["url"])).content == PNG
    profile = {"messaging_product": "whatsapp", "about": "Milk", "vertical": "RETAIL", "websites": ["https://f.test"]}
    assert (await api.client.post(f"{phone}/whatsapp_business_profile", json=profile)).json() == {"success": True}
