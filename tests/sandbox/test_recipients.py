"""Each magic recipient ends a real send as its page says, and the business is told so."""

from __future__ import annotations

import pytest

from clarine.domain.magic import LATER, number_of
from clarine.edge.graph.errors import TABLE
from clarine.pytest_plugin import Clarine
from tests.sandbox.conftest import ASHA, Receiver, Shop


def test_codes_that_are_told_at_once_are_answers(clarine: Clarine, shop: Shop) -> None:
    for code in sorted(set(TABLE) - LATER):
        response = shop.send(number_of(code))
        error = response.json()["error"]
        assert (response.status_code, error["code"]) == (TABLE[code].status, code)
        assert error["fbtrace_id"]
        assert ("retry-after" in response.headers) == (response.status_code == 429)
        assert clarine.sent_to(number_of(code)) == []


def test_codes_that_are_told_later_are_failed_statuses(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    for code in sorted(LATER):
        response = shop.send(number_of(code))
        assert response.status_code == 200, response.text
        [sent] = clarine.sent_to(number_of(code))
        assert (sent.id, sent.statuses, sent.error) == (response.json()["messages"][0]["id"], ("sent", "failed"), code)
    clarine.settle()
    failed = {
        int(status["recipient_id"]) - 15550000000: status["errors"][0]
        for value in receiver.values
        for status in value["statuses"]
        if status["status"] == "failed"
    }
    assert {digits: error["code"] for digits, error in failed.items()} == {code: code for code in LATER}
    assert all(error["title"] == TABLE[error["code"]].title for error in failed.values())


def test_a_template_meets_the_same_end(clarine: Clarine, shop: Shop) -> None:
    hello = {"name": "hello_world", "language": {"code": "en_US"}}
    assert shop.send("+15550131049", "template", template=hello).status_code == 200
    assert [sent.error for sent in clarine.sent_to("+15550131049")] == [131049]
    assert shop.send("+15550132015", "template", template=hello).json()["error"]["code"] == 132015


def test_what_is_wrong_with_the_request_is_found_before_anybody_acts(shop: Shop) -> None:
    response = shop.send("+15550131049", "text", text={})
    assert response.json()["error"]["code"] == 131008


def test_a_failure_costs_nothing_and_a_delivery_is_charged_once(clarine: Clarine, shop: Shop) -> None:
    hello = {"name": "hello_world", "language": {"code": "en_US"}}
    shop.send("+15550131026", "template", template=hello)
    shop.send("+15550900001", "template", template=hello)
    [failed], [read] = clarine.sent_to("+15550131026"), clarine.sent_to("+15550900001")
    assert failed.raw["price_micros"] == read.raw["price_micros"]
    assert (failed.statuses, read.statuses) == (("sent", "failed"), ("sent", "delivered", "read"))


@pytest.mark.parametrize(
    ("number", "statuses"),
    [
        ("+15550900000", ("sent", "delivered")),
        ("+15550900001", ("sent", "delivered", "read")),
        ("+15550900002", ("sent",)),
        ("+15550900003", ("sent", "read")),
    ],
)
def test_each_play_is_played(clarine: Clarine, shop: Shop, number: str, statuses: tuple[str, ...]) -> None:
    shop.send(number)
    assert [sent.statuses for sent in clarine.sent_to(number)] == [statuses]


def test_an_echo_answers_what_it_was_told(clarine: Clarine, shop: Shop) -> None:
    shop.send("+15550900004", "text", text={"body": "Are you there?"})
    assert [said.text for said in clarine.said_by("+15550900004")] == ["Are you there?"]


def test_who_answers_stop_gets_no_marketing_any_more(clarine: Clarine, shop: Shop) -> None:
    shop.send("+15550900005")
    assert [said.text for said in clarine.said_by("+15550900005")] == ["STOP"]
    components = [{"type": "BODY", "text": "Half price today."}]
    body = {"name": "offer", "language": "en", "category": "MARKETING", "components": components}
    shop.ask("POST", f"{shop.business.waba_id}/message_templates", json=body)
    shop.send("+15550900005", "template", template={"name": "offer", "language": {"code": "en"}})
    assert clarine.sent_to("+15550900005")[-1].error == 131050


def test_delays_pass_on_the_virtual_clock(clarine: Clarine, shop: Shop) -> None:
    for number in ("+15550910060", "+15550920060", "+15550930060"):
        shop.send(number)
    statuses = [clarine.sent_to(number)[0].statuses for number in ("+15550910060", "+15550920060", "+15550930060")]
    assert statuses == [("sent",), ("sent", "delivered"), ("sent",)]
    clarine.clock.advance(minutes=1)
    statuses = [clarine.sent_to(number)[0].statuses for number in ("+15550910060", "+15550920060", "+15550930060")]
    assert statuses == [("sent", "delivered"), ("sent", "delivered", "read"), ("sent", "failed")]


def test_a_person_can_be_told_how_to_act(clarine: Clarine, shop: Shop) -> None:
    asha = clarine.person(ASHA, acts={"read_after_s": 0, "says": "Thanks"})
    asha.says("Hello")
    shop.send()
    assert clarine.sent_to(ASHA)[0].statuses == ("sent", "delivered", "read")
    assert [said.text for said in clarine.said_by(ASHA)] == ["Hello", "Thanks"]
    asha.acts(fails=131026)
    shop.send()
    assert clarine.sent_to(ASHA)[1].error == 131026
    asha.acts()
    shop.send()
    assert clarine.sent_to(ASHA)[2].statuses == ("sent",)
