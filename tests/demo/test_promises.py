"""Each promise is kept by a run that went well and broken by each planted fault, which it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from clarine.adapters.rates import load_price_book
from clarine.demo import promises
from clarine.demo.facts import Facts, MessageFact
from clarine.demo.letterbox import Step
from clarine.demo.shop import Outcome
from clarine.demo.tour import Toured
from clarine.domain.message import Status

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
#: North America's utility price in the list of 2026-06-28.
PRICE = 3_400
PRICES = load_price_book()


def message(message_id: str = "wamid.1", **changed: Any) -> MessageFact:
    """A delivered alert to a person in the United States, charged as it should be."""
    sound = MessageFact(
        message_id=message_id,
        business_id=1,
        phone=18025550101,
        at=AT,
        category="utility",
        billable=True,
        status=Status.DELIVERED,
        refused=False,
        held=PRICE,
        posted=PRICE,
    )
    return replace(sound, **changed)


def steps(message_id: str = "wamid.1", *names: str) -> list[Step]:
    """The statuses that its receiver was told."""
    return [
        Step(message_id, name, int(AT.timestamp()), "18025550101", True, "utility")
        for name in names or ("sent", "delivered")
    ]


def facts(*messages: MessageFact, **changed: Any) -> Facts:
    return replace(Facts(messages, notices=4, posted=4, acknowledged=4), **changed)


def summary(**changed: Any) -> dict[str, Any]:
    """What Herd says after one alert that was delivered."""
    told = {"total": 1, "delivered": 1, "read": 0, "failed": 0, "refused": 0, "expired": 0}
    return {"alerts": {"heat": 1}, "alerts_unaccounted": 0, "messages": told, "signature_failures": 0} | changed


def toured(**changed: Any) -> Toured:
    refused, delivered = Outcome("wamid.3", 131050, "no consent"), Outcome("wamid.4")
    return replace(Toured((delivered,), refused, refused, 0, delivered), **changed)


def test_an_alert_that_was_delivered_is_accounted_for() -> None:
    assert promises.alerts_accounted(summary(), 0, facts(message())).kept


@pytest.mark.parametrize(
    ("told", "status", "found", "named"),
    [
        ({}, 2, facts(), "no summary"),
        (summary(), 1, facts(message()), "status 1"),
        (summary(alerts_unaccounted=3), 0, facts(message()), "3 alerts"),
        (summary(), 0, facts(message(status=Status.SENT)), "without an end"),
        (summary(), 0, facts(message(status=Status.FAILED)), "the house knows 0"),
    ],
)
def test_an_alert_without_an_end_breaks_the_promise(
    told: dict[str, Any], status: int, found: Facts, named: str
) -> None:
    promise = promises.alerts_accounted(told, status, found)
    assert not promise.kept
    assert named in promise.detail


def test_each_delivered_message_is_charged_its_list_price() -> None:
    free = replace(steps("wamid.2")[1], billable=False)
    found = facts(message(), message("wamid.2", held=0, posted=0, billable=False))
    assert promises.charged_exactly(found, [*steps(), free], PRICES).kept


@pytest.mark.parametrize(
    ("found", "told", "named"),
    [
        (facts(message(posted=PRICE - 1, held=PRICE - 1)), steps(), "3399 micros, its price is 3400"),
        (facts(message()), steps("wamid.1", "sent"), "its price is 0"),
        (facts(message(posted=0)), steps(), "was charged 0"),
        (facts(message(held=2 * PRICE)), steps(), "held 6800"),
        (facts(message(posted=0, status=Status.SENT)), steps("wamid.1", "sent"), "held 3400, posted 0, voided 0"),
        (facts(), steps(), "the house does not know"),
    ],
)
def test_a_charge_that_is_wrong_by_a_micro_breaks_the_promise(found: Facts, told: list[Step], named: str) -> None:
    promise = promises.charged_exactly(found, told, PRICES)
    assert not promise.kept
    assert named in promise.detail


def test_webhooks_that_were_posted_acknowledged_and_verified_keep_the_promise() -> None:
    assert promises.webhooks_verified(facts(), verified=4, forged=0, forged_at_herd=0).kept


@pytest.mark.parametrize(
    ("found", "verified", "forged", "at_herd"),
    [
        (facts(), 4, 1, 0),
        (facts(), 4, 0, 1),
        (facts(), 3, 0, 0),
        (facts(acknowledged=3), 4, 0, 0),
        (facts(posted=3, acknowledged=3), 4, 0, 0),
    ],
)
def test_a_webhook_that_was_forged_or_lost_breaks_the_promise(
    found: Facts, verified: int, forged: int, at_herd: int
) -> None:
    assert not promises.webhooks_verified(found, verified=verified, forged=forged, forged_at_herd=at_herd).kept


def test_a_finding_of_the_audit_breaks_the_promise() -> None:
    assert promises.books_clean(facts()).kept
    broken = promises.books_clean(facts(findings=("The shop: wallet_differs by 1",)))
    assert (broken.kept, broken.detail) == (False, "The shop: wallet_differs by 1")


def test_the_tour_of_the_shop_keeps_its_promises() -> None:
    judges = (promises.offers_delivered, promises.consent_asked, promises.stop_obeyed, promises.start_resumes)
    assert all(judge(toured()).kept for judge in judges)


def test_a_message_without_consent_breaks_the_promise() -> None:
    assert not promises.consent_asked(toured(stranger=Outcome("wamid.3"))).kept
    assert not promises.consent_asked(toured(stranger=Outcome("", 131047, "another refusal"))).kept


def test_a_message_after_stop_breaks_the_promise() -> None:
    assert not promises.stop_obeyed(toured(while_stopped=Outcome("wamid.3"))).kept
    assert not promises.stop_obeyed(toured(got_while_stopped=1)).kept


def test_an_offer_refused_after_start_or_to_one_who_agreed_breaks_the_promise() -> None:
    refused = Outcome("", 131050, "still stopped")
    assert not promises.start_resumes(toured(resumed=refused)).kept
    assert not promises.offers_delivered(toured(offered=(Outcome("wamid.1"), refused))).kept


def test_a_telephone_that_shows_something_else_breaks_the_promise_and_is_named() -> None:
    assert promises.devices_in_step({"Rosa": []}).kept
    assert promises.devices_in_step({"Rosa": ["unread of chat 1"]}).detail == "Rosa: unread of chat 1"


def test_a_file_that_nobody_spoke_of_or_that_was_refused_without_a_reason_breaks_the_promise() -> None:
    told = {"files_read": [{"file": "a.xlsx"}], "files_refused": [{"file": "b.xls", "reason": "it is empty"}]}
    assert promises.files_accounted(told, ["a.xlsx", "b.xls"]).kept
    assert "c.xls was neither" in promises.files_accounted(told, ["c.xls"]).detail
    silent = {"files_refused": [{"file": "b.xls", "reason": " "}]}
    assert not promises.files_accounted(silent, ["b.xls"]).kept


def test_a_long_list_of_faults_is_cut_and_counted() -> None:
    broken = promises.books_clean(facts(findings=tuple(f"fault {number}" for number in range(5))))
    assert broken.detail == "fault 0; fault 1; fault 2 and 2 more"
