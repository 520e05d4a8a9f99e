"""What is shown of what happened: enough to see why, and no secret."""

from __future__ import annotations

import json

import httpx
import pytest

from clarine.pytest_plugin import Clarine, SandboxError
from tests.sandbox.conftest import ASHA, Receiver, Shop


def test_a_refused_request_is_shown_with_the_reason(clarine: Clarine, shop: Shop) -> None:
    shop.send(ASHA, "text", text={})
    [asked] = clarine.requests(refused=True)
    assert asked["path"] == f"/v25.0/{shop.business.phone_number_id}/messages"
    assert asked["body"]["to"] == ASHA
    assert (asked["status"], asked["refused"]["code"]) == (400, 131008)
    assert "body" in asked["refused"]["error_data"]["details"]


def test_a_send_is_shown_with_its_end(clarine: Clarine, shop: Shop) -> None:
    response = shop.send(ASHA)
    shop.send("+15550900001")
    refused, read = clarine.requests()
    assert refused["message_id"] == response.json()["messages"][0]["id"]
    assert refused["ended"] == {"status": "failed", "error": 131026}
    assert read["ended"] == {"status": "read", "error": None}


def test_no_secret_is_shown(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    business = shop.business
    business.webhook(receiver.url, verify_token="do-not-tell")
    app = f"{business.app_id}|{business.app_secret}"
    shop.ask("GET", f"debug_token?input_token={business.access_token}&access_token={app}")
    form = {"client_id": business.app_id, "client_secret": business.app_secret, "grant_type": "client_credentials"}
    shop.ask("POST", "oauth/access_token", data=form)
    shop.ask("POST", "oauth/access_token", json=form)
    override = {"override_callback_uri": receiver.url, "verify_token": "do-not-tell"}
    shop.ask("POST", f"{business.waba_id}/subscribed_apps", json=override)
    shop.ask("GET", f"{business.phone_number_id}?access_token={business.access_token}")
    shown = json.dumps(clarine.requests())
    assert len(clarine.requests()) == 5
    for secret in (business.access_token, business.app_secret, "do-not-tell"):
        assert secret not in shown
    assert "(hidden)" in shown


def test_files_are_shown_by_their_size(clarine: Clarine, shop: Shop) -> None:
    data = {"messaging_product": "whatsapp", "type": "text/plain"}
    shop.ask(
        "POST", f"{shop.business.phone_number_id}/media", data=data, files={"file": ("a.txt", b"x" * 500, "text/plain")}
    )
    [asked] = clarine.requests()
    assert "bytes of multipart/form-data" in asked["body"]


def test_messages_are_found_by_person_direction_and_business(clarine: Clarine, shop: Shop) -> None:
    other = Shop(clarine.new_business(name="Other"))
    asha = clarine.person(ASHA)
    for one in (shop, other):
        asha.says(f"to {one.business.phone}", to=one.business)
        one.send(ASHA, "text", text={"body": f"from {one.business.phone}"})
    assert [sent.text for sent in clarine.sent_to(ASHA)] == [f"from {one.business.phone}" for one in (shop, other)]
    assert [said.text for said in clarine.said_by(ASHA)] == [f"to {one.business.phone}" for one in (shop, other)]
    found = clarine.call("GET", "/messages", query={"business": other.business.business_id})["messages"]
    assert {each["business_id"] for each in found} == {other.business.business_id}
    assert len(clarine.call("GET", "/messages", query={"limit": "1"})["messages"]) == 1
    assert clarine.sent_to("+16505550000") == []


def test_webhooks_are_shown_with_what_the_receiver_answered(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    clarine.person(ASHA).says("hello", to=shop.business)
    clarine.settle()
    [posted] = clarine.webhooks()
    assert posted["body"] == receiver.got[0]
    assert (posted["status"], posted["url"], posted["fault"]) == (200, receiver.url, None)
    assert posted["signature"].startswith("sha256=")


def test_the_recipients_can_be_asked_for(clarine: Clarine) -> None:
    found = clarine.call("GET", "/recipients")["recipients"]
    assert {"number": "+15550131056", "code": 131056, "told": "at once", "happens": "Pair rate limit hit"} in found


def test_the_code_that_was_sent_to_a_telephone_can_be_read(clarine: Clarine) -> None:
    response = httpx.post(f"{clarine.url}/people/v1/codes", json={"phone": ASHA})
    assert response.status_code == 200, response.text
    session = {"phone": ASHA, "code": clarine.code_for(ASHA), "device": "test"}
    assert httpx.post(f"{clarine.url}/people/v1/sessions", json=session).json()["new"] is True
    clarine.reset()
    with pytest.raises(SandboxError, match="no code was sent there"):
        clarine.code_for(ASHA)
