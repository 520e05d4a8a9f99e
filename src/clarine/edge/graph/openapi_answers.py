"""What calls answer, as types; the objects in them stand in openapi_nodes.py."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from clarine.edge.graph.openapi_nodes import (
    Account,
    AssignedUser,
    BlockedUser,
    Finding,
    Flag,
    Flow,
    FlowAsset,
    LibraryTemplate,
    Number,
    PhoneNumber,
    Profile,
    PublicKey,
    ShortLink,
    Shown,
    Template,
    Text,
)


class ErrorData(Shown):
    """What exactly was wrong."""

    messaging_product: Literal["whatsapp"]
    details: str


class ErrorBody(Shown):
    """The error itself; *fbtrace_id* is new for each."""

    message: str
    type: str
    code: int
    fbtrace_id: str
    error_subcode: Number = UNSET
    error_data: ErrorData | UnsetType = UNSET
    is_transient: Flag = UNSET
    error_user_title: Text = UNSET
    error_user_msg: Text = UNSET


class Error(Shown):
    """The envelope in which every error leaves."""

    error: ErrorBody


class Success(Shown):
    """It is done."""

    success: Literal[True]


class NamedSuccess(Shown):
    """It is done, to the object *id*."""

    success: Literal[True]
    id: str


class Created(Shown):
    """The id of what now is."""

    id: str


class Cursors(Shown):
    """Opaque places in a list."""

    before: str
    after: str


class Paging(Shown):
    """Where this page lies; *next* and *previous* are absolute URLs."""

    cursors: Cursors
    next: Text = UNSET
    previous: Text = UNSET


class SentContact(Shown):
    """Whom the message goes to: *wa_id* for a phone number, *user_id* for a business-scoped user id."""

    input: str
    wa_id: Text = UNSET
    user_id: Text = UNSET


class SentMessage(Shown):
    """The message's id; *message_status* stands here for templates."""

    id: str
    message_status: Literal["accepted", "held_for_quality_assessment", "paused"] | UnsetType = UNSET


class Sent(Shown):
    """The message is accepted; what becomes of it arrives by webhook."""

    messaging_product: Literal["whatsapp"]
    contacts: list[SentContact]
    messages: list[SentMessage]


class TemplateSummary(Shown):
    """How many templates there are, and may be."""

    total_count: int
    message_template_count: int
    message_template_limit: int
    are_translations_complete: bool


class Templates(Shown):
    """A page of templates; *summary* when it was asked for."""

    data: list[Template]
    paging: Paging | UnsetType = UNSET
    summary: TemplateSummary | UnsetType = UNSET


class TemplateFiled(Shown):
    """A template was filed for review."""

    id: str
    status: str
    category: str


class TemplateChanged(Shown):
    """A template was changed and goes back to review."""

    success: Literal[True]
    id: str
    name: str
    category: str


class PhoneNumbers(Shown):
    """A page of phone numbers."""

    data: list[PhoneNumber]
    paging: Paging | UnsetType = UNSET


class Profiles(Shown):
    """The profile, in a list of one."""

    data: list[Profile]


class BlockedUsers(Shown):
    """A page of blocked people."""

    data: list[BlockedUser]
    paging: Paging | UnsetType = UNSET


class User(Shown):
    """A person, as the request named them."""

    input: str
    wa_id: Text = UNSET
    user_id: Text = UNSET


class BlockFailure(Shown):
    """Why one person could not be blocked."""

    message: str
    code: int
    error_data: dict[str, str]


class FailedUser(User, kw_only=True):
    """A person who could not be blocked."""

    errors: list[BlockFailure]


class BlockedNow(Shown):
    """What became of each."""

    added_users: list[User]
    failed_users: list[FailedUser] | UnsetType = UNSET


class BlockErrors(Shown):
    """Stands beside the people who could be blocked when some could not."""

    message: str
    type: str
    code: int
    error_data: dict[str, str]


class Blocking(Shown):
    """Who is blocked now, and who could not be."""

    messaging_product: Literal["whatsapp"]
    block_users: BlockedNow
    errors: BlockErrors | UnsetType = UNSET


class RemovedUsers(Shown):
    """Who may write again."""

    removed_users: list[User]


class Unblocking(Shown):
    """Who may write again."""

    messaging_product: Literal["whatsapp"]
    block_users: RemovedUsers


class PublicKeys(Shown):
    """One key, or none."""

    data: list[PublicKey]


class SubscribedApp(Shown):
    """An app that gets an account's webhooks."""

    link: str
    name: str
    id: str


