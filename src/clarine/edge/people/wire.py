"""What devices send, parsed at the door: every field has its type and its limit, and what passes is trusted inside."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar, assert_never

import msgspec
from msgspec import Meta

from clarine.domain.catalogue import (
    ORDER_ITEMS_MAX,
    ORDER_QUANTITY_MAX,
    ORDER_TEXT_CHARACTERS_MAX,
    PRICE_MICROS_MAX,
    RETAILER_ID_CHARACTERS_MAX,
)
from clarine.domain.consent import ReportReason
from clarine.domain.errors import Invalid
from clarine.domain.ids import SEQ_MAX
from clarine.domain.message import (
    AddressReply,
    Choice,
    Contacts,
    Content,
    FlowReply,
    Location,
    Media,
    MediaKind,
    Order,
    OrderedItem,
    ProductShown,
    Question,
    Reaction,
    Text,
)

BODY_BYTES_MAX = 64 * 1024
_CONTACTS_BYTES_MAX = 16 * 1024

Seq = Annotated[int, Meta(ge=1, le=SEQ_MAX)]
Cursor = Annotated[int, Meta(ge=0, le=SEQ_MAX)]
Id = Annotated[str, Meta(pattern=r"^[0-9]{1,18}$")]
ClientKey = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
LinkCode = Annotated[str, Meta(pattern=r"^[0-9A-Z]{14}$")]
Words = Annotated[str, Meta(max_length=256)]
Language = Literal["en", "fr", "hi", "ur"]


class CodeAsked(msgspec.Struct, frozen=True):
    phone: Annotated[str, Meta(min_length=1, max_length=64)]
    language: Language = "en"


class SessionAsked(msgspec.Struct, frozen=True):
    phone: Annotated[str, Meta(min_length=1, max_length=64)]
    code: Annotated[str, Meta(pattern=r"^[0-9]{6}$")]
    device: Annotated[str, Meta(max_length=120)] = ""
    name: Annotated[str, Meta(max_length=64)] | None = None
    language: Language | None = None


class ProfileChange(msgspec.Struct, frozen=True):
    name: Annotated[str, Meta(max_length=64)] | None = None
    language: Language | None = None


class TextSent(msgspec.Struct, frozen=True, tag_field="type", tag="text"):
    body: Annotated[str, Meta(min_length=1, max_length=4096)]
    preview_url: bool = False


class _MediaSent(msgspec.Struct, frozen=True, tag_field="type"):
    media_id: Id
    caption: Annotated[str, Meta(max_length=1024)] | None = None
    filename: Annotated[str, Meta(max_length=240)] | None = None
    voice: bool = False


class ImageSent(_MediaSent, frozen=True, tag="image"):
    pass


class VideoSent(_MediaSent, frozen=True, tag="video"):
    pass


class AudioSent(_MediaSent, frozen=True, tag="audio"):
    pass


class DocumentSent(_MediaSent, frozen=True, tag="document"):
    pass


class StickerSent(_MediaSent, frozen=True, tag="sticker"):
    pass


class LocationSent(msgspec.Struct, frozen=True, tag_field="type", tag="location"):
    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    name: Words | None = None
    address: Words | None = None


class ContactName(msgspec.Struct, frozen=True, omit_defaults=True):
    formatted_name: Annotated[str, Meta(min_length=1, max_length=256)]
    first_name: Words | None = None
    middle_name: Words | None = None
    last_name: Words | None = None
    prefix: Words | None = None
    suffix: Words | None = None


_Parts = Annotated[list[dict[str, Words]], Meta(max_length=10)]


class ContactSent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A contact card (Cloud API: messages, contacts)."""

    name: ContactName
    phones: _Parts = []
    emails: _Parts = []
    addresses: _Parts = []
    urls: _Parts = []
    org: dict[str, Words] | None = None
    birthday: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class ContactsSent(msgspec.Struct, frozen=True, tag_field="type", tag="contacts"):
    contacts: Annotated[list[ContactSent], Meta(min_length=1, max_length=20)]


