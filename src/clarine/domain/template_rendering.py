"""A stored template and the parameters of one send become the message that the person sees.

Every refusal is Invalid with one of the codes ``template_param_count`` (132000), ``template_too_long`` (132005),
``template_policy`` (132007) and ``template_param_format`` (132012).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from clarine.domain.errors import Invalid
from clarine.domain.message import Button, Card, FlowLaunch, Location, Media, ProductShown, Template, Text
from clarine.domain.template import (
    BODY_CHARACTERS_MAX,
    HEADER_CHARACTERS_MAX,
    HEADER_MEDIA,
    URL_CHARACTERS_MAX,
    VARIABLE,
    Component,
    part,
    variables,
)
from clarine.domain.template_cards import SHELF_BUTTONS
from clarine.domain.template_shelves import offer, product_named, shelf
from clarine.domain.template_wording import with_platform_wording, wording

_COUPON_CHARACTERS_MAX = 20
_FLOW_TOKEN_CHARACTERS_MAX = 200
_PAYLOAD_CHARACTERS_MAX = 256
#: What a filled-in text may not hold (Cloud API: error 132007): it would let parameters redraw the approved message.
_UNRULY = re.compile(r"[\n\r\t\v\f\u0085\u2028\u2029]| {5,}")


def media_asked(parameters: object) -> dict[str, dict[str, Any]]:
    """By place (``header``, ``card 0`` …) the media object (``{"id"}`` or ``{"link"}``, with ``type`` image, video or
    document) that *parameters* name.

    *parameters* is the send's ``template.components``. The caller resolves them and hands the Media to render_template.
    """
    found: dict[str, dict[str, Any]] = {}
    for sent in _sent(parameters):
        match _lower(sent, "type"):
            case "header":
                for each in _values(sent, "header"):
                    kind = _lower(each, "type")
                    if kind.upper() in HEADER_MEDIA and isinstance(each.get(kind), dict):
                        found["header"] = {**each[kind], "type": kind}
            case "carousel":
                for number, card in enumerate(_cards_sent(sent)):
                    if (asked := media_asked(card.get("components")).get("header")) is not None:
                        found[f"card {number}"] = asked
    return found


def render_template(
    *,
    name: str,
    language: str,
    components: Sequence[Component],
    parameter_format: str,
    parameters: object,
    media: Mapping[str, Media] | None = None,
    products: Mapping[str, ProductShown] | None = None,
) -> Template:
    """Template *name* with every variable filled in from *parameters* (Cloud API: messages, ``template.components``).

    *components* and *parameter_format* are as stored; *media* is what media_asked named, resolved; *products* are those
    of the connected catalogue that the parameters name, by retailer id.
    Raises Invalid, see the module, when the parameters do not fit the template.
    """
    stored = [with_platform_wording(each, language) for each in components]
    kinds = ("HEADER", "BODY", "FOOTER", "LIMITED_TIME_OFFER")
    header, body, footer, limited = (part(stored, kind) for kind in kinds)
    assert body is not None, "a stored template has a body"
    named = parameter_format.upper() == "NAMED"
    media, products = media or {}, products or {}
    cards = _cards(stored, parameters, language, media, products, named=named)
    sent = _by_place(parameters)
    product = _product(header, sent)
    text = _filled(str(body["text"]), sent.pop("body", []), "body", named=named)
    if len(text) > BODY_CHARACTERS_MAX:
        raise Invalid(f"body: {len(text)} characters, the limit is {BODY_CHARACTERS_MAX}", code="template_too_long")
    rendered = Template(
        name=name,
        language=language,
        body=text,
        header=None if product else _header(header, sent.pop("header", []), media.get("header"), named=named),
        footer=str(footer["text"]) if footer is not None and footer.get("text") else None,
        buttons=_buttons(part(stored, "BUTTONS"), sent, language, _Shelved(products, product)),
        cards=cards,
        offer=offer(limited, sent.pop("limited_time_offer", [])) if limited is not None else None,
    )
    if sent:
        raise Invalid(f"{next(iter(sent))}: the template has no such part", code="template_param_format")
    return rendered


@dataclass(frozen=True, slots=True)
class _Shelved:
    """The products that buttons may show, and the one that stands in the header."""

    products: Mapping[str, ProductShown]
    header: str | None = None


def _product(header: Component | None, sent: dict[str, list[Mapping[str, Any]]]) -> str | None:
    """The product that a header of format PRODUCT shows; takes its parameter out of *sent*."""
    if header is None or str(header.get("format", "")).upper() != "PRODUCT":
        return None
    return product_named(_only(sent.pop("header", []), "header"), "header")


def _cards(
    stored: Sequence[Component],
    parameters: object,
    language: str,
    media: Mapping[str, Media],
    products: Mapping[str, ProductShown],
    *,
    named: bool,
) -> tuple[Card, ...]:
    """The cards of the carousel, each with its parameters."""
    carousel = part(stored, "CAROUSEL")
    sent = next((_cards_sent(each) for each in _sent(parameters) if _lower(each, "type") == "carousel"), [])
    if carousel is None:
        if sent:
            raise Invalid("carousel: the template has no such part", code="template_param_format")
        return ()
    by_number = dict(enumerate(sent))
    if len(sent) not in (0, len(carousel["cards"])):
        _count(sent, len(carousel["cards"]), "carousel")
    return tuple(
        _card(
            card["components"], by_number.get(number, {}), language, media.get(f"card {number}"), products, named=named
        )
        for number, card in enumerate(carousel["cards"])
    )


def _cards_sent(sent: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The cards of a send in the order of their ``card_index``."""
    cards = sent.get("cards") or []
    if not isinstance(cards, list) or not all(isinstance(each, dict) for each in cards):
        raise Invalid("carousel: cards must be a list of objects", code="template_param_format")
    indexes = [str(card.get("card_index", number)) for number, card in enumerate(cards)]
    if sorted(indexes) != sorted(str(number) for number in range(len(cards))):
        raise Invalid("carousel: card_index counts the cards from 0", code="template_param_value")
    return [card for _, card in sorted(zip(indexes, cards, strict=True), key=lambda pair: int(pair[0]))]


