"""Who plays: two businesses and six people, made on the first start and found again, with their keys, in ``demo.json``."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import msgspec

from clarine.adapters.passwords import Argon2Passwords
from clarine.domain.consent import Act, ConsentCategory, ConsentRecord
from clarine.domain.phone import parse_phone
from clarine.flow.business import create_business
from clarine.flow.console import add_consent, businesses, connection, create_token, end_token
from clarine.flow.house import House
from clarine.flow.people import create_person
from clarine.flow.staff import create_staff
from clarine.flow.wallet import top_up, wallet

KEYS_FILE: Final = "demo.json"
KEY_NAME: Final = "the demo"
BALANCE_MICROS: Final = 25_000_000
BALANCE_MICROS_MIN: Final = 5_000_000

#: Numbers that are kept free for stories (555-0100 to 555-0199, North American Numbering Plan); Vermont has farms.
_NUMBERS: Final = {
    "farmer": ("+1 802 555 0101", "Rosa"),
    "vet": ("+1 802 555 0102", "Dr Imani"),
    "looks": ("+1 802 555 0111", "Ana"),
    "stops": ("+1 802 555 0112", "Ben"),
    "reports": ("+1 802 555 0113", "Chloé"),
    "stranger": ("+1 802 555 0114", "Dev"),
}
_HERD: Final = ("Clarine Herd", "+1 802 555 0180", "Tells you at once when an animal stops behaving normally.")
_SHOP: Final = ("The cheese shop", "+1 802 555 0181", "Cheese from the farm next door. Open on Saturdays.")

_AGREED: Final = (
    ("farmer", "herd", ConsentCategory.UTILITY, "Yes, tell me by message about my herd's collars.", "herd contract"),
    ("vet", "herd", ConsentCategory.UTILITY, "Yes, farmers may ask me here to look at an animal.", "vet's own form"),
    ("looks", "shop", ConsentCategory.MARKETING, "Yes, write to me when a new cheese is ripe.", "card at the counter"),
    ("stops", "shop", ConsentCategory.MARKETING, "Yes, write to me when a new cheese is ripe.", "card at the counter"),
    ("reports", "shop", ConsentCategory.MARKETING, "Yes, write to me when a new cheese is ripe.", "web form"),
)


@dataclass(frozen=True, slots=True)
class Office:
    """A business, and all that its programs need."""

    name: str
    phone: str
    business_id: int
    waba_id: int
    phone_number_id: int
    app_secret: str = field(repr=False)
    access_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Player:
    """A person with a telephone that is signed in."""

    name: str
    phone: str
    session_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who may sign in to a console."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody. *starts* counts how often the story began in this data folder."""

    herd: Office
    shop: Office
    people: dict[str, Player]
    staff: dict[str, Staff]
    starts: int = 0


async def open_cast(house: House) -> Cast:
    """The cast of this data folder, made if it is not there; wallets that run low are filled again."""
    path = house.settings.data / KEYS_FILE
    cast = msgspec.json.decode(path.read_bytes(), type=Cast) if path.exists() else await _engage(house)
    cast = replace(cast, starts=cast.starts + 1)
    _keep(path, cast)
    await fill_wallets(house, cast)
    return cast


async def fill_wallets(house: House, cast: Cast) -> None:
    """Put money into wallets that run low."""
    for office in (cast.herd, cast.shop):
        if (await wallet(house, office.business_id)).available_micros < BALANCE_MICROS_MIN:
            await top_up(house, office.business_id, BALANCE_MICROS, note="the demo's money")


async def _engage(house: House) -> Cast:
    people = {}
    for role, (phone, name) in _NUMBERS.items():
        signed_in = await create_person(house, parse_phone(phone), name=name, device="the demo's telephone")
        people[role] = Player(name, phone, signed_in.token)
    offices = {"herd": await _office(house, *_HERD), "shop": await _office(house, *_SHOP)}
    for role, office, category, wording, source in _AGREED:
        record = ConsentRecord(
            Act.GRANTED,
            category,
            wording,
            wording_version="1",
            source=source,
            actor="person",
            given_at=house.clock.now(),
        )
        await add_consent(house, offices[office].business_id, people[role].phone, record)
    staff = {
        "operator": await _staff(house, "operator@clarine.example", "The operator", None),
        "herd": await _staff(house, "herd@clarine.example", "The herd's office", offices["herd"].business_id),
        "shop": await _staff(house, "shop@clarine.example", "The shop's counter", offices["shop"].business_id),
    }
    return Cast(offices["herd"], offices["shop"], people, staff)


async def _office(house: House, name: str, phone: str, about: str) -> Office:
    """The business with this number, which a first start that was cut short may have left, with a fresh token."""
    digits = parse_phone(phone).digits
    known = next((each for each in await businesses(house, name) if each.phone == digits), None)
    if known is None:
        made = await create_business(house, name=name, phone=phone, about=about, verified=True)
        business_id = made.business.business_id
    else:
        business_id = known.business.business_id
    found = await connection(house, business_id)
    for lost in found.tokens:
        if lost.name == KEY_NAME and lost.ended_at is None:
            await end_token(house, business_id, lost.token_hash)
    token, _ = await create_token(house, business_id, KEY_NAME)
    return Office(
        name=name,
        phone=phone,
        business_id=business_id,
        waba_id=found.business.waba_id,
        phone_number_id=found.numbers[0].phone_number_id,
        app_secret=found.business.app_secret,
        access_token=token,
    )


async def _staff(house: House, email: str, name: str, business_id: int | None) -> Staff:
    password = secrets.token_urlsafe(12)
    await create_staff(house, Argon2Passwords(), email=email, name=name, password=password, business_id=business_id)
    return Staff(email, password)


def _keep(path: Path, cast: Cast) -> None:
    """Write whole or not at all; only the owner may read it."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(cast)))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
