"""Every code of the table is provoked for real, once; the others are acted out by the sandbox, which has tests of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest

from clarine.adapters.clock import TurnedClock
from clarine.domain.consent import Act, ConsentCategory, ConsentRecord, ReportReason
from clarine.domain.magic import LATER
from clarine.edge.graph.errors import TABLE
from clarine.flow.business import BLOCKED_MAX, BusinessKeys
from clarine.flow.business import shut_out as block
from clarine.flow.house import House
from clarine.flow.locking import lock
from clarine.flow.quality import review
from clarine.flow.registration import allow
from clarine.flow.relate import Decision, relate
from tests.cast import Cast, Someone
from tests.wire.conftest import Api, FakeFetch, FakeHttp, error, open_api, says
from tests.wire.pages import acted

HELLO: Final = {"name": "hello_world", "language": {"code": "en_US"}}
PIN: Final = {"messaging_product": "whatsapp", "pin": "123456"}
TEXT: Final = {"messaging_product": "whatsapp", "to": "16505551234", "type": "text", "text": {"body": "x"}}


@dataclass(frozen=True)
class Stage:
    """A business whose refusals are told at once, a person, and a clock."""

    api: Api
    someone: Someone
    clock: TurnedClock

    async def post(self, edge: str, body: Any = None) -> httpx.Response:
        return await self.api.client.post(f"{self.api.phone}/{edge}", json=body)

    async def send(self, **changes: Any) -> httpx.Response:
        return await self.post("messages", {**TEXT, **changes})

    async def template(self, components: list[Any] | None = None, **more: Any) -> httpx.Response:
        template = {**HELLO, **({"components": components} if components else {}), **more}
        return await self.send(type="template", template=template)

    async def execute(self, query: str, *values: Any) -> None:
        await self.api.cast.connection.execute(query, *values)

    async def agreed(self) -> None:
        """The person agreed to marketing, which hello_world is from now on."""
        now = self.clock.now()
        record = ConsentRecord(Act.GRANTED, ConsentCategory.ALL, "Yes, write to me", "1", "form", "business", now)
        await relate(self.api.house, [self.decision(records=(record,))])
        await self.execute("UPDATE template SET category = 'MARKETING'")

    def decision(self, **more: Any) -> Decision:
        return Decision(self.someone.person_id, self.api.keys.business.business_id, **more)

    async def text_template(self, text: str) -> None:
        """hello_world is *text* now, and its window is open."""
        await says(self.api, self.someone)
        await self.execute("UPDATE template SET components = $1", json.dumps([{"type": "BODY", "text": text}]))

    async def flow(self, status: str) -> str:
        """A flow that an operator put into *status*; its address."""
        made = await self.api.client.post(f"{self.api.waba}/flows", json={"name": "form", "categories": ["OTHER"]})
        await self.execute("UPDATE flow SET status = $1", status)
        return f"/v25.0/{made.json()['id']}"

    async def flow_message(self, status: str) -> httpx.Response:
        await says(self.api, self.someone)
        flow_id = (await self.flow(status)).rsplit("/", 1)[1]
        screen = {"id": "A", "terminal": True, "layout": {"type": "SingleColumnLayout", "children": []}}
        await self.execute("UPDATE flow SET flow_json = $1", json.dumps({"version": "7.0", "screens": [screen]}))
        parameters = {"flow_message_version": "3", "flow_token": "t", "flow_id": flow_id, "flow_cta": "Open"}
        action = {"name": "flow", "parameters": {**parameters, "flow_action": "navigate"}}
        interactive = {"type": "flow", "body": {"text": "b"}, "action": action}
        return await self.send(type="interactive", interactive=interactive)


def body(*texts: str) -> list[Any]:
    return [{"type": "body", "parameters": [{"type": "text", "text": text} for text in texts]}]


async def experiment(stage: Stage, times: int, **changes: Any) -> httpx.Response:
    for _ in range(times):
        response = await stage.send(**changes)
    return response


async def ended_token(stage: Stage) -> httpx.Response:
    await stage.execute("UPDATE access_token SET ended_at = now()")
    return await stage.api.client.get(stage.api.phone)


async def broken_house(stage: Stage) -> httpx.Response:
    await stage.execute("ALTER TABLE setting RENAME TO setting_gone")
    try:
        return await stage.api.client.get(stage.api.phone)
    finally:
        await stage.execute("ALTER TABLE setting_gone RENAME TO setting")


async def database_lost(stage: Stage) -> httpx.Response:
    """The connection is cut while the call waits for a lock; so much is certain that nobody knows what became of it."""
    await says(stage.api, stage.someone)
    connection = stage.api.cast.connection
    waiting = """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity, pg_stat_clear_snapshot()
        WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    async with connection.transaction():
        await connection.execute("SELECT FROM inbox FOR UPDATE")
        sending = asyncio.create_task(stage.send())
        while not await connection.fetchval(waiting):
            pass
        return await sending


