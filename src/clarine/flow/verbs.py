"""The verbs as the edges call them: one item in, one answer out; gathered into batches between."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from clarine.domain.conversation import Relation
from clarine.domain.errors import ClarineError
from clarine.domain.session_token import SessionToken
from clarine.flow.accept import Outcome, SendRequest, accept
from clarine.flow.gather import Gather
from clarine.flow.house import House
from clarine.flow.inbound import Written, write
from clarine.flow.people import recognise
from clarine.flow.receipt import Read, Received, read, receive
from clarine.flow.relate import Decision, relate
from clarine.flow.sync import Missed, sync
from clarine.ports.records import MessageState, StreamEvent

Item = TypeVar("Item")
Result = TypeVar("Result")
Accepting = Callable[[House, Sequence[SendRequest]], Awaitable[list[Outcome]]]


class Verbs:
    """Every hot verb behind a Gather of its own; *observe* hears each batch's verb and size.

    *accepting* stands in for flow.accept: the sandbox's people act.
    """

    def __init__(
        self,
        house: House,
        *,
        observe: Callable[[str, int], None] = lambda verb, items: None,
        accepting: Accepting = accept,
    ) -> None:
        def gathered(
            verb: Callable[[House, Sequence[Item]], Awaitable[Sequence[Result]]], *, wait_s_max: float = math.inf
        ) -> Gather[Item, Result]:
            return Gather(
                partial(verb, house),
                items_max=house.settings.batch_items_max,
                queue_max=house.settings.queue_items_max,
                wait_s_max=wait_s_max,
                observe=partial(observe, verb.__name__),
            )

        self.accept: Gather[SendRequest, Outcome] = gathered(accepting, wait_s_max=house.settings.queue_wait_s_max)
        self.receive: Gather[Received, None] = gathered(receive)
        self.read: Gather[Read, int] = gathered(read)
        self.write: Gather[Written, MessageState | ClarineError] = gathered(write)
        self.sync: Gather[Missed, list[StreamEvent]] = gathered(sync)
        self.recognise: Gather[SessionToken, bool] = gathered(recognise)
        self._house = house

    async def relate(self, decision: Decision) -> Relation:
        """One decision; rare, so not gathered."""
        return (await relate(self._house, [decision]))[0]

    async def drain(self) -> None:
        """Wait until everything submitted so far is answered."""
        gathers: list[Gather[Any, Any]] = [self.accept, self.receive, self.read, self.write, self.sync, self.recognise]
        for gather in gathers:
            await gather.drain()
