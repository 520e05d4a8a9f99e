"""The socket: resume, live events, several devices, and every way in which it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode

from clarine.adapters.bus import LocalBus
from clarine.adapters.clock import TurnedClock
from clarine.edge.people.door import SESSIONS_KEPT_S
from clarine.flow.house import House
from tests.cast import Cast
from tests.wire.people_app import listening, people_app


class DeafBus(LocalBus):
    """Loses every bell but those of ended devices, which `deaf` loses too."""

    def ring(self, *, people: Iterable[int] = (), **others: Any) -> None:
        super().ring(**({} if self.deaf else others))

    deaf = False


async def test_a_device_that_says_hello_after_0_gets_everything_and_then_lives_on(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house, socket_queue_max=10)
    cast.house = replace(house, settings=replace(house.settings, pair_burst=2_000, throughput_per_s=2_000))
    await cast.send(*[shop.template(someone) for _ in range(1203)])
    async with listening(app) as live, live.device(await app.token(someone)) as device:
        known = [event["seq"] for event in await device.events(1203)]
        await cast.send(shop.template(someone))
        known += [event["seq"] for event in await device.events(len(known) + 1)]
    assert known == list(range(1, len(known) + 1))


async def test_a_device_resumes_from_its_cursor_and_may_say_hello_again(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    token = await app.token(someone)
    await cast.send(*[shop.template(someone) for _ in range(5)])
    async with listening(app) as live, live.device(token, after=None) as device:
        seqs = []
        last = 5 + await renamed(house, someone.person_id)
        for after in (last - 2, 0, last):
            await device.send(type="hello", after=after)
            seqs.append([event["seq"] for event in await device.events(last)])
    assert seqs == [[last - 1, last], list(range(1, last + 1)), []]


async def renamed(house: House, person_id: int) -> int:
    """How many events the session of the test itself added to the stream."""
    async with house.store.transaction() as tx:
        return (await tx.lock_streams([person_id]))[person_id] - 5


async def test_events_have_no_gap_while_everybody_writes_at_once(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    async with listening(app) as live, live.device(await app.token(someone)) as device:
        start = (await device.frame("events"))["last_seq"]
        sends = [cast.send(shop.template(someone)) for _ in range(20)]
        writes = [cast.says(someone, shop, key=f"client-key-{number}") for number in range(20)]
        await asyncio.gather(*sends, *writes)
        seqs = [event["seq"] for event in await device.events(start + 40)]
    assert seqs == list(range(start + 1, start + 41))


async def test_received_and_read_reach_the_business_and_the_other_device(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    token = await app.token(someone)
    async with listening(app) as live, live.device(token) as one, live.device(token) as two:
        start = (await one.frame("events"))["last_seq"]
        await cast.send(shop.template(someone))
        (event,) = await one.events(start + 1)
        assert event["message"]["content"]["body"] == "Something happened."
        assert event["message"]["price"] == {"micros": 1400, "currency": "USD", "category": "utility"}
        await one.send(type="received", seqs=[event["seq"]])
        await one.send(type="read", business_id=str(shop.business_id), seq=event["seq"])
        read = (await two.events(start + 2))[-1]
    assert (read["type"], read["read_seq"], read["unread"]) == ("read", event["seq"], 0)
    assert await cast.facts(shop) == ["status:sent", "status:delivered", "status:read"]


async def test_a_device_whose_receipts_wait_for_the_store_is_heard_all_the_same(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    await cast.send(*[shop.template(someone) for _ in range(5)])
    async with listening(app) as live, live.device(await app.token(someone)) as device:
        known = await device.events(5)
        async with house.store.transaction() as tx:
            await tx.lock_streams([someone.person_id])  # receipts wait for this
            for event in known:
                await device.send(type="received", seqs=[event["seq"]])
            await device.send(type="hello", after=known[-1]["seq"])
            assert (await device.frame("events"))["events"] == []
    assert (await cast.facts(shop)).count("status:delivered") == 5


async def test_the_same_client_key_twice_is_one_message(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    token = await app.token(someone)
    frame = {
        "type": "send",
        "client_key": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "business_id": str(shop.business_id),
        "content": {"type": "text", "body": "hello"},
    }
    async with listening(app) as live, live.device(token) as device, app.client(token) as client:
        await device.send(**frame)
        first = await device.frame("sent")
        await device.send(**frame)
        assert await device.frame("sent") == first
        body = {"client_key": frame["client_key"], "content": frame["content"]}
        again = await client.post(f"/chats/{shop.business_id}/messages", json=body)
        assert again.json()["message"] == first["message"]
    assert first["message"]["from"] == "me"
    assert await cast.facts(shop) == ["inbound"]


async def test_what_is_wrong_with_a_message_refuses_it_and_keeps_the_line(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    wrong: list[tuple[str, dict[str, Any], str]] = [
        (str(shop.business_id), {"type": "text", "body": ""}, "content.body"),
        (str(shop.business_id), {"type": "text", "body": "x" * 4097}, "content.body"),
        (str(shop.business_id), {"type": "template", "name": "x"}, "content.type"),
        (str(shop.business_id), {"type": "image", "media_id": "15"}, "content.media_id"),
    ]
    async with listening(app) as live, live.device(await app.token(someone)) as device:
        for business_id, content, field in wrong:
            await device.send(type="send", client_key="client-key", business_id=business_id, content=content)
            refused = await device.frame("refused")
            assert (refused["client_key"], refused["error"]["code"]) == ("client-key", "invalid")
            assert refused["error"]["field"] == field
        await device.send(type="send", client_key="client-key", business_id="1", content={"type": "text", "body": "x"})
        assert (await device.frame("refused"))["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "frames",
    [["{"], ['{"type":"dance"}'], ['{"type":"pong"}'], ['{"type":"hello","after":-1}'], [json.dumps("x" * 70_000)]],
)
async def test_a_bad_frame_ends_the_line(house: House, cast: Cast, frames: list[str]) -> None:
    app = people_app(house)
    token = await app.token(await cast.person())
    async with listening(app) as live, live.device(token, after=None) as device:
        for frame in frames:
            await device.connection.send(frame)
        assert await device.closed() == 4003


async def test_an_ended_session_closes_its_socket_at_once_and_opens_none(house: House, cast: Cast) -> None:
    someone = await cast.person()
    app = people_app(house)
    ended, staying = await app.token(someone, "ended"), await app.token(someone, "staying")
    async with listening(app) as live, live.device(ended) as device, live.device(staying) as other:
        async with app.client(staying) as client:
            sessions = (await client.get("/sessions")).json()["sessions"]
            (device_id,) = [each["device_id"] for each in sessions if each["name"] == "ended"]
            await client.delete(f"/sessions/{device_id}")
        assert await device.closed() == 4001
        async with live.device(ended, after=None) as again:
            assert await again.closed() == 4001
        await other.send(type="hello", after=0)
        await other.frame("events")


async def test_lost_bells_cost_a_beat_and_no_message(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    bus = DeafBus()
    app = people_app(replace(house, bus=bus), heartbeat_s=0.05)
    token = await app.token(someone)
    async with listening(app) as live, live.device(token) as device:
        start = (await device.frame("events"))["last_seq"]
        await cast.send(shop.template(someone))
        while not (frame := await answered(device, "events")):
            pass
        assert frame["events"][-1]["type"] == "message"
        assert frame["last_seq"] == start + 1


async def answered(device: Any, kind: str) -> dict[str, Any] | None:
    """The next frame if it is of *kind*; pings are answered."""
    async with asyncio.timeout(30):
        frame: dict[str, Any] = json.loads(await device.connection.recv())
    if frame["type"] == "ping":
        await device.send(type="pong")
    return frame if frame["type"] == kind else None


async def test_a_session_that_ended_unheard_is_closed_at_a_beat(house: House, cast: Cast, clock: TurnedClock) -> None:
    someone = await cast.person()
    bus = DeafBus()
    bus.deaf = True
    app = people_app(replace(house, bus=bus), heartbeat_s=0.05)
    token = await app.token(someone)
    async with listening(app) as live, live.device(token) as device, app.client(token) as client:
        (session,) = (await client.get("/sessions")).json()["sessions"]
        await client.delete(f"/sessions/{session['device_id']}")
        clock.turn(timedelta(seconds=SESSIONS_KEPT_S + 1))
        assert await device.closed() == 4001


async def test_a_silent_device_is_cut_off(house: House, cast: Cast) -> None:
    app = people_app(house, heartbeat_s=0.02)
    async with listening(app) as live, live.device(await app.token(await cast.person())) as device:
        assert await device.closed() == 4002


async def test_a_server_that_stops_says_so(house: House, cast: Cast) -> None:
    app = people_app(house)
    async with listening(app) as live, live.device(await app.token(await cast.person())) as device:
        await device.frame("events")
        stopping = asyncio.create_task(live.stop())
        assert await device.closed() == 1012
        await stopping


@pytest.mark.parametrize(
    ("path", "protocol", "status"),
    [("/people/v1/socket", "something", 400), ("/people/v1/socket", None, 400), ("/elsewhere", "clarine.v1", 404)],
)
async def test_a_socket_without_the_protocol_or_elsewhere_is_turned_away(
    house: House, path: str, protocol: Any, status: int
) -> None:
    async with listening(people_app(house)) as live:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{live.port}{path}", subprotocols=[protocol] if protocol else None)
    assert refused.value.response.status_code == status


async def test_an_idle_socket_has_no_task_and_gone_ones_leave_nothing(house: House, cast: Cast) -> None:
    app = people_app(house)
    token = await app.token(await cast.person())
    async with listening(app) as live:
        async with live.device(token) as device:
            await device.frame("events")
            alone = asyncio.all_tasks()
            async with live.device(token) as other:
                await other.frame("events")
                while live.server.server_state.tasks:  # noqa: ASYNC110 - the answer is written before its task ends
                    await asyncio.sleep(0)
                assert [task for task in asyncio.all_tasks() - alone if "src/clarine/" in code_of(task)] == []
                assert len(app.front.hub) == 2
        while len(app.front.hub):  # noqa: ASYNC110 - a connection that ends tells the hub only
            await asyncio.sleep(0)


async def test_a_message_in_several_frames_is_one_and_a_long_answer_is_compressed(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    await cast.send(*[shop.template(someone) for _ in range(20)])
    async with listening(app) as live, live.device(await app.token(someone), after=None) as device:
        await device.connection.send(['{"type":', '"hello",', '"after":0}'])
        assert len(await device.events(20)) == 21
        (deflate,) = device.connection.protocol.extensions
        assert "no_context_takeover=True" in repr(deflate)


def code_of(task: asyncio.Task[Any]) -> str:
    """The file in which what a task runs stands."""
    coroutine: Any = task.get_coro()
    return str(coroutine.cr_code.co_filename)


class StuckNetwork(asyncio.Transport):
    """Takes one frame after the handshake and then nothing more, as when TCP's buffers are full."""

    def __init__(self) -> None:
        super().__init__()
        self.line: Any = None
        self.got = b""
        self.closed = asyncio.Event()

    def write(self, data: Any) -> None:
        self.got += data
        if b'"last_seq"' in self.got and not self.line.paused:
            self.line.pause_writing()

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def is_closing(self) -> bool:
        return self.closed.is_set()

    def close(self) -> None:
        if not self.closed.is_set():
            self.closed.set()
            self.line.connection_lost(None)

    abort = close


