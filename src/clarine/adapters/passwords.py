"""Passwords of staff as argon2id hashes (RFC 9106, second recommended parameters: 64 MiB, 3 passes, 4 lanes)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY


class Argon2Passwords:
    """The one way passwords are kept; *hasher* is given by tests that have no time."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)

    def hashed(self, password: str) -> str:
        """*password* as it is stored, with its own salt."""
        return self._hasher.hash(password)

    def fits(self, password: str, stored: str) -> bool:
        """Whether *stored* was made from *password*; a hash that cannot be read fits nothing."""
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
