"""Businesses that try things: made in one call, with webhooks that go wrong and a reviewer who does as told."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from clarine.domain.errors import Conflict, Invalid, NotFound
from clarine.domain.webhook_faults import WebhookFaults
from clarine.edge.sandbox.door import Stage, answering, body_of, business_of, businesses_of
from clarine.edge.sandbox.shown import business_shown, template_shown
from clarine.edge.sandbox.wire import BusinessAsked, FaultsAsked, ReviewAsked, VerdictAsked, WebhookAsked
from clarine.flow.business import create_business
from clarine.flow.reviewing import Line, Review, set_status
from clarine.flow.subscribe import FIELDS, subscribe
from clarine.flow.templates import REJECTED_REASONS
from clarine.ports.records import Business, Subscription

#: Numbers for businesses that bring none: +1 555 078 0001 and on.
OWN_FIRST: Final = 1_555_078_0001
OWN_MAX: Final = 1_000
MICROS: Final = 1_000_000


def business_routes(stage: Stage) -> list[BaseRoute]:
    """``/businesses`` and below it, and ``/templates/{id}``."""

    async def listed(_: Request) -> Any:
        return {"businesses": [business_shown(*found) for found in await businesses_of(stage)]}

    async def create(request: Request) -> Any:
        return await _create(stage, request, await body_of(request, BusinessAsked))

    async def webhook(request: Request) -> Any:
        business, _ = await _named(stage, request)
        await _subscribe(stage, business, await body_of(request, WebhookAsked))
        return {"success": True}

    async def faults(request: Request) -> Any:
        business, _ = await _named(stage, request)
        return _spoil(stage, business, await body_of(request, FaultsAsked))

    async def review(request: Request) -> Any:
        business, _ = await _named(stage, request)
        _instruct(stage, business, await body_of(request, ReviewAsked))
        await stage.steps.settle("review")
        return {"success": True}

    async def verdict(request: Request) -> Any:
        asked = await body_of(request, VerdictAsked)
        return await _judge(stage, str(request.path_params["template_id"]), asked)

    return [
        Route("/businesses", answering(stage, listed), methods=["GET"]),
        Route("/businesses", answering(stage, create), methods=["POST"]),
        Route("/businesses/{business}/webhook", answering(stage, webhook), methods=["POST"]),
        Route("/businesses/{business}/faults", answering(stage, faults), methods=["POST"]),
        Route("/businesses/{business}/review", answering(stage, review), methods=["POST"]),
        Route("/templates/{template_id}", answering(stage, verdict), methods=["POST"]),
    ]


async def _create(stage: Stage, request: Request, asked: BusinessAsked) -> dict[str, Any]:
    keys = await create_business(
        stage.house,
        name=asked.name,
        phone=asked.phone or f"+{await _free_number(stage)}",
        balance_micros=round(asked.balance * MICROS),
        verified=asked.verified,
        currency=asked.currency,
    )
    if asked.webhook is not None:
        await _subscribe(stage, keys.business, asked.webhook)
    if asked.faults is not None:
        _spoil(stage, keys.business, asked.faults)
    if asked.review is not None:
        _instruct(stage, keys.business, asked.review)
    base_url = stage.house.settings.public_url or str(request.base_url).split("/sandbox", 1)[0]
    return {
        **business_shown(keys.business, keys.phone_number),
        "access_token": keys.access_token,
        "app_secret": keys.business.app_secret,
        "base_url": base_url.rstrip("/"),
    }


async def _free_number(stage: Stage) -> int:
    numbers = range(OWN_FIRST, OWN_FIRST + OWN_MAX)
    async with stage.house.store.transaction() as tx:
        taken = await tx.phones_taken(numbers)
    free = next((number for number in numbers if number not in taken), None)
    if free is None:
        raise Conflict("all numbers of +1 555 078 xxxx are taken; give one", field="phone")
    return free


async def _subscribe(stage: Stage, business: Business, asked: WebhookAsked) -> None:
    fields = tuple(asked.fields) if asked.fields is not None else FIELDS
    if asked.challenge:
        await subscribe(
            stage.house,
            stage.http,
            business_id=business.business_id,
            scope="app",
            object_id=business.app_id,
            url=asked.url,
            verify_token=asked.verify_token,
            fields=fields,
        )
        return
    row = Subscription(business.business_id, "app", business.app_id, asked.url, asked.verify_token, fields)
    async with stage.house.store.transaction() as tx:
        await tx.put_subscriptions([row], stage.clock.now())


def _spoil(stage: Stage, business: Business, asked: FaultsAsked) -> dict[str, Any]:
    faults = WebhookFaults(asked.drop, asked.duplicate, asked.delay_s, asked.reorder, asked.seed)
    stage.http.spoil(str(business.waba_id), faults)
    return {"success": True}


def _instruct(stage: Stage, business: Business, asked: ReviewAsked) -> None:
    for line in asked.script:
        if line.status == "REJECTED" and line.reason not in REJECTED_REASONS:
            raise Invalid(f"reason must be one of {', '.join(REJECTED_REASONS)}", field="script")
    script = tuple(Line(line.name, line.status, line.reason, line.after_s) for line in asked.script)
    stage.reviewer.instruct(business.business_id, Review(asked.mode, script))


async def _judge(stage: Stage, template_id: str, asked: VerdictAsked) -> dict[str, Any]:
    wanted = int(template_id) if template_id.isdecimal() and len(template_id) <= 18 else 0
    keys = [(business.business_id, wanted) for business, _ in await businesses_of(stage)]
    async with stage.house.store.transaction() as tx:
        found = list((await tx.templates_by_id(keys)).values())
    if not found:
        raise NotFound("there is no such template")
    return template_shown(await set_status(stage.house, found[0], status=asked.status, reason=asked.reason))


async def _named(stage: Stage, request: Request) -> tuple[Business, Any]:
    return await business_of(stage, str(request.path_params["business"]))
