"""Session tokens: what is written is read again, and nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.session_token import SessionToken, read_token, write_token

KEYS = st.integers(0, (1 << 63) - 1)


@given(person_id=KEYS, device_id=KEYS, secret=st.binary(min_size=24, max_size=24))
def test_a_token_survives_being_written(person_id: int, device_id: int, secret: bytes) -> None:
    text = write_token(SessionToken(person_id, device_id, secret))
    assert text.isascii()
    assert text.isalnum()
    assert read_token(text) == SessionToken(person_id, device_id, secret)


@given(st.text(max_size=60) | st.text("Zz09", min_size=54, max_size=54))
def test_any_text_is_read_as_its_own_token_or_as_none(text: str) -> None:
    token = read_token(text)
    assert token is None or write_token(token) == text
