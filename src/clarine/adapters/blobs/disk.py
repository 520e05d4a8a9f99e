"""Blobs in a folder: ``ab/cd/<sha256>``, written beside and renamed into place, so a crash leaves whole files only."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from clarine.adapters.blobs.pictures import probe_image, write_thumbnail
from clarine.adapters.blobs.sniffing import sniff_file
from clarine.domain.errors import Invalid, NotFound
from clarine.ports.blobs import Blob, Picture

_SHA256 = re.compile(r"[0-9a-f]{64}")
_WRITE_BYTES: Final = 1 << 20
_THUMBNAILS_AT_ONCE: Final = 2
_LEFTOVER_S: Final = 86_400


class DiskBlobs:
    """Blobs under *root* (made when missing); several processes may share it. Implements ports.blobs.Blobs."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._thumbnails = asyncio.Semaphore(_THUMBNAILS_AT_ONCE)

    async def put(self, chunks: AsyncIterator[bytes], *, bytes_max: int) -> Blob:
        """See ports.blobs.Blobs.put; memory stays below two write buffers and a chunk, whatever the size."""
        digest, size = hashlib.sha256(), 0
        waiting = bytearray()
        file, name = await asyncio.to_thread(self._begin)
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > bytes_max:
                    raise Invalid(f"A file may have at most {bytes_max} bytes", code="media_size", field="file")
                waiting += chunk
                if len(waiting) >= _WRITE_BYTES:
                    full, waiting = waiting, bytearray()
                    await asyncio.to_thread(_append, file, digest.update, full)
            if size == 0:
                raise Invalid("The file is empty", code="media_size", field="file")
            await asyncio.to_thread(_append, file, digest.update, waiting)
            sha256 = digest.hexdigest()
            await asyncio.to_thread(_keep, file, name, self._place(sha256))
        finally:
            file.close()
            name.unlink(missing_ok=True)
        return Blob(sha256, size)

    def path(self, sha256: str) -> Path:
        """The blob's file; raises NotFound, also for anything that is no lower-case hex hash."""
        place = self._place(sha256)
        if not place.is_file():
            raise NotFound("There is no such file")
        return place

    async def mime(self, sha256: str) -> str:
        """The blob's type by its content (see sniffing)."""
        return await asyncio.to_thread(sniff_file, self.path(sha256))

    async def picture(self, sha256: str) -> Picture:
        """The blob's measures in pixels (see pictures.probe_image)."""
        return await asyncio.to_thread(probe_image, self.path(sha256))

    async def thumbnail(self, sha256: str) -> Path:
        """The thumbnail's file, made when it is first asked for; only a few are made at once."""
        source = self.path(sha256)
        place = source.with_name(f"{sha256}.thumbnail.webp")
        if not place.is_file():
            async with self._thumbnails:
                if not place.is_file():
                    await asyncio.to_thread(self._make_thumbnail, source, place)
        return place

    def sweep(self, *, now_s: float) -> int:
        """Remove what killed processes left half-written a day before *now_s* (Unix time); tells how many files."""
        removed = 0
        for name in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if name.stat().st_mtime < now_s - _LEFTOVER_S:
                    name.unlink()
                    removed += 1
        return removed

    def _begin(self) -> tuple[BinaryIO, Path]:
        descriptor, name = tempfile.mkstemp(dir=self._incoming)
        return os.fdopen(descriptor, "wb"), Path(name)

    def _make_thumbnail(self, source: Path, place: Path) -> None:
        file, name = self._begin()
        try:
            write_thumbnail(source, file)
            _keep(file, name, place)
        finally:
            file.close()
            name.unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise NotFound("There is no such file")
        return self._root / sha256[:2] / sha256[2:4] / sha256


def _append(file: BinaryIO, hashed: Callable[[bytearray], None], data: bytearray) -> None:
    hashed(data)
    file.write(data)


def _keep(file: BinaryIO, name: Path, place: Path) -> None:
    """Move the written *file* to *place* so that afterwards it is there even when the power fails now."""
    file.flush()
    os.fsync(file.fileno())
    root = place.parent.parent.parent
    place.parent.mkdir(parents=True, exist_ok=True)
    name.replace(place)
    for folder in (place.parent, place.parent.parent, root):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
