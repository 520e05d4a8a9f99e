"""Webhooks that go wrong on purpose: dropped, doubled, late or in another order, as the sandbox's API asked for."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from clarine.domain.webhook_faults import WebhookFaults, fate, shuffled
from clarine.ports.clock import Clock
from clarine.ports.http import Answer, Http
from clarine.ports.sandbox import PostSeen

SEEN_MAX: Final = 2_000
#: POSTs that wait for others to change places with leave after this in any case.
REORDER_WAIT: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class _Held:
    due: datetime
    waba_id: str
    url: str
    body: bytes
    headers: dict[str, str]


class SandboxHttp:
    """Implements ports.http.Http and ports.sandbox.SpoiledHttp over another Http."""

    def __init__(self, inner: Http, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        self._faults: dict[str, WebhookFaults] = {}
        self._counted: Counter[str] = Counter()
        self._held: list[_Held] = []
        self._seen: deque[PostSeen] = deque(maxlen=SEEN_MAX)

    @property
    def seen(self) -> Sequence[PostSeen]:
        return tuple(self._seen)

    def spoil(self, waba_id: str, faults: WebhookFaults) -> None:
        self._faults[waba_id] = faults
        self._counted[waba_id] = 0

    def faults_of(self, waba_id: str) -> WebhookFaults:
        return self._faults.get(waba_id, WebhookFaults())

    async def get(self, url: str, query: dict[str, str]) -> tuple[int | None, bytes]:
        return await self._inner.get(url, query)

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        waba_id = _account(body)
        faults = self.faults_of(waba_id)
        nth = self._counted[waba_id]
        self._counted[waba_id] += 1
        happens = fate(faults, nth)
        if happens.dropped:
            answer = Answer(None, "dropped by the sandbox", 0)
            self._note(waba_id, url, body, headers, answer=answer, fault="dropped")
            return answer
        if faults.delay_s or faults.reorder > 1:
            wait = timedelta(seconds=faults.delay_s) if faults.delay_s else REORDER_WAIT
            held = _Held(self._clock.now() + wait, waba_id, url, body, headers)
            self._held += [held] * happens.copies
            if faults.reorder > 1 and sum(one.waba_id == waba_id for one in self._held) >= faults.reorder:
                self._hasten(waba_id)
            return Answer(200, None, 0)
        answer = await self._send(waba_id, url, body, headers)
        for _ in range(happens.copies - 1):
            await self._send(waba_id, url, body, headers, fault="duplicate")
        return answer

    def next_due(self) -> datetime | None:
        return min((held.due for held in self._held), default=None)

    async def release(self) -> int:
        """Post what was kept long enough, each account's in its shuffled order; how many."""
        now = self._clock.now()
        ready = [held for held in self._held if held.due <= now]
        self._held = [held for held in self._held if held.due > now]
        for waba_id in dict.fromkeys(held.waba_id for held in ready):
            own = [held for held in ready if held.waba_id == waba_id]
            faults = self.faults_of(waba_id)
            if faults.reorder > 1:
                own = shuffled(own, seed=faults.seed, nth=self._counted[waba_id])
            for held in own:
                await self._send(waba_id, held.url, held.body, held.headers, fault="held")
        return len(ready)

    def _hasten(self, waba_id: str) -> None:
        """Enough are together to change places: all of this account's are due now, unless they are delayed as well."""
        if self.faults_of(waba_id).delay_s:
            return
        now = self._clock.now()
        self._held = [
            _Held(now, held.waba_id, held.url, held.body, held.headers) if held.waba_id == waba_id else held
            for held in self._held
        ]

    async def _send(self, waba_id: str, url: str, body: bytes, headers: dict[str, str], *, fault: str = "") -> Answer:
        answer = await self._inner.post(url, body, headers)
        self._note(waba_id, url, body, headers, answer=answer, fault=fault)
        return answer

    def _note(
        self, waba_id: str, url: str, body: bytes, headers: dict[str, str], *, answer: Answer, fault: str
    ) -> None:
        signature = headers.get("X-Hub-Signature-256", "")
        self._seen.append(
            PostSeen(
                at=self._clock.now(),
                waba_id=waba_id,
                url=url,
                body=body,
                signature=signature,
                status=answer.status,
                error=answer.error,
                took_ms=answer.took_ms,
                fault=fault,
            )
        )


class _Entry(msgspec.Struct):
    id: str = ""


class _Envelope(msgspec.Struct):
    entry: list[_Entry] = []


_ENVELOPE = msgspec.json.Decoder(_Envelope)


def _account(body: bytes) -> str:
    """The account that a webhook is about."""
    entry = _ENVELOPE.decode(body).entry
    return entry[0].id if entry else ""
