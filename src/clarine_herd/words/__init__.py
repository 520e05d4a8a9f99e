"""Herd's words in the farmer's language: numbers and dates are the language's own, ids stay Latin and do not flip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_datetime

from clarine_herd.advice import SOURCES
from clarine_herd.alerts import WINDOW_H, Alert
from clarine_herd.words.catalogue import Catalogue, Reason
from clarine_herd.words.chat import Verb
from clarine_herd.words.en import ENGLISH
from clarine_herd.words.fr import FRENCH
from clarine_herd.words.hi import HINDI
from clarine_herd.words.ur import URDU

__all__ = ["LANGUAGES", "SPECIES", "Catalogue", "Reason", "Verb", "Words"]

LANGUAGES: dict[str, Catalogue] = {found.code: found for found in (ENGLISH, FRENCH, HINDI, URDU)}
#: Each language by its own name, for choosing.
LANGUAGE_NAMES = {"en": "English", "fr": "Français", "hi": "हिंदी", "ur": "اردو"}
SPECIES = tuple(ENGLISH.species)

TEXT_MAX = 4096
BODY_MAX = 1024
DIGEST_LINES_MAX = 12

_LEFT_TO_RIGHT, _FIRST_STRONG, _POP = "\u2066", "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Words:
    """One language, ready to speak of one species. Raises KeyError for a language that we do not have."""

    catalogue: Catalogue
    species: str = "cattle"

    @classmethod
    def of(cls, language: str, species: str = "cattle") -> Words:
        """The words of *language* (en, fr, hi, ur) for *species* (cattle, buffalo)."""
        return cls(LANGUAGES[language], species)

    def fill(self, sentence: str, **gaps: str) -> str:
        """A sentence of the catalogue with its gaps filled; ``{cow}`` and ``{Cow}`` are the farm's species."""
        cow, at_the_start = self.catalogue.species[self.species]
        return sentence.format(cow=cow, Cow=at_the_start, **gaps)

    def id(self, text: str) -> str:
        """An animal's name, isolated where the text runs right to left."""
        return f"{_LEFT_TO_RIGHT}{text}{_POP}" if self.catalogue.right_to_left else text

    def said(self, text: str) -> str:
        """Somebody's own words inside a sentence, isolated whatever script they are in."""
        return f"{_FIRST_STRONG}{text}{_POP}" if self.catalogue.right_to_left else text

    def number(self, value: int | str) -> str:
        """A number in the language's own digits."""
        return str(value).translate({ord("0") + n: chr(ord(self.catalogue.zero) + n) for n in range(10)})

    def decimal(self, value: float) -> str:
        """A number with one decimal, as the language writes it."""
        point = {"fr": ",", "ur": "٫"}.get(self.catalogue.code, ".")
        return self.number(f"{value:.1f}".replace(".", point))

    def time(self, at: datetime) -> str:
        """Weekday and time of a farm time, isolated as one piece."""
        return self._formatted(at, "EEE HH:mm")

    def date(self, at: datetime) -> str:
        """Weekday, day, month and time of a farm time."""
        return self._formatted(at, "EEE d MMM HH:mm")

    def day(self, at: datetime) -> str:
        """Weekday, day and month of a farm time."""
        return self._formatted(at, "EEE d MMM")

    def hours(self, start: datetime, end: datetime, *, told_at: datetime) -> str:
        """From when to when, as somebody who reads it at *told_at* would say it: today, tomorrow, or the weekday."""
        last = end - timedelta(minutes=1)
        same = start.date() == last.date()
        clock = "24:00" if same and end.date() != start.date() else f"{end:%H:%M}"
        gaps = {"from_": self._clock(f"{start:%H:%M}"), "to": self._clock(clock)}
        if same:
            return self.catalogue.within.format(day=self._day(start, told_at), **gaps)
        days = {"from_day": self._day(start, told_at), "to_day": self._day(end, told_at)}
        return self.catalogue.across.format(**gaps, **days)

    def what(self, alert: Alert) -> str:
        """What was seen, in one sentence."""
        return self._told(self.catalogue.alerts[alert.kind].what, alert, alert.opened_at)

    def advice(self, alert: Alert, *, told_at: datetime | None = None) -> str:
        """What to do about it, to somebody who reads it at *told_at* (None: when it opened)."""
        return self._told(self.catalogue.alerts[alert.kind].advice, alert, told_at or alert.opened_at)

    def best(self, alert: Alert, *, told_at: datetime) -> str:
        """The best hours to inseminate after this heat."""
        return self.hours(*(alert.started_at + timedelta(hours=hour) for hour in WINDOW_H[1:3]), told_at=told_at)

    def sources(self, alert: Alert) -> str:
        """Whom the rule and the advice are from."""
        cites = "; ".join(source.cite for source in SOURCES[alert.kind])
        return self.catalogue.source.format(cites=self.id(cites))

    def caption(self, alert: Alert, *more: str) -> str:
        """Under the chart: how to read it, what else is to be said, and the source (≤ 1024)."""
        read = self.fill(self.catalogue.caption, animal=self.id(alert.animal))
        return "\n".join([f"{read} {self.catalogue.caption_window}", *more, self.sources(alert)])[:BODY_MAX]

    def digest_line(self, alert: Alert, *, told_at: datetime) -> str:
        """One line of a digest: what was seen and, of a heat that can be used, when to inseminate."""
        if alert.best_until is None:
            return self.what(alert)
        best = self.best(alert, told_at=told_at)
        return f"{self.what(alert)} {self.catalogue.heat_best.format(best=best)}"

    def digest_lines(self, alerts: Sequence[Alert], *, told_at: datetime) -> list[str]:
        """A line per alert, at most twelve, then how many more."""
        lines = [self.digest_line(alert, told_at=told_at) for alert in alerts[:DIGEST_LINES_MAX]]
        more = len(alerts) - len(lines)
        return [*lines, self.catalogue.digest_more.format(count=self.number(more))] if more else lines

    def _told(self, sentence: str, alert: Alert, told_at: datetime) -> str:
        from_, _, _, to = (alert.started_at + timedelta(hours=hour) for hour in WINDOW_H)
        peak, group = alert.peak, self.said(alert.group) if alert.group else self.catalogue.herd
        return self.fill(
            sentence,
            animal=self.id(alert.animal),
            group=group,
            start=self.time(alert.started_at),
            best=self.best(alert, told_at=told_at),
            window=self.hours(from_, to, told_at=told_at),
            milk_days=self.number(alert.days_since_calving or 0),
            days=self.number(alert.days or 0),
            percent=self.number(round(100 * (1 - peak))),
            share=self.number(round(peak if peak > 1 else 100 * peak)),
            index=self.number(round(peak)),
            degrees=self.decimal(peak),
        )

    def _formatted(self, at: datetime, pattern: str) -> str:
        return self._clock(format_datetime(at, pattern, locale=self.catalogue.locale))

    def _clock(self, text: str) -> str:
        return self.said(self.number(text))

    def _day(self, at: datetime, told_at: datetime) -> str:
        match (at.date() - told_at.date()).days:
            case 0:
                return self.catalogue.today
            case 1:
                return self.catalogue.tomorrow
            case _:
                return self._formatted(at, "EEE")
