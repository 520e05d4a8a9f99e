"""An operator locks the account of a business, or lets it go on; the business is told by its webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clarine.domain.errors import Conflict, NotFound
from clarine.domain.events import AccountNotice
from clarine.flow.announce import announce
from clarine.flow.house import House
from clarine.flow.limits import starting_tier


async def lock(house: House, business_id: int) -> None:
    """Nothing of the business is sent from now on. Raises NotFound, Conflict (``locked``) when it is so already."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        if business_id not in await tx.businesses([business_id]):
            raise NotFound(f"there is no business {business_id}")
        await tx.lock_accounts([business_id])
        if not await tx.lock_business(business_id, now, starting=starting_tier(house.settings)):
            raise Conflict("this account is locked already", code="locked")
        await announce(tx, business_id, AccountNotice(now, "account_update", _ban("DISABLE", now)))
    house.bus.ring(businesses=[business_id])


async def unlock(house: House, business_id: int) -> None:
    """It may send again. Raises Conflict (``not_locked``)."""
    now = house.clock.now()
    async with house.store.transaction() as tx:
        await tx.lock_accounts([business_id])
        if not await tx.unlock_business(business_id):
            raise Conflict("this account is not locked", code="not_locked")
        await announce(tx, business_id, AccountNotice(now, "account_update", _ban("REINSTATE", now)))
    house.bus.ring(businesses=[business_id])


def _ban(state: str, at: datetime) -> dict[str, Any]:
    """The value of account_update (Cloud API: account_update, DISABLED_UPDATE)."""
    info = {"waba_ban_state": state, "waba_ban_date": at.strftime("%B %-d, %Y")}
    return {"event": "DISABLED_UPDATE", "ban_info": info}
