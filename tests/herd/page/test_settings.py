"""The farm is run from its pages: how it is told, who hears in which order, which animal wears which collar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from html import unescape

import pytest

from clarine_herd.ingest.arrived import Arrived
from clarine_herd.ingest.decode import decoded
from clarine_herd.kinds import Kind
from clarine_herd.store.intake import Intake
from clarine_herd.store.people import Contact, Wishes
from tests.herd.examples import NOW, example
from tests.herd.page.conftest import NEIGHBOUR, Browser
from tests.herd.stub_cloud import FARMER

WISHES = {
    "species": "buffalo",
    "quiet_from": "22:00",
    "quiet_to": "05:30",
    "cows_per_message": "10",
    "messages_min": "3",
    "strictness": "0.5",
}


async def people(farm: Browser) -> list[tuple[str, str, str]]:
    return [(who.phone, who.language, who.hears) for who in await farm.store.contacts()]


async def test_the_farms_wishes_are_kept_whole(farmer: Browser) -> None:
    answer = await farmer.http.post("/farm/settings", data=WISHES)
    assert "Saved." in answer.text
    assert await farmer.store.wishes() == Wishes("buffalo", time(22), time(5, 30), 10, 3, 0.5)
    assert farmer.changes


@pytest.mark.parametrize(
    "wrong",
    [
        {"species": "goat"},
        {"quiet_from": "late"},
        {"quiet_to": "05:30+01:00"},
        {"cows_per_message": "0"},
        {"messages_min": "-1"},
        {"strictness": "nan"},
        {"strictness": "9"},
    ],
)
async def test_a_wish_that_cannot_be_changes_nothing(wrong: dict[str, str], farmer: Browser) -> None:
    answer = await farmer.http.post("/farm/settings", data=WISHES | wrong)
    assert (answer.status_code, "nothing was changed" in answer.text) == (422, True)
    assert await farmer.store.wishes() == Wishes()


async def test_people_are_added_moved_changed_and_taken_out(farmer: Browser) -> None:
    vet = {"phone": "+91 98000 00002", "language": "ur", "hears": "critical"}
    await farmer.http.post("/farm/person", data=vet)
    assert (await people(farmer))[2] == ("919800000002", "ur", "critical")
    number = (await farmer.store.contacts())[2].number
    await farmer.http.post("/farm/people", data={"move": str(number), f"language_{number}": "hi"})
    assert [phone for phone, _, _ in await people(farmer)] == [FARMER, "919800000002", NEIGHBOUR]
    assert (await people(farmer))[1][1] == "hi"
    await farmer.http.post("/farm/people", data={"out": str((await farmer.store.contacts())[2].number)})
    assert NEIGHBOUR not in str(await people(farmer))


async def test_who_was_taken_out_is_out_at_once_and_stays_out_when_the_farm_starts_again(farmer: Browser) -> None:
    visit = farmer.http.cookies["herd_visit"]
    await farmer.enter(await farmer.link(NEIGHBOUR))
    neighbour = farmer.http.cookies["herd_visit"]
    farmer.http.cookies.set("herd_visit", visit, domain="farm.test", path="/farm")
    await farmer.store.save_contacts([who for who in await farmer.store.contacts() if who.phone == FARMER])
    await farmer.store.add_contacts([Contact(FARMER), Contact(NEIGHBOUR, "en", "all")])
    assert [phone for phone, _, _ in await people(farmer)] == [FARMER]
    assert await farmer.store.visitor(neighbour) is None
    await farmer.http.post("/farm/person", data={"phone": NEIGHBOUR, "language": "hi", "hears": "all"})
    assert await people(farmer) == [(FARMER, "en", "all"), (NEIGHBOUR, "hi", "all")]


async def test_somebody_always_hears_everything(farmer: Browser) -> None:
    for form in ({"out": "1"}, {"hears_1": "critical"}):
        assert (await farmer.http.post("/farm/people", data=form)).status_code == 422
    assert (await people(farmer))[0] == (FARMER, "en", "all")
    wrong = {"phone": "12", "language": "en", "hears": "all"}
    assert (await farmer.http.post("/farm/person", data=wrong)).status_code == 422


async def test_the_history_tells_what_became_of_each_alert_and_how_often_herd_was_right(farmer: Browser) -> None:
    verdicts = {"1203": "true", "1204": "not_true", "1205": ""}
    for animal, verdict in verdicts.items():
        alert = replace(example(Kind.HEAT, animal=animal), ended_at=NOW)
        await farmer.store.record([alert], now=NOW)
        if verdict:
            await farmer.store.save_feedback(alert.id, verdict, reason="moved" if animal == "1204" else "", said_at=NOW)
    text = unescape(await farmer.text("alerts"))
    assert "1 of 2" in text
    assert "not true" in text
    assert "Moved or handled" in text
    assert "over, nobody said anything" in text
    assert "No alert" in await farmer.text("alerts?kind=illness")


async def test_a_long_history_is_turned_page_by_page(farmer: Browser) -> None:
    hours = [NOW - timedelta(hours=2 * place) for place in range(60)]
    await farmer.store.record(
        [example(Kind.ILLNESS, animal=f"A{n}", opened_at=at) for n, at in enumerate(hours)], now=NOW
    )
    first = unescape(await farmer.text("alerts"))
    link = first.split('href="/farm/alerts?days=30&')[1].split('"')[0]
    second = await farmer.text(f"alerts?days=30&{link}")
    assert ("A49" in first, "A50" in first, "A50" in second, "A59" in second) == (True, False, True, True)


async def test_collars_show_battery_and_signal_and_are_put_onto_animals(farmer: Browser) -> None:
    minute = int(datetime.now(UTC).timestamp() // 900 * 900) - 1800
    body = b'{"seq":1,"start":%d,"behaviour":["lying"],"battery_percent":9,"rssi_dbm":-97}' % minute
    arrived = Arrived(("herd", "v1", farmer.store.farm, "C7", "summary"), body, minute * 1_000_000)
    await Intake(farmer.store.pool).take(decoded([arrived]))
    text = unescape(await farmer.text("collars"))
    assert all(part in text for part in ("C7", "9 %", "−97 dBm", "battery low", "heard"))
    await farmer.http.post("/farm/collars", data={"device": "C7", "animal": " 1203 "})
    assert [one.animal for one in await farmer.store.collars(datetime.now(UTC))] == ["1203"]
    assert (await farmer.http.post("/farm/collars", data={"device": "C8", "animal": "1"})).status_code == 404
    too_long = {"device": "C7", "animal": "1" * 65}
    assert (await farmer.http.post("/farm/collars", data=too_long)).status_code == 422
