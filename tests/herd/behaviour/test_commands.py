"""train, evaluate and classify as they are called: files, the card, refusals in one line, and a model that cannot run code."""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from clarine_herd.behaviour.model import Model, answered
from clarine_herd.behaviour.model_file import ModelFileError, Origin, loaded, written
from clarine_herd.behaviour.views import View
from clarine_herd.cli import app
from tests.herd.behaviour.made import COLUMNS, herd

AS_MADE = ["--labels", "doing", "--group", "cow", "--grazing", "eating"]


def called(*arguments: object) -> Result:
    """The command line, with nothing between."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data.parquet, the model made of it and its card."""
    folder = tmp_path_factory.mktemp("trained")
    herd(rounds=1).write_parquet(folder / "data.parquet")
    done = called("train", folder / "data.parquet", *AS_MADE, "--out", folder / "cows.model")
    assert done.exit_code == 0, done.output
    return folder


def test_a_model_has_a_card_that_says_what_it_is_and_how_far_to_trust_it(trained: Path) -> None:
    card = (trained / "cows.md").read_text(encoding="utf-8")
    for said in (
        "# Behaviour model: eating, lying, standing, walking",
        "`data.parquet` (SHA-256 `",
        "4 animals or collar records",
        "cow 0, cow 1, cow 2, cow 3",
        "left out in turn",
        "95 % from 1,000 bootstrap draws of animals",
        "random split (flatters",
        "| macro-F1 |",
        "| lying |",
        "answered (the rest is unsure)",
        "transductive",
        "## Meant for",
        "## Not meant for",
        "numpy ",
        "Made on 20",
    ):
        assert said in card


def test_the_same_data_gives_the_same_file(trained: Path) -> None:
    again = trained / "again.model"
    called("train", trained / "data.parquet", *AS_MADE, "--out", again)
    assert again.read_bytes() == (trained / "cows.model").read_bytes()
    assert again.stat().st_size < 1_000_000


def test_evaluate_leaves_animals_out_and_names_the_random_split(trained: Path) -> None:
    done = called("evaluate", trained / "data.parquet", *AS_MADE, "--json")
    figures = json.loads(done.stdout)
    assert figures["left_out"]["animals"] == 4
    assert figures["left_out"]["macro_f1"][0] > 0.9
    assert set(figures) == {"left_out", "random_split"}
    assert "flatters" in called("evaluate", trained / "data.parquet", *AS_MADE).stdout


def test_a_model_is_not_judged_on_animals_that_it_was_trained_on(trained: Path) -> None:
    done = called("evaluate", trained / "data.parquet", *AS_MADE, "--model", trained / "cows.model")
    assert done.exit_code == 2
    assert "was trained on cow 0" in done.stderr


def test_a_model_is_judged_on_others(trained: Path) -> None:
    others = herd(rounds=1, seed=7).with_columns(pl.concat_str(pl.lit("other "), "cow").alias("cow"))
    others.write_parquet(trained / "others.parquet")
    done = called("evaluate", trained / "others.parquet", *AS_MADE, "--model", trained / "cows.model", "--json")
    assert json.loads(done.stdout)["left_out"]["macro_f1"][0] > 0.9


def test_classify_writes_budgets_in_the_columns_of_readings(trained: Path) -> None:
    herd(rounds=1, bout_s=120, seed=7).drop("doing").write_csv(trained / "new.csv")
    done = called("classify", trained / "new.csv", "--model", trained / "cows.model", "--out", trained / "budget.csv")
    assert done.exit_code == 0, done.output
    budget = pl.read_csv(trained / "budget.csv")
    named = ["eating_min", "lying_min", "standing_min", "walking_min"]
    assert budget.columns == ["animal", "measured_at", "heard_min", *named, "unsure_min"]
    assert budget.height == 4
    for name in named:
        assert budget[name].to_list() == pytest.approx([2, 2, 2, 2], abs=1)
    assert (budget.select(pl.sum_horizontal(named)).to_series() == budget["heard_min"]).all()