async def frequent_filing(stage: Stage) -> httpx.Response:
    query = """
        INSERT INTO template
        SELECT business_id, template_id + n, name || n, language, category, status, parameter_format, components,
               rejected_reason, quality, $1, $1 FROM template, generate_series(1, 100) n
    """
    await stage.execute(query, stage.clock.now())
    components = [{"type": "BODY", "text": "Something happened."}]
    asked = {"name": "more", "language": "en", "category": "UTILITY", "components": components}
    return await stage.api.client.post(f"{stage.api.waba}/message_templates", json=asked)


async def no_money(stage: Stage) -> httpx.Response:
    await stage.agreed()
    await stage.execute("UPDATE wallet SET available_micros = 0")
    return await stage.template()


async def frozen(stage: Stage) -> httpx.Response:
    await stage.agreed()
    await stage.template()
    business_id = stage.api.keys.business.business_id
    for _ in range(5):
        reporter = await stage.api.cast.person()
        await relate(stage.api.house, [Decision(reporter.person_id, business_id, report=ReportReason.SCAM)])
    stage.clock.turn(timedelta(minutes=3))
    while await review(stage.api.house):
        pass
    return await stage.template()


async def capped(stage: Stage) -> httpx.Response:
    await stage.agreed()
    for _ in range(3):
        response = await stage.template()
    return response


async def stopped(stage: Stage) -> httpx.Response:
    await stage.execute("UPDATE template SET category = 'MARKETING'")
    return await stage.template()


async def pair_rate(stage: Stage) -> httpx.Response:
    await says(stage.api, stage.someone)
    return await experiment(stage, 46)


async def code_to_a_user_id(stage: Stage) -> httpx.Response:
    await stage.execute("UPDATE template SET category = 'AUTHENTICATION'")
    business_id = stage.api.keys.business.business_id
    user = stage.api.house.seal.user_id(stage.someone.person_id, business_id=business_id, country="US")
    return await stage.send(type="template", template=HELLO, to=None, recipient=user)


async def in_state(stage: Stage, status: str) -> httpx.Response:
    await stage.execute("UPDATE template SET status = $1", status)
    return await stage.template()


async def filled(stage: Stage, text: str, components: list[Any]) -> httpx.Response:
    await stage.text_template(text)
    return await stage.template(components)


async def registered(stage: Stage, *pins: str, after: timedelta = timedelta(seconds=2)) -> httpx.Response:
    """The PIN is 123456; then *pins* are tried, each *after* the one before."""
    response = await stage.post("register", PIN)
    for pin in pins:
        stage.clock.turn(after)
        response = await stage.post("register", {**PIN, "pin": pin})
    return response


async def unverified(stage: Stage) -> httpx.Response:
    await stage.execute("UPDATE phone_number SET verified = false")
    return await stage.post("register", PIN)


async def deregistered(stage: Stage) -> httpx.Response:
    await stage.post("deregister")
    return await stage.send()


async def on_flow(stage: Stage, status: str, method: str, edge: str = "") -> httpx.Response:
    address = await stage.flow(status)
    return await stage.api.client.request(method, f"{address}{edge}", json={"name": "other"})


async def asked_twice(stage: Stage) -> httpx.Response:
    await stage.execute("UPDATE phone_number SET verified = false")
    for _ in range(2):
        response = await stage.post("request_code", {"code_method": "SMS", "language": "en_US"})
    return response


async def drawn_anew(stage: Stage) -> httpx.Response:
    address = await stage.flow("PUBLISHED")
    form = {"name": "flow.json", "asset_type": "FLOW_JSON"}
    return await stage.api.client.post(f"{address}/assets", data=form, files={"file": ("flow.json", b"{}")})


async def refused_receiver(stage: Stage) -> httpx.Response:
    wanted = {"override_callback_uri": "https://h.test/", "verify_token": "wrong"}
    return await stage.api.client.post(f"{stage.api.waba}/subscribed_apps", json=wanted)


async def shut_out(stage: Stage) -> httpx.Response:
    await says(stage.api, stage.someone)
    await block(stage.api.house, stage.api.keys.business.business_id, [stage.someone.person_id])
    return await stage.send()


