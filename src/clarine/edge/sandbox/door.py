"""What every call to the sandbox passes: who may ask, the one shape of errors, and the stage on which it all plays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from clarine.domain.errors import ClarineError, Conflict, Denied, Invalid, NotFound, TooMany
from clarine.domain.phone import parse_phone
from clarine.edge.sandbox.inspector import Inspector
from clarine.edge.sandbox.wire import BODY_BYTES_MAX, parse
from clarine.flow.acting import Acting
from clarine.flow.house import House
from clarine.flow.reviewing import Reviewer
from clarine.flow.steps import Steps
from clarine.flow.verbs import Verbs
from clarine.ports.records import Business, PhoneNumberRow
from clarine.ports.sandbox import KeptCodes, SeededBits, SpoiledHttp, TurnedTime

Asked = TypeVar("Asked")
BUSINESSES_MAX: Final = 1_000
LISTED_MAX: Final = 1_000

_STATUS_OF: Final[tuple[tuple[type[ClarineError], int], ...]] = (
    (Denied, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooMany, 429),
)


@dataclass(frozen=True, slots=True)
class CodeShown:
    """One code of the Cloud API: its title and the HTTP status with which it is answered at once."""

    title: str
    status: int


@dataclass(frozen=True, slots=True)
class Stage:
    """All that the sandbox moves. *code_of* gives the API's code for a reason; *forget* empties the edges' memories."""

    house: House
    verbs: Verbs
    clock: TurnedTime
    bits: SeededBits
    http: SpoiledHttp
    sms: KeptCodes
    acting: Acting
    reviewer: Reviewer
    steps: Steps
    inspector: Inspector
    codes: Mapping[int, CodeShown]
    code_of: Callable[[str], int]
    forget: Callable[[], None]


def answering(stage: Stage, endpoint: Callable[[Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
    """*endpoint* with its answer as JSON (or a Response as it is) and its errors in one envelope."""

    async def answered(request: Request) -> Response:
        try:
            _check_origin(request, stage.house.settings.host, stage.house.settings.public_url)
            answer = await endpoint(request)
        except ClarineError as error:
            found = {"code": error.code, "message": error.details, "field": error.field}
            status = next((status for kind, status in _STATUS_OF if isinstance(error, kind)), 400)
            return json_response({"error": found}, status)
        return answer if isinstance(answer, Response) else json_response(answer)

    return answered


def json_response(answer: Any, status: int = 200) -> Response:
    """*answer* as JSON that nobody keeps."""
    return Response(msgspec.json.encode(answer), status, {"Cache-Control": "no-store"}, "application/json")


def _check_origin(request: Request, host: str, public_url: str) -> None:
    """Whoever may call this owns the house: no page of another site may, nor a name that was bent to this machine."""
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise Denied("the sandbox does not answer pages of other sites")
    asked = request.url.hostname or ""
    if _is_loopback(host) and not _is_loopback(asked) and asked not in public_url:
        raise Denied("the sandbox of this machine is asked as localhost")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


async def body_of(request: Request, kind: type[Asked]) -> Asked:
    """The JSON body as *kind*. Raises Invalid."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise Invalid(f"a body has at most {BODY_BYTES_MAX} bytes")
    if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Invalid("the body must be application/json", field="content-type")
    return parse(bytes(body), kind)


def number_in(request: Request, name: str, *, default: int, most: int) -> int:
    """Query parameter *name*, from 1 to *most*. Raises Invalid."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= most):
        raise Invalid(f"{name} is a number from 1 to {most}", field=name)
    return int(text)


def phone_in(text: str) -> int:
    """The E.164 digits that *text* spells. Raises Invalid."""
    return parse_phone(text if text.strip()[:1] in "+0" else f"+{text.strip()}").digits


async def businesses_of(stage: Stage) -> list[tuple[Business, PhoneNumberRow]]:
    """Every business with its oldest number, oldest first."""
    async with stage.house.store.transaction() as tx:
        ids = await tx.business_ids(BUSINESSES_MAX)
        businesses = await tx.businesses(ids)
        numbers = await tx.phone_numbers(ids)
    return [(businesses[found], numbers[found][0]) for found in ids if numbers.get(found)]


async def business_of(stage: Stage, named: str | None) -> tuple[Business, PhoneNumberRow]:
    """The business that *named* names by number or any of its ids; without a name, the only one.

    Raises NotFound, and Invalid when there are several and none was named.
    """
    found = await businesses_of(stage)
    if named is None:
        if len(found) > 1:
            raise Invalid("there are several businesses; name one", field="to")
    else:
        digits = "".join(character for character in named if character.isdecimal())
        found = [
            (business, number)
            for business, number in found
            if digits
            in (
                str(business.business_id),
                str(business.waba_id),
                str(business.app_id),
                str(number.phone_number_id),
                str(number.phone),
            )
        ]
    if not found:
        raise NotFound("there is no such business", field="to")
    return found[0]
