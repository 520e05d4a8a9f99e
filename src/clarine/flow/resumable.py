"""Files that arrive in parts: a session is opened, each part says where it begins, the last one makes a medium of them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

from clarine.domain.errors import Conflict, Invalid, NotFound
from clarine.domain.ids import Kind, kind_of, object_id
from clarine.domain.links import Link, sign
from clarine.domain.media import UPLOAD_BYTES_MAX
from clarine.flow.house import House
from clarine.flow.uploads import medium, upload_media
from clarine.ports.account_rows import UploadRow
from clarine.ports.records import MediaRow

PARTS_MAX: Final = 1_000
_FILENAME_CHARACTERS_MAX: Final = 240
_READ_BYTES: Final = 1 << 18
#: What may be uploaded so (Cloud API: resumable upload), as clients spell it.
TYPES: Final = ("application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4")
#: The setting that holds what a business's profile picture is.
PICTURE_SETTING: Final = "profile_picture"
_PICTURE_TTL_S: Final = 86_400
_PICTURES: Final = ("image/jpeg", "image/png")


async def open_session(house: House, business_id: int, *, size: int, mime: str, filename: str | None) -> UploadRow:
    """A place for a file of *size* bytes. Raises Invalid."""
    if not 0 < size <= UPLOAD_BYTES_MAX:
        raise Invalid(f"file_length must be 1 to {UPLOAD_BYTES_MAX}", field="file_length")
    if mime.lower() not in TYPES:
        raise Invalid(f"file_type must be one of {', '.join(TYPES)}", field="file_type")
    name = filename[:_FILENAME_CHARACTERS_MAX] if filename else None
    row = UploadRow(
        business_id, object_id(Kind.MEDIA, house.entropy(64)), name, mime.lower(), size, 0, (), house.clock.now()
    )
    async with house.store.transaction() as tx:
        await tx.put_upload(row)
    return row


async def session(house: House, business_id: int, upload_id: int) -> UploadRow:
    """How far an upload has come. Raises NotFound."""
    async with house.store.transaction() as tx:
        row = await tx.lock_upload(business_id, upload_id)
    if row is None:
        raise NotFound("there is no such upload session")
    return row


async def append_part(
    house: House, business_id: int, upload_id: int, chunks: AsyncIterator[bytes], *, offset: int
) -> tuple[UploadRow, MediaRow | None]:
    """Keep a part that begins at *offset*; with the last one the medium is there.

    A part that breaks off is not kept: the next one begins where the last whole one ended.
    Raises NotFound; Conflict (``upload_offset``) when the part does not begin there; Invalid.
    """
    row = await session(house, business_id, upload_id)
    _check_place(row, offset)
    blob = await house.blobs.put(chunks, bytes_max=row.size - row.received)
    async with house.store.transaction() as tx:
        row = await tx.lock_upload(business_id, upload_id) or row
        _check_place(row, offset)
        row = replace(row, received=row.received + blob.size, parts=(*row.parts, blob.sha256))
        await tx.put_upload(row)
    if row.received < row.size:
        return row, None
    return row, await upload_media(house, business_id, _joined(house, row.parts), filename=row.filename)


def _check_place(row: UploadRow, offset: int) -> None:
    if offset != row.received or row.received == row.size:
        raise Conflict(f"the next part begins at {row.received}", code="upload_offset", field="file_offset")
    if len(row.parts) >= PARTS_MAX:
        raise Invalid(f"a file has at most {PARTS_MAX} parts", field="file_offset")


async def _joined(house: House, parts: tuple[str, ...]) -> AsyncIterator[bytes]:
    for sha256 in parts:
        with house.blobs.path(sha256).open("rb") as file:
            while chunk := file.read(_READ_BYTES):
                yield chunk


def handle_of(row: MediaRow) -> str:
    """The handle of an uploaded file (``4::…``), as templates' samples and profile pictures name it."""
    kind = base64.b64encode(row.mime.encode()).decode()
    return f"4::{kind}:{base64.urlsafe_b64encode(str(row.media_id).encode()).decode().rstrip('=')}"


async def media_of_handle(house: House, business_id: int, handle: str) -> MediaRow:
    """The file that *handle* names. Raises Invalid (``upload_handle``)."""
    text = handle.rpartition(":")[2]
    try:
        found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        media_id = int(found) if found.isdecimal() and len(found) <= 18 else 0
    except (binascii.Error, ValueError):
        media_id = 0
    if kind_of(media_id) is Kind.MEDIA:
        try:
            return await medium(house, business_id, media_id)
        except NotFound:
            pass
    raise Invalid("the handle names no uploaded file", code="upload_handle", field="handle")


def picture_link(house: House, sha256: str, mime: str, size: int) -> str:
    """The signed part of the address of a profile picture."""
    expires_s = int(house.clock.now().timestamp()) + _PICTURE_TTL_S
    return sign(Link(sha256, mime, size, expires_s), house.link_key)


async def put_profile_picture(house: House, business_id: int, handle: str) -> None:
    """The picture people see of a business. Raises Invalid (``upload_handle``) when *handle* is no JPEG or PNG."""
    row = await media_of_handle(house, business_id, handle)
    if row.mime not in _PICTURES:
        raise Invalid("a profile picture is a JPEG or PNG", code="upload_handle", field="profile_picture_handle")
    async with house.store.transaction() as tx:
        values = {PICTURE_SETTING: json.dumps([row.sha256, row.mime, row.size])}
        await tx.put_settings(business_id, business_id, values, house.clock.now())
