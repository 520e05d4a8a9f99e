"""Alerts as messages of the API: free messages with buttons inside the 24-hour window, templates outside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clarine.client import Button, Row, Section
from clarine_herd.alerts import Alert
from clarine_herd.words import BODY_MAX, Reason, Words

ALERT_TEMPLATE = "herd_alert"
DIGEST_TEMPLATE = "herd_digest"
CATEGORY = "UTILITY"

#: The templates' fixed words take the rest of the API's 1024 characters.
PARAMETER_MAX = 400
DIGEST_PARAMETER_MAX = 800


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button or list row of ours carries back: why, true, not or reason; the episode; for reason, which."""

    verb: str
    episode: str
    reason: str = ""


def tap_of(value: str) -> Tap | None:
    """The tap in a button's id or payload, None when it is not one of ours."""
    verb, _, rest = value.partition(":")
    match verb:
        case "why" | "true" | "not":
            return Tap(verb, rest)
        case "reason":
            reason, _, episode = rest.partition(":")
            return Tap(verb, episode, reason) if reason in set(Reason) else None
        case _:
            return None


def alert_buttons(words: Words, alert: Alert) -> list[Button]:
    """Why?, True, Not true."""
    says = words.catalogue
    titles = {"why": says.why, "true": says.true, "not": says.not_true}
    return [Button(f"{verb}:{alert.id}", title) for verb, title in titles.items()]


def alert_text(words: Words, alert: Alert) -> str:
    """The body of an alert: what was seen, and what to do."""
    return f"{words.what(alert)}\n\n{words.advice(alert)}"[:BODY_MAX]


def alert_parameters(words: Words, alert: Alert) -> list[str]:
    """The three variables of the alert template, each on one line."""
    return [_line(words.what(alert)), _line(words.advice(alert)), words.time(alert.opened_at)]


def digest_text(words: Words, alerts: Sequence[Alert], at: datetime) -> str:
    """The body of a digest: a line per alert."""
    head = words.catalogue.digest.format(when=words.date(at))
    return "\n".join([head, *(f"• {line}" for line in words.digest_lines(alerts))])


def digest_parameters(words: Words, alerts: Sequence[Alert], at: datetime) -> list[str]:
    """The two variables of the digest template; as many whole sentences as fit, then how many more there are."""
    kept: list[str] = []
    for count, alert in enumerate(alerts):
        line = _line(words.what(alert))
        if len(" ".join([*kept, line])) > DIGEST_PARAMETER_MAX:
            kept.append(words.catalogue.digest_more.format(count=words.number(len(alerts) - count)))
            break
        kept.append(line)
    return [words.date(at), " ".join(kept) or words.catalogue.digest_none]


def reason_sections(words: Words, episode: str) -> list[Section]:
    """The list that "Not true" opens."""
    rows = tuple(Row(f"reason:{reason}:{episode}", title) for reason, title in words.catalogue.reasons.items())
    return [Section(words.catalogue.not_true, rows)]


def template_components(words: Words, name: str) -> list[dict[str, Any]]:
    """The components with which a template is asked for (Cloud API: message_templates)."""
    says = words.catalogue
    what, advice, at = says.template_example
    if name == DIGEST_TEMPLATE:
        example = {"body_text": [[at, what]]}
        return [{"type": "BODY", "text": says.template_digest, "example": example}]
    buttons = [{"type": "QUICK_REPLY", "text": title} for title in (says.why, says.true, says.not_true)]
    return [
        {"type": "BODY", "text": says.template_alert, "example": {"body_text": [[what, advice, at]]}},
        {"type": "BUTTONS", "buttons": buttons},
    ]


def _line(text: str) -> str:
    return " ".join(text.split(" ")).replace("\n", " ")[:PARAMETER_MAX]
