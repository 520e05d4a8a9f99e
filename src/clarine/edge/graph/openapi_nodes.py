"""The objects that the API shows, as types: fields are left out when they were not asked for or have no value.

Nothing is encoded with these types: the OpenAPI document takes its schemas from them, and tests hold every answer against it.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

Text = str | UnsetType
Flag = bool | UnsetType
Number = int | UnsetType


class Shown(Struct, forbid_unknown_fields=True):
    """An answer without fields of its own."""


class Medium(Shown):
    """A stored medium; *url* works for a few minutes."""

    messaging_product: Literal["whatsapp"]
    url: str
    mime_type: str
    sha256: str
    file_size: int
    id: str


class TemplateQuality(Shown):
    """What people make of a template; *date* in Unix seconds."""

    score: Literal["GREEN", "YELLOW", "RED", "UNKNOWN"] | UnsetType = UNSET
    date: Number = UNSET


class Template(Shown):
    """A message template."""

    id: str
    name: Text = UNSET
    language: Text = UNSET
    status: Text = UNSET
    category: Text = UNSET
    parameter_format: Text = UNSET
    components: list[dict[str, Any]] | UnsetType = UNSET
    rejected_reason: Text = UNSET
    quality_score: TemplateQuality | UnsetType = UNSET
    last_updated_time: Text = UNSET
    cta_url_link_tracking_opted_out: Flag = UNSET
    correct_category: Text = UNSET
    creative_sourcing_spec: dict[str, Any] | UnsetType = UNSET
    degrees_of_freedom_spec: dict[str, Any] | UnsetType = UNSET
    library_template_name: Text = UNSET
    message_send_ttl_seconds: Number = UNSET
    previous_category: Text = UNSET
    sub_category: Text = UNSET
    specific_rejection_reason: Text = UNSET


class Score(Shown):
    """How people receive what a number sends."""

    score: Text = UNSET
    date: Number = UNSET
    reasons: list[str] | UnsetType = UNSET


class Throughput(Shown):
    """How fast a number may send."""

    level: Text = UNSET


class HealthEntity(Shown):
    """One part of what stands between a business and its recipients."""

    entity_type: str
    id: str
    can_send_message: str
    errors: list[dict[str, Any]] | UnsetType = UNSET
    additional_info: list[str] | UnsetType = UNSET


class Health(Shown):
    """Whether messages can be sent, and what stands in the way."""

    can_send_message: Literal["AVAILABLE", "LIMITED", "BLOCKED"] | UnsetType = UNSET
    entities: list[HealthEntity] | UnsetType = UNSET


class WebhookConfiguration(Shown):
    """Where webhooks go: the most particular one counts."""

    application: Text = UNSET
    whatsapp_business_account: Text = UNSET
    phone_number: Text = UNSET


class PhoneNumber(Shown):
    """A phone number of a business."""

    id: str
    verified_name: Text = UNSET
    display_phone_number: Text = UNSET
    code_verification_status: Literal["VERIFIED", "NOT_VERIFIED", "EXPIRED"] | UnsetType = UNSET
    quality_rating: Text = UNSET
    quality_score: Score | UnsetType = UNSET
    platform_type: Text = UNSET
    host_platform: Text = UNSET
    throughput: Throughput | UnsetType = UNSET
    status: Text = UNSET
    name_status: Text = UNSET
    new_name_status: Text = UNSET
    new_display_name: Text = UNSET
    account_mode: Text = UNSET
    is_official_business_account: Flag = UNSET
    is_on_biz_app: Flag = UNSET
    is_pin_enabled: Flag = UNSET
    is_preverified_number: Flag = UNSET
    search_visibility: Text = UNSET
    last_onboarded_time: Text = UNSET
    webhook_configuration: WebhookConfiguration | UnsetType = UNSET
    country_code: Text = UNSET
    country_dial_code: Text = UNSET
    whatsapp_business_manager_messaging_limit: Text = UNSET
    messaging_limit_tier: Text = UNSET
    health_status: Health | UnsetType = UNSET
    certificate: Text = UNSET
    new_certificate: Text = UNSET
    conversational_automation: dict[str, Any] | UnsetType = UNSET
    eligibility_for_api_business_global_search: Text = UNSET
    official_business_account: dict[str, Any] | UnsetType = UNSET
    unified_cert_status: Text = UNSET
    username: Text = UNSET


class Profile(Shown):
    """What people see of a business."""

    about: Text = UNSET
    address: Text = UNSET
    description: Text = UNSET
    email: Text = UNSET
    profile_picture_url: Text = UNSET
    websites: list[str] | UnsetType = UNSET
    vertical: Text = UNSET
    messaging_product: Literal["whatsapp"] | UnsetType = UNSET


class BlockedUser(Shown):
    """A person whom the business blocks."""

    messaging_product: Literal["whatsapp"]
    input: str
    wa_id: str
    user_id: str


class PublicKey(Shown):
    """The key to which the data of a number's flows is encrypted."""

    business_public_key: str
    business_public_key_signature_status: Literal["VALID", "MISMATCH"]


class OwnerInfo(Shown):
    """The business that owns an account."""

    id: Text = UNSET
    name: Text = UNSET


class AnalyticsPoint(Shown):
    """One step of time, in Unix seconds."""

    start: int
    end: int
    sent: int
    delivered: int


