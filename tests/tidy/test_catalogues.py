"""Each face says the same things in all its languages, with the same gaps and the typography of the language."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT

LANGUAGES = ("en", "fr", "hi", "ur")
FACES = sorted(path.parent for path in (ROOT / "web").glob("*/words"))
#: Plural forms of each language (Unicode CLDR, cardinal rules).
FORMS = {"en": {"one", "other"}, "fr": {"one", "many", "other"}, "hi": {"one", "other"}, "ur": {"one", "other"}}
GAP = re.compile(r"\{(\w+)\}")
#: French sets a space that does not break before these signs and inside its quotation marks.
FRENCH_SLIP = re.compile(r"(?<![\u00a0\u202f])[;!?»]|(?<![\u00a0\u202f\d]):(?!//)|«(?![\u00a0\u202f])")
SENTENCE_WORDS = 3

Entry = str | dict[str, str]
Catalogues = dict[str, dict[str, Entry]]


def catalogues(words: Path) -> Catalogues:
    """The four catalogues in the folder *words*, by language."""
    return {name: json.loads((words / f"{name}.json").read_text(encoding="utf-8")) for name in LANGUAGES}


def complaints(found: Catalogues) -> list[str]:
    """What is missing, too much, mistyped or left in English."""
    english = found["en"]
    told = []
    for language, catalogue in found.items():
        told += [f"{language}: {key} is missing" for key in english.keys() - catalogue.keys()]
        told += [f"{language}: {key} is unknown in English" for key in catalogue.keys() - english.keys()]
        for key in english.keys() & catalogue.keys():
            told += [f"{language}: {key} {reason}" for reason in _faults(language, catalogue[key], english[key])]
    return sorted(told)


def _faults(language: str, entry: Entry, english: Entry) -> list[str]:
    faults = []
    if isinstance(entry, str) != isinstance(english, str):
        faults.append("has plural forms in one language only")
    if isinstance(entry, dict) and ("other" not in entry or not entry.keys() <= FORMS[language]):
        faults.append("has the wrong plural forms")
    if _gaps(entry) != _gaps(english):
        faults.append("has other gaps than English")
    if language == "fr" and any(FRENCH_SLIP.search(GAP.sub("x", text)) for text in _texts(entry)):
        faults.append("breaks the French spacing")
    if language != "en" and any(_is_english(text, english) for text in _texts(entry)):
        faults.append("is still English")
    return faults


def _texts(entry: Entry) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())


def _gaps(entry: Entry) -> set[str]:
    return {name for text in _texts(entry) for name in GAP.findall(text)}


def _is_english(text: str, english: Entry) -> bool:
    return text in _texts(english) and len(GAP.sub("", text).split()) >= SENTENCE_WORDS


def test_there_are_faces_to_check() -> None:
    assert ROOT / "web" / "door" / "words" in [face / "words" for face in FACES]


@pytest.mark.parametrize("face", FACES, ids=lambda face: str(face.name))
def test_a_face_says_the_same_in_all_its_languages(face: Path) -> None:
    assert complaints(catalogues(face / "words")) == []


def test_each_kind_of_slip_is_seen() -> None:
    english: dict[str, Entry] = {
        "hello": "Hello {name}, good morning",
        "unread": {"one": "{count} message", "other": "{count} messages"},
        "why": "Why?",
    }
    slips: Catalogues = {
        "en": english,
        "fr": {"hello": "Bonjour {nom}", "unread": {"one": "{count} message"}, "why": "Pourquoi ?"},
        "hi": {"hello": "Hello {name}, good morning", "unread": "{count}", "why": "क्यों?"},
        "ur": {"hello": "سلام {name}", "unread": {"other": "{count}"}, "extra": "x"},
    }
    assert complaints(slips) == [
        "fr: hello has other gaps than English",
        "fr: unread has the wrong plural forms",
        "fr: why breaks the French spacing",
        "hi: hello is still English",
        "hi: unread has plural forms in one language only",
        "ur: extra is unknown in English",
        "ur: why is missing",
    ]
