"""People of the sandbox: made in one call, spoken for, and handed to the web app as their telephone."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from clarine.domain.errors import ClarineError, Invalid, NotFound
from clarine.domain.ids import SEQ_MAX, MessageKey
from clarine.domain.magic import Act, Step
from clarine.domain.message import Choice, Contacts, Content, Location, Media, Reaction, Text
from clarine.domain.phone import parse_phone
from clarine.edge.sandbox.door import LISTED_MAX, Stage, answering, body_of, business_of, businesses_of, phone_in
from clarine.edge.sandbox.telephone import telephone_page
from clarine.edge.sandbox.wire import (
    ActsAsked,
    ActsChange,
    FromAsked,
    MediaAsked,
    PersonAsked,
    RelationAsked,
    SpeechAsked,
)
from clarine.flow.chats import RelationChange, check_target, decision, thread
from clarine.flow.inbound import Written
from clarine.flow.links import upload
from clarine.flow.people import SignedIn, create_person, me_json
from clarine.flow.receipt import Read, Received
from clarine.flow.relate import relation_json
from clarine.ports.records import Person

OFFERS_MAX: Final = 50


def people_routes(stage: Stage) -> list[BaseRoute]:
    """``/people`` and below it."""

    async def listed(_: Request) -> Any:
        async with stage.house.store.transaction() as tx:
            people = await tx.people_by_id(await tx.person_ids(LISTED_MAX))
        return {"people": [me_json(person) for person in people.values()]}

    async def create(request: Request) -> Any:
        asked = await body_of(request, PersonAsked)
        phone = parse_phone(asked.phone)
        signed_in = await create_person(stage.house, phone, name=asked.name, language=asked.language, device="sandbox")
        acts_unasked = asked.acts == ActsAsked()
        if not (acts_unasked and stage.acting.is_magic(phone.digits)):
            stage.acting.tell(phone.digits, _act(stage, asked.acts))
        return session_shown(signed_in)

    async def acts(request: Request) -> Any:
        person = await _person(stage, request)
        stage.acting.tell(person.phone, _act(stage, (await body_of(request, ActsChange)).acts))
        return {"success": True}

    async def telephone(request: Request) -> Any:
        person = await _person(stage, request)
        signed_in = await create_person(
            stage.house, parse_phone(f"+{person.phone}"), name=person.name, language=person.language, device="sandbox"
        )
        return telephone_page(session_shown(signed_in))

    return [
        Route("/people", answering(stage, listed), methods=["GET"]),
        Route("/people", answering(stage, create), methods=["POST"]),
        Route("/people/{wa_id}/acts", answering(stage, acts), methods=["POST"]),
        Route("/people/{wa_id}/telephone", answering(stage, telephone), methods=["GET"]),
        *_doing_routes(stage),
    ]


def _doing_routes(stage: Stage) -> list[BaseRoute]:
    async def says(request: Request) -> Any:
        person = await _person(stage, request)
        return await _say(stage, person, await body_of(request, SpeechAsked))

    async def receives(request: Request) -> Any:
        person, ids = await _person(stage, request), await _businesses(stage, request)
        return {"received": await _receive(stage, person, ids)}

    async def reads(request: Request) -> Any:
        person, ids = await _person(stage, request), await _businesses(stage, request)
        await _receive(stage, person, ids)
        for business_id in ids:
            await stage.verbs.read(Read(person.person_id, business_id, SEQ_MAX))
        return {"success": True}

    async def relates(request: Request) -> Any:
        person = await _person(stage, request)
        asked = await body_of(request, RelationAsked)
        business, _ = await business_of(stage, asked.business)
        change = RelationChange(asked.blocked, asked.stopped, asked.marketing_consent, asked.utility_consent)
        decided = decision(stage.house, person.person_id, business.business_id, change)
        return {"relation": relation_json(await stage.verbs.relate(decided))}

    return [
        Route("/people/{wa_id}/messages", answering(stage, says), methods=["POST"]),
        Route("/people/{wa_id}/receive", answering(stage, receives), methods=["POST"]),
        Route("/people/{wa_id}/read", answering(stage, reads), methods=["POST"]),
        Route("/people/{wa_id}/relation", answering(stage, relates), methods=["POST"]),
    ]


def session_shown(signed_in: SignedIn) -> dict[str, Any]:
    """A session of the people's app, as the app itself keeps it, and where a browser begins it."""
    me = me_json(signed_in.person)
    return {
        "token": signed_in.token,
        "device_id": str(signed_in.device_id),
        "me": me,
        "wa_id": me["wa_id"],
        "telephone": f"/sandbox/people/{me['wa_id']}/telephone",
    }


def _act(stage: Stage, asked: ActsAsked | None) -> Act | None:
    if asked is None:
        return None
    steps: list[Step] = []
    if asked.fails is not None:
        if asked.fails not in stage.codes:
            raise Invalid(f"the API has no code {asked.fails}", field="acts.fails")
        steps.append(Step("fail", asked.fails_after_s, code=asked.fails))
    else:
        if asked.delivered_after_s is not None:
            steps.append(Step("deliver", asked.delivered_after_s))
        if asked.read_after_s is not None:
            steps.append(Step("read", asked.read_after_s))
        if asked.says is not None:
            steps.append(Step("say", asked.delivered_after_s or 0, text=asked.says))
    return Act(steps=tuple(steps))


