"""The parameters of calls other than sending, as types for the OpenAPI document; the handlers read them one by one.

A parameter may come in the query, as JSON or as a form, whatever the call; where the document shows it is where clients send it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

Text = str | UnsetType
Fields = Annotated[
    str, Meta(description="Which fields to show: `id,name`, `a{b,c}`, `a.format(PNG)`.", max_length=8000)
]
Limit = Annotated[int, Meta(description="How many items a page has.", ge=1, le=1000)]
After = Annotated[str, Meta(description="The cursor after which the page begins.")]
Before = Annotated[str, Meta(description="The cursor before which the page ends.")]
Filter = Annotated[str, Meta(description="One value, several with commas between them, or a JSON list.")]
Callback = Annotated[
    str, Meta(description="An https address; it is asked a challenge while the call is open.", max_length=2000)
]
Id = Annotated[str, Meta(pattern=r"^\d{1,18}$")]
Pin = Annotated[str, Meta(description="Six digits.", pattern=r"^\d{6}$")]
Product = Literal["whatsapp"]


class Asked(Struct):
    """No parameters."""


class Choice(Asked):
    """Which fields."""

    fields: Fields | UnsetType = UNSET


class Page(Choice):
    """Which page."""

    limit: Limit | UnsetType = UNSET
    after: After | UnsetType = UNSET


class TemplateFilter(Page):
    """Which templates."""

    before: Before | UnsetType = UNSET
    name: Text = UNSET
    content: Text = UNSET
    name_or_content: Text = UNSET
    language: Filter | UnsetType = UNSET
    status: Filter | UnsetType = UNSET
    category: Filter | UnsetType = UNSET
    quality_score: Filter | UnsetType = UNSET
    summary: Annotated[str, Meta(description="Also count them.")] | UnsetType = UNSET


class TemplateWanted(Asked):
    """A template to be reviewed; its rules stand in the guide to templates."""

    name: Annotated[str, Meta(description="Small letters, digits and _.", max_length=512)]
    language: Annotated[str, Meta(description="Such as en_US or hi.", max_length=16)]
    category: Literal["MARKETING", "UTILITY", "AUTHENTICATION"]
    components: list[dict[str, Any]]
    parameter_format: Literal["POSITIONAL", "NAMED"] | UnsetType = UNSET


class TemplateChange(Asked):
    """What to change of a template."""

    category: Literal["MARKETING", "UTILITY", "AUTHENTICATION"] | UnsetType = UNSET
    components: list[dict[str, Any]] | UnsetType = UNSET
    parameter_format: Literal["POSITIONAL", "NAMED"] | UnsetType = UNSET


class TemplateGone(Asked):
    """Which template: by name in every language, or one by its id."""

    name: Text = UNSET
    hsm_id: Id | UnsetType = UNSET


class MediumNumber(Asked):
    """Whose medium."""

    phone_number_id: Annotated[Id, Meta(description="When given, it must be a number of the caller's.")] | UnsetType = (
        UNSET
    )


class MediumSent(Asked):
    """A file; its type is what its bytes are."""

    messaging_product: Product
    file: Annotated[str, Meta(extra_json_schema={"format": "binary"})]
    type: Text = UNSET


class Attachment(Asked, kw_only=True):
    """The parts of a link that a medium showed."""

    mid: Text = UNSET
    source: Text = UNSET
    ext: Text = UNSET
    hash: Annotated[str, Meta(description="The signature; it is the permission.")]


class WebhookOverride(Asked):
    """Where webhooks go instead; an empty address takes the override away."""

    override_callback_uri: Text = UNSET
    verify_token: Text = UNSET


class NumberChange(Asked):
    """What to change of a number; one of them is needed."""

    webhook_configuration: WebhookOverride | UnsetType = UNSET
    pin: Pin | UnsetType = UNSET
    new_display_name: Text = UNSET
    search_visibility: Literal["VISIBLE", "NON_VISIBLE"] | UnsetType = UNSET


class NumberWanted(Asked):
    """A further number: *cc* is its country code when *phone_number* has none."""

    phone_number: str
    cc: Text = UNSET
    verified_name: Text = UNSET


class CodeWanted(Asked):
    """How the code shall come."""

    code_method: Literal["SMS", "VOICE"]
    language: Text = UNSET


class CodeGiven(Asked):
    """The code that came."""

    code: str


class Registering(Asked):
    """The PIN is set with the first registration and asked for from then on."""

    messaging_product: Product
    pin: Pin
    data_localization_region: Text = UNSET


class ProfileChange(Asked):
    """What to change of the profile; what is left out stays."""

    messaging_product: Product
    about: Annotated[str, Meta(max_length=139)] | UnsetType = UNSET
    address: Annotated[str, Meta(max_length=256)] | UnsetType = UNSET
    description: Annotated[str, Meta(max_length=512)] | UnsetType = UNSET
    email: Annotated[str, Meta(max_length=128)] | UnsetType = UNSET
    websites: Annotated[list[str], Meta(max_length=2)] | UnsetType = UNSET
    vertical: Text = UNSET


class BlockEntry(Asked):
    """A person, by phone number or by business-scoped user id."""

    user: Text = UNSET
    user_id: Text = UNSET


class Blocks(Asked, kw_only=True):
    """Whom."""

    messaging_product: Product | UnsetType = UNSET
    block_users: Annotated[list[BlockEntry], Meta(min_length=1, max_length=1000)]


class KeyWanted(Asked):
    """The public key."""

    business_public_key: Annotated[str, Meta(description="An RSA key of 2048 bits in PEM.")]


class AccountSubscribing(Asked):
    """With an address the account's webhooks go there; without one, to the app's."""

    override_callback_uri: Callback | UnsetType = UNSET
    verify_token: Text = UNSET


class AppSubscribing(Asked):
    """Where the app's webhooks go, and which."""

    callback_url: Callback
    verify_token: Text = UNSET
    object: Literal["whatsapp_business_account"] | UnsetType = UNSET
    fields: (
        Annotated[str, Meta(description="Names with commas between them, or a JSON list; all when left out.")]
        | UnsetType
    ) = UNSET


class AppUnsubscribing(Asked):
    """Which webhook fields; all when left out."""

    fields: Text = UNSET


class TokenWanted(Asked):
    """The app, its secret, and what to give for them."""

    client_id: str
    client_secret: str
    grant_type: Literal["client_credentials", "fb_exchange_token", "authorization_code"] | UnsetType = UNSET
    fb_exchange_token: Text = UNSET
    code: Text = UNSET


class TokenAsked(Asked):
    """The token in question."""

    input_token: str
