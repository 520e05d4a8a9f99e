"""Templates over the Cloud API: filed, reviewed, listed, edited, deleted; the business is told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from clarine.adapters.clock import TurnedClock
from clarine.domain.errors import Conflict, Invalid
from clarine.flow.templates import approve_template, reject_template
from tests.cast import Someone
from tests.wire.conftest import PNG, Api, error, stored

BODY: dict[str, Any] = {
    "type": "BODY",
    "text": "Hello {{1}}, welcome to our shop.",
    "example": {"body_text": [["Ana"]]},
}


async def create(api: Api, name: str = "welcome", **more: Any) -> Any:
    body = {"name": name, "language": "en_US", "category": "UTILITY", "components": [BODY], **more}
    return await api.client.post(f"{api.waba}/message_templates", json=body)


async def test_a_template_waits_for_review_and_is_sent_after_it(api: Api, guest: Someone) -> None:
    created = (await create(api)).json()
    assert (created["status"], created["category"]) == ("PENDING", "UTILITY")
    template = {"name": "welcome", "language": {"code": "en_US"},
                "components": [{"type": "BODY", "parameters": [{"type": "text", "text": "Zoë"}]}]}  # fmt: skip
    assert error(await api.send("16505551234", "template", template=template))["code"] == 132001
    business_id = api.keys.business.business_id
    await approve_template(api.house, business_id, int(created["id"]))
    sent = await api.send("16505551234", "template", template=template)
    assert sent.status_code == 200, sent.text
    with pytest.raises(Conflict):
        await approve_template(api.house, business_id, int(created["id"]))


async def test_the_verdict_is_told_by_webhook(api: Api) -> None:
    await api.client.post(f"{api.app}/subscriptions", params={"callback_url": "https://h.test/", "verify_token": "vt"})
    created = (await create(api)).json()
    with pytest.raises(Invalid):
        await reject_template(api.house, api.keys.business.business_id, int(created["id"]), reason="UGLY")
    await reject_template(api.house, api.keys.business.business_id, int(created["id"]), reason="PROMOTIONAL")
    ((_, body, _),) = await api.notify()
    entry = json.loads(body)["entry"][0]
    assert isinstance(entry["time"], int)
    (change,) = entry["changes"]
    assert change == {
        "field": "message_template_status_update",
        "value": {
            "event": "REJECTED",
            "message_template_id": int(created["id"]),
            "message_template_name": "welcome",
            "message_template_language": "en_US",
            "message_template_category": "UTILITY",
            "reason": "PROMOTIONAL",
        },
    }


async def test_what_a_machine_sees_is_refused_without_waiting(api: Api) -> None:
    crowded = {"type": "BODY", "text": "{{1}}", "example": {"body_text": [["Ana"]]}}
    created = (await create(api, components=[crowded])).json()
    assert created["status"] == "REJECTED"
    shown = (await api.client.get(f"/{created['id']}?fields=rejected_reason,status")).json()
    assert shown == {"rejected_reason": "INVALID_FORMAT", "status": "REJECTED", "id": created["id"]}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "Bad Name"}, "name"),
        ({"name": None}, "name"),
        ({"components": []}, "BODY"),
        ({"category": "FUN"}, "category"),
        ({"components": "[{"}, "list"),
    ],
)
async def test_a_template_that_cannot_be_is_refused_by_name(api: Api, change: dict[str, Any], told: str) -> None:
    response = await create(api, **change)
    found = error(response)
    assert (response.status_code, found["code"]) == (400, 100)
    assert told in found["message"] + str(found.get("error_data"))


async def test_a_name_is_taken_once_per_language_and_rests_after_deletion(api: Api, clock: TurnedClock) -> None:
    created = (await create(api)).json()
    assert error(await create(api))["error_subcode"] == 2388024
    assert (await create(api, language="fr")).status_code == 200
    await approve_template(api.house, api.keys.business.business_id, int(created["id"]))
    gone = await api.client.delete(f"{api.waba}/message_templates", params={"name": "welcome", "hsm_id": created["id"]})
    assert gone.json() == {"success": True}
    assert error(await api.client.get(f"/{created['id']}"))["error_subcode"] == 33
    assert error(await create(api))["error_subcode"] == 2388023
    clock.turn(timedelta(days=31))
    assert (await create(api)).status_code == 200
    assert (await api.client.delete(f"{api.waba}/message_templates?name=welcome")).json() == {"success": True}
    nothing = await api.client.delete(f"{api.waba}/message_templates?name=welcome")
    assert error(nothing)["error_subcode"] == 2593002


async def test_templates_are_listed_in_pages_whose_links_are_absolute(api: Api, clock: TurnedClock) -> None:
    for number in range(4):
        clock.turn(timedelta(seconds=1))
        await create(api, f"welcome_{number}")
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "api.example.org"}
    first = (await api.client.get(f"{api.waba}/message_templates?limit=2&access_token=x", headers=headers)).json()
    assert [each["name"] for each in first["data"]] == ["welcome_3", "welcome_2"]
    link = first["paging"]["next"]
    assert link.startswith(f"https://api.example.org{api.waba}/message_templates?limit=2&access_token=x&after=")
    second = (await api.client.get(link.replace("https://api.example.org", ""))).json()
    assert [each["name"] for each in second["data"]] == ["welcome_1", "welcome_0"]
    back = (await api.client.get(second["paging"]["previous"].replace("https://", "http://"))).json()
    assert [each["name"] for each in back["data"]] == ["welcome_3", "welcome_2"]
    last = (await api.client.get(second["paging"]["next"])).json()
    assert [each["name"] for each in last["data"]] == ["hello_world"]
    assert "next" not in last["paging"]
    wrong = await api.client.get(f"{api.waba}/message_templates?after=nonsense")
    assert error(wrong)["code"] == 100


async def test_templates_are_found_by_their_filters(api: Api) -> None:
    await create(api)

    async def names(query: str) -> list[str]:
        found = (await api.client.get(f"{api.waba}/message_templates?{query}")).json()
        return sorted(each["name"] for each in found["data"])

    assert await names("status=APPROVED") == ["hello_world"]
    assert await names('status=["APPROVED","PENDING"]') == ["hello_world", "welcome"]
    assert await names("name=welcome") == ["welcome"]
    assert await names("content=our%20shop") == ["welcome"]
    assert await names("name_or_content=WORLD") == ["hello_world"]
    assert await names("language=en_US&category=utility") == ["hello_world", "welcome"]
    summary = (await api.client.get(f"{api.waba}/message_templates?summary=total_count&limit=1")).json()["summary"]
    assert summary["total_count"] == 2


async def test_an_edit_goes_back_to_review(api: Api) -> None:
    created = (await create(api)).json()
    change = {"components": [{**BODY, "text": "Good day {{1}}, welcome to our shop."}]}
    waiting = await api.client.post(f"/v25.0/{created['id']}", json=change)
    assert error(waiting)["error_subcode"] == 2388039
    await approve_template(api.house, api.keys.business.business_id, int(created["id"]))
    edited = (await api.client.post(f"/v25.0/{created['id']}", json=change)).json()
    assert edited == {"success": True, "id": created["id"], "name": "welcome", "category": "UTILITY"}
    shown = (await api.client.get(f"/v25.0/{created['id']}")).json()
    assert (shown["status"], shown["components"][0]["text"]) == ("PENDING", change["components"][0]["text"])
    assert shown["parameter_format"] == "POSITIONAL"


async def test_a_picture_and_a_payload_are_filled_in_when_it_is_sent(api: Api, guest: Someone) -> None:
    api.fetch.files["https://example.org/a.png"] = PNG
    buttons = {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Why?"}]}
    created = (await create(api, components=[{"type": "HEADER", "format": "IMAGE"}, BODY, buttons])).json()
    await approve_template(api.house, api.keys.business.business_id, int(created["id"]))
    picture = {"type": "image", "image": {"link": "https://example.org/a.png"}}
    components = [
        {"type": "HEADER", "parameters": [picture]},
        {"type": "BODY", "parameters": [{"type": "text", "text": "Zoë"}]},
        {
            "type": "button",
            "sub_type": "QUICK_REPLY",
            "index": 0,
            "parameters": [{"type": "payload", "payload": "why-7"}],
        },
    ]
    template = {"name": "welcome", "language": {"code": "en_US"}, "components": components}
    sent = await api.send("16505551234", "template", template=template)
    assert sent.status_code == 200, sent.text
    found = (await stored(api, guest))[-1]
    assert (found["header"]["mime"], found["body"]) == ("image/png", "Hello Zoë, welcome to our shop.")
    assert (found["buttons"][0]["id"], found["buttons"][0]["title"]) == ("why-7", "Why?")
