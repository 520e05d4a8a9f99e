"""A multipart upload, read as it comes: the file's bytes pass through and are never held whole in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from clarine.domain.errors import Invalid

_HEADERS_BYTES_MAX = 4096
_FIELD_BYTES_MAX = 256
_PARTS_MAX = 8


@dataclass(slots=True)
class _Part:
    name: str = ""
    filename: str | None = None
    value: bytearray = field(default_factory=bytearray)


class Form:
    """The parts of one upload: iterate `file` to its end, then `fields` and `filename` are known.

    Raises Invalid for a body that is no form, or has fields or headers beyond the limits.
    """

    def __init__(self, request: Request) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
            raise Invalid("an upload is a multipart form", field="file")
        self.fields: dict[str, str] = {}
        self.filename: str | None = None
        self._request = request
        self._chunks: list[bytes] = []
        self._part = _Part()
        self._parts = 0
        self._header = (bytearray(), bytearray())
        self._files = 0
        self._whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    async def file(self) -> AsyncIterator[bytes]:
        """The bytes of the part named ``file``."""
        async for chunk in self._request.stream():
            try:
                self._parser.write(chunk)
            except MultipartParseError:
                raise Invalid("this form cannot be read", field="file") from None
            for found in self._chunks:
                yield found
            self._chunks.clear()
        if not self._whole:
            raise Invalid("the upload ended too early", field="file")
        if self._files != 1:
            raise Invalid("an upload has one part named file", field="file")

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > _PARTS_MAX:
            raise Invalid(f"an upload has at most {_PARTS_MAX} parts")
        self._part = _Part()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._grow(self._header[0], data[start:end], _HEADERS_BYTES_MAX)

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._grow(self._header[1], data[start:end], _HEADERS_BYTES_MAX)

    def _header_end(self) -> None:
        name, value = self._header
        if bytes(name).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(value))
            self._part.name = options.get(b"name", b"").decode(errors="replace")
            if (filename := options.get(b"filename")) is not None:
                self._part.filename = clean_filename(filename.decode(errors="replace"))
        self._header = (bytearray(), bytearray())

    def _headers_finished(self) -> None:
        if self._part.name == "file":
            self._files += 1
            self.filename = self._part.filename

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part.name == "file":
            self._chunks.append(data[start:end])
        else:
            self._grow(self._part.value, data[start:end], _FIELD_BYTES_MAX)

    def _part_end(self) -> None:
        if self._part.name != "file":
            self.fields[self._part.name] = self._part.value.decode(errors="replace")

    def _end(self) -> None:
        self._whole = True

    def _grow(self, to: bytearray, data: bytes, limit: int) -> None:
        to += data
        if len(to) > limit:
            raise Invalid("a field of this form is too long")


def clean_filename(name: str) -> str | None:
    """The last part of *name* without control characters, at most 240 characters; None when nothing is left."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in last if character.isprintable()).strip().lstrip(".")
    return shown[:240] or None
