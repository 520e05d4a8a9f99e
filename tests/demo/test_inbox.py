"""A device that lives on events alone knows what a fresh fetch shows, and every difference is named."""

from __future__ import annotations

from typing import Any

import pytest

from clarine.demo.inbox import Inbox, differences

SHOP = "135000000000001"


def offer(seq: int) -> dict[str, Any]:
    return {
        "seq": seq,
        "business_id": SHOP,
        "from": "business",
        "at": "2026-11-23T09:00:00Z",
        "status": "sent",
        "content": {"type": "text", "body": "cheese"},
    }


def said(seq: int) -> dict[str, Any]:
    return offer(seq) | {"from": "me", "content": {"type": "text", "body": "yes"}}


def agreed() -> dict[str, Any]:
    return {"blocked": False, "stopped": False, "marketing_consent": True, "utility_consent": None}


def lived() -> Inbox:
    """Consent, two offers, both read, an answer that arrived, a third offer, and a fourth that was withdrawn."""
    inbox = Inbox()
    for event in (
        {"type": "relation", "business_id": SHOP, "relation": agreed()},
        {"type": "message", "message": offer(2)},
        {"type": "message", "message": offer(3)},
        {"type": "read", "business_id": SHOP, "read_seq": 3, "unread": 0},
        {"type": "message", "message": said(5)},
        {"type": "status", "business_id": SHOP, "message_seq": 5, "status": "delivered"},
        {"type": "message", "message": offer(7)},
        {"type": "message", "message": offer(8)},
        {"type": "withdrawn", "business_id": SHOP, "message_seq": 8},
    ):
        inbox.apply({"seq": inbox.seq + 1, **event})
    return inbox


def fetched() -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """What the house shows after the same; of its own messages a business knows more than the person is shown."""
    thread = [offer(7), said(5) | {"status": "delivered"}, offer(3) | {"status": "read"}, offer(2) | {"status": "read"}]
    chat = {"business_id": SHOP, "last": thread[0], "unread": 1, "read_seq": 3, "relation": agreed()}
    return {"seq": 9, "chats": [chat]}, {SHOP: thread}


def test_old_state_and_events_are_a_fresh_fetch() -> None:
    assert differences(lived(), *fetched()) == []


def test_only_what_a_business_sent_is_handed_on() -> None:
    inbox = Inbox()
    assert inbox.apply({"seq": 1, "type": "message", "message": offer(1)}) == offer(1)
    assert inbox.apply({"seq": 2, "type": "message", "message": said(2)}) is None


def test_a_status_never_moves_back() -> None:
    inbox = lived()
    inbox.apply({"seq": 10, "type": "status", "business_id": SHOP, "message_seq": 5, "status": "sent"})
    assert inbox.chat(SHOP).messages[5]["status"] == "delivered"


def test_a_gap_in_the_stream_is_never_passed_over() -> None:
    with pytest.raises(AssertionError):
        Inbox(seq=3).apply({"seq": 5, "type": "message", "message": offer(5)})


@pytest.mark.parametrize(
    ("name", "value"), [("unread", 2), ("read_seq", 2), ("relation", agreed() | {"stopped": True}), ("last", None)]
)
def test_a_chat_that_differs_is_named(name: str, value: object) -> None:
    fresh, threads = fetched()
    fresh["chats"][0][name] = value
    assert differences(lived(), fresh, threads) == [f"{name} of chat {SHOP}"]


def test_a_message_that_is_missing_or_says_something_else_is_named() -> None:
    fresh, threads = fetched()
    threads[SHOP][1] = threads[SHOP][1] | {"status": "sent"}
    assert differences(lived(), fresh, threads) == [f"messages of chat {SHOP}"]
    assert differences(lived(), fresh, {SHOP: threads[SHOP][:1]}) == [f"messages of chat {SHOP}"]


def test_a_chat_that_only_one_side_knows_and_another_seq_are_named() -> None:
    fresh, threads = fetched()
    assert differences(lived(), fresh | {"chats": []}, threads) == [f"chat {SHOP} was not fetched"]
    assert differences(Inbox(), fresh, threads) == ["seq is 0, fetched 9", f"chat {SHOP} is not known"]
