"""What the store was told is there after a restart, once; the outbox row comes with its alert."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from clarine.client import Arrival, InboundText, Sender, Status
from clarine_herd import simulate
from clarine_herd.kinds import Kind
from clarine_herd.readings import merged
from clarine_herd.store.postgres import Store
from tests.herd.examples import NOW, example


async def test_readings_come_back_as_they_went_in_and_twice_is_once(herd_store: Store) -> None:
    table = merged([simulate.herd(NOW, animals=8, days=3).table])
    await herd_store.add_readings(table)
    await herd_store.add_readings(table)
    known = await herd_store.readings(NOW - timedelta(days=1))
    assert known.drop("known_since").equals(table.drop("known_since"))
    assert known["known_since"].n_unique() == 1
    one = await herd_store.readings(NOW - timedelta(days=1), "1203")
    assert one["animal"].unique().to_list() == ["1203"]


async def test_an_alert_and_its_message_are_written_together_and_once(herd_store: Store) -> None:
    alert = example(Kind.HEAT)
    assert await herd_store.record([alert], now=NOW) == [alert.id]
    assert await herd_store.record([alert], now=NOW) == []
    assert [due.key for due in await herd_store.due(NOW)] == [f"alert:{alert.id}:1"]
    assert await herd_store.episodes([alert.id, "unknown"]) == [alert]


async def test_an_episode_seen_again_with_another_start_is_the_same_episode(herd_store: Store) -> None:
    alert = example(Kind.HEAT)
    await herd_store.record([alert], now=NOW)
    shifted = replace(alert, id="heat:1217:other", started_at=alert.started_at - timedelta(hours=2))
    assert await herd_store.record([shifted], now=NOW) == []
    later = replace(alert, id="heat:1217:later", started_at=alert.started_at + timedelta(days=20))
    later = replace(later, opened_at=later.started_at, last_at=later.started_at)
    assert await herd_store.record([later], now=later.opened_at) == [later.id]


async def test_an_alert_past_its_useful_life_is_never_sent(herd_store: Store) -> None:
    alert = example(Kind.HEAT, opened_at=NOW - timedelta(hours=31))
    assert await herd_store.record([alert], now=NOW) == [alert.id]
    assert await herd_store.due(NOW) == []
    fresh = example(Kind.ILLNESS)
    await herd_store.record([fresh], now=NOW)
    assert await herd_store.due(NOW + timedelta(hours=49)) == []
    assert [tally.state for tally in await herd_store.tally()] == ["expired"]


async def test_low_priority_alerts_gather_in_the_next_digest(herd_store: Store) -> None:
    first, second = (example(Kind.SILENT_COLLAR, animal=name) for name in ("7", "8"))
    await herd_store.record([first], now=NOW)
    await herd_store.record([second], now=NOW + timedelta(hours=1))
    assert await herd_store.due(NOW + timedelta(hours=4)) == []
    (digest,) = await herd_store.due(NOW.replace(hour=17))
    assert (digest.kind, digest.episodes) == ("digest", (first.id, second.id))
    await herd_store.accepted(digest.key, "wamid.D")
    third = example(Kind.SILENT_COLLAR, animal="9")
    await herd_store.record([third], now=NOW.replace(hour=17))
    (late,) = await herd_store.due(NOW.replace(hour=17))
    assert late.episodes == (third.id,)


async def test_a_message_sent_after_the_window_goes_out_again_as_a_template(herd_store: Store) -> None:
    alert = example(Kind.HEAT)
    await herd_store.record([alert], now=NOW)
    (first,) = await herd_store.due(NOW)
    await herd_store.choose_form([first.key], "free")
    await herd_store.accepted(first.key, "wamid.A")
    late = Status("wamid.A", "failed", int(time.time()), "91", 131047, "Re-engagement")
    await herd_store.save_statuses([late])
    await herd_store.save_statuses([late])
    (again,) = await herd_store.due(NOW)
    assert again.form == "template"
    assert again.idempotency_key != first.idempotency_key
    await herd_store.accepted(again.key, "wamid.B")
    await herd_store.save_statuses([replace(late, message_id="wamid.B")])
    assert await herd_store.due(NOW) == []
    (tally,) = await herd_store.tally()
    assert tally.failed


async def test_statuses_may_come_twice_and_in_any_order(herd_store: Store) -> None:
    alert = example(Kind.HEAT)
    await herd_store.record([alert], now=NOW)
    await herd_store.save_statuses([Status("wamid.A", "read", 9, "91"), Status("wamid.A", "delivered", 8, "91")])
    await herd_store.save_statuses([Status("wamid.A", "sent", 7, "91"), Status("wamid.A", "read", 9, "91")])
    await herd_store.accepted(f"alert:{alert.id}:1", "wamid.A")
    (tally,) = await herd_store.tally()
    assert (tally.delivered, tally.read, tally.failed, tally.settled) == (True, True, False, True)


async def test_what_the_farmer_wrote_waits_until_it_is_answered(herd_store: Store) -> None:
    event = InboundText(Arrival("wamid.I", Sender("91"), int(time.time())), "status")
    await herd_store.save_inbound(event)
    await herd_store.save_inbound(event)
    assert [item.value for item in await herd_store.waiting()] == ["status"]
    await herd_store.handled("wamid.I")
    assert await herd_store.waiting() == []
    assert await herd_store.texts("91") == ["status"]
    assert isinstance(await herd_store.last_inbound("91"), datetime)


async def test_a_reason_is_not_lost_to_a_second_tap(herd_store: Store) -> None:
    await herd_store.save_feedback("e", "not_true")
    await herd_store.save_feedback("e", "not_true", reason="moved")
    await herd_store.save_feedback("e", "not_true")
    assert await herd_store.feedback("e") == ("not_true", "moved")
    await herd_store.save_feedback("e", "true")
    assert await herd_store.feedback("e") == ("true", "")
    assert await herd_store.feedback("other") is None


async def test_two_farms_with_the_same_animal_on_one_number_do_not_swallow_each_other_s_alerts(
    herd_store: Store, herd_database_url: str
) -> None:
    alert = example(Kind.HEAT)
    async with await Store.open(herd_database_url, uuid.uuid4().hex) as other:
        await other.add_contacts(await herd_store.contacts())
        for store in (herd_store, other):
            await store.record([alert], now=NOW)
        (ours,), (theirs,) = await herd_store.due(NOW), await other.due(NOW)
        (again,) = await herd_store.due(NOW)
    assert ours.key == theirs.key
    assert ours.idempotency_key != theirs.idempotency_key
    assert ours.idempotency_key == again.idempotency_key