class AccountSubscription(Shown):
    """The app, and the address that the account's webhooks go to instead of the app's."""

    whatsapp_business_api_data: SubscribedApp
    override_callback_uri: Text = UNSET


class AccountSubscriptions(Shown):
    """Which apps get an account's webhooks."""

    data: list[AccountSubscription]


class SubscribedField(Shown):
    """A webhook field."""

    name: str
    version: str


class AppSubscription(Shown):
    """Where an app's webhooks go."""

    object: Literal["whatsapp_business_account"]
    callback_url: str
    active: bool
    fields: list[SubscribedField]


class AppSubscriptions(Shown):
    """An app's subscription, or none."""

    data: list[AppSubscription]


class AccessToken(Shown):
    """A token."""

    access_token: str
    token_type: Literal["bearer"]


class GranularScope(Shown):
    """A permission, and the objects that it is for."""

    scope: str
    target_ids: list[str]


class TokenError(Shown):
    """Why a token is not valid."""

    code: int
    message: str
    subcode: int


class TokenFacts(Shown):
    """What a token is good for; times in Unix seconds, 0 for never."""

    is_valid: bool
    scopes: list[str]
    error: TokenError | UnsetType = UNSET
    app_id: Text = UNSET
    type: Text = UNSET
    application: Text = UNSET
    data_access_expires_at: Number = UNSET
    expires_at: Number = UNSET
    issued_at: Number = UNSET
    granular_scopes: list[GranularScope] | UnsetType = UNSET
    user_id: Text = UNSET


class TokenDebugged(Shown):
    """What a token is good for."""

    data: TokenFacts


class BatchHeader(Shown):
    """A header of one part."""

    name: str
    value: str


class BatchPart(Shown):
    """What one part of a batch was answered; *body* is JSON in a string."""

    code: int
    body: str
    headers: list[BatchHeader] | UnsetType = UNSET


class Library(Shown):
    """Templates that are approved beforehand."""

    data: list[LibraryTemplate]


class Count(Shown):
    """How many there are."""

    total_count: int


class AssignedUsers(Shown):
    """Who may work with an account."""

    data: list[AssignedUser]
    paging: Paging | UnsetType = UNSET
    summary: Count | UnsetType = UNSET


class Accounts(Shown):
    """Accounts of a business."""

    data: list[Account]
    paging: Paging | UnsetType = UNSET


class ShortLinks(Shown):
    """Short links."""

    data: list[ShortLink]
    paging: Paging | UnsetType = UNSET


class SettingStatus(Shown):
    """Whether something is on."""

    status: str


class Storage(Shown):
    """Where data at rest is kept."""

    status: str
    data_localization_region: Text = UNSET


class IdentityChange(Shown):
    """Whether a changed identity is checked."""

    enable_identity_key_check: bool


class NumberSettings(Shown):
    """A number's switches."""

    calling: SettingStatus | UnsetType = UNSET
    payload_encryption: SettingStatus | UnsetType = UNSET
    storage_configuration: Storage | UnsetType = UNSET
    user_identity_change: IdentityChange | UnsetType = UNSET


class Command(Shown):
    """A command that people can choose."""

    command_name: str
    command_description: str


class Automation(Shown):
    """Ice breakers and commands."""

    id: str
    enable_welcome_message: bool
    prompts: list[str]
    commands: list[Command]


class Shop(Shown):
    """The shop's switches."""

    id: str
    is_cart_enabled: bool
    is_catalog_visible: bool


class Shops(Shown):
    """The shop's switches, in a list of one."""

    data: list[Shop]


class UploadOpened(Shown):
    """A session to upload to, such as ``upload:`` and digits."""

    id: str


class UploadState(Shown):
    """How many bytes of an upload have come."""

    id: str
    file_offset: int


class UploadDone(Shown):
    """The handle of a complete upload, which templates and profiles name."""

    h: str


class FlowMade(Shown):
    """The flow, and what is wrong with its JSON."""

    id: str
    success: bool
    validation_errors: list[Finding]


class FlowDrawn(Shown):
    """Whether the Flow JSON can be used, and what is wrong with it."""

    success: bool
    validation_errors: list[Finding]


class Flows(Shown):
    """A page of flows."""

    data: list[Flow]
    paging: Paging | UnsetType = UNSET


class FlowAssets(Shown):
    """The Flow JSON, or none yet."""

    data: list[FlowAsset]
    paging: Paging | UnsetType = UNSET
