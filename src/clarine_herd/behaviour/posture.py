"""Where down is, and how far the head is from where the animal grazes; both found from the animal's own unlabelled data.

A collar hangs as it was buckled on and turns in the course of days, so its axes mean nothing by themselves: gravity says
which way is down, and the head's own grazing posture is the zero from which the neck's angle is read. A cow that stands
holds the neck some 30–40 degrees above it, a cow that lies 45–60.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clarine_herd.behaviour.recording import Numbers, Texts

#: Fewer windows than this do not say where an animal's head is when it grazes.
WINDOWS_MIN = 8
#: Said of an animal that was not seen to graze: between standing and lying, so that it decides nothing.
ANGLE_UNKNOWN = 40.0
#: Where standing ends and lying begins, seen on collared cows; a hinge there lets a linear classifier bend.
ANGLE_HINGE = 45.0


def gravity_aligned(acceleration: Numbers, day: Texts) -> Numbers:
    """(n, 3) turned so that each collar-day's median vector points along the third axis."""
    turned = np.empty_like(acceleration)
    for one in np.unique(day):
        mine = day == one
        turned[mine] = acceleration[mine] @ _rotation_to_down(np.median(acceleration[mine], axis=0)).T
    return turned


def unit(vectors: Numbers) -> Numbers:
    """(n, 3) of length one."""
    lengths: Numbers = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-9)


def neck_angle(down: Numbers, grazes: NDArray[np.bool_], *, day: Texts, group: Texts) -> Numbers:
    """(n,) degrees between *down* (n, 3), unit vectors, and the animal's own grazing posture of that day.

    *grazes* (n,) is where a classifier thinks that it grazes. A day with too little of it takes the animal's other
    days; an animal with too little of it gets ANGLE_UNKNOWN.
    """
    angle = np.full(len(down), ANGLE_UNKNOWN)
    for one in np.unique(day):
        today = day == one
        seen = grazes & today
        if seen.sum() < WINDOWS_MIN:
            seen = grazes & (group == group[today][0])
        if seen.sum() >= WINDOWS_MIN:
            zero = unit(np.median(down[seen], axis=0))
            angle[today] = np.degrees(np.arccos(np.clip(down[today] @ zero, -1.0, 1.0)))
    return angle


def _rotation_to_down(vector: Numbers) -> Numbers:
    """The smallest turn that brings *vector* (3,) onto the third axis (Rodrigues' formula)."""
    x, y, z = unit(vector)
    if z < -0.999:
        return np.diag([1.0, -1.0, -1.0])
    cross = np.array([[0.0, 0.0, -x], [0.0, 0.0, -y], [x, y, 0.0]])
    turn: Numbers = np.eye(3) + cross + cross @ cross / (1.0 + z)
    return turn
