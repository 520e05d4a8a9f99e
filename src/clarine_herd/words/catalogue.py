"""What Herd says, as one frozen record per language; a language that lacks a sentence does not type-check.

Fields in braces are filled by ``clarine_herd.words``; buttons are at most 20 characters, list titles 24.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clarine_herd.kinds import Kind
from clarine_herd.words.chat import Chat
from clarine_herd.words.page import Page
from clarine_herd.words.paper import Paper


class Reason(StrEnum):
    """Why the farmer says that an alert was not true; the list's row ids."""

    NORMAL = "normal"
    OTHER_CAUSE = "other_cause"
    MOVED = "moved"
    COLLAR = "collar"
    WRONG_ANIMAL = "wrong_animal"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Said:
    """An alert in words: what was seen, and what to do about it."""

    what: str
    advice: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every sentence of one language."""

    code: str
    locale: str
    right_to_left: bool
    zero: str
    species: dict[str, tuple[str, str]]
    today: str
    tomorrow: str
    within: str
    across: str
    herd: str
    heat_best: str
    kinds: dict[Kind, str]
    alerts: dict[Kind, Said]
    reasons: dict[Reason, str]
    why: str
    true: str
    not_true: str
    ask_reason: str
    ask_button: str
    thanks_true: str
    thanks_reason: str
    too_old: str
    digest: str
    digest_more: str
    digest_none: str
    template_alert: str
    template_digest: str
    template_example: tuple[str, str, str]
    caption: str
    caption_window: str
    source: str
    chart_title: str
    chart_activity: str
    chart_index: str
    chart_normal: str
    chart_alert: str
    chart_unit: str
    chat: Chat
    paper: Paper
    page: Page
