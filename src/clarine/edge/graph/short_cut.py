"""``POST /{phone}/messages`` straight from the bytes of a read: clients repeat their heads, so a head is read once."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from starlette.types import Scope

from clarine.edge.graph.asking import BODY_BYTES_MAX, Ask, check_text
from clarine.edge.graph.callers import Caller, Callers
from clarine.edge.graph.errors import ApiError

HEADS_MAX: Final = 4096
_HEAD_BYTES_MAX: Final = 8192
_LINE: Final = re.compile(rb"POST /(v\d{1,3}(?:\.\d{1,2})?)/(\d{15})/messages HTTP/1\.1")
_HEADER: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e]*?)[ \t]*")
#: What says that there is more to a request than its head and so many bytes, or that it is not the last on its connection.
_MORE: Final = frozenset({"transfer-encoding", "expect", "upgrade", "connection", "content-encoding"})


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a request says; *path* is without its version."""

    version: str
    path: tuple[str, ...]
    headers: dict[str, str] = field(repr=False)
    scope: Scope = field(repr=False)
    token: str = field(repr=False)
    body_bytes: int


class ShortCut:
    """Knows the heads that were seen lately."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers
        self._heads: OrderedDict[bytes, Head | None] = OrderedDict()

    def read(self, data: bytes) -> tuple[Head, Caller, Ask] | None:
        """The call in *data*, when it is whole and alone, asks to send a message, and its caller is remembered."""
        end = data.find(b"\r\n\r\n", 0, _HEAD_BYTES_MAX)
        if end < 0 or not data.startswith(b"POST /v"):
            return None
        raw = data[:end]
        head = self._heads[raw] if raw in self._heads else self._read(raw)
        if head is None or len(data) != end + 4 + head.body_bytes:
            return None
        caller = self._callers.remembered(head.token)
        if caller is None or int(head.path[0]) not in caller.numbers:
            return None
        ask = Ask(head.scope, "POST", head.path, head.headers, {}, data[end + 4 :])
        try:
            check_text(ask)
        except ApiError:
            return None
        return head, caller, ask

    def _read(self, raw: bytes) -> Head | None:
        head = read_head(raw)
        if head is None or "idempotency-key" not in head.headers:  # that one never comes again
            self._heads[raw] = head
            if len(self._heads) > HEADS_MAX:
                self._heads.popitem(last=False)
        return head


def read_head(raw: bytes) -> Head | None:
    """A request's head without its empty line; None for one that is not plainly a message to send."""
    first, *lines = raw.split(b"\r\n")
    asked = _LINE.fullmatch(first)
    found = [_HEADER.fullmatch(line) for line in lines]
    if asked is None or not all(found):
        return None
    headers = {each[1].lower().decode(): each[2].decode() for each in found if each is not None}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    length = headers.get("content-length", "")
    plain = headers.get("content-type", "").partition(";")[0] == "application/json" and "host" in headers
    if len(headers) < len(lines) or headers.keys() & _MORE or scheme.lower() != "bearer" or not plain:
        return None
    if not (length.isdecimal() and len(length) < 8 and 0 < int(length) <= BODY_BYTES_MAX):
        return None
    version, number = asked[1].decode(), asked[2].decode()
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/{version}/{number}/messages",
        "headers": pairs,
        "scheme": "http",
    }
    return Head(version, (number, "messages"), headers, scope, token.strip(), int(length))
