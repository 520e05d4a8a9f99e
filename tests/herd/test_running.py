"""The whole farm against a Cloud API: alerts go out once, end accounted for, and the farmer is answered."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from clarine_herd import service, simulate
from clarine_herd.alerts import Alert, alerts_of
from clarine_herd.cli import app
from clarine_herd.kinds import Kind
from clarine_herd.service import Running, failed, once, started
from clarine_herd.settings import Settings
from clarine_herd.store.postgres import Store
from clarine_herd.words import LANGUAGES, Words
from tests.herd.examples import NOW, example
from tests.herd.spreadsheet import Cells, write_xlsx
from tests.herd.stub_cloud import FARMER, StubCloud

HINDI = LANGUAGES["hi"]


@contextlib.asynccontextmanager
async def running(settings: Settings, cloud: StubCloud) -> AsyncIterator[Running]:
    async with started(settings, now=lambda: NOW, transport=cloud.transport) as found:
        yield found
        await cloud.quiet()


async def test_a_whole_herd_is_judged_sent_and_followed_to_its_end(herd_settings: Settings, cloud: StubCloud) -> None:
    summary = await once(replace(herd_settings, simulate=True), transport=cloud.transport)
    kinds = {kind for kind, count in summary["alerts"].items() if count}
    assert kinds == {"heat", "illness", "silent_collar"}
    messages = summary["messages"]
    assert messages["total"] == messages["accepted"] == messages["delivered"] == len(cloud.sent)
    assert (messages["failed"], messages["refused"], summary["alerts_unaccounted"]) == (0, 0, 0)
    assert summary["webhooks_received"] >= messages["delivered"]
    assert not failed(summary)
    assert set(cloud.templates) == {("herd_alert", "hi"), ("herd_digest", "hi")}
    again = await once(replace(herd_settings, simulate=True), transport=cloud.transport)
    # Delivery is the end that is waited for; the last message may be read after it.
    assert ({**again["messages"], "read": 0}, again["alerts"]) == ({**messages, "read": 0}, summary["alerts"])
    assert again["messages"]["read"] >= messages["read"]
    assert len(cloud.sent) == messages["total"]


async def test_a_message_whose_end_nobody_knows_breaks_the_promise(herd_settings: Settings, cloud: StubCloud) -> None:
    cloud.statuses = ("sent",)
    summary = await once(replace(herd_settings, simulate=True, settle_s=0.1), transport=cloud.transport)
    assert summary["alerts_unaccounted"] == sum(summary["alerts"].values())
    assert failed(summary)


async def test_a_template_that_nobody_approved_is_accounted_for_as_refused(
    herd_settings: Settings, cloud: StubCloud
) -> None:
    cloud.review = "PENDING"
    summary = await once(replace(herd_settings, simulate=True, settle_s=0.1), transport=cloud.transport)
    assert summary["messages"]["refused"] == summary["messages"]["total"] > 0
    assert summary["refusals"] == ["(132001) Template does not exist in the translation"]
    assert summary["alerts_unaccounted"] == 0


async def test_exports_are_read_and_the_others_refused_by_name(
    herd_settings: Settings, cloud: StubCloud, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "empty.xls").write_bytes(b"")
    rows: list[Cells] = [["1217", "2026-02-01", f"{hour}:00", 30, 0] for hour in range(0, 24, 2)]
    headings = ["Cow Number", "Date", "Time", "Raw Activity Data", "Activity Change"]
    write_xlsx(folder / "week.xlsx", [headings, *rows])
    summary = await once(replace(herd_settings, herd_data=folder), transport=cloud.transport)
    assert (summary["readings"], summary["animals"]) == (12, 1)
    assert [item["file"] for item in summary["files_read"]] == ["week.xlsx"]
    assert summary["files_refused"] == [{"file": "empty.xls", "reason": "the file is empty (0 bytes)"}]


async def test_an_alert_outside_the_window_is_a_template_and_inside_it_has_buttons(
    herd_settings: Settings, cloud: StubCloud
) -> None:
    async with running(herd_settings, cloud) as herd:
        alert = example(Kind.HEAT)
        await herd.store.record([alert], now=NOW)
        await herd.outbox.drain(NOW)
        (template,) = cloud.of_type("template")
        assert template["template"]["name"] == "herd_alert"
        assert template["to"] == f"+{FARMER}"
        await cloud.write(text="हाल")
        other = example(Kind.ILLNESS)
        await herd.store.record([other], now=NOW)
        await herd.outbox.drain(NOW)
        (free,) = cloud.of_type("interactive")
        buttons = free["interactive"]["action"]["buttons"]
        assert [button["reply"]["id"].partition(":")[0] for button in buttons] == ["true", "not", "why"]
        assert Words(HINDI).what(other) in free["interactive"]["body"]["text"]


@pytest.mark.parametrize("sync", [False, True])
async def test_a_window_that_closed_unseen_costs_a_template_and_not_the_alert(
    sync: bool, herd_settings: Settings, cloud: StubCloud
) -> None:
    cloud.windows, cloud.sync = False, sync
    async with running(herd_settings, cloud) as herd:
        await cloud.write(text="हाल")
        await herd.store.record([example(Kind.HEAT)], now=NOW)
        await herd.outbox.drain(NOW)
        await cloud.quiet()
        await herd.outbox.drain(NOW)
        assert len(cloud.of_type("template")) == 1
        await cloud.quiet()
        assert [tally.delivered for tally in await herd.store.tally()] == [True]


async def test_a_crash_between_the_api_s_answer_and_our_note_sends_nothing_twice(
    herd_settings: Settings, cloud: StubCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    class DiedError(Exception):
        pass

    async def dies(*_: object) -> None:
        raise DiedError

    async with running(herd_settings, cloud) as herd:
        await herd.store.record([example(Kind.HEAT)], now=NOW)
        with monkeypatch.context() as patch:
            patch.setattr(type(herd.store), "accepted", dies)
            with pytest.raises(DiedError):
                await herd.outbox.drain(NOW)
    async with running(herd_settings, cloud) as herd:
        # The window has opened in between, and still the second try has the body of the first.
        await cloud.write(text="हाल")
        await herd.outbox.drain(NOW)
        assert [tally.state for tally in await herd.store.tally()] == ["accepted"]
    assert len(cloud.sent) == 1


async def test_why_is_answered_with_a_chart_and_its_source(herd_settings: Settings, cloud: StubCloud) -> None:
    made = simulate.herd(NOW - timedelta(days=12), animals=8, days=13, seed=4)
    alert = [found for found in alerts_of(made.table, until=NOW) if found.animal][-1]
    async with running(herd_settings, cloud) as herd:
        await herd.store.add_readings(made.table)
        await herd.store.record([alert], now=NOW)
        await cloud.write(tap=f"why:{alert.id}")
        await herd.replies.answer_waiting()
        await herd.replies.answer_waiting()
        (image,) = cloud.of_type("image")
        assert cloud.media[image["image"]["id"]].startswith(b"\x89PNG")
        assert "स्रोत" in image["image"]["caption"]


async def test_not_true_asks_why_and_the_reason_is_remembered(herd_settings: Settings, cloud: StubCloud) -> None:
    alert = example(Kind.HEAT)
    async with running(herd_settings, cloud) as herd:
        await herd.store.record([alert], now=NOW)
        await cloud.write(tap=f"not:{alert.id}")
        await herd.replies.answer_waiting()
        (question,) = cloud.of_type("interactive")
        row = question["interactive"]["action"]["sections"][0]["rows"][2]
        assert row["id"] == f"reason:moved:{alert.id}"
        await cloud.write(tap=row["id"])
        await herd.replies.answer_waiting()
        assert await herd.store.feedback(alert.id) == ("not_true", "moved")
        (thanks,) = cloud.of_type("text")
        assert row["title"] in thanks["text"]["body"]


async def test_true_acknowledges_the_alert(herd_settings: Settings, cloud: StubCloud) -> None:
    alert = example(Kind.HEAT)
    async with running(herd_settings, cloud) as herd:
        await herd.store.record([alert], now=NOW)
        await cloud.write(tap=f"true:{alert.id}")
        await herd.replies.answer_waiting()
        assert await herd.store.feedback(alert.id) == ("true", "")
        assert await herd.store.open_alerts(NOW - timedelta(days=7)) == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("हाल", HINDI.chat.open_alerts.format(count="१")),
        ("गाय 9999", Words(HINDI).fill(HINDI.chat.no_cow, animal="9999")),
        ("शुरू", HINDI.chat.started),
    ],
)
async def test_a_few_words_are_answered(text: str, answer: str, herd_settings: Settings, cloud: StubCloud) -> None:
    async with running(herd_settings, cloud) as herd:
        await herd.store.record([example(Kind.HEAT)], now=NOW)
        await cloud.write(text=text)
        await herd.replies.answer_waiting()
        (reply,) = cloud.of_type("text")
        assert answer in reply["text"]["body"]


async def test_after_stop_nothing_is_sent_until_start(herd_settings: Settings, cloud: StubCloud) -> None:
    async with running(herd_settings, cloud) as herd:
        await cloud.write(text="बंद")
        await herd.store.record([example(Kind.HEAT)], now=NOW)
        await herd.outbox.drain(NOW)
        assert cloud.sent == {}
        (tally,) = await herd.store.tally()
        assert (tally.state, "stopped" in tally.error) == ("refused", True)
        await cloud.write(text="शुरू")
        (farmer,) = await herd.store.contacts()
        assert not await herd.outbox.stopped(farmer)


async def test_a_stranger_is_told_nothing_about_the_herd(herd_settings: Settings, cloud: StubCloud) -> None:
    async with running(replace(herd_settings, farmer="+4917012345678"), cloud) as herd:
        await cloud.write(text="हाल")
        assert await herd.replies.answer_waiting() == 1
        assert cloud.sent == {}


async def test_a_webhook_that_is_forged_is_refused_and_counted(herd_settings: Settings, cloud: StubCloud) -> None:
    async with running(herd_settings, cloud) as herd:
        assert await cloud.post({"statuses": []}, secret="guess") == 403
        assert (herd.counts.webhooks, herd.counts.signature_failures) == (0, 1)


async def test_readings_come_in_over_http_and_are_kept(herd_settings: Settings, cloud: StubCloud) -> None:
    row = {"animal": "1217", "measured_at": "2026-02-01T10:00:00", "activity": 31}
    body = json.dumps({"readings": [row]})
    async with running(herd_settings, cloud) as herd, httpx.AsyncClient() as http:
        door = cloud.callback.replace("webhook", "readings")
        ours = {"Authorization": "Bearer collar-token"}
        assert (await http.post(door, content=body)).status_code == 401
        assert (await http.post(door, content=body, headers={"Authorization": "Bearer x"})).status_code == 401
        wrong = await http.post(door, content='{"readings":[]}', headers=ours)
        assert (wrong.status_code, "length >= 1" in wrong.text) == (422, True)
        assert (await http.post(door, content=b" " * 2_000_001, headers=ours)).status_code == 413
        taken = await http.post(door, content=body, headers=ours)
        assert (taken.status_code, taken.json()) == (202, {"accepted": 1})
        assert len(await herd.store.readings(NOW - timedelta(days=1))) == 1


async def test_a_live_herd_tells_its_story_as_time_passes(
    herd_settings: Settings, cloud: StubCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = asyncio.Event()
    record = Store.record

    async def seen(store: Store, alerts: list[Alert], *, now: datetime | None) -> list[str]:
        new = await record(store, alerts, now=now)
        if cloud.sent:
            told.set()
        return new

    monkeypatch.setattr(Store, "record", seen)
    settings = replace(herd_settings, simulate=True, animals=12, speed=100_000)
    task = asyncio.create_task(service.live(settings, transport=cloud.transport))
    async with asyncio.timeout(60):
        await told.wait()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert cloud.of_type("template")


def test_replay_prints_an_alert_per_line_without_a_network() -> None:
    result = CliRunner().invoke(app, ["replay", "--simulate", "--animals", "12"])
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert {line["category"] for line in lines} >= {"Behaviour", "Health"}
    summary = json.loads(CliRunner().invoke(app, ["replay", "--simulate", "--animals", "12", "--json"]).stdout)
    assert sum(summary["alerts"].values()) == len(lines)


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (["--language", "de"], "de is not one of"),
        (["--listen", "nowhere"], "is not host:port"),
        (["--timezone", "Moon/Base"], "is not a time zone"),
        (["--simulate", "--herd-data", "x"], "not both"),
    ],
)
def test_a_wrong_flag_is_named(flags: list[str], why: str) -> None:
    base = ["run", "--api-base", "http://x", "--phone-number-id", "1", "--token", "t", "--farmer", "+1"]
    result = CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke(app, [*base, *flags])
    assert result.exit_code == 2
    assert why in result.output
