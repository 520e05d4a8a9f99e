"""Each rule finds what it is for, the animal's life and its group decide what is made of it, and verdicts move it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from clarine_herd.alerts import Alert, alerts_of
from clarine_herd.climate import CLIMATE_SCHEMA
from clarine_herd.kinds import Kind, Priority, Rule
from clarine_herd.known import DeviceFact, Known
from clarine_herd.life import Event, EventKind, due_at
from clarine_herd.normal import BIN, BINS_PER_DAY, grid_of, normal_of
from clarine_herd.tuning import Verdict, strictness_now
from tests.herd.test_judgement import START, calm, herd_of, only

DAYS = 16
#: Ten in the morning of the thirteenth day.
NOW_BIN = 12 * BINS_PER_DAY + 5


def measured(
    days: int = DAYS, animals: int = 6, **columns: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> pl.DataFrame:
    """A calm herd whose collars also measure *columns* (animals, bins)."""
    table = herd_of(calm(animals, days))
    return table.with_columns(pl.Series(name, values.ravel()) for name, values in columns.items())


def steady(value: float, *, animals: int = 6, days: int = DAYS) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.full((animals, days * BINS_PER_DAY), value)


def heat(activity: np.ndarray[tuple[int, int], np.dtype[np.float64]], at: int = NOW_BIN) -> pl.DataFrame:
    """Animal 0 is four times as active as usual for eight hours from bin *at* on."""
    activity[0, at : at + 4] *= 4
    return herd_of(activity)


def heat_of(z: float) -> pl.DataFrame:
    """Animal 0 is *z* spreads above her normal for six hours."""
    activity = calm(6, DAYS)
    normal = normal_of(grid_of(herd_of(activity)))
    place = slice(NOW_BIN, NOW_BIN + 3)
    center, high = np.sqrt(normal.expected[0, place]), np.sqrt(normal.high[0, place])
    activity[0, place] = np.square(center + z * (high - center) / 2)
    return herd_of(activity)


def entered(kind: EventKind, at: int, animal: str = "cow0") -> Event:
    return Event(animal, kind, START + at * BIN)


def test_two_animals_are_a_herd_too() -> None:
    assert only(alerts_of(heat(calm(2, DAYS)))).kind is Kind.HEAT


def test_what_moves_the_whole_group_is_one_alert_and_no_animal_s() -> None:
    activity = calm(24, DAYS)
    activity[:10, NOW_BIN : NOW_BIN + 4] *= 4
    group = only(alerts_of(herd_of(activity)))
    assert (group.kind, group.animal, group.peak >= 0.3) == (Kind.GROUP_RESTLESS, "", True)
    activity = calm(24, DAYS)
    activity[:, NOW_BIN : NOW_BIN + 9] *= 0.3
    assert {alert.kind for alert in alerts_of(herd_of(activity))} == {Kind.GROUP_QUIET}


def test_below_twenty_collars_there_is_no_group() -> None:
    activity = calm(19, DAYS)
    activity[:10, NOW_BIN : NOW_BIN + 4] *= 4
    assert [alert.kind for alert in alerts_of(herd_of(activity))] == [Kind.HEAT] * 10


def test_a_group_of_which_too_few_report_is_no_group() -> None:
    activity = calm(28, DAYS)
    activity[:8, NOW_BIN - 2 :] = np.nan
    activity[10:17, NOW_BIN : NOW_BIN + 4] *= 4
    kinds = {alert.kind for alert in alerts_of(herd_of(activity))}
    assert Kind.HEAT in kinds
    assert Kind.GROUP_RESTLESS not in kinds


def test_groups_are_told_apart_by_their_names() -> None:
    activity = calm(44, DAYS)
    north = {f"cow{number}": "north" for number in range(22)}
    activity[:10, NOW_BIN : NOW_BIN + 4] *= 4
    activity[30, NOW_BIN : NOW_BIN + 4] *= 4
    found = alerts_of(herd_of(activity), known=Known(group_of=north))
    assert {(alert.kind, alert.animal, alert.group) for alert in found} == {
        (Kind.GROUP_RESTLESS, "", "north"),
        (Kind.HEAT, "cow30", ""),
    }


def test_an_inseminated_cow_is_not_called_in_heat_the_next_day_but_three_weeks_later() -> None:
    served = Known(events=(entered(EventKind.INSEMINATED, NOW_BIN - BINS_PER_DAY),))
    assert alerts_of(heat(calm(6, DAYS)), known=served) == []
    three_weeks = Known(events=(entered(EventKind.INSEMINATED, NOW_BIN - 21 * BINS_PER_DAY),))
    again = only(alerts_of(heat(calm(6, DAYS)), known=three_weeks))
    assert (again.kind, again.days) == (Kind.HEAT_AGAIN, 21)


def test_a_small_heat_is_believed_when_one_is_due() -> None:
    table = heat_of(3.2)
    assert alerts_of(table) == []
    known = Known(events=(entered(EventKind.HEAT, NOW_BIN - 21 * BINS_PER_DAY),))
    assert only(alerts_of(table, known=known)).kind is Kind.HEAT


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        ([(EventKind.PREGNANT, 40)], Kind.HEAT_IN_PREGNANCY),
        ([(EventKind.DRY, 40)], Kind.HEAT_IN_PREGNANCY),
        ([(EventKind.PREGNANT, 40), (EventKind.NOT_PREGNANT, 60)], Kind.HEAT),
        ([(EventKind.CALVED, 60)], Kind.HEAT_TOO_EARLY),
        ([(EventKind.PREGNANT, 40), (EventKind.CALVED, 60)], Kind.HEAT_TOO_EARLY),
    ],
)
def test_what_was_entered_decides_what_a_heat_means(events: list[tuple[EventKind, int]], kind: Kind) -> None:
    known = Known(events=tuple(entered(found, at) for found, at in events))
    assert only(alerts_of(heat(calm(6, DAYS)), known=known)).kind is kind


def test_an_event_changes_nothing_before_its_time() -> None:
    later = Known(events=(entered(EventKind.PREGNANT, NOW_BIN + 30),))
    assert only(alerts_of(heat(calm(6, DAYS)), known=later)).kind is Kind.HEAT


def test_a_treated_animal_is_not_called_ill() -> None:
    activity = calm(6, DAYS)
    activity[2, NOW_BIN : NOW_BIN + 20] *= 0.4
    table = herd_of(activity)
    assert only(alerts_of(table)).kind is Kind.ILLNESS
    assert alerts_of(table, known=Known(events=(entered(EventKind.TREATED, NOW_BIN, "cow2"),))) == []


def test_rumination_and_activity_together_are_an_illness_and_one_alone_is_not() -> None:
    chewing = steady(45.0)
    chewing[1, NOW_BIN : NOW_BIN + 14] = 20.0
    assert alerts_of(measured(ruminating_min=chewing)) == []
    activity = calm(6, DAYS)
    activity[1, NOW_BIN : NOW_BIN + 14] *= 0.7
    table = herd_of(activity).with_columns(pl.Series("ruminating_min", chewing.ravel()))
    ill = only(alerts_of(table))
    assert (ill.kind, ill.animal, ill.peak < 0.75) == (Kind.ILLNESS, "cow1", True)


def test_a_cow_fresh_in_milk_is_called_ill_sooner() -> None:
    activity = calm(6, DAYS)
    activity[2, NOW_BIN : NOW_BIN + 14] *= 0.745
    days_in_milk = {60: [], 20: [Kind.ILLNESS]}
    for days, kinds in days_in_milk.items():
        assert [alert.kind for alert in alerts_of(herd_of(activity, days_in_milk=days))] == kinds


def test_a_fever_is_an_illness_with_its_degrees() -> None:
    warm = steady(38.5)
    warm[3, NOW_BIN : NOW_BIN + 4] = 39.8
    fever = only(alerts_of(measured(temperature_c=warm)))
    assert (fever.kind, fever.traits.rule, fever.traits.cause) == (Kind.FEVER, Rule.ILLNESS, "AnimalTemperature")
    assert fever.peak == pytest.approx(1.3)


def test_four_days_of_less_walking_and_more_lying_are_worth_a_look_at_her_gait() -> None:
    walking, lying = steady(12.0), steady(60.0)
    walking[4, 8 * BINS_PER_DAY :] = 8.0
    assert alerts_of(measured(walking_min=walking)) == []
    lying[4, 8 * BINS_PER_DAY :] = 75.0
    lame = only(alerts_of(measured(walking_min=walking, lying_min=lying)))
    assert (lame.kind, lame.animal, lame.traits.priority) == (Kind.LAMENESS, "cow4", Priority.INFORMATIONAL)


def test_a_time_budget_is_made_up_for_what_was_not_heard() -> None:
    chewing, heard = steady(45.0), steady(120.0)
    activity = calm(6, DAYS)
    activity[1, NOW_BIN : NOW_BIN + 14] *= 0.7
    chewing[1, NOW_BIN : NOW_BIN + 14], heard[1, NOW_BIN : NOW_BIN + 14] = 20.0, 54.0
    columns = {"ruminating_min": chewing, "heard_min": heard}
    table = herd_of(activity).with_columns(pl.Series(name, values.ravel()) for name, values in columns.items())
    assert alerts_of(table) == []


def test_restless_and_lying_down_often_near_her_date_is_a_calving() -> None:
    bouts, chewing = steady(1.0), steady(45.0)
    bouts[0, NOW_BIN : NOW_BIN + 8], chewing[0, NOW_BIN : NOW_BIN + 8] = 3.0, 25.0
    table = measured(lying_bouts=bouts, ruminating_min=chewing)
    assert Kind.CALVING not in {alert.kind for alert in alerts_of(table)}
    served = START + NOW_BIN * BIN - timedelta(days=282)
    events = (Event("cow0", EventKind.INSEMINATED, served), Event("cow0", EventKind.PREGNANT, served + timedelta(35)))
    assert due_at(events) == served + timedelta(days=283)
    found = {alert.kind: alert for alert in alerts_of(table, known=Known(events=events))}
    assert found.keys() == {Kind.CALVING, Kind.CALVING_DUE}
    assert (found[Kind.CALVING_DUE].days, found[Kind.CALVING].traits.priority) == (3, Priority.URGENT)
    calved = (*events, entered(EventKind.CALVED, NOW_BIN - 40))
    assert Kind.CALVING not in {alert.kind for alert in alerts_of(table, known=Known(events=calved))}
    assert due_at(calved) is None


def air(temperature: float, hours: range) -> pl.DataFrame:
    times = [START + timedelta(hours=hour) for hour in range(DAYS * 24)]
    warm = [temperature if hour in hours else 12.0 for hour in range(DAYS * 24)]
    return pl.DataFrame({"measured_at": times, "temperature_c": warm, "humidity_pct": 60.0}, schema=CLIMATE_SCHEMA)


@pytest.mark.parametrize(
    ("temperature", "kind"),
    [(20.0, None), (26.0, Kind.HEAT_STRESS), (31.0, Kind.HEAT_STRESS_STRONG), (41.0, Kind.HEAT_STRESS_SEVERE)],
)
def test_heat_stress_is_one_message_for_the_herd_at_its_level(temperature: float, kind: Kind | None) -> None:
    # Two days' afternoons: the second is the same spell.
    hours = range(12 * 24 + 11, 12 * 24 + 17)
    climate = pl.concat([air(temperature, hours)]).with_columns(
        temperature_c=pl.when(
            pl.col("measured_at").dt.hour().is_between(11, 16) & (pl.col("measured_at") > START + timedelta(11))
        )
        .then(temperature)
        .otherwise(12.0)
    )
    found = alerts_of(herd_of(calm(6, DAYS)), known=Known(climate=climate))
    assert [(alert.kind, alert.animal) for alert in found] == ([(kind, "")] if kind else [])


def test_an_animal_that_does_not_move_by_day_is_critical_and_by_night_nothing() -> None:
    activity = calm(6, DAYS)
    activity[5, NOW_BIN - 5 : NOW_BIN - 3] = 0.0
    assert Kind.NO_MOVEMENT not in {alert.kind for alert in alerts_of(herd_of(activity))}
    activity = calm(6, DAYS)
    activity[5, NOW_BIN : NOW_BIN + 2] = 0.0
    still = only(alerts_of(herd_of(activity)))
    assert (still.kind, still.traits.priority) == (Kind.NO_MOVEMENT, Priority.CRITICAL)
    assert still.started_at == START + NOW_BIN * BIN
    assert still.opened_at == START + (NOW_BIN + 2) * BIN


def test_a_collar_that_never_counts_movement_calls_no_animal_fallen() -> None:
    assert alerts_of(herd_of(np.zeros_like(calm(6, DAYS)))) == []


def test_a_collar_that_says_it_is_outside_the_fence_is_critical() -> None:
    outside = steady(0.0)
    outside[2, NOW_BIN] = 6.0
    gone = only(alerts_of(measured(outside_min=outside)))
    assert (gone.kind, gone.traits.priority) == (Kind.OUTSIDE, Priority.CRITICAL)


def test_a_collar_that_turned_round_the_neck_is_loose_until_it_hangs_right_again() -> None:
    angle = steady(170.0)
    angle[2, NOW_BIN : NOW_BIN + 10] = -60.0
    # Half a turn further is the same direction: angles go round.
    angle[3, NOW_BIN : NOW_BIN + 10] = -190.0
    loose = only(alerts_of(measured(angle_deg=angle)))
    assert (loose.kind, loose.animal) == (Kind.LOOSE_COLLAR, "cow2")
    assert loose.ended_at == START + (NOW_BIN + 10) * BIN


def test_what_the_registry_knows_of_collars_is_told_too() -> None:
    fact = DeviceFact("cow3", Kind.BATTERY, START + NOW_BIN * BIN, 9.0)
    known = Known(devices=(fact, replace(fact, kind=Kind.LOOSE_COLLAR)))
    found = alerts_of(herd_of(calm(6, DAYS)), known=known)
    assert {(alert.kind, alert.peak) for alert in found} == {(Kind.BATTERY, 9.0), (Kind.LOOSE_COLLAR, 9.0)}
    assert alerts_of(herd_of(calm(6, DAYS)), until=fact.since, known=known) == []


def judged(*, true: bool, count: int, reason: str = "normal", animal: str = "cow0") -> tuple[Verdict, ...]:
    at = START + timedelta(days=10)
    return tuple(Verdict(animal, Rule.HEAT, true, at + timedelta(minutes=n), reason) for n in range(count))


def peak_of(alerts: list[Alert]) -> list[float]:
    return [round(alert.peak, 2) for alert in alerts]


def test_not_true_asks_for_more_and_true_for_less_within_bounds() -> None:
    table = heat_of(4.5)
    assert len(alerts_of(table)) == 1
    assert alerts_of(table, known=Known(verdicts=judged(true=False, count=3))) == []
    # However often she was called in vain, a heat as strong as most is told.
    assert len(alerts_of(heat(calm(6, DAYS)), known=Known(verdicts=judged(true=False, count=50)))) == 1
    now = START + timedelta(days=11)
    many = strictness_now(judged(true=False, count=50), Rule.HEAT, "cow0", now=now)
    few = strictness_now(judged(true=True, count=50), Rule.HEAT, "cow0", now=now)
    assert (round(many.value, 2), round(few.value, 2)) == (2.0, -0.7)
    assert (many.animal_false, few.farm_true) == (50, 50)


def test_a_verdict_teaches_nothing_about_the_past_and_nothing_when_the_collar_was_to_blame() -> None:
    table = heat_of(4.5)
    strict = judged(true=False, count=3)
    before = [replace(verdict, at=START + (NOW_BIN + 3) * BIN) for verdict in strict]
    assert peak_of(alerts_of(table, known=Known(verdicts=tuple(before)))) == peak_of(alerts_of(table))
    blamed = judged(true=False, count=9, reason="collar")
    assert strictness_now(blamed, Rule.HEAT, "cow0", now=START + timedelta(days=99)).value == 0
    other = judged(true=False, count=1)
    assert round(strictness_now(other, Rule.HEAT, "cow1", now=START + timedelta(days=11)).value, 2) == 0.1


def test_a_farm_may_ask_for_less_of_everything() -> None:
    assert alerts_of(heat_of(4.5), known=Known(strictness=2.0)) == []


def test_replay_and_live_agree_with_events_verdicts_and_groups() -> None:
    activity = calm(24, 20)
    activity[3, 100:104] *= 4
    activity[3, 180:184] *= 4
    activity[:9, 200:204] *= 4
    activity[7, 150:170] *= 0.4
    known = Known(
        events=(entered(EventKind.INSEMINATED, 110, "cow3"), entered(EventKind.TREATED, 155, "cow7")),
        verdicts=(Verdict("cow3", Rule.HEAT, False, START + 120 * BIN, "normal"),),
    )
    whole = alerts_of(herd_of(activity), known=known)
    assert {alert.kind for alert in whole} >= {Kind.HEAT, Kind.GROUP_RESTLESS, Kind.ILLNESS}
    for day in range(8, 20):
        cut = START + timedelta(days=day)
        live = {(a.id, a.kind, a.opened_at) for a in alerts_of(herd_of(activity), until=cut, known=known)}
        assert live == {(a.id, a.kind, a.opened_at) for a in whole if a.opened_at <= cut}
