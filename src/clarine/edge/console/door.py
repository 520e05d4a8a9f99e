"""Who may come in, and how answers go out: sessions, the CSRF check, sizes, and the one table of status codes.

Each console has cookies under its own path, so a browser can be signed in to both at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from clarine.domain.errors import ClarineError, Conflict, Denied, Invalid, NotFound, Overloaded, TooMany, Unavailable
from clarine.domain.ids import MessageKey
from clarine.flow.house import House
from clarine.flow.staff import Door, SignedIn, csrf_token, who
from clarine.ports.console_rows import Place, StaffRow

SESSION_COOKIE = "clarine_session"
CSRF_COOKIE = "clarine_csrf"
CSRF_HEADER = "x-csrf-token"
BODY_BYTES_MAX = 256 * 1024

STATUS_OF: dict[type[ClarineError], int] = {
    Invalid: 400,
    Denied: 403,
    NotFound: 404,
    Conflict: 409,
    TooMany: 429,
    Overloaded: 503,
    Unavailable: 503,
}
#: Codes whose status differs from that of their kind: the caller is not signed in.
STATUS_OF_CODE = {"sign_in": 401, "link": 401, "signed_out": 401}

Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of someone who is signed in."""

    house: House
    request: Request
    staff: StaffRow

    @property
    def business_id(self) -> int:
        """The business whose console this is."""
        assert self.staff.business_id is not None, "operators have a console of their own"
        return self.staff.business_id

    async def body(self, shape: type[Shape]) -> Shape:
        """The JSON that was sent. Raises Invalid."""
        return await read_body(self.request, shape)

    def text(self, name: str) -> str:
        """A query parameter, "" when it is missing."""
        return self.request.query_params.get(name, "").strip()

    def time(self, name: str) -> datetime | None:
        """A query parameter that is a moment with its time zone (RFC 3339). Raises Invalid."""
        text = self.text(name)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise Invalid(f"{name} is a time like 2026-11-16T09:00:00Z", field=name) from None
        if found.tzinfo is None:
            raise Invalid(f"{name} needs its time zone", field=name)
        return found

    def path_id(self, name: str) -> int:
        """A number of the path. Raises NotFound for one that no row can have."""
        found = int(self.request.path_params[name])
        if found >= 1 << 62:
            raise NotFound("there is nothing of this number")
        return found

    def whole(self, name: str, default: int) -> int:
        """A query parameter that is a whole number. Raises Invalid."""
        text = self.text(name)
        if not text:
            return default
        if not (text.isascii() and text.isdecimal() and len(text) <= 18):
            raise Invalid(f"{name} is a whole number", field=name)
        return int(text)


Handler = Callable[[Visit], Awaitable[Any]]
Endpoint = Callable[[Request], Awaitable[Response]]


def behind(house: House, door: Door, handler: Handler) -> Endpoint:
    """*handler* for those who are signed in to *door*; its answer goes out as JSON unless it is a Response."""

    async def endpoint(request: Request) -> Response:
        try:
            token = request.cookies.get(SESSION_COOKIE, "")
            staff = await who(house, token, door) if token else None
            if staff is None:
                raise Denied("sign in first", code="signed_out")
            if request.method != "GET":
                check_origin(house, request)
                if not compare_digest(request.headers.get(CSRF_HEADER, "").encode(), csrf_token(token).encode()):
                    raise Denied("this request did not come from our own page; load it again", code="csrf")
            answer = await handler(Visit(house, request, staff))
        except ClarineError as error:
            return refusal(error)
        return answer if isinstance(answer, Response) else json_answer(answer)

    return endpoint


def json_answer(answer: Any, status: int = 200) -> Response:
    """*answer* as JSON that no cache keeps."""
    headers = {"cache-control": "no-store"}
    return Response(msgspec.json.encode(answer), status, headers, media_type="application/json")


def refusal(error: ClarineError) -> Response:
    """*error* as the page reads it: ``{"error": {"code", "message", "field"}}``."""
    kind = next(kind for kind in (*STATUS_OF, ClarineError) if isinstance(error, kind))
    status = STATUS_OF_CODE.get(error.code, STATUS_OF.get(kind, 500))
    body = {"error": {"code": error.code, "message": error.details, "field": error.field}}
    answer = json_answer(body, status)
    if isinstance(error, TooMany):
        answer.headers["retry-after"] = str(error.retry_after_s)
    if isinstance(error, Unavailable):
        answer.headers["retry-after"] = "1"
    return answer


async def read_body(request: Request, shape: type[Shape]) -> Shape:
    """The JSON body of *request* as *shape*. Raises Invalid, naming what does not fit."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Invalid("send JSON, as content-type application/json", code="content_type")
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > BODY_BYTES_MAX:
            raise Invalid(f"more than {BODY_BYTES_MAX} bytes", code="too_large")
    if b"\\u0000" in taken:
        raise Invalid("the character NUL cannot be kept")
    try:
        return msgspec.json.decode(bytes(taken) or b"{}", type=shape)
    except msgspec.DecodeError as error:
        raise Invalid(str(error)) from None


def check_origin(house: House, request: Request) -> None:
    """Raises Denied for a request that another site's page sends; programs send no Origin at all."""
    origin = request.headers.get("origin")
    if origin is None:
        return
    ours = {request.url.netloc, urlsplit(house.settings.public_url).netloc}
    if urlsplit(origin).netloc not in ours - {""}:
        raise Denied("this request comes from another site", code="origin")


def let_in(house: House, request: Request, door: Door, signed_in: SignedIn, answer: Any) -> Response:
    """*answer* with the cookies of a new session."""
    response = json_answer(answer)
    secure = base_url(house, request).startswith("https:")
    age_s = house.settings.session_ttl_s
    response.set_cookie(
        SESSION_COOKIE,
        signed_in.token,
        max_age=age_s,
        path=f"/console/v1/{door}",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    response.set_cookie(
        CSRF_COOKIE, csrf_token(signed_in.token), max_age=age_s, path=f"/{door}", secure=secure, samesite="lax"
    )
    return response


def let_out(door: Door) -> Response:
    """An answer that takes the cookies away."""
    response = json_answer({})
    response.delete_cookie(SESSION_COOKIE, path=f"/console/v1/{door}", httponly=True, samesite="lax")
    response.delete_cookie(CSRF_COOKIE, path=f"/{door}", samesite="lax")
    return response


def base_url(house: House, request: Request) -> str:
    """Where this house is reached from outside, without a slash at the end."""
    return house.settings.public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"


def cursor_of(house: House, place: Place | None) -> str | None:
    """*place* as text that shows nobody's internal id."""
    if place is None:
        return None
    row = house.seal.message_id(MessageKey(place.person_id, place.seq)) if place.person_id else str(place.seq)
    return f"{place.at.isoformat()}~{row}~{place.step}"


def place_of(house: House, cursor: str) -> Place | None:
    """The place that `cursor_of` wrote; None for "". Raises Invalid for anything else."""
    if not cursor:
        return None
    at, _, rest = cursor.replace(" ", "+").partition("~")
    row, _, step = rest.partition("~")
    key = house.seal.message_key(row) if row.startswith("wamid.") else MessageKey(0, int(row) if row.isdecimal() else 0)
    try:
        return Place(datetime.fromisoformat(at), *_whole(key), int(step))
    except ValueError:
        raise Invalid("this cursor was not given out here", field="cursor") from None


def _whole(key: object) -> tuple[int, int]:
    if not isinstance(key, MessageKey):
        raise ValueError("not a message")
    return key.person_id, key.seq
