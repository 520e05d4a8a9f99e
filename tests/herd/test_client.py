"""The client keeps its promises against any server: bounded retries, one effect, typed errors and events."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from clarine.client import (
    ApiError,
    Button,
    CloudApi,
    InboundButton,
    InboundMedia,
    InboundOther,
    InboundReply,
    InboundText,
    OtherEvent,
    Retry,
    Row,
    Section,
    SignatureError,
    Status,
    WebhookError,
    challenge_answer,
    parse_webhook,
    signature_of,
)
from clarine.client.content import buttons, list_of

SENT = {"contacts": [{"input": "1", "wa_id": "1"}], "messages": [{"id": "wamid.A"}]}
Answer = Callable[[httpx.Request], httpx.Response]


def api_that(answer: Answer, waits: list[float] | None = None) -> CloudApi:
    async def wait(seconds: float) -> None:
        if waits is not None:
            waits.append(seconds)

    return CloudApi(
        "http://cloud.test/v23.0",
        "123",
        access_token="EAAtoken",
        waba_id="456",
        transport=httpx.MockTransport(answer),
        retry=Retry(attempts_max=4, sleep=wait),
    )


async def test_a_send_that_is_tried_again_carries_the_same_idempotency_key() -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        match len(keys):
            case 1:
                raise httpx.ConnectError("refused")
            case 2:
                return httpx.Response(429, json={"error": {"code": 130429, "message": "slow down"}})
            case _:
                return httpx.Response(200, json=SENT)

    waits: list[float] = []
    async with api_that(answer, waits) as api:
        sent = await api.send_text("+1", "hi", idempotency_key="episode-1")
    assert (sent.id, keys, len(waits)) == ("wamid.A", ["episode-1"] * 3, 2)
    assert waits[1] > waits[0]


async def test_a_send_without_a_key_still_repeats_one_of_its_own() -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        return httpx.Response(200, json=SENT) if len(keys) > 1 else httpx.Response(500)

    async with api_that(answer) as api:
        await api.send_text("+1", "hi")
        assert len(set(keys)) == 1
        await api.send_text("+1", "hi")
    assert len(set(keys)) == 2


async def test_a_refusal_is_raised_at_once_with_the_api_s_own_code() -> None:
    calls = 0

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        error = {"code": 131030, "message": "x", "error_data": {"details": "not allowed"}, "fbtrace_id": "Abc"}
        return httpx.Response(400, json={"error": error})

    async with api_that(answer) as api:
        with pytest.raises(ApiError) as caught:
            await api.send_text("+1", "hi")
    error = caught.value
    assert (calls, error.code, error.details, error.http_status) == (1, 131030, "not allowed", 400)
    assert (error.retryable, error.fbtrace_id) == (False, "Abc")


async def test_retries_end_and_say_that_later_may_be_better() -> None:
    calls = 0

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        return httpx.Response(503, text="<html>down</html>", headers={"Retry-After": "7"})

    waits: list[float] = []
    async with api_that(answer, waits) as api:
        with pytest.raises(ApiError) as caught:
            await api.mark_read("wamid.B")
    assert (calls, waits, caught.value.retryable) == (4, [7.0, 7.0, 7.0], True)


async def test_every_kind_of_send_has_the_body_of_the_api() -> None:
    bodies: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json=SENT)

    async with api_that(answer) as api:
        await api.send_text("+1", "hi", reply_to="wamid.Q")
        await api.send_image("+1", "77", caption="look")
        await api.send_video("+1", "78")
        await api.send_document("+1", "79", filename="prices.pdf")
        await api.send_buttons("+1", "well?", items=[Button("y", "Yes")])
        await api.send_list("+1", "which?", button="Open", sections=[Section("S", (Row("r", "R"),))])
        await api.send_cta_url("+1", "see", display_text="Open", url="https://example.org")
        await api.send_template("+1", "herd_alert", language="hi", body=["a", "b"], button_payloads=["why:1"])
    kinds = ["text", "image", "video", "document", "interactive", "interactive", "interactive", "template"]
    assert [body["type"] for body in bodies] == kinds
    assert bodies[0]["context"] == {"message_id": "wamid.Q"}
    assert bodies[1]["image"] == {"id": "77", "caption": "look"}
    assert bodies[3]["document"] == {"id": "79", "filename": "prices.pdf"}
    assert bodies[4]["interactive"]["action"]["buttons"][0]["reply"] == {"id": "y", "title": "Yes"}
    assert bodies[7]["template"]["components"][1] == {
        "type": "button",
        "sub_type": "quick_reply",
        "index": "0",
        "parameters": [{"type": "payload", "payload": "why:1"}],
    }


async def test_templates_are_listed_over_all_pages() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        item = {"id": "1", "name": "a", "language": "en", "status": "APPROVED", "category": "UTILITY"}
        if "after" in request.url.params:
            return httpx.Response(200, json={"data": [item | {"name": "b"}], "paging": {}})
        following = "http://cloud.test/v23.0/456/message_templates?after=x"
        return httpx.Response(200, json={"data": [item], "paging": {"next": following}})

    async with api_that(answer) as api:
        assert [found.name for found in await api.list_templates()] == ["a", "b"]


async def test_media_goes_up_as_multipart_and_comes_down_by_its_link() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            assert b'filename="cow.png"' in request.content
            return httpx.Response(200, json={"id": "9001"})
        if request.url.path.endswith("/9001"):
            return httpx.Response(200, json={"url": "http://cloud.test/media/x", "id": "9001"})
        return httpx.Response(200, content=b"bytes")

    async with api_that(answer) as api:
        assert await api.upload_media(b"bytes", "image/png", filename="cow.png") == "9001"
        assert await api.media_bytes("9001") == b"bytes"


@pytest.mark.parametrize(
    "make",
    [
        lambda: buttons("x", []),
        lambda: buttons("x", [Button(str(n), str(n)) for n in range(4)]),
        lambda: buttons("x", [Button("a", "a title of over twenty")]),
        lambda: buttons("", [Button("a", "a")]),
        lambda: list_of("x", [Section("s", tuple(Row(str(n), "r") for n in range(11)))], button="b"),
    ],
)
def test_what_the_api_would_refuse_is_refused_before_it_is_sent(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="The Cloud API takes"):
        make()


def webhook(value: dict[str, Any], field: str = "messages") -> bytes:
    return json.dumps({"entry": [{"id": "1", "changes": [{"field": field, "value": value}]}]}).encode()


def inbound(**message: Any) -> bytes:
    contact = {"profile": {"name": "Asha"}, "wa_id": "91", "user_id": "IN.1"}
    return webhook({"contacts": [contact], "messages": [{"from": "91", "id": "w", "timestamp": "5"} | message]})


def events(body: bytes) -> tuple[object, ...]:
    return parse_webhook(body, signature_of(body, "secret"), "secret")


def test_inbound_messages_are_typed() -> None:
    (text,) = events(inbound(type="text", text={"body": "नमस्ते"}, context={"id": "wamid.Q"}))
    assert isinstance(text, InboundText)
    assert (text.body, text.arrival.sender.name, text.arrival.at_s, text.arrival.context_id) == (
        "नमस्ते",
        "Asha",
        5,
        "wamid.Q",
    )
    (tap,) = events(inbound(type="button", button={"payload": "why:1", "text": "Why?"}))
    assert isinstance(tap, InboundButton)
    assert tap.payload == "why:1"
    reply = {"type": "list_reply", "list_reply": {"id": "r", "title": "R", "description": "d"}}
    (row,) = events(inbound(type="interactive", interactive=reply))
    assert row == InboundReply(text.arrival.__class__("w", text.arrival.sender, 5), "r", "R", "d")
    (image,) = events(inbound(type="image", image={"id": "7", "mime_type": "image/jpeg", "caption": "c"}))
    assert isinstance(image, InboundMedia)
    assert (image.media_id, image.caption) == ("7", "c")
    (other,) = events(inbound(type="order", order={}))
    assert isinstance(other, InboundOther)


def test_a_failed_status_keeps_its_reason() -> None:
    error = {"code": 131047, "title": "Re-engagement", "error_data": {"details": "more than 24 hours"}}
    item = {"id": "w", "status": "failed", "timestamp": "5", "recipient_id": "91", "errors": [error]}
    assert events(webhook({"statuses": [item]})) == (Status("w", "failed", 5, "91", 131047, "more than 24 hours"),)


def test_a_field_without_a_type_is_handed_on_as_it_is() -> None:
    value = {"event": "APPROVED"}
    assert events(webhook(value, "message_template_status_update")) == (
        OtherEvent("message_template_status_update", value),
    )


@pytest.mark.parametrize("signature", [None, "", "sha256=00", "sha256=" + "é" * 64])
def test_a_webhook_that_is_not_signed_by_us_is_refused(signature: str | None) -> None:
    with pytest.raises(SignatureError):
        parse_webhook(inbound(type="text", text={"body": "x"}), signature, "secret")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"entry":[{"changes":[{"field":"messages"}]}]}'])
def test_a_signed_body_that_is_no_webhook_is_named_as_such(body: bytes) -> None:
    with pytest.raises(WebhookError):
        events(body)


def test_only_our_own_challenge_is_answered() -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": "ours"}
    assert challenge_answer(query, "ours") == "42"
    assert challenge_answer(query, "theirs") is None
    assert challenge_answer(query | {"hub.mode": "other"}, "ours") is None
