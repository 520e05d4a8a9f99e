"""What opens the farm's pages: codes that are used once, and visits; the secrets themselves are never kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from clarine_herd.store.people import Contact, contact_of
from clarine_herd.store.tables import Tables, query

CODE_LIFE = timedelta(minutes=10)
VISIT_LIFE = timedelta(days=30)


class Keys(Tables):
    """The codes and the visits of one farm."""

    async def make_code(self, contact: Contact) -> str:
        """A code that opens the pages for this person once, within CODE_LIFE; the codes before it are void."""
        async with self.transaction() as connection:
            now = datetime.now(UTC)
            await connection.execute(query("forget_keys"), self.farm, now, contact.number)
            code = secrets.token_urlsafe(24)
            await connection.execute(query("add_key"), self.farm, _hash(code), "code", contact.number, now + CODE_LIFE)
        return code

    async def begin_visit(self, code: str) -> str | None:
        """Use up a code; gives the secret of a visit of VISIT_LIFE, None for a code that opens nothing."""
        async with self.transaction() as connection:
            now = datetime.now(UTC)
            number = await connection.fetchval(query("use_code"), self.farm, _hash(code), now)
            if number is None:
                return None
            visit = secrets.token_urlsafe(24)
            await connection.execute(query("add_key"), self.farm, _hash(visit), "visit", number, now + VISIT_LIFE)
        return visit

    async def whose_code(self, code: str) -> Contact | None:
        """For whom a code is that still opens; it is not used up."""
        return await self._whose(code, "code")

    async def visitor(self, visit: str) -> Contact | None:
        """Whose visit goes on."""
        return await self._whose(visit, "visit")

    async def end_visit(self, visit: str) -> None:
        """From now on this visit opens nothing."""
        await self.execute("end_visit", _hash(visit))

    async def _whose(self, secret: str, kind: str) -> Contact | None:
        rows = await self.fetch("whose_key", _hash(secret), kind, datetime.now(UTC))
        return contact_of(rows[0]) if rows else None


def _hash(secret: str) -> bytes:
    # 24 random bytes cannot be guessed, so a plain hash is enough: nothing to slow down.
    return hashlib.sha256(secret.encode()).digest()
