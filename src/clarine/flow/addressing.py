"""A person answers an address message: the fields are those that were asked for, or an address that the business offered."""

from __future__ import annotations

import msgspec

from clarine.domain.address import problems
from clarine.domain.errors import Invalid
from clarine.domain.message import AddressReply, AddressRequest, Direction
from clarine.flow.chats import messages
from clarine.flow.house import House


class _Asks(msgspec.Struct):
    address: AddressRequest | None = None


async def addressed(house: House, person_id: int, business_id: int, *, seq: int, reply: AddressReply) -> AddressReply:
    """*reply* to message *seq* of this chat, with the values of the saved address that it names.

    Raises Invalid: the message asks for no address, or a value does not fit its field.
    """
    state = (await messages(house, person_id, [seq])).get(seq)
    request = None
    if state is not None and state.message.business_id == business_id:
        asks = msgspec.json.decode(state.message.content_json, type=_Asks)
        request = asks.address if state.message.direction is Direction.TO_PERSON else None
    if request is None:
        raise Invalid("this message asks for no address", field="reply_to")
    if reply.saved_id is not None:
        saved = next((each for each in request.saved if each.id == reply.saved_id), None)
        if saved is None:
            raise Invalid("the message offers no such address", field="content.saved_id")
        return AddressReply(saved.values, saved.id)
    for name, problem in problems(request.country, reply.values):
        raise Invalid(f"{name} {problem}", field=f"content.values.{name}")
    if not reply.values:
        raise Invalid("an address says something", field="content.values")
    return reply