async def beyond_the_list(stage: Stage) -> httpx.Response:
    number = stage.api.keys.phone_number
    await says(stage.api, stage.someone)
    await allow(stage.api.house, number.business_id, number.phone_number_id, [f"+{stage.someone.phone}"])
    assert (await stage.send()).status_code == 200
    return await stage.send(to="16505559999")


async def locked(stage: Stage) -> httpx.Response:
    await lock(stage.api.house, stage.api.keys.business.business_id)
    return await stage.send()


async def limit_reached(stage: Stage) -> httpx.Response:
    await stage.agreed()
    assert (await stage.template()).status_code == 200
    await stage.execute("UPDATE sending SET reached = 250")
    other = await stage.api.cast.person()
    await stage.execute("UPDATE template SET category = 'UTILITY'")
    return await stage.send(type="template", template=HELLO, to=str(other.phone))


async def sold_out(stage: Stage) -> httpx.Response:
    await says(stage.api, stage.someone)
    parts = [
        {"type": "BODY", "text": "See what is new."},
        {"type": "BUTTONS", "buttons": [{"type": "CATALOG", "text": "View catalog"}]},
    ]
    await stage.execute("UPDATE template SET components = $1", json.dumps(parts))
    action = {"thumbnail_product_retailer_id": "nothing"}
    parameters = [{"type": "action", "action": action}]
    return await stage.template([{"type": "button", "sub_type": "CATALOG", "index": 0, "parameters": parameters}])


async def not_ready(stage: Stage) -> httpx.Response:
    await stage.execute("UPDATE template SET category = 'MARKETING', status = 'PENDING'")
    return await stage.post("marketing_messages", {**TEXT, "type": "template", "template": HELLO})


async def not_marketing(stage: Stage) -> httpx.Response:
    return await stage.post("marketing_messages", {**TEXT, "type": "template", "template": HELLO})


#: From a code to what provokes it.
PROVOKED: Final[dict[int, Callable[[Stage], Awaitable[httpx.Response]]]] = {
    3: lambda stage: stage.post("calls"),
    100: lambda stage: stage.api.client.get("/v25.0/140000000000001"),
    190: ended_token,
    368: frozen,
    2200: refused_receiver,
    2500: lambda stage: stage.post("shoe_size"),
    80007: frequent_filing,
    130403: shut_out,
    130429: asked_twice,
    131000: broken_house,
    131008: lambda stage: stage.send(text={}),
    131016: database_lost,
    131009: lambda stage: stage.send(to="not a number"),
    131021: lambda stage: stage.send(to=str(stage.api.keys.phone_number.phone)),
    131026: lambda stage: stage.send(to="16505559999"),
    131042: no_money,
    131047: lambda stage: stage.send(),
    131030: beyond_the_list,
    131031: locked,
    131048: limit_reached,
    131049: capped,
    131050: stopped,
    131051: lambda stage: stage.send(type="hologram"),
    131052: lambda stage: stage.send(type="image", image={"link": "https://nothing.test/a.png"}),
    131053: lambda stage: stage.send(type="image", image={"id": "150000000000001"}),
    131055: lambda stage: stage.post("marketing_messages", TEXT),
    131056: pair_rate,
    131062: code_to_a_user_id,
    132000: lambda stage: filled(stage, "Hello {{1}} and {{2}}, both of you.", body("Anna")),
    132001: lambda stage: stage.template(name="nothing"),
    132005: lambda stage: filled(stage, "Hello {{1}}, how are you?", body("x" * 1_020)),
    132007: lambda stage: filled(stage, "Hello {{1}}, how are you?", body("a\n\n\nb")),
    132008: lambda stage: filled(
        stage,
        "Hello {{1}}, how are you?",
        [{"type": "button", "sub_type": "url", "index": 10, "parameters": [{"type": "text", "text": "x"}]}],
    ),
    132018: sold_out,
    132012: lambda stage: filled(
        stage, "Hello {{1}}, how are you?", [{"type": "body", "parameters": [{"type": "image", "image": {"id": "1"}}]}]
    ),
    132015: lambda stage: in_state(stage, "PAUSED"),
    132016: lambda stage: in_state(stage, "DISABLED"),
    132068: lambda stage: stage.flow_message("BLOCKED"),
    133005: lambda stage: registered(stage, "000000"),
    133006: unverified,
    133008: lambda stage: registered(stage, *["000000"] * 6),
    133009: lambda stage: registered(stage, "000000", "000001", after=timedelta()),
    133010: deregistered,
    133016: lambda stage: registered(stage, *["123456"] * 10),
    134100: not_marketing,
    134102: not_ready,
    136024: lambda stage: stage.post("verify_code", {"code": "000000"}),
    139000: lambda stage: on_flow(stage, "BLOCKED", "POST"),
    139001: drawn_anew,
    139002: lambda stage: on_flow(stage, "DRAFT", "POST", "/publish"),
    139003: lambda stage: on_flow(stage, "DRAFT", "POST", "/deprecate"),
    139004: lambda stage: on_flow(stage, "PUBLISHED", "DELETE"),
}
#: Codes that have a test elsewhere: beside users of a block list, and after ten messages of a published flow.
ELSEWHERE: Final = {139100, 139101, 139102, 132069}


