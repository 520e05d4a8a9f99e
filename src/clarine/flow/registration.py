"""A number of a business: added, verified by a code, registered with a PIN, deregistered, renamed; the business is told."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from clarine.domain.errors import Conflict, Denied, Invalid, NotFound, TooMany
from clarine.domain.events import AccountNotice
from clarine.domain.ids import Kind, object_id
from clarine.domain.phone import parse_phone
from clarine.flow.announce import announce
from clarine.flow.house import House
from clarine.flow.limits import tier_of
from clarine.ports.account_rows import RegistrationRow
from clarine.ports.records import PhoneNumberRow
from clarine.ports.sender import Sender
from clarine.ports.store import Transaction

#: Registrations of one number in this time (Cloud API: register, rate limit).
REGISTER_MAX: Final = 10
REGISTER_SPAN: Final = timedelta(hours=72)
#: Wrong PINs before the number waits, and how long it waits.
PIN_TRIES: Final = 5
PIN_REST: Final = timedelta(hours=1)
#: No other PIN is looked at so soon after a wrong one.
PIN_PAUSE: Final = timedelta(seconds=1)
CODE_TRIES: Final = 5
CODE_TTL: Final = timedelta(minutes=10)
CODE_PAUSE: Final = timedelta(seconds=30)
NUMBERS_MAX: Final = 20
#: The setting that says that a number has a PIN.
PIN_SETTING: Final = "pin"
NAME_CHARACTERS_MAX: Final = 75
#: People whom a test number may write to (Cloud API: test numbers).
ALLOWED_MAX: Final = 5

_PIN: Final = re.compile(r"[0-9]{6}")
_LOCALE: Final = re.compile(r"[a-z]{2}(_[A-Z]{2})?")
_REGION: Final = re.compile(r"[A-Z]{2}")


async def add_number(house: House, business_id: int, *, phone: str, verified_name: str) -> PhoneNumberRow:
    """A further number, which must be verified and registered before it sends.

    Raises Invalid, Conflict (``phone_taken``) when somebody here has it, TooMany beyond NUMBERS_MAX.
    """
    name = checked_name(verified_name)
    number = parse_phone(phone)
    row = PhoneNumberRow(
        business_id,
        object_id(Kind.PHONE_NUMBER, house.entropy(64)),
        number.digits,
        name,
        "UNKNOWN",
        verified=False,
        registered=False,
    )
    async with house.store.transaction() as tx:
        if await tx.phones_taken([number.digits]):
            raise Conflict("somebody here already has this phone number", code="phone_taken", field="phone_number")
        if len((await tx.phone_numbers([business_id])).get(business_id, [])) >= NUMBERS_MAX:
            raise Conflict(f"an account has at most {NUMBERS_MAX} numbers", code="number_limit")
        await tx.add_phone_numbers([row], house.clock.now())
    return row


async def request_code(
    house: House, sender: Sender, business_id: int, phone_number_id: int, *, method: str, language: str
) -> None:
    """Send a code to the number. Raises Invalid, Conflict (``verify_code``) when it is verified already, TooMany."""
    if method not in ("SMS", "VOICE"):
        raise Invalid("code_method must be SMS or VOICE", field="code_method")
    if not _LOCALE.fullmatch(language):
        raise Invalid("language must be a locale like en_US", field="language")
    now = house.clock.now()
    code = f"{house.entropy(64) % 10**6:06}"
    async with house.store.transaction() as tx:
        number = await _number(tx, business_id, phone_number_id)
        if number.verified:
            raise Conflict("the number is verified already", code="verify_code")
        row = await tx.lock_registration(business_id, phone_number_id, pin_tries=PIN_TRIES)
        if row.code_sent_at is not None and now < row.code_sent_at + CODE_PAUSE:
            raise TooMany("a code was sent a moment ago", retry_after_s=int(CODE_PAUSE.total_seconds()))
        hashed = _hash(house, phone_number_id, code)
        await tx.put_registration(replace(row, code_hash=hashed, code_tries_left=CODE_TRIES, code_sent_at=now))
    await sender.send_code(number.phone, code, language=language.partition("_")[0])


async def verify_code(house: House, business_id: int, phone_number_id: int, code: str) -> None:
    """The number is verified when *code* is the one that was sent. Raises Denied (``verify_code``)."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        number = await _number(tx, business_id, phone_number_id)
        row = await tx.lock_registration(business_id, phone_number_id, pin_tries=PIN_TRIES)
        fresh = row.code_hash is not None and row.code_sent_at is not None and now <= row.code_sent_at + CODE_TTL
        tried = fresh and row.code_tries_left > 0
        right = tried and hmac.compare_digest(row.code_hash or b"", _hash(house, phone_number_id, code))
        if right:
            await tx.put_registration(replace(row, code_hash=None, code_tries_left=0))
            await tx.put_number_state(business_id, phone_number_id, verified=True, registered=number.registered)
        elif tried:
            await tx.put_registration(replace(row, code_tries_left=row.code_tries_left - 1))
    if not right:
        raise Denied("the code is wrong, or its time is over", code="verify_code", field="code")


