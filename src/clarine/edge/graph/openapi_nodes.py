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
