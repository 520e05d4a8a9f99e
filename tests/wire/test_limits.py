"""Limits as a client meets them: which are answered at once, which fail by webhook, and where a business reads its own."""

from __future__ import annotations

import json
from datetime import timedelta

from clarine.adapters.clock import TurnedClock
from clarine.domain.consent import Act, ConsentCategory, ConsentRecord, ReportReason
from clarine.flow.quality import review
from clarine.flow.relate import Decision, relate
from tests.cast import Someone
from tests.wire.conftest import Api, error


async def subscribed(api: Api) -> None:
    fields = {"override_callback_uri": "https://h.test/", "verify_token": "vt"}
    assert (await api.client.post(f"{api.waba}/subscribed_apps", json=fields)).status_code == 200


async def test_the_46th_message_at_once_is_refused_at_once(api: Api, guest: Someone) -> None:
    for _ in range(45):
        assert (await api.send("16505551234")).status_code == 200
    response = await api.send("16505551234")
    assert (response.status_code, error(response)["code"]) == (429, 131056)
    assert response.headers["Retry-After"] == "6"
    assert error(response)["message"] == "(#131056) Pair rate limit hit"


async def test_more_than_80_in_a_second_are_refused_at_once(api: Api, guest: Someone) -> None:
    codes = [(await api.send("16505559999")).status_code for _ in range(81)]
    assert codes == [200] * 80 + [429]
    response = await api.send("16505551234")
    assert (response.status_code, error(response)["code"]) == (429, 130429)


HELLO = {"template": {"name": "hello_world", "language": {"code": "en_US"}}}


async def agreed(api: Api, someone: Someone) -> None:
    """The person agreed to marketing, which hello_world is from now on."""
    now = api.house.clock.now()
    record = ConsentRecord(Act.GRANTED, ConsentCategory.ALL, "Yes, write to me", "1", "shop form", "business", now)
    await relate(api.house, [Decision(someone.person_id, api.keys.business.business_id, records=(record,))])
    await api.cast.connection.execute("UPDATE template SET category = 'MARKETING'")


async def reviewed(api: Api, clock: TurnedClock) -> None:
    clock.turn(timedelta(minutes=3))
    while await review(api.house):
        pass


async def test_marketing_beyond_the_persons_cap_fails_by_webhook(api: Api, someone: Someone) -> None:
    await subscribed(api)
    await agreed(api, someone)
    for _ in range(3):
        assert (await api.send("16505551234", "template", **HELLO)).status_code == 200
    statuses = [json.loads(body)["entry"][0]["changes"][0]["value"]["statuses"][0] for _, body, _ in await api.notify()]
    assert [status["status"] for status in statuses] == ["sent", "sent", "failed"]
    assert statuses[2]["errors"][0]["code"] == 131049


async def test_five_reports_stop_marketing_and_the_business_is_told(
    sync_api: Api, someone: Someone, clock: TurnedClock
) -> None:
    api = sync_api
    business = api.keys.business
    await api.cast.connection.execute(
        "INSERT INTO subscription VALUES ($1, 'app', $2, 'https://h.test/', 'vt', '{account_update}', now())",
        business.business_id, business.app_id,
    )  # fmt: skip
    await agreed(api, someone)
    assert (await api.send("16505551234", "template", **HELLO)).status_code == 200
    for _ in range(5):
        reporter = await api.cast.person()
        decision = Decision(reporter.person_id, api.keys.business.business_id, report=ReportReason.SCAM)
        await relate(api.house, [decision])
    await reviewed(api, clock)
    response = await api.send("16505551234", "template", **HELLO)
    assert (response.status_code, error(response)["code"]) == (403, 368)
    (_, violation, _), (_, body, _) = await api.notify()
    assert json.loads(violation)["entry"][0]["changes"][0]["value"] == {
        "event": "ACCOUNT_VIOLATION",
        "violation_info": {"violation_type": "SPAM"},
    }
    entry = json.loads(body)["entry"][0]
    assert entry["time"] == int(clock.now().timestamp())
    assert entry["changes"][0] == {
        "field": "account_update",
        "value": {
            "event": "ACCOUNT_RESTRICTION",
            "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"}],
        },
    }


async def test_a_business_reads_its_limit_and_quality_from_its_number_and_account(api: Api, clock: TurnedClock) -> None:
    fields = {"fields": "whatsapp_business_manager_messaging_limit"}
    assert (await api.client.get(api.phone, params=fields)).json()[
        "whatsapp_business_manager_messaging_limit"
    ] == "TIER_250"
    await api.cast.connection.execute("UPDATE business SET verified = true")
    clock.turn(timedelta(seconds=6))
    for node in (api.phone, api.waba):
        shown = (await api.client.get(node, params=fields)).json()
        assert shown["whatsapp_business_manager_messaging_limit"] == "TIER_2K"
    assert (await api.client.get(api.phone, params={"fields": "quality_rating"})).json()["quality_rating"] == "GREEN"
