"""Every call of the Cloud API, once: the OpenAPI document comes from this table, and so does the test of the routing.

A call that is not offered stands here too, with the code that says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from msgspec import Struct

from clarine.edge.graph import openapi_answers as answers
from clarine.edge.graph import openapi_asks as asks
from clarine.edge.graph import openapi_catalogues as catalogues
from clarine.edge.graph import openapi_nodes as nodes
from clarine.edge.graph import openapi_templates as templates
from clarine.edge.graph.errors import TABLE
from clarine.edge.graph.wire import SendIn

Method = Literal["GET", "POST", "DELETE"]
On = Literal[
    "", "phone-number-id", "waba-id", "app-id", "business-id", "template-id", "media-id", "flow-id", "upload-id",
    "catalog-id", "product-id",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """A call: *method* on the edge *edge* of an object whose id is *on* (no edge: the object itself; no id: a fixed address).

    *asks* are its parameters: in the query of GET and DELETE, in the body of POST and wherever *in_body* says so.
    *codes* are the errors it can answer beside those of every call; *answer* is None for what is not JSON, and a tuple
    where there are several.
    """

    method: Method
    on: On
    edge: str
    summary: str
    area: str
    answer: Any
    asks: type[Struct] = asks.Asked
    codes: tuple[int, ...] = ()
    needs_token: bool = True
    in_body: bool = False

    @property
    def answers(self) -> tuple[Any, ...]:
        """Each type that it may answer with."""
        if self.answer is None:
            return ()
        return self.answer if isinstance(self.answer, tuple) else (self.answer,)

    @property
    def name(self) -> str:
        """Its name in programs."""
        words = [self.method.lower(), *self.on.removesuffix("-id").split("-"), *re.split(r"[/_{}]+", self.edge)]
        first, *rest = [word for word in words if word]
        return first + ("".join(word.capitalize() for word in rest) or "Batch")


#: A wrong parameter, no token, nothing there, too many calls, a fault of the house: any call may answer so.
ANY_CODES: Final = (1, 2, 100, 190, 2500, 80007, 130429, 131000, 131016)
_SEND: Final = (33, 368, *(code for code in TABLE if 130403 <= code < 133000), 133010)
_MEDIUM: Final = (131052, 131053)
_CALLBACK: Final = (2200,)
_PIN: Final = (133005, 133008, 133009, 133010)
_FLOW: Final = (139000, 139001, 139002)

_MESSAGES: Final = (
    Operation("POST", "phone-number-id", "messages", "Send a message, or mark one as read", "Messages",
              (answers.Sent, answers.Success), SendIn, _SEND),
    Operation("POST", "phone-number-id", "marketing_messages", "Send a marketing template", "Messages", answers.Sent,
              SendIn, (*_SEND, 134100, 134102)),
    Operation("POST", "", "", "Make several calls in one", "Batch", list[answers.BatchPart], asks.Batch,
              needs_token=False),
)  # fmt: skip

_MEDIA: Final = (
    Operation("POST", "phone-number-id", "media", "Upload a medium", "Media", answers.Created, asks.MediumSent, _MEDIUM),
    Operation("GET", "media-id", "", "Show a medium and a link to its bytes", "Media", nodes.Medium, asks.MediumNumber),
    Operation("DELETE", "media-id", "", "Forget a medium", "Media", answers.Success, asks.MediumNumber),
    Operation("GET", "", "whatsapp_business/attachments", "Fetch the bytes behind a medium's link", "Media", None,
              asks.Attachment, needs_token=False),
    Operation("POST", "app-id", "uploads", "Begin an upload that can be resumed", "Media", answers.UploadOpened,
              asks.UploadWanted, _MEDIUM),
    Operation("GET", "upload-id", "", "Ask how far an upload has come", "Media", answers.UploadState),
    Operation("POST", "upload-id", "", "Send the bytes of an upload, or the next of them", "Media",
              (answers.UploadDone, answers.UploadState), asks.Bytes, _MEDIUM),
)  # fmt: skip

_TEMPLATES: Final = (
    Operation("GET", "waba-id", "message_templates", "List templates", "Templates", answers.Templates,
              asks.TemplateFilter),
    Operation("POST", "waba-id", "message_templates", "File a template for review", "Templates", answers.TemplateFiled,
              asks.TemplateWanted),
    Operation("DELETE", "waba-id", "message_templates", "Delete a template", "Templates", answers.Success,
              asks.TemplateGone),
    Operation("GET", "template-id", "", "Show a template", "Templates", nodes.Template, asks.Choice),
    Operation("POST", "template-id", "", "Change a template", "Templates", answers.TemplateChanged,
              asks.TemplateChange),
    Operation("POST", "template-id", "unpause", "End a template's pause", "Templates", answers.Success),
    Operation("GET", "template-id", "compare", "Compare templates", "Templates", templates.Comparisons, asks.CompareSpan),
    Operation("POST", "waba-id", "upsert_message_templates", "File an authentication template in several languages",
              "Templates", templates.UpsertedTemplates, asks.TemplateUpsert),
    Operation("POST", "waba-id", "message_templates/archive", "Archive templates", "Templates", templates.Archived,
              asks.TemplateIds),
    Operation("POST", "waba-id", "message_templates/unarchive", "Take templates from the archive", "Templates",
              templates.Unarchived, asks.TemplateIds),
    Operation("POST", "waba-id", "migrate_message_templates", "Copy templates from another account", "Templates",
              templates.Migrated, asks.TemplateSource),
    Operation("GET", "", "message_template_library", "Search templates that are approved beforehand", "Templates",
              answers.Library, asks.LibrarySearch),
)  # fmt: skip

_NUMBERS: Final = (
    Operation("GET", "waba-id", "phone_numbers", "List phone numbers", "Phone numbers", answers.PhoneNumbers, asks.Page),
    Operation("GET", "phone-number-id", "", "Show a phone number", "Phone numbers", nodes.PhoneNumber, asks.Choice),
    Operation("POST", "phone-number-id", "", "Change a phone number", "Phone numbers", answers.Success,
              asks.NumberChange, (*_CALLBACK, *_PIN, 3)),
    Operation("GET", "phone-number-id", "whatsapp_business_encryption", "Show the public key of a number's flows",
              "Phone numbers", answers.PublicKeys),
    Operation("POST", "phone-number-id", "whatsapp_business_encryption", "Set the public key of a number's flows",
              "Phone numbers", answers.Success, asks.KeyWanted),
    Operation("POST", "waba-id", "phone_numbers", "Add a phone number", "Phone numbers", answers.Created,
              asks.NumberWanted, (131009,)),
    Operation("POST", "phone-number-id", "request_code", "Have a verification code sent", "Phone numbers",
              answers.Success, asks.CodeWanted, (3, 136024)),
    Operation("POST", "phone-number-id", "verify_code", "Verify a number by its code", "Phone numbers",
              answers.NamedSuccess, asks.CodeGiven, (136024,)),
    Operation("POST", "phone-number-id", "register", "Register a number", "Phone numbers", answers.Success,
              asks.Registering, (*_PIN, 133006, 133015, 133016)),
    Operation("POST", "phone-number-id", "deregister", "Deregister a number", "Phone numbers", answers.Success,
              codes=(133010, 133015, 133016)),
    Operation("GET", "phone-number-id", "settings", "Show a number's switches", "Phone numbers", answers.NumberSettings,
              asks.Choice),
    Operation("POST", "phone-number-id", "settings", "Change a number's switches", "Phone numbers", answers.Success,
              asks.NumberSettingsChange, (3,)),
    Operation("GET", "phone-number-id", "conversational_automation", "Show ice breakers and commands", "Phone numbers",
              answers.Automation),
    Operation("POST", "phone-number-id", "conversational_automation", "Change ice breakers and commands",
              "Phone numbers", answers.Success, asks.AutomationChange),
    Operation("GET", "phone-number-id", "whatsapp_commerce_settings", "Show the shop's switches", "Phone numbers",
              answers.Shops),
    Operation("POST", "phone-number-id", "whatsapp_commerce_settings", "Change the shop's switches", "Phone numbers",
              answers.Success, asks.ShopChange),
    Operation("POST", "phone-number-id", "message_qrdls", "Make a short link, or change one", "Short links",
              nodes.ShortLink, asks.LinkWanted),
    Operation("GET", "phone-number-id", "message_qrdls", "List short links", "Short links", answers.ShortLinks,
              asks.Links),
    Operation("DELETE", "phone-number-id", "message_qrdls", "Delete a short link", "Short links", answers.Success,
              asks.LinkGone),
    Operation("GET", "phone-number-id", "message_qrdls/{code}", "Show a short link", "Short links", answers.ShortLinks,
              asks.Choice),
    Operation("DELETE", "phone-number-id", "message_qrdls/{code}", "Delete a short link", "Short links",
              answers.Success),
    Operation("GET", "", "message/{code}", "Open a short link", "Short links", None, needs_token=False),
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
    Operation("POST", "waba-id", "", "Change an account", "Accounts and tokens", answers.NamedSuccess,
              asks.AccountChange),
    Operation("GET", "waba-id", "assigned_users", "List who may work with an account", "Accounts and tokens",
              answers.AssignedUsers, asks.Assignments),
    Operation("POST", "waba-id", "assigned_users", "Let somebody work with an account", "Accounts and tokens",
              answers.Success, asks.Assigning),
    Operation("DELETE", "waba-id", "assigned_users", "Let somebody no longer work with an account",
              "Accounts and tokens", answers.Success, asks.Unassigning),
    Operation("GET", "business-id", "owned_whatsapp_business_accounts", "List the business's own accounts",
              "Accounts and tokens", answers.Accounts, asks.Choice),
    Operation("GET", "business-id", "client_whatsapp_business_accounts", "List accounts of others",
              "Accounts and tokens", answers.Accounts, asks.Choice),
)  # fmt: skip

_FIGURES: Final = (
    Operation("GET", "waba-id", "analytics", "Count messages", "Figures", nodes.Analytics, asks.Figures),
    Operation("GET", "waba-id", "conversation_analytics", "Count conversations, with their cost", "Figures",
              nodes.PricedAnalytics, asks.PricedFigures),
    Operation("GET", "waba-id", "pricing_analytics", "Count messages by price", "Figures", nodes.PricedAnalytics,
              asks.PricedFigures),
    Operation("GET", "waba-id", "template_analytics", "Count a template's messages", "Figures",
              templates.TemplateAnalytics, asks.TemplateSpan),
)  # fmt: skip

_FLOWS: Final = (
    Operation("GET", "waba-id", "flows", "List flows", "Flows", answers.Flows, asks.FlowPage),
    Operation("POST", "waba-id", "flows", "Make a flow", "Flows", answers.FlowMade, asks.FlowWanted, _FLOW),
    Operation("GET", "flow-id", "", "Show a flow", "Flows", nodes.Flow, asks.Choice),
    Operation("POST", "flow-id", "", "Change a flow", "Flows", answers.Success, asks.FlowChange, _FLOW),
    Operation("DELETE", "flow-id", "", "Delete a draft", "Flows", answers.Success, codes=(139004,)),
    Operation("GET", "flow-id", "assets", "Show a flow's JSON", "Flows", answers.FlowAssets, asks.Choice),
    Operation("POST", "flow-id", "assets", "Draw a flow", "Flows", answers.FlowDrawn, asks.FlowJson,
              (*_FLOW, *_MEDIUM)),
    Operation("POST", "flow-id", "publish", "Publish a flow", "Flows", answers.Success, codes=_FLOW),
    Operation("POST", "flow-id", "deprecate", "Take a flow out of use", "Flows", answers.Success, codes=(139003,)),
)  # fmt: skip

_CATALOGUES: Final = (
    Operation("GET", "business-id", "owned_product_catalogs", "List catalogues", "Catalogues", catalogues.Catalogues,
              asks.Choice),
    Operation("POST", "business-id", "owned_product_catalogs", "Make a catalogue", "Catalogues", answers.Created,
              catalogues.CatalogueWanted),
    Operation("GET", "business-id", "client_product_catalogs", "List catalogues of others", "Catalogues",
              catalogues.Catalogues, asks.Choice),
    Operation("GET", "waba-id", "product_catalogs", "Show which catalogue people see", "Catalogues",
              catalogues.Catalogues, asks.Choice),
    Operation("POST", "waba-id", "product_catalogs", "Let people see a catalogue", "Catalogues", answers.Success,
              catalogues.CatalogueConnected),
    Operation("DELETE", "waba-id", "product_catalogs", "Let people see no catalogue", "Catalogues", answers.Success,
              catalogues.CatalogueConnected),
    Operation("GET", "catalog-id", "", "Show a catalogue", "Catalogues", catalogues.Catalogue, asks.Choice),
    Operation("POST", "catalog-id", "", "Rename a catalogue", "Catalogues", answers.Success,
              catalogues.CatalogueWanted),
    Operation("DELETE", "catalog-id", "", "Delete a catalogue and its products", "Catalogues", answers.Success),
    Operation("GET", "catalog-id", "products", "List products", "Catalogues", catalogues.Products, asks.Page),
    Operation("POST", "catalog-id", "products", "Add or change a product", "Catalogues", answers.Created,
              catalogues.ProductWanted),
    Operation("POST", "catalog-id", "items_batch", "Add, change and delete many products", "Catalogues",
              catalogues.BatchTaken, catalogues.ProductBatch),
    Operation("POST", "catalog-id", "batch", "Add, change and delete many products", "Catalogues",
              catalogues.BatchTaken, catalogues.ProductBatch),
    Operation("GET", "product-id", "", "Show a product", "Catalogues", catalogues.Product, asks.Choice),
    Operation("POST", "product-id", "", "Change a product", "Catalogues", answers.Success, catalogues.ProductChange),
    Operation("DELETE", "product-id", "", "Delete a product", "Catalogues", answers.Success),
)  # fmt: skip

OPERATIONS: Final = (
    *_MESSAGES, *_MEDIA, *_TEMPLATES, *_FLOWS, *_CATALOGUES, *_NUMBERS, *_PROFILE, *_WEBHOOKS, *_FIGURES, *_ACCOUNTS,
)  # fmt: skip
