"""Raw acceleration at the door: a table of samples becomes a Recording in units of gravity, or is refused in plain words.

Samples are ordered by animal and time; the unit is found from the recording itself, because gravity is always there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Texts = NDArray[np.str_]

ROWS_MAX = 20_000_000
FILE_BYTES_MAX = 4_000_000_000
EXTRA_MAX = 12
#: A label of a sample that nobody watched.
UNLABELLED = ""


class RecordingError(ValueError):
    """This table is not a recording; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table are what; ``extra`` are further channels, such as a gyroscope's or the speed."""

    group: str
    labels: str | None = None
    time: str = "time"
    axes: tuple[str, str, str] = ("x", "y", "z")
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """Samples of one or more animals, sorted by animal and time.

    ``group`` (n,) names the animal or collar record, ``day`` (n,) its days; ``time_s`` (n,) is in seconds,
    ``acceleration`` (n, 3) in units of gravity, ``extra`` (n, channels) as it came, ``label`` (n,) what was watched.
    """

    group: Texts
    day: Texts
    time_s: Numbers
    acceleration: Numbers
    extra: Numbers
    label: Texts

    def of(self, chosen: NDArray[np.bool_]) -> Recording:
        """The samples that *chosen* (n,) marks."""
        return Recording(*(getattr(self, name)[chosen] for name in self.__slots__))


def read(path: Path) -> pl.DataFrame:
    """A parquet or csv file as a table. Raises RecordingError."""
    if not path.is_file():
        raise RecordingError(f"{path} is not a file")
    if path.stat().st_size > FILE_BYTES_MAX:
        raise RecordingError(f"{path.name} is larger than {FILE_BYTES_MAX // 1_000_000_000} GB: split it by animal")
    try:
        match path.suffix.lower():
            case ".parquet":
                return pl.read_parquet(path)
            case ".csv":
                return pl.read_csv(path, infer_schema_length=10_000, try_parse_dates=True)
    except (pl.exceptions.PolarsError, OSError) as reason:
        raise RecordingError(f"{path.name} cannot be read ({reason})") from reason
    raise RecordingError(f"{path.name} is neither .parquet nor .csv")


def recording_of(table: pl.DataFrame, columns: Columns) -> Recording:
    """A table of samples as a Recording; rows without a time or with an axis missing are left out. Raises RecordingError."""
    _check(table, columns)
    table = table.select(
        pl.col(columns.group).cast(pl.String).alias("group"),
        _seconds(table, columns.time).alias("time_s"),
        *(pl.col(name).cast(pl.Float64, strict=False).alias(f"a{at}") for at, name in enumerate(columns.axes)),
        *(pl.col(name).cast(pl.Float64, strict=False).alias(f"e{at}") for at, name in enumerate(columns.extra)),
        _label(columns).alias("label"),
    )
    needed = [name for name in table.columns if name != "label"]
    table = table.drop_nulls(needed).filter(pl.all_horizontal(pl.col(*needed[1:]).is_finite()))
    if table.is_empty():
        raise RecordingError("no row has a group, a time and all axes as numbers")
    table = table.sort("group", "time_s", maintain_order=True)
    group = _texts(table["group"])
    time_s = table["time_s"].to_numpy()
    days = _texts(pl.Series(time_s // 86_400).cast(pl.Int64).cast(pl.String))
    return Recording(
        group,
        np.char.add(np.char.add(group, "/"), days),
        time_s,
        _in_gravities(_matrix(table, "a", 3), group),
        _matrix(table, "e", len(columns.extra)),
        _texts(table["label"]),
    )


def stretches(*keys: Texts, time_s: Numbers, gap_s: float) -> list[tuple[int, int]]:
    """(start, end) of each run of samples with equal keys and no step in time larger than *gap_s*."""
    new = np.diff(time_s) > gap_s
    for key in keys:
        new |= key[1:] != key[:-1]
    edges = np.flatnonzero(new) + 1
    return list(zip([0, *edges.tolist()], [*edges.tolist(), len(time_s)], strict=True))


def _check(table: pl.DataFrame, columns: Columns) -> None:
    wanted = [columns.group, columns.time, *columns.axes, *columns.extra, *([columns.labels] if columns.labels else [])]
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise RecordingError(f"there is no column {', '.join(missing)}; there are {', '.join(table.columns)[:400]}")
    if table.height > ROWS_MAX:
        raise RecordingError(f"it has more than {ROWS_MAX:,} rows: split it by animal")
    if len(columns.extra) > EXTRA_MAX:
        raise RecordingError(f"more than {EXTRA_MAX} extra channels were named")


def _seconds(table: pl.DataFrame, name: str) -> pl.Expr:
    kind = table.schema[name]
    if isinstance(kind, pl.Datetime):
        return pl.col(name).dt.epoch("us") / 1e6
    if kind.is_numeric():
        return pl.col(name).cast(pl.Float64)
    raise RecordingError(f"column {name} holds {kind}; a time is a timestamp or a number of seconds")


def _label(columns: Columns) -> pl.Expr:
    if columns.labels is None:
        return pl.lit(UNLABELLED)
    return pl.col(columns.labels).cast(pl.String).str.strip_chars().fill_null(UNLABELLED)


def _in_gravities(acceleration: Numbers, group: Texts) -> Numbers:
    """Whatever the unit, an animal's median magnitude is one gravity."""
    size = np.linalg.norm(acceleration, axis=1)
    scaled = acceleration.copy()
    for animal in np.unique(group):
        mine = group == animal
        gravity = float(np.median(size[mine]))
        if gravity <= 0:
            raise RecordingError(f"the axes of {animal} are zero: is gravity taken out? Raw acceleration is needed")
        scaled[mine] /= gravity
    return scaled


def _matrix(table: pl.DataFrame, prefix: str, width: int) -> Numbers:
    columns: Sequence[Numbers] = [table[f"{prefix}{at}"].to_numpy() for at in range(width)]
    return np.column_stack(columns).astype(np.float64) if width else np.empty((table.height, 0))


def _texts(series: pl.Series) -> Texts:
    return np.array(series.to_list(), dtype=np.str_)
