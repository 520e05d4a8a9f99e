"""The request inspector: what clients asked of the Cloud API, what they were answered, and nothing secret of either."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clarine.domain.ids import Kind, kind_of
from clarine.ports.clock import Clock

KEPT_MAX: Final = 500
BYTES_MAX: Final = 64 * 1024
HIDDEN: Final = "(hidden)"
_SECRET: Final = frozenset(
    {
        *("access_token", "appsecret_proof", "client_secret", "fb_exchange_token", "input_token", "verify_token"),
        *("hub.verify_token", "pin", "app_secret", "private_key"),
    }
)
#: At the top of a request this is a code that opens something; anywhere else a language, an error, a short link.
_CODE: Final = "code"
_TOKEN: Final = re.compile(r"EAA[A-Za-z0-9]{20,}|\b\d{5,18}\|[0-9a-f]{32}\b|(?<=/)[A-Za-z0-9_-]{80,}")
_SHOWN: Final = ("content-type", "content-length", "user-agent", "idempotency-key", "accept")


@dataclass(frozen=True, slots=True)
class Inspected:
    """One call. *refused* is the API's error, when it was refused; *message_id* what a send was answered."""

    number: int
    at: datetime
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    status: int
    answer: Any
    took_ms: int
    refused: dict[str, Any] | None
    message_id: str | None


class Inspector:
    """ASGI middleware that keeps the last calls; *filed* runs before a filed template is answered."""

    def __init__(self, app: ASGIApp, clock: Clock, filed: Callable[[], Awaitable[object]]) -> None:
        self._app = app
        self._clock = clock
        self._filed = filed
        self.reset()

    def reset(self) -> None:
        """Forget every call."""
        self._kept: deque[Inspected] = deque(maxlen=KEPT_MAX)
        self._count = 0

    @property
    def kept(self) -> Sequence[Inspected]:
        """The last calls, oldest first."""
        return tuple(self._kept)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        at, started = self._clock.now(), time.monotonic()
        asked, answered = _Caught(), _Caught()
        status = 500
        headers: dict[str, str] = {}

        async def listened() -> Message:
            message = await receive()
            asked.catch(message)
            return message

        async def told(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], _texts(message.get("headers", ()))
                if status == 200 and _files_template(scope):
                    await self._filed()
            else:
                answered.catch(message)
            await send(message)

        try:
            await self._app(scope, listened, told)
        finally:
            took_ms = round((time.monotonic() - started) * 1000)
            self._keep(scope, at, took_ms, asked=asked, answered=answered, status=status, headers=headers)

    def _keep(
        self,
        scope: Scope,
        at: datetime,
        took_ms: int,
        *,
        asked: _Caught,
        answered: _Caught,
        status: int,
        headers: dict[str, str],
    ) -> None:
        sent = _texts(scope["headers"])
        answer = answered.shown(headers.get("content-type", ""))
        self._count += 1
        shown = {name: value for name in _SHOWN if (value := sent.get(name)) is not None}
        if "authorization" in sent:
            shown["authorization"] = f"{sent['authorization'].partition(' ')[0]} {HIDDEN}"
        self._kept.append(
            Inspected(
                number=self._count,
                at=at,
                method=scope["method"],
                path=without_tokens(scope["path"]),
                query=_asked(dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))),
                headers=shown,
                body=_asked(asked.shown(sent.get("content-type", ""))),
                status=status,
                answer=answer,
                took_ms=took_ms,
                refused=answer.get("error") if isinstance(answer, dict) and status >= 400 else None,
                message_id=_message_id(answer),
            )
        )


class _Caught:
    """The first bytes of a body as they pass, and how many there were."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._size = 0

    def catch(self, message: Message) -> None:
        part = message.get("body", b"")
        self._size += len(part)
        self._bytes += part[: max(0, BYTES_MAX - len(self._bytes))]

    def shown(self, content_type: str) -> Any:
        """JSON and forms as what they say; anything else by its size."""
        kind = content_type.partition(";")[0].strip().lower()
        if not self._size:
            return None
        if self._size <= BYTES_MAX:
            if kind == "application/x-www-form-urlencoded":
                return hidden(dict(parse_qsl(self._bytes.decode("utf-8", "replace"), keep_blank_values=True)))
            try:
                return hidden(msgspec.json.decode(bytes(self._bytes)))
            except (msgspec.DecodeError, RecursionError):
                if kind.startswith("text/") or kind == "application/json":
                    return without_tokens(self._bytes.decode("utf-8", "replace"))
        return f"({self._size} bytes of {kind or 'no type'})"


def hidden(value: Any) -> Any:
    """*value* with every secret in it replaced."""
    match value:
        case dict():
            return {key: HIDDEN if str(key).lower() in _SECRET else hidden(each) for key, each in value.items()}
        case list():
            return [hidden(each) for each in value]
        case str():
            return without_tokens(value)
        case _:
            return value


def _asked(value: Any) -> Any:
    """What was asked, without secrets."""
    found = hidden(value)
    return {**found, _CODE: HIDDEN} if isinstance(found, dict) and _CODE in found else found


def without_tokens(text: str) -> str:
    """*text* with access tokens and signed links replaced."""
    return _TOKEN.sub(HIDDEN, text)


def _texts(headers: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _files_template(scope: Scope) -> bool:
    segments = [segment for segment in scope["path"].split("/") if segment]
    last = segments[-1] if segments else ""
    files = last in ("message_templates", "upsert_message_templates")
    edits = last.isdecimal() and len(last) <= 18 and kind_of(int(last)) is Kind.TEMPLATE
    return scope["method"] == "POST" and (files or edits)


def _message_id(answer: Any) -> str | None:
    match answer:
        case {"messages": [{"id": str(found)}, *_]}:
            return found
        case _:
            return None
