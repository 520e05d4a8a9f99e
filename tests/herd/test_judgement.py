"""Readings become the right alerts, once each, from the past alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from clarine_herd import simulate
from clarine_herd.alerts import Alert, alerts_of, count_by_kind
from clarine_herd.kinds import Kind, Rule
from clarine_herd.normal import BIN, BINS_PER_DAY, grid_of, normal_of
from clarine_herd.readings import SCHEMA

START = datetime.fromisoformat("2026-02-01T00:00:00")
DAYS = 12


def herd_of(
    activity: np.ndarray[tuple[int, int], np.dtype[np.float64]], *, days_in_milk: int = 60, status: str = "Ready"
) -> pl.DataFrame:
    """Rows of *activity* (animals, two-hour bins; NaN is silence) as readings."""
    animals, bins = activity.shape
    return pl.DataFrame(
        {
            "animal": np.repeat([f"cow{number}" for number in range(animals)], bins),
            "measured_at": [START + number * BIN for number in range(bins)] * animals,
            "activity": activity.ravel(),
            "activity_index": np.full(animals * bins, np.nan),
            "lactation_days": np.full(animals * bins, days_in_milk),
            "lactation_status": [status] * (animals * bins),
        },
        schema_overrides=SCHEMA,
        nan_to_null=True,
    ).drop_nulls("activity")


def calm(animals: int = 6, days: int = DAYS) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Animals that do the same every day, with a little unrest."""
    dice = np.random.default_rng(7)
    curve = np.tile(simulate.CURVE, (animals, days))
    return np.maximum(curve + dice.normal(0, 3, curve.shape), 0.0)


def only(alerts: list[Alert]) -> Alert:
    assert len(alerts) == 1
    return alerts[0]


def test_a_calm_herd_is_left_in_peace() -> None:
    assert alerts_of(herd_of(calm())) == []


def test_two_loud_bins_are_a_heat_and_one_is_not() -> None:
    activity = calm()
    activity[0, 100] *= 4
    assert alerts_of(herd_of(activity)) == []
    activity[0, 101:106] *= 4
    heat = only(alerts_of(herd_of(activity)))
    assert (heat.animal, heat.kind) == ("cow0", Kind.HEAT)
    assert heat.started_at == START + 100 * BIN
    assert heat.opened_at == START + 102 * BIN
    assert heat.last_at == START + 106 * BIN


def test_an_episode_that_pauses_is_still_one_episode() -> None:
    activity = calm()
    activity[0, [100, 101, 104, 105, 109, 110]] *= 4
    only(alerts_of(herd_of(activity)))


def test_a_second_heat_days_later_is_a_second_episode() -> None:
    activity = calm(days=16)
    activity[0, [100, 101, 160, 161]] *= 4
    assert [alert.started_at for alert in alerts_of(herd_of(activity))] == [START + 100 * BIN, START + 160 * BIN]


@pytest.mark.parametrize(
    ("days_in_milk", "status", "kind"),
    [
        (60, "Ready", Kind.HEAT),
        (12, "Colostrum", Kind.HEAT_TOO_EARLY),
        (250, "Dry", Kind.HEAT_IN_PREGNANCY),
        (0, "Pregnant Heifer", Kind.HEAT_IN_PREGNANCY),
    ],
)
def test_the_animal_s_life_decides_what_a_heat_means(days_in_milk: int, status: str, kind: Kind) -> None:
    activity = calm()
    activity[0, 100:104] *= 4
    assert only(alerts_of(herd_of(activity, days_in_milk=days_in_milk, status=status))).kind == kind


def test_a_fall_of_activity_over_half_a_day_is_an_illness() -> None:
    activity = calm()
    activity[2, 108:130] *= 0.4
    ill = only(alerts_of(herd_of(activity)))
    assert (ill.animal, ill.kind) == ("cow2", Kind.ILLNESS)
    assert START + 104 * BIN <= ill.started_at <= START + 108 * BIN
    assert ill.peak < 0.75


def test_a_collar_is_silent_after_twelve_hours_and_heard_again_at_once() -> None:
    activity = calm()
    activity[1, 100:105] = np.nan
    assert alerts_of(herd_of(activity)) == []
    activity[1, 105:110] = np.nan
    silent = only(alerts_of(herd_of(activity)))
    assert (silent.animal, silent.kind) == ("cow1", Kind.SILENT_COLLAR)
    assert silent.opened_at - silent.started_at == timedelta(hours=12)
    assert silent.ended_at == START + 110 * BIN


