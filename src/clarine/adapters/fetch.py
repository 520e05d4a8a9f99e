"""Fetching links and asking endpoints over the network, by aiohttp: public addresses only (unless told otherwise), few
redirects, a time limit."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urljoin, urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from clarine.domain.errors import Invalid

CHUNK_BYTES: Final = 256 * 1024
REDIRECTS_MAX: Final = 3
ANSWER_BYTES_MAX: Final = 1024 * 1024


class _Private(OSError):
    """The link leads to an address that is not public."""


class NetworkFetch:
    """Implements ports.fetch.Fetch and ports.exchange.Exchange.

    The address is checked when the connection is made, so a changing name cannot slip by.
    """

    def __init__(self, *, timeout_s: float = 30.0, connections_max: int = 64, private: bool = False) -> None:
        self._private = private
        self._session = ClientSession(
            timeout=ClientTimeout(total=timeout_s),
            connector=TCPConnector(
                limit=connections_max,
                resolver=ThreadedResolver() if private else _PublicResolver(),
                use_dns_cache=False,
            ),
            cookie_jar=DummyCookieJar(),
            headers={"User-Agent": "facebookexternalua"},
        )

    @asynccontextmanager
    async def open(self, url: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """See ports.fetch.Fetch.open."""
        try:
            for _ in range(REDIRECTS_MAX + 1):
                self._check(url)
                async with self._session.get(url, allow_redirects=False) as response:
                    if response.status in (301, 302, 303, 307, 308) and "location" in response.headers:
                        url = urljoin(url, response.headers["location"])
                        continue
                    if not 200 <= response.status < 300:
                        raise Invalid(f"HTTP code {response.status} when fetching {_shown(url)}", code="media_link")
                    yield response.content.iter_chunked(CHUNK_BYTES)
                    return
            raise Invalid(f"too many redirects from {_shown(url)}", code="media_link")
        except TimeoutError:
            raise Invalid(f"no answer in time from {_shown(url)}", code="media_link") from None
        except (ClientError, OSError, ValueError) as error:
            raise Invalid(f"{_shown(url)} cannot be fetched: {type(error).__name__}", code="media_link") from None

    async def ask(
        self, url: str, body: bytes, headers: dict[str, str], *, timeout_s: float
    ) -> tuple[int | None, bytes]:
        """See ports.exchange.Exchange.ask."""
        limit = ClientTimeout(total=timeout_s)
        try:
            self._check(url)
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False, timeout=limit
            ) as response:
                answer = bytearray()
                async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                    answer += chunk
                    if len(answer) > ANSWER_BYTES_MAX:
                        return None, b""
                return response.status, bytes(answer)
        except (TimeoutError, ClientError, OSError, ValueError, Invalid):
            return None, b""

    async def close(self) -> None:
        await self._session.close()

    def _check(self, url: str) -> None:
        parsed = urlsplit(url)
        if parsed.scheme not in ("http", "https") or not parsed.hostname:
            raise Invalid("a link must begin with https:// or http://", code="media_link")
        # A literal address is never given to the resolver.
        if not self._private and _is_private(parsed.hostname):
            raise Invalid("a link must lead to a public address", code="media_link")


class _PublicResolver(AbstractResolver):
    """Names that lead to private addresses lead nowhere."""

    def __init__(self) -> None:
        self._names = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._names.resolve(host, port, family)
        if any(_is_private(each["host"]) for each in found):
            raise _Private(f"{host} is not a public address")
        return found

    async def close(self) -> None:
        await self._names.close()


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return not inner.is_global or inner.is_multicast


def _shown(url: str) -> str:
    """The link without what may be a secret in its query."""
    return url.partition("?")[0][:200]
