"""Phone numbers: every spelling of one number is one number."""

from __future__ import annotations

import timeit

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.errors import Invalid
from clarine.domain.phone import PhoneNumber, display, parse_phone


@pytest.mark.parametrize(
    "spelling",
    [
        "+919876543210",
        "+91 98765 43210",
        "0091-98765-43210",
        "+91 (98765) 43210",
        "+91 ९८७६५ ४३२१०",
        "+٩١ ٩٨٧٦٥٤٣٢١٠",
        "۰۰۹۱۹۸۷۶۵۴۳۲۱۰",
        "+９１９８７６５４３２１０",
        "\u200e+91\u00a098765\u201143210",
        "919876543210",
    ],
)
def test_every_spelling_of_a_number_is_one_number(spelling: str) -> None:
    assert parse_phone(spelling) == PhoneNumber(919876543210, "IN")


@pytest.mark.parametrize("spelling", ["+16505551234", "16505551234", "+1 555 078 3881", "15550783881", "+15551234567"])
def test_the_test_numbers_of_the_cloud_api_are_accepted(spelling: str) -> None:
    parsed = parse_phone(spelling)
    assert parsed.country == "US"
    assert parsed == parse_phone(f"+{parsed.digits}")


def test_a_number_without_its_country_is_read_in_the_default_country() -> None:
    assert parse_phone("0300 1234567", default_country="PK") == PhoneNumber(923001234567, "PK")
    assert parse_phone("98765 43210", default_country="IN") == PhoneNumber(919876543210, "IN")
    assert parse_phone("06 12 34 56 78", default_country="FR") == PhoneNumber(33612345678, "FR")


def test_an_international_number_without_its_plus_wins_over_the_default_country() -> None:
    assert parse_phone("919876543210", default_country="PK").country == "IN"
    assert parse_phone("16505551234", default_country="PK").digits == 16505551234


def test_old_spellings_of_mexican_and_brazilian_mobiles_meet_the_new_ones() -> None:
    assert parse_phone("+52 1 55 1234 5678") == parse_phone("+52 55 1234 5678") == PhoneNumber(525512345678, "MX")
    assert parse_phone("5215512345678") == PhoneNumber(525512345678, "MX")
    assert parse_phone("+55 11 8765-4321") == parse_phone("+55 11 98765-4321") == PhoneNumber(5511987654321, "BR")


def test_a_brazilian_fixed_line_gets_no_ninth_digit() -> None:
    assert parse_phone("+55 11 3123-4567").digits == 551131234567


def test_argentine_mobiles_have_their_nine_and_fixed_lines_have_none() -> None:
    assert parse_phone("011 15-2345-6789", default_country="AR") == PhoneNumber(5491123456789, "AR")
    assert parse_phone("+54 9 11 2345-6789").digits == 5491123456789
    assert parse_phone("+54 11 2345-6789").digits == 541123456789


def test_a_leading_zero_of_an_italian_number_is_kept() -> None:
    assert parse_phone("+39 06 698 12345").digits == 390669812345


@pytest.mark.parametrize(
    "text",
    ["", "+", "hello", "12345", "+1 5551234", "+999 123456789", "+1 650 CALL NOW", "1" * 100, "+91 98765 43210 ext 4",
     "++919876543210", "+800 1234 5678", "0300 1234567", "+00000000000"],
)  # fmt: skip
def test_what_is_no_phone_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_phone(text)
    assert refused.value.code == "phone"


def test_numbers_are_shown_as_people_write_them() -> None:
    assert display(5511987654321) == "+55 11 98765-4321"
    assert display(16505551234) == "+1 650-555-1234"
    assert display(390669812345) == "+39 06 6981 2345"


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_the_example_mobile_of_every_country_survives_being_shown_and_read_again(country: str) -> None:
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return
    parsed = parse_phone(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))
    assert len(parsed.country) == 2
    assert parsed.country.isalpha()
    assert parse_phone(display(parsed.digits)) == parsed
    assert parse_phone(str(parsed.digits)) == parsed


@given(st.text(max_size=20))
def test_reading_never_fails_in_any_other_way_than_invalid(text: str) -> None:
    try:
        parsed = parse_phone(text, default_country="IN")
    except Invalid:
        return
    assert parse_phone(f"+{parsed.digits}") == parsed


def test_a_number_seen_before_is_read_in_under_two_microseconds() -> None:
    parse_phone("+919876543210")
    seconds = min(timeit.repeat(lambda: parse_phone("+919876543210"), number=1000, repeat=5))
    assert seconds / 1000 < 2e-6
