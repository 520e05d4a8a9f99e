"""A webhook receiver of the run itself, for the one client that has none that works; it tells only what came."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.clients.device import Noticed


@asynccontextmanager
async def open_receiver(noticed: Noticed) -> AsyncIterator[str]:
    """Its address; every inbound message is added to *noticed* with its type and id."""

    async def answer(request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.Response(text=request.query["hub.challenge"])
        value = (await request.json())["entry"][0]["changes"][0]["value"]
        for message in value.get("messages", ()):
            await noticed.add({"kind": message["type"], "message_id": message["id"]})
        return web.Response()

    application = web.Application()
    application.router.add_route("*", "/", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
