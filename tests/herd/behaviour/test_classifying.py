"""Known behaviours are found again on animals that were never seen, and nothing of those animals leaks into their model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clarine_herd.behaviour.model import Model, TrainingError, answered, fitted
from clarine_herd.behaviour.posture import ANGLE_UNKNOWN, neck_angle
from clarine_herd.behaviour.recording import RecordingError
from clarine_herd.behaviour.trial import animals_left_out, carried_over, verdict
from clarine_herd.behaviour.views import Cut, View, cut_for, view_of
from tests.herd.behaviour.conftest import CUT
from tests.herd.behaviour.made import DOING, herd, recorded


def test_behaviours_are_found_on_animals_left_out_however_their_collars_hang(view: View) -> None:
    found = verdict(animals_left_out(view, CUT, grazing="eating"))
    assert found.macro_f1.value > 0.95
    assert found.worst_animal[1] > 0.8


def test_the_neck_stands_higher_above_its_grazing_posture_when_the_animal_lies(view: View) -> None:
    angle = neck_angle(view.down, view.label == "eating", day=view.day, group=view.group)
    medians = [float(np.median(angle[view.label == name])) for name in DOING]
    assert medians == pytest.approx([degrees for degrees, _, _ in DOING.values()], abs=6)


def test_an_animal_that_was_not_seen_to_graze_has_no_angle(view: View) -> None:
    nowhere = np.zeros(len(view.label), dtype=bool)
    assert set(neck_angle(view.down, nowhere, day=view.day, group=view.group)) == {ANGLE_UNKNOWN}


def test_a_slow_collar_is_read_row_by_row_from_what_surrounds_each_row() -> None:
    cut = Cut(rate_hz=0.5)
    slow = view_of(recorded(herd(animals=6, rate_hz=0.5, bout_s=120)), cut, by_label=True)
    assert len(slow.label) == 6 * 8 * 60
    assert verdict(animals_left_out(slow, cut, grazing="eating")).macro_f1.value > 0.9


def test_a_portable_model_reads_collars_that_hang_in_any_way_at_all() -> None:
    cut = cut_for(0.5, portable=True)
    first, second = (recorded(herd(rate_hz=0.5, bout_s=120, seed=seed)) for seed in (0, 3))
    upside_down = replace(second, acceleration=second.acceleration @ np.diag([-1.0, 1.0, -1.0]))
    model = fitted(view_of(first, cut, by_label=True), cut, grazing="eating")
    assert verdict(carried_over(model, view_of(upside_down, cut, by_label=True))).macro_f1.value > 0.8


def test_a_portable_model_is_not_made_of_a_fast_collar() -> None:
    with pytest.raises(RecordingError, match="thin them first"):
        cut_for(10.0, portable=True)


def test_the_labels_of_an_animal_left_out_cannot_change_what_is_said_of_it(view: View) -> None:
    mine = view.group == "cow 2"
    confused = replace(view, label=np.where(mine, np.roll(view.label, 50), view.label))
    honest = animals_left_out(view, CUT, grazing="eating")
    assert np.array_equal(animals_left_out(confused, CUT, grazing="eating").shares[mine], honest.shares[mine])


def test_the_unsure_answers_are_the_worse_ones() -> None:
    hard = view_of(recorded(herd(noise=12.0, rounds=3, seed=5)), CUT, by_label=True)
    cautious = animals_left_out(hard, CUT, grazing="eating")
    right = cautious.true == cautious.said
    assert 0.5 < cautious.sure.mean() < 1.0
    assert right[cautious.sure].mean() > right[~cautious.sure].mean() + 0.1


def test_a_model_is_carried_over_to_another_herd(model: Model) -> None:
    others = view_of(recorded(herd(seed=9)), CUT, by_label=True)
    assert verdict(carried_over(model, others)).macro_f1.value > 0.95


def test_the_same_data_gives_the_same_answer_to_the_last_bit(view: View, model: Model) -> None:
    again = fitted(view, CUT, grazing="eating")
    assert np.array_equal(answered(again, view).shares, answered(model, view).shares)


def test_behaviours_last_so_a_flicker_is_smoothed_away(model: Model, view: View) -> None:
    answer = answered(model, view)
    assert (view.label == answer.label).mean() > 0.98
    changes = (answer.label[1:] != answer.label[:-1]).sum()
    assert changes <= 4 * 8 * 1.3


@pytest.mark.parametrize(
    ("cows", "grazing", "reason"),
    [(2, "", "2 labelled animals are too few"), (4, "dancing", "no row is labelled dancing")],
)
def test_data_that_cannot_teach_is_refused(view: View, cows: int, grazing: str, reason: str) -> None:
    few = view.of(np.isin(view.group, [f"cow {at}" for at in range(cows)]))
    with pytest.raises(TrainingError, match=reason):
        fitted(few, CUT, grazing=grazing)


def test_one_label_teaches_nothing(view: View) -> None:
    with pytest.raises(TrainingError, match="one label only"):
        fitted(view.of(view.label == "eating"), CUT)
