"""What a file is, by its bytes: never by its name or by what a client says.

The families that share one beginning (ISO media, Ogg, ZIP, OLE, MPEG sound) are told apart here, the rest by puremagic.
"""

from __future__ import annotations

import codecs
import re
import struct
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import puremagic

#: How many bytes of a file's beginning sniff wants.
HEAD_BYTES = 8_192

UNKNOWN = "application/octet-stream"
_ZIP = "application/zip"
_OLE = "application/x-ole-storage"
_OOXML = "application/vnd.openxmlformats-officedocument."

_ZIP_PARTS = {
    b"word/": f"{_OOXML}wordprocessingml.document",
    b"xl/": f"{_OOXML}spreadsheetml.sheet",
    b"ppt/": f"{_OOXML}presentationml.presentation",
}
_OLE_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"{\\rtf", "application/rtf"),
)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_NOT_IN_TEXT = frozenset(range(32)) - {9, 10, 12, 13}


def sniff(head: bytes) -> str:
    """The MIME type of the file that begins with *head* (HEAD_BYTES of it, or all); UNKNOWN when nothing fits."""
    for beginning, mime in _BEGINNINGS:
        if head.startswith(beginning):
            return mime
    return _family(head) or _text(head) or _by_puremagic(head) or UNKNOWN


def sniff_file(path: Path) -> str:
    """As sniff, and also into the table of contents of ZIP and OLE files, which may stand anywhere in them."""
    with path.open("rb") as file:
        mime = sniff(file.read(HEAD_BYTES))
    if mime == _ZIP:
        return _zip_contents(path)
    return _ole_contents(path) if mime == _OLE else mime


def _family(head: bytes) -> str | None:
    if head[4:8] == b"ftyp":
        return _iso_media(head[8:12])
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] == b"OggS":
        return "audio/ogg" if b"OpusHead" in head[:128] else "application/ogg"
    if head[:4] == b"PK\x03\x04":
        return _zip_head(head)
    return _mpeg_sound(head)


def _iso_media(brand: bytes) -> str:
    match brand:
        case b"M4A " | b"M4B " | b"F4A ":
            return "audio/mp4"
        case b"qt  ":
            return "video/quicktime"
        case b"avif" | b"avis":
            return "image/avif"
        case b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" | b"msf1":
            return "image/heic"
        case _ if brand[:2] == b"3g":
            return "video/3gpp"
        case _:
            return "video/mp4"


def _zip_head(head: bytes) -> str:
    if head[30:38] == b"mimetype":
        found = re.match(rb"application/vnd\.oasis\.opendocument\.[a-z]+", head[38:])
        if found:
            return found[0].decode()
    return _ZIP


def _mpeg_sound(head: bytes) -> str | None:
    """MPEG sound without a tag begins with a frame: eleven set bits, then version, layer, bit rate and sample rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer, bit_rate, sample_rate = head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return "audio/mpeg" if layer == 1 and bit_rate != 15 and sample_rate != 3 else None


def _text(head: bytes) -> str | None:
    """The type of a text in UTF-8; a text that begins with a tag is markup, which a browser might run."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    if not head or not _NOT_IN_TEXT.isdisjoint(head):
        return None
    beginning = head.lstrip(b"\xef\xbb\xbf \t\r\n\f")
    if not re.match(rb"<[!?a-zA-Z]", beginning):
        return "text/plain"
    if _SVG.search(head):
        return "image/svg+xml"
    return "text/xml" if beginning.startswith(b"<?xml") else "text/html"


def _by_puremagic(head: bytes) -> str | None:
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    return next((str(guess.mime_type) for guess in guesses if guess.mime_type), None)


def _zip_contents(path: Path) -> str:
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return _ZIP
    if "[Content_Types].xml" not in names:
        return _ZIP
    return next((mime for part, mime in _ZIP_PARTS.items() if any(n.startswith(part.decode()) for n in names)), _ZIP)


def _ole_contents(path: Path) -> str:
    """The type by the names of the streams in the first directory sector ([MS-CFB] 2.2, 2.6.1)."""
    with path.open("rb") as file:
        header = file.read(512)
        if len(header) < 512:
            return _OLE
        (sector_shift,) = struct.unpack_from("<H", header, 30)
        (directory,) = struct.unpack_from("<I", header, 48)
        if sector_shift not in (9, 12):
            return _OLE
        file.seek((directory + 1) << sector_shift)
        entries = file.read(1 << sector_shift)
    for start in range(0, len(entries) - 127, 128):
        (name_bytes,) = struct.unpack_from("<H", entries, start + 64)
        name = entries[start : start + max(0, min(name_bytes, 64) - 2)].decode("utf-16-le", "replace")
        if name in _OLE_STREAMS:
            return _OLE_STREAMS[name]
    return _OLE