def _card(
    stored: Sequence[Component],
    sent_card: Mapping[str, Any],
    language: str,
    medium: Media | None,
    products: Mapping[str, ProductShown],
    *,
    named: bool,
) -> Card:
    header, body = part(stored, "HEADER"), part(stored, "BODY")
    sent = _by_place(sent_card.get("components"))
    product = _product(header, sent)
    if product is not None and product not in products:
        raise Invalid(f"header: product {product} is not in the connected catalog", code="template_unfit")
    shown = None if product else _header(header, sent.pop("header", []), medium, named=named)
    text = _filled(str(body["text"]), sent.pop("body", []), "body", named=named) if body is not None else None
    buttons = _buttons(part(stored, "BUTTONS"), sent, language, _Shelved(products, product))
    if sent:
        raise Invalid(f"card: {next(iter(sent))}: the template has no such part", code="template_param_format")
    return Card(
        header=shown if isinstance(shown, Media) else None,
        body=text,
        buttons=buttons,
        product=products[product] if product else None,
    )


def _by_place(parameters: object) -> dict[str, list[Mapping[str, Any]]]:
    """The parameters by place: ``header``, ``body`` or ``button 0``; parts that bring none are left out."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for sent in _sent(parameters):
        kind = _lower(sent, "type")
        if kind == "carousel":
            continue
        if kind not in ("header", "body", "button", "limited_time_offer"):
            raise Invalid(f"components: type {kind!r} is not supported", code="template_param_format")
        place = f"button {_index(sent)}" if kind == "button" else kind
        if place in found:
            raise Invalid(f"{place}: is given twice", code="template_param_format")
        if values := _values(sent, place):
            found[place] = values
    return found


def _index(sent: Mapping[str, Any]) -> int:
    index = str(sent.get("index", "0"))
    if not (index.isascii() and index.isdecimal() and len(index) == 1):
        raise Invalid(f"button: index {index!r} is not 0 to 9", code="template_param_value")
    return int(index)


def _sent(parameters: object) -> list[Mapping[str, Any]]:
    if not isinstance(parameters or [], list):
        raise Invalid("components must be a list", code="template_param_format")
    found = cast("list[object]", parameters or [])
    if not all(isinstance(each, dict) for each in found):
        raise Invalid("components must be a list of objects", code="template_param_format")
    return cast("list[Mapping[str, Any]]", found)


def _values(sent: Mapping[str, Any], place: str) -> list[Mapping[str, Any]]:
    values = sent.get("parameters") or []
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        raise Invalid(f"{place}: parameters must be a list of objects", code="template_param_format")
    return values


def _lower(value: Mapping[str, Any], key: str) -> str:
    return str(value.get(key) or "").lower()


def _filled(text: str, values: Sequence[Mapping[str, Any]], place: str, *, named: bool) -> str:
    """*text* with each variable replaced in one pass, so that what is filled in is never read as a variable."""
    names = variables(text)
    _count(values, len(names), place)
    if named:
        given = {str(each.get("parameter_name")): _text(each, place) for each in values}
        if missing := [name for name in names if name not in given]:
            raise Invalid(f"{place}: parameter {missing[0]} is missing", code="template_param_format")
    else:
        given = {str(number): _text(each, place) for number, each in enumerate(values, start=1)}
    return VARIABLE.sub(lambda found: given[found[1]], text)


def _text(value: Mapping[str, Any], place: str) -> str:
    """What stands in the message for *value*; for money and dates the caller's own fallback, as the original shows."""
    kind = _lower(value, "type")
    match kind:
        case "text":
            text = value.get("text")
        case "currency" | "date_time":
            inner = value.get(kind)
            text = inner.get("fallback_value") if isinstance(inner, dict) else None
        case _:
            raise Invalid(f"{place}: expected text, received {kind or 'nothing'}", code="template_param_format")
    if not isinstance(text, str) or not text.strip():
        raise Invalid(f"{place}: {kind} is missing its text", code="template_param_format")
    if _UNRULY.search(text):
        raise Invalid(
            f"{place}: param text cannot have new-line/tab characters or more than 4 consecutive spaces",
            code="template_policy",
        )
    return text


