"""Flows from end to end, by pywa 4.5.0: drawn, published, sent, played by a person, data exchanged under seal, answers back."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pywa import errors
from pywa.handlers import FlowCompletionHandler
from pywa.types.callback import FlowButton
from pywa.types.flows import FlowActionType, FlowRequest, FlowStatus, FlowTokenNoLongerValid

from clarine.domain.phone import parse_phone
from clarine.flow.business import BusinessKeys, create_business
from clarine.flow.flows import judge_flow
from clarine.flow.house import House
from clarine.flow.people import create_person
from clarine.flow.templates import approve_template
from tests.cast import Someone
from tests.domain.flow_examples import BOOKING, VISIT
from tests.wire.conftest import Api, FakeFetch, FakeHttp, error
from tests.wire.console import signed_in
from tests.wire.flow_house import FlowHouse, flow_house, key_pair

HERD = {"herd": [{"id": "c1", "title": "Gauri"}, {"id": "c2", "title": "Lakshmi"}]}
ANSWERS = {"animal": "c1", "age": "4", "day": "2026-11-20", "time": "am", "extras": ["hooves"], "agree": True}


@pytest_asyncio.fixture
async def flows(house: House, keys: BusinessKeys, http: FakeHttp, fetch: FakeFetch) -> AsyncIterator[FlowHouse]:
    async with flow_house(house, keys, http, fetch) as found:
        yield found


@pytest_asyncio.fixture
async def zoe(house: House, flows: FlowHouse, guest: Someone) -> AsyncIterator[httpx.AsyncClient]:
    """The app of a person who wrote a moment ago."""
    made = await create_person(house, parse_phone(f"+{guest.phone}"), name="Zoë", device="test")
    async with flows.people(made.token) as client:
        yield client


def button(flow_id: str, **more: Any) -> FlowButton:
    usual = {"flow_token": "t-1", "flow_action_type": FlowActionType.NAVIGATE, "flow_action_screen": "ANIMAL"}
    return FlowButton(title="Ask for a visit", flow_id=flow_id, **{**usual, "flow_action_payload": HERD, **more})


def exchanging(flow_id: str) -> FlowButton:
    return button(
        flow_id,
        flow_action_type=FlowActionType.DATA_EXCHANGE,
        flow_action_screen=None,
        flow_action_payload=None,
    )


async def sent_form(flows: FlowHouse, api: Api, zoe: httpx.AsyncClient, buttons: FlowButton) -> str:
    """The address of the form that the newest message opens."""
    await flows.call(flows.wa.send_message, to="16505551234", text="Does an animal need the vet?", buttons=buttons)
    business_id = api.keys.business.business_id
    messages = (await zoe.get(f"/chats/{business_id}/messages")).json()["messages"]
    assert messages[0]["content"]["kind"] == "flow"
    return f"/chats/{business_id}/flows/{messages[0]['seq']}"


async def subscribe(api: Api, fields: str) -> None:
    sent = {"object": "whatsapp_business_account", "callback_url": "https://shop.test/hook", "verify_token": "vt"}
    answer = await api.client.post(f"{api.app}/subscriptions", data={**sent, "fields": fields})
    assert answer.status_code == 200, answer.text


async def book(flows: FlowHouse) -> str:
    """A published flow with an endpoint; its id."""
    await flows.call(flows.wa.set_business_public_key, flows.public_key)
    return await flows.publish(BOOKING, "booking", endpoint_uri=flows.endpoint)


async def step(
    zoe: httpx.AsyncClient, address: str, action: str, *, key: str = "step-0001", **more: Any
) -> httpx.Response:
    return await zoe.post(f"{address}/steps", json={"action": action, "client_key": key, **more})


async def test_a_flow_is_drawn_published_listed_cloned_and_deprecated(flows: FlowHouse, api: Api) -> None:
    wa = flows.wa
    made = await flows.call(wa.create_flow, "visit", ["APPOINTMENT_BOOKING"])
    drawn = await flows.call(wa.update_flow_json, made.id, VISIT)
    assert (drawn.success, drawn.validation_errors) == (True, ())
    (asset,) = await flows.call(wa.get_flow_assets, made.id)
    assert (asset.name, asset.type) == ("flow.json", "FLOW_JSON")
    assert (await api.client.get(asset.url)).json() == VISIT

    assert (await flows.call(wa.update_flow_metadata, made.id, name="vet", categories=["OTHER"])).success
    found = await flows.call(wa.get_flow, made.id)
    assert (found.name, found.status, found.categories, found.json_version) == (
        "vet",
        FlowStatus.DRAFT,
        ("OTHER",),
        "6.0",
    )
    assert found.validation_errors is None
    await flows.call(wa.publish_flow, made.id)
    copied = await flows.call(wa.create_flow, "vet again", ["OTHER"], clone_flow_id=made.id)
    listed = await flows.call(wa.get_flows)
    assert [(each.name, each.status) for each in listed] == [("vet again", "DRAFT"), ("vet", "PUBLISHED")]
    await flows.call(wa.publish_flow, copied.id)
    await flows.call(wa.deprecate_flow, copied.id)
    assert (await flows.call(wa.get_flow, copied.id)).status == FlowStatus.DEPRECATED


async def test_a_flow_is_created_and_published_in_one_call(flows: FlowHouse) -> None:
    made = await flows.call(flows.wa.create_flow, "visit", ["OTHER"], flow_json=VISIT, publish=True)
    assert made.success
    assert (await flows.call(flows.wa.get_flow, made.id)).status == FlowStatus.PUBLISHED


async def test_what_is_wrong_with_a_flow_is_told_and_keeps_it_from_being_published(flows: FlowHouse) -> None:
    broken = copy.deepcopy(VISIT)
    broken["screens"][0]["layout"]["children"][0]["type"] = "Banner"
    made = await flows.call(flows.wa.create_flow, "visit", ["OTHER"], flow_json=broken, publish=True)
    assert not made.success
    (finding,) = made.validation_errors
    assert (finding.error, finding.error_type) == ("INVALID_PROPERTY_VALUE", "FLOW_JSON_ERROR")
    with pytest.raises(errors.FlowPublishingError):
        await flows.call(flows.wa.publish_flow, made.id)
    assert (await flows.call(flows.wa.get_flow, made.id)).status == FlowStatus.DRAFT
    assert (await flows.call(flows.wa.delete_flow, made.id)).success
    with pytest.raises(errors.WhatsAppError, match="does not exist"):
        await flows.call(flows.wa.get_flow, made.id)


async def test_each_state_refuses_what_it_does_not_allow(flows: FlowHouse, house: House, keys: BusinessKeys) -> None:
    wa, flow_id = flows.wa, await flows.publish(VISIT)
    with pytest.raises(errors.FlowUpdatingError):
        await flows.call(wa.update_flow_json, flow_id, VISIT)
    with pytest.raises(errors.FlowPublishingError):
        await flows.call(wa.publish_flow, flow_id)
    with pytest.raises(errors.FlowDeletingError):
        await flows.call(wa.delete_flow, flow_id)
    draft = await flows.call(wa.create_flow, "other", ["OTHER"])
    with pytest.raises(errors.FlowDeprecatingError):
        await flows.call(wa.deprecate_flow, draft.id)
    with pytest.raises(errors.FlowPublishingError):
        await flows.call(wa.publish_flow, draft.id)  # it has no screens
    with pytest.raises(errors.WhatsAppError) as taken:
        await flows.call(wa.create_flow, "form", ["OTHER"])
    assert (taken.value.code, taken.value.subcode) == (100, 4016019)
    await judge_flow(house, keys.business.business_id, int(flow_id), status="BLOCKED")
    with pytest.raises(errors.FlowBlockedByIntegrity):
        await flows.call(wa.update_flow_metadata, flow_id, name="new")
    await flows.call(wa.deprecate_flow, flow_id)
    with pytest.raises(errors.FlowDeprecatingError):
        await flows.call(wa.deprecate_flow, flow_id)


async def test_a_flow_of_another_business_is_not_seen(flows: FlowHouse, api: Api, house: House) -> None:
    flow_id = await flows.publish(VISIT)
    other = await create_business(house, name="Nasik Goats", phone="+15550783882", balance_micros=0)
    for method, path in (("GET", ""), ("POST", "/publish"), ("GET", "/assets"), ("DELETE", "")):
        headers = {"Authorization": f"Bearer {other.access_token}"}
        found = await api.client.request(method, f"/v25.0/{flow_id}{path}", headers=headers)
        assert (found.status_code, error(found)["error_subcode"]) == (400, 33)


async def test_the_business_hears_of_every_change_of_state(flows: FlowHouse, api: Api) -> None:
    await subscribe(api, "flows")
    flow_id = await flows.publish(VISIT)
    await flows.call(flows.wa.deprecate_flow, flow_id)
    changes = [change for _, body, _ in await api.notify() for change in json.loads(body)["entry"][0]["changes"]]
    assert changes == [
        {
            "field": "flows",
            "value": {
                "event": "FLOW_STATUS_CHANGE",
                "message": f"Flow form changed status from {old} to {new}",
                "flow_id": flow_id,
                "old_status": old,
                "new_status": new,
            },
        }
        for old, new in (("DRAFT", "PUBLISHED"), ("PUBLISHED", "DEPRECATED"))
    ]


async def test_a_person_plays_a_form_and_the_business_gets_the_answers(
    flows: FlowHouse, api: Api, zoe: httpx.AsyncClient
) -> None:
    address = await sent_form(flows, api, zoe, button(await flows.publish(VISIT)))
    opened = (await zoe.get(address)).json()
    assert opened == {"flow": VISIT, "action": "navigate", "screen": "ANIMAL", "data": HERD}

    chat, seq = address.rpartition("/flows/")[0], int(address.rpartition("/")[2])
    reply = {"client_key": "answers-1", "content": {"type": "flow_reply", "response": ANSWERS}, "reply_to": seq}
    await subscribe(api, "messages")
    first = await zoe.post(f"{chat}/messages", json=reply)
    again = await zoe.post(f"{chat}/messages", json=reply)
    assert first.json()["message"]["content"]["title"] == "Ask for a visit"
    assert again.json() == first.json()

    heard: list[Any] = []
    flows.wa.add_handlers(FlowCompletionHandler(lambda _, done: heard.append(done)))
    for _, body, headers in await api.notify():
        assert flows.wa.webhook_update_validator(body, headers["X-Hub-Signature-256"]) is None
        await asyncio.to_thread(flows.wa.webhook_update_handler, body)
    (done,) = heard
    assert (done.body, done.token, done.response) == ("Sent", "t-1", ANSWERS)
    assert done.reply_to_message.id.startswith("wamid.")


@pytest.mark.parametrize(
    "response", [{}, {"animal": "c1"}, {**ANSWERS, "price": 0}, {**ANSWERS, "flow_token": "another"}]
)
async def test_answers_that_no_screen_gives_are_refused(
    flows: FlowHouse, api: Api, zoe: httpx.AsyncClient, response: dict[str, Any]
) -> None:
    address = await sent_form(flows, api, zoe, button(await flows.publish(VISIT)))
    chat, _, seq = address.partition("/flows/")
    content = {"type": "flow_reply", "response": response}
    for reply_to in (int(seq), 1, None):
        sent = {"client_key": "answers-1", "content": content, **({"reply_to": reply_to} if reply_to else {})}
        assert (await zoe.post(f"{chat}/messages", json=sent)).status_code in (400, 404)


async def test_data_is_exchanged_under_seal_until_the_endpoint_ends_the_form(
    flows: FlowHouse, api: Api, zoe: httpx.AsyncClient
) -> None:
    slots: list[Any] = [{"id": "9", "title": "09:00"}, {"id": "10", "title": "10:00"}]

    def answer(request: FlowRequest) -> Any:
        match request.action, request.screen:
            case "INIT", _:
                return request.respond(screen="DAY", data={"first_day": "2026-11-17"})
            case "data_exchange", "DAY":
                return request.respond(screen="SLOT", data={"slots": slots})
            case "BACK", _:
                return request.respond(screen="DAY", data={"first_day": "2026-11-18"})
        assert request.data is not None
        return request.respond(close_flow=True, data={"booked": request.data["slot"]})

    flows.answer = answer
    await subscribe(api, "messages")
    address = await sent_form(flows, api, zoe, exchanging(await book(flows)))
    assert (await zoe.get(address)).json()["action"] == "data_exchange"
    assert (await step(zoe, address, "INIT")).json() == {"screen": "DAY", "data": {"first_day": "2026-11-17"}}
    following = await step(zoe, address, "data_exchange", screen="DAY", data={"day": "2026-11-20"})
    assert following.json() == {"screen": "SLOT", "data": {"slots": slots}}
    assert (await step(zoe, address, "BACK", screen="SLOT")).json()["data"] == {"first_day": "2026-11-18"}
    ended = await step(zoe, address, "data_exchange", screen="SLOT", data={"slot": "10"}, key="ended-01")
    response = json.loads(ended.json()["message"]["content"]["response_json"])
    assert response == {"flow_token": "t-1", "booked": "10"}

    assert [(each.action, each.screen, each.data, each.flow_token, each.version) for each in flows.asked] == [
        ("INIT", None, None, "t-1", "3.0"),
        ("data_exchange", "DAY", {"day": "2026-11-20"}, "t-1", "3.0"),
        ("BACK", "SLOT", None, "t-1", "3.0"),
        ("data_exchange", "SLOT", {"slot": "10"}, "t-1", "3.0"),
    ]
    again = await step(zoe, address, "data_exchange", screen="SLOT", data={"slot": "10"}, key="ended-01")
    assert again.json() == ended.json()
    assert len(flows.asked) == 4
    assert all(headers["x-hub-signature-256"].startswith("sha256=") for headers in flows.headers)
    (told,) = [body for _, body, _ in await api.notify() if b"nfm_reply" in body]
    message = json.loads(told)["entry"][0]["changes"][0]["value"]["messages"][0]
    assert json.loads(message["interactive"]["nfm_reply"]["response_json"]) == response


async def test_an_endpoint_can_end_a_form_for_good_and_its_trouble_is_not_the_persons(
    flows: FlowHouse, api: Api, zoe: httpx.AsyncClient
) -> None:
    address = await sent_form(flows, api, zoe, exchanging(await book(flows)))

    def over(request: FlowRequest) -> Any:
        raise FlowTokenNoLongerValid("You already booked.")

    def broken(request: FlowRequest) -> Any:
        raise RuntimeError("out of order")

    for answer, status, code in (
        (over, 403, "flow_over"),
        (broken, 503, "flow_unreachable"),
        (lambda request: request.respond(screen="MOON"), 503, "flow_unreachable"),
    ):
        flows.answer = answer
        refused = await step(zoe, address, "INIT")
        assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
        if answer is over:
            assert refused.json()["error"]["message"] == "You already booked."
    assert flows.asked[-1].has_error  # the endpoint is told that there is no such screen
    flows.answer = lambda request: request.respond(screen="DAY", data={"error_message": "No day is free"})
    assert (await step(zoe, address, "INIT")).json()["data"] == {"error_message": "No day is free"}


async def test_a_key_that_was_changed_is_used_from_the_next_step_on(
    flows: FlowHouse, api: Api, zoe: httpx.AsyncClient
) -> None:
    address = await sent_form(flows, api, zoe, exchanging(await book(flows)))
    await flows.call(flows.wa.set_business_public_key, key_pair()[1])
    assert (await step(zoe, address, "INIT")).json()["error"]["code"] == "flow_unreachable"
    await flows.call(flows.wa.set_business_public_key, flows.public_key)
    assert (await step(zoe, address, "INIT")).json()["screen"] == "DAY"


async def test_a_flow_with_an_endpoint_is_published_only_when_it_answers_a_ping(flows: FlowHouse) -> None:
    made = await flows.call(flows.wa.create_flow, "booking", ["OTHER"], flow_json=BOOKING)
    for problem in ("endpoint_uri", "Public Key", "health check"):
        with pytest.raises(errors.FlowPublishingError, match=problem):
            await flows.call(flows.wa.publish_flow, made.id)
        if problem == "endpoint_uri":
            await flows.call(flows.wa.update_flow_metadata, made.id, endpoint_uri="http://127.0.0.1:9/flow")
        elif problem == "Public Key":
            await flows.call(flows.wa.set_business_public_key, flows.public_key)
    await flows.call(flows.wa.update_flow_metadata, made.id, endpoint_uri=flows.endpoint)
    assert (await flows.call(flows.wa.publish_flow, made.id)).success


async def test_only_flows_that_may_be_sent_are_sent(
    flows: FlowHouse, api: Api, zoe: httpx.AsyncClient, house: House, clock: Any
) -> None:
    wa, business_id = flows.wa, api.keys.business.business_id
    draft = (await flows.call(wa.create_flow, "draft", ["OTHER"], flow_json=VISIT)).id
    flow_id = await flows.publish(VISIT)

    async def send(buttons: FlowButton) -> Any:
        return await flows.call(wa.send_message, to="16505551234", text="hi", buttons=buttons)

    with pytest.raises(errors.InvalidParameter):
        await send(button(draft))
    with pytest.raises(errors.InvalidParameter):
        await send(button(flow_id, flow_action_screen="MOON"))
    with pytest.raises(errors.InvalidParameter):
        await send(exchanging(flow_id))
    with pytest.raises(errors.InvalidParameter):
        await send(button(flow_id, mode=FlowStatus.DRAFT))
    address = await sent_form(flows, api, zoe, button(draft, mode=FlowStatus.DRAFT))
    assert (await zoe.get(address)).status_code == 200
    by_name = FlowButton(title="Go", flow_name="form", flow_token="t-2")
    address = await sent_form(flows, api, zoe, by_name)
    assert (await zoe.get(address)).json()["screen"] == "ANIMAL"

    await judge_flow(house, business_id, int(flow_id), status="THROTTLED")
    for _ in range(10):
        await send(button(flow_id))
    with pytest.raises(errors.FlowThrottled):
        await send(button(flow_id))
    await judge_flow(house, business_id, int(flow_id), status="BLOCKED")
    with pytest.raises(errors.FlowBlocked):
        await send(button(flow_id))
    assert (await zoe.get(address)).json()["error"]["code"] == "flow_over"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"flow_message_version": None}, 131008),
        ({"flow_message_version": "2"}, 131009),
        ({"flow_cta": None}, 131008),
        ({"flow_cta": "x" * 31}, 131009),
        ({"flow_id": "abc"}, 131009),
        ({"flow_id": "170000000000001"}, 131009),
        ({"flow_name": "form"}, 131009),
        ({"mode": "test"}, 131009),
        ({"flow_action": "jump"}, 131009),
        ({"flow_action_payload": {"screen": "ANIMAL", "data": {}}}, 131009),
    ],
)
async def test_each_parameter_of_a_flow_message_is_checked(
    flows: FlowHouse, api: Api, guest: Someone, parameters: dict[str, Any], code: int
) -> None:
    usual = {"flow_message_version": "3", "flow_id": await flows.publish(VISIT), "flow_cta": "Go"}
    interactive = {
        "type": "flow",
        "body": {"text": "hi"},
        "action": {"name": "flow", "parameters": {**usual, **parameters}},
    }
    refused = await api.send("16505551234", "interactive", interactive=interactive)
    assert (refused.status_code, error(refused)["code"]) == (400, code)


async def test_a_button_of_a_template_opens_a_flow_that_may_be_opened(
    flows: FlowHouse, api: Api, zoe: httpx.AsyncClient, house: House
) -> None:
    business_id, flow_id = api.keys.business.business_id, await flows.publish(VISIT)
    opens = {"type": "FLOW", "text": "Ask for a visit", "flow_id": flow_id, "navigate_screen": "ANIMAL"}
    components = [{"type": "BODY", "text": "Call the vet?"}, {"type": "BUTTONS", "buttons": [opens]}]
    template = {"name": "vet", "language": "en", "category": "UTILITY", "components": components}
    unknown = [components[0], {"type": "BUTTONS", "buttons": [{**opens, "flow_id": "170000000000001"}]}]
    refused = await api.client.post(f"{api.waba}/message_templates", json={**template, "components": unknown})
    assert (refused.status_code, error(refused)["code"]) == (400, 100)
    made = (await api.client.post(f"{api.waba}/message_templates", json=template)).json()
    await approve_template(house, business_id, int(made["id"]))

    action = {"type": "action", "action": {"flow_token": "t-9", "flow_action_data": HERD}}
    button_parameters = [{"type": "button", "sub_type": "flow", "index": "0", "parameters": [action]}]
    sent = {"name": "vet", "language": {"code": "en"}, "components": button_parameters}
    answer = await api.send("16505551234", "template", template=sent)
    assert answer.status_code == 200, answer.text
    newest = (await zoe.get(f"/chats/{business_id}/messages")).json()["messages"][0]
    assert newest["content"]["buttons"][0]["kind"] == "flow"
    opened = (await zoe.get(f"/chats/{business_id}/flows/{newest['seq']}")).json()
    assert (opened["screen"], opened["data"]) == ("ANIMAL", HERD)
    reply = {
        "client_key": "answers-9",
        "content": {"type": "flow_reply", "response": ANSWERS},
        "reply_to": newest["seq"],
    }
    told = (await zoe.post(f"/chats/{business_id}/messages", json=reply)).json()["message"]["content"]
    assert json.loads(told["response_json"]) == {"flow_token": "t-9", **ANSWERS}

    await judge_flow(house, business_id, int(flow_id), status="THROTTLED")
    codes = [(await api.send("16505551234", "template", template=sent)).json() for _ in range(11)]
    assert ["error" in code for code in codes] == [False] * 10 + [True]
    assert codes[-1]["error"]["code"] == 132069
    await judge_flow(house, business_id, int(flow_id), status="BLOCKED")
    blocked = await api.send("16505551234", "template", template=sent)
    assert (blocked.status_code, error(blocked)["code"]) == (400, 132068)


async def test_no_data_goes_to_a_business_that_the_person_blocked_or_that_shut_the_person_out(
    flows: FlowHouse, api: Api, zoe: httpx.AsyncClient
) -> None:
    address = await sent_form(flows, api, zoe, exchanging(await book(flows)))
    chat, _, seq = address.partition("/flows/")
    await zoe.post(f"{chat}/read", json={"seq": int(seq)})  # what no device has is withdrawn by a block
    assert (await zoe.post(f"{chat}/relation", json={"blocked": True})).status_code == 200
    refused = await step(zoe, address, "INIT")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "blocked")
    await zoe.post(f"{chat}/relation", json={"blocked": False})
    assert (await step(zoe, address, "INIT")).status_code == 200
    users = {"messaging_product": "whatsapp", "block_users": [{"user": "16505551234"}]}
    assert (await api.client.post(f"{api.phone}/block_users", json=users)).status_code == 200
    assert (await step(zoe, address, "INIT")).json()["error"]["code"] == "flow_unreachable"
    assert len(flows.asked) == 1


async def test_an_operator_blocks_a_flow_and_lets_it_go_on(flows: FlowHouse, house: House, keys: BusinessKeys) -> None:
    flow_id = await flows.publish(VISIT)
    path = f"flows/{keys.business.business_id}/{flow_id}/status"
    async with signed_in(house, business_id=None) as browser:
        assert (await browser.post(path, {"status": "BLOCKED"})).json()["status"] == "BLOCKED"
        assert (await flows.call(flows.wa.get_flow, flow_id)).status == FlowStatus.BLOCKED
        assert (await browser.post(path, {"status": "BLOCKED"})).status_code == 409
        assert (await browser.post(path, {"status": "DRAFT"})).status_code == 400
        assert (await browser.post(path, {"status": "PUBLISHED"})).json()["status"] == "PUBLISHED"
