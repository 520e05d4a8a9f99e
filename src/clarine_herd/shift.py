"""An animal against its group: what moves all of them together is the feed, the weather or a dog, and no animal's own.

Valid where at least 75 % of the group and at least 20 collars report (AfiFarm's rule for group alerts); a smaller group
has no gate, and its animals are judged by their own past alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from clarine_herd.normal import ILLNESS_BINS, Grid, Hits, Matrix, Normal, median
from clarine_herd.scan import running

REPORTING_SHARE = 0.75
COLLARS_MIN = 20
SHIFTED_SHARE = 0.3
#: An animal has shifted when it is that many spreads away from its own normal.
SHIFTED_Z = 2.0


@dataclass(frozen=True, slots=True)
class Shift:
    """What the groups do together: ``up`` and ``down`` are (groups, bins), ``share`` the part of the group that shifted.

    ``heat_z`` and ``fall_z`` are normal's, less what the group does; ``muted`` (animals, bins) is where a group alert
    speaks for its animals.
    """

    groups: tuple[str, ...]
    up: Hits
    down: Hits
    share: Matrix
    heat_z: Matrix
    fall_z: Matrix
    muted: Hits


def shift_of(grid: Grid, normal: Normal, group_of: Mapping[str, str]) -> Shift:
    """The groups of a herd; an animal that *group_of* does not name belongs to the group without a name."""
    groups = tuple(sorted({group_of.get(animal, "") for animal in grid.animals}))
    members = np.array([groups.index(group_of.get(animal, "")) for animal in grid.animals])
    shape = (len(groups), grid.bins)
    up, down, share = np.zeros(shape, bool), np.zeros(shape, bool), np.zeros(shape)
    heat_z, fall_z = normal.heat_z.copy(), normal.fall_z.copy()
    for place in range(len(groups)):
        mine = members == place
        z, falls = normal.heat_z[mine], normal.fall_z[mine]
        valid = _valid(z)
        if not valid.any():
            continue
        above, below = (_share(z, hit) for hit in (z >= SHIFTED_Z, z <= -SHIFTED_Z))
        up[place], down[place] = valid & (above >= SHIFTED_SHARE), valid & (below >= SHIFTED_SHARE)
        share[place] = np.maximum(above, below)
        heat_z[mine] = z - np.where(valid, _middle(z), 0.0)
        fall_z[mine] = falls - np.where(valid, _middle(falls), 0.0)
    # Illness looks twelve hours back, so a group's bad hours speak for its animals twelve hours on.
    muted = running(up | down, ILLNESS_BINS)[members]
    return Shift(groups, up, down, share, heat_z, fall_z, muted)


def _valid(z: Matrix) -> Hits:
    reporting = np.isfinite(z).sum(0)
    valid: Hits = (reporting >= COLLARS_MIN) & (reporting >= REPORTING_SHARE * len(z))
    return valid


def _share(z: Matrix, hit: Hits) -> Matrix:
    found: Matrix = hit.sum(0) / np.maximum(np.isfinite(z).sum(0), 1)
    return found


def _middle(z: Matrix) -> Matrix:
    found = median(z.T)
    return np.where(np.isfinite(found), found, 0.0)
