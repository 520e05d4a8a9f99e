"""The fetching of links: what it brings, and the addresses that it refuses to ask."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from clarine.adapters.fetch import NetworkFetch
from clarine.domain.errors import Invalid


async def file(_: Request) -> Response:
    return PlainTextResponse("the file")


async def moved(_: Request) -> Response:
    return RedirectResponse("/file")


async def circle(_: Request) -> Response:
    return RedirectResponse("/circle")


@pytest_asyncio.fixture
async def site() -> AsyncIterator[str]:
    """A web site on this machine."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/file", file), Route("/moved", moved), Route("/circle", circle)])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await task


async def fetched(url: str, *, private: bool) -> bytes:
    fetch = NetworkFetch(timeout_s=5, connections_max=2, private=private)
    try:
        async with fetch.open(url) as chunks:
            return b"".join([chunk async for chunk in chunks])
    finally:
        await fetch.close()


@pytest.mark.parametrize("path", ["/file", "/moved"])
async def test_a_file_is_brought_through_a_redirect_too(site: str, path: str) -> None:
    assert await fetched(site + path, private=True) == b"the file"


@pytest.mark.parametrize("path", ["/circle", "/none"])
async def test_a_link_that_leads_to_no_file_is_refused(site: str, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        await fetched(site + path, private=True)
    assert refused.value.code == "media_link"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"],
)
async def test_private_addresses_are_never_asked(site: str, host: str) -> None:
    with pytest.raises(Invalid):
        await fetched(f"http://{host}:{site.rpartition(':')[2]}/file", private=False)


@pytest.mark.parametrize("url", ["ftp://example.org/a", "file:///etc/passwd", "nonsense", "http://"])
async def test_what_is_no_link_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        await fetched(url, private=True)
