"""Signing in when much happens at once: one number is one person, and five tries are five."""

from __future__ import annotations

import asyncio

from clarine.adapters.sender import KeepingSender
from clarine.domain.errors import Denied
from clarine.domain.phone import parse_phone
from clarine.domain.session_token import SessionToken, read_token
from clarine.flow.house import House
from clarine.flow.people import SignIn, create_person, devices_of, recognise, send_code, sign_in

PHONE = parse_phone("+919876543210")


async def test_devices_that_sign_in_at_once_are_one_person(house: House) -> None:
    signed_in = await asyncio.gather(*[create_person(house, PHONE, name="Zoë") for _ in range(6)])
    assert len({each.person.person_id for each in signed_in}) == 1
    assert [each.new for each in signed_in].count(True) == 1
    assert len(await devices_of(house, signed_in[0].person.person_id)) == 6


async def test_wrong_codes_at_once_are_counted_one_by_one(house: House) -> None:
    sender = KeepingSender()
    await send_code(house, sender, PHONE)
    wrong = f"{(int(sender.codes[PHONE.digits]) + 1) % 10**6:06}"
    tries = [sign_in(house, SignIn(PHONE, wrong, "phone")) for _ in range(12)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    codes = [answer.code for answer in answers if isinstance(answer, Denied)]
    assert sorted(codes) == ["code_expired"] * 7 + ["code_wrong"] * 5


async def test_a_right_code_opens_one_session_however_often_it_is_sent_at_once(house: House) -> None:
    sender = KeepingSender()
    await send_code(house, sender, PHONE)
    tries = [sign_in(house, SignIn(PHONE, sender.codes[PHONE.digits], "phone")) for _ in range(5)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert [isinstance(answer, Denied) for answer in answers].count(False) == 1


async def test_a_token_opens_nothing_with_another_secret_or_another_name(house: House) -> None:
    made = await create_person(house, PHONE, name="Zoë")
    other = await create_person(house, parse_phone("+919876543211"), name="Ali")
    token, others = read_token(made.token), read_token(other.token)
    assert token is not None
    assert others is not None
    forged = [
        SessionToken(token.person_id, token.device_id, others.secret),
        SessionToken(others.person_id, token.device_id, token.secret),
        SessionToken(others.person_id, others.device_id, token.secret),
    ]
    assert await recognise(house, [token, *forged, others]) == [True, False, False, False, True]


async def test_no_secret_stands_in_the_database(house: House) -> None:
    sender = KeepingSender()
    await send_code(house, sender, PHONE)
    made = await create_person(house, PHONE, name="Zoë")
    token = read_token(made.token)
    assert token is not None
    async with house.store.transaction() as tx:
        code = await tx.lock_code(PHONE.digits)
        (device,) = (await tx.living([(token.person_id, token.device_id)])).values()
    assert code is not None
    assert sender.codes[PHONE.digits].encode() not in code.code_hash
    assert token.secret != device.token_hash
    assert "secret" not in repr(token)
