"""The Cloud API as one ASGI application: any version prefix or none, any host; every error in the API's own envelope."""

from __future__ import annotations

import logging
import re
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final, TypeVar

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from clarine.domain.errors import ClarineError
from clarine.domain.ids import Kind, kind_of
from clarine.edge.calls import Answered
from clarine.edge.graph import (
    accounts,
    batch,
    catalogues,
    edges,
    encryption,
    flows,
    hooks,
    media,
    messages,
    numbers,
    registration,
    resumable,
    short_links,
    template_edges,
    templates,
    unoffered,
)  # fmt: skip
from clarine.edge.graph.asking import Ask, read_ask
from clarine.edge.graph.callers import Caller, Callers
from clarine.edge.graph.calls import Calls
from clarine.edge.graph.errors import ApiError, no_object, of_domain, unknown_path
from clarine.edge.graph.rooms import Rooms
from clarine.edge.graph.short_cut import Head, ShortCut
from clarine.flow.house import House
from clarine.flow.uploads import LinkedMedia
from clarine.flow.verbs import Verbs
from clarine.ports.exchange import Exchange
from clarine.ports.fetch import Fetch
from clarine.ports.http import Http
from clarine.ports.sender import Sender

log = logging.getLogger(__name__)

#: What is answered to a request without a version, and shown as every version's own.
LATEST_VERSION: Final = "v26.0"
_VERSION: Final = re.compile(r"v\d{1,3}(\.\d{1,2})?")
_OURS: Final = re.compile(
    r"/(?:v\d{1,3}(?:\.\d{1,2})?(?:/|$)|\d{5,18}(?:/|$)|oauth/access_token|debug_token|me/?$|whatsapp_business/attachments"
    r"|upload:|message/[0-9A-Z]|message_template_library/?$)"
)
_ID_DIGITS_MAX: Final = 18
_JSON: Final = (b"content-type", b"application/json; charset=UTF-8")


def owns(path: str, method: str = "GET") -> bool:
    """Whether *path* belongs to this API, so that one server can hold it beside everything else."""
    return _OURS.match(path) is not None or (path == "/" and method == "POST")


def graph_app(
    house: House,
    verbs: Verbs,
    http: Http,
    fetch: Fetch,
    *,
    exchange: Exchange | None = None,
    sender: Sender | None = None,
) -> GraphApp:
    """The application for every path that `owns` says is its own; *http* asks webhook receivers, *fetch* gets links,
    *exchange* asks the endpoints of flows, *sender* brings verification codes to numbers."""
    linked = LinkedMedia(house, fetch)
    return GraphApp(Rooms(house, verbs, http, Callers(house), linked, exchange=exchange, sender=sender))


