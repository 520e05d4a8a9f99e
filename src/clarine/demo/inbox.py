"""What a device knows of its person's account, made from events alone; a fresh fetch must show the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_ORDER = {"sent": 1, "delivered": 2, "read": 3, "failed": 9}
_STRANGERS: Json = {"blocked": False, "stopped": False, "marketing_consent": False, "utility_consent": None}


@dataclass(slots=True)
class Chat:
    """One business's part of the stream; *messages* by their seq."""

    messages: dict[int, Json] = field(default_factory=dict)
    unread: int = 0
    read_seq: int = 0
    relation: Json = field(default_factory=lambda: dict(_STRANGERS))


@dataclass(slots=True)
class Inbox:
    """A person's account up to *seq*."""

    seq: int = 0
    chats: dict[str, Chat] = field(default_factory=dict)

    def chat(self, business_id: str) -> Chat:
        """The chat with a business, begun when there is none."""
        return self.chats.setdefault(business_id, Chat())

    def apply(self, event: Json) -> Json | None:
        """Take in the event that follows *seq*; the business's message when it brings one (docs/reference/people-api.md)."""
        assert event["seq"] == self.seq + 1, "the stream has no gaps"
        self.seq = event["seq"]
        match event["type"]:
            case "message":
                message: Json = event["message"]
                chat = self.chat(message["business_id"])
                chat.messages[message["seq"]] = message
                chat.unread += _counts(message)
                return message if message["from"] == "business" else None
            case "status":
                own = self.chat(event["business_id"]).messages.get(event["message_seq"])
                if own is not None and _ORDER[event["status"]] > _ORDER[own["status"]]:
                    own["status"] = event["status"]
            case "read":
                chat = self.chat(event["business_id"])
                chat.read_seq, chat.unread = event["read_seq"], event["unread"]
            case "relation":
                self.chat(event["business_id"]).relation = event["relation"]
            case "withdrawn":
                chat = self.chat(event["business_id"])
                gone = chat.messages.pop(event["message_seq"], None)
                if gone is not None and gone["seq"] > chat.read_seq:
                    chat.unread -= _counts(gone)
        return None


def differences(known: Inbox, fresh: Json, threads: dict[str, list[Json]]) -> list[str]:
    """Where *known* differs from a fresh fetch: *fresh* is the answer of ``/chats``, *threads* all messages by business."""
    found = [] if known.seq == fresh["seq"] else [f"seq is {known.seq}, fetched {fresh['seq']}"]
    fetched = {chat["business_id"]: chat for chat in fresh["chats"]}
    for business_id, chat in known.chats.items():
        shown = fetched.get(business_id)
        if shown is None:
            found += [f"chat {business_id} was not fetched"] if chat.messages else []
            continue
        last = shown["last"]["seq"] if shown["last"] else None
        pairs = {
            "unread": (chat.unread, shown["unread"]),
            "read_seq": (chat.read_seq, shown["read_seq"]),
            "relation": (chat.relation, shown["relation"]),
            "last": (max(chat.messages, default=None), last),
            "messages": (_shown(chat.messages.values()), _shown(threads[business_id])),
        }
        found += [f"{name} of chat {business_id}" for name, (ours, theirs) in pairs.items() if ours != theirs]
    return found + [f"chat {business_id} is not known" for business_id in fetched.keys() - known.chats.keys()]


def _shown(messages: Iterable[Json]) -> dict[int, Json]:
    """Messages by seq as a person sees them: how far a business's message came is told to the business, not to them."""
    return {m["seq"]: {key: m[key] for key in m if key != "status" or m["from"] == "me"} for m in messages}


def _counts(message: Json) -> int:
    return int(message["from"] == "business" and message["content"]["type"] != "reaction")
