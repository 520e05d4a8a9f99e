"""Time that is moved: windows close, messages expire, webhooks are tried again, each at its own moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from clarine.adapters.sandbox_clock import SandboxClock
from clarine.pytest_plugin import Clarine, SandboxError
from tests.sandbox.conftest import ASHA, Receiver, Shop

#: Noon of the day after tomorrow: the sandbox begins today, and time only moves forward.
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=2)


def test_the_window_closes_when_a_day_has_passed(clarine: Clarine, shop: Shop) -> None:
    clarine.clock.set(NOON, running=False)
    clarine.person(ASHA).says("hello", to=shop.business)
    clarine.clock.advance(hours=24)
    shop.send()
    clarine.clock.advance(seconds=1)
    shop.send()
    assert [(sent.status, sent.error) for sent in clarine.sent_to(ASHA)] == [("delivered", None), ("failed", 131047)]


def test_a_message_that_nobody_fetches_expires_at_its_own_time(clarine: Clarine, shop: Shop) -> None:
    clarine.clock.set(NOON, running=False)
    shop.send("+15550900002")
    clarine.clock.advance(days=40)
    [sent] = clarine.sent_to("+15550900002")
    assert (sent.statuses, sent.error) == (("sent", "failed"), 131026)
    assert datetime.fromisoformat(sent.raw["statuses"][1]["at"]) == NOON + timedelta(days=30)


def test_webhooks_are_tried_again_while_time_is_moved(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    receiver.answers = [500, 503, 404]
    clarine.clock.set(NOON, running=False)
    clarine.person(ASHA).says("hello", to=shop.business)
    clarine.settle()
    assert receiver.told == []
    clarine.clock.advance(minutes=1)
    assert receiver.told == ["hello"]
    tries = clarine.webhooks()
    assert [one["status"] for one in tries] == [500, 503, 404, 200]
    times = [datetime.fromisoformat(one["at"]) for one in tries]
    waits = [(late - early).total_seconds() for early, late in pairwise(times)]
    assert times[0] == NOON
    assert waits == sorted(waits)
    assert 0 < waits[0] < waits[-1] < 60


def test_a_receiver_that_never_answers_is_given_up_after_seven_days(
    clarine: Clarine, shop: Shop, receiver: Receiver
) -> None:
    shop.business.webhook(receiver.url)
    receiver.answers = [500] * 1000
    clarine.person(ASHA).says("hello", to=shop.business)
    clarine.clock.advance(days=7)
    tried = len(clarine.webhooks())
    assert tried > 20
    clarine.clock.advance(days=7)
    assert len(clarine.webhooks()) == tried


def test_time_only_moves_forward(clarine: Clarine) -> None:
    clarine.clock.set(NOON, running=False)
    with pytest.raises(SandboxError, match="only moves forward"):
        clarine.clock.set(NOON - timedelta(seconds=1))
    assert clarine.clock.now == NOON


def test_now_and_advance_exclude_each_other_and_what_is_misspelt_is_seen(clarine: Clarine) -> None:
    with pytest.raises(SandboxError, match="not both"):
        clarine.call("POST", "/clock", {"now": NOON.isoformat(), "advance_s": 1})
    with pytest.raises(SandboxError, match="advance"):
        clarine.call("POST", "/clock", {"advance": 1})


def test_a_reset_brings_today_back(clarine: Clarine) -> None:
    clarine.clock.advance(days=50)
    clarine.reset()
    assert abs(clarine.clock.now - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_turned_clock_goes_on_from_there_and_is_kept(tmp_path: Path) -> None:
    machine = [datetime(2026, 1, 1, tzinfo=UTC)]
    clock = SandboxClock(tmp_path / "kept.json", lambda: machine[0])
    clock.turn(NOON)
    machine[0] += timedelta(seconds=5)
    assert clock.now() == NOON + timedelta(seconds=5)
    again = SandboxClock(tmp_path / "kept.json", lambda: machine[0])
    assert (again.now(), again.running) == (NOON + timedelta(seconds=5), True)
    again.turn(NOON + timedelta(days=1), running=False)
    machine[0] += timedelta(days=9)
    assert SandboxClock(tmp_path / "kept.json", lambda: machine[0]).now() == NOON + timedelta(days=1)
    again.reset()
    assert (again.now(), again.running) == (machine[0], True)