def test_every_minute_can_be_had(trained: Path) -> None:
    herd(rounds=1, seed=7).write_parquet(trained / "new.parquet")
    called(
        "classify", trained / "new.parquet", "--model", trained / "cows.model", "--out", trained / "m.csv",
        "--period-min", 1,
    )  # fmt: skip
    assert pl.read_csv(trained / "m.csv").height == 16


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (["--labels", "nothing"], "there is no column nothing; there are cow, x, y, z, doing, time"),
        (["--axes", "x,y"], "--axes names three columns"),
        (["--time", "doing"], "column doing holds String"),
        (["--only", "flying"], "no window has one of the labels"),
        (["--grazing", "flying"], "no row is labelled flying"),
        (["--rate", "1000"], "1000 samples a second are more than 200"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(trained: Path, changed: list[str], reason: str) -> None:
    done = called("evaluate", trained / "data.parquet", *AS_MADE, *changed)
    assert done.exit_code == 2
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.xlsx").write_bytes(b"no")
    (tmp_path / "broken.parquet").write_bytes(b"no")
    for name, reason in (
        ("data.xlsx", "neither .parquet nor .csv"),
        ("broken.parquet", "cannot be read"),
        ("none.csv", "not a"),
    ):
        done = called("evaluate", tmp_path / name, *AS_MADE)
        assert (done.exit_code, reason in done.stderr) == (2, True), done.stderr


def test_acceleration_without_gravity_is_refused(tmp_path: Path) -> None:
    herd(rounds=1).with_columns(x=0.0, y=0.0, z=0.0).write_parquet(tmp_path / "still.parquet")
    assert "is gravity taken out?" in called("evaluate", tmp_path / "still.parquet", *AS_MADE).stderr


def test_a_model_comes_back_as_it_was(view: View, model: Model, tmp_path: Path) -> None:
    written(model, Origin(COLUMNS, ("cow 0",)), tmp_path / "a.model")
    known, origin = loaded(tmp_path / "a.model")
    assert origin == Origin(COLUMNS, ("cow 0",))
    assert np.array_equal(answered(known, view).shares, answered(model, view).shares)


class Evil:
    """What pickle would run."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("raise SystemExit('it ran')",))


def test_a_model_file_cannot_run_anything(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "pickle.model").write_bytes(pickle.dumps(Evil()))
    with pytest.raises(ModelFileError, match="not a behaviour model"):
        loaded(tmp_path / "pickle.model")
    held = np.array([Evil()], dtype=object)
    with zipfile.ZipFile(trained / "cows.model") as good, zipfile.ZipFile(tmp_path / "mixed.model", "w") as bad:
        bad.writestr("about.json", good.read("about.json"))
        with bad.open("bout_s.npy", "w") as member:
            np.lib.format.write_array(member, held, allow_pickle=True)
    with pytest.raises(ModelFileError, match="Object arrays cannot be loaded"):
        loaded(tmp_path / "mixed.model")


@pytest.mark.parametrize(
    ("member", "content", "reason"),
    [
        ("about.json", b"{}", "not a behaviour model"),
        ("about.json", b'{"format": "clarine-herd behaviour 9"}', "this version reads"),
        ("bout_s.npy", b"", "not a behaviour model"),
        ("more.bin", b"0" * 50_000_001, "larger than 50 MB"),
    ],
)
def test_a_damaged_model_file_is_refused(
    trained: Path, tmp_path: Path, member: str, content: bytes, reason: str
) -> None:
    with zipfile.ZipFile(trained / "cows.model") as good, zipfile.ZipFile(tmp_path / "bad.model", "w") as bad:
        for item in good.infolist():
            if item.filename != member:
                bad.writestr(item, good.read(item))
        bad.writestr(member, content, zipfile.ZIP_DEFLATED)
    with pytest.raises(ModelFileError, match=reason):
        loaded(tmp_path / "bad.model")
