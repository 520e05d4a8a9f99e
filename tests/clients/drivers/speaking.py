"""How a driver speaks with the run: one JSON object per line, steps in, outcomes and webhooks out; standard library only.

In: first the business it acts for, then ``{"step", "given"}``. Out: first ``{"offers", "hears", "webhook"}``, then for each step
``{"done"}``, ``{"refused"}`` or ``{"broken"}``, and in between ``{"heard"}`` for every webhook that the client understood.
"""

from __future__ import annotations

import json
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Given = dict[str, Any]
Steps = dict[str, Callable[[Given], Any]]

_turn = threading.Lock()


class Refused(Exception):
    """The API answered with an error, as the client tells it: its code and what the client makes of it."""

    def __init__(self, code: int, shown_as: str) -> None:
        super().__init__(f"{code} {shown_as}")
        self.code = code
        self.shown_as = shown_as


@dataclass(frozen=True)
class Acting:
    """For whom the driver acts, and on what. *base* is empty for a client that is not told where the API is."""

    base: str
    token: str
    phone_number_id: str
    business_id: str
    waba: str
    app_id: str
    app_secret: str
    verify_token: str
    to: str
    user_id: str
    nobody: str
    link: str
    folder: str


def introduced() -> Acting:
    """The first line of the input."""
    return Acting(**json.loads(sys.stdin.readline()))


def say(line: dict[str, Any]) -> None:
    """One line to the run; webhooks come from other threads than answers."""
    with _turn:
        sys.stdout.write(f"{json.dumps(line, default=str)}\n")
        sys.stdout.flush()


def heard(kind: str, **what: Any) -> None:
    """A webhook, as the client understood it."""
    say({"heard": {"kind": kind, **what}})


def serve(steps: Steps, *, hears: Sequence[str], webhook: str) -> None:
    """Do the steps that come in, until the input ends. *hears* is what of a webhook the client makes something of."""
    say({"offers": sorted(steps), "hears": list(hears), "webhook": webhook})
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            say({"done": steps[asked["step"]](asked["given"])})
        except Refused as refused:
            say({"refused": {"code": refused.code, "shown_as": refused.shown_as}})
        except Exception as error:  # noqa: BLE001 - what a client throws is what the run wants to know
            say({"broken": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()})


def listen(
    challenge: Callable[[dict[str, str]], tuple[str, int]], update: Callable[[bytes, dict[str, str]], int]
) -> str:
    """A webhook receiver on a free port; its address. *challenge* answers a query, *update* a body and its headers."""

    class Receiver(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer, status = challenge(dict(parse_qsl(urlsplit(self.path).query)))
            self._answer(status, answer.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                status = update(body, dict(self.headers.items()))
            except Exception:  # noqa: BLE001 - a receiver that breaks answers 500, and the run is told why
                say({"broken_webhook": traceback.format_exc(), "body": body.decode()})
                status = 500
            self._answer(status, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the output belongs to the run."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/"
