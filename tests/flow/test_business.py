"""A business moves in with everything its client needs."""

from __future__ import annotations

import re

import asyncpg
import pytest

from clarine.domain.errors import Conflict, Invalid
from clarine.domain.ids import Kind, kind_of
from clarine.domain.phone import parse_phone
from clarine.flow.business import create_business
from clarine.flow.house import House
from clarine.flow.people import create_person
from clarine.flow.wallet import statement


async def test_a_new_business_has_its_keys_its_money_and_one_template(
    house: House, connection: asyncpg.Connection
) -> None:
    keys = await create_business(house, name=" Pune Milk ", phone="+1 555-078-3881", balance_micros=100_000_000)
    business = keys.business
    assert business.name == "Pune Milk"
    assert keys.phone_number.phone == 15550783881
    assert [kind_of(each) for each in (business.business_id, business.waba_id, business.app_id)] == [
        Kind.BUSINESS,
        Kind.ACCOUNT,
        Kind.APP,
    ]
    assert re.fullmatch(r"EAA[A-Za-z0-9]{61}", keys.access_token)
    assert re.fullmatch(r"[0-9a-f]{32}", business.app_secret)
    assert keys.access_token not in repr(keys)
    found = await statement(house, business.business_id)
    assert found.closing == (100_000_000, 0, 0)
    assert [line.change for line in found.lines] == [(100_000_000, 0, 0)]
    templates = await connection.fetch("SELECT name, status FROM template WHERE business_id = $1", business.business_id)
    assert [tuple(row) for row in templates] == [("hello_world", "APPROVED")]
    stored = await connection.fetch("SELECT token_hash FROM access_token")
    assert keys.access_token.encode() not in [row[0] for row in stored]


async def test_a_number_belongs_to_one_business_or_person(house: House) -> None:
    await create_business(house, name="Pune Milk", phone="+15550783881")
    await create_person(house, parse_phone("+16505551234"), name="Zoë")
    for phone in ("+15550783881", "1 (650) 555-1234"):
        with pytest.raises(Conflict):
            await create_business(house, name="Other", phone=phone)
    assert (await create_business(house, name="Other", phone="+15550783882")).business.name == "Other"


@pytest.mark.parametrize(
    ("name", "phone", "balance_micros"),
    [("", "+15550783881", 0), ("x" * 76, "+15550783881", 0), ("Shop", "12", 0), ("Shop", "+15550783881", -1)],
)
async def test_a_business_that_cannot_be_is_refused(house: House, name: str, phone: str, balance_micros: int) -> None:
    with pytest.raises(Invalid):
        await create_business(house, name=name, phone=phone, balance_micros=balance_micros)