async def register(
    house: House, business_id: int, phone_number_id: int, *, pin: str, region: str | None = None
) -> None:
    """The number may send from now on; the first PIN is kept, later ones must be the same.

    Raises Invalid; Denied ``number_unverified``, ``pin_wrong``, ``pin_guesses``, ``pin_too_fast``; TooMany
    ``register_rate`` (Cloud API: register).
    """
    _check_pin(pin)
    if region is not None and not _REGION.fullmatch(region):
        raise Invalid("data_localization_region must be a country's two letters", field="data_localization_region")
    now = house.clock.now()
    async with house.store.transaction() as tx:
        number = await _number(tx, business_id, phone_number_id)
        if not number.verified:
            raise Denied("verify the number by a code first", code="number_unverified")
        row = await tx.lock_registration(business_id, phone_number_id, pin_tries=PIN_TRIES)
        lately = tuple(at for at in row.registered_at if at > now - REGISTER_SPAN)
        if len(lately) >= REGISTER_MAX:
            wait_s = int((lately[0] + REGISTER_SPAN - now).total_seconds()) + 1
            raise TooMany(f"{REGISTER_MAX} registrations in 72 hours", retry_after_s=wait_s, code="register_rate")
        wrong, row = _tried(house, row, pin, now)
        if wrong is None:
            row = replace(row, registered_at=(*lately, now), region=region or row.region)
            await tx.put_settings(business_id, phone_number_id, {PIN_SETTING: "true"}, now)
            await tx.put_number_state(business_id, phone_number_id, verified=True, registered=True)
            if not number.registered:
                value = {
                    "display_phone_number": str(number.phone),
                    "event": "ONBOARDING",
                    "current_limit": str(await tier_of(house, tx, business_id)),
                }
                await announce(tx, business_id, AccountNotice(now, "phone_number_quality_update", value))
        await tx.put_registration(row)  # a wrong PIN costs a try, so it is written before it is refused
    if wrong is not None:
        raise wrong
    house.bus.ring(businesses=[business_id])


async def deregister(house: House, business_id: int, phone_number_id: int) -> None:
    """The number sends no more. Raises Denied (``number_unregistered``) when it did not."""
    async with house.store.transaction() as tx:
        number = await _number(tx, business_id, phone_number_id)
        if not number.registered:
            raise Denied("the number is not registered", code="number_unregistered")
        await tx.put_number_state(business_id, phone_number_id, verified=number.verified, registered=False)


async def change_pin(house: House, business_id: int, phone_number_id: int, *, pin: str) -> None:
    """A new PIN; the webhook ``security`` says so. Raises Invalid."""
    _check_pin(pin)
    now = house.clock.now()
    async with house.store.transaction() as tx:
        number = await _number(tx, business_id, phone_number_id)
        row = await tx.lock_registration(business_id, phone_number_id, pin_tries=PIN_TRIES)
        hashed = _hash(house, phone_number_id, pin)
        await tx.put_registration(replace(row, pin_hash=hashed, pin_tries_left=PIN_TRIES, pin_tried_at=None))
        await tx.put_settings(business_id, phone_number_id, {PIN_SETTING: "true"}, now)
        value = {
            "display_phone_number": str(number.phone),
            "event": "PIN_CHANGED",
            "requester": str(business_id),
        }
        await announce(tx, business_id, AccountNotice(now, "security", value))
    house.bus.ring(businesses=[business_id])


async def allow(house: House, business_id: int, phone_number_id: int, phones: Sequence[str] | None) -> tuple[int, ...]:
    """Make a test number of it, which writes to *phones* only (Cloud API: test numbers); None makes it a number again.

    Raises Invalid for more than ALLOWED_MAX or a phone number that cannot be, NotFound.
    """
    if phones is not None and len(phones) > ALLOWED_MAX:
        raise Invalid(f"a test number has at most {ALLOWED_MAX} recipients", field="phones")
    allowed = None if phones is None else tuple(dict.fromkeys(parse_phone(phone).digits for phone in phones))
    async with house.store.transaction() as tx:
        await _number(tx, business_id, phone_number_id)
        await tx.put_allowed_to(business_id, phone_number_id, allowed)
    return allowed or ()


