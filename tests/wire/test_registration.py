"""A number is added, verified, registered with a PIN, renamed and deregistered; each refusal beside its success."""

from __future__ import annotations

import json
from datetime import timedelta

from clarine.adapters.clock import TurnedClock
from clarine.flow.registration import decide_name
from tests.cast import Someone
from tests.wire.conftest import Api, error

PIN = {"messaging_product": "whatsapp", "pin": "123456"}


async def subscribe(api: Api) -> None:
    query = {"callback_url": "https://app.test/", "verify_token": "vt", "fields": "*"}
    assert (await api.client.post(f"{api.app}/subscriptions", params=query)).json() == {"success": True}


async def test_a_new_number_is_verified_by_a_code_then_registered_then_sends(
    api: Api, guest: Someone, clock: TurnedClock
) -> None:
    asked = {"cc": "1", "phone_number": "6505550100", "verified_name": "Second"}
    number = f"/v25.0/{(await api.client.post(f'{api.waba}/phone_numbers', json=asked)).json()['id']}"
    fields = "?fields=status,code_verification_status,display_phone_number"
    shown = (await api.client.get(number + fields)).json()
    assert (shown["status"], shown["code_verification_status"]) == ("PENDING", "NOT_VERIFIED")
    hello = {"messaging_product": "whatsapp", "to": str(guest.phone), "text": {"body": "hi"}}
    assert error(await api.client.post(f"{number}/messages", json=hello))["code"] == 133010
    assert error(await api.client.post(f"{number}/register", json=PIN))["code"] == 133006
    code = {"code_method": "SMS", "language": "en_US"}
    assert (
        error(await api.client.post(f"{number}/request_code", params={**code, "code_method": "PIGEON"}))["code"] == 100
    )
    assert (await api.client.post(f"{number}/request_code", params=code)).json() == {"success": True}
    assert error(await api.client.post(f"{number}/request_code", params=code))["code"] == 130429
    ((phone, sent, language),) = api.sender.sent
    assert (phone, language) == (16505550100, "en")
    wrong = f"{(int(sent) + 1) % 10**6:06}"
    assert error(await api.client.post(f"{number}/verify_code", params={"code": wrong}))["code"] == 136024
    verified = await api.client.post(f"{number}/verify_code", params={"code": f"{sent[:3]}-{sent[3:]}"})
    assert verified.json()["success"] is True
    assert error(await api.client.post(f"{number}/verify_code", params={"code": sent}))["code"] == 136024
    assert error(await api.client.post(f"{number}/request_code", params=code))["code"] == 136024
    assert (await api.client.post(f"{number}/register", json=PIN)).json() == {"success": True}
    shown = (await api.client.get(number + fields + ",is_pin_enabled")).json()
    assert (shown["status"], shown["is_pin_enabled"]) == ("CONNECTED", True)
    await api.client.post(f"{api.phone}/messages", json=hello)
    assert (await api.client.post(f"{number}/messages", json=hello)).status_code == 200
    taken = await api.client.post(f"{api.waba}/phone_numbers", json=asked)
    assert error(taken)["code"] == 100


async def test_a_deregistered_number_sends_nothing_and_comes_back_with_its_pin_only(
    api: Api, guest: Someone, clock: TurnedClock
) -> None:
    assert (await api.client.post(f"{api.phone}/register", json=PIN)).json() == {"success": True}
    assert (await api.client.post(f"{api.phone}/deregister")).json() == {"success": True}
    assert error(await api.client.post(f"{api.phone}/deregister"))["code"] == 133010
    refused = await api.send(str(guest.phone))
    assert (refused.status_code, error(refused)["code"]) == (400, 133010)
    wrong = {**PIN, "pin": "000000"}
    assert error(await api.client.post(f"{api.phone}/register", json=wrong))["code"] == 133005
    assert error(await api.client.post(f"{api.phone}/register", json=PIN))["code"] == 133009
    for _ in range(4):
        clock.turn(timedelta(seconds=2))
        assert error(await api.client.post(f"{api.phone}/register", json=wrong))["code"] == 133005
    clock.turn(timedelta(seconds=2))
    assert error(await api.client.post(f"{api.phone}/register", json=PIN))["code"] == 133008
    clock.turn(timedelta(hours=1))
    assert (await api.client.post(f"{api.phone}/register", json=PIN)).json() == {"success": True}
    assert (await api.send(str(guest.phone))).status_code == 200
    for broken in ({**PIN, "pin": "12345"}, {"pin": "123456"}, {"messaging_product": "whatsapp"}):
        assert error(await api.client.post(f"{api.phone}/register", json=broken))["code"] == 100