class ReactionSent(msgspec.Struct, frozen=True, tag_field="type", tag="reaction"):
    target_seq: Seq
    emoji: Annotated[str, Meta(max_length=32)] = ""


class ChoiceSent(msgspec.Struct, frozen=True, tag_field="type", tag="choice"):
    kind: Literal["button_reply", "list_reply", "template_button"]
    id: Words
    title: Words
    description: Words | None = None


class FlowReplySent(msgspec.Struct, frozen=True, tag_field="type", tag="flow_reply"):
    """Answers by name; which names a form answers with, the form itself says."""

    response: dict[str, Any]


class AddressReplySent(msgspec.Struct, frozen=True, tag_field="type", tag="address_reply"):
    """The fields of an address, or the id of one that the business offered."""

    values: dict[Annotated[str, Meta(max_length=32)], Words] = {}
    saved_id: Words | None = None


class OrderedSent(msgspec.Struct, frozen=True):
    """So many of a product; *price_micros* is what the person saw, and refuses the order when it is another one now."""

    retailer_id: Annotated[str, Meta(min_length=1, max_length=RETAILER_ID_CHARACTERS_MAX)]
    quantity: Annotated[int, Meta(ge=1, le=ORDER_QUANTITY_MAX)]
    price_micros: Annotated[int, Meta(ge=0, le=PRICE_MICROS_MAX)] | None = None


class OrderSent(msgspec.Struct, frozen=True, tag_field="type", tag="order"):
    items: Annotated[list[OrderedSent], Meta(min_length=1, max_length=ORDER_ITEMS_MAX)]
    text: Annotated[str, Meta(max_length=ORDER_TEXT_CHARACTERS_MAX)] = ""


class AboutSent(msgspec.Struct, frozen=True):
    retailer_id: Annotated[str, Meta(min_length=1, max_length=RETAILER_ID_CHARACTERS_MAX)]


class QuestionSent(msgspec.Struct, frozen=True, tag_field="type", tag="question"):
    """Words about a product of the business."""

    body: Annotated[str, Meta(min_length=1, max_length=4096)]
    about: AboutSent


class FlowStep(msgspec.Struct, frozen=True):
    """What the endpoint of a form is asked; *client_key* is that of the message, should the form end with it."""

    action: Literal["INIT", "BACK", "data_exchange"]
    client_key: ClientKey
    screen: Annotated[str, Meta(max_length=200)] | None = None
    data: dict[str, Any] | None = None


ContentSent = (
    TextSent
    | ImageSent
    | VideoSent
    | AudioSent
    | DocumentSent
    | StickerSent
    | LocationSent
    | ContactsSent
    | ReactionSent
    | ChoiceSent
    | FlowReplySent
    | AddressReplySent
    | OrderSent
    | QuestionSent
)


class MessageSent(msgspec.Struct, frozen=True):
    client_key: ClientKey
    content: ContentSent
    reply_to: Seq | None = None
    link: LinkCode | None = None


class ReadSent(msgspec.Struct, frozen=True):
    seq: Seq


class RelationSent(msgspec.Struct, frozen=True):
    blocked: bool | None = None
    stopped: bool | None = None
    marketing_consent: bool | None = None
    utility_consent: bool | None = None


class ReportSent(msgspec.Struct, frozen=True):
    reason: ReportReason
    seq: Seq | None = None
    block: bool = False


class MediumWanted(msgspec.Struct, frozen=True):
    media_id: Id
    seq: Seq | None = None


class LinksWanted(msgspec.Struct, frozen=True):
    media: Annotated[list[MediumWanted], Meta(max_length=100)]


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    after: Cursor


class ReceivedFrame(msgspec.Struct, frozen=True, tag_field="type", tag="received"):
    seqs: Annotated[list[Seq], Meta(max_length=1000)]


class ReadFrame(msgspec.Struct, frozen=True, tag_field="type", tag="read"):
    business_id: Id
    seq: Seq


class SendFrame(msgspec.Struct, frozen=True, tag_field="type", tag="send"):
    """The content is read apart, so that what is wrong with it refuses the message and not the connection."""

    client_key: ClientKey
    business_id: Id
    content: msgspec.Raw
    reply_to: Seq | None = None
    link: LinkCode | None = None


