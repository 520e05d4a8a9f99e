"""Webhooks: at least once, one conversation in order, retried for days, never two processes at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import asyncpg

from clarine.adapters.clock import TurnedClock
from clarine.flow.console import verify
from clarine.flow.house import House
from clarine.flow.notify import Post, notify
from clarine.ports.http import Answer
from clarine.ports.records import Business, ChangeRow, NoticeRow, PhoneNumberRow
from tests.cast import Cast, Shop

HOOK = "https://shop.example/hook"


@dataclass
class Receiver:
    """Implements ports.http.Http; answers *status*, and keeps the order in which events came."""

    status: int | None = 200
    came: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        assert url == HOOK
        event = body.decode()
        self.came.append(event)
        return Answer(500 if event.split()[0] in self.refuses else self.status, None, 3)

    async def get(self, url: str, query: dict[str, str]) -> tuple[int | None, bytes]:
        raise AssertionError("nobody asks here")


def render(business: Business, number: PhoneNumberRow | None, notices: Sequence[NoticeRow]) -> Post:
    return Post(" ".join(f"{notice.person_id}#{notice.number}" for notice in notices).encode(), {})


async def subscribe(connection: asyncpg.Connection, shop: Shop) -> None:
    await connection.execute(
        "INSERT INTO subscription VALUES ($1, 'app', $2, $3, 'v', '{messages,user_preferences}', now())",
        shop.business_id, shop.app_id, HOOK,
    )  # fmt: skip


async def waiting(cast: Cast) -> int:
    count: int = await cast.connection.fetchval("SELECT count(*) FROM notice_waiting")
    return count


async def test_every_event_is_posted_once_in_the_order_of_its_conversation(cast: Cast, house: House) -> None:
    shop, ann, bob = await cast.shop(), await cast.person(), await cast.person()
    await subscribe(cast.connection, shop)
    await cast.send(*[shop.template(one) for one in (ann, bob, ann, bob, ann)])
    receiver = Receiver()
    assert await notify(house, receiver, render, owner="a") == 5
    for one in (ann, bob):
        numbers = [int(event.split("#")[1]) for event in receiver.came if event.startswith(str(one.person_id))]
        assert numbers == sorted(numbers)
    assert await notify(house, receiver, render, owner="a") == 0
    assert len(receiver.came) == 5


async def test_what_follows_a_failure_waits_for_it_and_other_conversations_do_not(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop, ann, bob = await cast.shop(), await cast.person(), await cast.person()
    await subscribe(cast.connection, shop)
    await cast.send(shop.template(ann), shop.template(bob), shop.template(ann))
    receiver = Receiver(refuses={f"{ann.person_id}#1"})
    await notify(house, receiver, render, owner="a")
    assert sorted(receiver.came) == sorted([f"{ann.person_id}#1", f"{bob.person_id}#2"])
    await cast.send(shop.template(ann))
    await notify(house, receiver, render, owner="a")
    assert f"{ann.person_id}#4" not in receiver.came, "a later event overtook the one that waits"
    receiver.refuses.clear()
    clock.turn(timedelta(days=1))
    while await notify(house, receiver, render, owner="a"):
        pass
    assert [e for e in receiver.came if e.startswith(str(ann.person_id))][-3:] == [
        f"{ann.person_id}#{number}" for number in (1, 3, 4)
    ]
    assert await waiting(cast) == 0


async def test_retries_come_less_and_less_often_and_end_after_seven_days(
    cast: Cast, house: House, clock: TurnedClock
) -> None:
    shop, ann = await cast.shop(), await cast.person()
    await subscribe(cast.connection, shop)
    await cast.send(shop.template(ann))
    receiver = Receiver(status=503)
    start = clock.now()
    last_try, gaps = start, []
    while clock.now() < start + timedelta(days=9):
        before = len(receiver.came)
        await notify(house, receiver, render, owner="a")
        if len(receiver.came) > before:
            gaps.append(clock.now() - last_try)
            last_try = clock.now()
        due = await cast.connection.fetchval("SELECT min(due_at) FROM notice_waiting")
        if due is None:
            break
        clock.turn(due - clock.now())
    assert timedelta(days=6) < last_try - start <= timedelta(days=7)
    assert len(gaps) > 8
    assert gaps[-1] > 100 * gaps[1]
    log = await cast.connection.fetchval("SELECT count(*) FROM notice_attempt WHERE http_status = 503")
    assert log == len(receiver.came)


async def test_two_processes_never_post_for_one_business_at_once(cast: Cast, house: House, clock: TurnedClock) -> None:
    shop, ann = await cast.shop(), await cast.person()
    await subscribe(cast.connection, shop)
    await cast.send(shop.template(ann))
    async with house.store.transaction() as tx:
        now = clock.now()
        assert await tx.claim_outboxes("a", now=now, until=now + timedelta(seconds=60), limit=9) == [shop.business_id]
    receiver = Receiver()
    assert await notify(house, receiver, render, owner="b") == 0
    clock.turn(timedelta(seconds=61))  # process a died; its lease is over
    assert await notify(house, receiver, render, owner="b") == 1


async def test_an_acknowledged_inbound_message_is_delivered_for_the_person_who_wrote_it(
    cast: Cast, house: House
) -> None:
    shop, ann = await cast.shop(), await cast.person()
    await subscribe(cast.connection, shop)
    seq = await cast.says(ann, shop)
    await notify(house, Receiver(), render, owner="a")
    async with house.store.transaction() as tx:
        state = (await tx.messages([(ann.person_id, seq)]))[ann.person_id, seq]
        (events,) = await tx.events_after([(ann.person_id, seq, 10)])
    assert state.status.name == "DELIVERED"
    assert [event.event.type for event in events if isinstance(event.event, ChangeRow)] == ["status"]


async def test_without_a_subscription_events_are_kept_but_not_posted(cast: Cast, house: House) -> None:
    shop, ann = await cast.shop(), await cast.person()
    await cast.send(shop.template(ann))
    receiver = Receiver()
    await notify(house, receiver, render, owner="a")
    assert receiver.came == []
    assert await cast.facts(shop) == ["status:sent"]


async def test_events_that_share_a_post_follow_each_other_so_the_log_knows_which_it_carried(
    cast: Cast, house: House
) -> None:
    shop, ann = await cast.shop(), await cast.person()
    await subscribe(cast.connection, shop)
    await cast.send(shop.template(ann), shop.template(ann))
    await verify(house, shop.business_id, verified=True)  # a field that nobody subscribed to here
    await cast.send(shop.template(ann))
    receiver = Receiver()
    house = replace(house, settings=replace(house.settings, webhook_events_max=10))
    await notify(house, receiver, render, owner="a")
    assert sorted(len(body.split()) for body in receiver.came) == [1, 2]
