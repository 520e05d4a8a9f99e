"""Templates as businesses file them: what may be filed, and what a machine finds wrong before a person reviews it.

The limits are the Cloud API's (message_templates#components); rendering for sending is ``template_rendering``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from clarine.domain.errors import Invalid
from clarine.domain.template_cards import SHELF_BUTTONS, carousel_problems, offer_problems
from clarine.domain.template_wording import with_platform_wording

ParameterFormat = Literal["POSITIONAL", "NAMED"]
TemplateCategory = Literal["MARKETING", "UTILITY", "AUTHENTICATION"]
Component = Mapping[str, Any]

HEADER_CHARACTERS_MAX: Final = 60
BODY_CHARACTERS_MAX: Final = 1024
FOOTER_CHARACTERS_MAX: Final = 60
BUTTONS_MAX: Final = 10
BUTTON_CHARACTERS_MAX: Final = 25
URL_CHARACTERS_MAX: Final = 2000
PHONE_CHARACTERS_MAX: Final = 20
COUPON_CHARACTERS_MAX: Final = 15
FLOW_ID_DIGITS_MAX: Final = 18
CODE_EXPIRATION_MINUTES_MAX: Final = 90
_LETTERS_PER_VARIABLE_MIN: Final = 5

HEADER_MEDIA: Final = ("IMAGE", "VIDEO", "DOCUMENT")
_BUTTONS_OF_TYPE_MAX: Final = {
    "QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "FLOW": 1, "CATALOG": 1, "MPM": 1, "SPM": 1,
    "REQUEST_CONTACT_INFO": 1,
}  # fmt: skip
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_PARAMETER_NAME = re.compile(r"[a-z][a-z0-9_]*")

#: A variable in a template's text: ``{{1}}`` or ``{{first_name}}``; group 1 is its name.
VARIABLE: Final = re.compile(r"\{\{\s*([^{}\s]*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class CheckedTemplate:
    """A template that may be filed. *components* are as sent, with upper-case types and the platform's own wording.

    *findings* is what review refuses without a person (rejected_reason INVALID_FORMAT).
    """

    name: str
    language: str
    category: TemplateCategory
    parameter_format: ParameterFormat
    components: tuple[dict[str, Any], ...]
    findings: tuple[str, ...] = ()


def validate_template(
    *, name: str, language: str, category: str, components: object, parameter_format: str | None = None
) -> CheckedTemplate:
    """The template as it may be filed, or Invalid whose details name every problem; its code is that of the first:
    ``template_length``, ``template_header``, ``template_body``, ``template_footer``, ``template_invalid``.

    *components* is the JSON list that was sent. Without *parameter_format* the variables themselves say whether they
    are numbered or named (clients leave it out for both). Cloud API: message_templates, limits of each component.
    """
    parts = _parts(components)
    chosen = (parameter_format or _format_of(parts)).upper()
    problems = [*_naming_problems(name, language, category.upper(), chosen)]
    if not problems:
        problems = [*_component_problems(parts, category.upper(), chosen)]
    if problems:
        raise Invalid("; ".join(problems), code=_code_of(problems[0]), field="components")
    return CheckedTemplate(
        name,
        language,
        _one_of(get_args(TemplateCategory), category.upper()),
        _one_of(get_args(ParameterFormat), chosen),
        tuple(_completed(each, language, category.upper()) for each in parts),
        tuple(_findings(parts)),
    )


def _code_of(problem: str) -> str:
    """What kind of problem it is, for programs (Cloud API: error codes, template creation)."""
    where, _, what = problem.partition(": ")
    if "the limit is" in what:
        return "template_length"
    return f"template_{where.lower()}" if where in ("HEADER", "BODY", "FOOTER") else "template_invalid"


def variables(text: str) -> list[str]:
    """The distinct variable names in *text*, in the order in which they first stand there."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def part(components: Sequence[Component], kind: str) -> Component | None:
    """The component of type *kind* (upper case), or None."""
    return next((each for each in components if str(each.get("type", "")).upper() == kind), None)


def _completed(component: dict[str, Any], language: str, category: str) -> dict[str, Any]:
    """*component* as it is stored; what a business writes into an authentication message is not used."""
    if category == "AUTHENTICATION" and component["type"] in ("BODY", "FOOTER"):
        component = {key: value for key, value in component.items() if key != "text"}
    return with_platform_wording(component, language)


