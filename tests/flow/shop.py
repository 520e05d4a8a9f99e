"""A shop and a customer in the tables, for tests of the consoles: one approved template, one consent, one full wallet."""

from __future__ import annotations

from dataclasses import dataclass

from asyncpg import Connection

from clarine.domain.ids import MessageKey
from clarine.flow.accept import Accepted, SendRequest, accept
from clarine.flow.drafts import TemplateDraft
from clarine.flow.house import House
from clarine.flow.receipt import Received, receive
from clarine.flow.wallet import top_up

BUSINESS = 13_0000000000001
OTHER_BUSINESS = 13_0000000000002
NUMBER = 10_0000000000001
PERSON = 16_0000000000001
PHONE = 33612345678
TOP_UP_MICROS = 10_000_000

_COMPONENTS = '[{"type":"BODY","text":"Fresh cheese on Saturday."}]'


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of the shop, and where it stands."""

    message_id: str
    key: MessageKey
    price_micros: int


async def open_shop(connection: Connection, house: House) -> None:
    """Two businesses, the first with money and a template that its one customer agreed to."""
    now = house.clock.now()
    for number, name in ((BUSINESS, "Fromagerie Dubois"), (OTHER_BUSINESS, "Another shop")):
        await connection.execute(
            "INSERT INTO business (business_id, waba_id, app_id, app_secret, name, created_at) VALUES ($1, $2, $3, 's', $4, $5)",
            number, number - 2 * 10**13, number - 10**13, name, now,
        )  # fmt: skip
        await connection.execute("INSERT INTO wallet VALUES ($1, 'USD', 0, 0, 0)", number)
        await connection.execute("INSERT INTO outbox (business_id) VALUES ($1)", number)
    await connection.execute(
        "INSERT INTO phone_number VALUES ($1, $2, 15550001111, 'Fromagerie Dubois', 'GREEN', $3)", BUSINESS, NUMBER, now
    )
    await connection.execute(
        "INSERT INTO template"
        " VALUES ($1, $2, 'saturday', 'en', 'MARKETING', 'APPROVED', 'POSITIONAL', $3, 'NONE', 'GREEN', $4, $4)",
        BUSINESS, 14_0000000000001, _COMPONENTS, now,
    )  # fmt: skip
    await connection.execute("INSERT INTO person VALUES ($1, $2, 'FR', 'Amélie', 'fr', $3)", PERSON, PHONE, now)
    await connection.execute("INSERT INTO phone_directory VALUES ($1, $2)", PHONE, PERSON)
    await connection.execute("INSERT INTO inbox VALUES ($1, 0)", PERSON)
    await connection.execute(
        "INSERT INTO conversation (person_id, business_id, marketing_consent) VALUES ($1, $2, true)", PERSON, BUSINESS
    )
    await top_up(house, BUSINESS, TOP_UP_MICROS, note="bank transfer")


async def send(house: House, *, phone: int = PHONE) -> Sent:
    """One marketing message of the shop to *phone*."""
    request = SendRequest(BUSINESS, NUMBER, TemplateDraft("saturday", "en", []), phone=phone)
    (outcome,) = await accept(house, [request])
    assert isinstance(outcome, Accepted), outcome
    key = house.seal.message_key(outcome.message_id)
    shown = key if isinstance(key, MessageKey) else MessageKey(0, 0)
    return Sent(outcome.message_id, shown, outcome.held_micros)


async def deliver(house: House, sent: Sent) -> None:
    """The customer's phone has it."""
    await receive(house, [Received(sent.key.person_id, (sent.key.seq,))])
