"""The other nodes of the Cloud API, and the tolerance that its clients need."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from clarine.adapters.clock import TurnedClock
from clarine.flow.business import create_business, token_hash
from clarine.flow.console import end_token
from tests.cast import Someone
from tests.wire.conftest import Api, error, says, stored


async def test_a_number_shows_what_was_asked_for_and_refuses_what_it_does_not_know(api: Api) -> None:
    shown = (await api.client.get(api.phone)).json()
    assert shown["display_phone_number"] == "+1 555-078-3881"
    assert (shown["verified_name"], shown["quality_rating"]) == ("Pune Milk", "GREEN")
    some = (await api.client.get(f"{api.phone}?fields=throughput{{level}},status&metadata=1&appsecret_proof=x")).json()
    assert some == {"throughput": {"level": "STANDARD"}, "status": "CONNECTED", "id": shown["id"]}
    unknown = error(await api.client.get(f"{api.phone}?fields=id,shoe_size"))
    assert (unknown["code"], "Tried accessing nonexisting field (shoe_size)" in unknown["message"]) == (100, True)
    assert error(await api.client.get(f"{api.phone}?fields=id,a{{b"))["code"] == 100
    (listed,) = (await api.client.get(f"{api.waba}/phone_numbers")).json()["data"]
    assert listed["id"] == shown["id"]


async def test_a_profile_is_changed_field_by_field(api: Api) -> None:
    url = f"{api.phone}/whatsapp_business_profile"
    change = {"messaging_product": "whatsapp", "about": "Milk", "email": "a@b.example", "websites": ["https://b.example"],
              "vertical": "RETAIL"}  # fmt: skip
    assert (await api.client.post(url, json=change)).json() == {"success": True}
    fields = "about,address,description,email,profile_picture_url,websites,vertical"
    (shown,) = (await api.client.get(f"{url}?fields={fields}")).json()["data"]
    assert shown == {key: value for key, value in change.items() if key != "messaging_product"}
    await api.client.post(url, data={"messaging_product": "whatsapp", "email": ""})
    (shown,) = (await api.client.get(url)).json()["data"]
    assert "email" not in shown
    for wrong in ({"about": "x" * 140}, {"websites": ["a", "b", "c"]}, {"vertical": "FUN"}, {"nickname": "M"}):
        assert error(await api.client.post(url, json={"messaging_product": "whatsapp", **wrong}))["code"] == 100


async def test_webhooks_go_to_the_narrowest_override_that_answered_its_challenge(api: Api, someone: Someone) -> None:
    wrong = {"override_callback_uri": "https://account.test/", "verify_token": "other"}
    refused = await api.client.post(f"{api.waba}/subscribed_apps", json=wrong)
    assert (refused.status_code, error(refused)["code"]) == (400, 2200)
    no_address = await api.client.post(
        f"{api.waba}/subscribed_apps", json={**wrong, "override_callback_uri": "ftp://x"}
    )
    assert error(no_address)["code"] == 100
    fields = json.dumps(["messages", "user_preferences"])
    query = {
        "object": "whatsapp_business_account",
        "callback_url": "https://app.test/",
        "verify_token": "vt",
        "fields": fields,
    }
    assert (await api.client.post(f"{api.app}/subscriptions", params=query)).json() == {"success": True}
    assert api.http.asked[-1]["hub.mode"] == "subscribe"
    (route,) = (await api.client.get(f"{api.app}/subscriptions")).json()["data"]
    assert (route["callback_url"], [each["name"] for each in route["fields"]]) == (
        "https://app.test/",
        json.loads(fields),
    )
    await api.client.post(f"{api.waba}/subscribed_apps", json={**wrong, "verify_token": "vt"})
    (subscribed,) = (await api.client.get(f"{api.waba}/subscribed_apps")).json()["data"]
    assert subscribed["override_callback_uri"] == "https://account.test/"
    assert subscribed["whatsapp_business_api_data"]["id"] == str(api.keys.business.app_id)
    number = {"webhook_configuration": {"override_callback_uri": "https://number.test/", "verify_token": "vt"}}
    assert (await api.client.post(f"{api.phone}/", json=number)).json() == {"success": True}
    shown = (await api.client.get(f"{api.phone}?fields=webhook_configuration")).json()["webhook_configuration"]
    assert shown == {
        "phone_number": "https://number.test/",
        "whatsapp_business_account": "https://account.test/",
        "application": "https://app.test/",
    }
    for number_of_message, url in enumerate(["https://number.test/", "https://account.test/", "https://app.test/"]):
        await says(api, someone, key=f"k{number_of_message}")
        assert [post[0] for post in await api.notify()] == [url]
        if url == "https://number.test/":
            await api.client.post(api.phone, json={"webhook_configuration": {"override_callback_uri": ""}})
        elif url == "https://account.test/":
            assert (await api.client.delete(f"{api.waba}/subscribed_apps")).json() == {"success": True}
    await api.client.delete(f"{api.app}/subscriptions")
    assert (await api.client.get(f"{api.app}/subscriptions")).json() == {"data": []}


async def test_a_business_blocks_someone_who_wrote_and_hears_no_more(
    api: Api, someone: Someone, clock: TurnedClock
) -> None:
    url = f"{api.phone}/block_users"
    body = {"messaging_product": "whatsapp", "block_users": [{"user": "+1 650 555 1234"}]}
    early = (await api.client.post(url, json=body)).json()
    assert early["block_users"]["failed_users"][0]["errors"][0]["code"] == 139102
    await api.client.post(
        f"{api.waba}/subscribed_apps", json={"override_callback_uri": "https://h.test", "verify_token": "vt"}
    )
    await says(api, someone, key="k1")
    assert len(await api.notify()) == 1
    blocked = (await api.client.post(url, json=body)).json()["block_users"]
    assert blocked == {"added_users": [{"input": "+1 650 555 1234", "wa_id": "16505551234"}]}
    await says(api, someone, key="k2")
    assert await api.notify() == []
    (listed,) = (await api.client.get(url)).json()["data"]
    assert listed["wa_id"] == "16505551234"
    freed = await api.client.request("DELETE", url, json={**body, "block_users": [{"user_id": listed["user_id"]}]})
    assert freed.json()["block_users"]["removed_users"][0]["user_id"] == listed["user_id"]
    assert (await api.client.get(url)).json() == {"data": []}
    await says(api, someone, key="k3")
    assert len(await api.notify()) == 1


async def test_an_app_gets_its_token_and_tokens_are_explained(api: Api) -> None:
    business = api.keys.business
    form = {"client_id": str(business.app_id), "client_secret": business.app_secret, "grant_type": "client_credentials"}
    for response in (
        await api.client.get("/oauth/access_token", params=form),
        await api.client.post("/v19.0/oauth/access_token", data=form),
        await api.client.post("/oauth/access_token", json=form),
    ):
        assert response.json() == {"access_token": f"{business.app_id}|{business.app_secret}", "token_type": "bearer"}
    token = response.json()["access_token"]
    assert (await api.client.get(f"{api.app}?access_token={token}", headers={"Authorization": ""})).json()["id"] == str(
        business.app_id
    )
    explained = (await api.client.get("/debug_token", params={"input_token": api.keys.access_token})).json()["data"]
    assert (explained["is_valid"], explained["app_id"]) == (True, str(business.app_id))
    assert explained["granular_scopes"][0]["target_ids"] == [str(business.waba_id)]
    nobody = (await api.client.get("/debug_token", params={"input_token": "EAAnobody"})).json()["data"]
    assert nobody["is_valid"] is False
    assert (await api.client.get("/v25.0/me")).json() == {"id": str(business.business_id), "name": "Pune Milk"}
    assert (await api.client.get(f"{api.waba}?fields=id,name")).json() == {
        "id": str(business.waba_id),
        "name": "Pune Milk",
    }
    wrong = await api.client.get("/oauth/access_token", params={**form, "client_secret": "x"})
    assert error(wrong)["code"] == 100


async def test_a_token_that_was_ended_opens_nothing_after_five_seconds(api: Api, clock: TurnedClock) -> None:
    assert (await api.client.get(api.phone)).status_code == 200
    await end_token(api.house, api.keys.business.business_id, token_hash(api.keys.access_token))
    clock.turn(timedelta(seconds=5))
    refused = await api.client.get(api.phone)
    assert (refused.status_code, error(refused)["code"]) == (401, 190)


async def test_a_token_may_stand_in_header_query_or_body(api: Api, guest: Someone) -> None:
    token = api.keys.access_token
    body = {"messaging_product": "whatsapp", "to": "16505551234", "text": {"body": "hello"}}
    url = f"{api.phone}/messages"
    for headers, query, extra in (
        ({"Authorization": f"OAuth {token}"}, "", {}),
        ({"Authorization": ""}, f"?access_token={token}", {}),
        ({"Authorization": ""}, "", {"access_token": token}),
    ):
        response = await api.client.post(url + query, json={**body, **extra}, headers=headers)
        assert response.status_code == 200, response.text
    form = urlencode(
        {"messaging_product": "whatsapp", "to": "16505551234", "text": '{"body":"form"}', "access_token": token}
    )
    kind = {"Authorization": "", "Content-Type": "application/x-www-form-urlencoded"}
    assert (await api.client.post(url, content=form, headers=kind)).status_code == 200
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer EAAwrong"}):
        refused = await api.client.post(url, json=body, headers=headers)
        assert (refused.status_code, error(refused)["code"]) == (401, 190)


@pytest.mark.parametrize("form", ["json", "string", "nested", "query", "urlencoded", "multipart"])
async def test_parameters_come_in_any_form(api: Api, guest: Someone, form: str) -> None:
    url = f"{api.phone}/messages"
    text = {"body": form, "preview_url": "true"}
    plain: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": 16505551234,
        "text": text,
    }
    folded = {key: json.dumps(value) if isinstance(value, dict) else str(value) for key, value in plain.items()}
    match form:
        case "json":
            response = await api.client.post(url + "/", json={**plain, "image": None, "contacts": []})
        case "string":
            response = await api.client.post(url, json=json.dumps(plain))
        case "nested":
            response = await api.client.post(url, json=folded)
        case "query":
            response = await api.client.post(url, params=folded)
        case "urlencoded":
            response = await api.client.post(url, data=folded)
        case _:
            response = await api.client.post(url, files={name: (None, value) for name, value in folded.items()})
    assert response.status_code == 200, response.text
    assert (await stored(api, guest))[-1] == {"body": form, "preview_url": True, "type": "text"}


@pytest.mark.parametrize("prefix", ["", "/v13.0", "/v25.0", "/v99.0", "/v25"])
async def test_any_version_or_none_and_any_host(api: Api, prefix: str) -> None:
    number = api.keys.phone_number.phone_number_id
    response = await api.client.get(f"{prefix}/{number}/", headers={"Host": "graph.facebook.com"})
    assert response.json()["id"] == str(number)


async def test_what_does_not_exist_is_refused_in_the_envelope(api: Api) -> None:
    other = await create_business(api.house, name="Other", phone="+15550783999")
    for path in (
        f"/{other.phone_number.phone_number_id}",
        f"/{other.business.waba_id}",
        "/99999999999999",
        "/v25.0/12345",
    ):
        found = error(await api.client.get(path))
        assert (found["code"], found["error_subcode"], found["type"]) == (100, 33, "GraphMethodException")
        assert path.rpartition("/")[2] in found["message"]
    for path in ("/v25.0/nowhere", f"{api.phone}/nowhere", "/v25.0", f"{api.phone}/messages/x"):
        response = await api.client.get(path)
        assert (response.status_code, error(response)["code"]) == (400, 2500)
    assert error(await api.client.put(api.phone))["error_subcode"] == 33


@pytest.mark.parametrize("body", [b'{"a":', b"[1]", b'{"a":"\xff"}', b'{"messaging_product":' + b"[" * 5000])
async def test_a_body_that_is_not_json_is_refused(api: Api, body: bytes) -> None:
    response = await api.client.post(f"{api.phone}/messages", content=body)
    assert response.status_code == 400
    assert error(response)["code"] in (100, 131009)


async def test_a_body_that_is_too_large_is_refused(api: Api) -> None:
    response = await api.client.post(f"{api.phone}/messages", content=b'{"a":"' + b"x" * (1 << 20) + b'"}')
    assert (response.status_code, error(response)["code"]) == (400, 100)


async def test_too_much_at_once_is_told_when_to_come_back(api: Api, guest: Someone) -> None:
    api.verbs.accept._queue_max = 0
    response = await api.send("16505551234")
    assert (response.status_code, error(response)["code"]) == (429, 130429)
    assert response.headers["retry-after"] == "1"
