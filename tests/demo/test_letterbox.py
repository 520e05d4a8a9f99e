"""The letterbox believes nobody: what is not signed is refused, counted and never handed on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from clarine.client import signature_of
from clarine.demo.cast import Office
from clarine.demo.letterbox import Letterbox
from clarine.demo.watch import Late, Watch
from clarine_herd.listening import listening

OFFICE = Office("The shop", "+1 802 555 0181", 1, 2, 3, app_secret="s3cret", access_token="t0ken")
PROGRAM = "http://127.0.0.1:9"  # the discard port: nobody answers


@pytest.fixture
def box() -> Letterbox:
    return Letterbox(OFFICE, Watch(), "v3rify")


@pytest_asyncio.fixture
async def http(box: Letterbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(box.app()), base_url="http://box") as client:
        yield client
    await box.close()


def webhook(*statuses: dict[str, object]) -> bytes:
    change = {"field": "messages", "value": {"statuses": list(statuses)}}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "2", "changes": [change]}]}).encode()


DELIVERED: dict[str, object] = {
    "id": "wamid.1",
    "status": "delivered",
    "timestamp": "1795420800",
    "recipient_id": "18025550111",
    "pricing": {"billable": True, "category": "marketing"},
}
BODY = webhook(DELIVERED)
SIGNED = {"X-Hub-Signature-256": signature_of(BODY, OFFICE.app_secret)}


async def test_a_signed_webhook_is_counted_and_its_status_noted(box: Letterbox, http: httpx.AsyncClient) -> None:
    assert (await http.post("/webhook", content=BODY, headers=SIGNED)).status_code == 200
    step = box.status("wamid.1", "delivered")
    assert step is not None
    assert (step.billable, step.category, step.recipient) == (True, "marketing", "18025550111")
    assert (box.verified, box.forged) == (1, 0)


async def test_a_forged_webhook_is_refused_and_never_believed(box: Letterbox, http: httpx.AsyncClient) -> None:
    for headers in ({}, {"X-Hub-Signature-256": signature_of(BODY, "another secret")}):
        assert (await http.post("/webhook", content=BODY, headers=headers)).status_code == 403
    assert (box.verified, box.forged, box.steps) == (0, 2, {})


async def test_the_challenge_is_answered_only_for_our_own_token(http: httpx.AsyncClient) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "17", "hub.verify_token": "v3rify"}
    assert (await http.get("/webhook", params=asked)).text == "17"
    assert (await http.get("/webhook", params=asked | {"hub.verify_token": "x"})).status_code == 403


async def test_a_program_behind_the_box_gets_the_very_bytes(box: Letterbox, http: httpx.AsyncClient) -> None:
    behind = Letterbox(OFFICE, Watch(), "v3rify")
    async with listening(behind.app(), host="127.0.0.1", port=0) as url:
        box.program = url
        assert (await http.post("/herd/v1/webhook", content=BODY, headers=SIGNED)).status_code == 200
        asked = {"hub.mode": "subscribe", "hub.challenge": "18", "hub.verify_token": "v3rify"}
        assert (await http.get("/herd/v1/webhook", params=asked)).text == "18"
        await box.close()
    await behind.close()
    assert (behind.verified, behind.forged) == (1, 0)


async def test_without_its_program_the_box_acknowledges_nothing_unless_it_keeps(
    box: Letterbox, http: httpx.AsyncClient
) -> None:
    box.program = PROGRAM
    assert (await http.post("/webhook", content=BODY, headers=SIGNED)).status_code == 502
    assert box.verified == 0
    box.keeps = True
    assert (await http.post("/webhook", content=BODY, headers=SIGNED)).status_code == 200
    assert box.verified == 1


async def test_who_waits_for_what_never_happens_is_told_what_it_was() -> None:
    with pytest.raises(Late, match="the end of the world"):
        await Watch().until(lambda: False, within_s=0.01, what="the end of the world")