class Analytics(Shown):
    """How many messages were sent and delivered."""

    phone_numbers: list[str] | UnsetType = UNSET
    country_codes: list[str] | UnsetType = UNSET
    granularity: Text = UNSET
    data_points: list[AnalyticsPoint] | UnsetType = UNSET


class PricedPoint(Shown):
    """One step of time, in Unix seconds, and one of each dimension that was asked for; *cost* in the wallet's currency."""

    start: int
    end: int
    cost: float | UnsetType = UNSET
    volume: Number = UNSET
    conversation: Number = UNSET
    phone_number: Text = UNSET
    country: Text = UNSET
    pricing_category: Text = UNSET
    pricing_type: Text = UNSET
    tier: Text = UNSET
    conversation_category: Text = UNSET
    conversation_type: Text = UNSET
    conversation_direction: Text = UNSET


class PricedPoints(Shown):
    """The steps."""

    data_points: list[PricedPoint]


class PricedAnalytics(Shown):
    """What arrived, and what it cost."""

    data: list[PricedPoints] | UnsetType = UNSET


class Account(Shown):
    """A WhatsApp Business Account (WABA)."""

    id: str
    name: Text = UNSET
    currency: Text = UNSET
    timezone_id: Text = UNSET
    message_template_namespace: Text = UNSET
    account_review_status: Text = UNSET
    business_verification_status: Text = UNSET
    country: Text = UNSET
    ownership_type: Text = UNSET
    owner_business_info: OwnerInfo | UnsetType = UNSET
    status: Text = UNSET
    health_status: Health | UnsetType = UNSET
    is_enabled_for_insights: Flag = UNSET
    marketing_messages_lite_api_status: Text = UNSET
    on_behalf_of_business_info: OwnerInfo | UnsetType = UNSET
    primary_business_location: Text = UNSET
    primary_funding_id: Text = UNSET
    purchase_order_number: Text = UNSET
    analytics: Analytics | UnsetType = UNSET
    conversation_analytics: PricedAnalytics | UnsetType = UNSET
    pricing_analytics: PricedAnalytics | UnsetType = UNSET
    disable_marketing_messages_on_cloud_api: Flag = UNSET
    marketing_messages_onboarding_status: Text = UNSET
    subscribed_apps: dict[str, Any] | UnsetType = UNSET
    whatsapp_business_manager_messaging_limit: Text = UNSET


class App(Shown):
    """The application of a business."""

    id: str
    name: Text = UNSET
    link: Text = UNSET
    category: Text = UNSET
    namespace: Text = UNSET


class Business(Shown):
    """The business that a token stands for."""

    id: str
    name: Text = UNSET
    verification_status: Text = UNSET


class AssignedUser(Shown):
    """Somebody who may work with an account, and at what."""

    id: str
    name: Text = UNSET
    tasks: list[str] | UnsetType = UNSET


class ShortLink(Shown):
    """A short link that opens a conversation with *prefilled_message* typed in; *creation_time* in Unix seconds."""

    code: Text = UNSET
    prefilled_message: Text = UNSET
    deep_link_url: Text = UNSET
    creation_time: Number = UNSET
    qr_image_url: Text = UNSET


class Finding(Shown):
    """What is wrong with a flow's JSON, and where."""

    error: str
    error_type: str
    message: str
    line_start: Number = UNSET
    line_end: Number = UNSET
    column_start: Number = UNSET
    column_end: Number = UNSET
    pointers: list[dict[str, Any]] | UnsetType = UNSET


class FlowAccount(Shown):
    """The account that a flow belongs to."""

    id: Text = UNSET
    name: Text = UNSET
    currency: Text = UNSET
    timezone_id: Text = UNSET
    message_template_namespace: Text = UNSET


class FlowApp(Shown):
    """The app that a flow belongs to."""

    id: Text = UNSET
    name: Text = UNSET
    link: Text = UNSET


class Flow(Shown):
    """A form that people fill in inside a conversation."""

    id: str
    name: Text = UNSET
    status: Literal["DRAFT", "PUBLISHED", "DEPRECATED", "BLOCKED", "THROTTLED"] | UnsetType = UNSET
    categories: list[str] | UnsetType = UNSET
    validation_errors: list[Finding] | UnsetType = UNSET
    json_version: Text = UNSET
    data_api_version: Text = UNSET
    endpoint_uri: Text = UNSET
    data_channel_uri: Text = UNSET
    updated_at: Text = UNSET
    health_status: Health | UnsetType = UNSET
    whatsapp_business_account: FlowAccount | UnsetType = UNSET
    application: FlowApp | UnsetType = UNSET
    preview: dict[str, Any] | UnsetType = UNSET
    metric: dict[str, Any] | UnsetType = UNSET


class FlowAsset(Shown):
    """The Flow JSON, behind a link that works for a few minutes."""

    name: Text = UNSET
    asset_type: Text = UNSET
    download_url: Text = UNSET


class LibraryTemplate(Shown):
    """A template that is approved beforehand."""

    id: str
    name: str
    language: str
    category: str
    topic: str
    usecase: str
    industry: list[str]
    body: str
    body_params: list[str]
    body_param_types: list[str]
    header: Text = UNSET
    buttons: list[dict[str, Any]] | UnsetType = UNSET
