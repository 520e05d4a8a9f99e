"""The cast is made once and found again, whatever happened in between; its keys are the owner's alone."""

from __future__ import annotations

import pytest

from clarine.demo.cast import BALANCE_MICROS, KEY_NAME, KEYS_FILE, open_cast
from clarine.demo.lock import locked
from clarine.domain.errors import Conflict
from clarine.flow.business import token_hash
from clarine.flow.console import connection, consents
from clarine.flow.house import House
from clarine.flow.wallet import wallet


async def test_a_second_start_finds_the_same_cast(house: House) -> None:
    first = await open_cast(house)
    second = await open_cast(house)
    assert (second.herd, second.shop, second.people, second.staff) == (
        first.herd, first.shop, first.people, first.staff,
    )  # fmt: skip
    assert (first.starts, second.starts) == (1, 2)


async def test_keys_that_were_lost_are_made_anew_for_the_same_businesses_and_people(house: House) -> None:
    first = await open_cast(house)
    (house.settings.data / KEYS_FILE).unlink()
    again = await open_cast(house)
    assert (again.herd.business_id, again.shop.business_id) == (first.herd.business_id, first.shop.business_id)
    living = [token for token in (await connection(house, again.herd.business_id)).tokens if not token.ended_at]
    assert [token.token_hash for token in living if token.name == KEY_NAME] == [token_hash(again.herd.access_token)]
    assert again.people["farmer"].phone == first.people["farmer"].phone


async def test_only_the_owner_may_read_the_keys(house: House) -> None:
    await open_cast(house)
    assert (house.settings.data / KEYS_FILE).stat().st_mode & 0o777 == 0o600


async def test_consent_is_evidence_with_its_wording_and_one_customer_never_gave_it(house: House) -> None:
    cast = await open_cast(house)
    (record,) = await consents(house, cast.shop.business_id, cast.people["looks"].phone)
    assert "when a new cheese is ripe" in record.wording
    assert await consents(house, cast.shop.business_id, cast.people["stranger"].phone) == []


async def test_wallets_begin_full(house: House) -> None:
    cast = await open_cast(house)
    assert (await wallet(house, cast.herd.business_id)).available_micros == BALANCE_MICROS


async def test_the_casts_secrets_are_not_in_its_repr(house: House) -> None:
    cast = await open_cast(house)
    secrets = [cast.herd.access_token, cast.herd.app_secret, cast.people["farmer"].session_token]
    assert not [secret for secret in [*secrets, cast.staff["operator"].password] if secret in repr(cast)]


async def test_one_story_a_folder(house: House) -> None:
    folder = house.settings.data
    with locked(folder), pytest.raises(Conflict, match="already running"), locked(folder):
        pass
    with locked(folder):
        pass
