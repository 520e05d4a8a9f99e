"""Old state + events = fresh fetch: for every kind of event, whatever happened, and whenever a device looks."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clarine.adapters.clock import TurnedClock
from clarine.domain.ids import MessageKey
from clarine.domain.message import Reaction
from clarine.flow.accept import SendRequest, accept
from clarine.flow.house import House
from clarine.flow.receipt import Received, receive
from clarine.flow.tick import mark_read
from clarine.flow.withdraw import expire
from tests.cast import Cast, Shop, Someone
from tests.wire.people_app import people_app

STRANGER = {"blocked": False, "stopped": False, "marketing_consent": False, "utility_consent": None}
ORDER = ["sent", "delivered", "read"]


class Account:
    """The state of a device, changed only as docs/reference/people-api.md says."""

    def __init__(self) -> None:
        self.seq = 0
        self.me: dict[str, Any] = {}
        self.chats: dict[str, dict[str, Any]] = {}

    def apply(self, event: dict[str, Any]) -> None:
        assert event["seq"] == self.seq + 1, "the stream has a gap"
        self.seq = event["seq"]
        match event["type"]:
            case "message":
                self._message(event["message"])
            case "status":
                message = self._chat(event)["messages"].get(event["message_seq"])
                if message and ORDER.index(event["status"]) > ORDER.index(message["status"]):
                    message["status"] = event["status"]
            case "read":
                self._chat(event).update(read_seq=event["read_seq"], unread=event["unread"])
            case "relation":
                self._chat(event)["relation"] = event["relation"]
            case "withdrawn":
                self._chat(event)["messages"].pop(event["message_seq"], None)
                self._chat(event)["unread"] = event["unread"]
            case "me":
                self.me = event["me"]
            case other:
                raise AssertionError(other)

    def _message(self, message: dict[str, Any]) -> None:
        chat = self._chat(message)
        if message["status"] == "failed":
            assert message["content"] == {"type": "text", "body": ""}, "a withdrawn message must say nothing"
            return
        chat["messages"][message["seq"]] = _stable(message)
        if message["from"] == "business" and message["content"]["type"] != "reaction":
            chat["unread"] += 1

    def _chat(self, about: dict[str, Any]) -> dict[str, Any]:
        fresh = {"messages": {}, "unread": 0, "read_seq": 0, "relation": STRANGER}
        return self.chats.setdefault(about["business_id"], fresh)

    def shown(self) -> dict[str, Any]:
        return {"seq": self.seq, "me": self.me, "chats": self.chats}


def _stable(message: dict[str, Any]) -> dict[str, Any]:
    """Without the status of business messages, of which the promise covers only that failed ones are gone."""
    return dict(message, status="") if message["from"] == "business" else message


async def fetched(client: httpx.AsyncClient) -> Account:
    """The account by fresh calls; its list must agree with its threads."""
    account = Account()
    listed = (await client.get("/chats")).json()
    account.seq, account.me = listed["seq"], (await client.get("/me")).json()
    for chat in listed["chats"]:
        messages = (await client.get(f"/chats/{chat['business_id']}/messages?limit=200")).json()["messages"]
        assert chat["last"] == (messages[0] if messages else None)
        kept = {message["seq"]: _stable(message) for message in reversed(messages)}
        account.chats[chat["business_id"]] = {"messages": kept} | {
            key: chat[key] for key in ("unread", "read_seq", "relation")
        }
    newest = [chat["last"]["seq"] if chat["last"] else 0 for chat in listed["chats"]]
    assert newest == sorted(newest, reverse=True)
    return account


async def caught_up(account: Account, client: httpx.AsyncClient, *, limit: int) -> None:
    """Apply what came after the account's cursor, in pages."""
    more = True
    while more:
        page = (await client.get(f"/events?after={account.seq}&limit={limit}")).json()
        for event in page["events"]:
            account.apply(event)
        more = page["more"]
        assert page["last_seq"] == account.seq


