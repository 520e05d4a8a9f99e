"""Consent as evidence: append-only records of who agreed to what, by which words, where and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Act(StrEnum):
    """What a consent record says."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"  #: no templates of any category
    RESUMED = "resumed"


class ConsentCategory(StrEnum):
    """What it is about."""

    MARKETING = "marketing"
    UTILITY = "utility"
    ALL = "all"


class ReportReason(StrEnum):
    """Why a person reports a message; the business never learns who."""

    NEVER_SIGNED_UP = "never_signed_up"
    POLITICAL = "political"
    SCAM = "scam"
    OFFENSIVE = "offensive"
    TOO_OFTEN = "too_often"
    NOT_INTERESTED = "not_interested"


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One piece of evidence; *source* is where it was given, *wording* the text the person saw."""

    act: Act
    category: ConsentCategory
    wording: str
    wording_version: str
    source: str
    actor: Literal["person", "business", "operator"]
    given_at: datetime
