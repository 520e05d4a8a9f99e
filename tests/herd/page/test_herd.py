"""The herd at a glance and one animal's page: what stands there, in every language, small, and never as somebody's code."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from html import unescape

import polars as pl
import pytest

from clarine_herd import simulate
from clarine_herd.kinds import Kind
from clarine_herd.life import Event, EventKind
from clarine_herd.page.ask import DIST
from clarine_herd.readings import SCHEMA, shaped
from clarine_herd.words import LANGUAGES, Words
from tests.herd.examples import NOW, example
from tests.herd.page.conftest import Browser

#: Rural 3G: the first page of a herd of a thousand with all that it loads, gzipped.
FIRST_BYTES_MAX = 12_000
ANIMAL_BYTES_MAX = 25_000


async def test_who_needs_somebody_stands_first_with_what_to_do(farmer: Browser) -> None:
    alerts = [example(Kind.HEAT, animal="1203"), example(Kind.NO_MOVEMENT, animal="1205"), example(Kind.GATEWAY)]
    await farmer.store.record(alerts, now=NOW)
    due = [
        Event("1204", EventKind.INSEMINATED, NOW - timedelta(days=278)),
        Event("1204", EventKind.PREGNANT, NOW - timedelta(days=200)),
    ]
    await farmer.store.add_events(due)
    await farmer.store.save_feedback(alerts[0].id, "true", said_at=NOW)
    text = unescape(await farmer.text(""))
    places = [text.index(found) for found in ("whole farm", "1205", "1203", "All 8 animals")]
    assert places == sorted(places)
    words = Words.of("en")
    assert words.what(alerts[0]) in text
    assert words.advice(alerts[1], told_at=NOW) in text
    assert "1 of 1" in text
    assert "Fri 6 Feb" in text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_is_in_the_persons_language_and_direction(language: str, farmer: Browser) -> None:
    await farmer.store.set_language((await farmer.store.contacts())[0], language)
    await farmer.store.record([example(Kind.HEAT, animal="1203")], now=NOW)
    says = LANGUAGES[language].page
    headings = {
        "": says.nav[""],
        "animal?id=1203": says.animal.days,
        "alerts": says.alerts.title,
        "collars": says.devices.none,
        "settings": says.settings.people,
        "data": says.data.bring,
    }
    for path, heading in headings.items():
        text = await farmer.text(path)
        assert f'<html lang="{language}" dir="{"rtl" if language == "ur" else "ltr"}">' in text
        assert heading in unescape(text)
        assert not re.search(r"\{\w*\}", text)


async def test_the_animals_page_shows_her_curve_her_days_and_what_happened(farmer: Browser) -> None:
    alert = example(Kind.ILLNESS, animal="1203")
    await farmer.store.record([alert], now=NOW)
    await farmer.store.save_feedback(alert.id, "not_true", reason="collar", said_at=NOW)
    await farmer.store.add_events([Event("1203", EventKind.INSEMINATED, NOW - timedelta(days=3), "Jupiter")])
    text = unescape(await farmer.text("animal?id=1203"))
    assert 'class="curve-line" d="M' in text
    assert "Jupiter" in text
    assert "not true" in text
    assert LANGUAGES["en"].reasons["collar"] in text  # type: ignore[index]
    assert text.count("<tr>") == 1 + 14
    assert "Nothing was ever heard" in await farmer.text("animal?id=4711", status=404)


async def test_an_event_is_entered_once_however_often_the_form_is_sent(farmer: Browser) -> None:
    form = {"id": "1203", "kind": "inseminated", "at": "2026-02-01T07:30", "note": " Jupiter ", "source": "one"}
    for _ in range(2):
        answer = await farmer.http.post("/farm/animal", data=form)
        assert "Saved." in answer.text
    (event,) = await farmer.store.events(NOW - timedelta(days=1), "1203")
    assert (event.kind, event.note, f"{event.at:%H:%M}") == (EventKind.INSEMINATED, "Jupiter", "07:30")
    assert farmer.changes


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"at": "yesterday"}, 422),
        ({"at": "2020-01-01T00:00"}, 422),
        ({"at": "2026-02-01T07:30+05:30"}, 422),
        ({"kind": "heat"}, 404),
        ({"id": "4711"}, 404),
    ],
)
async def test_an_entry_that_cannot_be_is_refused_and_nothing_is_written(
    wrong: dict[str, str], status: int, farmer: Browser
) -> None:
    form = {"id": "1203", "kind": "treated", "at": "2026-02-01T07:30", "source": "one"} | wrong
    assert (await farmer.http.post("/farm/animal", data=form)).status_code == status
    assert await farmer.store.events(NOW - timedelta(days=9999)) == []
    assert not farmer.changes


async def test_an_animals_name_is_never_read_as_code(farmer: Browser) -> None:
    rows = [{"animal": '<script>x("&', "measured_at": NOW - timedelta(hours=4), "activity": 40.0}]
    await farmer.store.add_readings(shaped(pl.DataFrame(rows, schema_overrides={"measured_at": SCHEMA["measured_at"]})))
    text = await farmer.text("")
    assert "<script>x" not in text
    assert "&lt;script&gt;x(" in text
    (link,) = re.findall(r'href="(/farm/animal\?id=%3C[^"]+)"', text)
    assert "&lt;script&gt;x(" in (await farmer.http.get(unescape(link))).text


async def test_pages_suit_a_slow_telephone(farmer: Browser) -> None:
    many = simulate.herd(NOW - timedelta(days=2), animals=1000, days=2, seed=1).table
    await farmer.store.add_readings(many)
    built = sum(len(gzip.compress(path.read_bytes())) for path in _built())
    first = await farmer.text("")
    assert len(gzip.compress(first.encode())) + built <= FIRST_BYTES_MAX
    animal = await farmer.text("animal?id=1203")
    assert len(gzip.compress(animal.encode())) + built <= ANIMAL_BYTES_MAX
    # One of the thousand has a collar that was never heard.
    assert len(re.findall(r"animal\?id=", await farmer.text("?all=1"))) >= 999


def _built() -> list:  # type: ignore[type-arg]
    return [path for path in (DIST / "assets").iterdir() if path.name.endswith((".js", ".css"))]
