"""Media of businesses: uploaded, fetched from a link, looked up, deleted; each reads only what it owns or was sent."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from clarine.domain.errors import Invalid, NotFound
from clarine.domain.ids import Kind, object_id
from clarine.domain.links import Link, sign
from clarine.domain.media import UPLOAD_BYTES_MAX, check_media
from clarine.domain.message import MediaKind
from clarine.flow.house import House
from clarine.flow.links import UPLOAD_TTL
from clarine.ports.blobs import Picture
from clarine.ports.fetch import Fetch
from clarine.ports.records import MediaRow

#: A link that was fetched is not fetched again for so long (Cloud API: media, link caching).
LINK_CACHE: Final = timedelta(minutes=10)
LINKS_KEPT_MAX: Final = 10_000
#: What people sent can be fetched by the business for so long (Cloud API: media ids of webhooks).
RECEIVED_TTL: Final = timedelta(days=7)
_PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})


async def upload_media(
    house: House, business_id: int, chunks: AsyncIterator[bytes], *, filename: str | None, kind: MediaKind | None = None
) -> MediaRow:
    """Keep a business's file for 30 days. Raises Invalid: ``media_type``, ``media_size``, ``media_bomb``."""
    blob = await house.blobs.put(chunks, bytes_max=UPLOAD_BYTES_MAX)
    mime = await house.blobs.mime(blob.sha256)
    picture = await _measures(house, blob.sha256) if mime in _PICTURES else None
    animated = picture is not None and picture.animated
    check_media(kind, mime=mime, size=blob.size, animated=animated)
    now = house.clock.now()
    row = MediaRow(
        owner_id=business_id,
        media_id=object_id(Kind.MEDIA, house.entropy(64)),
        sha256=blob.sha256,
        mime=mime,
        size=blob.size,
        filename=filename,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        animated=animated,
        created_at=now,
        expires_at=now + UPLOAD_TTL,
    )
    async with house.store.transaction() as tx:
        await tx.add_media([row])
    return row


async def _measures(house: House, sha256: str) -> Picture | None:
    """A picture's measures; None for one that is damaged, which the original takes as well. Raises Invalid (``media_bomb``)."""
    try:
        return await house.blobs.picture(sha256)
    except Invalid as error:
        if error.code != "media_broken":
            raise
        return None


async def medium(house: House, owner_id: int, media_id: int) -> MediaRow:
    """What *owner_id* has under *media_id*; raises NotFound when it is gone, expired or another's."""
    async with house.store.transaction() as tx:
        found = (await tx.media([(owner_id, media_id)], house.clock.now())).get((owner_id, media_id))
    if found is None:
        raise NotFound("there is no such medium", code="media_gone")
    return found


async def delete_medium(house: House, owner_id: int, media_id: int) -> None:
    """Forget a medium; messages that carry it keep it. Raises NotFound."""
    async with house.store.transaction() as tx:
        if not await tx.end_media([(owner_id, media_id)], house.clock.now()):
            raise NotFound("there is no such medium", code="media_gone")


def media_link(house: House, row: MediaRow) -> tuple[str, int]:
    """(signed text, Unix second at which it stops working) for fetching *row* without any header."""
    expires_s = int(house.clock.now().timestamp()) + house.settings.media_link_ttl_s
    return sign(Link(row.sha256, row.mime, row.size, expires_s, row.filename), house.link_key), expires_s


class LinkedMedia:
    """Links that businesses send instead of uploads: each is fetched once in ten minutes, however many sends name it."""

    def __init__(self, house: House, fetch: Fetch) -> None:
        self._house = house
        self._fetch = fetch
        self._known: OrderedDict[tuple[int, str, MediaKind], tuple[datetime, asyncio.Task[MediaRow]]] = OrderedDict()

    def forget(self) -> None:
        """Forget what was fetched: everything was emptied (the sandbox's reset)."""
        self._known.clear()

    async def media_id(self, business_id: int, url: str, *, kind: MediaKind) -> int:
        """The id of what *url* leads to, kept as an upload. Raises Invalid: ``media_link``, ``media_type``, ``media_size``."""
        key, now = (business_id, url, kind), self._house.clock.now()
        until, task = self._known.get(key, (now, None))
        if task is None or until <= now or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = asyncio.create_task(self._keep(business_id, url, kind))
            self._known[key] = (now + LINK_CACHE, task)
            self._known.move_to_end(key)
            if len(self._known) > LINKS_KEPT_MAX:
                self._known.popitem(last=False)
        return (await asyncio.shield(task)).media_id

    async def _keep(self, business_id: int, url: str, kind: MediaKind) -> MediaRow:
        async with self._fetch.open(url) as chunks:
            name = url.partition("?")[0].rpartition("/")[2][:240] or None
            return await upload_media(self._house, business_id, chunks, filename=name, kind=kind)
