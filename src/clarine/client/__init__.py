"""The guest key: a typed client of the public Cloud API surface. It imports nothing of the house."""

from clarine.client.api import CloudApi, Sent, Template
from clarine.client.content import Button, Row, Section
from clarine.client.errors import ApiError, ClientError, SignatureError, WebhookError
from clarine.client.transport import Retry
from clarine.client.webhook import (
    Arrival,
    Event,
    Inbound,
    InboundButton,
    InboundLocation,
    InboundMedia,
    InboundOther,
    InboundReaction,
    InboundReply,
    InboundText,
    OtherEvent,
    Sender,
    Status,
    challenge_answer,
    parse_webhook,
    signature_of,
)

__all__ = [
    "ApiError",
    "Arrival",
    "Button",
    "ClientError",
    "CloudApi",
    "Event",
    "Inbound",
    "InboundButton",
    "InboundLocation",
    "InboundMedia",
    "InboundOther",
    "InboundReaction",
    "InboundReply",
    "InboundText",
    "OtherEvent",
    "Retry",
    "Row",
    "Section",
    "Sender",
    "Sent",
    "SignatureError",
    "Status",
    "Template",
    "WebhookError",
    "challenge_answer",
    "parse_webhook",
    "signature_of",
]
