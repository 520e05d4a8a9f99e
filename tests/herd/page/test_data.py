"""The farm's data goes out as files and comes in by them: whole or not at all, and the same file twice is once."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clarine_herd.exchange import icar
from clarine_herd.exchange.brought import FILE_BYTES_MAX, RefusedFileError
from clarine_herd.exchange.icar import SOURCE
from clarine_herd.kinds import Kind
from clarine_herd.life import Event, EventKind
from tests.herd.examples import NOW, example
from tests.herd.page.conftest import NEIGHBOUR, Browser

EVENTS = [
    Event("1203", EventKind.INSEMINATED, NOW - timedelta(days=30), "Jupiter; red", source="wamid.1"),
    Event("1203", EventKind.PREGNANT, NOW - timedelta(days=2), source="wamid.2"),
    Event("1204", EventKind.CALVED, NOW - timedelta(days=40), source="wamid.3"),
    Event("1204", EventKind.NOT_PREGNANT, NOW - timedelta(days=39), source="wamid.4"),
    Event("1205", EventKind.TREATED, NOW - timedelta(days=3), "=SUM(A1)", source="wamid.5"),
    Event("1205", EventKind.DRY, NOW - timedelta(days=1), source="wamid.6"),
]


async def bring(farm: Browser, body: bytes | str, name: str = "file.csv") -> Any:
    """Upload one file."""
    return await farm.http.post("/farm/data", files={"file": (name, body)})


async def entered(farm: Browser) -> list[tuple[str, str, datetime, str]]:
    return [(e.animal, str(e.kind), e.at, e.note) for e in await farm.store.events(NOW - timedelta(days=900))]


@pytest.mark.parametrize("name", ["events.csv", "icar.json"])
async def test_what_goes_out_comes_in_again_as_the_same(name: str, farmer: Browser) -> None:
    await farmer.store.set_zone("Asia/Kolkata")
    await farmer.store.add_events(EVENTS)
    before = await entered(farmer)
    file = (await farmer.http.get(f"/farm/data/{name}")).content
    assert (await bring(farmer, file)).status_code == 200
    assert await entered(farmer) == before
    await farmer.store.pool.execute("DELETE FROM clarine_herd.events WHERE farm = $1", farmer.store.farm)
    answer = await bring(farmer, file)
    assert "6 events" in answer.text
    assert await entered(farmer) == before


async def test_readings_go_out_and_come_in_again_as_the_same(farmer: Browser) -> None:
    before = await farmer.store.readings(NOW - timedelta(days=90))
    file = (await farmer.http.get("/farm/data/readings.csv")).text
    assert len(file.splitlines()) == 1 + len(before)
    await farmer.store.pool.execute("DELETE FROM clarine_herd.readings WHERE farm = $1", farmer.store.farm)
    # As a spreadsheet of a country with decimal commas saves it: a mark in front, semicolons between.
    answer = await bring(farmer, "\ufeff" + file.replace(",", ";"))
    assert f"{len(before)} readings" in answer.text
    assert (
        (await farmer.store.readings(NOW - timedelta(days=90))).drop("known_since").equals(before.drop("known_since"))
    )


async def test_alerts_go_out_with_their_outcome(farmer: Browser) -> None:
    alert = example(Kind.HEAT, animal="1203")
    await farmer.store.record([alert, example(Kind.GATEWAY)], now=NOW)
    await farmer.store.save_feedback(alert.id, "not_true", reason="moved", said_at=NOW)
    rows = list(csv.DictReader(io.StringIO((await farmer.http.get("/farm/data/alerts.csv")).text)))
    told = {row["kind"]: (row["animal"], row["verdict"], row["reason"]) for row in rows}
    assert told == {"heat": ("1203", "not_true", "moved"), "gateway": ("", "", "")}


async def test_the_resources_are_icars(farmer: Browser) -> None:
    await farmer.store.set_zone("Asia/Kolkata")
    await farmer.store.add_events(EVENTS)
    await farmer.store.record(
        [replace(example(Kind.HEAT, animal="1203"), ended_at=NOW), example(Kind.GATEWAY)], now=NOW
    )
    members = json.loads((await farmer.http.get("/farm/data/icar.json")).content)["member"]
    by_type: dict[str, list[dict[str, Any]]] = {}
    for member in members:
        by_type.setdefault(member["resourceType"], []).append(member)
    (animal,) = (one for one in by_type["icarAnimalCoreResource"] if one["managementTag"] == "1203")
    assert (animal["specie"], animal["gender"], animal["reproductionStatus"]) == ("Cattle", "Female", "Pregnant")
    (served,) = by_type["icarReproInseminationEventResource"]
    assert (served["inseminationType"], served["sireOfficialName"]) == ("Insemination", "Jupiter; red")
    assert served["eventDateTime"] == "2026-01-02T06:30:00Z"
    assert {one["result"] for one in by_type["icarReproPregnancyCheckEventResource"]} == {"Pregnant", "Empty"}
    (alert,) = by_type["icarAttentionEventResource"]
    assert (alert["category"], alert["causes"], alert["priority"]) == ("Behaviour", ["Activity"], "Normal")
    assert alert["animal"]["id"] == "1203"
    assert {
        "icarReproParturitionEventResource",
        "icarTreatmentEventResource",
        "icarMilkingDryOffEventResource",
    } < by_type.keys()


def test_events_of_another_system_are_read_and_what_is_no_entry_is_passed_over() -> None:
    check = {
        "resourceType": "icarReproPregnancyCheckEventResource",
        "animal": {"scheme": "nl.ubn", "id": "1203"},
        "eventDateTime": "2026-01-30T10:00:00+01:00",
        "meta": {"source": "org.example.vet", "sourceId": "4711", "modified": "2026-01-30T10:00:00Z"},
        "result": "Multiple",
    }
    milk = check | {"resourceType": "icarMilkingVisitEventResource"}
    gone = check | {"meta": check["meta"] | {"isDeleted": True}}  # type: ignore[operator]
    unknown = check | {"result": "Unknown"}
    taken = icar.read(json.dumps([check, milk, gone, unknown]).encode(), ZoneInfo("Asia/Kolkata"), NOW)
    (event,) = taken.events
    at = datetime.fromisoformat("2026-01-30T14:30:00")
    assert (event.kind, event.at, event.source) == (EventKind.PREGNANT, at, "org.example.vet:4711")
    assert taken.passed_over == 3


@pytest.mark.parametrize(
    ("file", "where"),
    [
        ("animal,kind,at\n1203,dry,2026-01-30T10:00\n1204,flown,2026-01-30T10:00\n", ("3: kind", "flown")),
        ("animal,kind,at\n1203,dry,2026-01-30T10:00\n1204,dry,soon\n", ("3: at", "soon")),
        ("animal,kind,at\n1203,dry,2026-01-30T10:00\n1204,dry,2036-01-30T10:00\n", ("3: at", "2036-01-30T10:00")),
        ("animal,kind,at\n1203,dry,2026-01-30T10:00\n1204,heat,2026-01-30T10:00\n", ("3: kind", "heat")),
        ("animal,kind,at\n1203,dry,2026-01-30T10:00\n,dry,2026-01-30T10:00\n", ("3: animal", "missing")),
        ("animal,measured_at,activity\n77,2026-01-30T10:00,5\n77,2026-01-30T12:00,much\n", ("3: activity", "much")),
        ("animal,measured_at,activity\n77,2026-01-30T10:00,5\n77,2026-01-30T12:00,\n", ("3: activity", "missing")),
        ("animal,measured_at,activity,colour\n77,2026-01-30T10:00,5,red\n", ("2: colour", "red")),
        ("name,age\nx,3\n", ("headings",)),
        ("animal,kind,at\n", ("nothing in this file",)),
        ("\udce9animal", ("headings",)),
        ('{"member": [{"resourceType": "icarMilkingDryOffEventResource"}]}', ("1: resource",)),
        ('{"member": []}', ("nothing in this file",)),
        ("[1, 2]", ("1: resource",)),
        ("{broken", ("headings",)),
    ],
)
async def test_a_file_with_one_wrong_place_is_refused_by_it_and_nothing_is_taken(
    file: str, where: tuple[str, ...], farmer: Browser
) -> None:
    before = await farmer.store.readings(NOW - timedelta(days=90))
    answer = await bring(farmer, file.encode("utf-8", "surrogateescape"))
    text = unescape(answer.text)
    assert answer.status_code == 422
    assert "Nothing was taken" in text
    assert all(part in text for part in where)
    assert await entered(farmer) == []
    assert (await farmer.store.readings(NOW - timedelta(days=90))).equals(before)
    assert not farmer.changes


async def test_readings_and_events_are_kept_together_or_not_at_all(farmer: Browser) -> None:
    before = await farmer.store.readings(NOW - timedelta(days=90))
    other = before.head(3).with_columns(animal=before["animal"].head(3) + "x")
    bad = replace(EVENTS[0], animal="nul\x00")
    with pytest.raises(Exception, match="0x00"):
        await farmer.store.bring_in(other, [bad], by="1")
    assert (await farmer.store.readings(NOW - timedelta(days=90))).equals(before)


async def test_large_files_are_refused_before_they_are_read(farmer: Browser) -> None:
    over = await bring(farmer, b"x" * (FILE_BYTES_MAX + 1))
    assert (over.status_code, "larger than 5 MB" in over.text) == (413, True)
    many = b"x" * (FILE_BYTES_MAX * 3)
    assert (await bring(farmer, many)).status_code == 413
    long = "animal,kind,at\n" + "1203,dry,2026-01-30T10:00\n" * 50_001
    assert "50,000 lines" in (await bring(farmer, long)).text
    # A form that does not say how long it is is not read at all.
    headers = {"content-type": "application/x-www-form-urlencoded"}

    async def endless() -> Any:
        yield b"id=1203"

    assert (await farmer.http.post("/farm/animal", content=endless(), headers=headers)).status_code == 413


async def test_who_may_only_look_takes_out_and_does_not_bring_in(stranger: Browser) -> None:
    await stranger.enter(await stranger.link(NEIGHBOUR))
    assert (await stranger.http.get("/farm/data/events.csv")).status_code == 200
    assert (await bring(stranger, "animal,kind,at\n1203,dry,2026-01-30T10:00\n")).status_code == 403
    assert (await stranger.http.get("/farm/data/passwords.csv")).status_code == 404


def test_a_refusal_names_at_most_twenty_places() -> None:
    with pytest.raises(RefusedFileError) as refused:
        icar.read(json.dumps([{"resourceType": SOURCE, "id": 5}] * 100).encode(), ZoneInfo("UTC"), NOW)
    assert len(refused.value.wrong) == 20
