"""One Hypothesis profile for the rules: no deadline per example, because a busy machine is not a broken promise."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
