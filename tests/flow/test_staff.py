"""Staff come in by password or by a link that works once, and nobody learns which emails are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from asyncpg import Connection

from clarine.adapters.clock import TurnedClock
from clarine.adapters.passwords import Argon2Passwords
from clarine.domain.errors import Denied, Invalid, NotFound, TooMany
from clarine.flow.house import House
from clarine.flow.staff import (
    LINK_TTL_S,
    TRIES_PER_ADDRESS,
    TRIES_PER_EMAIL,
    TRIES_WINDOW_S,
    Door,
    SignedIn,
    SignIn,
    create_staff,
    make_link,
    sign_out,
    who,
)
from tests.flow.shop import BUSINESS, open_shop

EMAIL = "anne@shop.example"
PASSWORD = "cheese and bread"


@dataclass
class CountedPasswords:
    """Real argon2id with the least work, and a list of what was compared."""

    real: Argon2Passwords = field(
        default_factory=lambda: Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    )
    compared: list[str] = field(default_factory=list)

    def hashed(self, password: str) -> str:
        return self.real.hashed(password)

    def fits(self, password: str, stored: str) -> bool:
        self.compared.append(stored)
        return self.real.fits(password, stored)


async def doors(house: House, connection: Connection) -> tuple[SignIn, CountedPasswords]:
    await open_shop(connection, house)
    passwords = CountedPasswords()
    await create_staff(house, passwords, email=EMAIL, name="Anne", password=PASSWORD, business_id=BUSINESS)
    return SignIn(house, passwords), passwords


async def enter(sign_in: SignIn, *, password: str = PASSWORD, email: str = EMAIL, door: Door = "business") -> SignedIn:
    return await sign_in.with_password(email=email, password=password, door=door, address="192.0.2.1")


async def test_the_right_password_opens_a_session_until_it_is_over(
    house: House, connection: Connection, clock: TurnedClock
) -> None:
    sign_in, _ = await doors(house, connection)
    signed_in = await enter(sign_in, email=" Anne@Shop.example ")
    found = await who(house, signed_in.token, "business")
    assert found is not None
    assert found.email == EMAIL
    clock.turn(timedelta(seconds=house.settings.session_ttl_s + 1))
    assert await who(house, signed_in.token, "business") is None


async def test_signing_out_ends_the_session(house: House, connection: Connection) -> None:
    sign_in, _ = await doors(house, connection)
    signed_in = await enter(sign_in)
    await sign_out(house, signed_in.token)
    assert await who(house, signed_in.token, "business") is None


@pytest.mark.parametrize(
    ("email", "password", "door"),
    [
        (EMAIL, "something else", "business"),
        ("nobody@shop.example", PASSWORD, "business"),
        (EMAIL, PASSWORD, "operator"),
    ],
)
async def test_every_wrong_way_in_is_refused_alike_and_costs_one_comparison(
    house: House, connection: Connection, email: str, password: str, door: Door
) -> None:
    sign_in, passwords = await doors(house, connection)
    with pytest.raises(Denied) as refused:
        await enter(sign_in, email=email, password=password, door=door)
    assert (refused.value.code, refused.value.details) == ("sign_in", "email or password is wrong")
    (compared,) = passwords.compared
    assert compared.startswith("$argon2id$")


async def test_a_session_of_a_business_does_not_open_the_operators_door(house: House, connection: Connection) -> None:
    sign_in, _ = await doors(house, connection)
    signed_in = await enter(sign_in)
    assert await who(house, signed_in.token, "operator") is None


async def test_an_email_is_locked_after_its_tries_and_opens_again_later(
    house: House, connection: Connection, clock: TurnedClock
) -> None:
    sign_in, _ = await doors(house, connection)
    for _ in range(TRIES_PER_EMAIL):
        with pytest.raises(Denied):
            await enter(sign_in, password="something else")
    with pytest.raises(TooMany) as refused:
        await enter(sign_in)
    assert 0 < refused.value.retry_after_s <= TRIES_WINDOW_S
    clock.turn(timedelta(seconds=TRIES_WINDOW_S + 1))
    await enter(sign_in)


async def test_an_address_is_locked_whatever_emails_it_tries(house: House, connection: Connection) -> None:
    sign_in, _ = await doors(house, connection)
    for number in range(TRIES_PER_ADDRESS):
        with pytest.raises(Denied):
            await enter(sign_in, email=f"guess{number}@shop.example")
    with pytest.raises(TooMany):
        await enter(sign_in)


async def test_signing_in_rightly_again_and_again_locks_nobody(house: House, connection: Connection) -> None:
    sign_in, _ = await doors(house, connection)
    for _ in range(TRIES_PER_ADDRESS + 1):
        await enter(sign_in)


async def test_a_link_works_once(house: House, connection: Connection) -> None:
    sign_in, _ = await doors(house, connection)
    link = await make_link(house, EMAIL)
    signed_in = await sign_in.with_link(link, door="business", address="192.0.2.1")
    assert await who(house, signed_in.token, "business") is not None
    with pytest.raises(Denied) as refused:
        await sign_in.with_link(link, door="business", address="192.0.2.1")
    assert refused.value.code == "link"


async def test_a_link_grows_old(house: House, connection: Connection, clock: TurnedClock) -> None:
    sign_in, _ = await doors(house, connection)
    link = await make_link(house, EMAIL)
    clock.turn(timedelta(seconds=LINK_TTL_S + 1))
    with pytest.raises(Denied):
        await sign_in.with_link(link, door="business", address="192.0.2.1")


async def test_a_link_is_no_session_and_a_session_is_no_link(house: House, connection: Connection) -> None:
    sign_in, _ = await doors(house, connection)
    assert await who(house, await make_link(house, EMAIL), "business") is None
    signed_in = await enter(sign_in)
    with pytest.raises(Denied):
        await sign_in.with_link(signed_in.token, door="business", address="192.0.2.1")


async def test_nothing_that_is_kept_opens_a_door(house: House, connection: Connection) -> None:
    sign_in, _ = await doors(house, connection)
    signed_in = await enter(sign_in)
    kept = await connection.fetchval("SELECT token_hash FROM staff_session")
    assert signed_in.token.encode() not in bytes(kept)
    assert PASSWORD not in await connection.fetchval("SELECT password_hash FROM staff")


async def test_staff_without_a_business_or_a_real_email_or_password_are_refused(
    house: House, connection: Connection
) -> None:
    _, passwords = await doors(house, connection)
    with pytest.raises(NotFound):
        await create_staff(house, passwords, email="a@b.example", name="", password=PASSWORD, business_id=1)
    with pytest.raises(Invalid):
        await create_staff(house, passwords, email="nonsense", name="", password=PASSWORD, business_id=None)
    with pytest.raises(Invalid):
        await create_staff(house, passwords, email="a@b.example", name="", password="short", business_id=None)
    with pytest.raises(NotFound):
        await make_link(house, "nobody@shop.example")


def test_passwords_are_kept_as_argon2id_with_the_recommended_work() -> None:
    stored = Argon2Passwords().hashed(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert Argon2Passwords().fits(PASSWORD, stored)
    assert not Argon2Passwords().fits(PASSWORD, "no hash at all")
