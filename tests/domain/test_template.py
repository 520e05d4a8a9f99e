"""Filing templates: what the Cloud API accepts is accepted, and every refusal names its problem."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.errors import Invalid
from clarine.domain.template import CheckedTemplate, validate_template, variables

CODES = {f"template_{each}" for each in ("length", "header", "body", "footer", "invalid")}


def body(text: str, *examples: str, **more: Any) -> dict[str, Any]:
    sample = {"example": {"body_text": [list(examples)]}} if examples else {}
    return {"type": "BODY", "text": text, **sample, **more}


def quick(text: str = "Yes") -> dict[str, Any]:
    return {"type": "QUICK_REPLY", "text": text}


def link(url: str = "https://example.org/") -> dict[str, Any]:
    return {"type": "URL", "text": "Open", "url": url, "example": ["https://example.org/1"]}


def buttons(*each: dict[str, Any]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(each)}


def file_it(*components: Any, category: str = "UTILITY", **more: Any) -> CheckedTemplate:
    given = {"name": "herd_alert", "language": "en_US", "category": category, **more}
    return validate_template(components=list(components), **given)


GOOD = body("Cow {{1}} needs you in the {{2}} barn.", "1187", "north")


def test_a_template_with_every_part_is_accepted_as_sent() -> None:
    header = {"type": "HEADER", "format": "TEXT", "text": "Hi {{1}}", "example": {"header_text": ["Zoë"]}}
    parts = [header, GOOD, {"type": "FOOTER", "text": "Herd"}, buttons(quick(), quick("No"), link())]
    checked = file_it(*parts)
    assert checked.components == tuple(parts)
    assert (checked.category, checked.parameter_format, checked.findings) == ("UTILITY", "POSITIONAL", ())


def test_types_may_be_lower_case_and_nulls_are_nothing() -> None:
    checked = file_it({"type": "body", "text": "Hello there", "example": None}, category="utility")
    assert checked.components == ({"type": "BODY", "text": "Hello there"},)
    assert checked.category == "UTILITY"


def test_named_variables_are_recognised_without_a_parameter_format() -> None:
    examples = {"body_text_named_params": [{"param_name": "name", "example": "Bob"}]}
    checked = file_it({"type": "BODY", "text": "Dear {{name}}, good morning.", "example": examples})
    assert checked.parameter_format == "NAMED"


@pytest.mark.parametrize("media", ["IMAGE", "video", "DOCUMENT", "LOCATION"])
def test_media_and_location_headers_are_accepted(media: str) -> None:
    assert file_it({"type": "HEADER", "format": media}, GOOD).components[0]["format"] == media.upper()


def test_authentication_texts_are_written_by_the_platform_in_the_template_s_language() -> None:
    parts = [
        {"type": "BODY", "add_security_recommendation": True, "text": "Buy cheese!"},
        {"type": "FOOTER", "code_expiration_minutes": 5},
        buttons({"type": "OTP", "otp_type": "copy_code"}),
    ]
    checked = file_it(*copy.deepcopy(parts), category="AUTHENTICATION", language="fr")
    texts = [each.get("text") for each in checked.components]
    assert texts[0] == "*{{1}}* est votre code de vérification. Pour votre sécurité, ne le communiquez à personne."
    assert texts[1] == "Ce code expire dans 5 minutes."
    assert checked.components[2]["buttons"] == [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copier le code"}]
    assert checked.findings == ()


@pytest.mark.parametrize("text", ["{{1}} is waiting for you today", "The cow that needs you is {{1}}"])
def test_a_variable_at_the_edge_of_the_body_is_found_for_the_review(text: str) -> None:
    assert file_it(body(text, "x")).findings == ("BODY: a variable may not stand at the start or the end",)


def test_more_variables_than_text_are_found_for_the_review() -> None:
    assert file_it(body("a {{1}}{{2}}{{3}} b", "x", "y", "z")).findings == (
        "BODY: too many variables for so little text",
    )


@pytest.mark.parametrize(
    ("components", "problem"),
    [
        ([], "BODY: a template needs a body"),
        ([body("")], "BODY: text is missing"),
        ([{"type": "BODY", "text": 7}], "BODY: text is missing"),
        ([body("x" * 1025)], "BODY: text has 1025 characters, the limit is 1024"),
        ([GOOD, GOOD], "BODY: there may be only one"),
        ([GOOD, {"type": "HOLOGRAM"}], "HOLOGRAM: this component is not supported"),
        (
            [body("Cow {{1}} and {{3}} are ill.", "a", "b")],
            "BODY: variables must be numbered {{1}}, {{2}}, … without gaps",
        ),
        ([body("Cow {{1}} is ill.")], "BODY: every variable needs an example"),
        ([body("Cow {{1}} and {{2}} are ill.", "a")], "BODY: every variable needs an example"),
        ([body("Cow {{1} is ill.")], "BODY: a variable is written {{1}} or {{name}}"),
        ([body("Cow {{Name}} is ill.")], "BODY: variable names are lower-case letters, digits and underscores"),
        (
            [GOOD, {"type": "HEADER", "format": "TEXT", "text": "x" * 61}],
            "HEADER: text has 61 characters, the limit is 60",
        ),
        ([GOOD, {"type": "HEADER", "text": "{{1}} {{2}}"}], "HEADER: at most one variable is allowed"),
        ([GOOD, {"type": "HEADER", "text": "Hi {{1}}"}], "HEADER: every variable needs an example"),
        ([GOOD, {"type": "HEADER", "text": "a\nb"}], "HEADER: line breaks are not allowed"),
        ([GOOD, {"type": "HEADER", "format": "PRODUCT"}], "HEADER: format PRODUCT stands with one button of type SPM"),
        ([GOOD, {"type": "FOOTER", "text": "x" * 61}], "FOOTER: text has 61 characters, the limit is 60"),
        ([GOOD, {"type": "FOOTER", "text": "Hi {{1}}"}], "FOOTER: variables are not allowed"),
        ([GOOD, buttons()], "BUTTONS: buttons must be a list of at least one button"),
        ([GOOD, buttons(*[quick(str(n)) for n in range(11)])], "BUTTONS: at most 10 buttons are allowed"),
        ([GOOD, buttons(link(), link(), link())], "BUTTONS: at most 2 of type URL are allowed"),
        ([GOOD, buttons(quick(), link(), quick("No"))], "BUTTONS: quick replies must stand together"),
        ([GOOD, buttons(quick("x" * 26))], "BUTTONS[0]: text has 26 characters, the limit is 25"),
        ([GOOD, buttons(quick("Hi {{1}}"))], "BUTTONS[0]: variables are not allowed in text"),
        (
            [GOOD, buttons(link("ftp://example.org"))],
            "BUTTONS[0]: url must be a link that begins with https:// or http://",
        ),
        (
            [GOOD, buttons(link("javascript:alert(1)"))],
            "BUTTONS[0]: url must be a link that begins with https:// or http://",
        ),
        (
            [GOOD, buttons(link("https://example.org/{{1}}/x"))],
            "BUTTONS[0]: url may hold one variable, at its end and after the host",
        ),
        (
            [GOOD, buttons(link("https://example{{1}}"))],
            "BUTTONS[0]: url may hold one variable, at its end and after the host",
        ),
        (
            [GOOD, buttons({**link("https://example.org/{{1}}"), "example": []})],
            "BUTTONS[0]: every variable needs an example",
        ),
        ([GOOD, buttons({"type": "PHONE_NUMBER", "text": "Call"})], "BUTTONS[0]: phone_number is missing"),
        (
            [GOOD, buttons({"type": "COPY_CODE", "example": "x" * 16})],
            "BUTTONS[0]: example has 16 characters, the limit is 15",
        ),
        ([GOOD, buttons({"type": "OTP"})], "BUTTONS[0]: OTP is for authentication templates only"),
        ([GOOD, buttons({"type": "VOICE_CALL", "text": "Go"})], "BUTTONS[0]: type VOICE_CALL is not supported"),
        ([GOOD, buttons({"type": "FLOW", "text": "Go"})], "BUTTONS[0]: flow_id must be the id of a flow"),
    ],
)
def test_every_limit_refuses_with_its_own_sentence(components: list[Any], problem: str) -> None:
    with pytest.raises(Invalid) as refused:
        file_it(*components)
    assert problem in refused.value.details.split("; ")
    assert refused.value.code in CODES


def test_the_code_of_a_refusal_names_the_part_that_the_first_problem_is_about() -> None:
    def code(*components: Any) -> str:
        with pytest.raises(Invalid) as refused:
            file_it(*components)
        return refused.value.code

    body = {"type": "BODY", "text": "We open on Sunday."}
    assert code({"type": "HEADER", "text": "a\nb"}, body) == "template_header"
    assert code({"type": "BODY", "text": "Hello {{2}}, you there?"}) == "template_body"
    assert code(body, {"type": "FOOTER", "text": "{{1}}"}) == "template_footer"
    assert code({**body, "text": "x" * 1_025}) == "template_length"
    assert code(body, {"type": "BUTTONS", "buttons": []}) == "template_invalid"


@pytest.mark.parametrize(
    ("components", "problem"),
    [
        ([{"type": "BODY"}], "BUTTONS: an authentication template needs one OTP button"),
        ([{"type": "BODY"}, buttons(quick())], "BUTTONS[0]: type must be OTP"),
        ([{"type": "BODY"}, buttons({"type": "OTP"})], "BUTTONS[0]: otp_type must be COPY_CODE, ONE_TAP or ZERO_TAP"),
        ([{"type": "HEADER"}, {"type": "BODY"}], "HEADER: authentication templates have no header"),
        ([{"type": "FOOTER", "code_expiration_minutes": 91}], "FOOTER: code_expiration_minutes must be 1 to 90"),
    ],
)
def test_authentication_templates_have_their_own_limits(components: list[Any], problem: str) -> None:
    with pytest.raises(Invalid) as refused:
        file_it(*components, category="AUTHENTICATION")
    assert problem in refused.value.details.split("; ")


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "Herd-Alert"), ("name", ""), ("name", "x" * 513), ("language", "english"), ("language", "en-US"),
     ("category", "SERVICE"), ("parameter_format", "MIXED")],
)  # fmt: skip
def test_names_languages_and_categories_are_checked(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        file_it(GOOD, **{field: value})
    assert refused.value.details.startswith(f"{field}: ")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["BODY", "TEXT", "{{1}}", "{{", "URL", "OTP", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "format", "buttons", "example", "url", "body_text"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4), st.sampled_from(["MARKETING", "AUTHENTICATION"]))
def test_no_json_at_all_breaks_the_check_in_any_other_way_than_invalid(components: list[Any], category: str) -> None:
    code = "template_invalid"
    try:
        file_it(*components, category=category)
    except Invalid as refused:
        code = refused.code
    assert code in CODES


def test_variables_are_told_once_each_in_their_order() -> None:
    assert variables("{{b}} {{ a }} {{b}} {c}") == ["b", "a"]
