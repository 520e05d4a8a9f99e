"""A business is told something that is not about one message: the notice is a row of the caller's transaction."""

from __future__ import annotations

from clarine.domain.events import AccountNotice, TemplateNotice, field_of
from clarine.ports.records import NoticeRow
from clarine.ports.store import Transaction


async def announce(tx: Transaction, business_id: int, notice: TemplateNotice | AccountNotice) -> None:
    """Queue *notice* for the business's webhooks; its outbox is locked from here on. Ring the bus after the commit."""
    account = (await tx.lock_accounts([business_id]))[business_id]
    row = NoticeRow(
        business_id=business_id,
        number=account.last_notice + 1,
        field=field_of(notice),
        phone_number_id=None,
        person_id=None,
        fact=notice,
        at=notice.at,
    )
    await tx.append_notices([row])
