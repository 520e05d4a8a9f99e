"""What every test of the sandbox may ask for: a client of the Cloud API, and a receiver of webhooks in a thread of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from clarine.pytest_plugin import Business, Clarine

ASHA = "+16505551234"


@dataclass
class Shop:
    """A client of one business."""

    business: Business

    @property
    def url(self) -> str:
        return f"{self.business.base_url}/v25.0"

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.business.access_token}"}
        return httpx.request(method, f"{self.url}/{path}", headers=headers, **request)

    def send(self, to: str = ASHA, kind: str = "text", **message: Any) -> httpx.Response:
        """POST one message; without content it is a text."""
        body = {"messaging_product": "whatsapp", "to": to, "type": kind, **(message or {"text": {"body": "hello"}})}
        return self.ask("POST", f"{self.business.phone_number_id}/messages", json=body)

    def file_template(self, name: str) -> str:
        """File a template; its id."""
        components = [{"type": "BODY", "text": "Your order is ready."}]
        body = {"name": name, "language": "en", "category": "UTILITY", "components": components}
        response = self.ask("POST", f"{self.business.waba_id}/message_templates", json=body)
        assert response.status_code == 200, response.text
        return str(response.json()["id"])

    def template_status(self, template_id: str) -> str:
        return str(self.ask("GET", f"{template_id}?fields=status").json()["status"])


@pytest.fixture
def shop(clarine: Clarine) -> Shop:
    return Shop(clarine.business)


@dataclass
class Receiver:
    """A webhook receiver; *answers* are the statuses it gives next, then 200."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def values(self) -> list[dict[str, Any]]:
        """The value of each change, in the order of arrival."""
        return [change["value"] for post in self.got for entry in post["entry"] for change in entry["changes"]]

    @property
    def told(self) -> list[str]:
        """What was told, in the order of arrival: the status or the text."""
        found = []
        for value in self.values:
            found += [status["status"] for status in value.get("statuses", ())]
            found += [message["text"]["body"] for message in value.get("messages", ())]
            found += [value["event"]] if "event" in value else []
        return found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            self._answer(200, query["hub.challenge"][0].encode())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status = found.answers.pop(0) if found.answers else 200
            if status == 200:
                found.got.append(body)
            self._answer(status, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()
