"""Money is neither made nor lost, whatever is transferred."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.ledger import ACCOUNTS, STEP, Account, Entry, Transfer, delta_of

transfers = st.builds(
    Transfer,
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 3),
    st.sampled_from(Entry),
    amount_micros=st.integers(1, 10_000),
)


@given(st.lists(transfers))
def test_what_a_wallet_gains_came_from_outside(moved: list[Transfer]) -> None:
    deltas = delta_of(moved)
    gained = sum(d.available_micros + d.held_micros + d.spent_micros for d in deltas.values())
    topped = sum(t.amount_micros for t in moved if t.entry is Entry.TOP_UP)
    reversed_ = sum(t.amount_micros for t in moved if t.entry is Entry.REVERSAL)
    assert gained == topped - reversed_


def test_a_hold_and_its_settlement_end_where_they_should() -> None:
    hold, post, void = (Transfer(1, 2, 3, entry, amount_micros=7) for entry in (Entry.HOLD, Entry.POST, Entry.VOID))
    spent, returned = delta_of([hold, post])[1], delta_of([hold, void])[1]
    assert (spent.available_micros, spent.held_micros, spent.spent_micros) == (-7, 0, 7)
    assert (returned.available_micros, returned.held_micros, returned.spent_micros) == (0, 0, 0)


def test_post_and_void_share_the_step_that_can_be_written_once() -> None:
    assert STEP[Entry.POST] == STEP[Entry.VOID] != STEP[Entry.HOLD]
    assert set(ACCOUNTS) == set(STEP) == set(Entry)
    assert all(debit is not credit for debit, credit in ACCOUNTS.values())
    assert {account for pair in ACCOUNTS.values() for account in pair} == set(Account)
