"""Alerts as messages of the API: free messages with buttons inside the 24-hour window, templates outside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clarine_herd.alerts import Alert
from clarine_herd.kinds import Priority
from clarine_herd.voice import Option
from clarine_herd.words import BODY_MAX, Reason, Verb, Words

ALERT_TEMPLATE = "herd_alert"
DIGEST_TEMPLATE = "herd_digest"
CATEGORY = "UTILITY"

#: The templates' fixed words take the rest of the API's 1024 characters.
PARAMETER_MAX = 400
DIGEST_PARAMETER_MAX = 800


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button or list row of ours carries back: what was chosen, and its argument.

    ``verb`` is why, true, not or reason of an alert (``argument`` is the episode; for reason, ``reason`` says which),
    or say: ``argument`` is a command as if it had been written.
    """

    verb: str
    argument: str
    reason: str = ""


def tap_of(value: str) -> Tap | None:
    """The tap in a button's id or payload, None when it is not one of ours."""
    verb, _, rest = value.partition(":")
    match verb:
        case "why" | "true" | "not" | "say":
            return Tap(verb, rest)
        case "reason":
            reason, _, episode = rest.partition(":")
            return Tap(verb, episode, reason) if reason in set(Reason) else None
        case _:
            return None


def alert_options(words: Words, alert: Alert) -> list[Option]:
    """True, Not true, Why?: by their numbers, 1 is yes."""
    says = words.catalogue
    titles = {"true": says.true, "not": says.not_true, "why": says.why}
    return [Option(f"{verb}:{alert.id}", title) for verb, title in titles.items()]


def alert_text(words: Words, alert: Alert, at: datetime, *, escalated: bool = False) -> str:
    """The body of an alert that is read at farm time *at*: what was seen, and what to do."""
    return f"{_what(words, alert, escalated)}\n\n{words.advice(alert, told_at=at)}"[:BODY_MAX]


def alert_parameters(words: Words, alert: Alert, at: datetime, *, escalated: bool = False) -> list[str]:
    """The three variables of the alert template, each on one line."""
    what = _what(words, alert, escalated)
    return [_line(what), _line(words.advice(alert, told_at=at)), words.time(alert.opened_at)]


def digest_text(words: Words, alerts: Sequence[Alert], at: datetime) -> str:
    """The body of a digest: a line per alert, what is most pressing first."""
    head = words.catalogue.digest.format(when=words.date(at))
    return "\n".join([head, *(f"• {line}" for line in words.digest_lines(by_need(alerts), told_at=at))])


def digest_parameters(words: Words, alerts: Sequence[Alert], at: datetime) -> list[str]:
    """The two variables of the digest template; as many whole sentences as fit, then how many more there are."""
    kept: list[str] = []
    for count, alert in enumerate(by_need(alerts)):
        line = _line(words.digest_line(alert, told_at=at))
        if len(" ".join([*kept, line])) > DIGEST_PARAMETER_MAX:
            kept.append(words.catalogue.digest_more.format(count=words.number(len(alerts) - count)))
            break
        kept.append(line)
    return [words.date(at), " ".join(kept) or words.catalogue.digest_none]


def by_need(alerts: Sequence[Alert]) -> list[Alert]:
    """Alerts with those first that want something done soon."""
    rank = {priority: place for place, priority in enumerate(reversed(Priority))}
    return sorted(alerts, key=lambda alert: (rank[alert.traits.priority], alert.best_until is None, alert.opened_at))


def reason_options(words: Words, episode: str) -> list[Option]:
    """The list that "Not true" opens."""
    return [Option(f"reason:{reason}:{episode}", title) for reason, title in words.catalogue.reasons.items()]


def menu_options(words: Words) -> list[Option]:
    """The menu: each row says its command."""
    return [Option(f"say:{_written(words, verb)}", title) for verb, title in words.catalogue.chat.menu.items()]


def command_option(words: Words, verb: Verb, argument: str, title: str) -> Option:
    """A choice that stands for a command with its argument."""
    return Option(f"say:{_written(words, verb)} {argument}", title)


def template_components(words: Words, name: str) -> list[dict[str, Any]]:
    """The components with which a template is asked for (Cloud API: message_templates)."""
    says = words.catalogue
    what, advice, at = says.template_example
    if name == DIGEST_TEMPLATE:
        example = {"body_text": [[at, what]]}
        return [{"type": "BODY", "text": says.template_digest, "example": example}]
    buttons = [{"type": "QUICK_REPLY", "text": title} for title in (says.true, says.not_true, says.why)]
    return [
        {"type": "BODY", "text": says.template_alert, "example": {"body_text": [[what, advice, at]]}},
        {"type": "BUTTONS", "buttons": buttons},
    ]


def _written(words: Words, verb: Verb) -> str:
    return next(word for word, found in words.catalogue.chat.commands.items() if found is verb)


def _what(words: Words, alert: Alert, escalated: bool) -> str:
    return f"{words.catalogue.chat.escalated} {words.what(alert)}" if escalated else words.what(alert)


def _line(text: str) -> str:
    return " ".join(text.split(" ")).replace("\n", " ")[:PARAMETER_MAX]
