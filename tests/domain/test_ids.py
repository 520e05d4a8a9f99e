"""Ids: one namespace, below 2**53, and sealed so that they tell outsiders nothing."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.ids import Kind, MessageKey, RefusalKey, Seal, kind_of, object_id

seal = Seal(b"k" * 32)
people = st.integers(0, 10**13 - 1).map(lambda number: object_id(Kind.PERSON, number))
businesses = st.integers(0, 10**13 - 1).map(lambda number: object_id(Kind.BUSINESS, number))


@given(st.sampled_from(Kind), st.integers(0, 2**80))
def test_an_object_id_has_fifteen_digits_and_names_its_kind(kind: Kind, entropy: int) -> None:
    value = object_id(kind, entropy)
    assert len(str(value)) == 15
    assert value < 2**53
    assert kind_of(value) is kind


@given(people, st.integers(1, 2**40))
def test_a_message_id_opens_to_its_key_with_the_right_seal_only(person_id: int, seq: int) -> None:
    message_id = seal.message_id(MessageKey(person_id, seq))
    assert message_id.startswith("wamid.")
    assert seal.message_key(message_id) == MessageKey(person_id, seq)
    assert Seal(b"another key of the house").message_key(message_id) != MessageKey(person_id, seq)


@given(businesses, st.integers(1, 2**40))
def test_a_refusals_id_opens_to_its_key(business_id: int, number: int) -> None:
    assert seal.message_key(seal.message_id(RefusalKey(business_id, number))) == RefusalKey(business_id, number)


def test_neighbouring_messages_have_ids_that_share_nothing() -> None:
    one, two = (seal.message_id(MessageKey(object_id(Kind.PERSON, 5), seq)) for seq in (7, 8))
    assert sum(a == b for a, b in zip(one[10:], two[10:], strict=True)) < 8


@given(st.text(max_size=60))
def test_what_is_no_message_id_is_none(text: str) -> None:
    assert seal.message_key(text) is None
    assert seal.message_key("wamid." + text) is None


@given(people, businesses)
def test_a_user_id_has_the_clients_shape_and_opens_for_its_business_only(person_id: int, business_id: int) -> None:
    user_id = seal.user_id(person_id, business_id=business_id, country="IN")
    assert re.fullmatch(r"[A-Z]{2}\.\d+", user_id)
    assert seal.person_of(user_id, business_id=business_id) == person_id
    assert seal.person_of(user_id, business_id=business_id + 1) != person_id


def test_the_seal_does_not_show_its_key() -> None:
    assert "k" * 8 not in repr(Seal(b"k" * 32))