def _header(
    header: Component | None, values: Sequence[Mapping[str, Any]], media: Media | None, *, named: bool
) -> Text | Media | Location | None:
    if header is None:
        _count(values, 0, "header")
        return None
    wanted = str(header.get("format", "TEXT")).upper()
    if wanted == "TEXT":
        text = _filled(str(header["text"]), values, "header", named=named)
        if len(text) > HEADER_CHARACTERS_MAX:
            raise Invalid(f"header: the limit is {HEADER_CHARACTERS_MAX} characters", code="template_too_long")
        return Text(text)
    value = _only(values, "header")
    received = _lower(value, "type").upper()
    if received != wanted or (wanted != "LOCATION" and (media is None or media.type.upper() != wanted)):
        raise Invalid(
            f"header: Format mismatch, expected {wanted}, received {received or 'UNKNOWN'}",
            code="template_param_format",
        )
    return _location(value.get("location")) if wanted == "LOCATION" else media


def _location(value: object) -> Location:
    place = value if isinstance(value, dict) else {}
    latitude, longitude = _degrees(place.get("latitude"), 90), _degrees(place.get("longitude"), 180)
    name, address = (place.get(key) for key in ("name", "address"))
    return Location(latitude, longitude, name and str(name), address and str(address))


def _degrees(value: object, limit: int) -> float:
    try:
        degrees = float(value) if isinstance(value, str | int | float) else math.nan
    except ValueError:
        degrees = math.nan
    if not -limit <= degrees <= limit:
        raise Invalid("header: location needs latitude and longitude in degrees", code="template_param_value")
    return degrees


def _only(values: Sequence[Mapping[str, Any]], place: str) -> Mapping[str, Any]:
    _count(values, 1, place)
    return values[0]


def _count(values: Sequence[Mapping[str, Any]], expected: int, place: str) -> None:
    if len(values) != expected:
        raise Invalid(
            f"{place}: number of localizable_params ({len(values)}) does not match "
            f"the expected number of params ({expected})",
            code="template_param_count",
        )


def _buttons(
    component: Component | None, sent: dict[str, list[Mapping[str, Any]]], language: str, shelved: _Shelved
) -> tuple[Button, ...]:
    """The buttons of the template; takes their parameters out of *sent*."""
    buttons = component["buttons"] if component is not None else ()
    return tuple(
        _shelf_button(button, number, sent.pop(f"button {number}", []), shelved)
        if str(button["type"]).upper() in SHELF_BUTTONS
        else _button(button, number, sent.pop(f"button {number}", []), language)
        for number, button in enumerate(buttons)
    )


