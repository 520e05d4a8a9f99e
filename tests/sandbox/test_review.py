"""Templates are reviewed at once, by a script, or by hand."""

from __future__ import annotations

import pytest

from clarine.pytest_plugin import Clarine, SandboxError
from tests.sandbox.conftest import Receiver, Shop


def test_templates_are_approved_before_they_are_asked_for(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    assert shop.template_status(shop.file_template("ready")) == "APPROVED"
    clarine.settle()
    assert receiver.told == ["APPROVED"]


def test_a_script_gives_its_verdicts_in_its_own_time(clarine: Clarine, shop: Shop) -> None:
    script = [
        {"name": "bad_*", "status": "REJECTED", "reason": "SCAM", "after_s": 3600},
        {"name": "slow", "after_s": 60},
    ]
    shop.business.review("scripted", script)
    bad, slow, other = (shop.file_template(name) for name in ("bad_offer", "slow", "other"))
    assert [shop.template_status(each) for each in (bad, slow, other)] == ["PENDING", "PENDING", "APPROVED"]
    clarine.clock.advance(minutes=1)
    assert [shop.template_status(each) for each in (bad, slow)] == ["PENDING", "APPROVED"]
    clarine.clock.advance(hours=1)
    assert shop.template_status(bad) == "REJECTED"
    assert shop.ask("GET", f"{bad}?fields=rejected_reason").json()["rejected_reason"] == "SCAM"


def test_by_hand_a_template_waits_for_its_verdict(clarine: Clarine, shop: Shop) -> None:
    shop.business.review("manual")
    template_id = shop.file_template("ready")
    clarine.clock.advance(days=1)
    assert shop.template_status(template_id) == "PENDING"
    clarine.call("POST", f"/templates/{template_id}", {"status": "APPROVED"})
    assert shop.template_status(template_id) == "APPROVED"


def test_a_template_that_is_disabled_by_hand_cannot_be_sent(clarine: Clarine, shop: Shop) -> None:
    template_id = shop.file_template("ready")
    clarine.call("POST", f"/templates/{template_id}", {"status": "DISABLED"})
    response = shop.send("+15550900000", "template", template={"name": "ready", "language": {"code": "en"}})
    assert response.json()["error"]["code"] == 132016


def test_a_pause_ends_by_itself_after_three_hours(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    template_id = shop.file_template("ready")
    clarine.call("POST", f"/templates/{template_id}", {"status": "PAUSED"})
    ready = {"name": "ready", "language": {"code": "en"}}
    assert shop.send("+15550900000", "template", template=ready).json()["error"]["code"] == 132015
    clarine.clock.advance(hours=2, minutes=59)
    assert shop.template_status(template_id) == "PAUSED"
    clarine.clock.advance(minutes=5)
    assert shop.template_status(template_id) == "APPROVED"
    assert shop.send("+15550900000", "template", template=ready).status_code == 200
    clarine.settle()
    assert [told for told in receiver.told if told.isupper()] == ["APPROVED", "PAUSED", "APPROVED"]


def test_a_script_with_an_unknown_reason_and_a_template_that_is_not_there_are_refused(
    clarine: Clarine, shop: Shop
) -> None:
    with pytest.raises(SandboxError, match="reason must be one of"):
        shop.business.review("scripted", [{"status": "REJECTED", "reason": "UGLY"}])
    with pytest.raises(SandboxError, match="no such template"):
        clarine.call("POST", "/templates/140000000000001", {"status": "APPROVED"})
