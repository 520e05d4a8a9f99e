"""Media of people: what they upload is kept and named; what they may see gets a link that expires."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from clarine.domain.errors import Invalid, NotFound
from clarine.domain.ids import Kind, object_id
from clarine.domain.links import Link, sign
from clarine.domain.media import UPLOAD_BYTES_MAX, check_media
from clarine.domain.message import Media, MediaKind, Status
from clarine.flow.house import House
from clarine.ports.blobs import Blob
from clarine.ports.records import MediaRow

LINKS_MAX = 100
#: Uploads that no message carries are kept this long (Cloud API: media, 30 days).
UPLOAD_TTL = timedelta(days=30)
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A medium to link to: the person's own upload, or, with *seq*, one that the message there carries."""

    media_id: int
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class SignedLink:
    """*path* is the last path segment of the URL; *thumbnail* the same for a small picture, where there is one."""

    media_id: int
    path: str
    thumbnail: str | None
    expires_at: datetime


class _Carried(msgspec.Struct):
    """The parts of a stored medium that a link needs."""

    media_id: int = 0
    sha256: str = ""
    mime: str = ""
    size: int = 0
    filename: str | None = None


class _Pictured(msgspec.Struct):
    picture: _Carried | None = None


class _Shelved(msgspec.Struct):
    front: _Pictured | None = None


class _Shelving(msgspec.Struct):
    shelf: _Shelved | None = None


class _Card(msgspec.Struct):
    header: _Carried | None = None
    product: _Pictured | None = None


class _Carrier(_Carried):
    """Wherever a medium may stand in a stored message."""

    header: _Carried | None = None
    cards: list[_Card] = []
    buttons: list[_Shelving] = []
    shelf: _Shelved | None = None
    about: _Pictured | None = None

    def all(self) -> Iterator[_Carried | None]:
        yield from (self, self.header)
        for card in self.cards:
            yield card.header
            if card.product is not None:
                yield card.product.picture
        for shelf in (self.shelf, *(button.shelf for button in self.buttons)):
            if shelf is not None and shelf.front is not None:
                yield shelf.front.picture
        if self.about is not None:
            yield self.about.picture


async def upload(
    house: House,
    owner_id: int,
    chunks: AsyncIterator[bytes],
    *,
    filename: str | None = None,
    kind: MediaKind | None = None,
) -> MediaRow:
    """Keep what *chunks* bring for *owner_id*, if it may be sent as *kind*.

    Raises Invalid: ``media_type``, ``media_size``, ``media_broken``.
    """
    return await name_upload(house, owner_id, await keep_bytes(house, chunks), filename=filename, kind=kind)


async def keep_bytes(house: House, chunks: AsyncIterator[bytes]) -> Blob:
    """Keep what *chunks* bring, still without an owner. Raises Invalid: ``media_size``."""
    return await house.blobs.put(chunks, bytes_max=UPLOAD_BYTES_MAX)


async def name_upload(
    house: House, owner_id: int, blob: Blob, *, filename: str | None, kind: MediaKind | None
) -> MediaRow:
    """Give *blob* to *owner_id* as a medium of its own. Raises Invalid as upload does."""
    mime = await house.blobs.mime(blob.sha256)
    picture = await house.blobs.picture(blob.sha256) if mime in _PICTURES else None
    check_media(kind, mime=mime, size=blob.size, animated=picture is not None and picture.animated)
    now = house.clock.now()
    row = MediaRow(
        owner_id=owner_id,
        media_id=object_id(Kind.MEDIA, house.entropy(64)),
        sha256=blob.sha256,
        mime=mime,
        size=blob.size,
        filename=filename,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        animated=picture is not None and picture.animated,
        created_at=now,
        expires_at=now + UPLOAD_TTL,
    )
    async with house.store.transaction() as tx:
        await tx.add_media([row])
    return row


async def own_media(house: House, person_id: int, media_id: int) -> MediaRow:
    """What the person uploaded under *media_id*. Raises Invalid."""
    async with house.store.transaction() as tx:
        found = await tx.media([(person_id, media_id)], house.clock.now())
    row = found.get((person_id, media_id))
    if row is None:
        raise Invalid("this file was never uploaded, or is gone", field="content.media_id")
    return row


async def links(house: House, person_id: int, wanted: Sequence[Wanted]) -> list[SignedLink]:
    """A link for each medium. Raises NotFound for what is not the person's to see."""
    async with house.store.transaction() as tx:
        own = await tx.media({(person_id, item.media_id) for item in wanted if item.seq is None}, house.clock.now())
        states = await tx.messages({(person_id, item.seq) for item in wanted if item.seq is not None})
    expires_at = house.clock.now() + timedelta(seconds=house.settings.media_link_ttl_s)
    found = []
    for item in wanted:
        if item.seq is None:
            row = own.get((person_id, item.media_id))
            carried = _Carried(row.media_id, row.sha256, row.mime, row.size, row.filename) if row else None
        else:
            state = states.get((person_id, item.seq))
            standing = state is not None and state.status is not Status.FAILED
            carried = _carried(state.message.content_json, item.media_id) if state is not None and standing else None
        if carried is None:
            raise NotFound(f"there is no medium {item.media_id} for you", field="media")
        found.append(signed(house, carried, expires_at))
    return found


def _carried(content_json: str, media_id: int) -> _Carried | None:
    try:
        carrier = msgspec.json.decode(content_json, type=_Carrier)
    except msgspec.ValidationError:
        return None  # a header that is no medium
    return next((each for each in carrier.all() if each is not None and each.media_id == media_id), None)


def signed(house: House, carried: _Carried | Media, expires_at: datetime) -> SignedLink:
    """A link to *carried* that works until *expires_at*."""

    def path(*, thumbnail: bool) -> str:
        link = Link(
            carried.sha256, carried.mime, carried.size, int(expires_at.timestamp()), carried.filename, thumbnail
        )
        return sign(link, house.link_key)

    thumbnail = path(thumbnail=True) if carried.mime in _PICTURES else None
    return SignedLink(carried.media_id, path(thumbnail=False), thumbnail, expires_at)
