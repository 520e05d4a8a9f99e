"""Several calls in one (Graph API: batch requests): each part is a call of its own, with its own token, code and body."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from starlette.types import ASGIApp, Message, Scope

from clarine.edge.graph.asking import Ask
from clarine.edge.graph.errors import ApiError, invalid

PARTS_MAX: Final = 50
_METHODS: Final = ("GET", "POST", "DELETE", "PUT")
#: Headers of the whole that say nothing about a part.
_OF_THE_WHOLE: Final = frozenset(
    {b"content-type", b"content-length", b"authorization", b"transfer-encoding", b"idempotency-key"}
)


async def answer(app: ASGIApp, ask: Ask) -> list[Any]:
    """``POST /`` with ``batch=[…]``: code, headers and body of each part, in order; sends among them share a transaction.

    Raises ApiError 100 when the batch itself is wrong. A part cannot use another part's answer.
    """
    parts = ask.structure("batch")
    if not isinstance(parts, list) or not parts or not all(isinstance(each, dict) for each in parts):
        raise invalid("The parameter batch is required: a JSON list of objects.")
    if len(parts) > PARTS_MAX:
        raise ApiError(
            100,
            message=f"(#100) Too many requests in batch message. Maximum batch size is {PARTS_MAX}",
        )
    with_headers = (ask.text("include_headers") or "true").lower() not in ("false", "0")
    version = f"/{_version(ask)}" if _version(ask) else ""
    calls = [_call(ask, part, token=ask.token(), version=version) for part in parts]
    answers = await asyncio.gather(*(_answered(app, scope, body) for scope, body in calls))
    return [
        {"code": code, "headers": headers, "body": body} if with_headers else {"code": code, "body": body}
        for code, headers, body in answers
    ]


def _version(ask: Ask) -> str:
    first = ask.scope["path"].strip("/").partition("/")[0]
    return str(first)


def _call(ask: Ask, part: Mapping[str, Any], *, token: str | None, version: str) -> tuple[Scope, bytes]:
    """The scope and body of one part."""
    method, url = str(part.get("method") or "GET").upper(), part.get("relative_url")
    if method not in _METHODS or not isinstance(url, str):
        raise invalid("Param batch: every part needs method and relative_url")
    try:
        split = urlsplit("/" + url.lstrip("/"))
    except ValueError:
        raise invalid("Param batch: a relative_url cannot be read") from None
    body = part.get("body") or ""
    raw = (body if isinstance(body, str) else msgspec.json.encode(body).decode()).encode()
    own = part.get("access_token")
    headers = [pair for pair in ask.scope["headers"] if pair[0] not in _OF_THE_WHOLE]
    for each in part.get("headers") or ():
        headers += [_header(each)]
    if token is not None or own:
        headers.append((b"authorization", f"Bearer {own or token}".encode()))
    headers.append((b"content-length", str(len(raw)).encode()))
    versioned = split.path if split.path.startswith("/v") and split.path[2:3].isdecimal() else version + split.path
    scope = {
        **ask.scope,
        "method": method,
        "path": versioned,
        "raw_path": versioned.encode(),
        "query_string": split.query.encode(),
        "headers": headers,
    }
    return scope, raw


def _header(each: object) -> tuple[bytes, bytes]:
    """One header of a part: ``Name: value`` or an object with name and value."""
    name, _, value = each.partition(":") if isinstance(each, str) else ("", "", "")
    if isinstance(each, dict):
        name, value = str(each.get("name", "")), str(each.get("value", ""))
    try:
        return name.strip().lower().encode("latin-1"), value.strip().encode("latin-1")
    except UnicodeEncodeError:
        raise invalid("Param batch: a header cannot be read") from None


async def _answered(app: ASGIApp, scope: Scope, raw: bytes) -> tuple[int, list[dict[str, str]], str]:
    """What *app* answers to one part."""
    if not _names_an_object(scope["path"]):
        refused = ApiError(100, message="(#100) A batch cannot hold another batch")
        return refused.row.status, [], refused.body().decode()
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": raw, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = [{"name": name.decode("latin-1"), "value": value.decode("latin-1")} for name, value in sent[0]["headers"]]
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return int(sent[0]["status"]), headers, body.decode("utf-8", "replace")


def _names_an_object(path: str) -> bool:
    """Whether *path* is more than the root or a bare version."""
    segments = [segment for segment in path.split("/") if segment]
    return bool(segments) and not (len(segments) == 1 and segments[0].startswith("v"))
