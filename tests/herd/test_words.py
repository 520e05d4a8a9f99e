"""Every sentence in every language fits where it is shown, and numbers, times and ids read as they should."""

from __future__ import annotations

import string
from datetime import datetime

import pytest

from clarine_herd import payloads
from clarine_herd.advice import SOURCES
from clarine_herd.kinds import Kind
from clarine_herd.payloads import Tap, tap_of
from clarine_herd.words import BODY_MAX, LANGUAGES, Command, Words, command_of
from tests.herd.examples import NOW, example

every_language = pytest.mark.parametrize("language", LANGUAGES)
every_kind = pytest.mark.parametrize("kind", Kind)


@every_language
@every_kind
def test_every_alert_is_said_in_every_language_within_the_limits(language: str, kind: Kind) -> None:
    words, alert = Words.of(language), example(kind)
    assert "{" not in payloads.alert_text(words, alert)
    assert len(payloads.alert_text(words, alert)) <= BODY_MAX
    template = payloads.template_components(words, payloads.ALERT_TEMPLATE)[0]["text"]
    filled = template
    for number, parameter in enumerate(payloads.alert_parameters(words, alert), 1):
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
    titles = [button.title for button in payloads.alert_buttons(words, example(Kind.HEAT))]
    assert len(set(titles)) == 3
    assert all(len(title) <= 20 for title in [*titles, words.catalogue.ask_button])
    (section,) = payloads.reason_sections(words, "heat:7:20260201T0000")
    assert len(section.title) <= 24
    assert all(len(row.title) <= 24 for row in section.rows)


@every_language
def test_all_languages_fill_the_same_blanks(language: str) -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for kind, said in LANGUAGES[language].alerts.items():
        english = LANGUAGES["en"].alerts[kind]
        assert blanks(said.what) == blanks(english.what)
        assert blanks(said.advice) == blanks(english.advice)


def test_the_insemination_window_is_counted_from_the_start_of_the_heat() -> None:
    advice = Words.of("en").advice(example(Kind.HEAT))
    assert "between Sun 18:00 and Mon 06:00, best between Sun 19:00 and Mon 00:00" in advice


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
        ("Status", Command("status")),
        ("  HELP! ", Command("help")),
        ("cow 1217", Command("cow", "1217")),
        ("गाय १२१७", Command("cow", "1217")),
        ("گائے ۱۲۱۷", Command("cow", "1217")),
        ("Vache 12", Command("cow", "12")),
        ("état", Command("status")),
        ("e\u0301tat", Command("status")),
        ("बंद", Command("stop")),
        ("شروع", Command("start")),
        ("hello there", Command("", "there")),
        ("", Command("")),
    ],
)
def test_commands_are_understood_in_four_languages_and_digits_of_any_script(text: str, command: Command) -> None:
    assert command_of(text) == command


@pytest.mark.parametrize(
    ("value", "tap"),
    [
        ("why:heat:7:20260201T0000", Tap("why", "heat:7:20260201T0000")),
        ("reason:moved:heat:7:x", Tap("reason", "heat:7:x", "moved")),
        ("reason:aliens:heat:7:x", None),
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
