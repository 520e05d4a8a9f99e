"""The calls of the Cloud API that a business makes, typed; the same against Clarine and against the original.

Every send takes an ``idempotency_key``: Clarine answers a repeated key with the first answer, others ignore the header.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

import httpx

from clarine.client import content
from clarine.client.content import Json
from clarine.client.transport import Retry, call

PAGES_MAX = 50


@dataclass(frozen=True, slots=True)
class Sent:
    """The API took a message: ``id`` is its wamid. It does *not* mean that anything was delivered."""

    id: str
    wa_id: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A message template as the API lists it; only ``status`` APPROVED may be sent."""

    id: str
    name: str
    language: str
    status: str
    category: str


class SendOptions(TypedDict, total=False):
    """What every send may be told: the key under which it counts once, and the wamid it answers."""

    idempotency_key: str | None
    reply_to: str | None


class CloudApi:
    """One business phone number on the API at *api_base*, for instance ``http://127.0.0.1:8400/v23.0``.

    ``waba_id`` is needed for templates and webhooks only. Calls raise ApiError. Use it as an async context manager.
    """

    def __init__(
        self,
        api_base: str,
        phone_number_id: str,
        *,
        access_token: str,
        waba_id: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout_s: float = 20.0,
        retry: Retry | None = None,
    ) -> None:
        self._base = api_base.rstrip("/")
        self._phone = phone_number_id
        self._waba = waba_id
        self._retry = retry or Retry()
        headers = {"Authorization": f"Bearer {access_token}"}
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
        self._http = httpx.AsyncClient(headers=headers, transport=transport, timeout=timeout_s, limits=limits)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def send_text(self, to: str, body: str, *, preview_url: bool = False, **options: Unpack[SendOptions]) -> Sent:
        """Send *body* (≤ 4096). Options of every send: ``idempotency_key``, ``reply_to`` (a wamid)."""
        return await self._send(to, "text", {"body": body, "preview_url": preview_url}, **options)

    async def send_image(self, to: str, media_id: str, *, caption: str = "", **options: Unpack[SendOptions]) -> Sent:
        """Send an uploaded JPEG or PNG (≤ 5 MB) with a caption (≤ 1024)."""
        return await self._send(to, "image", _media(media_id, caption=caption), **options)

    async def send_video(self, to: str, media_id: str, *, caption: str = "", **options: Unpack[SendOptions]) -> Sent:
        """Send an uploaded MP4 or 3GP (≤ 16 MB) with a caption (≤ 1024)."""
        return await self._send(to, "video", _media(media_id, caption=caption), **options)

    async def send_document(
        self, to: str, media_id: str, *, filename: str, caption: str = "", **options: Unpack[SendOptions]
    ) -> Sent:
        """Send an uploaded document (≤ 100 MB) under a file name."""
        return await self._send(to, "document", _media(media_id, caption=caption, filename=filename), **options)

    async def send_interactive(self, to: str, interactive: Json, **options: Unpack[SendOptions]) -> Sent:
        """Send buttons, a list or a link button as made by ``clarine.client.content``."""
        return await self._send(to, "interactive", interactive, **options)

    async def send_buttons(
        self, to: str, body: str, *, items: Sequence[content.Button], footer: str = "", **options: Unpack[SendOptions]
    ) -> Sent:
        """Send *body* with one to three reply buttons."""
        return await self.send_interactive(to, content.buttons(body, items, footer=footer), **options)

    async def send_list(
        self, to: str, body: str, *, button: str, sections: Sequence[content.Section], **options: Unpack[SendOptions]
    ) -> Sent:
        """Send *body* with a list of at most ten rows behind *button*."""
        return await self.send_interactive(to, content.list_of(body, sections, button=button), **options)

    async def send_cta_url(
        self, to: str, body: str, *, display_text: str, url: str, **options: Unpack[SendOptions]
    ) -> Sent:
        """Send *body* with one button that opens *url*."""
        return await self.send_interactive(to, content.cta_url(body, display_text=display_text, url=url), **options)

    async def send_template(
        self,
        to: str,
        name: str,
        *,
        language: str,
        body: Sequence[str] = (),
        button_payloads: Sequence[str] = (),
        **options: Unpack[SendOptions],
    ) -> Sent:
        """Send an approved template; the only kind that may be sent outside the 24-hour window."""
        found = content.template(name, language, body=body, button_payloads=button_payloads)
        return await self._send(to, "template", found, **options)

    async def mark_read(self, message_id: str, *, typing: bool = False) -> None:
        """Tell the person that their message was read; *typing* also shows that an answer is being written."""
        body: Json = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
        if typing:
            body["typing_indicator"] = {"type": "text"}
        await self._call("POST", f"/{self._phone}/messages", json=body)

    async def upload_media(self, data: bytes, mime: str, *, filename: str) -> str:
        """Upload *data* and return its media id (digits)."""
        form = {"messaging_product": "whatsapp", "type": mime}
        files = {"file": (filename, data, mime)}
        answer = await self._call("POST", f"/{self._phone}/media", data=form, files=files)
        return str(answer["id"])

    async def media_bytes(self, media_id: str) -> bytes:
        """The bytes of a media id, ours or one that a person sent."""
        found = await self._call("GET", f"/{media_id}")
        response = await call(self._http, self._retry, "GET", str(found["url"]), follow_redirects=True)
        return response.content

    async def create_template(self, name: str, language: str, *, category: str, components: Sequence[Json]) -> Template:
        """Ask for a template; its status is usually PENDING until somebody reviews it."""
        body = {"name": name, "language": language, "category": category, "components": list(components)}
        answer = await self._call("POST", f"/{self._account}/message_templates", json=body)
        status, granted = str(answer.get("status", "PENDING")), str(answer.get("category", category))
        return Template(str(answer["id"]), name, language, status, granted)

    async def list_templates(self, *, name: str | None = None) -> tuple[Template, ...]:
        """Every template of the account, following the API's pages (at most 50)."""
        url = f"{self._base}/{self._account}/message_templates"
        query: dict[str, str] | None = {"limit": "100"} | ({"name": name} if name else {})
        found: list[Template] = []
        for _ in range(PAGES_MAX):
            answer = (await call(self._http, self._retry, "GET", url, params=query)).json()
            found += [_template(item) for item in answer.get("data", [])]
            url, query = (answer.get("paging") or {}).get("next") or "", None
            if not url:
                break
        return tuple(found)

    async def template_status(self, template_id: str) -> str:
        """APPROVED, PENDING, REJECTED, PAUSED, DISABLED … of one template."""
        answer = await self._call("GET", f"/{template_id}", params={"fields": "id,name,status"})
        return str(answer["status"])

    async def subscribe_webhooks(self, callback_url: str, *, verify_token: str) -> None:
        """Have the account's webhooks posted to *callback_url*; the challenge arrives there while this call is open."""
        body = {"override_callback_uri": callback_url, "verify_token": verify_token}
        await self._call("POST", f"/{self._account}/subscribed_apps", json=body)

    @property
    def _account(self) -> str:
        if self._waba is None:
            raise ValueError("This call needs the waba_id that CloudApi was made without.")
        return self._waba

    async def _send(
        self, to: str, kind: str, payload: Json, *, idempotency_key: str | None = None, reply_to: str | None = None
    ) -> Sent:
        body: Json = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": to,
            "type": kind,
            kind: payload,
        }
        if reply_to:
            body["context"] = {"message_id": reply_to}
        # A key of our own makes the retries of this very call count once, even when the caller gave none.
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        answer = await self._call("POST", f"/{self._phone}/messages", json=body, headers=headers)
        contact = (answer.get("contacts") or [{}])[0]
        message = answer["messages"][0]
        return Sent(str(message["id"]), str(contact.get("wa_id", "")), str(message.get("message_status", "")))

    async def _call(self, method: str, path: str, **request: Any) -> Json:
        response = await call(self._http, self._retry, method, f"{self._base}{path}", **request)
        found: Json = response.json()
        return found


def _media(media_id: str, **extra: str) -> Json:
    return {"id": media_id} | {name: value for name, value in extra.items() if value}


def _template(item: Json) -> Template:
    texts = (str(item.get(name, "")) for name in ("id", "name", "language", "status", "category"))
    return Template(*texts)
