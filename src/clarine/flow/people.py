"""A person signs in with a telephone number and a six-digit code, names themselves, and looks after their devices."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from clarine.domain.errors import Denied, Invalid, NotFound, TooMany
from clarine.domain.ids import Kind, object_id
from clarine.domain.phone import PhoneNumber
from clarine.domain.session_token import SECRET_BITS, SessionToken, write_token
from clarine.flow.house import House
from clarine.ports.people_rows import CodeRow, DeviceRow, LivingDevice
from clarine.ports.records import ChangeRow, Person
from clarine.ports.sender import Sender
from clarine.ports.store import Transaction

CODE_DIGITS = 6
RESEND_S = 30
HOUR_CODES_MAX = 5
DEVICES_MAX = 10
#: How old "seen" may get before it is written anew; a write per request would cost more than it tells.
SEEN_S = 600
LANGUAGES = ("en", "fr", "hi", "ur")


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a device says to sign in; *name* and *language* are kept when they are given."""

    phone: PhoneNumber
    code: str
    device: str
    name: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The session that began: *token* is shown once and never stored; *new* when the person was not known before."""

    token: str
    device_id: int
    person: Person
    new: bool


async def send_code(house: House, sender: Sender, phone: PhoneNumber, *, language: str = "en") -> int:
    """Send a fresh code to *phone*; the seconds after which another may be asked for. Raises TooMany."""
    now = house.clock.now()
    code = f"{house.entropy(64) % 10**CODE_DIGITS:0{CODE_DIGITS}}"
    row = CodeRow(
        phone=phone.digits,
        code_hash=_code_hash(house, phone.digits, code),
        tries_left=house.settings.code_tries_max,
        sent_at=now,
        expires_at=now + timedelta(seconds=house.settings.code_ttl_s),
        hour_from=now,
        hour_codes=1,
    )
    async with house.store.transaction() as tx:
        stored = await tx.put_code(
            row,
            sent_before=now - timedelta(seconds=RESEND_S),
            hour_before=now - timedelta(hours=1),
            hour_codes_max=HOUR_CODES_MAX,
        )
        last = None if stored else await tx.lock_code(phone.digits)
    if last is not None:
        full = last.hour_codes >= HOUR_CODES_MAX
        again_at = last.hour_from + timedelta(hours=1) if full else last.sent_at + timedelta(seconds=RESEND_S)
        wait_s = max(1, int((again_at - now).total_seconds()) + 1)
        raise TooMany("a code was sent already; ask for another later", retry_after_s=wait_s)
    # The code is stored before it is sent: a code that arrives always works, one that got lost is asked for again.
    await sender.send_code(phone.digits, code, language=language)
    return RESEND_S


async def sign_in(house: House, asked: SignIn) -> SignedIn:
    """Begin a session with a code that was sent. Raises Denied: ``code_expired`` (ask for another), ``code_wrong``."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        row = await tx.lock_code(asked.phone.digits)
        if row is None or row.tries_left == 0 or now > row.expires_at:
            raise Denied("this code no longer works; ask for another", code="code_expired", field="code")
        right = hmac.compare_digest(row.code_hash, _code_hash(house, asked.phone.digits, asked.code))
        # A right code is spent, a wrong one costs a try: both are written, so nothing is raised inside the transaction.
        await tx.use_code(asked.phone.digits, 0 if right else row.tries_left - 1)
        began = await _begin(house, tx, asked) if right else None
    if began is None:
        left = row.tries_left - 1
        raise Denied(f"this is not the code; {left} tries are left", code="code_wrong", field="code")
    signed_in, ended = began
    person_id = signed_in.person.person_id
    house.bus.ring(people=[person_id], ended_devices=[(person_id, device_id) for device_id in ended])
    return signed_in


async def create_person(
    house: House, phone: PhoneNumber, *, name: str, language: str = "en", device: str = "command line"
) -> SignedIn:
    """A person (new, or the one who has *phone*) with a session, for the operator: no code is asked for."""
    asked = SignIn(phone, "", device, name=checked_name(name), language=checked_language(language))
    async with house.store.transaction() as tx:
        signed_in, ended = await _begin(house, tx, asked)
    person_id = signed_in.person.person_id
    house.bus.ring(people=[person_id], ended_devices=[(person_id, device_id) for device_id in ended])
    return signed_in


async def recognise(house: House, batch: Sequence[SessionToken]) -> list[bool]:
    """Whether the session behind each token lives; notes from time to time that a device was seen."""

    def right(token: SessionToken) -> bool:
        found = living.get((token.person_id, token.device_id))
        return found is not None and hmac.compare_digest(found.token_hash, token.secret_hash)

    async with house.store.transaction() as tx:
        living = await tx.living({(token.person_id, token.device_id) for token in batch})
        answers = [right(token) for token in batch]
        held = {(token.person_id, token.device_id) for token, is_right in zip(batch, answers, strict=True) if is_right}
        await _see(house, tx, [living[key] for key in held])
    return answers


