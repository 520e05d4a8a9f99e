"""The parameters of calls other than sending, as types for the OpenAPI document; the handlers read them one by one.

A parameter may come in the query, as JSON or as a form, whatever the call; where the document shows it is where clients send it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

Text = str | UnsetType
Fields = Annotated[str, Meta(description="Which fields to show: `id,name`, `a{b,c}`, `a.format(PNG)`.")]
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
    components: list[dict[str, Any]] | UnsetType = UNSET
    parameter_format: Literal["POSITIONAL", "NAMED"] | UnsetType = UNSET
    sub_category: Text = UNSET
    message_send_ttl_seconds: Annotated[int, Meta(description="From 30, or -1.")] | UnsetType = UNSET
    cta_url_link_tracking_opted_out: bool | UnsetType = UNSET
    library_template_name: Annotated[str, Meta(description="Instead of components.")] | UnsetType = UNSET
    library_template_body_inputs: dict[str, Any] | UnsetType = UNSET
    library_template_button_inputs: list[dict[str, Any]] | UnsetType = UNSET


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


class BatchAsked(Asked):
    """One part of a batch."""

    method: Literal["GET", "POST", "DELETE"]
    relative_url: str
    body: Text = UNSET
    headers: list[str] | UnsetType = UNSET
    access_token: Text = UNSET


class Batch(Asked):
    """The parts."""

    batch: Annotated[list[BatchAsked], Meta(min_length=1, max_length=50)]
    include_headers: bool | UnsetType = UNSET


class TemplateUpsert(Asked):
    """An authentication template in several languages."""

    name: str
    category: Literal["AUTHENTICATION"]
    languages: Annotated[list[str], Meta(min_length=1)]
    components: list[dict[str, Any]]


class TemplateIds(Asked):
    """Which templates."""

    hsm_ids: Annotated[str, Meta(description="Ids, with commas between them.")]


class TemplateSource(Asked):
    """Where to copy from."""

    source_waba_id: str


class Span(Asked):
    """Which time: Unix seconds, or days like 2026-11-23."""

    start: str
    end: str


class CompareSpan(Span):
    """With which others, and over which time."""

    template_ids: Annotated[str, Meta(description="At most 9 ids, with commas between them.")]


class TemplateSpan(Span):
    """Which templates, and over which of the last 90 days."""

    template_ids: Annotated[str, Meta(description="At most 10 ids, with commas between them.")]
    granularity: Literal["DAILY"] | UnsetType = UNSET
    metric_types: Filter | UnsetType = UNSET


class Figures(Span):
    """Which figures."""

    granularity: Literal["HALF_HOUR", "DAY", "DAILY", "MONTH", "MONTHLY"]
    phone_numbers: Filter | UnsetType = UNSET
    country_codes: Filter | UnsetType = UNSET


class PricedFigures(Figures):
    """Which figures, and by what."""

    dimensions: Filter | UnsetType = UNSET
    metric_types: Filter | UnsetType = UNSET


class LibrarySearch(Asked):
    """Which templates."""

    search: Text = UNSET
    name: Text = UNSET
    topic: Text = UNSET
    usecase: Text = UNSET
    industry: Text = UNSET
    language: Text = UNSET
    limit: Limit | UnsetType = UNSET


class AccountChange(Asked):
    """What to change of an account; one of them is needed."""

    name: Text = UNSET
    timezone_id: Annotated[str, Meta(pattern=r"^\d{1,3}$")] | UnsetType = UNSET
    is_enabled_for_insights: bool | UnsetType = UNSET


class Assignments(Choice):
    """Who is assigned."""

    summary: Text = UNSET


class Assigning(Asked):
    """Whom, and to what."""

    user: Id
    tasks: Filter


class Unassigning(Asked):
    """Whom."""

    user: Id


class LinkWanted(Asked):
    """The message to be typed in; with *code* it replaces that of a link."""

    prefilled_message: Annotated[str, Meta(max_length=140)]
    code: Text = UNSET
    generate_qr_image: Literal["PNG", "SVG"] | UnsetType = UNSET


class Links(Page):
    """Which links: all, or one by *code*."""

    code: Text = UNSET


class LinkGone(Asked):
    """Which link."""

    code: str


class NumberSettingsChange(Asked):
    """Which switches; calls and payload encryption can only be switched off."""

    calling: dict[str, Any] | UnsetType = UNSET
    payload_encryption: dict[str, Any] | UnsetType = UNSET
    storage_configuration: dict[str, Any] | UnsetType = UNSET
    user_identity_change: dict[str, Any] | UnsetType = UNSET


class CommandWanted(Asked):
    """A command that people can choose."""

    command_name: Annotated[str, Meta(min_length=1, max_length=32)]
    command_description: Annotated[str, Meta(min_length=1, max_length=256)]


class AutomationChange(Asked):
    """What is given replaces what was."""

    enable_welcome_message: bool | UnsetType = UNSET
    prompts: Annotated[list[Annotated[str, Meta(min_length=1, max_length=80)]], Meta(max_length=4)] | UnsetType = UNSET
    commands: Annotated[list[CommandWanted], Meta(max_length=30)] | UnsetType = UNSET


class ShopChange(Asked):
    """The shop's switches; one of them is needed."""

    is_cart_enabled: bool | UnsetType = UNSET
    is_catalog_visible: bool | UnsetType = UNSET


class Bytes(Asked):
    """The bytes themselves are the body."""


class UploadWanted(Asked):
    """What will be uploaded."""

    file_length: Annotated[int, Meta(description="In bytes.", ge=1)]
    file_type: str
    file_name: Text = UNSET


class FlowWanted(Asked):
    """A draft; with *publish* it is published if nothing is wrong with *flow_json*."""

    name: str
    categories: Annotated[list[str], Meta(min_length=1)]
    endpoint_uri: Text = UNSET
    flow_json: Annotated[str, Meta(description="Flow JSON in a string.")] | UnsetType = UNSET
    clone_flow_id: Id | UnsetType = UNSET
    publish: bool | UnsetType = UNSET


class FlowChange(Asked):
    """What to change of a flow; one of them is needed."""

    name: Text = UNSET
    categories: Annotated[list[str], Meta(min_length=1)] | UnsetType = UNSET
    endpoint_uri: Text = UNSET
    application_id: Text = UNSET


class FlowJson(Asked):
    """The Flow JSON as a file."""

    file: Annotated[str, Meta(extra_json_schema={"format": "binary"})]
    name: Literal["flow.json"] | UnsetType = UNSET
    asset_type: Literal["FLOW_JSON"] | UnsetType = UNSET


class FlowPage(Page):
    """Which page."""

    before: Before | UnsetType = UNSET
