"""Webhooks over the network, by aiohttp: keep-alive connections, a time limit, no redirects, no cookies."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from clarine.domain.errors import Invalid
from clarine.ports.http import Answer

BODY_BYTES_MAX = 64 * 1024
_SAID_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM: *certificate* with its chain and *key* are shown to receivers that ask for them (mutual TLS);
    *authority* is trusted besides those of the system. An empty path leaves its part out."""

    certificate: str = ""
    key: str = ""
    authority: str = ""


def _context(tls: Tls) -> ssl.SSLContext:
    """Raises Invalid, naming the file, when one cannot be read."""
    context = ssl.create_default_context()
    try:
        if tls.authority:
            context.load_verify_locations(tls.authority)
        if tls.certificate:
            context.load_cert_chain(tls.certificate, tls.key or None)
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(each for each in (tls.certificate, tls.key, tls.authority) if each)
        raise Invalid(
            f"{files}: no certificate can be read from there ({error})", field="webhook_certificate"
        ) from None
    return context


def _beginning(body: bytes) -> str | None:
    """How *body* begins, as text that a database can keep; None when it is empty."""
    text = body[: 4 * _SAID_CHARACTERS_MAX].decode(errors="replace").replace("\0", "")
    return text.strip()[:_SAID_CHARACTERS_MAX] or None


class NetworkHttp:
    """Implements ports.http.Http."""

    def __init__(self, *, timeout_s: float, connections_max: int, tls: Tls | None = None) -> None:
        context = True if tls is None else _context(tls)
        self._session = ClientSession(
            timeout=ClientTimeout(total=timeout_s),
            connector=TCPConnector(limit=connections_max, ssl=context),
            cookie_jar=DummyCookieJar(),
        )

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        started = time.monotonic()

        def took_ms() -> int:
            return round((time.monotonic() - started) * 1000)

        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                body = await response.content.read(BODY_BYTES_MAX)
                said = None if response.ok else _beginning(body)
                return Answer(response.status, None, took_ms(), said)
        except TimeoutError:
            return Answer(None, "no answer in time", took_ms())
        except (ClientError, OSError, ValueError) as error:
            return Answer(None, f"{type(error).__name__}: {error}"[:200], took_ms())

    async def get(self, url: str, query: dict[str, str]) -> tuple[int | None, bytes]:
        try:
            async with self._session.get(url, params=query, allow_redirects=False) as response:
                return response.status, await response.content.read(BODY_BYTES_MAX)
        except (TimeoutError, ClientError, OSError, ValueError):
            return None, b""

    async def close(self) -> None:
        await self._session.close()
