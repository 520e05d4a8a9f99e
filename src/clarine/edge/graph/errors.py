"""The one table of API errors: every code with its HTTP status, type and title; and which code each refusal of the house gets.

docs/reference/errors.md is made of this table; the codes are the Cloud API's (support/error-codes).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from clarine.domain.errors import ClarineError, Conflict, Denied, Invalid, NotFound, Overloaded, TooMany, Unavailable
from clarine.domain.magic import acted_code
from clarine.domain.policy import Reason

HREF: Final = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


@dataclass(frozen=True, slots=True)
class ApiCode:
    """One code: *status* is the HTTP status when it is answered at once; *cause* says when this house raises it."""

    code: int
    status: int
    title: str
    cause: str
    type: str = "OAuthException"
    transient: bool = False


#: The cause of a code that no rule of this house raises yet: a client can be tried against it all the same.
_ACTED: Final = "Only a magic recipient of the sandbox acts it out"

_TABLE: Final = (
    ApiCode(0, 401, "AuthException", _ACTED),
    ApiCode(1, 400, "An unknown error occurred", _ACTED, transient=True),
    ApiCode(2, 503, "Service temporarily unavailable", _ACTED, transient=True),
    ApiCode(3, 400, "Application does not have the capability to make this API call", "The call is not offered here"),
    ApiCode(4, 429, "Application request limit reached", _ACTED, transient=True),
    ApiCode(10, 403, "Application does not have permission for this action", _ACTED),
    ApiCode(33, 400, "Parameter value is not valid", _ACTED),
    ApiCode(100, 400, "Invalid parameter", "A parameter has the wrong shape, or the object does not exist (subcode 33)"),
    ApiCode(190, 401, "Invalid OAuth access token", "No token, an unknown one, or one that was ended"),
    ApiCode(368, 403, "Temporarily blocked for policies violations", "Too many people reported the business: its marketing is "
            "frozen until an operator has looked at it"),
    ApiCode(2200, 400, "Callback verification failed", "The webhook receiver did not answer the challenge"),
    ApiCode(2500, 400, "Unknown path components", "There is nothing under this address"),
    ApiCode(80007, 429, "Rate limit issues", "An account created 100 templates in an hour, or made more calls that send nothing "
            "than CLARINE_CALLS_PER_H in an hour (a 25th of them while none of its numbers is registered)", transient=True),
    ApiCode(130403, 400, "Recipient is blocked", "The business itself blocked the person"),
    ApiCode(130429, 429, "Rate limit hit", "A number sends faster than its throughput, or too much is waiting; try "
            "again after Retry-After seconds", transient=True),
    ApiCode(130472, 400, "User's number is part of an experiment", _ACTED),
    ApiCode(130497, 403, "Business account is restricted from messaging users in this country", _ACTED),
    ApiCode(131000, 500, "Something went wrong", "An error of the house itself", transient=True),
    ApiCode(131005, 403, "Access denied", _ACTED),
    ApiCode(131008, 400, "Required parameter is missing", "A required parameter of a message is missing"),
    ApiCode(131009, 400, "Parameter value is not valid", "A parameter of a message has a value that cannot be"),
    ApiCode(131016, 500, "Service unavailable", "The database cannot be reached; ask again after Retry-After seconds, under the "
            "same Idempotency-Key", transient=True),
    ApiCode(131021, 400, "Recipient cannot be sender", "A business writes to its own number"),
    ApiCode(131026, 400, "Message undeliverable", "Nobody has that number, the person blocked the business, or no device "
            "fetched the message in time"),
    ApiCode(131030, 400, "Recipient phone number not in allowed list", "A test number writes to somebody who is not "
            "among its five recipients"),
    ApiCode(131031, 403, "Business account locked", "An operator locked the account"),
    ApiCode(131037, 400, "The phone number's display name needs approval", _ACTED),
    ApiCode(131042, 400, "Business eligibility payment issue", "The wallet does not cover the price"),
    ApiCode(131045, 500, "Incorrect certificate", _ACTED),
    ApiCode(131047, 400, "Re-engagement message", "The 24-hour window is closed; only templates may be sent"),
    ApiCode(131048, 429, "Spam rate limit hit", "The messaging limit is reached", transient=True),
    ApiCode(131049, 400, "This message was not delivered to maintain healthy ecosystem engagement", "The person got "
            "enough marketing lately, from anyone"),
    ApiCode(131050, 400, "User has stopped receiving marketing messages", "The person stopped this business's messages, or "
            "never agreed to marketing"),
    ApiCode(131051, 400, "Unsupported message type", "The type of message is unknown or not offered here"),
    ApiCode(131052, 400, "Media download error", "The link of a medium cannot be fetched"),
    ApiCode(131053, 400, "Media upload error", "A medium's type or size is not allowed, or its id is not known"),
    ApiCode(131055, 400, "Method not allowed", "Something other than a template is sent to marketing_messages"),
    ApiCode(131056, 429, "Pair rate limit hit", "A number writes to one person faster than once in 6 seconds, "
            "with 45 at once", transient=True),
    ApiCode(131057, 500, "Account in maintenance mode", _ACTED, transient=True),
    ApiCode(131062, 400, "Authentication templates need a phone number", "An authentication template is sent to a user id"),
    ApiCode(131063, 400, "The recipient cannot be used for this message", _ACTED),
    ApiCode(131064, 429, "Too many requests for this recipient", _ACTED, transient=True),
    ApiCode(132000, 400, "Number of parameters does not match the expected number of params", "A template's variables and "
            "the parameters sent differ in number"),
    ApiCode(132001, 404, "Template name does not exist in the translation", "No approved template has this name and language"),
    ApiCode(132005, 400, "Translated text too long", "A template's text is too long with its variables filled in"),
    ApiCode(132007, 400, "Template format character policy violated", "A parameter would change how the template looks"),
    ApiCode(132008, 400, "Template parameter value is not valid", "A parameter has the right kind and a value that cannot be: "
            "a button's or a card's index, degrees, a time"),
    ApiCode(132012, 400, "Parameter format does not match format in the created template", "A parameter has another kind than "
            "the template's variable"),
    ApiCode(132015, 400, "Template is paused", "The template is paused because of its quality, also "
            "while the message waited to be released"),
    ApiCode(132016, 400, "Template is disabled", "The template was paused too often"),
    ApiCode(132018, 400, "Template cannot be sent with these parameters", "A product that is named is not in the "
            "connected catalogue"),
    ApiCode(132068, 400, "Flow is in blocked state", "An operator blocked the flow"),
    ApiCode(132069, 400, "Flow is in throttled state", "An operator throttled the flow, and 10 messages opened it in the last "
            "hour"),
    ApiCode(133000, 500, "Incomplete deregistration", _ACTED),
    ApiCode(133004, 503, "Server temporarily unavailable", _ACTED, transient=True),
    ApiCode(133005, 400, "Two-step verification PIN mismatch", "The PIN is not the one that was set"),
    ApiCode(133006, 400, "Phone number re-verification needed", "The number must be verified by a code before it is registered"),
    ApiCode(133008, 400, "Too many two-step verification PIN guesses", "A wrong PIN was given too often; wait"),
    ApiCode(133009, 400, "Two-step verification PIN guessed too fast", "Another PIN was tried within a second of a wrong one"),
    ApiCode(133010, 400, "Phone number not registered", "The sender was deregistered, or never registered"),
    ApiCode(133015, 400, "Please wait a few minutes before attempting to register this phone number", _ACTED),
    ApiCode(133016, 429, "Account register deregister rate limit exceeded", "More than 10 registrations in 72 hours"),
    ApiCode(134100, 400, "Only marketing messages supported", "A template of another category is sent to marketing_messages"),
    ApiCode(134101, 400, "Template is syncing", _ACTED, transient=True),
    ApiCode(134102, 400, "Template unavailable for use", "A template that is not approved is sent to marketing_messages"),
    ApiCode(135000, 400, "Generic user error", _ACTED),
    ApiCode(136024, 400, "Phone number cannot be verified now", "The number is verified already, the code is wrong, or its time "
            "is over"),
    ApiCode(139000, 400, "Blocked by integrity", "A flow that an operator blocked is changed or published"),
    ApiCode(139001, 400, "Flow can't be updated", "The flow was published or deprecated, or its Flow JSON is too large"),
    ApiCode(139002, 400, "Flow can't be published", "It is no draft, has validation errors, or its endpoint has no address, no "
            "public key or no answer to a ping"),
    ApiCode(139003, 400, "Flow can't be deprecated", "It was never published, or is deprecated already"),
    ApiCode(139004, 400, "Flow can't be deleted", "It was published"),
    ApiCode(139100, 400, "Failed to block or unblock some users", "Stands beside the users that could be blocked"),
    ApiCode(139101, 400, "Blocklist limit reached", "A block list has 64,000 people"),
    ApiCode(139102, 400, "User cannot be blocked", "Only people who wrote in the last 24 hours can be blocked"),
    ApiCode(139103, 400, "Failed to block or unblock users", _ACTED),
)  # fmt: skip

#: Codes (as text, ranges too) of what has no cause here: (codes, what they belong to, why).
NOT_RAISED: Final = (
    ("200–299", "Permissions", "A token opens all of its business, so none is missing"),
    ("613, 138000–138018", "Calling", "Not offered; the calls answer 3"),
    ("131020, 131041, 131059, 131201–131215", "Groups", "Not offered; the calls answer 3, a group as recipient 131051"),
    ("134011, 137000", "Payments", "Not offered; the calls answer 3, the messages 131051"),
    ("147001–147005", "Usernames", "Not offered; the calls answer 3"),
    ("1752041", "Marketing messages onboarding", "Not offered; the call answers 3"),
    ("200005–200007", "Template insights that are off", "They are on for every account"),
    ("2388012, 2388093, 2388103, 2494100", "Numbers that move between accounts", "A number stays where it was added"),
    ("2593107, 2593108", "Coexistence", "Not offered; the calls answer 3"),
)

#: Subcodes of 100 and what they mean.
SUBCODES: Final[Mapping[int, str]] = {
    33: "The object does not exist, or this token may not see it",
    2388019: "The business has as many templates as it may have",
    2388023: "An approved template of this name was deleted less than 30 days ago",
    2388024: "There is a template of this name and language already",
    2388039: "The template cannot be edited now (it is under review, or its category is settled)",
    2388040: "A text of the template has too many characters",
    2388047: "The template's header breaks a rule",
    2388072: "The template's body breaks a rule",
    2388073: "The template's footer breaks a rule",
    2388293: "The template breaks another rule; `details` names every problem",
    2593002: "No template has the name that was to be deleted",
    4016019: "Another flow of the account has this name",
}

TABLE: Final[Mapping[int, ApiCode]] = {row.code: row for row in _TABLE}

#: Object does not exist (subcode of 100).
NO_OBJECT: Final = 33

#: From a refusal by policy to (code, details); what a business may not know is not told apart.
CODE_OF_REASON: Final[Mapping[str, tuple[int, str]]] = {
    Reason.NOT_A_PERSON: (131026, "Message undeliverable"),
    Reason.BLOCKED: (131026, "Message undeliverable"),
    Reason.EXPIRED: (131026, "Message undeliverable: no device fetched it in time"),
    Reason.STOPPED: (131050, "The recipient stopped messages from this business"),
    Reason.NO_CONSENT: (131050, "There is no recorded consent of the recipient to messages of this category"),
    Reason.WINDOW_CLOSED: (
        131047,
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number",
    ),
    Reason.MESSAGING_LIMIT: (
        131048,
        "Message failed to send because this business reached as many people in 24 hours as its messaging limit allows",
    ),
    Reason.SHUT_OUT: (130403, "This business blocked the recipient; unblock the recipient first"),
    Reason.LOCKED: (131031, "The account of this business is locked by the operator; nothing can be sent"),
    Reason.MEDIA_LINK: (131052, "The link of a medium leads nowhere"),
    Reason.MEDIA_FILE: (131053, "A medium is not known, or not of a type and size that can be sent"),
    Reason.MARKETING_FROZEN: (
        368,
        "Message failed to send because too many people reported this business; it may send no marketing until that is reviewed",
    ),
    Reason.MARKETING_CAP: (131049, "The recipient got as many marketing messages lately as one person gets"),
    Reason.TEMPLATE_STOPPED: (
        132015,
        "The message was held for quality assessment, and its template was paused before it could be released",
    ),
    Reason.NO_MONEY: (131042, "The wallet of this business does not cover the price of the message"),
}

#: From ClarineError.code to (code, subcode, title for the user).
CODE_OF_ERROR: Final[Mapping[str, tuple[int, int | None, str | None]]] = {
    "template_missing": (132001, None, None),
    "template_paused": (132015, None, None),
    "template_disabled": (132016, None, None),
    "template_param_count": (132000, None, None),
    "template_too_long": (132005, None, None),
    "template_policy": (132007, None, None),
    "template_param_format": (132012, None, None),
    "template_param_value": (132008, None, None),
    "template_unfit": (132018, None, None),
    "template_length": (100, 2388040, "Character limit exceeded"),
    "template_header": (100, 2388047, "Message header format is incorrect"),
    "template_body": (100, 2388072, "Message body format is incorrect"),
    "template_footer": (100, 2388073, "Message footer format is incorrect"),
    "template_invalid": (100, 2388293, "Invalid template"),
    "template_exists": (100, 2388024, "Content in this language already exists"),
    "template_name_resting": (100, 2388023, "Message template is being deleted"),
    "template_limit": (100, 2388019, "Template limit reached"),
    "template_not_editable": (100, 2388039, "Template cannot be edited"),
    "media_missing": (131053, None, None),
    "media_link": (131052, None, None),
    "media_type": (131053, None, None),
    "media_size": (131053, None, None),
    "media_broken": (131053, None, None),
    "media_bomb": (131053, None, None),
    "media_gone": (100, NO_OBJECT, None),
    "throughput": (130429, None, None),
    "pair_rate": (131056, None, None),
    "message_missing": (131009, None, None),
    "phone": (131009, None, None),
    "callback_url": (100, None, None),
    "callback_refused": (2200, None, None),
    "block_too_late": (139102, None, None),
    "block_limit": (139101, None, None),
    "template_rate": (80007, None, None),
    "call_rate": (80007, None, None),
    "not_marketing": (134100, None, None),
    "pin_wrong": (133005, None, None),
    "number_unverified": (133006, None, None),
    "pin_guesses": (133008, None, None),
    "pin_too_fast": (133009, None, None),
    "number_unregistered": (133010, None, None),
    "register_rate": (133016, None, None),
    "verify_code": (136024, 2388091, "Phone number cannot be verified"),
    "key_reused": (100, None, None),
    "flow_key": (100, None, None),
    "flow_missing": (100, NO_OBJECT, None),
    "flow_name_taken": (100, 4016019, "Flow name must be unique"),
    "flow_json": (139001, None, None),
    "flow_integrity": (139000, None, None),
    "flow_immutable": (139001, None, None),
    "flow_publish": (139002, None, None),
    "flow_deprecate": (139003, None, None),
    "flow_delete": (139004, None, None),
    "flow_unknown": (131009, None, None),
    "flow_not_sendable": (131009, None, None),
    "flow_blocked": (132068, None, None),
    "flow_throttled": (132069, None, None),
}


class ApiError(Exception):
    """An answer in the API's own envelope. *message* replaces the usual "(#code) title"."""

    def __init__(
        self,
        code: int,
        details: str | None = None,
        *,
        subcode: int | None = None,
        message: str | None = None,
        user_title: str | None = None,
        type: str | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        self.row = TABLE[code]
        super().__init__(details or self.row.title)
        self.details = details
        self.subcode = subcode
        self.message = message
        self.user_title = user_title
        self.type = type or self.row.type
        self.retry_after_s = retry_after_s

    def body(self) -> bytes:
        """The envelope (Cloud API: error responses); each has a trace id of its own."""
        error: dict[str, Any] = {
            "message": self.message or f"(#{self.row.code}) {self.row.title}",
            "type": self.type,
            "code": self.row.code,
        }
        if self.details is not None:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.row.transient:
            error["is_transient"] = True
        if self.user_title is not None:
            error["error_user_title"] = self.user_title
            error["error_user_msg"] = self.details or self.row.title
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return msgspec.json.encode({"error": error})


def missing(name: str) -> ApiError:
    """A required parameter of a message is not there."""
    return ApiError(131008, f"The parameter {name} is required.")


def wrong(details: str) -> ApiError:
    """A parameter of a message has a value that cannot be."""
    return ApiError(131009, details)


def invalid(details: str) -> ApiError:
    """A parameter of any other call is wrong."""
    return ApiError(100, details, message=f"(#100) {details}")


def no_object(method: str, object_id: str) -> ApiError:
    """The id names nothing that this token may see; whether it exists is not told."""
    return ApiError(
        100,
        subcode=NO_OBJECT,
        type="GraphMethodException",
        message=f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded due "
        "to missing permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
    )


def unknown_path(path: str) -> ApiError:
    """There is nothing under this address."""
    return ApiError(2500, message=f"Unknown path components: {path}")


def refused(reason: Reason) -> ApiError:
    """A refusal by policy, answered at once (settings: errors_mode)."""
    code, details = CODE_OF_REASON[reason]
    return ApiError(code, details)


def of_domain(error: ClarineError) -> ApiError:
    """What the house found wrong, in the API's words."""
    if (acted := acted_code(error.code)) is not None:
        return ApiError(acted, error.details, retry_after_s=1 if TABLE[acted].status == 429 else None)
    found = CODE_OF_ERROR.get(error.code)
    if found is not None:
        code, subcode, title = found
        message = (
            f"(#{code}) Callback verification failed with the following errors: {error.details}"
            if code == 2200
            else None
        )
        wait_s = error.retry_after_s if isinstance(error, TooMany) else None
        return ApiError(code, error.details, subcode=subcode, user_title=title, message=message, retry_after_s=wait_s)
    match error:
        case Overloaded():
            return ApiError(130429, error.details, retry_after_s=1)
        case Unavailable():
            return ApiError(131016, error.details, retry_after_s=1)
        case TooMany(retry_after_s=retry_after_s):
            return ApiError(130429, error.details, retry_after_s=retry_after_s)
        case Denied():
            return ApiError(10, error.details)
        case NotFound():
            return ApiError(100, error.details, subcode=NO_OBJECT)
        case Invalid() | Conflict():
            return ApiError(100, error.details)
        case _:
            return ApiError(131000, error.details)


def told(reason: str) -> tuple[int, str]:
    """(code, details) of a failed status; the sandbox's recipients act out codes of their own."""
    acted = acted_code(reason)
    return (acted, TABLE[acted].title) if acted is not None else CODE_OF_REASON[reason]


def status_error(reason: str, more: str | None = None) -> dict[str, Any]:
    """The ``errors[]`` entry of a failed status; *more* are details of this very message (Cloud API: statuses.errors)."""
    code, details = told(reason)
    details = more or details
    title = TABLE[code].title
    return {"code": code, "title": title, "message": title, "error_data": {"details": details}, "href": HREF}
