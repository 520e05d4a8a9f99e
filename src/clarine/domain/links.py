"""Links to media that need no header and stop working: what may be fetched stands in the link, signed by the house.

A link is a capability: whoever holds it may read that one file until it expires, and nothing else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

_TAG_BYTES = 16
_TEXT_CHARACTERS_MAX = 2048


@dataclass(frozen=True, slots=True)
class Link:
    """Blob *sha256* (hex) of type *mime*, *size* bytes, until *expires_s* (Unix seconds); *thumbnail* if small."""

    sha256: str
    mime: str
    size: int
    expires_s: int
    filename: str | None = None
    thumbnail: bool = False


def sign(link: Link, key: bytes) -> str:
    """*link* as one URL-safe path segment, authenticated with *key* (HMAC-SHA-256, cut to 128 bits)."""
    fields = [link.sha256, link.mime, link.size, link.expires_s, link.filename, int(link.thumbnail)]
    body = json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_tag(body, key) + body).decode().rstrip("=")


def opened(text: str, key: bytes, *, now_s: int) -> Link | None:
    """The link that *text* spells, or None when this house did not sign it or its time is over."""
    if len(text) > _TEXT_CHARACTERS_MAX or not text.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None
    tag, body = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    if not hmac.compare_digest(tag, _tag(body, key)):
        return None
    sha256, mime, size, expires_s, filename, thumbnail = json.loads(body)
    return Link(sha256, mime, size, expires_s, filename, bool(thumbnail)) if now_s <= expires_s else None


def _tag(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"media link\0" + body, hashlib.sha256)[:_TAG_BYTES]
