"""The farmer asks and enters things in the chat, and each is answered in the farmer's language, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from clarine_herd import simulate
from clarine_herd.kinds import Kind
from clarine_herd.life import EventKind
from clarine_herd.readings import SCHEMA, shaped
from clarine_herd.service import Running
from clarine_herd.settings import Settings
from clarine_herd.words import LANGUAGES, Verb, Words
from tests.herd.examples import NOW, example
from tests.herd.stub_cloud import FARMER, StubCloud
from tests.herd.test_running import running

ENGLISH = LANGUAGES["en"].chat
COWS = simulate.herd(NOW - timedelta(days=6), animals=8, days=6, seed=4).table


@pytest.fixture
def english(herd_settings: Settings) -> Settings:
    return replace(herd_settings, language="en")


def bodies(cloud: StubCloud) -> list[str]:
    """The texts that went out, in order, whatever they came as."""
    texts = []
    for body in cloud.sent.values():
        found = body[body["type"]]
        texts.append(found.get("caption") or found.get("body", ""))
        if isinstance(texts[-1], dict):
            texts[-1] = texts[-1]["text"]
    return texts


async def says(herd: Running, cloud: StubCloud, text: str, **how: str) -> str:
    """Write *text*; gives the answer."""
    await cloud.write(text=text, **how)
    await herd.replies.answer_waiting()
    return bodies(cloud)[-1]


async def test_an_insemination_is_entered_and_the_answer_says_what_it_changes(
    english: Settings, cloud: StubCloud
) -> None:
    async with running(english, cloud) as herd:
        await herd.store.add_readings(COWS)
        answer = await says(herd, cloud, "AI 1201 Jupiter")
        assert "1201 inseminated Sun 12:00, bull Jupiter" in answer
        assert "between Thu 19 Feb and Wed 25 Feb" in answer
        (event,) = await herd.store.events(NOW - timedelta(days=1))
        assert (event.animal, event.kind, event.note, event.by) == ("1201", "inseminated", "Jupiter", FARMER)


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("calved 1202", EventKind.CALVED, "heat is told as usable from Tue 3 Mar"),
        ("pregnant 1202 yes", EventKind.PREGNANT, "suspected loss"),
        ("in calf १२०२ नहीं", EventKind.NOT_PREGNANT, "Her heats are told again"),
        ("treated 1202 antibiotic", EventKind.TREATED, "until Wed 12:00"),
        ("dry 1202", EventKind.DRY, "is dry"),
        ("گابھن ۱۲۰۲ ہاں", EventKind.PREGNANT, "is in calf"),
        ("vêlé 1202", EventKind.CALVED, "calved Sun 12:00"),
    ],
)
async def test_every_event_can_be_entered(
    text: str, kind: EventKind, part: str, english: Settings, cloud: StubCloud
) -> None:
    async with running(english, cloud) as herd:
        await herd.store.add_readings(COWS)
        assert part in await says(herd, cloud, text)
        assert [event.kind for event in await herd.store.events(NOW - timedelta(days=1), "1202")] == [kind]


async def test_a_due_date_follows_from_insemination_and_check(english: Settings, cloud: StubCloud) -> None:
    async with running(english, cloud) as herd:
        await herd.store.add_readings(COWS)
        await says(herd, cloud, "ai 1203")
        assert "Due Wed 11 Nov." in await says(herd, cloud, "pregnant 1203 yes")
        assert "In calf. Due Wed 11 Nov." in await says(herd, cloud, "cow 1203")
        assert "1203: due Wed 11 Nov" not in await says(herd, cloud, "calving")


async def test_the_check_is_asked_for_when_its_answer_is_missing(english: Settings, cloud: StubCloud) -> None:
    async with running(english, cloud) as herd:
        await herd.store.add_readings(COWS)
        assert await says(herd, cloud, "pregnant 1204") == "Is cow 1204 in calf?"
        (asked,) = cloud.of_type("interactive")
        yes = asked["interactive"]["action"]["buttons"][0]["reply"]
        assert yes["title"] == "Yes, in calf"
        await cloud.write(tap=yes["id"])
        await herd.replies.answer_waiting()
        assert "is in calf" in bodies(cloud)[-1]


async def test_the_same_message_handled_twice_is_one_entry(english: Settings, cloud: StubCloud) -> None:
    async with running(english, cloud) as herd:
        await herd.store.add_readings(COWS)
        await cloud.write(text="dry 1201")
        (item,) = await herd.store.waiting()
        later = replace(herd.replies, now=lambda: NOW + timedelta(minutes=3))
        await herd.replies.answer_waiting()
        await herd.store.pool.execute("UPDATE clarine_herd.inbound SET handled_at = NULL WHERE wamid = $1", item.wamid)
        await later.answer_waiting()
        assert len(await herd.store.events(NOW - timedelta(days=1))) == 1


@pytest.mark.parametrize("word", ["page", "lien", "पन्ना", "صفحہ"])
async def test_the_word_for_page_brings_a_link_that_opens_the_farm_once(
    word: str, english: Settings, cloud: StubCloud, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with running(replace(english, page_url="https://farm.test/"), cloud) as herd:
        link = (await says(herd, cloud, word)).splitlines()[-1]
        door, code = link.split("?code=")
        assert door == "https://farm.test/farm/enter"
        assert await herd.store.begin_visit(code) is not None
        assert await herd.store.begin_visit(code) is None
    assert code not in caplog.text


async def test_an_unknown_or_missing_animal_is_asked_for(english: Settings, cloud: StubCloud) -> None:
    async with running(english, cloud) as herd:
        assert await says(herd, cloud, "calved 9999") == "We know no cow 9999."
        assert await says(herd, cloud, "calved") == "Which cow? For example: calved 1217"
        assert await says(herd, cloud, "cow") == "Which cow? For example: cow 1217"
        assert await herd.store.events(NOW - timedelta(days=1)) == []


async def test_lists_of_whom_to_inseminate_watch_and_look_at(english: Settings, cloud: StubCloud) -> None:
    async with running(english, cloud) as herd:
        assert await says(herd, cloud, "heat") == ENGLISH.nothing[Verb.HEAT]
        alerts = [example(kind, animal=str(number)) for number, kind in enumerate(Kind)]
        await herd.store.record(alerts, now=NOW)
        heat = await says(herd, cloud, "heats")
        assert heat.splitlines() == [
            "To inseminate:",
            *(f"• Cow {n}: best between 19:00 and 24:00 today." for n in (0, 1)),
        ]
        sick = await says(herd, cloud, "sick")
        assert "Cow 6 has moved" in sick
        assert "is outside the fence" in sick
        assert "Cow 4 will probably calve" in await says(herd, cloud, "calving")
        collars = await says(herd, cloud, "collars")
        assert "battery of the collar" in collars
        assert "0 of 0 animals" in collars


async def test_ok_acknowledges_the_alert_that_it_answers_or_the_last_one(english: Settings, cloud: StubCloud) -> None:
    async with running(english, cloud) as herd:
        first, second = example(Kind.ILLNESS), example(Kind.ILLNESS, animal="8")
        await herd.store.record([first, second], now=NOW)
        await herd.outbox.drain(NOW)
        wamids = {str(body): wamid for wamid, body in cloud.sent.items()}
        context = next(wamid for body, wamid in wamids.items() if "1217" in body)
        assert "Cow 1217" in await says(herd, cloud, "👍", context=context)
        assert "Cow 8" in await says(herd, cloud, "ok")
        assert await says(herd, cloud, "ok") == ENGLISH.seen_none
        assert await herd.store.open_alerts(NOW - timedelta(days=1)) == []


async def test_wrong_with_a_reason_teaches_the_rule_and_says_so(english: Settings, cloud: StubCloud) -> None:
    async with running(english, cloud) as herd:
        alert = example(Kind.HEAT)
        await herd.store.record([alert], now=NOW)
        await herd.outbox.drain(NOW)
        answer = await says(herd, cloud, "wrong 1217 she is quite normal")
        assert "She is quite normal" in answer
        assert "It now takes more before we call cow 1217 for this: 1 such alerts were not true, 0 were." in answer
        assert await herd.store.feedback(alert.id) == ("not_true", "normal")
        known = await herd.store.known(NOW + timedelta(hours=1), await herd.store.wishes())
        assert [(verdict.animal, verdict.true) for verdict in known.verdicts] == [("1217", False)]
        assert "0 of the 1 alerts" in await says(herd, cloud, "status")


async def test_later_reminds_if_it_is_still_so(english: Settings, cloud: StubCloud) -> None:
    async with running(english, cloud) as herd:
        await herd.store.record([example(Kind.ILLNESS)], now=NOW)
        await herd.outbox.drain(NOW)
        assert "reminded at Sun 14:00" in await says(herd, cloud, "later 2h")
        before = len(cloud.sent)
        await herd.outbox.drain(NOW + timedelta(hours=1))
        assert len(cloud.sent) == before
        await herd.outbox.drain(NOW + timedelta(hours=2))
        assert len(cloud.sent) == before + 1
        await says(herd, cloud, "later 2h")
        await says(herd, cloud, "ok")
        before = len(cloud.sent)
        await herd.outbox.drain(NOW + timedelta(hours=5))
        assert len(cloud.sent) == before


async def test_a_chosen_language_is_spoken_from_then_on_and_its_templates_asked_for(
    english: Settings, cloud: StubCloud
) -> None:
    async with running(english, cloud) as herd:
        assert await says(herd, cloud, "language") == "Which language?"
        assert await says(herd, cloud, "4") == LANGUAGES["ur"].chat.language_set
        await herd.have_templates()
        assert ("herd_alert", "ur") in cloud.templates
        assert LANGUAGES["ur"].chat.right_unknown in await says(herd, cloud, "حال")


async def test_where_the_api_has_no_buttons_menus_are_numbered(english: Settings, cloud: StubCloud) -> None:
    cloud.plain = True
    async with running(english, cloud) as herd:
        await cloud.write(text="hello")
        await herd.replies.answer_waiting()
        menu = bodies(cloud)[-1]
        assert "1 · The herd now" in menu
        assert menu.endswith("Answer with the number.")
        await herd.store.record([example(Kind.ILLNESS)], now=NOW)
        await herd.outbox.drain(NOW)
        assert "1 · True\n2 · Not true\n3 · Why?" in bodies(cloud)[-1]
        assert "Noted" in await says(herd, cloud, "१")
        assert await herd.store.open_alerts(NOW - timedelta(days=1)) == []


async def test_what_is_not_understood_is_answered_with_what_it_may_mean_and_the_menu(
    english: Settings, cloud: StubCloud
) -> None:
    async with running(english, cloud) as herd:
        await herd.store.add_readings(COWS)
        answer = await says(herd, cloud, "calvd 1205")
        assert answer.splitlines()[:2] == ["I did not understand “calvd 1205”.", "Did you mean “calved 1205”?"]
        assert "calved" in await says(herd, cloud, "1")
        assert ENGLISH.menu_body in await says(herd, cloud, "?!")
        assert await says(herd, cloud, "help") == Words.of("en").fill(ENGLISH.help)


@pytest.mark.parametrize("away", ["document", "image"])
async def test_a_report_that_is_tried_again_brings_its_pages_and_its_picture_once(
    away: str, english: Settings, cloud: StubCloud
) -> None:
    async with running(english, cloud) as herd:
        await herd.store.add_readings(COWS)
        cloud.away = away
        await cloud.write(text="report week")
        await herd.replies.answer_waiting()
        assert cloud.of_type("image") == []
        cloud.away = ""
        await herd.replies.answer_waiting()
        assert [len(cloud.of_type(kind)) for kind in ("document", "image")] == [1, 1]
        # What a process that died before its note does: the same once more.
        await herd.store.pool.execute(
            "UPDATE clarine_herd.inbound SET handled_at = NULL WHERE farm = $1", herd.store.farm
        )
        await herd.replies.answer_waiting()
        assert [len(cloud.of_type(kind)) for kind in ("document", "image")] == [1, 1]
        assert len(cloud.media) == 2


async def test_a_report_of_a_day_and_of_a_week(english: Settings, cloud: StubCloud) -> None:
    async with running(english, cloud) as herd:
        await herd.store.record([example(Kind.HEAT), example(Kind.ILLNESS, animal="3")], now=NOW)
        today = await says(herd, cloud, "report today")
        assert today.startswith("The last 24 hours:")
        assert "Cow 3 has moved" in today
        week = await says(herd, cloud, "report week")
        assert "• heat: 1" in week
        assert "• illness: 1" in week
        assert [body["type"] for body in cloud.sent.values()] == ["image", "document", "image"]
        pictures = [data[:4] for data in cloud.media.values()]
        assert pictures == [b"\x89PNG", b"%PDF", b"\x89PNG"]


async def test_a_buffalo_farm_is_spoken_to_of_buffaloes(english: Settings, cloud: StubCloud) -> None:
    async with running(replace(english, species="buffalo"), cloud) as herd:
        assert await says(herd, cloud, "cow 9") == "We know no buffalo 9."
        await herd.store.record([example(Kind.HEAT)], now=NOW)
        await herd.outbox.drain(NOW)
        assert "Buffalo 1217 is probably in heat" in bodies(cloud)[-1]


async def test_urdu_answers_isolate_what_runs_the_other_way(herd_settings: Settings, cloud: StubCloud) -> None:
    async with running(replace(herd_settings, language="ur"), cloud) as herd:
        await herd.store.add_readings(shaped(COWS.select(*SCHEMA)))
        answer = await says(herd, cloud, "ٹیکہ ۱۲۰۱ Jupiter")
        assert "\u20661201\u2069" in answer
        assert "\u2068Jupiter\u2069" in answer
        assert "\u2068اتوار ۱۲:۰۰\u2069" in answer
