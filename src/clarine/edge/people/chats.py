"""Chats: what stands in them, writing, reading, and deciding who may write."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from clarine.domain.errors import ClarineError, Invalid, NotFound
from clarine.domain.ids import SEQ_MAX
from clarine.domain.media import check_media
from clarine.domain.message import AddressReply, Choice, Content, FlowReply, Media, Order, Question, Reaction
from clarine.edge.people.door import Door, answering, body_of, id_in, number_in
from clarine.edge.people.shown import at_text, business_shown, chat_shown
from clarine.edge.people.wire import (
    MessageSent,
    ReadSent,
    RelationSent,
    ReportSent,
    to_content,
)
from clarine.flow.addressing import addressed
from clarine.flow.chats import (
    RelationChange,
    card,
    chats,
    check_target,
    decision,
    find_businesses,
    report_decision,
    thread,
)
from clarine.flow.inbound import Written
from clarine.flow.links import own_media
from clarine.flow.playing import completed, played
from clarine.flow.receipt import Read
from clarine.flow.relate import relation_json
from clarine.flow.shop import Wanted, asked_about, ordered, shows_shop
from clarine.flow.short_links import referral
from clarine.flow.sync import EVENTS_MAX, Missed
from clarine.ports.records import MessageState


async def written(
    door: Door,
    person_id: int,
    business_id: int,
    *,
    client_key: str,
    content: Content,
    reply_to: int | None,
    link: str | None = None,
) -> msgspec.Raw:
    """Store what a person wrote; the message as JSON. Raises what was wrong with it.

    *link* is the code of the short link that they opened to write it.
    """
    door.writes.take(person_id)
    choice = content if isinstance(content, Choice) else None
    target = content.target_seq if isinstance(content, Reaction) else reply_to
    if target is not None:
        await check_target(door.house, person_id, business_id, seq=target, choice=choice)
    elif choice is not None:
        raise Invalid("a choice answers the message that offers it", field="reply_to")
    if isinstance(content, FlowReply):
        if reply_to is None:
            raise Invalid("the answers to a form name the message that opens it", field="reply_to")
        play = await played(door.house, person_id, business_id, seq=reply_to)
        content = completed(play, msgspec.json.decode(content.response_json))
    if isinstance(content, AddressReply):
        if reply_to is None:
            raise Invalid("an address answers the message that asks for it", field="reply_to")
        content = await addressed(door.house, person_id, business_id, seq=reply_to, reply=content)
    content = await _priced(door, business_id, content)
    if isinstance(content, Media):
        medium = await own_media(door.house, person_id, content.media_id)
        check_media(content.type, mime=medium.mime, size=medium.size, animated=medium.animated)
    came_by = await referral(door.house, business_id, link) if link is not None else None
    answer = await door.verbs.write(Written(person_id, business_id, client_key, content, reply_to, came_by))
    if isinstance(answer, ClarineError):
        raise answer
    assert isinstance(answer, MessageState)
    return (await door.shelf.messages([answer]))[0]


async def _priced(door: Door, business_id: int, content: Content) -> Content:
    """An order or a question with what the catalogue says of its products."""
    match content:
        case Order(items=items, text=text):
            wanted = [
                Wanted(item.retailer_id, item.quantity, item.price_micros if item.price_micros >= 0 else None)
                for item in items
            ]
            return await ordered(door.house, business_id, wanted=wanted, text=text)
        case Question(body=body, about=about):
            return await asked_about(door.house, business_id, body=body, retailer_id=about.retailer_id)
        case _:
            return content


async def mark_read(door: Door, person_id: int, business_id: int, *, seq: int) -> int:
    """Everything of the chat up to *seq* was read; how far it is read now. Raises NotFound."""
    if business_id not in await door.shelf.businesses([business_id]):
        raise NotFound("there is no such business")
    read_seq: int = await door.verbs.read(Read(person_id, business_id, seq))
    return read_seq


def chat_routes(door: Door) -> list[BaseRoute]:
    """The calls under ``/chats``, ``/businesses`` and ``/events``."""
    return [*_reading_routes(door), *_writing_routes(door)]


def _reading_routes(door: Door) -> list[BaseRoute]:
    house = door.house

    async def listed(request: Request) -> Any:
        caller = await door.caller(request)
        seq, rows = await chats(house, caller.person_id)
        known = await door.shelf.businesses({row.business_id for row in rows})
        lasts = iter(await door.shelf.messages([row.last for row in rows if row.last is not None]))
        shown = [chat_shown(row, known[row.business_id], next(lasts) if row.last is not None else None) for row in rows]
        return {"seq": seq, "chats": shown}

    async def history(request: Request) -> Any:
        caller = await door.caller(request)
        business_id = id_in(request, "business_id")
        before = number_in(request, "before", default=SEQ_MAX, least=1, most=SEQ_MAX)
        limit = number_in(request, "limit", default=50, least=1, most=200)
        states = await thread(house, caller.person_id, business_id, before=before, limit=limit)
        return {"messages": await door.shelf.messages(states)}

    async def shown_card(request: Request) -> Any:
        caller = await door.caller(request)
        business_id = id_in(request, "business_id")
        found = await card(house, caller.person_id, business_id)
        why = [
            {
                "act": record.act,
                "category": record.category,
                "wording": record.wording,
                "wording_version": record.wording_version,
                "source": record.source,
                "given_at": at_text(record.given_at),
            }
            for record in found.why
        ]
        return {
            "business": business_shown(found.known),
            "relation": relation_json(found.relation),
            "why": why,
            "shop": await shows_shop(house, business_id),
        }

    async def businesses(request: Request) -> Any:
        await door.caller(request)
        found = await find_businesses(house, request.query_params.get("q", ""))
        return {"businesses": [business_shown(known) for known in found]}

    async def events(request: Request) -> Any:
        caller = await door.caller(request)
        after = number_in(request, "after", default=0, least=0, most=SEQ_MAX)
        limit = number_in(request, "limit", default=EVENTS_MAX, least=1, most=EVENTS_MAX)
        page = await door.verbs.sync(Missed(caller.person_id, after, limit))
        texts = await door.shelf.events(page)
        last_seq = page[-1].seq if page else after
        more = "true" if len(page) == limit else "false"
        body = f'{{"events":[{",".join(texts)}],"last_seq":{last_seq},"more":{more}}}'
        return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")

    return [
        Route("/chats", answering(listed), methods=["GET"]),
        Route("/chats/{business_id}/messages", answering(history), methods=["GET"]),
        Route("/chats/{business_id}/card", answering(shown_card), methods=["GET"]),
        Route("/businesses", answering(businesses), methods=["GET"]),
        Route("/events", answering(events), methods=["GET"]),
    ]


def _writing_routes(door: Door) -> list[BaseRoute]:
    house = door.house

    async def send(request: Request) -> Any:
        caller = await door.caller(request)
        business_id = id_in(request, "business_id")
        sent: MessageSent = await body_of(request, MessageSent)
        message = await written(
            door,
            caller.person_id,
            business_id,
            client_key=sent.client_key,
            content=to_content(sent.content),
            reply_to=sent.reply_to,
            link=sent.link,
        )
        return {"message": message}

    async def read(request: Request) -> Any:
        caller = await door.caller(request)
        business_id = id_in(request, "business_id")
        sent: ReadSent = await body_of(request, ReadSent)
        return {"read_seq": await mark_read(door, caller.person_id, business_id, seq=sent.seq)}

    async def relate(request: Request) -> Any:
        caller = await door.caller(request)
        door.writes.take(caller.person_id)
        business_id = id_in(request, "business_id")
        sent: RelationSent = await body_of(request, RelationSent)
        change = RelationChange(
            blocked=sent.blocked,
            stopped=sent.stopped,
            marketing_consent=sent.marketing_consent,
            utility_consent=sent.utility_consent,
        )
        if change == RelationChange():
            raise Invalid("say what is to change: blocked, stopped, marketing_consent or utility_consent")
        relation = await door.verbs.relate(decision(house, caller.person_id, business_id, change))
        return {"relation": relation_json(relation)}

    async def report(request: Request) -> Any:
        caller = await door.caller(request)
        door.reports.take(caller.person_id)
        business_id = id_in(request, "business_id")
        sent: ReportSent = await body_of(request, ReportSent)
        await door.verbs.relate(
            await report_decision(
                house, caller.person_id, business_id, reason=sent.reason, seq=sent.seq, block=sent.block
            )
        )
        return {"reported": True}

    return [
        Route("/chats/{business_id}/messages", answering(send), methods=["POST"]),
        Route("/chats/{business_id}/read", answering(read), methods=["POST"]),
        Route("/chats/{business_id}/relation", answering(relate), methods=["POST"]),
        Route("/chats/{business_id}/reports", answering(report), methods=["POST"]),
    ]
