"""What every call to the people's door passes: the size of its body, who is calling, and the one shape of errors."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from clarine.domain.errors import ClarineError, Conflict, Denied, Invalid, NotFound, Overloaded, TooMany, Unavailable
from clarine.domain.session_token import read_token
from clarine.edge.people.limits import Buckets, PeopleRates
from clarine.edge.people.shown import Shelf
from clarine.edge.people.wire import BODY_BYTES_MAX, parse
from clarine.flow.house import House
from clarine.flow.verbs import Verbs
from clarine.ports.bus import Ring
from clarine.ports.exchange import Exchange
from clarine.ports.sender import Sender

SESSIONS_KEPT_S = 30
SESSIONS_KEPT_MAX = 50_000


class SignedOut(ClarineError):
    """There is no session behind this token."""

    code = "signed_out"


class TooLarge(ClarineError):
    """The body is larger than this call takes."""

    code = "too_large"


#: From the error to its HTTP status; the first class that fits counts.
STATUS_OF: tuple[tuple[type[ClarineError], int], ...] = (
    (SignedOut, 401),
    (TooLarge, 413),
    (Invalid, 400),
    (Denied, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooMany, 429),
    (Overloaded, 503),
    (Unavailable, 503),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The person and the device behind a call."""

    person_id: int
    device_id: int


class Sessions:
    """Who holds a token, kept for SESSIONS_KEPT_S seconds; an ended one is forgotten when its bell is heard."""

    def __init__(self, house: House, verbs: Verbs) -> None:
        self._house = house
        self._recognise = verbs.recognise
        self._kept: OrderedDict[str, tuple[float, Caller]] = OrderedDict()
        self._endings = 0

    async def caller(self, text: str) -> Caller:
        """The holder of token *text*. Raises SignedOut."""
        now = self._house.clock.now().timestamp()
        entry = self._kept.get(text)
        if entry is not None and abs(now - entry[0]) < SESSIONS_KEPT_S:
            return entry[1]
        self._kept.pop(text, None)
        endings = self._endings
        caller = await self.asked(text)
        if endings == self._endings:  # else this very session may have ended while the store was asked
            self._keep(text, caller, now)
        return caller

    async def asked(self, text: str) -> Caller:
        """As `caller`, from the store: for who asks once and then stays. Raises SignedOut."""
        token = read_token(text)
        if token is None or not await self._recognise(token):
            raise SignedOut("you are signed out; sign in again")
        return Caller(token.person_id, token.device_id)

    def heard(self, ring: Ring) -> None:
        """Forget the sessions that ended."""
        ended = set(ring.ended_devices)
        if ended:
            self._endings += 1
            gone = [text for text, (_, c) in self._kept.items() if (c.person_id, c.device_id) in ended]
            for text in gone:
                del self._kept[text]

    def _keep(self, text: str, caller: Caller, now: float) -> None:
        self._kept[text] = (now, caller)
        if len(self._kept) > SESSIONS_KEPT_MAX:
            self._kept.popitem(last=False)


class Door:
    """What the endpoints share."""

    def __init__(
        self, house: House, verbs: Verbs, sender: Sender, *, rates: PeopleRates, exchange: Exchange | None = None
    ) -> None:
        self.house = house
        self.verbs = verbs
        self.sender = sender
        self.exchange = exchange
        self.sessions = Sessions(house, verbs)
        self.shelf = Shelf(house)
        self.codes = Buckets(house.clock, rates.codes)
        self.signing_in = Buckets(house.clock, rates.sessions)
        self.writes = Buckets(house.clock, rates.writes)
        self.uploads = Buckets(house.clock, rates.uploads)
        self.reports = Buckets(house.clock, rates.reports)
        self.reads = Buckets(house.clock, rates.reads)

    async def caller(self, request: Request) -> Caller:
        """Who is calling. Raises SignedOut, TooMany."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise SignedOut("sign in first")
        caller = await self.sessions.caller(token.strip())
        self.reads.take(caller.person_id)
        return caller


Endpoint = Callable[[Request], Awaitable[Response]]


def answering(endpoint: Callable[[Request], Awaitable[Any]]) -> Endpoint:
    """*endpoint* with its answer as JSON (or a Response as it is) and its errors in the envelope."""

    async def answered(request: Request) -> Response:
        try:
            answer = await endpoint(request)
        except ClarineError as error:
            return refusal(error)
        return answer if isinstance(answer, Response) else json_response(answer)

    return answered


def json_response(answer: Any, status: int = 200) -> Response:
    """*answer* as JSON that nobody keeps."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(msgspec.json.encode(answer), status, headers, "application/json")


def error_json(error: ClarineError) -> dict[str, str]:
    """The envelope's inside: ``code`` for programs, ``message`` for people, ``field`` where one is to blame."""
    found = {"code": error.code, "message": error.details}
    if error.field is not None:
        found["field"] = error.field
    return found


def refusal(error: ClarineError) -> Response:
    """*error* in the envelope, with the status that STATUS_OF gives it."""
    status = next((status for kind, status in STATUS_OF if isinstance(error, kind)), 400)
    response = json_response({"error": error_json(error)}, status)
    match error:
        case TooMany(retry_after_s=seconds):
            response.headers["Retry-After"] = str(seconds)
        case Overloaded() | Unavailable():
            response.headers["Retry-After"] = "1"
        case SignedOut():
            response.headers["WWW-Authenticate"] = "Bearer"
        case _:
            pass
    return response


async def body_of(request: Request, kind: Any) -> Any:
    """The body as *kind*. Raises TooLarge, Invalid."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise TooLarge(f"a body has at most {BODY_BYTES_MAX} bytes")
    return parse(bytes(body), kind)


def number_in(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    """Query parameter *name*, between *least* and *most*. Raises Invalid."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and least <= int(text) <= most):
        raise Invalid(f"{name} is a number from {least} to {most}", field=name)
    return int(text)


def id_in(request: Request, name: str) -> int:
    """Path parameter *name*. Raises NotFound."""
    text = str(request.path_params[name])
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise NotFound("there is nothing of that id")
    return int(text)


def address_of(request: Request) -> str:
    """The network address of the caller, as the server in front tells it."""
    return request.client.host if request.client is not None else ""