class TypingFrame(msgspec.Struct, frozen=True, tag_field="type", tag="typing"):
    business_id: Id


class Pong(msgspec.Struct, frozen=True, tag_field="type", tag="pong"):
    pass


Frame = Hello | ReceivedFrame | ReadFrame | SendFrame | TypingFrame | Pong

Parsed = TypeVar("Parsed")


@lru_cache(maxsize=64)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """Made once: it costs more than what it decodes."""
    return msgspec.json.Decoder(kind)


def parse(body: bytes | str | msgspec.Raw, kind: Any) -> Any:
    """*body* as *kind*. Raises Invalid that names the field."""
    if ("\\u0000" in body) if isinstance(body, str) else (b"\\u0000" in bytes(body)):
        raise Invalid("the character NUL cannot be kept")
    try:
        return _decoder(kind).decode(body)
    except msgspec.ValidationError as error:
        sentence, _, path = str(error).partition(" - at `$")
        raise Invalid(sentence, field=path.rstrip("`").lstrip(".") or None) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid("this is not JSON in UTF-8") from None


def to_content(sent: ContentSent) -> Content:
    """What was sent, in the words of the domain. Raises Invalid for what types cannot say."""
    match sent:
        case TextSent(body, preview_url):
            if not body.strip():
                raise Invalid("a text says something", field="content.body")
            return Text(body, preview_url)
        case ImageSent() | VideoSent() | AudioSent() | DocumentSent() | StickerSent():
            return Media(
                type=_kind(sent),
                media_id=int(sent.media_id),
                sha256="",
                mime="",
                size=0,
                caption=sent.caption,
                filename=sent.filename,
                voice=sent.voice,
            )
        case LocationSent(latitude, longitude, name, address):
            return Location(latitude, longitude, name, address)
        case ContactsSent(contacts):
            return Contacts(_cards(contacts))
        case ReactionSent(target_seq, emoji):
            return Reaction(target_seq, emoji)
        case ChoiceSent(kind, choice_id, title, description):
            return Choice(kind, choice_id, title, description)
        case FlowReplySent() | AddressReplySent() | OrderSent() | QuestionSent():
            return _answer(sent)
        case other:
            assert_never(other)


def _answer(sent: FlowReplySent | AddressReplySent | OrderSent | QuestionSent) -> Content:
    """What is checked against the message that it answers, or against the catalogue, before it is kept."""
    match sent:
        case FlowReplySent(response):
            return FlowReply(msgspec.json.encode(response).decode(), "")
        case AddressReplySent(values, saved_id):
            return AddressReply({name: value.strip() for name, value in values.items() if value.strip()}, saved_id)
        case OrderSent(items, text):
            ordered = tuple(OrderedItem(item.retailer_id, "", item.quantity, _seen(item)) for item in items)
            return Order("", "", ordered, text.strip())
        case QuestionSent(body, about):
            if not body.strip():
                raise Invalid("a question says something", field="content.body")
            return Question(body, ProductShown("", about.retailer_id, "", 0, ""))
        case other:
            assert_never(other)


def _seen(item: OrderedSent) -> int:
    """What the person saw; -1: nobody says."""
    return -1 if item.price_micros is None else item.price_micros


def _kind(sent: ImageSent | VideoSent | AudioSent | DocumentSent | StickerSent) -> MediaKind:
    match sent:
        case ImageSent():
            return "image"
        case VideoSent():
            return "video"
        case AudioSent():
            return "audio"
        case DocumentSent():
            return "document"
        case StickerSent():
            return "sticker"
        case other:
            assert_never(other)


def _cards(contacts: list[ContactSent]) -> tuple[dict[str, Any], ...]:
    encoded = msgspec.json.encode(contacts)
    if len(encoded) > _CONTACTS_BYTES_MAX:
        raise Invalid("these contact cards are too long", field="content.contacts")
    return tuple(msgspec.json.decode(encoded))
