"""Sends that go on while something dies: each under its own key, asked again until it is acknowledged, and all accounted for."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any

import httpx

from clarine.domain.ids import MessageKey
from clarine.flow.audit import audit
from clarine.flow.house import House
from clarine.flow.wallet import wallet
from tests.failover.programs import passes
from tests.simulation.network import Story

AT_ONCE = 16
AGAIN_S = 0.2
TIMEOUT_S = 20
TEMPLATE = {"name": "hello_world", "language": {"code": "en_US"}}


@dataclass
class Load:
    """Sends of *story* to Ann at *url*: when each was acknowledged, and what was answered meanwhile."""

    story: Story
    url: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    at: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    differed: int = 0
    _ending: bool = False

    async def run(self) -> None:
        """Send until `end`; then until everything begun is acknowledged."""
        numbers = count()
        async with httpx.AsyncClient(base_url=self.url, timeout=TIMEOUT_S) as client:
            await asyncio.gather(*[self._work(client, numbers) for _ in range(AT_ONCE)])

    def end(self) -> None:
        self._ending = True

    async def _work(self, client: httpx.AsyncClient, numbers: Any) -> None:
        while not self._ending:
            key = f"send-{next(numbers)}"
            while (message_id := await self._send(client, key)) is None:
                await passes(AGAIN_S)
            self.acknowledged[key] = message_id
            self.at.append(time.monotonic())

    async def _send(self, client: httpx.AsyncClient, key: str) -> str | None:
        """The message's id, or None: ask again under the same key."""
        body = {"messaging_product": "whatsapp", "to": self.story.to, "type": "template", "template": TEMPLATE}
        headers = {"Authorization": f"Bearer {self.story.keys.access_token}", "Idempotency-Key": key}
        path = f"/v23.0/{self.story.keys.phone_number.phone_number_id}/messages"
        try:
            answer = await client.post(path, json=body, headers=headers)
        except httpx.TransportError as error:
            self.answers[type(error).__name__] += 1
            return None
        found = answer.json()
        if answer.status_code != 200:
            assert found["error"].get("is_transient"), found
            self.answers[f"{answer.status_code} #{found['error']['code']}"] += 1
            return None
        self.answers["200"] += 1
        return str(found["messages"][0]["id"])

    def back_after_s(self, killed_at: float) -> float:
        """The longest time after *killed_at* in which nothing at all was acknowledged."""
        times = [killed_at, *sorted(at for at in self.at if at > killed_at)]
        return max(later - earlier for earlier, later in pairwise(times))

    def rate_before(self, killed_at: float, started_at: float) -> float:
        """Acknowledged per second before it."""
        return sum(at < killed_at for at in self.at) / (killed_at - started_at)


async def accounts(house: House, load: Load) -> dict[str, Any]:
    """What stands in the database against what was acknowledged: every figure but *acknowledged* ought to be 0 or true."""
    story = load.story
    await story.phone.until(lambda: len(story.phone.messages) >= len(load.acknowledged))
    await story.receiver.until(lambda: story.receiver.delivered() >= set(load.acknowledged.values()))
    keys = [key for each in load.acknowledged.values() if isinstance(key := house.seal.message_key(each), MessageKey)]
    async with house.store.transaction() as tx:
        stored = await tx.messages({(key.person_id, key.seq) for key in keys})
        stream = await tx.thread(keys[0].person_id, story.keys.business.business_id, before=1 << 40, limit=10**6)
    found, books = await wallet(house, story.keys.business.business_id), await audit(house)
    price = next(iter(stored.values())).message.price_micros
    return {
        "acknowledged": len(load.acknowledged),
        "acknowledged_but_lost": len(load.acknowledged) - len(stored),
        "doubled": len(stream) - len(load.acknowledged),
        "delivered_to_the_phone": len(story.phone.messages),
        "told_by_webhook": len(story.receiver.delivered() & set(load.acknowledged.values())),
        "held_micros": found.held_micros,
        "wallet_exact": found.spent_micros == price * len(load.acknowledged),
        "audit_findings": len(books.findings),
    }
