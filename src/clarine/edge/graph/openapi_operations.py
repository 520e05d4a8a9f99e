"""Every call of the Cloud API, once: the OpenAPI document comes from this table, and so does the test of the routing.

A call that is not offered stands here too, with the code that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from msgspec import Struct

from clarine.edge.graph import openapi_answers as answers
from clarine.edge.graph import openapi_asks as asks
from clarine.edge.graph import openapi_nodes as nodes
from clarine.edge.graph.errors import TABLE
from clarine.edge.graph.wire import SendIn

Method = Literal["GET", "POST", "DELETE"]
On = Literal[
    "", "phone-number-id", "waba-id", "app-id", "business-id", "template-id", "media-id", "flow-id"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """A call: *method* on the edge *edge* of an object whose id is *on* (no edge: the object itself; no id: a fixed address).

    *asks* are its parameters: in the query of GET and DELETE, in the body of POST and wherever *in_body* says so.
    *codes* are the errors it can answer beside those of every call; *answer* is None for bytes.
    """

    method: Method
    on: On
    edge: str
    summary: str
    area: str
    answer: type[Struct] | tuple[type[Struct], ...] | None
    asks: type[Struct] = asks.Asked
    codes: tuple[int, ...] = ()
    needs_token: bool = True
    in_body: bool = False

    @property
    def answers(self) -> tuple[type[Struct], ...]:
        """Each type that it may answer with."""
        if self.answer is None:
            return ()
        return self.answer if isinstance(self.answer, tuple) else (self.answer,)

    @property
    def name(self) -> str:
        """Its name in programs."""
        words = [self.method.lower(), *self.on.removesuffix("-id").split("-"), *self.edge.replace("/", "_").split("_")]
        first, *rest = [word for word in words if word]
        return first + "".join(word.capitalize() for word in rest)


#: A wrong parameter, no token, nothing there, a fault of the house: any call may answer so.
ANY_CODES: Final = (1, 2, 100, 190, 2500, 130429, 131000)
_SEND: Final = (33, 368, *(code for code in TABLE if 130403 <= code < 133000), 133010)
_FILED: Final = (80007,)
_MEDIUM: Final = (131052, 131053)
_CALLBACK: Final = (2200,)

_MESSAGES: Final = (
    Operation("POST", "phone-number-id", "messages", "Send a message, or mark one as read", "Messages",
              (answers.Sent, answers.Success), SendIn, _SEND),
)  # fmt: skip

_MEDIA: Final = (
    Operation("POST", "phone-number-id", "media", "Upload a medium", "Media", answers.Created, asks.MediumSent, _MEDIUM),
    Operation("GET", "media-id", "", "Show a medium and a link to its bytes", "Media", nodes.Medium, asks.MediumNumber),
    Operation("DELETE", "media-id", "", "Forget a medium", "Media", answers.Success, asks.MediumNumber),
    Operation("GET", "", "whatsapp_business/attachments", "Fetch the bytes behind a medium's link", "Media", None,
              asks.Attachment, needs_token=False),
)  # fmt: skip

_TEMPLATES: Final = (
    Operation("GET", "waba-id", "message_templates", "List templates", "Templates", answers.Templates,
              asks.TemplateFilter),
    Operation("POST", "waba-id", "message_templates", "File a template for review", "Templates", answers.TemplateFiled,
              asks.TemplateWanted, _FILED),
    Operation("DELETE", "waba-id", "message_templates", "Delete a template", "Templates", answers.Success,
              asks.TemplateGone),
    Operation("GET", "template-id", "", "Show a template", "Templates", nodes.Template, asks.Choice),
    Operation("POST", "template-id", "", "Change a template", "Templates", answers.TemplateChanged,
              asks.TemplateChange, _FILED),
)  # fmt: skip

_NUMBERS: Final = (
    Operation("GET", "waba-id", "phone_numbers", "List phone numbers", "Phone numbers", answers.PhoneNumbers, asks.Page),
    Operation("GET", "phone-number-id", "", "Show a phone number", "Phone numbers", nodes.PhoneNumber, asks.Choice),
    Operation("POST", "phone-number-id", "", "Change a phone number", "Phone numbers", answers.Success,
              asks.NumberChange, _CALLBACK),
    Operation("GET", "phone-number-id", "whatsapp_business_encryption", "Show the public key of a number's flows",
              "Phone numbers", answers.PublicKeys),
    Operation("POST", "phone-number-id", "whatsapp_business_encryption", "Set the public key of a number's flows",
              "Phone numbers", answers.Success, asks.KeyWanted),
)  # fmt: skip

_PROFILE: Final = (
    Operation("GET", "phone-number-id", "whatsapp_business_profile", "Show the profile", "Profile", answers.Profiles,
              asks.Choice),
    Operation("POST", "phone-number-id", "whatsapp_business_profile", "Change the profile", "Profile", answers.Success,
              asks.ProfileChange),
    Operation("GET", "phone-number-id", "block_users", "List blocked people", "Blocking", answers.BlockedUsers,
              asks.Page),
    Operation("POST", "phone-number-id", "block_users", "Block people who wrote in the last 24 hours", "Blocking",
              answers.Blocking, asks.Blocks, (139100, 139102)),
    Operation("DELETE", "phone-number-id", "block_users", "Unblock people", "Blocking", answers.Unblocking, asks.Blocks,
              in_body=True),
)  # fmt: skip

_WEBHOOKS: Final = (
    Operation("GET", "waba-id", "subscribed_apps", "Show where an account's webhooks go", "Webhooks",
              answers.AccountSubscriptions),
    Operation("POST", "waba-id", "subscribed_apps", "Send an account's webhooks to the app, or elsewhere", "Webhooks",
              answers.Success, asks.AccountSubscribing, _CALLBACK),
    Operation("DELETE", "waba-id", "subscribed_apps", "Send an account's webhooks nowhere", "Webhooks",
              answers.Success),
    Operation("GET", "app-id", "subscriptions", "Show where an app's webhooks go", "Webhooks",
              answers.AppSubscriptions),
    Operation("POST", "app-id", "subscriptions", "Send an app's webhooks to an address", "Webhooks", answers.Success,
              asks.AppSubscribing, _CALLBACK),
    Operation("DELETE", "app-id", "subscriptions", "Send an app's webhooks nowhere", "Webhooks", answers.Success,
              asks.AppUnsubscribing),
)  # fmt: skip

_ACCOUNTS: Final = (
    Operation("GET", "waba-id", "", "Show an account", "Accounts and tokens", nodes.Account, asks.Choice),
    Operation("GET", "app-id", "", "Show an app", "Accounts and tokens", nodes.App, asks.Choice),
    Operation("GET", "business-id", "", "Show a business", "Accounts and tokens", nodes.Business, asks.Choice),
    Operation("GET", "", "me", "Show whom the token stands for", "Accounts and tokens", nodes.Business, asks.Choice),
    Operation("GET", "", "oauth/access_token", "Get an app's token", "Accounts and tokens", answers.AccessToken,
              asks.TokenWanted, needs_token=False),
    Operation("POST", "", "oauth/access_token", "Get an app's token", "Accounts and tokens", answers.AccessToken,
              asks.TokenWanted, needs_token=False),
    Operation("GET", "", "debug_token", "Ask what a token is good for", "Accounts and tokens", answers.TokenDebugged,
              asks.TokenAsked),
)  # fmt: skip

OPERATIONS: Final = (*_MESSAGES, *_MEDIA, *_TEMPLATES, *_NUMBERS, *_PROFILE, *_WEBHOOKS, *_ACCOUNTS)
