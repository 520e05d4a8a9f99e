"""A model as one file of plain numbers: a zip of numpy arrays and one JSON text. Nothing in it can run.

Pickle would run whatever a stranger put into it; this is read with ``allow_pickle=False``, within limits
(docs/decisions/0012-behaviour-by-a-ridge.md).
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clarine_herd.behaviour.dwell import Dwell
from clarine_herd.behaviour.model import Model
from clarine_herd.behaviour.recording import Columns, Numbers
from clarine_herd.behaviour.ridge import Ridge
from clarine_herd.behaviour.views import Cut

FORMAT = "clarine-herd behaviour 1"
BYTES_MAX = 50_000_000
#: A zip file carries the date of its members; one date, so that the same model is the same bytes.
MEMBER_DATE = (1980, 1, 1, 0, 0, 0)


class ModelFileError(ValueError):
    """This file is not a model of ours; the message says why."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model comes from: its columns, the animals that it was trained on, and the channels beside acceleration."""

    columns: Columns
    animals: tuple[str, ...]


def written(model: Model, origin: Origin, path: Path) -> None:
    """Write *model* to *path*. The same model gives the same bytes."""
    about = {
        "format": FORMAT,
        "cut": asdict(model.cut),
        "grazing": model.grazing,
        "classes": model.classes.tolist(),
        "sharpness": model.sharpness,
        "penalty": model.penalty,
        "sure": model.sure,
        "columns": asdict(origin.columns),
        "animals": list(origin.animals),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("about.json", MEMBER_DATE), json.dumps(about, indent=1, ensure_ascii=False))
        for name, values in _arrays(model).items():
            held = io.BytesIO()
            np.save(held, values, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", MEMBER_DATE), held.getvalue(), zipfile.ZIP_DEFLATED)


def loaded(path: Path) -> tuple[Model, Origin]:
    """The model in *path* and where it comes from. Raises ModelFileError."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > BYTES_MAX:
                raise ModelFileError(f"{path.name} is larger than {BYTES_MAX // 1_000_000} MB")
            about = json.loads(archive.read("about.json"))
            arrays = {
                item.filename.removesuffix(".npy"): np.load(io.BytesIO(archive.read(item)), allow_pickle=False)
                for item in archive.infolist()
                if item.filename.endswith(".npy")
            }
        return _model(about, arrays), _origin(about)
    except ModelFileError:
        raise
    except (OSError, EOFError, zipfile.BadZipFile, ValueError, KeyError, TypeError) as reason:
        raise ModelFileError(f"{path.name} is not a behaviour model ({reason})") from reason


def _arrays(model: Model) -> dict[str, Numbers]:
    ridges = {
        f"{name}_{part}": getattr(one, part)
        for name, one in (("movement", model.movement), ("posture", model.posture))
        for part in ("mean", "spread", "center", "weights", "offset")
    }
    return {**ridges, "bout_s": model.dwell.bout_s, "next_share": model.dwell.next_share}


def _model(about: dict[str, Any], arrays: dict[str, Numbers]) -> Model:
    if about["format"] != FORMAT:
        raise ModelFileError(f"it says {about['format']!r}, and this version reads {FORMAT!r}")
    classes = np.array(about["classes"], dtype=np.str_)
    cut = Cut(**{**about["cut"], "radii_s": tuple(about["cut"]["radii_s"])})
    return Model(
        cut,
        str(about["grazing"]),
        _ridge("movement", classes, arrays),
        _ridge("posture", classes, arrays),
        float(about["sharpness"]),
        float(about["penalty"]),
        Dwell(_shaped(arrays["bout_s"], len(classes)), _shaped(arrays["next_share"], len(classes), len(classes))),
        float(about["sure"]),
    )


def _ridge(name: str, classes: np.ndarray[Any, np.dtype[np.str_]], arrays: dict[str, Numbers]) -> Ridge:
    features = len(arrays[f"{name}_mean"])
    mean, spread, center = (_shaped(arrays[f"{name}_{part}"], features) for part in ("mean", "spread", "center"))
    weights = _shaped(arrays[f"{name}_weights"], features, len(classes))
    return Ridge(classes, mean, spread, center, weights, _shaped(arrays[f"{name}_offset"], len(classes)))


def _shaped(values: Numbers, *shape: int) -> Numbers:
    if values.shape != shape or values.dtype != np.float64 or not np.isfinite(values).all():
        raise ModelFileError(f"an array has shape {values.shape} where {shape} finite numbers belong")
    return values


def _origin(about: dict[str, Any]) -> Origin:
    columns = about["columns"]
    known = Columns(**{**columns, "axes": tuple(columns["axes"]), "extra": tuple(columns["extra"])})
    return Origin(known, tuple(about["animals"]))
