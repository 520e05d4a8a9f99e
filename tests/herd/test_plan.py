"""Few messages, at the right hour: budget, digests, quiet hours, and what is critical in spite of all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import polars as pl
import pytest

from clarine_herd import simulate
from clarine_herd.alerts import Alert, alerts_of
from clarine_herd.kinds import Kind
from clarine_herd.plan import How, Policy, Step, digest_after, plan
from clarine_herd.rehearsal import rehearse, summary_of
from tests.herd.examples import example

DAY = datetime.fromisoformat("2026-02-02T00:00:00")
POLICY = Policy()


def at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return DAY + timedelta(hours=hour, minutes=minute)


def opened(kind: Kind, clock: str, animal: str = "1217") -> Alert:
    return example(kind, animal=animal, opened_at=at(clock))


def placed(alert: Alert, *, told: int = 0, animals: int = 40) -> Step:
    (step,) = plan([alert], POLICY, now=alert.opened_at, animals=animals, told={DAY: told})
    return step


@pytest.mark.parametrize(
    ("clock", "slot"),
    [("05:59", "06:00"), ("06:00", "06:00"), ("06:01", "17:00"), ("17:00", "17:00"), ("17:01", "30:00")],
)
def test_the_next_digest_is_at_six_or_at_five(clock: str, slot: str) -> None:
    assert digest_after(at(clock)) == at(slot)


@pytest.mark.parametrize(
    ("kind", "clock", "how", "due"),
    [
        (Kind.HEAT, "10:00", How.ALERT, "10:00"),
        (Kind.HEAT, "22:00", How.DIGEST, "30:00"),
        (Kind.HEAT, "04:00", How.DIGEST, "06:00"),
        (Kind.ILLNESS, "10:00", How.ALERT, "10:00"),
        (Kind.ILLNESS, "23:00", How.ALERT, "30:00"),
        (Kind.SILENT_COLLAR, "10:00", How.DIGEST, "17:00"),
        (Kind.LAMENESS, "18:00", How.DIGEST, "30:00"),
        (Kind.NO_MOVEMENT, "10:00", How.ALERT, "10:00"),
        (Kind.HEAT_STRESS_SEVERE, "23:00", How.ALERT, "23:00"),
    ],
)
def test_each_priority_is_told_in_its_own_way(kind: Kind, clock: str, how: How, due: str) -> None:
    step = placed(opened(kind, clock))
    assert (step.how, step.due_at) == (how, at(due))


def test_the_day_s_budget_is_one_message_in_twenty_animals_and_two_at_least() -> None:
    assert [POLICY.budget(animals) for animals in (1, 40, 59, 60, 100, 1000)] == [2, 2, 2, 3, 5, 50]
    heats = [opened(Kind.HEAT, "10:00", animal=str(number)) for number in range(4)]
    steps = plan(heats, POLICY, now=at("10:00"), animals=40, told={})
    assert [step.how for step in steps] == [How.ALERT, How.ALERT, How.DIGEST, How.DIGEST]
    assert placed(heats[0], told=2).how is How.DIGEST
    assert placed(heats[0], told=2, animals=60).how is How.ALERT


def test_what_is_urgent_is_not_counted_and_not_held_back() -> None:
    alerts = [opened(Kind.ILLNESS, "10:00"), opened(Kind.HEAT, "10:00", "2"), opened(Kind.NO_MOVEMENT, "10:00", "3")]
    steps = plan(alerts, POLICY, now=at("10:00"), animals=40, told={DAY: 2})
    assert [(step.alert.kind, step.how) for step in steps] == [
        (Kind.NO_MOVEMENT, How.ALERT),
        (Kind.ILLNESS, How.ALERT),
        (Kind.HEAT, How.DIGEST),
    ]


def test_a_heat_whose_best_hours_would_be_over_by_the_digest_is_told_all_the_same() -> None:
    late = opened(Kind.HEAT, "18:00")
    early = replace(late, started_at=at("10:00"))
    assert placed(late, told=2).how is How.DIGEST
    assert (placed(early, told=2).how, placed(early, told=2).due_at) == (How.ALERT, at("18:00"))


def test_late_data_raise_no_stale_alert() -> None:
    alert = opened(Kind.NO_MOVEMENT, "10:00")
    (step,) = plan([alert], POLICY, now=alert.expires_at, animals=40, told={})
    assert step.how is How.NOT


def test_quiet_hours_may_lie_within_a_day_or_be_none() -> None:
    siesta = Policy(quiet_from=time(12), quiet_to=time(14))
    assert [siesta.quiet_until(at(clock)) for clock in ("11:59", "12:00", "14:00")] == [
        at("11:59"),
        at("14:00"),
        at("14:00"),
    ]
    none = Policy(quiet_from=time(0), quiet_to=time(0))
    assert none.quiet_until(at("02:00")) == at("02:00")


def simulated(animals: int = 100, days: int = 28, seed: int = 7) -> pl.DataFrame:
    return simulate.herd(DAY, animals=animals, days=days, seed=seed).table


def test_a_hundred_cows_in_four_weeks_are_at_most_five_messages_a_day_and_none_twice() -> None:
    table = simulated()
    messages = rehearse(alerts_of(table), POLICY, animals=100)
    summary = summary_of(messages, first=DAY + timedelta(days=5), last=DAY + timedelta(days=27))
    assert summary["per_day_median"] <= 5
    assert summary["duplicates"] == 0
    assert summary["total"] >= 40


def test_a_gateway_that_is_away_for_half_a_day_is_one_message() -> None:
    table = simulated()
    away = (DAY + timedelta(days=14, hours=8), DAY + timedelta(days=14, hours=20))
    lost = table.filter(~pl.col("measured_at").is_between(*away, closed="left"))
    messages = rehearse(alerts_of(lost), POLICY, animals=100)
    during = [one for one in messages if away[0] <= one.at <= away[1] + timedelta(hours=12)]
    about = [a for message in messages for a in message.alerts if a.kind is Kind.GATEWAY]
    assert len(about) == 1
    assert [one.alerts[0].kind for one in during if one.how is How.ALERT and one.alerts[0].animal == ""] == [
        Kind.GATEWAY
    ]
    told_before = {a.id for message in rehearse(alerts_of(table), POLICY, animals=100) for a in message.alerts}
    silent = {a.id for message in during for a in message.alerts if a.kind is Kind.SILENT_COLLAR}
    assert silent <= told_before