class World:
    """One person, two shops, and everything that can happen between them."""

    def __init__(self, house: House, clock: TurnedClock, client: httpx.AsyncClient, who: Someone, shops: list[Shop]):
        self.house, self.clock, self.client, self.who, self.shops = house, clock, client, who, shops
        self.keys = 0

    async def happen(self, what: str, shop: int, number: int) -> None:
        await getattr(self, what)(self.shops[shop], number)

    async def sends(self, shop: Shop, number: int) -> None:
        await accept(self.house, [shop.text(self.who, f"text {number}"), shop.template(self.who)])

    async def offers(self, shop: Shop, number: int) -> None:
        await accept(self.house, [shop.template(self.who, "offer")])

    async def business_reacts(self, shop: Shop, number: int) -> None:
        content = Reaction(number, "👍")
        await accept(self.house, [SendRequest(shop.business_id, shop.phone_number_id, content, phone=self.who.phone)])

    async def business_reads(self, shop: Shop, number: int) -> None:
        await mark_read(self.house, [MessageKey(self.who.person_id, number)])

    async def writes(self, shop: Shop, number: int, **content: Any) -> None:
        self.keys += 1
        body = {"client_key": f"client-key-{self.keys}", "content": {"type": "text", "body": "hello"} | content}
        await self.client.post(f"/chats/{shop.business_id}/messages", json=body)

    async def says_stop(self, shop: Shop, number: int) -> None:
        await self.writes(shop, number, body="STOP")

    async def says_start(self, shop: Shop, number: int) -> None:
        await self.writes(shop, number, body="start")

    async def reacts(self, shop: Shop, number: int) -> None:
        self.keys += 1
        content = {"type": "reaction", "target_seq": number, "emoji": "👍"}
        body = {"client_key": f"client-key-{self.keys}", "content": content}
        await self.client.post(f"/chats/{shop.business_id}/messages", json=body)

    async def reads(self, shop: Shop, number: int) -> None:
        answer = await self.client.post(f"/chats/{shop.business_id}/read", json={"seq": number})
        assert answer.status_code == 200

    async def receives(self, shop: Shop, number: int) -> None:
        await receive(self.house, [Received(self.who.person_id, (number, number + 1))])

    async def blocks(self, shop: Shop, number: int) -> None:
        await self._relate(shop, blocked=number % 2 == 0)

    async def stops(self, shop: Shop, number: int) -> None:
        await self._relate(shop, stopped=number % 2 == 0)

    async def consents(self, shop: Shop, number: int) -> None:
        await self._relate(shop, marketing_consent=number % 3 > 0, utility_consent=number % 2 > 0)

    async def reports(self, shop: Shop, number: int) -> None:
        body = {"reason": "scam", "block": number % 2 == 0}
        assert (await self.client.post(f"/chats/{shop.business_id}/reports", json=body)).status_code == 200

    async def time_passes(self, shop: Shop, number: int) -> None:
        self.clock.turn(timedelta(days=16))
        await expire(self.house)

    async def renames(self, shop: Shop, number: int) -> None:
        assert (await self.client.patch("/me", json={"name": f"Zoë {number % 3}"})).status_code == 200

    async def _relate(self, shop: Shop, **change: bool) -> None:
        answer = await self.client.post(f"/chats/{shop.business_id}/relation", json=change)
        assert answer.status_code == 200


HAPPENINGS = [name for name in vars(World) if not name.startswith("_") and name != "happen"]
# Business messages are what most rules are about, so they happen more often.
HAPPENING = st.tuples(st.sampled_from([*HAPPENINGS, "sends", "sends", "writes"]), st.integers(0, 1), st.integers(1, 12))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(HAPPENING, min_size=1, max_size=25), looks=st.integers(0, 25))
async def test_old_state_and_events_are_what_a_fresh_fetch_shows(
    house: House, cast: Cast, clock: TurnedClock, story: list[tuple[str, int, int]], looks: int
) -> None:
    app = people_app(house)
    someone, shops = await cast.person(), [await cast.shop(), await cast.shop()]
    async with app.client(await app.token(someone)) as client:
        world = World(app.house, clock, client, someone, shops)
        live, late, asleep = await fetched(client), Account(), Account()
        for step, (what, shop, number) in enumerate(story):
            await world.happen(what, shop, number)
            await caught_up(live, client, limit=500)
            now = (await fetched(client)).shown()
            assert live.shown() == now, what
            if step == looks:
                asleep = deepcopy(await fetched(client))
        await caught_up(late, client, limit=3)
        await caught_up(asleep, client, limit=2)
        late.me = late.me or live.me
        asleep.me = asleep.me or live.me
        assert late.shown() == live.shown()
        assert asleep.shown() == live.shown()


async def test_a_story_with_every_kind_of_event_keeps_the_promise(house: House, cast: Cast, clock: TurnedClock) -> None:
    app = people_app(house)
    someone, shops = await cast.person(), [await cast.shop(), await cast.shop()]
    story = [
        "consents",
        "sends",
        "writes",
        "sends",
        "business_reacts",
        "business_reads",
        "reads",
        "offers",
        "stops",
        "renames",
    ]
    async with app.client(await app.token(someone)) as client:
        world = World(app.house, clock, client, someone, shops)
        live = await fetched(client)
        for number, what in enumerate(story, start=1):
            await world.happen(what, 0, {"business_reads": 4, "stops": 2}.get(what, number))
            await caught_up(live, client, limit=500)
            assert live.shown() == (await fetched(client)).shown(), what
        kinds = {event["type"] for event in (await client.get("/events")).json()["events"]}
    assert kinds == {"message", "status", "read", "relation", "withdrawn", "me"}