class GraphApp:
    """Reads a request, finds its handler, answers; every error leaves in the API's envelope."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._short_cut = ShortCut(rooms.callers)
        self._calls = Calls(rooms.house)

    def forget(self) -> None:
        """Forget who calls: everything was emptied (the sandbox's reset)."""
        self._rooms.callers.forget()
        self._rooms.linked.forget()
        self._calls.forget()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        version, path = _split(scope["path"])

        async def work() -> dict[str, Any] | list[Any] | Response:
            streamed = bool(path) and path[0].startswith(resumable.PREFIX)
            ask = await read_ask(scope, receive, path, streamed=streamed)
            try:
                return await self._answer(ask)
            finally:
                for file in ask.files.values():
                    await file.close()

        answer = await _told(work(), path)
        match answer:
            case Response():
                await answer(scope, receive, send)
            case ApiError():
                await _send_error(send, answer, version)
            case found:
                await _send(send, 200, msgspec.json.encode(found), version)

    def short_cut(self, data: bytes) -> Coroutine[Any, Any, Answered] | None:
        """The answer to a read that is one whole call to send a message (edge/calls.py)."""
        found = self._short_cut.read(data)
        return self._sent(*found) if found is not None else None

    async def _sent(self, head: Head, caller: Caller, ask: Ask) -> Answered:
        answer = await _told(messages.post_message(self._rooms, caller, ask, int(head.path[0])), head.path)
        if isinstance(answer, ApiError):
            return Answered(answer.row.status, _head(head.version, _error_headers(answer)), answer.body())
        return Answered(200, _head(head.version), msgspec.json.encode(answer))

    async def _answer(self, ask: Ask) -> dict[str, Any] | list[Any] | Response:
        match ask.path:
            case () if ask.method == "POST":
                with suppress(
                    ApiError
                ):  # known before the parts ask for it all at once, so that they go in their order
                    await self._rooms.callers.of(ask.token())
                return await batch.answer(self, ask)
            case ("message", code) if ask.method == "GET":
                return await short_links.open_link(self._rooms, code)
            case media.DOWNLOAD_PATH:
                return await media.download(self._rooms, ask)
            case ("oauth", "access_token"):
                return await accounts.access_token(self._rooms, ask)
        caller = await self._rooms.callers.of(ask.token())
        self._calls.count(caller, ask)
        match ask.path:
            case ("debug_token",):
                return await accounts.debug_token(self._rooms, caller, ask)
            case ("me",) if ask.method == "GET":
                return accounts.owner(caller, ask)
            case ("message_template_library",) if ask.method == "GET":
                return template_edges.library(ask)
            case (name,) if ask.receive is not None:
                return await resumable.answer(self._rooms, caller, ask)
            case (name, *edge) if name.isdecimal() and len(name) <= _ID_DIGITS_MAX and len(edge) <= 2:
                return await self._object(caller, ask, int(name), "/".join(edge))
            case (name, *_):
                unoffered.refuse_group(name)
        raise unknown_path("/" + "/".join(ask.path))

    async def _object(self, caller: Caller, ask: Ask, object_id: int, edge: str) -> dict[str, Any] | Response:
        business = caller.business
        found: dict[str, Any] | None = None
        match kind_of(object_id):
            case Kind.PHONE_NUMBER if object_id in caller.numbers:
                found = await self._phone_number(caller, ask, object_id, edge)
            case Kind.ACCOUNT if object_id == business.waba_id:
                found = await self._account(caller, ask, edge)
            case Kind.APP if object_id == business.app_id:
                found = await self._app(caller, ask, edge)
            case Kind.BUSINESS if object_id == business.business_id:
                found = accounts.owner(caller, ask) if (ask.method, edge) == ("GET", "") else None
            case Kind.TEMPLATE:
                found = await self._template(caller, ask, object_id, edge)
            case Kind.MEDIA:
                found = await self._medium(caller, ask, object_id, edge)
            case Kind.CATALOGUE:
                found = await catalogues.node(self._rooms, caller, ask, object_id, edge=edge)
            case Kind.PRODUCT:
                found = await catalogues.product(self._rooms, caller, ask, object_id) if not edge else None
            case Kind.FLOW:
                found = await flows.node(self._rooms, caller, ask, object_id, edge=edge)
            case _:
                unoffered.refuse(edge)
                raise no_object(ask.method, ask.path[0])
        if found is None:
            found = await edges.answer(self._rooms, caller, ask, object_id, edge=edge)
        if found is None:
            raise unknown_path(f"/{edge}") if edge else no_object(ask.method, ask.path[0])
        return found

    async def _phone_number(self, caller: Caller, ask: Ask, number_id: int, edge: str) -> dict[str, Any] | None:
        rooms = self._rooms
        match ask.method, edge:
            case "POST", "messages":
                return await messages.post_message(rooms, caller, ask, number_id)
            case "POST", "media":
                return await media.upload(rooms, caller, ask)
            case "GET", "":
                return await numbers.show(rooms, caller, ask, number_id)
            case "POST", "":
                return await registration.change(rooms, caller, ask, number_id)
            case "GET", "whatsapp_business_profile":
                return await numbers.profile(rooms, caller, ask)
            case "POST", "whatsapp_business_profile":
                return await numbers.change_profile(rooms, caller, ask)
            case "GET", "block_users":
                return await numbers.blocked(rooms, caller, ask)
            case "POST", "block_users":
                return await numbers.block(rooms, caller, ask)
            case "DELETE", "block_users":
                return await numbers.unblock(rooms, caller, ask)
            case "GET", "whatsapp_business_encryption":
                return await encryption.show_key(rooms, caller, number_id)
            case "POST", "whatsapp_business_encryption":
                return await encryption.change_key(rooms, caller, ask, number_id)
        return None

    async def _account(self, caller: Caller, ask: Ask, edge: str) -> dict[str, Any] | None:
        rooms = self._rooms
        match ask.method, edge:
            case "GET", "":
                return await accounts.account(rooms, caller, ask)
            case "GET", "phone_numbers":
                return await numbers.listed(rooms, caller, ask)
            case "GET", "message_templates":
                return await templates.listed(rooms, caller, ask)
            case "POST", "message_templates":
                return await templates.create(rooms, caller, ask)
            case "DELETE", "message_templates":
                return await templates.delete(rooms, caller, ask)
            case "GET", "flows":
                return await flows.listed(rooms, caller, ask)
            case "POST", "flows":
                return await flows.create(rooms, caller, ask)
            case "GET", "subscribed_apps":
                return await hooks.subscribed(rooms, caller)
            case "POST", "subscribed_apps":
                return await hooks.subscribe_account(rooms, caller, ask)
            case "DELETE", "subscribed_apps":
                return await hooks.unsubscribe_account(rooms, caller)
        return None

    async def _app(self, caller: Caller, ask: Ask, edge: str) -> dict[str, Any] | None:
        rooms = self._rooms
        match ask.method, edge:
            case "GET", "":
                return accounts.app(caller, ask)
            case "GET", "subscriptions":
                return await hooks.app_subscriptions(rooms, caller, LATEST_VERSION)
            case "POST", "subscriptions":
                return await hooks.subscribe_app(rooms, caller, ask)
            case "DELETE", "subscriptions":
                return await hooks.unsubscribe_app(rooms, caller, ask)
        return None

    async def _template(self, caller: Caller, ask: Ask, template_id: int, edge: str) -> dict[str, Any] | None:
        match ask.method, edge:
            case "GET", "":
                return await templates.show(self._rooms, caller, ask, template_id)
            case "POST", "":
                return await templates.edit(self._rooms, caller, ask, template_id)
        return None

    async def _medium(self, caller: Caller, ask: Ask, media_id: int, edge: str) -> dict[str, Any] | None:
        match ask.method, edge:
            case "GET", "":
                return await media.show(self._rooms, caller, ask, media_id)
            case "DELETE", "":
                return await media.delete(self._rooms, caller, ask, media_id)
        return None


def _split(path: str) -> tuple[str, tuple[str, ...]]:
    """(version, the segments after it)."""
    segments = tuple(segment for segment in path.split("/") if segment)
    if segments and _VERSION.fullmatch(segments[0]):
        return segments[0], segments[1:]
    return LATEST_VERSION, segments


Answer = TypeVar("Answer")


async def _told(work: Coroutine[Any, Any, Answer], path: tuple[str, ...]) -> Answer | ApiError:
    """What *work* answers, or its error in the API's words."""
    try:
        return await work
    except ApiError as error:
        return error
    except ClarineError as error:
        return of_domain(error)
    except Exception:  # the runner of calls: it records what nobody foresaw, and the client gets an envelope
        log.exception("a call of the Cloud API failed", extra={"action": "graph", "path": "/".join(path[1:])})
        return ApiError(131000)


def _error_headers(error: ApiError) -> list[tuple[bytes, bytes]]:
    headers = [(b"www-authenticate", b'OAuth "Facebook Platform" "invalid_token"')] if error.row.status == 401 else []
    if error.retry_after_s is not None:
        headers.append((b"retry-after", str(error.retry_after_s).encode()))
    return headers


def _head(version: str, headers: list[tuple[bytes, bytes]] | None = None) -> bytes:
    every = [_JSON, (b"facebook-api-version", version.encode()), *(headers or ())]
    return b"".join([b"%s: %s\r\n" % header for header in every])


async def _send_error(send: Send, error: ApiError, version: str) -> None:
    await _send(send, error.row.status, error.body(), version, _error_headers(error))


async def _send(
    send: Send, status: int, body: bytes, version: str, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    sent = [
        _JSON,
        (b"content-length", b"%d" % len(body)),
        (b"facebook-api-version", version.encode()),
        *(headers or ()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})
