"""A business that listens and a person with the app: what one asks, the other sees and answers, and the first is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx

from tests.cast import Someone
from tests.wire.conftest import Api


@dataclass
class Asked:
    """Both ends of one conversation."""

    api: Api
    someone: Someone
    app: httpx.AsyncClient

    @property
    def chat(self) -> str:
        return f"/chats/{self.api.keys.business.business_id}"

    async def ask(self, kind: str, action: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
        """(id for the business, message as the person's app has it) of an interactive message."""
        interactive = {"type": kind, "body": {"text": "Well?"}, "action": action, **more}
        answer = await self.api.send(str(self.someone.phone), "interactive", interactive=interactive)
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"][0]["id"], await self.newest()

    async def refused(self, kind: str, action: dict[str, Any], **more: Any) -> tuple[int, str]:
        """(code, details) of an interactive message that is refused."""
        interactive = {"type": kind, "body": {"text": "Well?"}, "action": action, **more}
        answer = await self.api.send(str(self.someone.phone), "interactive", interactive=interactive)
        assert answer.status_code == 400, answer.text
        error = answer.json()["error"]
        return error["code"], error["error_data"]["details"]

    async def newest(self) -> dict[str, Any]:
        """The newest message on the person's device."""
        found: dict[str, Any] = (await self.app.get(f"{self.chat}/messages?limit=1")).json()["messages"][0]
        return found

    async def says(self, content: dict[str, Any], reply_to: int | None = None) -> httpx.Response:
        """What the app sends."""
        key = f"key-{abs(hash(json.dumps(content)))}"
        body = {"client_key": key, "content": content, **({"reply_to": reply_to} if reply_to else {})}
        return await self.app.post(f"{self.chat}/messages", json=body)

    async def told(self) -> dict[str, Any]:
        """The last message that the business was told of."""
        posts = await self.api.notify()
        values = [json.loads(body)["entry"][0]["changes"][0]["value"] for _, body, _ in posts]
        found: dict[str, Any] = [value for value in values if "messages" in value][-1]["messages"][0]
        return found
