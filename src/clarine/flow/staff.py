"""Staff sign in to the consoles: by email and password, or by a link that works once for a quarter of an hour.

What is kept of a session or a link is a hash, each made with its own prefix, so that neither opens the other's door.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from clarine.domain.errors import Denied, Invalid, NotFound, TooMany
from clarine.flow.house import House
from clarine.ports.console_rows import StaffRow
from clarine.ports.passwords import Passwords

Door = Literal["business", "operator"]

LINK_TTL_S = 900
PASSWORD_CHARACTERS_MIN = 10
PASSWORD_CHARACTERS_MAX = 256
EMAIL_CHARACTERS_MAX = 254
TRIES_PER_EMAIL = 5
TRIES_PER_ADDRESS = 20
TRIES_WINDOW_S = 300
_REMEMBERED_MAX = 50_000


@dataclass(frozen=True, slots=True)
class SignedIn:
    """*token* is shown to the browser once and kept nowhere."""

    token: str
    staff: StaffRow


@dataclass(slots=True)
class Tries:
    """How often signing in failed lately, per email and per address, in this process; the oldest are forgotten."""

    _failures: OrderedDict[tuple[str, str], list[datetime]] = field(default_factory=OrderedDict)

    def check(self, email: str, address: str, now: datetime) -> None:
        """Raises TooMany when *email* or *address* has used up its tries."""
        for key, limit in ((("email", email), TRIES_PER_EMAIL), (("address", address), TRIES_PER_ADDRESS)):
            recent = self._recent(key, now)
            if len(recent) >= limit:
                wait_s = TRIES_WINDOW_S - int((now - recent[0]).total_seconds())
                raise TooMany("too many tries to sign in; wait a few minutes", retry_after_s=max(1, wait_s))

    def failed(self, email: str, address: str, now: datetime) -> None:
        """Count one failure."""
        for key in (("email", email), ("address", address)):
            self._failures[key] = [*self._recent(key, now), now]
            self._failures.move_to_end(key)
        while len(self._failures) > _REMEMBERED_MAX:
            self._failures.popitem(last=False)

    def succeeded(self, email: str, address: str) -> None:
        """The email's failures no longer count, and of the address's the one that turned out to be none."""
        self._failures.pop(("email", email), None)
        self._failures[("address", address)] = self._failures.get(("address", address), [])[:-1]

    def _recent(self, key: tuple[str, str], now: datetime) -> list[datetime]:
        since = now - timedelta(seconds=TRIES_WINDOW_S)
        return [at for at in self._failures.get(key, ()) if at > since]


async def create_staff(
    house: House, passwords: Passwords, *, email: str, name: str, password: str, business_id: int | None
) -> StaffRow:
    """Let someone sign in: to the console of *business_id*, or as operator when it is None.

    Raises Invalid for an email or password that cannot be, NotFound for a business that does not exist. An email that
    is known already gets the new name, business and password.
    """
    email = _email(email)
    if "@" not in email:
        raise Invalid("this is no email address", field="email")
    if not PASSWORD_CHARACTERS_MIN <= len(password) <= PASSWORD_CHARACTERS_MAX:
        raise Invalid(f"a password has at least {PASSWORD_CHARACTERS_MIN} characters", field="password")
    stored = await asyncio.to_thread(passwords.hashed, password)
    row = StaffRow(email, business_id, name.strip() or email, stored, house.clock.now())
    async with house.store.transaction() as tx:
        if business_id is not None and business_id not in await tx.businesses([business_id]):
            raise NotFound(f"there is no business {business_id}")
        await tx.put_staff(row)
    return row


class SignIn:
    """The doors of the consoles. Keep one per process: it remembers failed tries."""

    def __init__(self, house: House, passwords: Passwords) -> None:
        self._house = house
        self._passwords = passwords
        self._tries = Tries()
        self._nobody: str | None = None

    async def with_password(self, *, email: str, password: str, door: Door, address: str) -> SignedIn:
        """A session for the staff member. *address* is the caller's.

        Raises Denied, the same for a wrong email, a wrong password and the wrong door, and as late; TooMany after
        TRIES_PER_EMAIL failures of one email or TRIES_PER_ADDRESS of one address within TRIES_WINDOW_S.
        """
        now = self._house.clock.now()
        email = _email(email)
        self._tries.check(email, address, now)
        # Counted before the slow part, so that tries at the same time do not slip under the limit.
        self._tries.failed(email, address, now)
        async with self._house.store.transaction() as tx:
            staff = await tx.staff(email)
        stored = staff.password_hash if staff is not None else await self._hash_of_nobody()
        fits = await asyncio.to_thread(self._passwords.fits, password[: PASSWORD_CHARACTERS_MAX + 1], stored)
        if staff is None or not fits or not opens(staff, door):
            raise Denied("email or password is wrong", code="sign_in")
        self._tries.succeeded(email, address)
        return await self._session(staff)

    async def with_link(self, link: str, *, door: Door, address: str) -> SignedIn:
        """A session for a link of `make_link`, which it uses up. Raises Denied for any other, TooMany as above."""
        now = self._house.clock.now()
        self._tries.check(f"link {address}", address, now)
        async with self._house.store.transaction() as tx:
            email = await tx.end_session(_hash("link", link), now)
            staff = await tx.staff(email) if email is not None else None
        if staff is None or not opens(staff, door):
            self._tries.failed(f"link {address}", address, now)
            raise Denied("this link was used already, or is too old", code="link")
        return await self._session(staff)

    async def _hash_of_nobody(self) -> str:
        """A hash that fits no password, so that an unknown email takes as long as a known one."""
        if self._nobody is None:
            self._nobody = await asyncio.to_thread(self._passwords.hashed, secret(self._house))
        return self._nobody

    async def _session(self, staff: StaffRow) -> SignedIn:
        token = secret(self._house)
        now = self._house.clock.now()
        expires_at = now + timedelta(seconds=self._house.settings.session_ttl_s)
        async with self._house.store.transaction() as tx:
            await tx.add_session(_hash("session", token), staff.email, at=now, expires_at=expires_at)
        return SignedIn(token, staff)


async def make_link(house: House, email: str) -> str:
    """The secret of a one-time link for *email*, good for LINK_TTL_S: ``/business#link=…`` or ``/operator#link=…``.

    Raises NotFound when nobody has that email.
    """
    now = house.clock.now()
    link = secret(house)
    async with house.store.transaction() as tx:
        staff = await tx.staff(_email(email))
        if staff is None:
            raise NotFound("nobody signs in with this email")
        expires_at = now + timedelta(seconds=LINK_TTL_S)
        await tx.add_session(_hash("link", link), staff.email, at=now, expires_at=expires_at)
    return link


async def who(house: House, token: str, door: Door) -> StaffRow | None:
    """Whose session *token* is, when it opens *door*."""
    async with house.store.transaction() as tx:
        staff = await tx.session_staff(_hash("session", token), house.clock.now())
    return staff if staff is not None and opens(staff, door) else None


async def sign_out(house: House, token: str) -> None:
    """End the session; ending it twice is no error."""
    async with house.store.transaction() as tx:
        await tx.end_session(_hash("session", token), house.clock.now())


def opens(staff: StaffRow, door: Door) -> bool:
    """Whether *staff* may enter by *door*: staff of a business and operators have one each."""
    return (staff.business_id is None) == (door == "operator")


def csrf_token(token: str) -> str:
    """What the page must send back in a header; made from the session's *token*, which the page itself cannot read."""
    return hashlib.sha256(f"csrf:{token}".encode()).hexdigest()


def secret(house: House) -> str:
    """256 fresh random bits as URL-safe text."""
    return base64.urlsafe_b64encode(house.entropy(256).to_bytes(32, "big")).rstrip(b"=").decode()


def _email(text: str) -> str:
    return text.strip().lower()[:EMAIL_CHARACTERS_MAX]


def _hash(kind: Literal["session", "link"], token: str) -> bytes:
    return hashlib.sha256(f"{kind}:{token}".encode()).digest()
