"""A process that may die: at its n-th transaction, before it, inside it (all of it is undone) or right after its commit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from random import Random
from typing import Literal, get_args

from clarine.ports.store import Store, Transaction

Moment = Literal["before", "inside", "after"]
#: One process in three dies, at one of its first transactions.
DIES = 0.34
TRANSACTIONS_MAX = 4


class Killed(BaseException):
    """The process is gone. Not an Exception, because nobody lives to catch it."""


class Fate:
    """When one process dies; never, without *random*."""

    def __init__(self, random: Random | None) -> None:
        self.dead = False
        dies = random is not None and random.random() < DIES
        self._left = random.randrange(TRANSACTIONS_MAX) if random is not None and dies else None
        self._moment: Moment = random.choice(get_args(Moment)) if random is not None else "before"

    def strikes(self, moment: Moment) -> None:
        """Called at each moment of each transaction. Raises Killed when it is the one, and ever after."""
        if self.dead:
            raise Killed
        if self._left == 0 and self._moment == moment:
            self.dead = True
            raise Killed

    def survived(self) -> None:
        """One transaction is over."""
        if self._left is not None:
            self._left -= 1


class MortalStore:
    """Implements ports.store.Store for a process with a *fate*."""

    def __init__(self, store: Store, fate: Fate) -> None:
        self._store = store
        self._fate = fate

    @asynccontextmanager
    async def transaction(self, *, durable: bool = True, lagging: bool = False) -> AsyncIterator[Transaction]:
        self._fate.strikes("before")
        async with self._store.transaction(durable=durable, lagging=lagging) as tx:
            yield tx
            self._fate.strikes("inside")
        self._fate.strikes("after")
        self._fate.survived()

    @asynccontextmanager
    async def single(self) -> AsyncIterator[Transaction]:
        self._fate.strikes("before")
        async with self._store.single() as tx:
            yield tx
        self._fate.strikes("after")
        self._fate.survived()


async def lived(fate: Fate, act: Awaitable[None]) -> bool:
    """Whether the process came through *act*. What it had running beside dies at its next transaction."""
    try:
        await act
    except Killed:
        fate.dead = True
        return False
    return True
