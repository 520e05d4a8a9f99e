"""Sending templates: the person sees every variable filled in, or the sender is told what does not fit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.errors import Invalid
from clarine.domain.message import Button, Location, Media, Template, Text
from clarine.domain.template_rendering import media_asked, render_template

BODY = {"type": "BODY", "text": "Cow {{1}} needs you in the {{2}} barn."}
PICTURE = Media("image", 150000000000001, "ab" * 32, "image/png", 1234)


def text(value: str, **more: str) -> dict[str, Any]:
    return {"type": "text", "text": value, **more}


def place(kind: str, *parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "parameters": list(parameters), **more}


def rendered(components: list[dict[str, Any]], *sent: Any, media: Media | None = None, **more: Any) -> Template:
    given: dict[str, Any] = {"name": "herd_alert", "language": "en", "parameter_format": "POSITIONAL", **more}
    return render_template(
        components=components, parameters=list(sent), media={"header": media} if media else None, **given
    )


def refused(components: list[dict[str, Any]], *sent: Any, media: Media | None = None, **more: str) -> str:
    with pytest.raises(Invalid) as caught:
        rendered(components, *sent, media=media, **more)
    return caught.value.code


FILLED = place("body", text("1187"), text("north"))


def test_numbered_variables_are_filled_in_order() -> None:
    assert rendered([BODY], FILLED).body == "Cow 1187 needs you in the north barn."


def test_named_variables_are_filled_by_name() -> None:
    named = {"type": "BODY", "text": "Dear {{first}}, {{first}} or {{last}}?"}
    sent = place("BODY", text("Lee", parameter_name="last"), text("Ann", parameter_name="first"))
    assert rendered([named], sent, parameter_format="NAMED").body == "Dear Ann, Ann or Lee?"


def test_what_is_filled_in_is_never_read_as_a_variable() -> None:
    assert rendered([BODY], place("body", text("{{2}}"), text("x"))).body == "Cow {{2}} needs you in the x barn."


def test_money_and_dates_show_the_sender_s_own_words() -> None:
    money = {"type": "currency", "currency": {"fallback_value": "12 €", "code": "EUR", "amount_1000": 12000}}
    day = {"type": "date_time", "date_time": {"fallback_value": "Monday"}}
    assert rendered([BODY], place("body", money, day)).body == "Cow 12 € needs you in the Monday barn."


def test_a_text_header_a_footer_and_every_button_are_shown() -> None:
    components: list[dict[str, Any]] = [
        {"type": "HEADER", "format": "TEXT", "text": "Hi {{1}}"},
        BODY,
        {"type": "FOOTER", "text": "Herd"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Why?"},
                {"type": "QUICK_REPLY", "text": "Stop"},
                {"type": "URL", "text": "Open", "url": "https://example.org/cows/{{1}}"},
                {"type": "URL", "text": "Home", "url": "https://example.org/"},
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+16505551234"},
                {"type": "COPY_CODE", "example": "SAVE20"},
            ],
        },
    ]
    message = rendered(
        components,
        place("HEADER", text("Zoë")),
        FILLED,
        place("button", {"type": "payload", "payload": "why:1187"}, sub_type="QUICK_REPLY", index=0),
        place("button", text("1187"), sub_type="url", index="2"),
        place("button", {"type": "coupon_code", "coupon_code": "SAVE25"}, sub_type="copy_code", index="5"),
    )
    assert message.header == Text("Hi Zoë")
    assert message.footer == "Herd"
    assert message.buttons == (
        Button("why:1187", "Why?"),
        Button("Stop", "Stop"),
        Button("2", "Open", "url", url="https://example.org/cows/1187"),
        Button("3", "Home", "url", url="https://example.org/"),
        Button("4", "Call", "phone", phone="+16505551234"),
        Button("5", "Copy code", "copy_code", code="SAVE25"),
    )


def test_a_media_header_is_asked_for_and_then_shown() -> None:
    sent = [place("HEADER", {"type": "image", "image": {"link": "https://example.org/a.png"}}), FILLED]
    assert media_asked(sent) == {"header": {"type": "image", "link": "https://example.org/a.png"}}
    assert rendered([{"type": "HEADER", "format": "IMAGE"}, BODY], *sent, media=PICTURE).header is PICTURE
    assert media_asked([FILLED]) == media_asked(None) == {}


def test_a_location_header_is_shown() -> None:
    where = {"type": "location", "location": {"latitude": "48.1", "longitude": -1, "name": "Barn"}}
    message = rendered([{"type": "HEADER", "format": "LOCATION"}, BODY], place("header", where), FILLED)
    assert message.header == Location(48.1, -1.0, "Barn")


OTP = {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}
CODE = [place("body", text("314159")), place("button", text("314159"), sub_type="url", index="0")]


@pytest.mark.parametrize(
    ("language", "sentence", "label"),
    [
        ("en_US", "*314159* is your verification code.", "Copy code"),
        ("pt_BR", "*314159* é o seu código de verificação.", "Copiar código"),
        ("ur", "*314159* آپ کا تصدیقی کوڈ ہے۔", "کوڈ کاپی کریں"),
        ("sw", "*314159* is your verification code.", "Copy code"),
    ],
)
def test_an_authentication_message_is_worded_by_the_platform(language: str, sentence: str, label: str) -> None:
    message = rendered([{"type": "BODY"}, {"type": "FOOTER"}, OTP], *CODE, language=language)
    assert (message.body, message.footer) == (sentence, None)
    assert message.buttons == (Button("0", label, "copy_code", code="314159"),)


def test_an_authentication_button_stored_as_a_link_still_copies_the_code() -> None:
    stored = {"type": "BUTTONS", "buttons": [{"type": "URL", "otp_type": "COPY_CODE", "text": "Copy", "url": "x"}]}
    assert rendered([{"type": "BODY"}, stored], *CODE).buttons == (Button("0", "Copy", "copy_code", code="314159"),)


def test_a_wrong_number_of_parameters_is_refused_as_such() -> None:
    assert refused([BODY]) == "template_param_count"
    assert refused([BODY], place("body", text("a"))) == "template_param_count"
    assert refused([{"type": "BODY", "text": "Hello"}], FILLED) == "template_param_count"
    assert refused([BODY], FILLED, place("header", text("a"))) == "template_param_count"
    assert refused([{"type": "HEADER", "format": "IMAGE"}, BODY], FILLED) == "template_param_count"
    assert refused([{"type": "BODY"}, OTP], CODE[0]) == "template_param_count"


def test_a_wrong_kind_of_parameter_is_refused_as_such() -> None:
    image = {"type": "HEADER", "format": "IMAGE"}
    assert refused([BODY], place("body", text("a"), {"type": "image"})) == "template_param_format"
    assert refused([BODY], place("body", text("a"), text(""))) == "template_param_format"
    assert refused([image, BODY], FILLED, place("header", text("a"))) == "template_param_format"
    assert refused([image, BODY], FILLED, place("header", {"type": "image", "image": {}})) == "template_param_format"
    assert refused([BODY], FILLED, FILLED) == "template_param_format"
    assert refused([BODY], FILLED, place("button", text("x"), index=0)) == "template_param_format"
    assert refused([BODY], FILLED, place("button", text("x"), index="first")) == "template_param_value"
    assert refused([BODY], FILLED, {"type": "carousel", "cards": [{"card_index": 0}]}) == "template_param_format"
    assert refused([BODY], "body") == "template_param_format"
    wrong_name = place("body", text("a", parameter_name="x"), text("b", parameter_name="y"))
    assert refused([BODY], wrong_name, parameter_format="NAMED") == "template_param_format"


def test_a_body_may_grow_to_its_limit_and_not_beyond() -> None:
    template = {"type": "BODY", "text": "Hello {{1}}!"}
    assert len(rendered([template], place("body", text("x" * 1017))).body) == 1024
    assert refused([template], place("body", text("x" * 1018))) == "template_too_long"


@pytest.mark.parametrize("unruly", ["a\nb", "a\tb", "a     b", "a\u2028b"])
def test_parameters_cannot_redraw_the_approved_message(unruly: str) -> None:
    assert refused([BODY], place("body", text(unruly), text("b"))) == "template_policy"


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_parameters_stand_in_the_message_unchanged_or_are_refused(first: str, second: str) -> None:
    try:
        shown = rendered([BODY], place("body", text(first), text(second))).body
    except Invalid as told:
        shown = told.code
    assert shown in (f"Cow {first} needs you in the {second} barn.", "template_param_format", "template_policy")
