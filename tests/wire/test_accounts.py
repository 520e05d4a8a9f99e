"""The account as a node: its name, its figures from stored rows, who may manage it; and several calls in one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clarine.adapters.clock import TurnedClock
from tests.cast import Someone
from tests.wire.conftest import Api, error, stored


async def test_an_account_is_renamed_and_shows_its_time_zone(api: Api) -> None:
    change = {"name": "Pune Dairy", "timezone_id": "71"}
    assert (await api.client.post(api.waba, json=change)).json()["success"] is True
    shown = (await api.client.get(api.waba)).json()
    assert (shown["name"], shown["timezone_id"]) == ("Pune Dairy", "71")
    for wrong in ({}, {"name": "x" * 76}, {"timezone_id": "Delhi"}):
        assert error(await api.client.post(api.waba, json=wrong))["code"] == 100


async def test_a_portfolio_has_its_own_account_and_nobody_elses(api: Api) -> None:
    portfolio = f"/v25.0/{api.keys.business.business_id}"
    (owned,) = (await api.client.get(f"{portfolio}/owned_whatsapp_business_accounts")).json()["data"]
    assert owned["id"] == str(api.keys.business.waba_id)
    assert (await api.client.get(f"{portfolio}/client_whatsapp_business_accounts")).json() == {"data": []}
    for edge in ("preverified_numbers", "extendedcredits"):
        assert error(await api.client.get(f"{portfolio}/{edge}"))["code"] == 3


async def test_users_are_assigned_and_unassigned(api: Api) -> None:
    url = f"{api.waba}/assigned_users"
    assigned = {"user": "2345678901234567", "tasks": "['MANAGE','VIEW_INSIGHTS']"}
    assert (await api.client.post(url, data=assigned)).json() == {"success": True}
    listed = (await api.client.get(url)).json()["data"]
    assert [each["tasks"] for each in listed[1:]] == [["MANAGE", "VIEW_INSIGHTS"]]
    assert (await api.client.delete(f"{url}?user=2345678901234567")).json() == {"success": True}
    assert error(await api.client.delete(f"{url}?user=2345678901234567"))["code"] == 100
    for wrong in ({"user": "x", "tasks": "MANAGE"}, {"user": "1"}, {"user": "1", "tasks": "FLY"}):
        assert error(await api.client.post(url, data=wrong))["code"] == 100


async def test_figures_of_an_account_are_what_is_stored(api: Api, guest: Someone, clock: TurnedClock) -> None:
    for _ in range(3):
        sent = (await api.send(str(guest.phone))).json()["messages"][0]["id"]
    key: Any = api.house.seal.message_key(sent)
    price = 41_500
    query = "UPDATE message SET price_micros = $3, billable = true, pricing_type = 'regular' WHERE person_id = $1 AND seq = $2"
    await api.cast.connection.execute(query, key.person_id, key.seq, price)
    query = "INSERT INTO receipt VALUES ($1, $2, 2, NULL, $3)"
    await api.cast.connection.execute(query, key.person_id, key.seq, clock.now())
    half = int(clock.now().timestamp()) // 1800 * 1800
    span = f"start({half}).end({half + 1800})"
    fields = f"analytics.{span}.granularity(HALF_HOUR).phone_numbers([])"
    shown = (await api.client.get(api.waba, params={"fields": fields})).json()
    assert shown["id"] == str(api.keys.business.waba_id)
    assert shown["analytics"]["data_points"] == [{"start": half, "end": half + 1800, "sent": 3, "delivered": 1}]
    assert (shown["analytics"]["granularity"], shown["analytics"]["phone_numbers"]) == ("HALF_HOUR", ["15550783881"])
    fields = f'pricing_analytics.{span}.granularity(DAILY).dimensions(["PRICING_CATEGORY","COUNTRY","PHONE"])'
    ((point,),) = [
        each["data_points"]
        for each in (await api.client.get(api.waba, params={"fields": fields})).json()["pricing_analytics"]["data"]
    ]
    assert (point["volume"], point["cost"], point["pricing_category"], point["country"]) == (1, 0.0415, "SERVICE", "US")
    fields = f"conversation_analytics.{span}.granularity(MONTHLY).metric_types(CONVERSATION)"
    ((point,),) = [
        each["data_points"]
        for each in (await api.client.get(api.waba, params={"fields": fields})).json()["conversation_analytics"]["data"]
    ]
    assert (point["conversation"], "cost" in point) == (1, False)
    edge: dict[str, Any] = {
        "start": half,
        "end": half + 1800,
        "granularity": "DAILY",
        "dimensions": json.dumps(["PRICING_TYPE"]),
    }
    (of_edge,) = (await api.client.get(f"{api.waba}/pricing_analytics", params=edge)).json()["data"]
    assert of_edge["data_points"][0]["pricing_type"] == "REGULAR"
    other = f'analytics.{span}.granularity(DAY).phone_numbers(["19995550000"])'
    assert (await api.client.get(api.waba, params={"fields": other})).json()["analytics"]["data_points"] == []


@pytest.mark.parametrize(
    "field",
    [
        "analytics",
        "analytics.start(1).end(0).granularity(DAY)",
        "analytics.start(1).end(2).granularity(WEEK)",
        "pricing_analytics.start(1).end(2).granularity(DAILY).dimensions(MOOD)",
        "pricing_analytics.start(1).end(2).granularity(DAILY).metric_types(LOVE)",
    ],
)
async def test_figures_that_cannot_be_are_refused(api: Api, field: str) -> None:
    assert error(await api.client.get(api.waba, params={"fields": field}))["code"] == 100


async def test_parts_of_a_batch_are_answered_each_with_its_own_code(api: Api, guest: Someone) -> None:
    send = {"messaging_product": "whatsapp", "to": str(guest.phone), "type": "text"}
    number = api.keys.phone_number.phone_number_id
    parts: list[dict[str, Any]] = [
        {
            "method": "POST",
            "relative_url": f"{number}/messages",
            "body": json.dumps({**send, "text": {"body": f"n{n}"}}),
        }
        for n in range(5)
    ]
    parts += [
        {
            "method": "POST",
            "relative_url": f"v20.0/{number}/messages",
            "body": "messaging_product=whatsapp&to=&type=text",
        },
        {"method": "GET", "relative_url": f"{number}?fields=verified_name"},
        {"method": "GET", "relative_url": "140000000000001"},
        {"method": "GET", "relative_url": f"{number}", "access_token": "EAAwrong"},
        {"method": "POST", "relative_url": "", "body": "batch=[]"},
    ]
    response = await api.client.post("/v25.0/", data={"batch": json.dumps(parts), "include_headers": "true"})
    answers = response.json()
    assert [answer["code"] for answer in answers] == [200] * 5 + [400, 200, 400, 401, 400]
    assert json.loads(answers[6]["body"])["verified_name"] == "Pune Milk"
    assert {"name": "facebook-api-version", "value": "v20.0"} in answers[5]["headers"]
    assert [content["body"] for content in await stored(api, guest)] == [f"n{n}" for n in range(5)]
    bare = (await api.client.post("/", json={"batch": parts[6:7], "include_headers": False})).json()
    assert set(bare[0]) == {"code", "body"}
    wrongs: list[Any] = [[], [{}], parts[:1] * 51, "x", [{"method": "FLY", "relative_url": "me"}]]
    for wrong in wrongs:
        assert error(await api.client.post("/", json={"batch": wrong}))["code"] == 100