def _one_of(choices: tuple[Any, ...], text: str) -> Any:
    assert text in choices, f"{text} was checked to be one of {choices}"
    return text


def _parts(components: object) -> list[dict[str, Any]]:
    """*components* with upper-case types and without nulls; raises Invalid when it is no list of objects."""
    if not isinstance(components, list) or not all(isinstance(each, dict) for each in components):
        raise Invalid("components must be a list of objects", code="template_invalid", field="components")
    return [_upper(each) for each in components]


def _upper(component: dict[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in component.items() if value is not None}
    for key in ("type", "format", "otp_type"):
        if isinstance(found.get(key), str):
            found[key] = found[key].upper()
    buttons = found.get("buttons")
    if isinstance(buttons, list) and all(isinstance(each, dict) for each in buttons):
        found["buttons"] = [_upper(each) for each in buttons]
    cards = found.get("cards")
    if isinstance(cards, list) and all(isinstance(each, dict) for each in cards):
        found["cards"] = [_upper_card(each) for each in cards]
    return found


def _upper_card(card: dict[str, Any]) -> dict[str, Any]:
    """*card* with upper-case types; buttons that stand beside its header instead of in BUTTONS are put there."""
    parts = card.get("components")
    if not isinstance(parts, list) or not all(isinstance(each, dict) for each in parts):
        return card
    parts = [_upper(each) for each in parts]
    loose = [each for each in parts if each.get("type") in _BUTTONS_OF_TYPE_MAX]
    parts = [each for each in parts if each not in loose]
    return {**card, "components": [*parts, {"type": "BUTTONS", "buttons": loose}] if loose else parts}


def _format_of(parts: list[dict[str, Any]]) -> ParameterFormat:
    texts = [each["text"] for each in parts if isinstance(each.get("text"), str)]
    named = any(not name.isdecimal() for text in texts for name in variables(text))
    return "NAMED" if named else "POSITIONAL"


def _naming_problems(name: str, language: str, category: str, parameter_format: str) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield "name: only lower-case letters, digits and underscores, at most 512"
    if not _LANGUAGE.fullmatch(language):
        yield f"language: {language!r} is not a language code like en or en_US"
    if category not in get_args(TemplateCategory):
        yield "category: must be MARKETING, UTILITY or AUTHENTICATION"
    if parameter_format not in get_args(ParameterFormat):
        yield "parameter_format: must be POSITIONAL or NAMED"


def _component_problems(parts: list[dict[str, Any]], category: str, parameter_format: str) -> Iterator[str]:
    kinds = [str(each.get("type")) for each in parts]
    for kind in dict.fromkeys(kinds):
        if kind not in ("HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER"):
            yield f"{kind}: this component is not supported"
        elif kinds.count(kind) > 1:
            yield f"{kind}: there may be only one"
    if "BODY" not in kinds:
        yield "BODY: a template needs a body"
    for each in parts:
        yield from _part_problems(each, category, parameter_format)
    yield from _combination_problems(kinds, parts)
    if category == "AUTHENTICATION" and "BUTTONS" not in kinds:
        yield "BUTTONS: an authentication template needs one OTP button"


def _part_problems(each: dict[str, Any], category: str, parameter_format: str) -> Iterator[str]:
    match each.get("type"), category:
        case (("HEADER" | "BODY" | "FOOTER" | "BUTTONS"), "AUTHENTICATION"):
            yield from _authentication_problems(each)
        case "HEADER", _:
            yield from _header_problems(each, parameter_format)
        case "BODY", _:
            yield from _text_problems(each, "BODY", BODY_CHARACTERS_MAX)
            yield from _variable_problems(each, "BODY", parameter_format)
        case "FOOTER", _:
            yield from _text_problems(each, "FOOTER", FOOTER_CHARACTERS_MAX)
            if "{{" in str(each.get("text")):
                yield "FOOTER: variables are not allowed"
        case "BUTTONS", _:
            yield from _buttons_problems(each)
        case "LIMITED_TIME_OFFER", _:
            yield from offer_problems(each, category)
        case "CAROUSEL", _:
            yield from carousel_problems(
                each,
                body=lambda part: _variable_problems(part, "BODY", parameter_format),
                buttons=_buttons_problems,
            )


def _combination_problems(kinds: list[str], parts: list[dict[str, Any]]) -> Iterator[str]:
    """Parts that cannot stand beside each other."""
    if "CAROUSEL" in kinds and not {"BODY", "CAROUSEL"} >= set(kinds):
        yield "CAROUSEL: beside it stands only a BODY"
    if "LIMITED_TIME_OFFER" in kinds and "FOOTER" in kinds:
        yield "FOOTER: a limited-time offer has none"
    header, buttons = part(parts, "HEADER"), part(parts, "BUTTONS")
    sells_one = buttons is not None and any(
        each.get("type") == "SPM" for each in buttons.get("buttons") or () if isinstance(each, dict)
    )
    if (header is not None and header.get("format") == "PRODUCT") != sells_one:
        yield "HEADER: format PRODUCT stands with one button of type SPM"


def _text_problems(component: Component, where: str, characters_max: int, key: str = "text") -> Iterator[str]:
    text = component.get(key)
    if not isinstance(text, str) or not text.strip():
        yield f"{where}: {key} is missing"
    elif len(text) > characters_max:
        yield f"{where}: {key} has {len(text)} characters, the limit is {characters_max}"


def _header_problems(header: Component, parameter_format: str) -> Iterator[str]:
    match header.get("format", "TEXT"):
        case "TEXT":
            yield from _text_problems(header, "HEADER", HEADER_CHARACTERS_MAX)
            text = str(header.get("text", ""))
            if len(variables(text)) > 1:
                yield "HEADER: at most one variable is allowed"
            if "\n" in text:
                yield "HEADER: line breaks are not allowed"
            yield from _variable_problems(header, "HEADER", parameter_format)
        case "IMAGE" | "VIDEO" | "DOCUMENT" | "LOCATION" | "PRODUCT":
            # The sample (example.header_handle) helps the reviewer; a header without one can still be judged and sent.
            return
        case other:
            yield f"HEADER: format {other} is not supported"


def _variable_problems(component: Component, where: str, parameter_format: str) -> Iterator[str]:
    """What is wrong with the variables of *component* and their examples."""
    text = component.get("text")
    if not isinstance(text, str):
        return
    names = variables(text)
    rest = VARIABLE.sub("", text)
    if "{{" in rest or "}}" in rest:
        yield f"{where}: a variable is written {{{{1}}}} or {{{{name}}}}"
    if parameter_format == "POSITIONAL":
        if sorted(names) != sorted(str(number) for number in range(1, len(names) + 1)):
            yield f"{where}: variables must be numbered {{{{1}}}}, {{{{2}}}}, … without gaps"
    elif not all(_PARAMETER_NAME.fullmatch(name) for name in names):
        yield f"{where}: variable names are lower-case letters, digits and underscores"
    if names and not _has_examples(component, where.lower(), names, parameter_format):
        yield f"{where}: every variable needs an example"


def _has_examples(component: Component, where: str, names: list[str], parameter_format: str) -> bool:
    example = component.get("example")
    if not isinstance(example, dict):
        return False
    if parameter_format == "NAMED":
        given = example.get(f"{where}_text_named_params")
        if not isinstance(given, list):
            return False
        shown = {each.get("param_name") for each in given if isinstance(each, dict) and each.get("example")}
        return set(names) <= shown
    samples = example.get(f"{where}_text")
    if isinstance(samples, list) and samples and isinstance(samples[0], list):
        samples = samples[0]
    samples = [samples] if isinstance(samples, str) else samples
    return isinstance(samples, list) and len(samples) == len(names) and all(samples)


def _buttons_problems(component: Component) -> Iterator[str]:
    buttons = component.get("buttons")
    if not isinstance(buttons, list) or not buttons or not all(isinstance(each, dict) for each in buttons):
        yield "BUTTONS: buttons must be a list of at least one button"
        return
    if len(buttons) > BUTTONS_MAX:
        yield f"BUTTONS: at most {BUTTONS_MAX} buttons are allowed"
    kinds = [str(each.get("type")) for each in buttons]
    for kind in dict.fromkeys(kinds):
        if kind in _BUTTONS_OF_TYPE_MAX and kinds.count(kind) > _BUTTONS_OF_TYPE_MAX[kind]:
            yield f"BUTTONS: at most {_BUTTONS_OF_TYPE_MAX[kind]} of type {kind} are allowed"
    changes = sum((a == "QUICK_REPLY") != (b == "QUICK_REPLY") for a, b in pairwise(kinds))
    if changes > 1:
        yield "BUTTONS: quick replies must stand together"
    for number, button in enumerate(buttons):
        yield from _button_problems(button, f"BUTTONS[{number}]")


def _button_problems(button: Component, where: str) -> Iterator[str]:
    kind = button.get("type")
    if kind in ("QUICK_REPLY", "URL", "PHONE_NUMBER", "FLOW", *SHELF_BUTTONS):
        yield from _text_problems(button, where, BUTTON_CHARACTERS_MAX)
        if "{{" in str(button.get("text")):
            yield f"{where}: variables are not allowed in text"
    match kind:
        case "QUICK_REPLY" | "CATALOG" | "MPM" | "SPM" | "REQUEST_CONTACT_INFO":
            return
        case "URL":
            yield from _url_problems(button, where)
        case "PHONE_NUMBER":
            yield from _text_problems(button, where, PHONE_CHARACTERS_MAX, key="phone_number")
        case "COPY_CODE":
            samples = button.get("example")
            sample = samples[0] if isinstance(samples, list) and samples else samples
            yield from _text_problems({"example": sample}, where, COUPON_CHARACTERS_MAX, key="example")
        case "FLOW":
            if not str(button.get("flow_id", "")).isdecimal() or len(str(button["flow_id"])) > FLOW_ID_DIGITS_MAX:
                yield f"{where}: flow_id must be the id of a flow"
            if str(button.get("flow_action") or "navigate").lower() not in ("navigate", "data_exchange"):
                yield f"{where}: flow_action must be navigate or data_exchange"
        case "OTP":
            yield f"{where}: OTP is for authentication templates only"
        case other:
            yield f"{where}: type {other} is not supported"


def _url_problems(button: Component, where: str) -> Iterator[str]:
    """A link may end in one variable, after its host: what is filled in must not be able to change where it leads."""
    yield from _text_problems(button, where, URL_CHARACTERS_MAX, key="url")
    url = str(button.get("url", ""))
    fixed, variable, rest = url.partition("{{")
    try:
        parsed = urlsplit(fixed)
        reachable = parsed.scheme in ("http", "https") and bool(parsed.hostname)
    except ValueError:
        reachable = False
    if not reachable or any(character.isspace() for character in fixed):
        yield f"{where}: url must be a link that begins with https:// or http://"
    elif variable and not (VARIABLE.fullmatch(variable + rest) and (parsed.path or parsed.query)):
        yield f"{where}: url may hold one variable, at its end and after the host"
    elif variable and not button.get("example"):
        yield f"{where}: every variable needs an example"


def _authentication_problems(component: Component) -> Iterator[str]:
    match component.get("type"):
        case "HEADER":
            yield "HEADER: authentication templates have no header"
        case "BODY":
            if not isinstance(component.get("add_security_recommendation", False), bool):
                yield "BODY: add_security_recommendation must be true or false"
        case "FOOTER":
            minutes = component.get("code_expiration_minutes")
            if minutes is not None and not (isinstance(minutes, int) and 1 <= minutes <= CODE_EXPIRATION_MINUTES_MAX):
                yield f"FOOTER: code_expiration_minutes must be 1 to {CODE_EXPIRATION_MINUTES_MAX}"
        case _:
            buttons = component.get("buttons")
            if not isinstance(buttons, list) or len(buttons) != 1 or not isinstance(buttons[0], dict):
                yield "BUTTONS: an authentication template needs one OTP button"
            elif buttons[0].get("type") != "OTP":
                yield "BUTTONS[0]: type must be OTP"
            elif buttons[0].get("otp_type") not in ("COPY_CODE", "ONE_TAP", "ZERO_TAP"):
                yield "BUTTONS[0]: otp_type must be COPY_CODE, ONE_TAP or ZERO_TAP"


def _findings(parts: list[dict[str, Any]]) -> Iterator[str]:
    """What review refuses at sight (Cloud API: template review, common rejection reasons)."""
    body = part(parts, "BODY")
    text = body.get("text", "").strip() if body is not None else ""
    if not isinstance(text, str) or not (found := VARIABLE.findall(text)):
        return
    if VARIABLE.match(text) or VARIABLE.sub("", text[text.rfind("{{") :]) == "":
        yield "BODY: a variable may not stand at the start or the end"
    letters = sum(character.isalpha() for character in VARIABLE.sub("", text))
    if letters < _LETTERS_PER_VARIABLE_MIN * len(found):
        yield "BODY: too many variables for so little text"
