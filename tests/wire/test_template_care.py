"""Templates after they were filed: several languages at once, the library, archive, pauses, figures, a corrected category."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from clarine.adapters.clock import TurnedClock
from clarine.domain.message import Choice
from clarine.flow.templates import approve_template
from tests.cast import Someone
from tests.wire.conftest import Api, error, says

BODY = [{"type": "BODY", "text": "Something happened to your order."}]


async def filed(api: Api, name: str = "story", category: str = "UTILITY", **more: Any) -> int:
    asked = {"name": name, "language": "en_US", "category": category, "components": BODY, **more}
    response = await api.client.post(f"{api.waba}/message_templates", json=asked)
    assert response.status_code == 200, response.text
    return int(response.json()["id"])


async def approved(api: Api, name: str = "story", category: str = "UTILITY") -> int:
    template_id = await filed(api, name, category)
    await approve_template(api.house, api.keys.business.business_id, template_id)
    return template_id


async def told(api: Api) -> list[tuple[str, dict[str, Any]]]:
    changes = [json.loads(body)["entry"][0]["changes"][0] for _, body, _ in await api.notify()]
    return [(change["field"], change["value"]) for change in changes]


async def subscribe(api: Api) -> None:
    query = {"callback_url": "https://app.test/", "verify_token": "vt", "fields": "*"}
    await api.client.post(f"{api.app}/subscriptions", params=query)


async def test_an_authentication_template_is_made_in_several_languages_and_changed_by_the_same_call(api: Api) -> None:
    asked = {
        "name": "otp",
        "category": "AUTHENTICATION",
        "languages": ["en_US", "fr"],
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ],
    }
    url = f"{api.waba}/upsert_message_templates"
    made = (await api.client.post(url, json=json.dumps(asked))).json()["data"]
    assert [(each["language"], each["status"]) for each in made] == [("en_US", "PENDING"), ("fr", "PENDING")]
    await approve_template(api.house, api.keys.business.business_id, int(made[0]["id"]))
    again = await api.client.post(url, json={**asked, "languages": ["en_US", "hi"]})
    (changed, added) = again.json()["data"]
    assert (changed["id"], changed["status"], added["language"]) == (made[0]["id"], "PENDING", "hi")
    assert error(await api.client.post(url, json={**asked, "category": "UTILITY"}))["code"] == 100
    assert error(await api.client.post(url, json={**asked, "languages": []}))["code"] == 100


async def test_a_template_of_the_library_needs_no_review(api: Api, guest: Someone) -> None:
    found = (await api.client.get("/v25.0/message_template_library", params={"search": "order"})).json()["data"]
    assert {"order_received", "delivery_on_the_way"} <= {each["name"] for each in found}
    asked = {
        "name": "my_order",
        "language": "en_US",
        "category": "UTILITY",
        "library_template_name": "order_received",
        "library_template_button_inputs": [
            {
                "type": "URL",
                "url": {"base_url": "https://shop.example/{{1}}", "url_suffix_example": "https://shop.example/7"},
            }
        ],
    }
    made = (await api.client.post(f"{api.waba}/message_templates", json=asked)).json()
    assert made["status"] == "APPROVED"
    fields = "?fields=library_template_name,status"
    shown = (await api.client.get(f"/v25.0/{made['id']}{fields}")).json()
    assert shown["library_template_name"] == "order_received"
    without = {key: value for key, value in asked.items() if key != "library_template_button_inputs"}
    for wrong in ({**asked, "library_template_name": "nothing"}, without, {**asked, "category": "MARKETING"}):
        assert error(await api.client.post(f"{api.waba}/message_templates", json={**wrong, "name": "x"}))["code"] == 100
    code = {**without, "name": "code", "library_template_name": "sign_in_code", "category": "AUTHENTICATION"}
    assert (await api.client.post(f"{api.waba}/message_templates", json=code)).json()["status"] == "APPROVED"


async def test_what_is_rarely_set_about_a_template_is_shown_again(api: Api) -> None:
    template_id = await filed(api, message_send_ttl_seconds=600, sub_category="ORDER_STATUS")
    fields = "?fields=message_send_ttl_seconds,sub_category,previous_category"
    shown = (await api.client.get(f"/v25.0/{template_id}{fields}")).json()
    assert shown == {"message_send_ttl_seconds": 600, "sub_category": "ORDER_STATUS", "id": str(template_id)}
    asked = {"name": "x", "language": "en", "category": "UTILITY", "components": BODY, "message_send_ttl_seconds": 3}
    assert error(await api.client.post(f"{api.waba}/message_templates", json=asked))["code"] == 100


async def test_an_archived_template_rests_until_it_is_taken_out(api: Api, guest: Someone) -> None:
    await subscribe(api)
    template_id = await approved(api)
    await told(api)
    url = f"{api.waba}/message_templates"
    archived = await api.client.post(f"{url}/archive", json={"hsm_ids": f"{template_id},140000000000001"})
    assert archived.json() == {
        "archived_templates": [str(template_id)],
        "failed_templates": {"140000000000001": "Template not found"},
    }
    message = {"name": "story", "language": {"code": "en_US"}}
    assert error(await api.send(str(guest.phone), "template", template=message))["code"] == 132001
    again = (await api.client.post(f"{url}/archive", json={"hsm_ids": [str(template_id)]})).json()
    assert list(again["failed_templates"]) == [str(template_id)]
    back = (await api.client.post(f"{url}/unarchive", json={"hsm_ids": str(template_id)})).json()
    assert back == {"unarchived_templates": [str(template_id)], "failed_templates": {}}
    assert (await api.send(str(guest.phone), "template", template=message)).status_code == 200
    events = [value["event"] for field, value in await told(api) if field == "message_template_status_update"]
    assert events == ["ARCHIVED", "UNARCHIVED"]
    assert error(await api.client.post(f"{url}/archive", json={}))["code"] == 100


async def test_a_paused_template_is_unpaused_by_its_business(api: Api, guest: Someone) -> None:
    await subscribe(api)
    template_id = await approved(api)
    url = f"/v25.0/{template_id}/unpause"
    assert error(await api.client.post(url))["code"] == 100
    await api.cast.connection.execute("UPDATE template SET status = 'PAUSED' WHERE template_id = $1", template_id)
    message = {"name": "story", "language": {"code": "en_US"}}
    assert error(await api.send(str(guest.phone), "template", template=message))["code"] == 132015
    assert (await api.client.post(url)).json() == {"success": True}
    assert (await api.send(str(guest.phone), "template", template=message)).status_code == 200
    assert error(await api.client.post("/v25.0/140000000000001/unpause"))["error_subcode"] == 33


async def test_a_corrected_category_is_told(api: Api) -> None:
    await subscribe(api)
    template_id = await filed(api)
    await approve_template(api.house, api.keys.business.business_id, template_id, category="MARKETING")
    fields = "?fields=category,previous_category"
    shown = (await api.client.get(f"/v25.0/{template_id}{fields}")).json()
    assert (shown["category"], shown["previous_category"]) == ("MARKETING", "UTILITY")
    (_, status), (field, value) = await told(api)
    assert (status["event"], status["message_template_category"]) == ("APPROVED", "MARKETING")
    assert (field, value) == (
        "template_category_update",
        {
            "message_template_id": template_id,
            "message_template_name": "story",
            "message_template_language": "en_US",
            "previous_category": "UTILITY",
            "new_category": "MARKETING",
        },
    )


async def test_an_edited_template_is_told_as_it_is_now_when_it_is_approved(api: Api) -> None:
    await subscribe(api)
    template_id = await approved(api)
    button = {"type": "URL", "text": "Open", "url": "https://shop.example/"}
    components = [
        {"type": "HEADER", "format": "TEXT", "text": "News"},
        {"type": "BODY", "text": "Something else happened."},
        {"type": "FOOTER", "text": "Pune Milk"},
        {"type": "BUTTONS", "buttons": [button]},
    ]
    edited = await api.client.post(f"/v25.0/{template_id}", json={"components": components})
    assert edited.json()["success"] is True
    await told(api)
    await approve_template(api.house, api.keys.business.business_id, template_id)
    (_, (field, value)) = await told(api)
    assert (field, value) == (
        "message_template_components_update",
        {
            "message_template_id": template_id,
            "message_template_name": "story",
            "message_template_language": "en_US",
            "message_template_title": "News",
            "message_template_element": "Something else happened.",
            "message_template_footer": "Pune Milk",
            "message_template_buttons": [
                {
                    "message_template_button_type": "URL",
                    "message_template_button_text": "Open",
                    "message_template_button_url": "https://shop.example/",
                }
            ],
        },
    )


async def test_templates_migrate_from_accounts_of_the_same_portfolio_only(api: Api) -> None:
    url = f"{api.waba}/migrate_message_templates"
    own = await api.client.post(url, params={"source_waba_id": str(api.keys.business.waba_id)})
    assert own.json() == {"migrated_templates": [], "failed_templates": []}
    other = await api.client.post(url, params={"source_waba_id": "110000000000001"})
    assert error(other)["error_subcode"] == 33


async def test_a_hundred_templates_are_filed_in_an_hour(api: Api, clock: TurnedClock) -> None:
    query = """
        INSERT INTO template
        SELECT business_id, template_id + n, name || n, language, category, status, parameter_format, components,
               rejected_reason, quality, $2, $2
        FROM template, generate_series(1, 100) n WHERE business_id = $1
    """
    await api.cast.connection.execute(query, api.keys.business.business_id, clock.now())
    asked = {"name": "story", "language": "en_US", "category": "UTILITY", "components": BODY}
    refused = await api.client.post(f"{api.waba}/message_templates", json=asked)
    assert (refused.status_code, error(refused)["code"]) == (429, 80007)
    clock.turn(timedelta(hours=1))
    await filed(api)


async def test_figures_of_templates_are_what_is_stored(api: Api, guest: Someone, clock: TurnedClock) -> None:
    template_id, other_id = await approved(api), await approved(api, "other")
    message = {"name": "story", "language": {"code": "en_US"}}
    for _ in range(2):
        sent = (await api.send(str(guest.phone), "template", template=message)).json()["messages"][0]["id"]
    key: Any = api.house.seal.message_key(sent)
    for status in (2, 3):
        query = "INSERT INTO receipt VALUES ($1, $2, $3, NULL, $4)"
        await api.cast.connection.execute(query, key.person_id, key.seq, status, clock.now())
    await says(api, guest, Choice("template_button", "yes", "Yes"), "k9", reply_to_seq=key.seq)
    start = clock.now().replace(hour=0, minute=0, second=0)
    day, following = int(start.timestamp()), int(start.timestamp()) + 86_400
    asked: dict[str, Any] = {
        "start": day,
        "end": following,
        "granularity": "DAILY",
        "template_ids": json.dumps([template_id, other_id]),
    }
    ((found,),) = [(await api.client.get(f"{api.waba}/template_analytics", params=asked)).json()["data"]]
    (point,) = found["data_points"]
    assert (point["template_id"], point["start"], point["end"]) == (str(template_id), day, following)
    assert (point["sent"], point["delivered"], point["read"]) == (2, 1, 1)
    assert [(each["button_content"], each["count"]) for each in point["clicked"]] == [("Yes", 1)]
    only = (await api.client.get(f"{api.waba}/template_analytics", params={**asked, "metric_types": "SENT"})).json()
    assert set(only["data"][0]["data_points"][0]) == {"template_id", "start", "end", "sent"}
    compared: dict[str, Any] = {"template_ids": str(other_id), "start": day, "end": following}
    metrics = (await api.client.get(f"/v25.0/{template_id}/compare", params=compared)).json()["data"]
    assert [each["metric"] for each in metrics] == ["BLOCK_RATE", "MESSAGE_SENDS", "TOP_BLOCK_REASON"]
    assert {"key": str(template_id), "value": 2} in metrics[1]["number_values"]
    wrongs: list[dict[str, Any]] = [
        {"start": "x"},
        {"end": day},
        {"template_ids": ""},
        {"granularity": "MINUTE"},
        {"metric_types": "LOVE"},
    ]
    for wrong in wrongs:
        assert error(await api.client.get(f"{api.waba}/template_analytics", params={**asked, **wrong}))["code"] == 100
    missing = await api.client.get(
        f"/v25.0/{template_id}/compare", params={**compared, "template_ids": "140000000000001"}
    )
    assert error(missing)["error_subcode"] == 33