@pytest.mark.parametrize("code", PROVOKED)
async def test_the_code_is_answered_with_its_status_and_words(
    code: int, sync_api: Api, someone: Someone, clock: TurnedClock
) -> None:
    response = await PROVOKED[code](Stage(sync_api, someone, clock))
    found = error(response)
    assert (found["code"], response.status_code) == (code, TABLE[code].status), response.text
    assert found.get("is_transient", False) is TABLE[code].transient
    if code == 131016 or (response.status_code == 429 and code != 131048):  # nobody knows when a review ends
        assert int(response.headers["retry-after"]) > 0


@pytest.mark.parametrize("code", sorted(LATER & set(PROVOKED)))
async def test_what_is_told_later_is_told_by_a_failed_status_with_the_same_code(
    code: int, api: Api, someone: Someone, clock: TurnedClock
) -> None:
    await api.client.post(
        f"{api.app}/subscriptions",
        params={"callback_url": "https://shop.test/", "verify_token": "vt", "fields": "messages"},
    )
    response = await PROVOKED[code](Stage(api, someone, clock))
    assert response.status_code == 200, response.text
    values = [json.loads(body)["entry"][0]["changes"][0]["value"] for _, body, _ in await api.notify()]
    statuses = [status for value in values for status in value.get("statuses", ())]
    (failed,) = [status for status in statuses if status["id"] == response.json()["messages"][0]["id"]]
    assert failed["status"] == "failed"
    assert "pricing" not in failed
    (told,) = failed["errors"]
    assert (told["code"], told["title"]) == (code, TABLE[code].title)
    assert told["error_data"]["details"]


def test_every_code_is_provoked_here_or_acted_out_by_the_sandbox() -> None:
    only = {code for code, row in TABLE.items() if acted(row)}
    assert only | set(PROVOKED) | ELSEWHERE == set(TABLE)
    assert not only & set(PROVOKED)


async def test_users_that_could_not_be_blocked_stand_beside_those_that_could(api: Api, someone: Someone) -> None:
    asked = {"messaging_product": "whatsapp", "block_users": [{"user": str(someone.phone)}]}
    found = (await api.client.post(f"{api.phone}/block_users", json=asked)).json()
    assert found["errors"]["code"] == 139100
    assert found["block_users"]["failed_users"][0]["errors"][0]["code"] == 139102


async def test_a_block_list_that_is_full_takes_nobody_more(api: Api, someone: Someone) -> None:
    await says(api, someone)
    query = "INSERT INTO shut_out SELECT $1, -n, now() FROM generate_series(1, $2::int) n"
    await api.cast.connection.execute(query, api.keys.business.business_id, BLOCKED_MAX)
    asked = {"messaging_product": "whatsapp", "block_users": [{"user": str(someone.phone)}]}
    found = (await api.client.post(f"{api.phone}/block_users", json=asked)).json()
    assert found["block_users"]["failed_users"][0]["errors"][0]["code"] == 139101


async def test_calls_that_send_nothing_are_counted_and_sends_are_not(
    house: House, keys: BusinessKeys, http: FakeHttp, fetch: FakeFetch, cast: Cast, clock: TurnedClock
) -> None:
    house = replace(house, settings=replace(house.settings, calls_per_h=3))
    async with open_api(house, keys, http, fetch, cast) as api:
        statuses = [(await api.client.get(api.phone)).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        refused = await api.client.get(f"{api.waba}/message_templates")
        assert error(refused)["code"] == 80007
        assert refused.headers["retry-after"] == "1200"
        assert (await api.send("16505551234")).status_code == 200
        clock.turn(timedelta(minutes=20))
        assert (await api.client.get(api.phone)).status_code == 200