async def test_a_number_is_registered_ten_times_in_72_hours(api: Api, clock: TurnedClock) -> None:
    for _ in range(10):
        assert (await api.client.post(f"{api.phone}/register", json=PIN)).status_code == 200
    refused = await api.client.post(f"{api.phone}/register", json=PIN)
    assert (refused.status_code, error(refused)["code"]) == (429, 133016)
    assert int(refused.headers["retry-after"]) > 86_400
    clock.turn(timedelta(hours=72))
    assert (await api.client.post(f"{api.phone}/register", json=PIN)).status_code == 200


async def test_a_changed_pin_is_told_by_webhook_and_is_the_one_that_counts(api: Api, clock: TurnedClock) -> None:
    await subscribe(api)
    await api.client.post(f"{api.phone}/register", json=PIN)
    assert (await api.client.post(api.phone, json={"pin": "654321"})).json() == {"success": True}
    ((url, body, _),) = await api.notify()
    (entry,) = json.loads(body)["entry"]
    assert (url, entry["time"]) == ("https://app.test/", int(clock.now().timestamp()))
    assert entry["changes"] == [
        {
            "value": {
                "display_phone_number": "15550783881",
                "event": "PIN_CHANGED",
                "requester": str(api.keys.business.business_id),
            },
            "field": "security",
        }
    ]
    assert error(await api.client.post(f"{api.phone}/register", json=PIN))["code"] == 133005
    clock.turn(timedelta(seconds=2))
    new = {**PIN, "pin": "654321"}
    assert (await api.client.post(f"{api.phone}/register", json=new)).json() == {"success": True}
    assert error(await api.client.post(api.phone, json={"pin": "1"}))["code"] == 100


async def test_a_display_name_waits_for_the_operator_whose_answer_is_told(api: Api) -> None:
    await subscribe(api)
    business_id, number_id = api.keys.business.business_id, api.keys.phone_number.phone_number_id
    asked = {"new_display_name": "Pune Dairy"}
    assert (await api.client.post(api.phone, json=asked)).json() == {"success": True}
    fields = f"{api.phone}?fields=verified_name,new_display_name,new_name_status"
    shown = (await api.client.get(fields)).json()
    assert (shown["verified_name"], shown["new_name_status"]) == ("Pune Milk", "PENDING_REVIEW")
    await decide_name(api.house, business_id, number_id, approved=False, reason="NAME_UNKNOWN")
    await api.client.post(api.phone, json=asked)
    await decide_name(api.house, business_id, number_id, approved=True)
    values = [json.loads(body)["entry"][0]["changes"][0]["value"] for _, body, _ in await api.notify()]
    assert [(value["decision"], value["rejection_reason"]) for value in values] == [
        ("REJECTED", "NAME_UNKNOWN"),
        ("APPROVED", None),
    ]
    async with api.house.store.transaction() as tx:
        ((number,),) = (await tx.phone_numbers([business_id])).values()
    assert (number.verified_name, number.requested_name) == ("Pune Dairy", None)


async def test_a_number_is_changed_by_what_is_offered_only(api: Api) -> None:
    assert error(await api.client.post(api.phone, json={"username": "pune"}))["code"] == 3
    assert error(await api.client.post(api.phone, json={}))["code"] == 100
    assert (await api.client.post(api.phone, json={"search_visibility": "VISIBLE"})).json() == {"success": True}
    assert (await api.client.get(f"{api.phone}?fields=search_visibility")).json()["search_visibility"] == "VISIBLE"
    assert error(await api.client.post(api.phone, json={"search_visibility": "MAYBE"}))["code"] == 100
