"""A device's session token: it names the person and the device, so that a look-up is by key, and carries a secret.

Only the hash of the secret is stored: who reads the database cannot sign in with what stands there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

SECRET_BITS = 192
_SECRET_BYTES = SECRET_BITS // 8
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_CHARACTERS = 54  # 62**54 > 2**320: eight bytes of person, eight of device, 24 of secret


@dataclass(frozen=True, slots=True)
class SessionToken:
    """Device *device_id* of person *person_id*; *secret* is 24 bytes."""

    person_id: int
    device_id: int
    secret: bytes = field(repr=False)

    @property
    def secret_hash(self) -> bytes:
        """SHA-256 of the secret; it has 192 random bits, so a slow hash would add nothing."""
        return hashlib.sha256(self.secret).digest()


def write_token(token: SessionToken) -> str:
    """*token* as 54 letters and digits, which is also a valid WebSocket subprotocol name (RFC 6455)."""
    assert len(token.secret) == _SECRET_BYTES
    number = token.person_id << 256 | token.device_id << 192 | int.from_bytes(token.secret, "big")
    digits = []
    for _ in range(_CHARACTERS):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    assert number == 0
    return "".join(reversed(digits))


def read_token(text: str) -> SessionToken | None:
    """What *text* carries, or None when it cannot be a token; says nothing about whether the session lives."""
    if len(text) != _CHARACTERS:
        return None
    number = 0
    for character in text:
        value = _VALUES.get(character)
        if value is None:
            return None
        number = number * 62 + value
    person_id, device_id = number >> 256, number >> 192 & (1 << 64) - 1
    if person_id >= 1 << 63 or device_id >= 1 << 63:
        return None
    return SessionToken(person_id, device_id, (number & (1 << SECRET_BITS) - 1).to_bytes(_SECRET_BYTES, "big"))
