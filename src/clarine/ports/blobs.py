"""Where media bytes are kept: by their own hash, written once, whole or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple, Protocol


class Blob(NamedTuple):
    """Bytes that are kept: *sha256* in hex, *size* in bytes."""

    sha256: str
    size: int


class Picture(NamedTuple):
    """A picture as it is shown (already turned upright), in pixels."""

    width: int
    height: int
    animated: bool


class Blobs(Protocol):
    async def put(self, chunks: AsyncIterator[bytes], *, bytes_max: int) -> Blob:
        """Keep what *chunks* bring; when it returns, the bytes survive a crash.

        Raises Invalid (``media_size``) and keeps nothing when they are none or more than *bytes_max*.
        """
        ...

    def path(self, sha256: str) -> Path:
        """The file of a blob, for serving ranges; raises NotFound."""
        ...

    async def mime(self, sha256: str) -> str:
        """The type of a blob by its content; ``application/octet-stream`` when nothing fits. Raises NotFound."""
        ...

    async def picture(self, sha256: str) -> Picture:
        """The measures of a JPEG, PNG or WebP blob; raises NotFound, or Invalid (``media_broken``, ``media_bomb``)."""
        ...

    async def thumbnail(self, sha256: str) -> Path:
        """A WebP file of at most 320 × 320 pixels, made once; raises as picture does."""
        ...
