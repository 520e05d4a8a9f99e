"""What a message can say (one closed union of content kinds) and the one order in which its status may move.

The JSON form of these dataclasses is at once what is stored and what the people's app reads (docs/reference/people-api.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Literal


class Status(IntEnum):
    """A message's status; it only ever moves to a higher number, and FAILED ends it unless it was delivered before."""

    ACCEPTED = 0  #: the caller was answered; nothing is said yet about delivery
    SENT = 1  #: it stands in the person's stream
    DELIVERED = 2  #: a device of the person has it
    READ = 3  #: the person has seen it
    FAILED = 9  #: it will never be delivered


def may_move(current: Status, to: Status) -> bool:
    """Whether a message in *current* may move to *to*: forward only; nothing fails after delivery, nothing follows a failure."""
    if current is Status.FAILED or (to is Status.FAILED and current >= Status.DELIVERED):
        return False
    return to > current


class Category(StrEnum):
    """What kind of business message it is; it decides consent and price."""

    MARKETING = "marketing"
    UTILITY = "utility"
    AUTHENTICATION = "authentication"
    SERVICE = "service"  #: free form, inside the 24-hour window


class Direction(IntEnum):
    """Who wrote."""

    TO_PERSON = 1
    TO_BUSINESS = 2


MediaKind = Literal["image", "video", "audio", "document", "sticker"]


@dataclass(frozen=True, slots=True)
class Text:
    body: str
    preview_url: bool = False
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, video, sound, document or sticker; the bytes are blob *sha256* (hex), *size* bytes of MIME type *mime*."""

    type: MediaKind
    media_id: int
    sha256: str
    mime: str
    size: int
    caption: str | None = None
    filename: str | None = None
    voice: bool = False
    animated: bool = False
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Location:
    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None
    type: Literal["location"] = "location"


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contact cards as the Cloud API shapes them (``name.formatted_name`` is always there)."""

    contacts: tuple[dict[str, Any], ...]
    type: Literal["contacts"] = "contacts"


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji on message *target_seq* of the same stream; an empty emoji takes the reaction back."""

    target_seq: int
    emoji: str
    type: Literal["reaction"] = "reaction"


@dataclass(frozen=True, slots=True)
class FlowLaunch:
    """The form behind a message and how it begins; *token* is the business's own mark, which comes back with the answer.

    *screen* and *data* are where a form begins that navigates; one that exchanges data asks its endpoint.
    """

    flow_id: str
    label: str
    token: str
    action: Literal["navigate", "data_exchange"] = "navigate"
    draft: bool = False
    screen: str | None = None
    data: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ProductShown:
    """A product as it stood when the message was sent; what it costs now, the catalogue says. *price_micros* of *currency*."""

    catalog_id: str
    retailer_id: str
    name: str
    price_micros: int
    currency: str
    picture: Media | None = None


@dataclass(frozen=True, slots=True)
class ProductSection:
    retailer_ids: tuple[str, ...]
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The products behind a message: those of *sections*, or the whole catalogue; *front* is the one that is shown at once."""

    catalog_id: str
    front: ProductShown | None = None
    sections: tuple[ProductSection, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A tappable line under a bubble; *id* comes back in the reply.

    *url*, *phone*, *flow* and *shelf* open something instead; ``contact`` asks for the person's own contact card.
    """

    id: str
    title: str
    kind: Literal["reply", "url", "phone", "copy_code", "flow", "shelf", "contact"] = "reply"
    url: str | None = None
    phone: str | None = None
    code: str | None = None
    flow: FlowLaunch | None = None
    shelf: Shelf | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One of the cards that stand side by side in a carousel: a picture or film with its buttons, or a product."""

    header: Media | None = None
    body: str | None = None
    buttons: tuple[Button, ...] = ()
    product: ProductShown | None = None


@dataclass(frozen=True, slots=True)
class SavedAddress:
    """An address that the business knows already; *values* by the field names of domain.address."""

    id: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class AddressRequest:
    """What an address message asks for: *values* are filled in beforehand, *problems* say what was wrong the last time."""

    country: str
    values: dict[str, str]
    saved: tuple[SavedAddress, ...] = ()
    problems: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ListRow:
    id: str
    title: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ListSection:
    rows: tuple[ListRow, ...]
    title: str | None = None


InteractiveKind = Literal[
    "button", "list", "cta_url", "flow", "carousel", "product", "product_list", "catalog_message",
    "location_request_message", "address_message", "request_contact_info",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Interactive:
    """A message that asks for more than words; *kind* says which of the last six is there (a link is a button; the requests
    for a location and for a contact card bring nothing). Only a product may stand there without a *body*.
    """

    kind: InteractiveKind
    body: str
    header: Text | Media | None = None
    footer: str | None = None
    buttons: tuple[Button, ...] = ()
    list_label: str | None = None
    sections: tuple[ListSection, ...] = ()
    flow: FlowLaunch | None = None
    cards: tuple[Card, ...] = ()
    shelf: Shelf | None = None
    address: AddressRequest | None = None
    type: Literal["interactive"] = "interactive"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a limited-time offer says beside its body; *ends_at* is RFC 3339 in UTC."""

    text: str
    ends_at: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A template message as the person sees it: every variable already filled in."""

    name: str
    language: str
    body: str
    header: Text | Media | Location | None = None
    footer: str | None = None
    buttons: tuple[Button, ...] = ()
    cards: tuple[Card, ...] = ()
    offer: Offer | None = None
    type: Literal["template"] = "template"


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's tap: on a reply button, a list row or a template's quick-reply button (then *id* is its payload)."""

    kind: Literal["button_reply", "list_reply", "template_button"]
    id: str
    title: str
    description: str | None = None
    type: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class FlowReply:
    """A person's answers to a form: *response_json* is what the business gets, *title* the words that were on the button."""

    response_json: str
    title: str
    type: Literal["flow_reply"] = "flow_reply"


@dataclass(frozen=True, slots=True)
class AddressReply:
    """A person's answer to an address message: *values* by field name, or the business's own *saved_id*."""

    values: dict[str, str]
    saved_id: str | None = None
    type: Literal["address_reply"] = "address_reply"


@dataclass(frozen=True, slots=True)
class OrderedItem:
    """So many of a product; *price_micros* is that of one, when it was ordered."""

    retailer_id: str
    name: str
    quantity: int
    price_micros: int


@dataclass(frozen=True, slots=True)
class Order:
    """A person's cart, sent off: an order, not a payment. *text* is a word that goes with it."""

    catalog_id: str
    currency: str
    items: tuple[OrderedItem, ...]
    text: str = ""
    type: Literal["order"] = "order"


@dataclass(frozen=True, slots=True)
class Question:
    """A person's words *about* a product of the business; the business reads them as a text."""

    body: str
    about: ProductShown
    type: Literal["question"] = "question"


Content = (
    Text
    | Media
    | Location
    | Contacts
    | Reaction
    | Interactive
    | Template
    | Choice
    | FlowReply
    | AddressReply
    | Order
    | Question
)

#: From the stored ``type`` to the class that reads it; ``tests/domain`` checks that it covers the union.
CONTENT_OF_TYPE: dict[str, type[Content]] = {
    "text": Text,
    "image": Media,
    "video": Media,
    "audio": Media,
    "document": Media,
    "sticker": Media,
    "location": Location,
    "contacts": Contacts,
    "reaction": Reaction,
    "interactive": Interactive,
    "template": Template,
    "choice": Choice,
    "flow_reply": FlowReply,
    "address_reply": AddressReply,
    "order": Order,
    "question": Question,
}
