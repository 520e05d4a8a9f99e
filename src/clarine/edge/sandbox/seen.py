"""What happened: messages with their statuses, clients' requests, webhooks; what a test asserts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from clarine.domain.errors import Invalid, NotFound
from clarine.edge.sandbox.door import Stage, answering, business_of, number_in, phone_in
from clarine.edge.sandbox.shown import Shown, at_text, message_shown, post_shown

PAGE: Final = 100
PAGE_MAX: Final = 1_000


def seen_routes(stage: Stage) -> list[BaseRoute]:
    """``/codes/{phone}``, ``/messages``, ``/requests`` and ``/webhooks``; each list ends with what happened last."""

    async def messages(request: Request) -> Any:
        await settle_people(stage)
        to, by = request.query_params.get("to"), request.query_params.get("from")
        if to is not None and by is not None:
            raise Invalid("give the person as to or as from, not as both", field="from")
        person = to if to is not None else by
        business_id = await _business_id(stage, request)
        async with stage.house.store.transaction() as tx:
            found = await tx.messages_seen(
                phone=phone_in(person) if person is not None else None,
                business_id=business_id,
                to_person=True if to is not None else False if by is not None else None,
                limit=number_in(request, "limit", default=PAGE, most=PAGE_MAX),
            )
        return {"messages": [message_shown(stage.house, seen, stage.code_of) for seen in found]}

    async def requests(request: Request) -> Any:
        await settle_people(stage)
        limit = number_in(request, "limit", default=PAGE, most=PAGE_MAX)
        found = list(stage.inspector.kept)
        if request.query_params.get("refused") in ("1", "true"):
            found = [one for one in found if one.refused is not None]
        ended = await _endings(stage)
        shown = [
            {**asdict(one), "at": at_text(one.at), "ended": ended.get(one.message_id or "")} for one in found[-limit:]
        ]
        return {"requests": shown}

    async def webhooks(request: Request) -> Any:
        limit = number_in(request, "limit", default=PAGE, most=PAGE_MAX)
        found = list(stage.http.seen)
        named = request.query_params.get("business")
        if named is not None:
            waba_id = str((await business_of(stage, named))[0].waba_id)
            found = [post for post in found if post.waba_id == waba_id]
        return {"webhooks": [post_shown(post) for post in found[-limit:]]}

    async def code(request: Request) -> Any:
        phone = phone_in(str(request.path_params["phone"]))
        found = stage.sms.code_for(phone)
        if found is None:
            raise NotFound("no code was sent there")
        return {"phone": f"+{phone}", "code": found}

    return [
        Route("/codes/{phone}", answering(stage, code), methods=["GET"]),
        Route("/messages", answering(stage, messages), methods=["GET"]),
        Route("/requests", answering(stage, requests), methods=["GET"]),
        Route("/webhooks", answering(stage, webhooks), methods=["GET"]),
    ]


async def settle_people(stage: Stage) -> None:
    """Let everybody act and every reviewer judge, so that what is shown is what will stand; posts no webhook."""
    await stage.verbs.drain()
    await stage.steps.settle("act", "review")


async def _business_id(stage: Stage, request: Request) -> int | None:
    named = request.query_params.get("business")
    return (await business_of(stage, named))[0].business_id if named is not None else None


async def _endings(stage: Stage) -> dict[str, Shown]:
    """From message id to how the message stands now."""
    async with stage.house.store.transaction() as tx:
        found = await tx.messages_seen(phone=None, business_id=None, to_person=True, limit=PAGE_MAX)
    shown = [message_shown(stage.house, seen, stage.code_of) for seen in found]
    return {one["id"]: {"status": one["status"], "error": one["error"]} for one in shown}