async def ask_name(house: House, business_id: int, phone_number_id: int, *, name: str) -> None:
    """Ask the operator for another display name. Raises Invalid."""
    checked = checked_name(name)
    async with house.store.transaction() as tx:
        number = await _number(tx, business_id, phone_number_id)
        await tx.put_number_name(
            business_id, phone_number_id, verified_name=number.verified_name, requested_name=checked
        )


async def decide_name(
    house: House, business_id: int, phone_number_id: int, *, approved: bool, reason: str = ""
) -> None:
    """The operator's answer to ask_name; the webhook ``phone_number_name_update`` tells it.

    Raises NotFound; Conflict when no name waits.
    """
    now = house.clock.now()
    async with house.store.transaction() as tx:
        number = await _number(tx, business_id, phone_number_id)
        wanted = number.requested_name
        if wanted is None:
            raise Conflict("no display name of this number waits for a decision")
        name = wanted if approved else number.verified_name
        await tx.put_number_name(business_id, phone_number_id, verified_name=name, requested_name=None)
        value = {
            "display_phone_number": str(number.phone),
            "decision": "APPROVED" if approved else "REJECTED",
            "requested_verified_name": wanted,
            "rejection_reason": None if approved else reason or "NAME_NOT_CONSISTENT",
        }
        await announce(tx, business_id, AccountNotice(now, "phone_number_name_update", value))
    house.bus.ring(businesses=[business_id])


async def rename_account(
    house: House, business_id: int, waba_id: int, *, name: str | None = None, timezone_id: str | None = None
) -> None:
    """What an account is called, and the time zone it shows; None leaves it. Raises Invalid."""
    async with house.store.transaction() as tx:
        if name is not None:
            await tx.put_account_name(business_id, checked_name(name))
        if timezone_id is not None:
            await tx.put_settings(business_id, waba_id, {"timezone_id": json.dumps(timezone_id)}, house.clock.now())


def checked_name(name: str) -> str:
    """A display name without outer blanks. Raises Invalid."""
    name = name.strip()
    if not 0 < len(name) <= NAME_CHARACTERS_MAX:
        raise Invalid(f"a display name has 1 to {NAME_CHARACTERS_MAX} characters", field="verified_name")
    return name


async def _number(tx: Transaction, business_id: int, phone_number_id: int) -> PhoneNumberRow:
    for row in (await tx.phone_numbers([business_id])).get(business_id, []):
        if row.phone_number_id == phone_number_id:
            return row
    raise NotFound("there is no such number")


def _check_pin(pin: str) -> None:
    if not _PIN.fullmatch(pin):
        raise Invalid("pin must be 6 digits", field="pin")


def _tried(house: House, row: RegistrationRow, pin: str, now: datetime) -> tuple[Denied | None, RegistrationRow]:
    """(what is wrong with *pin* or None, the row after the try)."""
    hashed = _hash(house, row.phone_number_id, pin)
    known = row.pin_hash
    if known is None:
        return None, replace(row, pin_hash=hashed, pin_tries_left=PIN_TRIES)
    if row.pin_tries_left == 0 and row.pin_tried_at is not None:
        if now < row.pin_tried_at + PIN_REST:
            return Denied("too many wrong PINs; try again in an hour", code="pin_guesses"), row
        row = replace(row, pin_tries_left=PIN_TRIES)
    if row.pin_tried_at is not None and now < row.pin_tried_at + PIN_PAUSE:
        return Denied("PINs are tried too fast", code="pin_too_fast"), replace(row, pin_tried_at=now)
    if hmac.compare_digest(known, hashed):
        return None, replace(row, pin_tries_left=PIN_TRIES, pin_tried_at=None)
    left = row.pin_tries_left - 1
    details = f"the PIN is wrong; {left} tries are left"
    return Denied(details, code="pin_wrong"), replace(row, pin_tries_left=left, pin_tried_at=now)


def _hash(house: House, phone_number_id: int, secret: str) -> bytes:
    """What is stored of a six-digit secret: useless without the house's key."""
    text = f"number {phone_number_id} {secret}".encode()
    return hashlib.blake2b(text, digest_size=32, key=house.link_key).digest()
