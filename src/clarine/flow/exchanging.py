"""One sealed question to a flow's endpoint, between transactions, and the answer that comes back."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Final

from clarine.domain.errors import Denied, Overloaded
from clarine.flow.house import House
from clarine.flow.sealed_exchange import opened_answer, seal
from clarine.ports.exchange import Exchange
from clarine.ports.flow_rows import FlowRow
from clarine.ports.records import Business

#: An endpoint has so long to answer (Cloud API: Flows, endpoint requirements).
TIMEOUT_S: Final = 10.0
KEY_CHANGED: Final = 421  #: the endpoint cannot open it: its key was changed
TOKEN_OVER: Final = 427  #: this flow is over for this person, says the endpoint
_MESSAGE_CHARACTERS_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """What the endpoint is asked, where, and for which key; *request* is without its version."""

    row: FlowRow
    business: Business
    public_key: str
    request: dict[str, Any]


async def ask_endpoint(house: House, exchange: Exchange, asked: Asked) -> dict[str, Any]:
    """The endpoint's answer. Raises Denied (``flow_over``) when it ends the flow, Overloaded (``flow_unreachable``)."""
    status, found = await _ask(house, exchange, asked)
    if status == TOKEN_OVER:
        words = (found or {}).get("error_msg")
        raise Denied(
            words[:_MESSAGE_CHARACTERS_MAX] if isinstance(words, str) and words else "this form is over",
            code="flow_over",
        )
    if status != 200 or found is None:
        raise Overloaded("the business does not answer; try again later", code="flow_unreachable")
    return found


async def tell_error(house: House, exchange: Exchange, asked: Asked, *, error: str, message: str) -> None:
    """Tell the endpoint what was wrong with its answer (Cloud API: Flows, error notification); whatever it says is let be."""
    request = {**asked.request, "data": {"error": error, "error_message": message}}
    await _ask(house, exchange, Asked(asked.row, asked.business, asked.public_key, request))


async def is_alive(house: House, exchange: Exchange, row: FlowRow, business: Business, public_key: str) -> bool:
    """Whether the endpoint answers the health check (Cloud API: Flows, health check request)."""
    status, found = await _ask(house, exchange, Asked(row, business, public_key, {"action": "ping"}))
    data = (found or {}).get("data")
    return status == 200 and isinstance(data, dict) and data.get("status") == "active"


async def _ask(house: House, exchange: Exchange, asked: Asked) -> tuple[int | None, dict[str, Any] | None]:
    """(HTTP status, the opened answer); the second is None when it cannot be opened."""
    assert asked.row.endpoint_uri is not None
    request = {"version": asked.row.data_api_version, **asked.request}
    sealed = seal(request, asked.public_key, house.entropy)
    signature = hmac.new(asked.business.app_secret.encode(), sealed.body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
    status, body = await exchange.ask(asked.row.endpoint_uri, sealed.body, headers, timeout_s=TIMEOUT_S)
    return status, opened_answer(body, sealed) if body else None
