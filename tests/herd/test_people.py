"""Several people hear of a farm: each in their language, the critical from one to the next until somebody answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from clarine_herd.kinds import Kind
from clarine_herd.service import Running
from clarine_herd.settings import Settings
from clarine_herd.store.people import Contact
from clarine_herd.store.postgres import Store
from clarine_herd.words import LANGUAGES
from tests.herd.examples import NOW, example
from tests.herd.stub_cloud import FARMER, StubCloud
from tests.herd.test_running import running

SON, VET = "919876543211", "919876543212"
QUARTER = timedelta(minutes=15)


@pytest.fixture
def three(herd_settings: Settings) -> Settings:
    return replace(herd_settings, others=(Contact(SON, "ur"), Contact(VET, "en", "critical")))


def told(cloud: StubCloud) -> list[str]:
    return [body["to"].strip("+") for body in cloud.sent.values()]


async def drained(herd: Running, minutes: int) -> None:
    await herd.outbox.drain(NOW + timedelta(minutes=minutes))


async def test_everybody_who_hears_all_hears_in_their_own_language(three: Settings, cloud: StubCloud) -> None:
    async with running(three, cloud) as herd:
        await herd.store.record([example(Kind.ILLNESS)], now=NOW)
        await drained(herd, 0)
        languages = {body["to"].strip("+"): body["template"]["language"]["code"] for body in cloud.of_type("template")}
        assert languages == {FARMER: "hi", SON: "ur"}
        assert {language for _, language in cloud.templates} == {"hi", "ur", "en"}


async def test_a_critical_alert_goes_to_the_next_after_a_quarter_of_an_hour_until_somebody_answers(
    three: Settings, cloud: StubCloud
) -> None:
    async with running(three, cloud) as herd:
        await herd.store.record([example(Kind.NO_MOVEMENT)], now=NOW)
        for minutes in (0, 5, 14):
            await drained(herd, minutes)
        assert told(cloud) == [FARMER]
        await drained(herd, 15)
        await drained(herd, 20)
        assert told(cloud) == [FARMER, SON]
        assert LANGUAGES["ur"].chat.escalated in str(cloud.of_type("template")[1])
        await cloud.write(text="✅", sender=SON)
        await herd.replies.answer_waiting()
        await drained(herd, 60)
        assert told(cloud) == [FARMER, SON, SON]
        (past,) = await herd.store.history(NOW - timedelta(days=1), NOW)
        assert past.answered_by == SON


async def test_nobody_answers_and_it_goes_round_three_times_and_no_more(three: Settings, cloud: StubCloud) -> None:
    async with running(three, cloud) as herd:
        await herd.store.record([example(Kind.NO_MOVEMENT)], now=NOW)
        for quarter in range(20):
            await drained(herd, 15 * quarter)
        assert told(cloud) == [FARMER, SON, VET] * 3


async def test_what_is_over_goes_to_nobody_else(three: Settings, cloud: StubCloud) -> None:
    async with running(three, cloud) as herd:
        alert = example(Kind.NO_MOVEMENT)
        await herd.store.record([alert], now=NOW)
        await drained(herd, 0)
        await herd.store.record([replace(alert, ended_at=alert.last_at)], now=NOW)
        await drained(herd, 30)
        assert told(cloud) == [FARMER]


async def test_whoever_asked_for_quiet_hears_only_what_is_critical(herd_settings: Settings, cloud: StubCloud) -> None:
    async with running(herd_settings, cloud) as herd:
        await cloud.write(text="चुप ३ घंटे")
        await herd.replies.answer_waiting()
        cloud.sent.clear()
        critical = example(Kind.NO_MOVEMENT, animal="9")
        await herd.store.record([example(Kind.ILLNESS), critical], now=NOW)
        await drained(herd, 0)
        assert ["9" in str(body) for body in cloud.sent.values()] == [True]
        await herd.store.acknowledge(critical.id)
        await drained(herd, 179)
        assert len(cloud.sent) == 1
        await drained(herd, 181)
        assert len(cloud.sent) == 2


async def test_at_night_an_illness_waits_for_the_morning(herd_store: Store) -> None:
    night = NOW.replace(hour=23)
    await herd_store.record([example(Kind.ILLNESS, opened_at=night)], now=night)
    assert await herd_store.due(night) == []
    (due,) = await herd_store.due(night + timedelta(hours=7))
    assert due.kind == "alert"


async def test_a_farm_s_wishes_are_kept_and_obeyed(herd_store: Store) -> None:
    wishes = replace(await herd_store.wishes(), quiet_from=time(0), quiet_to=time(0), messages_min=0, species="buffalo")
    await herd_store.save_wishes(wishes)
    assert await herd_store.wishes() == wishes
    night = NOW.replace(hour=23)
    heat, ill = example(Kind.HEAT, opened_at=night), example(Kind.ILLNESS, animal="2", opened_at=night)
    await herd_store.record([heat, ill], now=night)
    assert [(due.kind, due.episodes) for due in await herd_store.due(night)] == [("alert", (ill.id,))]


async def test_the_budget_counts_what_stands_in_the_outbox_already(herd_store: Store) -> None:
    for number in range(4):
        await herd_store.record([example(Kind.HEAT, animal=str(number))], now=NOW)
    kinds = [due.kind for due in await herd_store.due(NOW.replace(hour=18))]
    assert kinds == ["alert", "alert", "digest"]


async def test_what_is_over_drops_out_of_a_digest_that_has_not_gone_out(
    herd_settings: Settings, cloud: StubCloud
) -> None:
    async with running(herd_settings, cloud) as herd:
        silent, other = example(Kind.SILENT_COLLAR), example(Kind.SILENT_COLLAR, animal="1218")
        await herd.store.record([silent, other], now=NOW)
        await herd.store.record([replace(silent, ended_at=NOW, last_at=NOW)], now=NOW + timedelta(hours=2))
        await herd.outbox.drain(NOW.replace(hour=17))
        (digest,) = cloud.of_type("template")
        assert ("1217" in str(digest), "1218" in str(digest)) == (False, True)


async def test_a_known_person_keeps_the_language_that_they_chose(herd_store: Store) -> None:
    (farmer,) = await herd_store.contacts()
    await herd_store.set_language(farmer, "fr")
    await herd_store.add_contacts([Contact(VET, "en"), Contact(FARMER, "hi")])
    people = [(who.phone, who.language, who.number) for who in await herd_store.contacts()]
    assert people == [(FARMER, "fr", 1), (VET, "en", 2)]


async def test_an_episode_that_no_reading_shows_any_more_is_over(herd_store: Store) -> None:
    alert = example(Kind.ILLNESS)
    await herd_store.record([alert], now=NOW)
    await herd_store.record([], now=NOW + timedelta(days=2))
    assert len(await herd_store.open_alerts(NOW - timedelta(days=9))) == 1
    await herd_store.record([], now=NOW + timedelta(days=4))
    assert await herd_store.open_alerts(NOW - timedelta(days=9)) == []
