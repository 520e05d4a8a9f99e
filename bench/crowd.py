"""People by the hundred thousand, put into the tables at once: how they sign up is not what is measured."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import asyncpg

from clarine.domain.session_token import SessionToken, write_token

#: Spreads ids over the whole range, as drawn ones are; odd and no multiple of five, so no two numbers meet.
_STRIDE: Final = 6_180_339_887
_FIRST: Final = 160_000_000_000_000
_RANGE: Final = 10**13
PHONE: Final = 919_800_000_000

_PEOPLE: Final = f"""
CREATE TEMP TABLE crowd AS
    SELECT {_FIRST} + n * {_STRIDE} % {_RANGE} AS person_id, {PHONE} + n AS phone, n FROM generate_series(1, $1::bigint) n;
"""
_ROWS: Final = (
    "INSERT INTO person SELECT person_id, phone, 'IN', 'Person ' || n, 'en', now() FROM crowd ORDER BY person_id",
    "INSERT INTO phone_directory SELECT phone, person_id FROM crowd",
    "INSERT INTO inbox SELECT person_id, 0 FROM crowd ORDER BY person_id",
)


def person_id_of(number: int) -> int:
    """The id of person *number*, who is counted from 1."""
    return _FIRST + number * _STRIDE % _RANGE


async def invite_crowd(connection: asyncpg.Connection, people: int) -> None:
    """People 1 … *people*, with phone numbers and empty streams."""
    await connection.execute(_PEOPLE.replace("$1", str(people)))
    for statement in _ROWS:
        await connection.execute(statement)
    await connection.execute("DROP TABLE crowd")


async def agree(connection: asyncpg.Connection, business_id: int, *, but_every: int) -> None:
    """Everybody agreed to marketing of this business but every *but_every*-th person."""
    await connection.execute(
        "INSERT INTO conversation (person_id, business_id, marketing_consent) SELECT person_id, $1, phone % $2 <> 0 FROM person",
        business_id,
        but_every,
    )


async def sign_in(connection: asyncpg.Connection, numbers: Sequence[int]) -> list[str]:
    """A device for each of these people; their session tokens."""
    tokens = [SessionToken(person_id_of(number), 1, hashlib.sha256(b"%d" % number).digest()[:24]) for number in numbers]
    await connection.execute(
        "INSERT INTO device SELECT person_id, 1, hash, 'bench', now(), now()"
        " FROM unnest($1::bigint[], $2::bytea[]) k(person_id, hash)",
        [token.person_id for token in tokens],
        [token.secret_hash for token in tokens],
    )
    return [write_token(token) for token in tokens]


async def settle(connection: asyncpg.Connection) -> None:
    """Let the database write down what was put in, so that the measurement does not pay for it."""
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
