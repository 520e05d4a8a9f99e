"""What the OpenAPI document says about fields of a message beside their types; the limits are those that contents.py checks."""

from __future__ import annotations

from typing import Final

from clarine.domain.catalogue import SHELF_PRODUCTS_MAX, SHELF_SECTIONS_MAX
from clarine.edge.graph import actions, addresses, carousels, checking, contents, interactives, messages

#: From (type, field) to a sentence.
NOTES: Final = {
    ("SendIn", "messaging_product"): "Always `whatsapp`.",
    ("SendIn", "recipient_type"): "`individual`.",
    ("SendIn", "to"): "A phone number in any spelling; it wins over `recipient`.",
    ("SendIn", "recipient"): "A business-scoped user id, two letters, a dot and digits.",
    ("SendIn", "type"): "Which of the contents is sent; `text` when left out.",
    ("SendIn", "context"): "The message that this one answers.",
    ("SendIn", "status"): "`read` marks the person's message `message_id` as read; nothing is sent.",
    ("SendIn", "message_id"): "The message that was read.",
    ("SendIn", "typing_indicator"): "With `status`: the person sees that the business is typing.",
    ("SendIn", "contacts"): f"At most {contents.CONTACTS_MAX} cards, each with `name.formatted_name`.",
    ("SendIn", "biz_opaque_callback_data"): (
        f"At most {messages.OPAQUE_CHARACTERS_MAX} characters; they come back on every status of the message."
    ),
    ("TextIn", "body"): f"At most {contents.TEXT_CHARACTERS_MAX} characters.",
    ("TextIn", "preview_url"): "Whether the first link in the text is shown with a preview.",
    ("MediaIn", "id"): "The id of an upload.",
    ("MediaIn", "link"): "A public address, fetched once in ten minutes, when there is no `id`.",
    ("MediaIn", "caption"): f"At most {checking.CAPTION_CHARACTERS_MAX} characters; not with audio or a sticker.",
    ("MediaIn", "filename"): f"Of a document: at most {checking.FILENAME_CHARACTERS_MAX} characters.",
    ("MediaIn", "voice"): "Of audio: whether it is a voice message.",
    ("LocationIn", "latitude"): "Degrees, from -90 to 90.",
    ("LocationIn", "longitude"): "Degrees, from -180 to 180.",
    ("ReactionIn", "message_id"): "The message that the reaction stands on.",
    ("ReactionIn", "emoji"): "One emoji; empty takes the reaction back.",
    ("HeaderIn", "type"): "`text`, `image`, `video` or `document`.",
    ("HeaderIn", "text"): f"At most {actions.HEADER_CHARACTERS_MAX} characters.",
    ("InteractiveIn", "type"): (
        "`button`, `list`, `cta_url`, `flow`, `carousel`, `location_request_message`, `address_message`, "
        "`request_contact_info`, `product`, `product_list` or `catalog_message`."
    ),
    ("InteractiveIn", "body"): f"At most {interactives.BODY_CHARACTERS_MAX} characters.",
    ("InteractiveIn", "footer"): f"At most {interactives.FOOTER_CHARACTERS_MAX} characters.",
    (
        "ReplyIn",
        "id",
    ): f"At most {actions.BUTTON_ID_CHARACTERS_MAX} characters; comes back when the button is pressed.",
    ("ReplyIn", "title"): f"At most {actions.BUTTON_TITLE_CHARACTERS_MAX} characters.",
    ("ActionIn", "button"): f"Opens a list; at most {actions.BUTTON_TITLE_CHARACTERS_MAX} characters.",
    ("ActionIn", "buttons"): f"1 to {actions.BUTTONS_MAX}, each with an id and a title of its own.",
    ("ActionIn", "sections"): f"At most {actions.SECTIONS_MAX}, with at most {actions.ROWS_MAX} rows in all.",
    (
        "ActionIn",
        "cards",
    ): f"{carousels.CARDS_MIN} to {carousels.CARDS_MAX}, all with the same kind of header and of buttons.",
    ("ActionIn", "parameters"): (
        "Of a link: `display_text` and `url`. Of an address: `country` (`IN` or `SG`), `values`, `validation_errors` and at "
        f"most {addresses.SAVED_MAX} `saved_addresses`."
    ),
    ("ActionIn", "catalog_id"): "Of products: the catalogue that is connected to the account.",
    ("ActionIn", "product_retailer_id"): "The business's own name for the product.",
    ("SectionIn", "product_items"): (
        f"At most {SHELF_PRODUCTS_MAX} products in at most {SHELF_SECTIONS_MAX} sections."
    ),
    ("CardIn", "card_index"): "Counts the cards from 0.",
    ("CardIn", "body"): f"At most {carousels.CARD_BODY_CHARACTERS_MAX} characters.",
    ("ButtonIn", "quick_reply"): "On a card: the same as `reply`.",
    ("RowIn", "id"): f"At most {actions.ROW_ID_CHARACTERS_MAX} characters.",
    ("RowIn", "title"): f"At most {actions.ROW_TITLE_CHARACTERS_MAX} characters.",
    ("RowIn", "description"): f"At most {actions.ROW_DESCRIPTION_CHARACTERS_MAX} characters.",
    ("TemplateIn", "components"): "The parameters, as the template's own components want them.",
    ("LanguageIn", "code"): "Such as `en_US` or `hi`.",
}
