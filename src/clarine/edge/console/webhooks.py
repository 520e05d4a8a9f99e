"""The webhook log of a business's console: what its own system was told, with each attempt, and telling it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from clarine.domain.errors import Invalid
from clarine.edge.console.door import Handler, Visit
from clarine.edge.console.shapes import notice_json
from clarine.flow import webhook_log
from clarine.flow.notify import Render
from clarine.flow.webhook_log import Sought


class Resend(msgspec.Struct, forbid_unknown_fields=True):
    first: int | None = None
    last: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""
    field: str = ""
    event: str = ""
    state: str = ""


def webhook_routes(render: Render) -> list[tuple[str, Handler, str]]:
    """(path, handler, method) of each; *render* shows what was posted."""

    async def one(visit: Visit) -> Any:
        told, body = await webhook_log.notice(visit.house, render, visit.business_id, visit.path_id("number"))
        return {**notice_json(visit.house, told), "body": body.decode("ascii")}

    return [
        ("webhooks", _found, "GET"),
        ("webhooks/resend", _resend_found, "POST"),
        ("webhooks/{number:int}", one, "GET"),
        ("webhooks/{number:int}/resend", _resend, "POST"),
    ]


async def _found(visit: Visit) -> Any:
    sought = Sought(
        search=visit.text("search"),
        field=visit.text("field"),
        event=visit.text("event"),
        state=visit.text("state"),
        since=visit.time("since"),
        until=visit.time("until"),
    )
    page = await webhook_log.notices(
        visit.house,
        visit.business_id,
        sought,
        before=visit.whole("cursor", 0) or None,
        limit=visit.whole("limit", 50),
    )
    return {
        "webhooks": [notice_json(visit.house, told) for told in page.notices],
        "cursor": str(page.more) if page.more is not None else None,
    }


async def _resend(visit: Visit) -> Any:
    await webhook_log.resend(visit.house, visit.business_id, visit.path_id("number"))
    return {}


async def _resend_found(visit: Visit) -> Any:
    asked = await visit.body(Resend)
    for name in ("since", "until"):
        if (at := getattr(asked, name)) is not None and at.tzinfo is None:
            raise Invalid(f"{name} needs its time zone", field=name)
    sought = Sought(**msgspec.structs.asdict(asked))
    return {"resent": await webhook_log.resend_found(visit.house, visit.business_id, sought)}
