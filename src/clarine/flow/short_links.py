"""Short links of a number: whoever opens one is in its chat, with the first message written; as text and as a QR picture."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final, Literal

import segno

from clarine.domain.errors import Conflict, Invalid, NotFound
from clarine.domain.ids import Kind, object_id
from clarine.domain.links import Link, sign
from clarine.flow.house import House
from clarine.ports.account_rows import ShortLinkRow

#: Cloud API: message_qrdls, limits.
PREFILLED_CHARACTERS_MAX: Final = 140
LINKS_MAX: Final = 2_000
#: The first characters of a code say whose it is, so that finding one needs no look-up over all businesses.
_OWNER_CHARACTERS: Final = 9
_OWN_CHARACTERS: Final = 5
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE: Final = len(_DIGITS)
#: Pictures of links are printed on paper, so their addresses last.
_PICTURE_TTL: Final = timedelta(days=3650)
_PICTURE_BYTES_MAX: Final = 1 << 20

PictureKind = Literal["PNG", "SVG"]


async def create_link(house: House, business_id: int, phone_number_id: int, *, prefilled: str) -> ShortLinkRow:
    """A new link. Raises Invalid, Conflict (``short_link_limit``)."""
    own = _spelled(house.entropy(64) % _BASE**_OWN_CHARACTERS, _OWN_CHARACTERS)
    code = _prefix(business_id) + own
    row = ShortLinkRow(business_id, code, phone_number_id, _checked(prefilled), house.clock.now())
    async with house.store.transaction() as tx:
        if await tx.count_short_links(business_id, phone_number_id) >= LINKS_MAX:
            raise Conflict(f"a number has at most {LINKS_MAX} short links", code="short_link_limit")
        await tx.put_short_link(row)
    return row


async def change_link(
    house: House, business_id: int, phone_number_id: int, code: str, *, prefilled: str
) -> ShortLinkRow:
    """Another first message for a link that is printed already. Raises Invalid, NotFound."""
    found = await link(house, business_id, phone_number_id, code)
    row = ShortLinkRow(business_id, found.code, phone_number_id, _checked(prefilled), found.created_at)
    async with house.store.transaction() as tx:
        await tx.put_short_link(row)
    return row


async def link(house: House, business_id: int, phone_number_id: int, code: str) -> ShortLinkRow:
    """One link of a number. Raises NotFound."""
    async with house.store.transaction() as tx:
        row = await tx.short_link(business_id, code)
    if row is None or row.phone_number_id != phone_number_id:
        raise NotFound("there is no such short link")
    return row


async def drop_link(house: House, business_id: int, phone_number_id: int, code: str) -> None:
    """The link leads nowhere any more. Raises NotFound."""
    async with house.store.transaction() as tx:
        if not await tx.drop_short_link(business_id, phone_number_id, code):
            raise NotFound("there is no such short link")


async def links(
    house: House, business_id: int, phone_number_id: int, *, after: int | None, limit: int
) -> list[ShortLinkRow]:
    """A page of a number's links; *after* is place_of the last one of the page before."""
    code = "" if after is None else _prefix(business_id) + _spelled(after, _OWN_CHARACTERS)
    async with house.store.transaction() as tx:
        return await tx.short_links(business_id, phone_number_id, after=code, limit=limit)


def place_of(row: ShortLinkRow) -> int:
    """Where *row* stands among its business's links."""
    return int(row.code[_OWNER_CHARACTERS:], _BASE)


async def opened(house: House, code: str) -> ShortLinkRow:
    """The link that somebody opened. Raises NotFound."""
    owner = code[:_OWNER_CHARACTERS]
    if len(code) != _OWNER_CHARACTERS + _OWN_CHARACTERS or not set(code) <= set(_DIGITS):
        raise NotFound("there is no such short link")
    business_id = object_id(Kind.BUSINESS, int(owner, _BASE))
    async with house.store.transaction() as tx:
        row = await tx.short_link(business_id, code)
    if row is None:
        raise NotFound("there is no such short link")
    return row


async def referral(house: House, business_id: int, code: str) -> dict[str, Any] | None:
    """What a webhook says of a person who came by this link of the business (Cloud API: messages, referral).

    None for a link that is gone or another's: what the person wrote goes its way all the same.
    """
    try:
        row = await opened(house, code)
    except NotFound:
        return None
    if row.business_id != business_id:
        return None
    url = f"{house.settings.public_url.rstrip('/')}/message/{code}"
    return {"source_url": url, "source_id": code, "source_type": "post", "body": row.prefilled}


async def picture(house: House, text: str, kind: PictureKind) -> str:
    """*text* as a QR picture; the signed part of the address under which it can be fetched."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind=kind.lower(), scale=8, border=4)

    async def chunks() -> AsyncIterator[bytes]:
        yield drawn.getvalue()

    blob = await house.blobs.put(chunks(), bytes_max=_PICTURE_BYTES_MAX)
    expires_s = int((house.clock.now() + _PICTURE_TTL).timestamp())
    mime = "image/png" if kind == "PNG" else "image/svg+xml"
    return sign(Link(blob.sha256, mime, blob.size, expires_s, f"qr.{kind.lower()}"), house.link_key)


def _prefix(business_id: int) -> str:
    return _spelled(business_id - object_id(Kind.BUSINESS, 0), _OWNER_CHARACTERS)


def _checked(prefilled: str) -> str:
    if not 0 < len(prefilled) <= PREFILLED_CHARACTERS_MAX:
        raise Invalid(f"prefilled_message has 1 to {PREFILLED_CHARACTERS_MAX} characters", field="prefilled_message")
    return prefilled


def _spelled(number: int, characters: int) -> str:
    found = []
    for _ in range(characters):
        number, digit = divmod(number, _BASE)
        found.append(_DIGITS[digit])
    return "".join(reversed(found))