def said(text: str) -> bytes:
    """*text* as a device sends it."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=True)


async def test_a_slow_device_is_cut_off_and_gets_everything_when_it_comes_back(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house, socket_queue_max=5)
    token = await app.token(someone)
    network = StuckNetwork()
    network.line = line = app.front.line(server_state=SimpleNamespace(connections=set(), tasks=set()))
    line.connection_made(network)
    line.data_received(
        b"GET /people/v1/socket HTTP/1.1\r\nHost: house\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: clarine.v1, token." + token.encode() + b"\r\n\r\n"
    )
    while b"101 Switching" not in network.got:  # noqa: ASYNC110 - a network tells nobody
        await asyncio.sleep(0)
    line.data_received(said('{"type":"hello","after":0}'))
    sent = 0
    while b"\x88\x02\x0f\xa2" not in network.got:  # closed with 4002
        await cast.send(shop.template(someone))
        sent += 1
        assert sent < 100
    network.close()
    async with listening(app) as live, live.device(token) as device:
        messages = [event for event in await device.events(sent) if event["type"] == "message"]
        while len(messages) < sent:
            messages += [event for event in (await device.frame("events"))["events"] if event["type"] == "message"]
    assert len(messages) == sent


async def test_typing_is_shown_and_is_no_part_of_the_stream(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    async with listening(app) as live, live.device(await app.token(someone)) as device:
        start = (await device.frame("events"))["last_seq"]
        house.bus.ring(typing=[(someone.person_id, shop.business_id)])
        assert (await device.frame("typing"))["business_id"] == str(shop.business_id)
        await device.send(type="hello", after=start)
        assert (await device.frame("events"))["events"] == []
