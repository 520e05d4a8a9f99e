"""Where a business's webhooks go: the receiver proves itself by answering a challenge, between transactions."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Final, Literal
from urllib.parse import urlsplit

from clarine.domain.errors import Invalid
from clarine.flow.house import House
from clarine.ports.http import Http
from clarine.ports.records import Subscription

Scope = Literal["app", "account", "phone_number"]
URL_CHARACTERS_MAX: Final = 2048
VERIFY_TOKEN_CHARACTERS_MAX: Final = 1024
_CHALLENGE_BITS: Final = 31

#: The webhook fields that this house sends; others may be subscribed to and have no cause here yet.
FIELDS: Final = (
    "messages", "user_preferences", "message_template_status_update", "message_template_quality_update",
    "message_template_components_update", "template_category_update", "phone_number_quality_update",
    "phone_number_name_update", "business_capability_update", "account_update", "account_review_update",
    "account_alerts", "security", "flows",
)  # fmt: skip


async def subscribe(
    house: House,
    http: Http,
    *,
    business_id: int,
    scope: Scope,
    object_id: int,
    url: str | None,
    verify_token: str = "",
    fields: Sequence[str] = FIELDS,
) -> None:
    """Send webhooks of *scope* to *url* from now on; None subscribes without an override.

    Raises Invalid: ``callback_url`` when it is no address, ``callback_refused`` when the receiver does not answer a
    GET with the challenge (Cloud API: webhooks, verification requests).
    """
    if url is not None:
        _check(url, verify_token)
        await _challenge(house, http, url, verify_token)
    row = Subscription(business_id, scope, object_id, url, verify_token, tuple(fields))
    async with house.store.transaction() as tx:
        await tx.put_subscriptions([row], house.clock.now())


async def unsubscribe(house: House, *, business_id: int, scope: Scope, object_id: int) -> bool:
    """Forget where *scope* wants its webhooks; whether there was something to forget."""
    async with house.store.transaction() as tx:
        return bool(await tx.drop_subscriptions([(business_id, scope, object_id)]))


async def subscriptions(house: House, business_id: int) -> list[Subscription]:
    """Where the business's webhooks go now."""
    async with house.store.transaction() as tx:
        return await tx.subscriptions(business_id)


def _check(url: str, verify_token: str) -> None:
    try:
        parsed = urlsplit(url)
        reachable = parsed.scheme in ("http", "https") and bool(parsed.hostname) and not parsed.fragment
    except ValueError:
        reachable = False
    if not reachable or len(url) > URL_CHARACTERS_MAX:
        raise Invalid("the callback must be an address that begins with https:// or http://", code="callback_url")
    if len(verify_token) > VERIFY_TOKEN_CHARACTERS_MAX:
        raise Invalid("the verify token is too long", code="callback_url", field="verify_token")


async def _challenge(house: House, http: Http, url: str, verify_token: str) -> None:
    challenge = str(house.entropy(_CHALLENGE_BITS))
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    status, body = await http.get(url, query)
    if status is None:
        raise Invalid("the callback could not be reached", code="callback_refused")
    if not 200 <= status < 300:
        raise Invalid(f"HTTP Status Code = {status}", code="callback_refused")
    if not hmac.compare_digest(body.strip(), challenge.encode()):
        raise Invalid("the response does not match challenge", code="callback_refused")