def _shelf_button(button: Component, number: int, values: Sequence[Mapping[str, Any]], shelved: _Shelved) -> Button:
    place = f"button {number}"
    found = shelf(str(button["type"]).upper(), values, place, shelved.products, shelved.header)
    return Button(str(number), str(button["text"]), "shelf", shelf=found)


def _button(button: Component, number: int, values: Sequence[Mapping[str, Any]], language: str) -> Button:
    place, own_id = f"button {number}", str(number)
    title = str(button.get("text") or wording(language).copy_code)
    match str(button["type"]).upper():
        case "QUICK_REPLY":
            payload = _parameter(_only(values, place), place, "payload") if values else title
            if len(payload) > _PAYLOAD_CHARACTERS_MAX:
                raise Invalid(
                    f"{place}: payload has over {_PAYLOAD_CHARACTERS_MAX} characters", code="template_too_long"
                )
            return Button(payload, title)
        case "OTP":
            return Button(own_id, title, "copy_code", code=_parameter(_only(values, place), place, "text"))
        case "URL" if button.get("otp_type"):
            return Button(own_id, title, "copy_code", code=_parameter(_only(values, place), place, "text"))
        case "URL":
            return Button(own_id, title, "url", url=_link(str(button["url"]), values, place))
        case "COPY_CODE":
            code = _parameter(_only(values, place), place, "coupon_code")
            if len(code) > _COUPON_CHARACTERS_MAX:
                raise Invalid(f"{place}: coupon_code is over {_COUPON_CHARACTERS_MAX}", code="template_too_long")
            return Button(own_id, title, "copy_code", code=code)
        case "PHONE_NUMBER":
            _count(values, 0, place)
            return Button(own_id, title, "phone", phone=str(button["phone_number"]))
        case "REQUEST_CONTACT_INFO":
            _count(values, 0, place)
            return Button(own_id, title, "contact")
        case "FLOW":
            return Button(own_id, title, "flow", flow=_flow(button, title, values, place))
        case other:
            raise AssertionError(f"a stored template has a button of type {other}")


def _flow(button: Component, title: str, values: Sequence[Mapping[str, Any]], place: str) -> FlowLaunch:
    """The form that a button opens; a parameter of type action may bring its token and first data."""
    action = _only(values, place).get("action") if values else {}
    token = action.get("flow_token") if isinstance(action, dict) else None
    data = action.get("flow_action_data") if isinstance(action, dict) else None
    if not isinstance(action, dict) or not isinstance(token or "", str) or not isinstance(data or {}, dict):
        raise Invalid(f"{place}: expected action with flow_token and flow_action_data", code="template_param_format")
    exchanges = str(button.get("flow_action") or "navigate").lower() == "data_exchange"
    return FlowLaunch(
        flow_id=str(button["flow_id"]),
        label=title,
        token=(token or "unused")[:_FLOW_TOKEN_CHARACTERS_MAX],
        action="data_exchange" if exchanges else "navigate",
        screen=None if exchanges else button.get("navigate_screen"),
        data=None if exchanges else data,
    )


def _link(url: str, values: Sequence[Mapping[str, Any]], place: str) -> str:
    names = variables(url)
    _count(values, len(names), place)
    if not names:
        return url
    suffix = _parameter(values[0], place, "text")
    if any(character.isspace() for character in suffix):
        raise Invalid(f"{place}: the end of a link has no spaces", code="template_policy")
    link = VARIABLE.sub(lambda _: suffix, url)
    if len(link) > URL_CHARACTERS_MAX:
        raise Invalid(f"{place}: the link has over {URL_CHARACTERS_MAX} characters", code="template_too_long")
    return link


def _parameter(value: Mapping[str, Any], place: str, kind: str) -> str:
    """The text of a button's *value*; clients name its type differently, so the key decides."""
    text = value.get(kind, value.get("text"))
    if not isinstance(text, str) or not text.strip():
        raise Invalid(
            f"{place}: expected {kind}, received {_lower(value, 'type') or 'nothing'}", code="template_param_format"
        )
    if kind != "payload" and _UNRULY.search(text):
        raise Invalid(f"{place}: {kind} cannot have new-line/tab characters", code="template_policy")
    return text
