"""A business moves in: its account, number, keys, wallet and first template; later what it says about itself and whom it blocks."""

from __future__ import annotations

import hashlib
import json
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from clarine.domain.errors import Conflict, Denied, Invalid
from clarine.domain.ids import Kind, object_id
from clarine.domain.ledger import Entry, Transfer
from clarine.domain.phone import parse_phone
from clarine.flow.house import House
from clarine.flow.templates import first_template
from clarine.ports.business_rows import TokenRow
from clarine.ports.records import Business, PhoneNumberRow

_ALPHANUMERIC: Final = string.ascii_letters + string.digits
_TOKEN_CHARACTERS: Final = 64
NAME_CHARACTERS_MAX: Final = 75
#: People whom one business may block (Cloud API: block users).
BLOCKED_MAX: Final = 64_000

#: The fields of a business profile and their most characters (Cloud API: whatsapp_business_profile).
PROFILE_CHARACTERS_MAX: Final[Mapping[str, int]] = {
    "about": 139,
    "address": 256,
    "description": 256,
    "email": 128,
    "vertical": 64,
    "profile_picture_url": 2048,
}
WEBSITES_MAX: Final = 2
WEBSITE_CHARACTERS_MAX: Final = 256
VERTICALS: Final = frozenset(
    {
        *(
            "UNDEFINED",
            "OTHER",
            "AUTO",
            "BEAUTY",
            "APPAREL",
            "EDU",
            "ENTERTAIN",
            "EVENT_PLAN",
            "FINANCE",
            "GROCERY",
            "GOVT",
        ),
        *("HOTEL", "HEALTH", "NONPROFIT", "PROF_SERVICES", "RETAIL", "TRAVEL", "RESTAURANT", "ALCOHOL", "NOT_A_BIZ"),
        *("ONLINE_GAMBLING", "PHYSICAL_GAMBLING", "OTC_DRUGS", "MATRIMONY_SERVICE"),
    }
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class BusinessKeys:
    """A new business and all that its client needs; the token is shown here once and nowhere else."""

    business: Business
    phone_number: PhoneNumberRow
    access_token: str

    def __repr__(self) -> str:
        return f"BusinessKeys({self.business!r})"


async def create_business(
    house: House,
    *,
    name: str,
    phone: str,
    balance_micros: int = 0,
    about: str = "",
    verified: bool = False,
    currency: str = "USD",
) -> BusinessKeys:
    """A business with one number, an access token, hello_world, and *balance_micros* topped up.

    Raises Invalid for a name or number that cannot be, Conflict (``phone_taken``) when somebody has the number.
    """
    name = name.strip()
    if not 0 < len(name) <= NAME_CHARACTERS_MAX:
        raise Invalid(f"A name has 1 to {NAME_CHARACTERS_MAX} characters", field="name")
    if balance_micros < 0:
        raise Invalid("A balance cannot be negative", field="balance")
    number = parse_phone(phone)
    now = house.clock.now()

    def fresh(kind: Kind) -> int:
        return object_id(kind, house.entropy(64))

    business = Business(
        business_id=fresh(Kind.BUSINESS),
        waba_id=fresh(Kind.ACCOUNT),
        app_id=fresh(Kind.APP),
        app_secret=f"{house.entropy(128):032x}",
        name=name,
        about=about,
        verified=verified,
        currency=currency,
        profile="{}",
        created_at=now,
    )
    row = PhoneNumberRow(business.business_id, fresh(Kind.PHONE_NUMBER), number.digits, name, "GREEN")
    token = new_token(house)
    async with house.store.transaction() as tx:
        if await tx.phones_taken([number.digits]):
            raise Conflict("Somebody here already has this phone number", code="phone_taken", field="phone")
        await tx.add_businesses([business])
        await tx.add_phone_numbers([row], now)
        await tx.add_tokens([TokenRow(token_hash(token), business.business_id, "first token", now)])
        await tx.add_templates([first_template(house, business.business_id)])
        if balance_micros:
            number_of_transfer = (await tx.lock_accounts([business.business_id]))[
                business.business_id
            ].last_transfer + 1
            top_up = Transfer(business.business_id, 0, number_of_transfer, Entry.TOP_UP, amount_micros=balance_micros)
            await tx.append_transfers([top_up], now)
    return BusinessKeys(business, row, token)


def new_token(house: House) -> str:
    """``EAA`` and 61 letters and digits: no other character, because clients put tokens into URLs and headers as they are."""
    rest = house.entropy(380)
    characters = []
    for _ in range(_TOKEN_CHARACTERS - 3):
        rest, index = divmod(rest, len(_ALPHANUMERIC))
        characters.append(_ALPHANUMERIC[index])
    return "EAA" + "".join(characters)


def token_hash(token: str) -> bytes:
    """What is stored of a token; it has far too many bits to be guessed, so one SHA-256 is enough."""
    return hashlib.sha256(token.encode()).digest()


async def put_profile(house: House, business: Business, changes: Mapping[str, Any]) -> None:
    """Change what a business says about itself; empty values take a field away. Raises Invalid, naming the field."""
    about = business.about
    profile: dict[str, Any] = json.loads(business.profile)
    for name, value in changes.items():
        checked = _websites(value) if name == "websites" else _profile_text(name, value)
        if name == "about":
            about = str(checked)
        elif checked:
            profile[name] = checked
        else:
            profile.pop(name, None)
    async with house.store.transaction() as tx:
        await tx.put_profiles({business.business_id: (about, json.dumps(profile, ensure_ascii=False))})


def _profile_text(name: str, value: object) -> str:
    if name not in PROFILE_CHARACTERS_MAX:
        raise Invalid(f"a profile has no field {name}", field=name)
    if not isinstance(value, str) or len(value) > PROFILE_CHARACTERS_MAX[name]:
        raise Invalid(f"{name} must be text of at most {PROFILE_CHARACTERS_MAX[name]} characters", field=name)
    if name == "about" and not value.strip():
        raise Invalid("about must not be empty", field=name)
    if name == "email" and value and not _EMAIL.fullmatch(value):
        raise Invalid("email must be an e-mail address", field=name)
    if name == "vertical" and value and value not in VERTICALS:
        raise Invalid(f"vertical must be one of {', '.join(sorted(VERTICALS))}", field=name)
    return value


def _websites(value: object) -> list[str]:
    found = value if isinstance(value, list) else [value]
    if len(found) > WEBSITES_MAX or not all(
        isinstance(each, str) and len(each) <= WEBSITE_CHARACTERS_MAX and each.startswith(("http://", "https://"))
        for each in found
    ):
        raise Invalid(f"websites must be at most {WEBSITES_MAX} addresses that begin with https://", field="websites")
    return [str(each) for each in found]


async def shut_out(house: House, business_id: int, person_ids: list[int]) -> None:
    """Block people: what they write is not told to the business any more.

    Raises Denied (``block_too_late``) for someone who did not write in the last 24 hours, Conflict (``block_limit``)
    beyond BLOCKED_MAX (Cloud API: block users).
    """
    now = house.clock.now()
    async with house.store.transaction() as tx:
        if await tx.count_shut_out(business_id) + len(person_ids) > BLOCKED_MAX:
            raise Conflict(f"a block list has at most {BLOCKED_MAX} people", code="block_limit")
        relations = await tx.relations([(person_id, business_id) for person_id in person_ids])
        for person_id in person_ids:
            relation = relations.get((person_id, business_id))
            if relation is None or not relation.window_open(now):
                raise Denied("only people who wrote in the last 24 hours can be blocked", code="block_too_late")
        await tx.shut_out([(business_id, person_id) for person_id in person_ids], now)


async def let_in(house: House, business_id: int, person_ids: list[int]) -> None:
    """Unblock people; those who were not blocked stay as they are."""
    async with house.store.transaction() as tx:
        await tx.let_in([(business_id, person_id) for person_id in person_ids])
