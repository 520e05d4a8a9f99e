"""Each webhook field is sent when its cause happens, where it belongs; a range of them is sent again on request."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from clarine.domain.errors import Invalid, NotFound
from clarine.domain.message import Media
from clarine.edge.graph.media import webhook_media_url
from clarine.edge.graph.webhooks import renderer
from clarine.flow.console import verify
from clarine.flow.locking import lock, unlock
from clarine.flow.notify import notify
from clarine.flow.registration import decide_name
from clarine.flow.templates import approve_template
from clarine.flow.uploads import upload_media
from clarine.flow.webhook_log import Sought, resend_found
from tests.cast import Someone
from tests.wire.conftest import PNG, Api, says

BODY = [{"type": "BODY", "text": "Something happened to your order."}]
OVERRIDE = {"verify_token": "vt"}


async def chunks() -> Any:
    yield PNG


def changes(posts: list[tuple[str, bytes, dict[str, str]]]) -> list[tuple[str, str, dict[str, Any]]]:
    found = [(url, json.loads(body)["entry"][0]["changes"][0]) for url, body, _ in posts]
    return [(url, change["field"], change["value"]) for url, change in found]


async def subscribe(api: Api, *, with_app: bool = True) -> None:
    if with_app:
        query = {"callback_url": "https://app.test/", "verify_token": "vt"}
        await api.client.post(f"{api.app}/subscriptions", params=query)
    account = {**OVERRIDE, "override_callback_uri": "https://account.test/"}
    await api.client.post(f"{api.waba}/subscribed_apps", json=account)
    number = {"webhook_configuration": {**OVERRIDE, "override_callback_uri": "https://number.test/"}}
    await api.client.post(api.phone, json=number)


async def happen(api: Api, someone: Someone) -> None:
    """A message, a review, a verification."""
    await says(api, someone)
    asked = {"name": "story", "language": "en", "category": "UTILITY", "components": BODY}
    made = (await api.client.post(f"{api.waba}/message_templates", json=asked)).json()
    await approve_template(api.house, api.keys.business.business_id, int(made["id"]))
    await verify(api.house, api.keys.business.business_id, verified=True)


async def test_overrides_hold_for_messages_only_what_is_about_the_account_goes_to_the_app(
    api: Api, someone: Someone
) -> None:
    await subscribe(api)
    await happen(api, someone)
    told = {(url, field) for url, field, _ in changes(await api.notify())}
    assert told == {
        ("https://number.test/", "messages"),
        ("https://app.test/", "message_template_status_update"),
        ("https://app.test/", "account_update"),
        ("https://app.test/", "account_review_update"),
        ("https://app.test/", "account_alerts"),
    }


async def test_without_an_address_of_the_app_the_account_hears_of_itself(api: Api, someone: Someone) -> None:
    await subscribe(api, with_app=False)
    await happen(api, someone)
    told = {field: (url, value) for url, field, value in changes(await api.notify())}
    assert told["account_update"] == ("https://account.test/", {"event": "VERIFIED_ACCOUNT"})
    assert told["message_template_status_update"][0] == "https://account.test/"


async def test_a_field_nobody_subscribed_to_is_not_sent(api: Api, someone: Someone) -> None:
    query = {"callback_url": "https://app.test/", "verify_token": "vt", "fields": "messages,account_update"}
    await api.client.post(f"{api.app}/subscriptions", params=query)
    await happen(api, someone)
    assert {field for _, field, _ in changes(await api.notify())} == {"messages", "account_update"}


async def test_what_becomes_of_an_account_a_number_and_a_template_is_told(api: Api) -> None:
    await subscribe(api)
    business_id, number = api.keys.business.business_id, api.keys.phone_number
    await verify(api.house, business_id, verified=False)
    await lock(api.house, business_id)
    await unlock(api.house, business_id)
    await api.client.post(f"{api.phone}/deregister")
    pin = {"messaging_product": "whatsapp", "pin": "123456"}
    assert (await api.client.post(f"{api.phone}/register", json=pin)).status_code == 200
    await api.client.delete(f"{api.waba}/message_templates", params={"name": "hello_world"})
    await api.client.post(api.phone, json={"new_display_name": "Pune Milk and Cheese"})
    await decide_name(api.house, business_id, number.phone_number_id, approved=True)
    ban = {"waba_ban_date": "November 16, 2026"}
    told = [(field, value) for _, field, value in changes(await api.notify())]
    assert told[0] == ("account_review_update", {"decision": "REJECTED"})
    assert (told[1][0], told[1][1]["alert_type"]) == ("account_alerts", "OBA_REJECTED")
    assert told[2:4] == [
        ("account_update", {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state, **ban}})
        for state in ("DISABLE", "REINSTATE")
    ]
    assert told[4] == (
        "phone_number_quality_update",
        {"display_phone_number": str(number.phone), "event": "ONBOARDING", "current_limit": "TIER_250"},
    )
    assert (told[5][0], told[5][1]["event"]) == ("message_template_status_update", "DELETED")
    assert told[6] == (
        "phone_number_name_update",
        {
            "display_phone_number": str(number.phone),
            "decision": "APPROVED",
            "requested_verified_name": "Pune Milk and Cheese",
            "rejection_reason": None,
        },
    )
    assert len(told) == 7


async def test_a_range_of_webhooks_is_sent_again_and_no_more(api: Api, someone: Someone) -> None:
    await subscribe(api)
    for number in range(5):
        await says(api, someone, f"n{number}", key=f"k{number}")
    first = await api.notify()
    assert await api.notify() == []
    business_id = api.keys.business.business_id
    assert await resend_found(api.house, business_id, Sought(first=2, last=4)) == 3
    again = await api.notify()
    assert sorted(body for _, body, _ in again) == sorted(body for _, body, _ in first[1:4])
    assert await api.notify() == []
    assert await resend_found(api.house, business_id, Sought(first=5, last=900)) == 1
    for wrong in (Sought(first=2, last=1), Sought(), Sought(last=3), Sought(first=1 << 62, last=1 << 62)):
        with pytest.raises(Invalid):
            await resend_found(api.house, business_id, wrong)
    with pytest.raises(NotFound):
        await resend_found(api.house, business_id, Sought(first=100, last=200))
    with pytest.raises(NotFound):
        await resend_found(api.house, business_id + 1, Sought(first=1, last=5))


async def test_a_medium_that_arrives_carries_a_link_that_is_the_same_when_it_is_told_again(
    api: Api, someone: Someone
) -> None:
    await subscribe(api)
    row = await upload_media(api.house, someone.person_id, chunks(), filename="a.png")
    await says(api, someone, Media("image", row.media_id, "", "", 0))
    house = replace(api.house, settings=replace(api.house.settings, public_url="http://api.test"))
    bodies = []
    for _ in range(2):
        await notify(house, api.http, renderer(media_url=webhook_media_url(house)), owner="test")
        bodies.append(api.http.posts[-1][1])
        await resend_found(api.house, api.keys.business.business_id, Sought(first=1, last=1))
    assert bodies[0] == bodies[1]
    (message,) = json.loads(bodies[0])["entry"][0]["changes"][0]["value"]["messages"]
    assert (await api.client.get(message["image"]["url"])).content == PNG
    bare = replace(api.house, settings=replace(api.house.settings, host="0.0.0.0"))
    assert webhook_media_url(bare) is None
