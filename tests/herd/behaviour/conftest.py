"""One made herd, cut once, for every test that only reads it."""

from __future__ import annotations

import pytest

from clarine_herd.behaviour.model import Model, fitted
from clarine_herd.behaviour.views import Cut, View, view_of
from tests.herd.behaviour.made import herd, recorded

CUT = Cut(rate_hz=10.0)


@pytest.fixture(scope="session")
def view() -> View:
    """Four animals at ten samples a second."""
    return view_of(recorded(herd()), CUT, by_label=True)


@pytest.fixture(scope="session")
def model(view: View) -> Model:
    """Trained on all four."""
    return fitted(view, CUT, grazing="eating")
