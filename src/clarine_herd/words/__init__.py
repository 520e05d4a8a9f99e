"""Herd's words in the farmer's language: numbers and dates are the language's own, ids stay Latin and do not flip."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_datetime

from clarine_herd.advice import SOURCES
from clarine_herd.alerts import WINDOW_H, Alert
from clarine_herd.words.catalogue import Catalogue, Reason
from clarine_herd.words.en import ENGLISH
from clarine_herd.words.fr import FRENCH
from clarine_herd.words.hi import HINDI
from clarine_herd.words.ur import URDU

__all__ = ["LANGUAGES", "Catalogue", "Command", "Reason", "Words", "command_of"]

LANGUAGES: dict[str, Catalogue] = {found.code: found for found in (ENGLISH, FRENCH, HINDI, URDU)}

TEXT_MAX = 4096
BODY_MAX = 1024
DIGEST_LINES_MAX = 12

_LEFT_TO_RIGHT, _FIRST_STRONG, _POP = "\u2066", "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Command:
    """What a farmer wrote, in any of the four languages: a verb (empty when unknown) and what follows it."""

    verb: str
    argument: str = ""


def command_of(text: str) -> Command:
    """The command in *text*; digits of any script are read."""
    plain = "".join(str(unicodedata.digit(sign, sign)) for sign in unicodedata.normalize("NFC", text))
    first, _, rest = plain.strip().strip("!.?؟۔।").lower().partition(" ")
    verbs = {word: verb for catalogue in LANGUAGES.values() for word, verb in catalogue.words.items()}
    return Command(verbs.get(first, ""), rest.strip())


@dataclass(frozen=True, slots=True)
class Words:
    """One language, ready to speak. Raises KeyError for a language that we do not have."""

    catalogue: Catalogue

    @classmethod
    def of(cls, language: str) -> Words:
        """The words of *language* (en, fr, hi, ur)."""
        return cls(LANGUAGES[language])

    def id(self, text: str) -> str:
        """An animal's name, isolated where the text runs right to left."""
        return f"{_LEFT_TO_RIGHT}{text}{_POP}" if self.catalogue.right_to_left else text

    def number(self, value: int | str) -> str:
        """A number in the language's own digits."""
        return str(value).translate({ord("0") + n: chr(ord(self.catalogue.zero) + n) for n in range(10)})

    def time(self, at: datetime) -> str:
        """Weekday and time of a farm time, isolated as one piece."""
        text = self.number(format_datetime(at, "EEE HH:mm", locale=self.catalogue.locale))
        return f"{_FIRST_STRONG}{text}{_POP}" if self.catalogue.right_to_left else text

    def date(self, at: datetime) -> str:
        """Weekday, day, month and time of a farm time."""
        text = self.number(format_datetime(at, "EEE d MMM HH:mm", locale=self.catalogue.locale))
        return f"{_FIRST_STRONG}{text}{_POP}" if self.catalogue.right_to_left else text

    def what(self, alert: Alert) -> str:
        """What was seen, in one sentence."""
        return self._fill(self.catalogue.alerts[alert.kind].what, alert)

    def advice(self, alert: Alert) -> str:
        """What to do about it."""
        return self._fill(self.catalogue.alerts[alert.kind].advice, alert)

    def sources(self, alert: Alert) -> str:
        """Whom the rule and the advice are from."""
        cites = "; ".join(source.cite for source in SOURCES[alert.kind])
        return self.catalogue.source.format(cites=self.id(cites))

    def caption(self, alert: Alert) -> str:
        """Under the chart: how to read it, and the source (≤ 1024)."""
        read = self.catalogue.caption.format(animal=self.id(alert.animal))
        return f"{read} {self.catalogue.caption_window}\n{self.sources(alert)}"[:BODY_MAX]

    def digest_lines(self, alerts: Sequence[Alert]) -> list[str]:
        """One sentence per alert, at most twelve, then how many more."""
        lines = [self.what(alert) for alert in alerts[:DIGEST_LINES_MAX]]
        more = len(alerts) - len(lines)
        return [*lines, self.catalogue.digest_more.format(count=self.number(more))] if more else lines

    def _fill(self, sentence: str, alert: Alert) -> str:
        from_, best_from, best_to, to = (self.time(alert.started_at + timedelta(hours=hour)) for hour in WINDOW_H)
        return sentence.format(
            animal=self.id(alert.animal),
            start=self.time(alert.started_at),
            from_=from_,
            best_from=best_from,
            best_to=best_to,
            to=to,
            days=self.number(alert.days_since_calving or 0),
            percent=self.number(round(100 * (1 - alert.peak))),
        )