async def streams_of(house: House, devices: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How far the streams go of those of *devices* (person_id, device_id) that are signed in and here; the others are missing."""
    async with house.store.transaction() as tx:
        living = await tx.living(devices)
        await _see(house, tx, living.values())
    return {key: device.last_seq for key, device in living.items()}


async def _see(house: House, tx: Transaction, devices: Collection[LivingDevice]) -> None:
    now = house.clock.now()
    stale = [each for each in devices if (now - each.seen_at).total_seconds() >= SEEN_S]
    if stale:
        await tx.see_devices(sorted((each.person_id, each.device_id) for each in stale), now)


async def person_by_id(house: House, person_id: int) -> Person:
    """The person as they are now. Raises NotFound."""
    async with house.store.transaction() as tx:
        found = await tx.people_by_id([person_id])
    if person_id not in found:
        raise NotFound("there is no such person")
    return found[person_id]


async def devices_of(house: House, person_id: int) -> list[DeviceRow]:
    """Where the person is signed in, the device seen last first."""
    async with house.store.transaction() as tx:
        return await tx.devices(person_id)


async def end_session(house: House, person_id: int, device_id: int) -> None:
    """Sign a device out, at once and everywhere. Raises NotFound when it is not signed in."""
    async with house.store.transaction() as tx:
        ended = await tx.end_devices(person_id, [device_id], house.clock.now())
    if not ended:
        raise NotFound("no such device is signed in")
    house.bus.ring(ended_devices=[(person_id, device_id)])


async def change_profile(house: House, person_id: int, *, name: str | None, language: str | None) -> Person:
    """Change what the person says about themselves, and tell their devices. Raises Invalid."""
    async with house.store.transaction() as tx:
        person = await _change_profile(house, tx, person_id, name=name, language=language)
    house.bus.ring(people=[person_id])
    return person


def me_json(person: Person) -> dict[str, str]:
    """The person as the people's API shows them to themselves."""
    return {"wa_id": str(person.phone), "name": person.name, "language": person.language, "country": person.country}


def checked_name(name: str) -> str:
    """*name* without the spaces around it. Raises Invalid when it has control characters or over 64 characters."""
    name = name.strip()
    if len(name) > 64 or not name.isprintable():
        raise Invalid("a name has at most 64 characters, on one line", field="name")
    return name


def checked_language(language: str) -> str:
    """One of LANGUAGES. Raises Invalid."""
    if language not in LANGUAGES:
        raise Invalid(f"the app speaks {', '.join(LANGUAGES)}", field="language")
    return language


async def _begin(house: House, tx: Transaction, asked: SignIn) -> tuple[SignedIn, list[int]]:
    """The new session, and the devices that had to make room for it."""
    now = house.clock.now()
    fresh_id = object_id(Kind.PERSON, house.entropy(64))
    person_id = await tx.claim_phone(asked.phone.digits, fresh_id)
    new = person_id == fresh_id
    if new:
        person = Person(
            person_id=person_id,
            phone=asked.phone.digits,
            country=asked.phone.country,
            name=checked_name(asked.name or ""),
            language=checked_language(asked.language or "en"),
        )
        await tx.add_person(person, now)
    else:
        person = await _change_profile(house, tx, person_id, name=asked.name or None, language=asked.language)
    surplus = [device.device_id for device in (await tx.devices(person_id))[DEVICES_MAX - 1 :]]
    ended = await tx.end_devices(person_id, surplus, now) if surplus else []
    token = SessionToken(person_id, house.entropy(48), house.entropy(SECRET_BITS).to_bytes(SECRET_BITS // 8, "big"))
    await tx.add_device(
        DeviceRow(person_id, token.device_id, token.secret_hash, asked.device, created_at=now, seen_at=now)
    )
    return SignedIn(write_token(token), token.device_id, person, new), ended


async def _change_profile(
    house: House, tx: Transaction, person_id: int, *, name: str | None, language: str | None
) -> Person:
    seqs = await tx.lock_streams([person_id])
    before = (await tx.people_by_id([person_id])).get(person_id)
    if before is None:
        raise NotFound("there is no such person")
    after = msgspec.structs.replace(
        before,
        name=before.name if name is None else checked_name(name),
        language=before.language if language is None else checked_language(language),
    )
    if after != before:
        body = msgspec.json.encode({"me": me_json(after)}).decode()
        seq = seqs[person_id] + 1
        await tx.put_profile(after)
        await tx.append_changes([ChangeRow(person_id, seq, "me", None, body=body, at=house.clock.now())])
        await tx.move_streams({person_id: seq})
    return after


def _code_hash(house: House, phone: int, code: str) -> bytes:
    """Keyed, because six digits are soon guessed from a plain hash; with the phone, so that no code fits two people."""
    message = f"{phone}:{code}".encode()
    return hashlib.blake2b(message, key=house.link_key[:64], person=b"sign-in code", digest_size=32).digest()
