"""Identifiers: which kind of thing an id names is readable from the id, and nothing else is.

Object ids are 15 digits (below 2**53) whose first two digits name the kind, so one ``/{id}`` namespace needs no look-up.
Message ids and user ids are sealed: they carry the storage key, so every look-up is by key, and show it to nobody.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

_MASK_64 = (1 << 64) - 1
_MASK_32 = (1 << 32) - 1
_ROUNDS = 4
_ENTROPY_RANGE = 10**13
#: How many ids are remembered; about 32 MiB when it is full.
_KEPT = 1 << 16
#: No stream becomes so long.
SEQ_MAX = (1 << 62) - 1


class Kind(IntEnum):
    """The two leading digits of an object id."""

    PHONE_NUMBER = 10
    ACCOUNT = 11  #: a WhatsApp-compatible business account (WABA)
    APP = 12
    BUSINESS = 13
    TEMPLATE = 14
    MEDIA = 15
    PERSON = 16  #: internal; never shown, people are shown by phone number or user id
    FLOW = 17
    CAMPAIGN = 18
    CATALOGUE = 19
    PRODUCT = 20


def object_id(kind: Kind, entropy: int) -> int:
    """A 15-digit id of *kind*; *entropy* is any non-negative integer (only its value modulo 10**13 is used)."""
    return int(kind) * _ENTROPY_RANGE + entropy % _ENTROPY_RANGE


def kind_of(value: int) -> Kind | None:
    """The kind that *value* names, or None when it is not an object id of this house."""
    try:
        return Kind(value // _ENTROPY_RANGE)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class MessageKey:
    """Where a message stands: seq *seq* in the stream of person *person_id*."""

    person_id: int
    seq: int


@dataclass(frozen=True, slots=True)
class RefusalKey:
    """Where a message that was accepted and then refused stands: refusal *number* of business *business_id*."""

    business_id: int
    number: int


class Seal:
    """A keyed permutation of 64- and 128-bit numbers (a Feistel network over BLAKE2b): ids that tell outsiders nothing."""

    def __init__(self, key: bytes) -> None:
        assert len(key) >= 16
        self._key = key
        # A message's id is asked for when it is accepted and again for each of its statuses, a person's for each message.
        self._sealed = lru_cache(maxsize=_KEPT)(self._seal_key)
        self._user = lru_cache(maxsize=_KEPT)(self._seal_person)

    def __repr__(self) -> str:
        return "Seal(…)"

    def message_id(self, key: MessageKey | RefusalKey) -> str:
        """``wamid.`` and 24 characters of URL-safe base64: one kind byte and the sealed key."""
        match key:
            case MessageKey(person_id, seq):
                return self._sealed(1, person_id, seq)
            case RefusalKey(business_id, number):
                return self._sealed(2, business_id, number)

    def _seal_key(self, kind: int, left: int, right: int) -> str:
        for step in range(_ROUNDS):
            left, right = right, left ^ self._round(step, right)
        return "wamid." + base64.urlsafe_b64encode(struct.pack(">BQQ", kind, left, right)).decode()

    def message_key(self, message_id: str) -> MessageKey | RefusalKey | None:
        """The key inside *message_id*, or None when it is not a message id of this house."""
        try:
            raw = base64.urlsafe_b64decode(message_id.removeprefix("wamid."))
            kind, left, right = struct.unpack(">BQQ", raw)
        except (binascii.Error, ValueError, struct.error):
            return None
        for step in reversed(range(_ROUNDS)):
            left, right = right ^ self._round(step, left), left
        match kind:
            case 1 if kind_of(left) is Kind.PERSON and right < 1 << 62:
                return MessageKey(left, right)
            case 2 if kind_of(left) is Kind.BUSINESS and right < 1 << 62:
                return RefusalKey(left, right)
            case _:
                return None

    def conversation_id(self, person_id: int, business_id: int, opened: str) -> str:
        """A priced conversation of 32 hex digits: the same for the same two and *opened*."""
        text = f"{person_id} {business_id} {opened}".encode()
        return hashlib.blake2b(text, digest_size=16, key=self._key[:64]).hexdigest()

    def user_id(self, person_id: int, *, business_id: int, country: str) -> str:
        """The business-scoped user id ``CC.digits`` (Cloud API: business-scoped user IDs)."""
        return f"{country}.{self._user(person_id, business_id)}"

    def _seal_person(self, person_id: int, business_id: int) -> int:
        left, right = person_id >> 32, person_id & _MASK_32
        for step in range(_ROUNDS):
            left, right = right, left ^ (self._round(step, right, scope=business_id) & _MASK_32)
        return left << 32 | right

    def person_of(self, user_id: str, *, business_id: int) -> int | None:
        """The person that *user_id* names for this business, or None."""
        country, dot, digits = user_id.partition(".")
        if not dot or len(country) != 2 or not digits.isdecimal() or int(digits) > _MASK_64:
            return None
        left, right = int(digits) >> 32, int(digits) & _MASK_32
        for step in reversed(range(_ROUNDS)):
            left, right = right ^ (self._round(step, left, scope=business_id) & _MASK_32), left
        person_id = left << 32 | right
        return person_id if kind_of(person_id) is Kind.PERSON else None

    def _round(self, step: int, half: int, *, scope: int = 0) -> int:
        """One round's mask; *scope* (a business id, or 0 for message ids) makes each scope a permutation of its own."""
        digest = hashlib.blake2b(struct.pack(">BQQ", step, scope, half), digest_size=8, key=self._key)
        return int.from_bytes(digest.digest(), "big")
