"""Step 0 of a message's life: ``POST /{phone}/messages`` becomes a SendRequest, and its outcome the API's answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec

from clarine.domain.errors import ClarineError, Invalid
from clarine.domain.ids import MessageKey
from clarine.domain.message import Direction, Interactive
from clarine.domain.phone import parse_phone
from clarine.domain.template_shelves import products_asked
from clarine.edge.graph.asking import Ask, decoded, unfolded
from clarine.edge.graph.callers import Caller
from clarine.edge.graph.contents import content_of, links_of
from clarine.edge.graph.errors import ApiError, invalid, missing, of_domain, refused, wrong
from clarine.edge.graph.flows import fill_in
from clarine.edge.graph.products import filled, named
from clarine.edge.graph.rooms import Rooms
from clarine.edge.graph.wire import LanguageIn, MediaIn, SendIn, TemplateIn
from clarine.flow.accept import Accepted, SendRequest
from clarine.flow.drafts import TemplateDraft
from clarine.flow.tick import mark_read
from clarine.ports.records import TemplateRow

OPAQUE_CHARACTERS_MAX: Final = 512
KEY_CHARACTERS_MAX: Final = 255
#: Query parameters that clients add and nothing needs.
_TOLERATED: Final = frozenset({"access_token", "appsecret_proof", "appsecret_time", "phone_number_id", "metadata"})
#: A template in one of these states is there, and no marketing message is made of it.
_UNREADY: Final = frozenset({"PENDING", "REJECTED", "IN_APPEAL", "ARCHIVED"})
_USER_ID: Final = re.compile(r"[A-Z]{2}\.\d{1,20}")
_AT: Final = re.compile(r"^(.*?) - at `\$?\.?(.*)`$")
_SEND = msgspec.json.Decoder(SendIn, strict=False)


async def post_message(rooms: Rooms, caller: Caller, ask: Ask, phone_number_id: int) -> dict[str, Any]:
    """Send a message, or mark one as read (Cloud API: messages)."""
    sent = read_send(ask)
    if sent.messaging_product is None:
        raise invalid("The parameter messaging_product is required.")
    if sent.messaging_product.lower() != "whatsapp":
        raise invalid("Param messaging_product must be one of {WHATSAPP}")
    if sent.status is not None:
        return await _read(rooms, caller, sent)
    return await _send(rooms, caller, ask, sent, phone_number_id=phone_number_id)


async def post_marketing(rooms: Rooms, caller: Caller, ask: Ask, phone_number_id: int) -> dict[str, Any]:
    """``POST /{phone}/marketing_messages``: a marketing template, sent as ``/messages`` sends it."""
    sent = read_send(ask)
    if str(sent.messaging_product or "").lower() != "whatsapp":
        raise invalid("The parameter messaging_product is required.")
    if sent.type != "template" or sent.template is None:
        raise ApiError(131055, "Only template messages can be sent here")
    row = await _template_of(rooms, caller, sent.template)
    if row is not None and row.category != "MARKETING":
        raise ApiError(134100, f"The template's category is {row.category}")
    if row is not None and row.status in _UNREADY:
        raise ApiError(134102, f"The template is {row.status.lower()}")
    return await _send(rooms, caller, ask, sent, phone_number_id=phone_number_id)


async def _template_of(rooms: Rooms, caller: Caller, template: TemplateIn) -> TemplateRow | None:
    language = template.language.code if isinstance(template.language, LanguageIn) else template.language
    key = (caller.business.business_id, template.name or "", language or "")
    async with rooms.house.store.transaction() as tx:
        return (await tx.templates([key])).get(key)


def read_send(ask: Ask) -> SendIn:
    """The message in a request: parsed once when it is plain JSON, more patiently when it is a form or holds JSON strings.

    Raises ApiError 100 or 131009, naming the parameter.
    """
    if ask.is_json and ask.query.keys() <= _TOLERATED:
        try:
            return _SEND.decode(ask.body)
        except msgspec.ValidationError:
            pass  # perhaps an object inside a string, which is tolerated
        except (msgspec.DecodeError, RecursionError):
            decoded(ask.body)  # says what is wrong
    try:
        return msgspec.convert({name: unfolded(value) for name, value in ask.params.items()}, SendIn, strict=False)
    except msgspec.ValidationError as error:
        found = _AT.match(str(error))
        what, where = (found[1], found[2]) if found else (str(error), "the message")
        raise wrong(f"{where}: {what}") from None


async def _send(rooms: Rooms, caller: Caller, ask: Ask, sent: SendIn, *, phone_number_id: int) -> dict[str, Any]:
    if not caller.numbers[phone_number_id].registered:
        raise ApiError(133010, "The sender is not registered; register it first")
    phone, person_id = _recipient(rooms, caller, sent)
    await _check_allowed(rooms, caller.numbers[phone_number_id].allowed_to, phone, person_id)
    if phone is None and sent.template is not None:
        await _check_addressed(rooms, caller, sent.template)
    if sent.biz_opaque_callback_data is not None and len(sent.biz_opaque_callback_data) > OPAQUE_CHARACTERS_MAX:
        raise wrong(f"biz_opaque_callback_data: at most {OPAQUE_CHARACTERS_MAX} characters are allowed")
    business_id = caller.business.business_id
    broken = await _fetched(rooms, business_id, sent)
    content, target = content_of(sent, rooms.house.seal)
    if isinstance(content, Interactive | TemplateDraft):
        content = await _whole(rooms, caller, sent, content)
    if target is None and sent.context is not None and sent.context.message_id:
        found = rooms.house.seal.message_key(sent.context.message_id)
        target = found if isinstance(found, MessageKey) else None  # the original leaves the quote out as well
    key = ask.headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= KEY_CHARACTERS_MAX:
        raise invalid(f"Idempotency-Key has 1 to {KEY_CHARACTERS_MAX} characters")
    outcome = await rooms.verbs.accept(
        SendRequest(
            business_id=business_id,
            phone_number_id=phone_number_id,
            content=content,
            phone=phone,
            person_id=person_id,
            reply_to=target,
            opaque=sent.biz_opaque_callback_data,
            key=key,
            body_hash=hashlib.blake2b(ask.body, digest_size=16).digest() if key is not None else b"",
            refuse_now=rooms.refuse_now,
            broken=broken,
        )
    )
    if not isinstance(outcome, Accepted):
        if outcome.error is not None:
            raise of_domain(outcome.error)
        assert outcome.reason is not None
        raise refused(outcome.reason)
    message = {"id": outcome.message_id}
    if isinstance(content, TemplateDraft):
        message["message_status"] = "held_for_quality_assessment" if outcome.waits else "accepted"
    return {"messaging_product": "whatsapp", "contacts": [_contact(sent, phone)], "messages": [message]}


async def _check_allowed(
    rooms: Rooms, allowed_to: Sequence[int] | None, phone: int | None, person_id: int | None
) -> None:
    """A test number writes to the people on its list only (Cloud API: test numbers)."""
    if allowed_to is None or phone in allowed_to:
        return
    if person_id is not None:
        async with rooms.house.store.transaction() as tx:
            person = (await tx.people_by_id([person_id])).get(person_id)
        if person is not None and person.phone in allowed_to:
            return
    raise ApiError(131030, "Recipient phone number not in allowed list: add it to the list of this test number")


async def _fetched(rooms: Rooms, business_id: int, sent: SendIn) -> ClarineError | None:
    """What is given by a link becomes an upload; what is wrong with it is raised, or handed on to be told later."""
    broken: ClarineError | None = None
    for kind, link, place in links_of(sent):
        try:
            media_id = str(await rooms.linked.media_id(business_id, link, kind=kind))
        except Invalid as error:
            if rooms.refuse_now or not error.code.startswith("media_"):
                raise
            media_id, broken = "0", error
        if isinstance(place, MediaIn):
            place.id = media_id
        else:
            place["id"] = media_id
    return broken


async def _check_addressed(rooms: Rooms, caller: Caller, template: TemplateIn) -> None:
    """A code goes to a phone number, never to a user id."""
    row = await _template_of(rooms, caller, template)
    if row is not None and row.category == "AUTHENTICATION":
        raise ApiError(131062, "An authentication template is sent to a phone number")


def _recipient(rooms: Rooms, caller: Caller, sent: SendIn) -> tuple[int | None, int | None]:
    """(phone digits, None) or (None, person): ``to`` wins over ``recipient``; a user id may stand in either."""
    if sent.recipient_type not in (None, "individual"):
        raise ApiError(131051, f"recipient_type '{sent.recipient_type}' is not supported")
    to = str(sent.to) if sent.to not in (None, "") else sent.recipient
    if not to:
        raise missing("to")
    if _USER_ID.fullmatch(to):
        person_id = rooms.house.seal.person_of(to, business_id=caller.business.business_id)
        if person_id is None:
            raise ApiError(131026, "recipient is not a user id of this business")
        return None, person_id
    try:
        phone = parse_phone(to, default_country=caller.country).digits
    except Invalid as error:
        raise wrong(f"to: {error.details}") from None
    if any(phone == row.phone for row in caller.numbers.values()):
        raise ApiError(131021, "Recipient phone number cannot be same as sender phone number")
    return phone, None


def _contact(sent: SendIn, phone: int | None) -> dict[str, str]:
    """Whom the message goes to; no user id for a phone number, so that nobody learns who is here by trying."""
    asked = str(sent.to) if sent.to not in (None, "") else str(sent.recipient)
    return {"input": asked, "user_id": asked} if phone is None else {"input": asked, "wa_id": str(phone)}


async def _whole(
    rooms: Rooms, caller: Caller, sent: SendIn, content: Interactive | TemplateDraft
) -> Interactive | TemplateDraft:
    """*content* with the form or the products that it names."""
    if isinstance(content, TemplateDraft):
        names = set(products_asked(content.components))
        return replace(content, products=await named(rooms, caller, names)) if names else content
    if content.kind == "flow" and sent.interactive is not None:
        return replace(content, flow=await fill_in(rooms, caller, sent.interactive))
    return await filled(rooms, caller, content)


async def _read(rooms: Rooms, caller: Caller, sent: SendIn) -> dict[str, Any]:
    """A person's message was read by the business; with *typing_indicator* the person sees it typing."""
    if sent.status != "read":
        raise wrong("status must be read")
    if not sent.message_id:
        raise missing("message_id")
    key = rooms.house.seal.message_key(sent.message_id)
    if not isinstance(key, MessageKey):
        raise wrong("message_id is not the id of a message that was received")
    async with rooms.house.store.transaction() as tx:
        state = (await tx.messages([(key.person_id, key.seq)])).get((key.person_id, key.seq))
    business_id = caller.business.business_id
    if (
        state is None
        or state.message.business_id != business_id
        or state.message.direction is not Direction.TO_BUSINESS
    ):
        raise wrong("message_id is not the id of a message that was received")
    await mark_read(rooms.house, [key])
    if sent.typing_indicator is not None:
        rooms.house.bus.ring(typing=[(key.person_id, business_id)])
    return {"success": True}
