"""Who asks: from a token to its business, remembered for seconds, so that a token which was ended soon opens nothing."""

from __future__ import annotations

import asyncio
import hmac
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clarine.domain.errors import Invalid
from clarine.domain.phone import parse_phone
from clarine.edge.graph.errors import ApiError
from clarine.flow.business import token_hash
from clarine.flow.house import House
from clarine.flow.limits import tier_of
from clarine.ports.records import Business, PhoneNumberRow

#: How long a token is believed without asking again; what was changed meanwhile is seen after it.
REMEMBERED_S: Final = 5.0
CALLERS_MAX: Final = 20_000
_TOKEN_CHARACTERS_MAX: Final = 1_024


@dataclass(frozen=True, slots=True)
class Caller:
    """A business behind a token; *issued_at* is None for the app's own token ``APPID|secret``.

    *tier* is its messaging limit.
    """

    business: Business
    numbers: Mapping[int, PhoneNumberRow]
    country: str | None
    issued_at: datetime | None
    tier: str


class Callers:
    """The living tokens that were used lately."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: OrderedDict[str, tuple[datetime, Caller]] = OrderedDict()
        self._asking: dict[str, asyncio.Future[Caller]] = {}

    async def of(self, token: str | None) -> Caller:
        """Who *token* stands for. Raises ApiError 190."""
        if not token:
            raise ApiError(
                190,
                message="An access token is required to request this resource.",
            )
        return self.remembered(token) or await self._asked_once(token)

    def remembered(self, token: str) -> Caller | None:
        """Who *token* stood for a moment ago; None when that must be asked."""
        known = self._known.get(token)
        if known is None or not 0 <= (self._house.clock.now() - known[0]).total_seconds() < REMEMBERED_S:
            return None
        return known[1]

    async def _asked_once(self, token: str) -> Caller:
        """Many requests of one token wait for one look-up. One that begins after `forget` is not answered from before it."""
        asking = self._asking.get(token)
        if asking is None:
            asking = self._asking[token] = asyncio.ensure_future(self._ask(token))
            asking.add_done_callback(lambda done: self._asking.get(token) is done and self._asking.pop(token))
        return await asyncio.shield(asking)

    async def _ask(self, token: str) -> Caller:
        now, known = self._house.clock.now(), self._known
        caller = await self.look_up(token)
        if caller is None:
            known.pop(token, None)
            raise ApiError(190, message="Invalid OAuth access token - Cannot parse access token")
        known[token] = (now, caller)
        known.move_to_end(token)
        if len(known) > CALLERS_MAX:
            known.popitem(last=False)
        return caller

    def forget(self) -> None:
        """What a business says about itself changed; ask again."""
        self._known, self._asking = OrderedDict(), {}

    async def look_up(self, token: str) -> Caller | None:
        """Who *token* stands for now, or None."""
        if len(token) > _TOKEN_CHARACTERS_MAX:
            return None
        app_id, bar, secret = token.partition("|")
        async with self._house.store.transaction() as tx:
            if bar:
                app = int(app_id) if app_id.isdecimal() and len(app_id) <= 18 else 0
                business_id = (await tx.owners_of([app])).get(app)
                issued_at = None
            else:
                hashed = token_hash(token)
                row = (await tx.living_tokens([hashed])).get(hashed)
                business_id, issued_at = (row.business_id, row.created_at) if row else (None, None)
            business = (await tx.businesses([business_id])).get(business_id) if business_id is not None else None
            if business is None:
                return None
            numbers = (await tx.phone_numbers([business.business_id])).get(business.business_id, [])
            tier = await tier_of(self._house, tx, business.business_id)
        if bar and not (
            app_id == str(business.app_id) and hmac.compare_digest(secret.encode(), business.app_secret.encode())
        ):
            return None
        return Caller(business, {row.phone_number_id: row for row in numbers}, _country(numbers), issued_at, tier)


def _country(numbers: list[PhoneNumberRow]) -> str | None:
    """The country in which numbers without a plus are read."""
    try:
        return parse_phone(f"+{numbers[0].phone}").country if numbers else None
    except Invalid:
        return None