def test_a_herd_that_falls_silent_together_is_one_gateway() -> None:
    activity = calm()
    activity[:5, 100:112] = np.nan
    gateway = only(alerts_of(herd_of(activity)))
    assert (gateway.animal, gateway.kind) == ("", Kind.GATEWAY)


def test_before_four_days_there_is_no_normal() -> None:
    grid = grid_of(herd_of(calm(days=6)))
    normal = normal_of(grid)
    assert np.isnan(normal.heat_z[:, : 4 * BINS_PER_DAY]).all()
    assert np.isfinite(normal.heat_z[:, 4 * BINS_PER_DAY :]).all()


def test_what_comes_later_changes_nothing_that_was_said_before() -> None:
    table = simulate.herd(START, animals=12, days=16, seed=3).table
    cut = START + timedelta(days=12)
    early = grid_of(table.filter(pl.col("measured_at") < cut))
    late = grid_of(table)
    bins = early.activity.shape[1]
    for name in ("expected", "heat_z", "fall_ratio", "fall_z"):
        then, now = getattr(normal_of(early), name), getattr(normal_of(late), name)[:, :bins]
        np.testing.assert_array_equal(then, now)
    said = {(alert.id, alert.opened_at, alert.kind, alert.peak) for alert in alerts_of(table, until=cut)}
    again = {(a.id, a.opened_at, a.kind, a.peak) for a in alerts_of(table) if a.opened_at <= cut}
    assert said == again


def test_one_animal_and_cause_has_one_open_episode_at_a_time() -> None:
    alerts = alerts_of(simulate.herd(START, days=28, seed=5).table)
    for one in alerts:
        for other in alerts:
            same = one is not other and (one.animal, one.traits.rule) == (other.animal, other.traits.rule)
            assert not (same and one.started_at <= other.started_at <= one.last_at)


def test_an_index_alone_finds_heats_by_its_own_standard_deviation() -> None:
    bins = DAYS * BINS_PER_DAY
    index = np.zeros(bins)
    index[100:107] = [20, 40, 80, 80, 60, 36, 10]
    table = pl.DataFrame(
        {
            "animal": ["97"] * bins,
            "measured_at": [START + number * BIN for number in range(bins)],
            "activity": [None] * bins,
            "activity_index": index,
            "lactation_days": [None] * bins,
            "lactation_status": [None] * bins,
        },
        schema_overrides=SCHEMA,
    )
    heat = only(alerts_of(table))
    assert (heat.kind, heat.started_at, heat.peak) == (Kind.HEAT, START + 101 * BIN, 8.0)


def test_the_simulator_says_the_same_again_and_something_else_for_another_seed() -> None:
    one, again, other = (simulate.herd(START, animals=10, days=8, seed=seed) for seed in (1, 1, 2))
    assert one.table.equals(again.table)
    assert one.events == again.events
    assert not one.table.equals(other.table)


def test_most_simulated_heats_are_found_and_hardly_any_other() -> None:
    made = simulate.herd(START, animals=100, days=28, seed=11)
    from_day_five = START + timedelta(days=5)
    heats = [e for e in made.events if e.kind is Kind.HEAT and e.started_at >= from_day_five]
    alerts = [a for a in alerts_of(made.table) if a.traits.rule is Rule.HEAT and a.started_at >= from_day_five]
    slack = timedelta(hours=6)

    def meets(heat: simulate.Event, alert: Alert) -> bool:
        return heat.animal == alert.animal and heat.started_at - slack <= alert.started_at <= heat.ended_at

    found = sum(any(meets(heat, alert) for alert in alerts) for heat in heats)
    right = sum(any(meets(heat, alert) for heat in heats) for alert in alerts)
    assert found / len(heats) >= 0.9
    assert right / len(alerts) >= 0.85


def test_the_story_happens_on_its_first_day() -> None:
    at = START + timedelta(days=14, hours=9)
    table = simulate.herd(START, days=20, seed=1, story_at=at).table
    told = [a for a in alerts_of(table) if at - timedelta(hours=6) <= a.opened_at <= at + timedelta(days=1)]
    assert {alert.kind for alert in told} >= {Kind.HEAT, Kind.ILLNESS, Kind.SILENT_COLLAR}
    assert [a.id for a in alerts_of(table, until=at)] == [a.id for a in alerts_of(table) if a.opened_at <= at]


def test_an_alert_speaks_the_vocabulary_of_icar() -> None:
    activity = calm()
    activity[0, 100:104] *= 4
    icar = only(alerts_of(herd_of(activity))).icar()
    assert (icar["category"], icar["causes"], icar["priority"]) == ("Behaviour", ["Activity"], "Normal")
    assert count_by_kind([]) == dict.fromkeys(map(str, Kind), 0)
