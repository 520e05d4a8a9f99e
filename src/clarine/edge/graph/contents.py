"""From the wire types of a message to the domain's contents; every limit of the Cloud API is checked here, once.

Errors are 131008 (missing), 131009 (value), 131051 (type), with details that name the parameter as the original does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from clarine.domain.ids import MessageKey, Seal
from clarine.domain.message import (
    Button,
    Contacts,
    Content,
    Interactive,
    ListRow,
    ListSection,
    Location,
    Media,
    MediaKind,
    Reaction,
    Text,
)
from clarine.edge.graph.errors import ApiError, missing, wrong
from clarine.edge.graph.wire import HeaderIn, InteractiveIn, LanguageIn, MediaIn, RowIn, SendIn, TemplateIn
from clarine.flow.drafts import TemplateDraft

TEXT_CHARACTERS_MAX: Final = 4096
CAPTION_CHARACTERS_MAX: Final = 1024
HEADER_CHARACTERS_MAX: Final = 60
BODY_CHARACTERS_MAX: Final = 1024
FOOTER_CHARACTERS_MAX: Final = 60
BUTTONS_MAX: Final = 3
BUTTON_TITLE_CHARACTERS_MAX: Final = 20
BUTTON_ID_CHARACTERS_MAX: Final = 256
SECTIONS_MAX: Final = 10
ROWS_MAX: Final = 10
ROW_ID_CHARACTERS_MAX: Final = 200
ROW_TITLE_CHARACTERS_MAX: Final = 24
ROW_DESCRIPTION_CHARACTERS_MAX: Final = 72
URL_CHARACTERS_MAX: Final = 2000
FILENAME_CHARACTERS_MAX: Final = 240
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
            return _media(kind, getattr(sent, kind)), None
        case "location":
            return _location(sent), None
        case "contacts":
            return _contacts(sent.contacts), None
        case "reaction":
            return _reaction(sent, seal)
        case "interactive":
            return _interactive(_given(sent.interactive, "interactive")), None
        case "template":
            return _template(_given(sent.template, "template")), None
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
    if kind == "interactive" and sent.interactive is not None and (header := sent.interactive.header) is not None:
        found = [("image", header.image), ("video", header.video), ("document", header.document)]
    for media_kind, medium in found:
        if medium is not None and medium.link and not medium.id:
            yield media_kind, medium.link, medium


def _template_links(template: TemplateIn) -> Iterator[tuple[MediaKind, str, dict[str, Any]]]:
    for component in template.components or ():
        for parameter in component.get("parameters") or ():
            if not isinstance(parameter, dict):
                continue
            for kind in ("image", "video", "document"):
                medium = parameter.get(kind)
                if isinstance(medium, dict) and isinstance(medium.get("link"), str) and not medium.get("id"):
                    yield kind, medium["link"], medium


def _given(value: Any, name: str) -> Any:
    if value is None:
        raise missing(name)
    return value


def _line(value: str | None, name: str, characters_max: int) -> str:
    """A text that must be there and not too long."""
    if value is None or not value.strip():
        raise missing(name)
    return _fits(value, name, characters_max)


def _fits(value: str, name: str, characters_max: int) -> str:
    if len(value) > characters_max:
        raise wrong(f"{name} has {len(value)} characters; at most {characters_max} are allowed")
    return value


def _text(sent: SendIn) -> Text:
    text = _given(sent.text, "text")
    return Text(_line(text.body, "text['body']", TEXT_CHARACTERS_MAX), bool(text.preview_url))


def _media(kind: MediaKind, medium: MediaIn | None) -> Media:
    found = _given(medium, kind)
    if not found.id:
        raise missing(f"{kind}['id'] or {kind}['link']")
    if not str(found.id).isdecimal() or len(str(found.id)) > 18:
        raise ApiError(131053, f"{kind}['id'] {found.id} is not the id of an uploaded medium")
    caption = found.caption or None
    if caption is not None and kind in ("audio", "sticker"):
        raise wrong(f"{kind}['caption'] is not allowed")
    return Media(
        type=kind,
        media_id=int(found.id),
        sha256="",
        mime="",
        size=0,
        caption=_fits(caption, f"{kind}['caption']", CAPTION_CHARACTERS_MAX) if caption else None,
        filename=_fits(found.filename, f"{kind}['filename']", FILENAME_CHARACTERS_MAX)
        if found.filename and kind == "document"
        else None,
        voice=bool(found.voice) and kind == "audio",
    )


def _location(sent: SendIn) -> Location:
    place = _given(sent.location, "location")
    latitude, longitude = (
        _given(place.latitude, "location['latitude']"),
        _given(place.longitude, "location['longitude']"),
    )
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise wrong("location['latitude'] and location['longitude'] must be degrees")
    return Location(
        latitude,
        longitude,
        _fits(place.name, "location['name']", 1000) if place.name else None,
        _fits(place.address, "location['address']", 1000) if place.address else None,
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
    reaction = _given(sent.reaction, "reaction")
    message_id = _line(reaction.message_id, "reaction['message_id']", 512)
    if reaction.emoji is None:
        raise missing("reaction['emoji']")
    key = seal.message_key(message_id)
    if not isinstance(key, MessageKey):
        raise wrong("reaction['message_id'] is not the id of a message of this conversation")
    return Reaction(key.seq, _fits(reaction.emoji, "reaction['emoji']", EMOJI_CHARACTERS_MAX)), key


def _template(template: TemplateIn) -> TemplateDraft:
    name = _line(template.name, "template['name']", 512)
    asked = template.language
    language = asked.code if isinstance(asked, LanguageIn) else asked
    components = [{**each, "parameters": each.get("parameters") or []} for each in template.components or ()]
    return TemplateDraft(name, _line(language, "template['language']['code']", 16), components)


def _interactive(sent: InteractiveIn) -> Interactive:
    where = "interactive"
    action = _given(sent.action, f"{where}['action']")
    body = _line(sent.body.text if sent.body is not None else None, f"{where}['body']['text']", BODY_CHARACTERS_MAX)
    footer = sent.footer.text if sent.footer is not None else None
    footer = _fits(footer, f"{where}['footer']['text']", FOOTER_CHARACTERS_MAX) if footer else None
    header = _header(sent.header) if sent.header is not None else None
    match sent.type:
        case "button":
            return Interactive("button", body, header, footer, buttons=tuple(_buttons(sent)))
        case "list":
            if header is not None and not isinstance(header, Text):
                raise wrong(f"{where}['header']['type'] of a list must be text")
            label = _line(action.button, f"{where}['action']['button']", BUTTON_TITLE_CHARACTERS_MAX)
            return Interactive("list", body, header, footer, list_label=label, sections=tuple(_sections(sent)))
        case "cta_url":
            return Interactive("cta_url", body, header, footer, buttons=(_link(action.parameters or {}),))
        case "flow":
            return Interactive("flow", body, header, footer)
        case None:
            raise missing(f"{where}['type']")
        case other:
            raise ApiError(131051, f"Interactive type '{other}' is not supported")


def _header(header: HeaderIn) -> Text | Media | None:
    where = "interactive['header']"
    match header.type:
        case "text":
            return Text(_line(header.text, f"{where}['text']", HEADER_CHARACTERS_MAX))
        case "image" | "video" | "document":
            return _media(header.type, getattr(header, header.type))
        case None:
            raise missing(f"{where}['type']")
        case other:
            raise wrong(f"{where}['type'] '{other}' must be one of text, image, video, document")


def _buttons(sent: InteractiveIn) -> Iterator[Button]:
    where = "interactive['action']['buttons']"
    buttons = (sent.action.buttons if sent.action else None) or ()
    if not 1 <= len(buttons) <= BUTTONS_MAX:
        raise wrong(f"{where}: 1 to {BUTTONS_MAX} buttons are allowed") if buttons else missing(where)
    found = []
    for number, button in enumerate(buttons):
        if button.type not in ("reply", None):
            raise wrong(f"{where}[{number}]['type'] must be reply")
        reply = _given(button.reply, f"{where}[{number}]['reply']")
        found.append(
            Button(
                _line(reply.id, f"{where}[{number}]['reply']['id']", BUTTON_ID_CHARACTERS_MAX),
                _line(reply.title, f"{where}[{number}]['reply']['title']", BUTTON_TITLE_CHARACTERS_MAX),
            )
        )
    if len({each.id for each in found}) < len(found) or len({each.title for each in found}) < len(found):
        raise wrong(f"{where}: ids and titles must be unique")
    yield from found


def _sections(sent: InteractiveIn) -> Iterator[ListSection]:
    where = "interactive['action']['sections']"
    sections = (sent.action.sections if sent.action else None) or ()
    rows = [row for section in sections for row in section.rows or ()]
    if not sections or not rows:
        raise missing(where)
    if len(sections) > SECTIONS_MAX or len(rows) > ROWS_MAX:
        raise wrong(f"{where}: at most {SECTIONS_MAX} sections and {ROWS_MAX} rows in all are allowed")
    if len({row.id for row in rows}) < len(rows):
        raise wrong(f"{where}: row ids must be unique")
    for number, section in enumerate(sections):
        title = section.title or None
        if title is None and len(sections) > 1:
            raise missing(f"{where}[{number}]['title']")
        title = _fits(title, f"{where}[{number}]['title']", ROW_TITLE_CHARACTERS_MAX) if title else None
        found = tuple(_row(row, f"{where}[{number}]['rows'][{index}]") for index, row in enumerate(section.rows or ()))
        yield ListSection(found, title)


def _row(row: RowIn, where: str) -> ListRow:
    return ListRow(
        _line(row.id, f"{where}['id']", ROW_ID_CHARACTERS_MAX),
        _line(row.title, f"{where}['title']", ROW_TITLE_CHARACTERS_MAX),
        _fits(row.description, f"{where}['description']", ROW_DESCRIPTION_CHARACTERS_MAX) if row.description else None,
    )


def _link(parameters: dict[str, Any]) -> Button:
    where = "interactive['action']['parameters']"
    title, url = parameters.get("display_text"), parameters.get("url")
    title = _line(title if isinstance(title, str) else None, f"{where}['display_text']", BUTTON_TITLE_CHARACTERS_MAX)
    url = _line(url if isinstance(url, str) else None, f"{where}['url']", URL_CHARACTERS_MAX)
    try:
        parsed = urlsplit(url)
        leads = parsed.scheme in ("http", "https") and bool(parsed.hostname)
    except ValueError:
        leads = False
    if not leads:
        raise wrong(f"{where}['url'] must begin with https:// or http://")
    return Button("0", title, "url", url=url)
