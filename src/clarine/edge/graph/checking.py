"""The checks that every part of a message shares: is it there, does it fit, is it an uploaded medium.

Errors are 131008 (missing), 131009 (value), 131053 (medium), with details that name the parameter as the original does.
"""

from __future__ import annotations

from typing import Any, Final

from clarine.domain.message import Media, MediaKind
from clarine.edge.graph.errors import ApiError, missing, wrong
from clarine.edge.graph.wire import MediaIn

CAPTION_CHARACTERS_MAX: Final = 1024
FILENAME_CHARACTERS_MAX: Final = 240


def given(value: Any, name: str) -> Any:
    if value is None:
        raise missing(name)
    return value


def line(value: str | None, name: str, characters_max: int) -> str:
    """A text that must be there and not too long."""
    if value is None or not value.strip():
        raise missing(name)
    return fits(value, name, characters_max)


def fits(value: str, name: str, characters_max: int) -> str:
    if len(value) > characters_max:
        raise wrong(f"{name} has {len(value)} characters; at most {characters_max} are allowed")
    return value


def medium_of(kind: MediaKind, medium: MediaIn | None) -> Media:
    found = given(medium, kind)
    if not found.id:
        raise missing(f"{kind}['id'] or {kind}['link']")
    if not str(found.id).isdecimal() or len(str(found.id)) > 18:
        raise ApiError(131053, f"{kind}['id'] {found.id} is not the id of an uploaded medium")
    caption = found.caption or None
    if caption is not None and kind in ("audio", "sticker"):
        raise wrong(f"{kind}['caption'] is not allowed")
    return Media(
        type=kind,
        media_id=int(found.id),
        sha256="",
        mime="",
        size=0,
        caption=fits(caption, f"{kind}['caption']", CAPTION_CHARACTERS_MAX) if caption else None,
        filename=fits(found.filename, f"{kind}['filename']", FILENAME_CHARACTERS_MAX)
        if found.filename and kind == "document"
        else None,
        voice=bool(found.voice) and kind == "audio",
    )
