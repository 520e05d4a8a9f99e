"""A request as clients of the API make it: parameters from query, JSON, form or multipart alike; a token in any of its places."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope

from clarine.domain.media import UPLOAD_BYTES_MAX
from clarine.edge.graph.errors import ApiError, invalid

#: A body that is no upload.
BODY_BYTES_MAX: Final = 1024 * 1024
PARAMETERS_MAX: Final = 1_000
_UPLOAD_SLACK_BYTES: Final = 64 * 1024
_CHUNK_BYTES: Final = 256 * 1024
_NUL: Final = "\0"


@dataclass(slots=True)
class Ask:
    """One request: *path* without version and outer slashes; *body* as sent (empty for multipart).

    With *receive* the body has not been read: the handler takes it as it arrives.
    """

    scope: Scope
    method: str
    path: tuple[str, ...]
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = b""
    files: dict[str, UploadFile] = field(default_factory=dict)
    _sent: dict[str, Any] | None = None
    receive: Receive | None = None

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON, whatever the content type says (clients forget it)."""
        return self.body[:1] in b'{["' and bool(self.body)

    @property
    def params(self) -> dict[str, Any]:
        """All parameters, those of the body over those of the query. Raises ApiError 100 for JSON that cannot be read."""
        return {**self.query, **self.sent}

    @property
    def sent(self) -> dict[str, Any]:
        """The parameters of the body."""
        if self._sent is None:
            self._sent = self._read()
        return self._sent

    def text(self, name: str) -> str | None:
        """A parameter as text, or None when it is absent, null or empty."""
        value = self.params.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            return str(value)
        raise invalid(f"{name} must be text")

    def structure(self, name: str) -> Any:
        """A parameter that is an object or a list: as JSON, or as JSON inside a string."""
        return unfolded(self.params.get(name))

    def token(self) -> str | None:
        """The token: ``Authorization: Bearer|OAuth``, then ``?access_token=``, then the body."""
        scheme, _, value = self.headers.get("authorization", "").partition(" ")
        if value and scheme.lower() in ("bearer", "oauth"):
            return value.strip()
        found = self.query.get("access_token")
        if found is None and self.body and b"access_token" in self.body:
            found = self.sent.get("access_token")
        if found is None and self._sent is not None:
            found = self._sent.get("access_token")
        return str(found) if found else None

    def origin(self, public_url: str) -> str:
        """Where the client sees this API, for links in answers: *public_url*, else what a proxy says, else the request."""
        if public_url:
            return public_url.rstrip("/")
        scheme = self.headers.get("x-forwarded-proto", self.scope.get("scheme", "http")).split(",")[0].strip()
        host = self.headers.get("x-forwarded-host", self.headers.get("host", "localhost")).split(",")[0].strip()
        port = self.headers.get("x-forwarded-port", "").strip()
        if port.isdecimal() and ":" not in host and port != {"http": "80", "https": "443"}.get(scheme):
            host = f"{host}:{port}"
        return f"{scheme}://{host}"

    def _read(self) -> dict[str, Any]:
        if not self.body:
            return {}
        if not self.is_json:
            try:
                return dict(parse_qsl(self.body.decode(), keep_blank_values=True, max_num_fields=PARAMETERS_MAX))
            except ValueError:
                raise invalid("the body cannot be read as a form") from None
        found = decoded(self.body)
        if not isinstance(found, dict):
            raise invalid("the body must be a JSON object")
        return found


def decoded(body: bytes) -> Any:
    """JSON, decoded again when it is a string that holds JSON. Raises ApiError 100."""
    try:
        found = msgspec.json.decode(body)
        return msgspec.json.decode(found) if isinstance(found, str) else found
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid(f"the body is not JSON: {error}") from None


def unfolded(value: Any) -> Any:
    """*value*, decoded when it is a string that holds a JSON object or list."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        if "\\u0000" in value:
            raise invalid("a parameter holds the character NUL, which cannot be kept")
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return value
    return value


async def read_ask(scope: Scope, receive: Receive, path: tuple[str, ...], *, streamed: bool = False) -> Ask:
    """Read a request, *streamed* without its body. Raises ApiError 100 for a body that is too large or broken."""
    # A plain dict: Starlette's Headers reads the whole list again for every look-up. The first of equal names counts.
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
    query = _read_query(scope.get("query_string", b""))
    ask = Ask(scope, scope["method"], path, headers, query)
    if any(_NUL in segment for segment in path):
        raise _no_text()
    if streamed:
        ask.receive = receive
        return ask
    if headers.get("content-type", "").startswith("multipart/form-data"):
        await _read_multipart(ask, receive)
    elif scope["method"] != "GET" or headers.get("content-length", "0") != "0":
        ask.body = await _read_body(headers, receive)
        check_text(ask)
    return ask


def check_text(ask: Ask) -> None:
    """Raises ApiError 100 for a body with a NUL."""
    body = ask.body
    if b"\\u0000" in body or b"\x00" in body or (b"%00" in body and not ask.is_json):
        raise _no_text()


def _no_text() -> ApiError:
    """PostgreSQL keeps no text with a NUL, in whatever spelling it comes."""
    return invalid("the character NUL cannot be part of a text")


def _read_query(raw: bytes) -> dict[str, str]:
    if not raw:
        return {}
    if b"%00" in raw:
        raise _no_text()
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=PARAMETERS_MAX))
    except ValueError:
        raise invalid("the query cannot be read") from None


async def _read_body(headers: Mapping[str, str], receive: Receive) -> bytes:
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > BODY_BYTES_MAX:
        raise invalid(f"a body has at most {BODY_BYTES_MAX} bytes")
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body if len(body) <= BODY_BYTES_MAX else _too_large()
    parts = [body]
    size = len(body)
    while message.get("more_body"):
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > BODY_BYTES_MAX:
            _too_large()
        parts.append(part)
    return b"".join(parts)


def _too_large() -> bytes:
    raise invalid(f"a body has at most {BODY_BYTES_MAX} bytes")


async def _read_multipart(ask: Ask, receive: Receive) -> None:
    """Files go to disk while they arrive; no more of them is read than the largest upload."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > UPLOAD_BYTES_MAX + _UPLOAD_SLACK_BYTES:
            raise ApiError(131053, f"A file may have at most {UPLOAD_BYTES_MAX} bytes")
        return message

    try:
        form = await Request(ask.scope, counted).form(max_files=4, max_fields=50, max_part_size=BODY_BYTES_MAX)
    except (MultiPartException, HTTPException, ClientDisconnect, KeyError) as error:
        raise invalid(f"the form cannot be read: {getattr(error, 'detail', error)}") from None
    sent: dict[str, Any] = {}
    for name, value in form.multi_items():
        if _NUL in (value.filename or "" if isinstance(value, UploadFile) else value):
            raise _no_text()
        if isinstance(value, UploadFile):
            ask.files[name] = value
        else:
            sent[name] = value
    ask._sent = sent


async def chunks_of(file: UploadFile) -> AsyncIterator[bytes]:
    """The bytes of an uploaded file."""
    while chunk := await file.read(_CHUNK_BYTES):
        yield chunk
