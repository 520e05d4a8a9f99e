"""Every sentence in every language fits where it is shown, and numbers, times and ids read as they should."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, timedelta

import pytest

from clarine_herd import payloads
from clarine_herd.advice import SOURCES
from clarine_herd.commands import Command, command_of, language_in, meant, reason_in, wants_week, yes_or_no
from clarine_herd.kinds import Kind
from clarine_herd.payloads import Tap, tap_of
from clarine_herd.words import BODY_MAX, LANGUAGES, SPECIES, Verb, Words
from clarine_herd.words.catalogue import Catalogue, Said
from clarine_herd.words.chat import Chat
from tests.herd.examples import NOW, example


def _sentences(catalogue: Catalogue) -> Iterator[str]:
    """Every text of one language that people read."""
    for record in (catalogue, catalogue.chat):
        for name in fields(record):
            if name.name in ("chat", "commands", "yes", "no", "week", "code", "locale", "zero"):
                continue
            value = getattr(record, name.name)
            for found in value.values() if isinstance(value, dict) else [value]:
                texts = (found.what, found.advice) if isinstance(found, Said) else (found,)
                yield from (text for text in texts if isinstance(text, str))


every_language = pytest.mark.parametrize("language", LANGUAGES)
every_kind = pytest.mark.parametrize("kind", Kind)


@every_language
@every_kind
def test_every_alert_is_said_in_every_language_within_the_limits(language: str, kind: Kind) -> None:
    words, alert = Words.of(language), example(kind)
    text = payloads.alert_text(words, alert, NOW, escalated=True)
    assert "{" not in text
    assert len(text) < BODY_MAX
    assert words.catalogue.chat.escalated in text
    template = payloads.template_components(words, payloads.ALERT_TEMPLATE)[0]["text"]
    filled = template
    for number, parameter in enumerate(payloads.alert_parameters(words, alert, NOW, escalated=True), 1):
        assert "\n" not in parameter
        filled = filled.replace(f"{{{{{number}}}}}", parameter)
    assert len(filled) <= BODY_MAX
    assert not template.startswith("{{")
    assert not template.endswith("}}")
    assert len(words.caption(alert)) <= BODY_MAX
    assert SOURCES[kind][0].cite in words.sources(alert)


@every_language
def test_buttons_and_rows_fit_and_differ(language: str) -> None:
    words = Words.of(language)
    titles = [option.title for option in payloads.alert_options(words, example(Kind.HEAT))]
    assert len(set(titles)) == 3
    chat = words.catalogue.chat
    assert all(len(title) <= 20 for title in [*titles, words.catalogue.ask_button, *chat.answers.values()])
    rows = [*payloads.reason_options(words, "heat:7:20260201T0000"), *payloads.menu_options(words)]
    assert all(len(row.title) <= 24 and len(row.id) <= 200 for row in rows)
    assert len(chat.menu_button) <= 20


@every_language
def test_all_languages_fill_the_same_blanks(language: str) -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name and name.lower() != "cow"}

    for kind, said in LANGUAGES[language].alerts.items():
        english = LANGUAGES["en"].alerts[kind]
        assert blanks(said.what) == blanks(english.what)
        assert blanks(said.advice) == blanks(english.advice)


def test_the_insemination_window_is_counted_from_the_start_of_the_heat() -> None:
    advice = Words.of("en").advice(example(Kind.HEAT))
    assert "Inseminate best between 19:00 and 24:00 today; possible between 18:00 today and 06:00 tomorrow." in advice
    told_later = Words.of("en").advice(example(Kind.HEAT), told_at=NOW + timedelta(days=1))
    assert "between 18:00 Sun and 06:00 today" in told_later


def test_urdu_isolates_ids_and_times_and_writes_its_own_digits() -> None:
    said = Words.of("ur").what(example(Kind.HEAT))
    assert "\u20661217\u2069" in said
    assert "\u2068" in said
    assert "۰۶:۰۰" in said


def test_hindi_writes_its_own_digits_but_ids_stay_latin() -> None:
    said = Words.of("hi").what(example(Kind.ILLNESS))
    assert "1217" in said
    assert "४२%" in said


def test_french_puts_its_space_before_the_colon() -> None:
    assert "\u202f:" in Words.of("fr").catalogue.digest


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Status", Command(Verb.STATUS)),
        ("  HELP! ", Command(Verb.HELP)),
        ("cow 1217", Command(Verb.COW, "1217")),
        ("गाय १२१७", Command(Verb.COW, "1217")),
        ("گائے ۱۲۱۷", Command(Verb.COW, "1217")),
        ("Vache 12", Command(Verb.COW, "12")),
        ("état", Command(Verb.STATUS)),
        ("e\u0301tat", Command(Verb.STATUS)),
        ("बंद", Command(Verb.STOP)),
        ("شروع", Command(Verb.START)),
        ("✅", Command(Verb.OK)),
        ("👍", Command(Verb.OK)),
        ("ok 1217", Command(Verb.OK, "1217")),
        ("AI 1217 Jupiter", Command(Verb.INSEMINATED, "1217 Jupiter")),
        ("in calf 1217 yes", Command(Verb.PREGNANT, "1217 yes")),
        ("pas vrai 1217 collier lâche", Command(Verb.WRONG, "1217 collier lâche")),
        ("सही नहीं १२१७", Command(Verb.WRONG, "1217")),
        ("सही", Command(Verb.TRUE)),
        ("درست نہیں", Command(Verb.WRONG)),
        ("mute 3h", Command(Verb.MUTE, "3h")),
        ("चुप ३ घंटे", Command(Verb.MUTE, "3 घंटे")),
        ("hello there", Command(None, "hello there")),
        ("", Command(None)),
    ],
)
def test_commands_are_understood_in_four_languages_and_digits_of_any_script(text: str, command: Command) -> None:
    assert command_of(text) == command


@every_language
def test_every_verb_can_be_written_in_every_language(language: str) -> None:
    commands = LANGUAGES[language].chat.commands
    written = set(commands.values()) | ({Verb.STOP, Verb.OK} if language == "fr" else set())
    assert written == set(Verb)


def test_no_word_means_two_things_in_two_languages() -> None:
    meanings: dict[str, Verb] = {}
    for catalogue in LANGUAGES.values():
        for word, verb in catalogue.chat.commands.items():
            assert meanings.setdefault(word, verb) is verb, word


def test_what_stands_in_a_command_is_read() -> None:
    command = command_of("pregnant #1217, oui")
    assert (command.first, yes_or_no(command.rest)) == ("1217", True)
    assert yes_or_no("1217 नहीं") is False
    assert yes_or_no("1217") is None
    assert [command_of(text).hours for text in ("mute 3h", "خاموش ۱۲ گھنٹے", "silence")] == [3, 12, None]
    assert [wants_week(text) for text in ("today", "week", "हफ़्ता", "semaine")] == [False, True, True, True]
    assert [language_in(text) for text in ("Français", "hi", "اردو", "klingon")] == ["fr", "hi", "ur", None]
    assert [reason_in(text) for text in ("collar is loose", "collier échangé", "x")] == ["collar", "collar", "unknown"]
    assert meant("calvd 1217", "en") == "calved 1217"
    assert meant("xyzzy", "en") is None


@every_language
def test_a_buffalo_is_not_called_a_cow(language: str) -> None:
    cow, buffalo = (Words.of(language, species).what(example(Kind.HEAT)) for species in SPECIES)
    assert cow != buffalo
    assert LANGUAGES[language].species["cattle"][0] not in buffalo.lower()


@every_language
def test_all_languages_of_the_chat_fill_the_same_blanks(language: str) -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name and name.lower() != "cow"}

    for name in fields(Chat):
        ours, english = (getattr(LANGUAGES[code].chat, name.name) for code in (language, "en"))
        if isinstance(ours, str):
            assert blanks(ours) == blanks(english), name.name
        elif name.name not in ("commands",) and isinstance(ours, dict):
            assert ours.keys() == english.keys()


def test_urdu_isolates_what_others_wrote_and_every_number_of_hours() -> None:
    words = Words.of("ur")
    assert words.said("Jupiter") == "\u2068Jupiter\u2069"
    assert "\u2068۱۹:۰۰\u2069" in words.advice(example(Kind.HEAT))
    assert "\u20661217\u2069" in words.catalogue.chat.help


@pytest.mark.parametrize("text", [*_sentences(LANGUAGES["fr"])])
def test_french_never_breaks_a_line_before_its_double_signs(text: str) -> None:
    assert not re.search(r"(?<![\u00a0\u202f])[;!?»]|(?<![\u00a0\u202f\d]):|«(?![\u00a0\u202f])", text)


@pytest.mark.parametrize(
    ("value", "tap"),
    [
        ("why:heat:7:20260201T0000", Tap("why", "heat:7:20260201T0000")),
        ("reason:moved:heat:7:x", Tap("reason", "heat:7:x", "moved")),
        ("reason:aliens:heat:7:x", None),
        ("say:cow 1217", Tap("say", "cow 1217")),
        ("buy:now", None),
        ("", None),
    ],
)
def test_only_our_own_buttons_are_read(value: str, tap: Tap | None) -> None:
    assert tap_of(value) == tap


def test_a_long_digest_says_how_many_more_there_are() -> None:
    alerts = [example(Kind.SILENT_COLLAR, animal=str(number)) for number in range(60)]
    text = payloads.digest_text(Words.of("en"), alerts, NOW)
    assert text.endswith("• and 48 more")
    when, lines = payloads.digest_parameters(Words.of("en"), alerts, NOW)
    assert "more" in lines
    assert len(when) + len(lines) < 900


def test_a_time_is_written_as_people_write_it() -> None:
    at = datetime.fromisoformat("2026-02-02T18:00:00")
    assert [Words.of(code).time(at) for code in ("en", "fr", "hi")] == ["Mon 18:00", "lun. 18:00", "सोम १८:००"]


@every_language
def test_the_pages_say_the_same_in_every_language_with_its_own_signs(language: str) -> None:
    mine, english = _texts(LANGUAGES[language].page), _texts(LANGUAGES["en"].page)
    assert mine.keys() == english.keys()
    for place, text in mine.items():
        assert text.strip(), place
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[place])), place
        if language in ("hi", "ur"):
            assert not re.search(r"[0-9]", text), f"{place}: digits of another language"
        if language == "fr":
            assert not re.search(r"(?<![\u202f\u00a0\d])[;:!?»%]", text), place


def _texts(record: object, place: str = "") -> dict[str, str]:
    """Every text of nested records and dictionaries, by where it stands."""
    if isinstance(record, str):
        return {place: record}
    inside = record.items() if isinstance(record, dict) else ((f.name, getattr(record, f.name)) for f in fields(record))  # type: ignore[arg-type]
    return {key: text for name, value in inside for key, text in _texts(value, f"{place}.{name}").items()}
