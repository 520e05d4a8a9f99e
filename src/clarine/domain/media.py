"""What may be sent as a picture, video, sound, document or sticker: which types, and how big.

The limits are the Cloud API's (media#supported-media-types); a type is what the bytes are, not what a client says.
"""

from __future__ import annotations

from typing import Final

from clarine.domain.errors import Invalid
from clarine.domain.message import MediaKind

_KIB: Final = 1024
_MIB: Final = 1024 * _KIB

#: The most bytes that any upload may have.
UPLOAD_BYTES_MAX: Final = 100 * _MIB

STICKER_BYTES_MAX: Final = 100 * _KIB
ANIMATED_STICKER_BYTES_MAX: Final = 500 * _KIB
_BYTES_MAX: Final[dict[MediaKind, int]] = {
    "image": 5 * _MIB,
    "video": 16 * _MIB,
    "audio": 16 * _MIB,
    "document": UPLOAD_BYTES_MAX,
    "sticker": ANIMATED_STICKER_BYTES_MAX,
}

_SHOWN: Final[dict[MediaKind, frozenset[str]]] = {
    "image": frozenset({"image/jpeg", "image/png"}),
    "video": frozenset({"video/mp4", "video/3gpp"}),
    "audio": frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
    "sticker": frozenset({"image/webp"}),
}

#: Office papers and plain text. Anything a browser would run (HTML, SVG, scripts) is not among them.
_PAPERS: Final = frozenset(
    {
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "text/plain",
    }
)
_DOCUMENTS: Final = _PAPERS.union(*_SHOWN.values())


def check_media(kind: MediaKind | None, *, mime: str, size: int, animated: bool = False) -> MediaKind:
    """The kind under which *size* bytes of sniffed type *mime* may be sent; *kind* is what the sender wants, if any.

    Raises Invalid: ``media_type`` when the type does not fit the kind, ``media_size`` when there are too many bytes or
    none. Pictures, videos and sounds may also be sent as documents, as in the Cloud API.
    """
    found = kind or _kind_of(mime)
    if mime not in (_DOCUMENTS if found == "document" else _SHOWN[found]):
        raise Invalid(f"A file of type {mime} cannot be sent as {found}", code="media_type", field="file")
    bytes_max = _BYTES_MAX[found]
    if found == "sticker" and not animated:
        bytes_max = STICKER_BYTES_MAX
    if not 0 < size <= bytes_max:
        raise Invalid(
            f"A file of type {mime} may have 1 to {bytes_max} bytes, not {size}", code="media_size", field="file"
        )
    return found


def _kind_of(mime: str) -> MediaKind:
    return next((kind for kind, mimes in _SHOWN.items() if mime in mimes), "document")
