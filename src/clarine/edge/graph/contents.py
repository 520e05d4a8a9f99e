"""From the wire types of a message to the domain's contents; every limit of the Cloud API is checked here, once.

Errors are 131008 (missing), 131009 (value), 131051 (type), with details that name the parameter as the original does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from clarine.domain.ids import MessageKey, Seal
from clarine.domain.message import Contacts, Content, Location, MediaKind, Reaction, Text
from clarine.edge.graph.checking import fits, given, line, medium_of
from clarine.edge.graph.errors import ApiError, missing, wrong
from clarine.edge.graph.interactives import interactive_links, interactive_of
from clarine.edge.graph.wire import LanguageIn, MediaIn, SendIn, TemplateIn
from clarine.flow.drafts import TemplateDraft

TEXT_CHARACTERS_MAX: Final = 4096
CONTACTS_MAX: Final = 257
EMOJI_CHARACTERS_MAX: Final = 32

_MEDIA_KINDS: Final[tuple[MediaKind, ...]] = ("image", "video", "audio", "document", "sticker")


def content_of(sent: SendIn, seal: Seal) -> tuple[Content | TemplateDraft, MessageKey | None]:
    """The content of *sent*, whose links have become ids, and for a reaction the message it stands on."""
    kind = sent.type or "text"
    match kind:
        case "text":
            return _text(sent), None
        case "image" | "video" | "audio" | "document" | "sticker":
            return medium_of(kind, getattr(sent, kind)), None
        case "location":
            return _location(sent), None
        case "contacts":
            return _contacts(sent.contacts), None
        case "reaction":
            return _reaction(sent, seal)
        case "interactive":
            return interactive_of(given(sent.interactive, "interactive")), None
        case "template":
            return _template(given(sent.template, "template")), None
        case _:
            raise ApiError(131051, f"Message type '{kind}' is not supported")


def links_of(sent: SendIn) -> Iterator[tuple[MediaKind, str, MediaIn | dict[str, Any]]]:
    """(kind, link, where the id belongs) of every medium that is given by a link."""
    kind = sent.type or "text"
    if kind == "template" and sent.template is not None:
        yield from _template_links(sent.template)
        return
    found: list[tuple[MediaKind, MediaIn | None]] = [
        (each, getattr(sent, each)) for each in _MEDIA_KINDS if each == kind
    ]
    if kind == "interactive" and sent.interactive is not None:
        found = [*interactive_links(sent.interactive)]
    for media_kind, medium in found:
        if medium is not None and medium.link and not medium.id:
            yield media_kind, medium.link, medium


def _template_links(template: TemplateIn) -> Iterator[tuple[MediaKind, str, dict[str, Any]]]:
    cards = [
        part
        for component in template.components or ()
        for card in component.get("cards") or ()
        if isinstance(card, dict)
        for part in card.get("components") or ()
        if isinstance(part, dict)
    ]
    for component in (*(template.components or ()), *cards):
        for parameter in component.get("parameters") or ():
            if not isinstance(parameter, dict):
                continue
            for kind in ("image", "video", "document"):
                medium = parameter.get(kind)
                if isinstance(medium, dict) and isinstance(medium.get("link"), str) and not medium.get("id"):
                    yield kind, medium["link"], medium


def _text(sent: SendIn) -> Text:
    text = given(sent.text, "text")
    return Text(line(text.body, "text['body']", TEXT_CHARACTERS_MAX), bool(text.preview_url))


def _location(sent: SendIn) -> Location:
    place = given(sent.location, "location")
    latitude, longitude = (
        given(place.latitude, "location['latitude']"),
        given(place.longitude, "location['longitude']"),
    )
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise wrong("location['latitude'] and location['longitude'] must be degrees")
    return Location(
        latitude,
        longitude,
        fits(place.name, "location['name']", 1000) if place.name else None,
        fits(place.address, "location['address']", 1000) if place.address else None,
    )


def _contacts(cards: list[dict[str, Any]] | None) -> Contacts:
    """Cards as sent, without what is null or empty."""
    if not cards:
        raise missing("contacts")
    if len(cards) > CONTACTS_MAX:
        raise wrong(f"contacts: at most {CONTACTS_MAX} are allowed")
    found = tuple(_without_empty(card) for card in cards)
    for number, card in enumerate(found):
        name = card.get("name")
        if not isinstance(name, dict) or not isinstance(name.get("formatted_name"), str):
            raise missing(f"contacts[{number}]['name']['formatted_name']")
        for part in ("phones", "emails", "urls", "addresses"):
            if part in card and not (
                isinstance(card[part], list) and all(isinstance(each, dict) for each in card[part])
            ):
                raise wrong(f"contacts[{number}]['{part}'] must be a list of objects")
    return Contacts(found)


def _without_empty(value: Any) -> Any:
    match value:
        case dict():
            kept = {key: _without_empty(each) for key, each in value.items()}
            return {key: each for key, each in kept.items() if each not in (None, [], {})}
        case list():
            return [_without_empty(each) for each in value]
        case _:
            return value


def _reaction(sent: SendIn, seal: Seal) -> tuple[Reaction, MessageKey]:
    reaction = given(sent.reaction, "reaction")
    message_id = line(reaction.message_id, "reaction['message_id']", 512)
    if reaction.emoji is None:
        raise missing("reaction['emoji']")
    key = seal.message_key(message_id)
    if not isinstance(key, MessageKey):
        raise wrong("reaction['message_id'] is not the id of a message of this conversation")
    return Reaction(key.seq, fits(reaction.emoji, "reaction['emoji']", EMOJI_CHARACTERS_MAX)), key


def _template(template: TemplateIn) -> TemplateDraft:
    name = line(template.name, "template['name']", 512)
    asked = template.language
    language = asked.code if isinstance(asked, LanguageIn) else asked
    components = [{**each, "parameters": each.get("parameters") or []} for each in template.components or ()]
    return TemplateDraft(name, line(language, "template['language']['code']", 16), components)
