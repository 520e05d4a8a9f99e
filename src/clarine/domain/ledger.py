"""Money as transfers between accounts: what is available is held when a message is accepted, then posted or voided, once.

Every entry moves one amount from one account to another, so the sum over all accounts is always zero (double entry).
Learned from two-phase transfers as ledgers practise them: reserve first, then post or void.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """Where a business's money can be."""

    OUTSIDE = "outside"  #: the world it came from; its balance is the negative of everything else
    AVAILABLE = "available"
    HELD = "held"  #: promised to messages under way
    SPENT = "spent"  #: earned by delivered messages


class Entry(StrEnum):
    """The kinds of transfer."""

    TOP_UP = "top_up"
    HOLD = "hold"
    POST = "post"
    VOID = "void"
    REVERSAL = "reversal"  #: a correction; the wrong entry stays


#: From the kind of transfer to (debit, credit): the account the money leaves and the one it enters.
ACCOUNTS: dict[Entry, tuple[Account, Account]] = {
    Entry.TOP_UP: (Account.OUTSIDE, Account.AVAILABLE),
    Entry.HOLD: (Account.AVAILABLE, Account.HELD),
    Entry.POST: (Account.HELD, Account.SPENT),
    Entry.VOID: (Account.HELD, Account.AVAILABLE),
    Entry.REVERSAL: (Account.AVAILABLE, Account.OUTSIDE),
}

#: In the journal's key: a hold is step 1 of its message, its post or void step 2, so a second settlement cannot be written.
STEP: dict[Entry, int] = {Entry.TOP_UP: 1, Entry.HOLD: 1, Entry.REVERSAL: 1, Entry.POST: 2, Entry.VOID: 2}


@dataclass(frozen=True, slots=True)
class Transfer:
    """One journal row; *person_id* 0 and a transfer number as *seq* when it is not about a message. Amounts in micros, > 0."""

    business_id: int
    person_id: int
    seq: int
    entry: Entry
    amount_micros: int
    rate_version: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        assert self.amount_micros > 0


@dataclass(frozen=True, slots=True)
class Delta:
    """How a wallet's columns change."""

    available_micros: int = 0
    held_micros: int = 0
    spent_micros: int = 0


def delta_of(transfers: list[Transfer]) -> dict[int, Delta]:
    """The change of each business's wallet that *transfers* add up to."""
    sums: dict[int, dict[Account, int]] = {}
    for transfer in transfers:
        accounts = sums.get(transfer.business_id)
        if accounts is None:
            accounts = sums[transfer.business_id] = dict.fromkeys(Account, 0)
        debit, credit = ACCOUNTS[transfer.entry]
        accounts[debit] -= transfer.amount_micros
        accounts[credit] += transfer.amount_micros
    assert all(sum(accounts.values()) == 0 for accounts in sums.values())
    return {
        business_id: Delta(accounts[Account.AVAILABLE], accounts[Account.HELD], accounts[Account.SPENT])
        for business_id, accounts in sums.items()
    }
