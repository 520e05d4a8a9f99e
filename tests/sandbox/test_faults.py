"""Webhooks that go wrong as they were told to, and the same way again under the same seed."""

from __future__ import annotations

from clarine.domain.webhook_faults import WebhookFaults, fate, shuffled
from clarine.pytest_plugin import Clarine
from tests.sandbox.conftest import ASHA, Receiver, Shop


def heard(clarine: Clarine, receiver: Receiver, *texts: str) -> list[str]:
    """Let Asha say *texts*; what the receiver heard of it."""
    asha = clarine.person(ASHA)
    for text in texts:
        asha.says(text, to=clarine.business)
        clarine.settle()
    return receiver.told


def test_without_faults_each_webhook_arrives_once_in_order(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    assert heard(clarine, receiver, "one", "two", "three") == ["one", "two", "three"]


def test_duplicates_arrive_twice_byte_for_byte(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    shop.business.faults(duplicate=1)
    assert heard(clarine, receiver, "one") == ["one", "one"]
    first, second = clarine.webhooks()
    assert (first["body"], first["signature"]) == (second["body"], second["signature"])
    assert (first["fault"], second["fault"]) == (None, "duplicate")


def test_what_is_dropped_is_tried_again(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    shop.business.faults(drop=1)
    assert heard(clarine, receiver, "one") == []
    shop.business.faults()
    clarine.clock.advance(minutes=5)
    assert receiver.told == ["one"]
    assert {one["fault"] for one in clarine.webhooks()} == {"dropped", None}


def test_what_is_delayed_arrives_when_its_time_has_come(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    shop.business.faults(delay_s=600)
    assert heard(clarine, receiver, "one") == []
    clarine.clock.advance(minutes=9)
    assert receiver.told == []
    clarine.clock.advance(minutes=1)
    assert receiver.told == ["one"]


def test_what_is_reordered_arrives_in_another_order(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    shop.business.webhook(receiver.url)
    shop.business.faults(reorder=3)
    told = heard(clarine, receiver, "one", "two", "three")
    assert sorted(told) == ["one", "three", "two"]
    assert told != ["one", "two", "three"]


def test_what_waits_for_too_few_others_leaves_after_two_seconds(
    clarine: Clarine, shop: Shop, receiver: Receiver
) -> None:
    shop.business.webhook(receiver.url)
    shop.business.faults(reorder=3)
    heard(clarine, receiver, "one")
    clarine.clock.advance(seconds=2)
    assert receiver.told == ["one"]


def test_only_the_business_that_asked_for_faults_has_them(clarine: Clarine, shop: Shop, receiver: Receiver) -> None:
    other = clarine.new_business(name="Other", faults={"drop": 1.0})
    for business in (shop.business, other):
        business.webhook(receiver.url)
        clarine.person(ASHA).says(business.phone, to=business)
    clarine.settle()
    assert receiver.told == [shop.business.phone]


def test_the_same_seed_does_the_same_wrong() -> None:
    faults = WebhookFaults(drop=0.3, duplicate=0.3, seed=7)
    fates = [fate(faults, nth) for nth in range(1000)]
    assert fates == [fate(faults, nth) for nth in range(1000)]
    assert 250 < sum(one.dropped for one in fates) < 350
    assert 250 < sum(one.copies == 2 for one in fates) < 350
    assert fates != [fate(WebhookFaults(drop=0.3, duplicate=0.3, seed=8), nth) for nth in range(1000)]


def test_a_shuffle_loses_nothing_and_never_keeps_the_order() -> None:
    for nth in range(200):
        for size in range(2, 6):
            order = shuffled(range(size), seed=1, nth=nth)
            assert sorted(order) == list(range(size))
            assert order != list(range(size))
