"""A page that signs the browser in as a person of the sandbox and goes on to the people's app."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

import msgspec
from starlette.responses import HTMLResponse, Response

#: The people's app keeps its session so (web/people/kept.ts).
_SCRIPT: Final = (
    'const kept = document.getElementById("session").textContent;'
    'localStorage.setItem("clarine.session", kept);'
    'location.replace("/people");'
)
_HASH: Final = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; script-src 'sha256-{_HASH}'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def telephone_page(session: dict[str, Any]) -> Response:
    """*session* (token, device_id, me) handed to the browser."""
    kept = {name: session[name] for name in ("token", "device_id", "me")}
    data = msgspec.json.encode(kept).decode().replace("<", "\\u003c")
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Clarine</title>'
        f'<script id="session" type="application/json">{data}</script><script>{_SCRIPT}</script></html>'
    )
    return HTMLResponse(page, headers=_HEADERS)