async def _person(stage: Stage, request: Request) -> Person:
    try:
        phone = phone_in(str(request.path_params["wa_id"]))
    except ClarineError:
        raise NotFound("there is no such person") from None
    async with stage.house.store.transaction() as tx:
        found = (await tx.people_by_phone([phone])).get(phone)
    if found is None:
        raise NotFound("there is no such person")
    return found


async def _businesses(stage: Stage, request: Request) -> list[int]:
    """The businesses that a call is about: the named one, or all."""
    asked = await body_of(request, FromAsked)
    if asked.business is not None:
        return [(await business_of(stage, asked.business))[0].business_id]
    return [business.business_id for business, _ in await businesses_of(stage)]


async def _receive(stage: Stage, person: Person, business_ids: list[int]) -> int:
    async with stage.house.store.transaction() as tx:
        waiting = await tx.undelivered([(person.person_id, business_id) for business_id in business_ids])
    if waiting:
        await stage.verbs.receive(Received(person.person_id, tuple(message.seq for message in waiting)))
    return len(waiting)


async def _say(stage: Stage, person: Person, asked: SpeechAsked) -> dict[str, Any]:
    business, _ = await business_of(stage, asked.to)
    content: Content
    reply_to = _seq(stage, person, asked.reply_to) if asked.reply_to is not None else None
    if asked.tap is not None:
        content, reply_to = await _tapped(stage, person, business.business_id, asked.tap)
    else:
        content = await _content(stage, person, asked)
    target = content.target_seq if isinstance(content, Reaction) else reply_to
    if target is not None:
        choice = content if isinstance(content, Choice) else None
        await check_target(stage.house, person.person_id, business.business_id, seq=target, choice=choice)
    key = f"sandbox-{stage.house.entropy(64):016x}"
    answer = await stage.verbs.write(
        Written(person.person_id, business.business_id, key, content, reply_to, asked.referral)
    )
    if isinstance(answer, ClarineError):
        raise answer
    return {"id": stage.house.seal.message_id(MessageKey(person.person_id, answer.message.seq))}


async def _content(stage: Stage, person: Person, asked: SpeechAsked) -> Content:
    parts = (asked.text, asked.media, asked.location, asked.contacts, asked.reaction)
    if sum(part is not None for part in parts) != 1:
        raise Invalid("say exactly one thing: text, tap, media, location, contacts or reaction")
    if asked.media is not None:
        return await _medium(stage, person, asked.media)
    if asked.location is not None:
        place = asked.location
        return Location(place.latitude, place.longitude, place.name, place.address)
    if asked.contacts is not None:
        return Contacts(tuple(asked.contacts))
    if asked.reaction is not None:
        return Reaction(_seq(stage, person, asked.reaction.message_id), asked.reaction.emoji)
    return Text(asked.text or "")


async def _medium(stage: Stage, person: Person, asked: MediaAsked) -> Media:
    try:
        data = base64.b64decode(asked.base64, validate=True)
    except binascii.Error:
        raise Invalid("media.base64 is not base64", field="media.base64") from None

    async def chunks() -> AsyncIterator[bytes]:
        yield data

    row = await upload(stage.house, person.person_id, chunks(), filename=asked.filename, kind=asked.type)
    return Media(
        asked.type,
        row.media_id,
        row.sha256,
        row.mime,
        row.size,
        caption=asked.caption,
        filename=asked.filename,
        voice=asked.voice,
    )


async def _tapped(stage: Stage, person: Person, business_id: int, wanted: str) -> tuple[Choice, int]:
    """The choice that *wanted* names by title or id in the newest message that offers it, and that message's seq."""
    states = await thread(stage.house, person.person_id, business_id, before=SEQ_MAX, limit=OFFERS_MAX)
    for state in states:
        for choice in _offered(json.loads(state.message.content_json)):
            if wanted in (choice.title, choice.id):
                return choice, state.message.seq
    raise Invalid(f"no message offers {wanted!r}", field="tap")


def _offered(content: dict[str, Any]) -> list[Choice]:
    """What a stored message lets the person choose."""
    all_buttons = [content.get("buttons", ()), *(card["buttons"] for card in content.get("cards", ()))]
    buttons = [each for some in all_buttons for each in some if each.get("kind", "reply") == "reply"]
    rows = [each for section in content.get("sections", ()) for each in section["rows"]]
    from_template = content["type"] == "template"
    return [
        *(
            Choice("template_button" if from_template else "button_reply", each["id"], each["title"])
            for each in buttons
        ),
        *(Choice("list_reply", each["id"], each["title"], each.get("description")) for each in rows),
    ]


def _seq(stage: Stage, person: Person, message_id: str) -> int:
    """The seq of a message of this person's. Raises Invalid."""
    key = stage.house.seal.message_key(message_id)
    if not isinstance(key, MessageKey) or key.person_id != person.person_id:
        raise Invalid("this is not the id of a message of this person", field="reply_to")
    return key.seq
