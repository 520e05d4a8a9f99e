"""A made herd with collars that hang anyhow: four behaviours that differ in posture, movement and rhythm as cows' do."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl

from clarine_herd.behaviour.recording import Columns, Numbers, Recording, recording_of

COLUMNS = Columns("cow", "doing")
BEGIN = datetime.fromisoformat("2026-05-01T06:00:00")
#: Behaviour → degrees that the neck stands above grazing, movement in gravities, rhythm in hertz.
DOING = {
    "eating": (0.0, 0.15, 1.3),
    "walking": (20.0, 0.12, 0.8),
    "standing": (32.0, 0.01, 0.0),
    "lying": (52.0, 0.01, 0.0),
}


def herd(
    *, animals: int = 4, bout_s: int = 60, rounds: int = 2, rate_hz: float = 10.0, noise: float = 1.0, seed: int = 0
) -> pl.DataFrame:
    """Samples ``cow, time, x, y, z, doing`` in metres per second squared; each animal does all, in an order of its own."""
    chance = np.random.default_rng(seed)
    tables = []
    for animal in range(animals):
        hangs = _hung(chance)
        order = [name for _ in range(rounds) for name in chance.permutation(list(DOING)).tolist()]
        samples = np.concatenate([_bout(name, round(bout_s * rate_hz), rate_hz, noise, chance) for name in order])
        doing = np.repeat(order, round(bout_s * rate_hz))
        x, y, z = (samples @ hangs).T * 9.81
        at = pl.Series(np.round(np.arange(len(doing)) / rate_hz * 1e6).astype("int64")).cast(pl.Duration("us"))
        tables.append(
            pl.DataFrame({"cow": [f"cow {animal}"] * len(doing), "x": x, "y": y, "z": z, "doing": doing}).with_columns(
                time=pl.lit(BEGIN).cast(pl.Datetime("us")) + at
            )
        )
    return pl.concat(tables)


def recorded(table: pl.DataFrame) -> Recording:
    """The table as a recording."""
    return recording_of(table, COLUMNS)


def _bout(name: str, samples: int, rate_hz: float, noise: float, chance: np.random.Generator) -> Numbers:
    degrees, size, rhythm_hz = DOING[name]
    drift = np.cumsum(chance.normal(0, 0.4, samples)) / np.sqrt(rate_hz)
    angle = np.radians(-50.0 + degrees + np.clip(drift, -4, 4))
    down = np.column_stack([np.zeros(samples), np.sin(angle), np.cos(angle)])
    beat = size * np.sin(2 * np.pi * rhythm_hz * np.arange(samples) / rate_hz + chance.uniform(0, 6))
    moved: Numbers = down + beat[:, None] * [0.2, 0.5, 1.0] + chance.normal(0, (size * 0.5 + 0.004) * noise, down.shape)
    return moved


def _hung(chance: np.random.Generator) -> Numbers:
    """A rotation (3, 3) by up to 40 degrees about any axis, and on half of the animals buckled on the other way round."""
    x, y, z = (axis := chance.normal(size=3)) / np.linalg.norm(axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    angle = np.radians(chance.uniform(-40, 40))
    turned: Numbers = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return turned @ np.diag(chance.choice([-1.0, 1.0]) * np.array([1.0, 1.0, 0.0]) + [0.0, 0.0, 1.0])
