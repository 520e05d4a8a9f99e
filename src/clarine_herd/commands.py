"""What a farmer wrote, as a command: a verb and what follows it, in any of the four languages and digits of any script."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

from clarine_herd.words import LANGUAGES, Reason, Verb

#: A tick or a thumb is an answer on any keyboard.
SIGNS = {"✅": Verb.OK, "☑": Verb.OK, "✔": Verb.OK, "👍": Verb.OK, "❌": Verb.WRONG, "👎": Verb.WRONG, "❓": Verb.WHY}
WORDS_MAX = 2
_EDGES = "!.?,:؟۔،।٫…\u200e\u200f\u2066\u2067\u2068\u2069 "
_VARIATION = "\ufe0f"
_HOURS = re.compile(r"\d{1,3}")


@dataclass(frozen=True, slots=True)
class Command:
    """A verb (None when it is not understood), and the words after it as they were written, digits made Latin."""

    verb: Verb | None
    argument: str = ""

    @property
    def first(self) -> str:
        """The first word of the argument: usually the animal. Signs around it are dropped."""
        return self.argument.partition(" ")[0].strip(_EDGES + "#")

    @property
    def rest(self) -> str:
        """What stands after the first word."""
        return self.argument.partition(" ")[2].strip()

    @property
    def hours(self) -> int | None:
        """A number of hours, like that of "mute 3h"."""
        found = _HOURS.search(self.argument)
        return int(found.group()) if found else None


def command_of(text: str) -> Command:
    """The command in *text*; a verb of two words goes before one of one word."""
    words = _plain(text).split()
    for count in range(min(WORDS_MAX, len(words)), 0, -1):
        verb = _verbs().get(" ".join(words[:count]).lower().strip(_EDGES))
        if verb is not None:
            return Command(verb, " ".join(words[count:]).strip())
    return Command(None, " ".join(words))


def yes_or_no(text: str) -> bool | None:
    """What the first word that says yes or no says, None when none does."""
    for word in _plain(text).lower().split():
        for chat in (catalogue.chat for catalogue in LANGUAGES.values()):
            if word.strip(_EDGES) in chat.yes | chat.no:
                return word.strip(_EDGES) in chat.yes
    return None


def wants_week(text: str) -> bool:
    """Whether a report of a week is asked for."""
    words = {word.strip(_EDGES) for word in _plain(text).lower().split()}
    return any(words & catalogue.chat.week for catalogue in LANGUAGES.values())


def language_in(text: str) -> str | None:
    """The language that *text* names by its code or by its name in any of the four, None when it names none."""
    wanted = _plain(text).lower().strip(_EDGES)
    for code, names in LANGUAGE_WORDS.items():
        if wanted in names:
            return code
    return None


def reason_in(text: str) -> Reason:
    """Why an alert was not true, by the words that stand in the list of reasons; else unknown."""
    said = set(_plain(text).lower().split())
    best, reason = 0, Reason.UNKNOWN
    for catalogue in LANGUAGES.values():
        for found, title in catalogue.reasons.items():
            # Words of four letters and more carry the meaning; "is" and "or" are in every reason.
            shared = len({word for word in said & set(_plain(title).lower().split()) if len(word) > 3})
            if shared > best:
                best, reason = shared, found
    return reason


def meant(text: str, language: str) -> str | None:
    """The command of one language that *text* most resembles, with its argument; None when it resembles none."""
    first, _, rest = _plain(text).lower().partition(" ")
    close = get_close_matches(first, LANGUAGES[language].chat.commands, n=1, cutoff=0.7)
    return f"{close[0]} {rest}".strip() if close else None


LANGUAGE_WORDS = {
    "en": frozenset({"en", "english", "anglais", "अंग्रेज़ी", "अंग्रेजी", "انگریزی"}),
    "fr": frozenset({"fr", "french", "français", "francais", "फ़्रेंच", "फ्रेंच", "فرانسیسی"}),
    "hi": frozenset({"hi", "hindi", "हिंदी", "हिन्दी", "ہندی"}),
    "ur": frozenset({"ur", "urdu", "ourdou", "उर्दू", "اردو"}),
}


def _verbs() -> dict[str, Verb]:
    return {word: verb for catalogue in LANGUAGES.values() for word, verb in catalogue.chat.commands.items()} | SIGNS


def _plain(text: str) -> str:
    """NFC, digits of any script as Latin ones, and no invisible signs around it."""
    found = unicodedata.normalize("NFC", text).replace(_VARIATION, "")
    return "".join(str(unicodedata.digit(sign, sign)) for sign in found).strip(_EDGES)
