"""Exports and JSON become readings, and what cannot be read is refused by name with the reason."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from clarine_herd.ingest.heatime import read_file, read_folder
from clarine_herd.ingest.rows import RefusedRowsError, table_of
from clarine_herd.readings import herds, merged
from clarine_herd.simulate import SAID
from tests.herd.spreadsheet import Cells, write_xlsx

ENGLISH: Cells = [
    "",
    "Cow Number",
    "Date",
    "Time",
    "Raw Activity Data",
    "Activity Change",
    "Days in Lactation",
    "Lactation Status",
]
GERMAN: Cells = ["", "Kuhnummer", "Laktationnummer", "Termin", "Zeit", "Laktationstage", "Aktivität ändern"]
DAY = "2019-02-04"


def at(hour: int) -> datetime:
    return datetime.fromisoformat(f"{DAY}T{hour:02}:00:00")


def test_an_english_export_is_read(tmp_path: Path) -> None:
    rows: list[Cells] = [
        ENGLISH,
        [1, "2131", DAY, "12:00 AM", 32, 0, 392, "Dry"],
        [2, "2131", DAY, "10:00 PM", 17, -3, 392, "Dry"],
        [3, "2131", DAY, "2:00 PM", None, None, None, ""],
        [None, "", "", "", None, None, None, ""],
    ]
    table = read_file(write_xlsx(tmp_path / "week.xlsx", rows))
    assert table.select(SAID).rows() == [
        ("2131", at(0), 32.0, 0.0, 392, "Dry"),
        ("2131", at(22), 17.0, -3.0, 392, "Dry"),
        ("2131", at(14), None, None, None, None),
    ]
    assert len(merged([table])) == 2


def test_a_german_export_is_read_with_its_index_alone(tmp_path: Path) -> None:
    rows: list[Cells] = [GERMAN, [1, 97, 2, "05.03.2019", "14:00", 56, 3]]
    table = read_file(write_xlsx(tmp_path / "woche.xlsx", rows))
    assert table.select(SAID).rows() == [("97", datetime.fromisoformat("2019-03-05T14:00:00"), None, 3.0, 56, None)]


def test_each_bad_file_is_refused_with_its_own_reason_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "empty.xls").write_bytes(b"")
    (tmp_path / "noise.xlsx").write_bytes(b"PK not really")
    (tmp_path / "notes.txt").write_text("cows")
    (tmp_path / ".hidden").write_text("")
    write_xlsx(tmp_path / "other.xlsx", [["A", "B", "C"], [1, 2, 3]])
    write_xlsx(tmp_path / "bare.xlsx", [ENGLISH])
    write_xlsx(tmp_path / "undated.xlsx", [ENGLISH, [1, "7", "someday", "noon", 1, 1, 1, ""]])
    write_xlsx(tmp_path / "week.xlsx", [ENGLISH, [1, "7", DAY, "2:00 AM", 1, 1, 1, ""]])
    read, refused = read_folder(tmp_path)
    assert [item.file for item in read] == ["week.xlsx"]
    reasons = {item.file: item.reason for item in refused}
    assert reasons == {
        "bare.xlsx": "there is no row below the headings",
        "empty.xls": "the file is empty (0 bytes)",
        "noise.xlsx": reasons["noise.xlsx"],
        "notes.txt": "it is not an .xlsx or .xls file",
        "other.xlsx": "it has no columns for cow number, date, time and activity (English or German); "
        "its first row is: A, B, C",
        "undated.xlsx": "no row has a cow number with a date and a time that can be read",
    }
    assert "cannot be opened as a spreadsheet" in reasons["noise.xlsx"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_folder(tmp_path / "nowhere")


def test_the_midnight_that_two_weekly_exports_share_is_one_reading(tmp_path: Path) -> None:
    first = read_file(write_xlsx(tmp_path / "a.xlsx", [ENGLISH, [1, "7", DAY, "12:00 AM", None, 4, 1, ""]]))
    second = read_file(write_xlsx(tmp_path / "b.xlsx", [ENGLISH, [1, "7", DAY, "12:00 AM", 9, None, None, "Dry"]]))
    assert merged([first, second]).select(SAID).rows() == [("7", at(0), 9.0, 4.0, 1, "Dry")]


def test_files_that_share_an_animal_are_one_herd_and_others_are_not() -> None:
    def week(*animals: str) -> pl.DataFrame:
        rows = [{"animal": name, "measured_at": at(0).isoformat(), "activity": 1} for name in animals]
        return table_of(json.dumps({"readings": rows}).encode(), ZoneInfo("UTC"))

    found = herds([week("1", "2"), week("9"), week("3"), week("2", "3")])
    assert [herd["animal"].to_list() for herd in found] == [["9"], ["1", "2", "3"]]


def test_json_times_become_the_farm_s_own() -> None:
    rows = [{"animal": "7", "measured_at": "2026-11-23T00:30:00Z", "activity": 4.5, "lactation_status": "Ready"}]
    table = table_of(json.dumps({"readings": rows}).encode(), ZoneInfo("Asia/Kolkata"))
    assert table.select(SAID).rows() == [("7", datetime.fromisoformat("2026-11-23T06:00:00"), 4.5, None, None, "Ready")]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "truncated"),
        ("{}", "missing required field `readings`"),
        ('{"readings":[]}', "length >= 1"),
        ('{"readings":[{"animal":"","measured_at":"2026-01-01T00:00:00","activity":1}]}', "length >= 1"),
        ('{"readings":[{"animal":"7","measured_at":"noon","activity":1}]}', "RFC3339"),
        ('{"readings":[{"animal":"7","measured_at":"2026-01-01T00:00:00","activity":-1}]}', "$.readings[0].activity"),
        ('{"readings":[{"animal":"7","measured_at":"2026-01-01T00:00:00","tail":1}]}', "unknown field `tail`"),
        ('{"readings":[{"animal":"7","measured_at":"2026-01-01T00:00:00"}]}', "None of activity"),
    ],
)
def test_a_batch_that_is_wrong_says_where(body: str, why: str) -> None:
    with pytest.raises(RefusedRowsError) as caught:
        table_of(body.encode(), ZoneInfo("UTC"))
    assert why in str(caught.value)
