"""The wire types of ``POST /{phone}/messages``: all fields are optional, because errors must name what is missing.

The limits are checked in contents.py and interactives.py.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class TextIn(Struct):
    body: str | None = None
    preview_url: bool | None = None


class MediaIn(Struct):
    """*id* of an upload, or *link* to fetch; contents.py fills in *id* for a link that was fetched."""

    id: str | int | None = None
    link: str | None = None
    caption: str | None = None
    filename: str | None = None
    voice: bool | None = None


class LocationIn(Struct):
    latitude: float | None = None
    longitude: float | None = None
    name: str | None = None
    address: str | None = None


class ReactionIn(Struct):
    message_id: str | None = None
    emoji: str | None = None


class ContextIn(Struct):
    message_id: str | None = None


class TypingIn(Struct):
    type: str | None = None


class BodyIn(Struct):
    text: str | None = None


class HeaderIn(Struct):
    type: str | None = None
    text: str | None = None
    sub_text: str | None = None
    image: MediaIn | None = None
    video: MediaIn | None = None
    document: MediaIn | None = None


class ReplyIn(Struct):
    id: str | None = None
    title: str | None = None


class ButtonIn(Struct):
    """A reply button; on the card of a carousel it is called a quick reply."""

    type: str | None = None
    reply: ReplyIn | None = None
    quick_reply: ReplyIn | None = None


class RowIn(Struct):
    id: str | None = None
    title: str | None = None
    description: str | None = None


class ProductIn(Struct):
    product_retailer_id: str | int | None = None


class SectionIn(Struct):
    """Rows of a list, or products of a list of products."""

    title: str | None = None
    rows: list[RowIn] | None = None
    product_items: list[ProductIn] | None = None


class CardIn(Struct):
    """A card of a carousel; *type* says nothing that *action* does not say."""

    card_index: int | None = None
    type: str | None = None
    header: HeaderIn | None = None
    body: BodyIn | None = None
    action: ActionIn | None = None


class ActionIn(Struct):
    """The action of every interactive kind; *parameters* differ by *name*."""

    name: str | None = None
    button: str | None = None
    buttons: list[ButtonIn] | None = None
    sections: list[SectionIn] | None = None
    cards: list[CardIn] | None = None
    catalog_id: str | int | None = None
    product_retailer_id: str | int | None = None
    parameters: dict[str, Any] | None = None


class InteractiveIn(Struct):
    type: str | None = None
    header: HeaderIn | None = None
    body: BodyIn | None = None
    footer: BodyIn | None = None
    action: ActionIn | None = None


class LanguageIn(Struct):
    code: str | None = None
    policy: str | None = None


class TemplateIn(Struct):
    name: str | None = None
    language: LanguageIn | str | None = None
    components: list[dict[str, Any]] | None = None


class SendIn(Struct):
    """One message, or a read mark (*status* with *message_id*, maybe *typing_indicator*)."""

    messaging_product: str | None = None
    recipient_type: str | None = None
    to: str | int | None = None
    recipient: str | None = None
    type: str | None = None
    text: TextIn | None = None
    image: MediaIn | None = None
    video: MediaIn | None = None
    audio: MediaIn | None = None
    document: MediaIn | None = None
    sticker: MediaIn | None = None
    location: LocationIn | None = None
    contacts: list[dict[str, Any]] | None = None
    reaction: ReactionIn | None = None
    interactive: InteractiveIn | None = None
    template: TemplateIn | None = None
    context: ContextIn | None = None
    status: str | None = None
    message_id: str | None = None
    typing_indicator: TypingIn | None = None
    biz_opaque_callback_data: str | None = None
