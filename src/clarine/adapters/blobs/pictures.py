"""Pictures: their measures and thumbnails, under a ceiling of pixels, so that a small file cannot fill memory."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps

from clarine.domain.errors import Invalid
from clarine.ports.blobs import Picture

#: The most pixels that are ever decoded; a phone's camera makes 50 million.
PIXELS_MAX = 50_000_000
THUMBNAIL_PIXELS_MAX = 320

_FORMATS = ("JPEG", "PNG", "WEBP")
_ORIENTATION_TAG = 0x0112
_THUMBNAIL_QUALITY = 75


def probe_image(path: Path) -> Picture:
    """The measures of the JPEG, PNG or WebP at *path*; only its header is read.

    Raises Invalid: ``media_broken`` when it is no such picture, ``media_bomb`` when it has over PIXELS_MAX pixels.
    """
    with _opened(path) as image:
        width, height = image.size
        if image.getexif().get(_ORIENTATION_TAG, 1) >= 5:  # five and up lie on their side
            width, height = height, width
        return Picture(width, height, bool(getattr(image, "is_animated", False)))


def write_thumbnail(path: Path, to: BinaryIO) -> None:
    """Write a WebP of at most THUMBNAIL_PIXELS_MAX each way, upright, without metadata (it tells where it was taken).

    Raises as probe_image does, and ``media_broken`` also for a picture that ends too soon.
    """
    with _opened(path) as image:
        # A palette cannot be shrunk smoothly; everything else is shrunk while it is decoded, to save memory.
        small = image.convert("RGBA") if image.mode in ("P", "PA") else image
        small.thumbnail((THUMBNAIL_PIXELS_MAX, THUMBNAIL_PIXELS_MAX))
        upright = ImageOps.exif_transpose(small).convert("RGBA" if small.has_transparency_data else "RGB")
        upright.info.clear()
        upright.save(to, "WEBP", quality=_THUMBNAIL_QUALITY, exif=b"")


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    try:
        with Image.open(path, formats=_FORMATS) as image:
            if image.width * image.height > PIXELS_MAX:
                raise Invalid("This picture has too many pixels", code="media_bomb", field="file")
            yield image
    except Image.DecompressionBombError:
        raise Invalid("This picture has too many pixels", code="media_bomb", field="file") from None
    except (OSError, ValueError, SyntaxError, EOFError, struct.error):
        raise Invalid("This picture cannot be read", code="media_broken", field="file") from None
