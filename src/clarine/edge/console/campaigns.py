"""The campaigns of a business: drafts, their lists, what they would look like and cost, and what became of them."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import msgspec
from starlette.responses import Response

from clarine.domain.campaign import COLUMNS_MAX, Act
from clarine.domain.message import Status
from clarine.edge.console.door import Handler, Visit
from clarine.edge.console.export import csv_answer
from clarine.edge.console.shapes import told_reason
from clarine.flow import campaign, campaign_results
from clarine.flow.campaign_send import SENT
from clarine.ports.campaign_rows import CampaignRow

_COLUMNS = ("phone", "status", "reason", "message_id", "time")

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]


class NewCampaign(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    key: Name
    phone_number_id: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,18}$")]
    template: Name
    language: Annotated[str, msgspec.Meta(max_length=16)]
    components: Annotated[list[dict[str, Any]], msgspec.Meta(max_length=20)] = []
    columns: Annotated[list[str], msgspec.Meta(max_length=COLUMNS_MAX)] = []


class NewRecipients(msgspec.Struct, forbid_unknown_fields=True):
    #: Each row is a phone number and then a value for each column.
    rows: Annotated[
        list[Annotated[list[str], msgspec.Meta(min_length=1, max_length=COLUMNS_MAX + 1)]],
        msgspec.Meta(max_length=campaign.ROWS_MAX),
    ]


def campaign_routes() -> list[tuple[str, Handler, str]]:
    """(path, handler, method) of each, to be hung behind the sign-in of a business."""
    one = "campaigns/{campaign_id:int}"
    return [
        ("campaigns", _list, "GET"),
        ("campaigns", _create, "POST"),
        (one, _one, "GET"),
        (f"{one}/recipients", _add, "POST"),
        (f"{one}/preview", _preview, "GET"),
        (f"{one}/results", _results, "GET"),
        (f"{one}/results.csv", _results_csv, "GET"),
        *((f"{one}/{act}", _acting(act), "POST") for act in Act),
    ]


async def _list(visit: Visit) -> Any:
    before, limit = visit.whole("cursor", 0) or None, visit.whole("limit", 50)
    rows, more = await campaign.listed(visit.house, visit.business_id, before=before, limit=limit)
    return {"campaigns": [_json(row) for row in rows], "cursor": str(more) if more is not None else None}


async def _create(visit: Visit) -> Any:
    asked = await visit.body(NewCampaign)
    row = await campaign.create(
        visit.house,
        visit.business_id,
        name=asked.name,
        phone_number_id=int(asked.phone_number_id),
        template=asked.template,
        language=asked.language,
        components=asked.components,
        columns=asked.columns,
        key=asked.key,
    )
    return _json(row)


async def _one(visit: Visit) -> Any:
    return _json(await campaign.get(visit.house, visit.business_id, visit.path_id("campaign_id")))


async def _add(visit: Visit) -> Any:
    asked = await visit.body(NewRecipients)
    rows = [campaign.Row(row[0], tuple(row[1:])) for row in asked.rows]
    added = await campaign.add_recipients(visit.house, visit.business_id, visit.path_id("campaign_id"), rows)
    return {
        "added": added.added,
        "repeated": added.repeated,
        "recipients": added.recipients,
        "wrong": [{"row": place, "problem": problem} for place, problem in added.wrong],
    }


async def _preview(visit: Visit) -> Any:
    campaign_id = visit.path_id("campaign_id")
    estimate = await campaign.estimate(visit.house, visit.business_id, campaign_id)
    return {
        "messages": await campaign.preview(visit.house, visit.business_id, campaign_id),
        "estimate": {
            "micros": estimate.micros,
            "currency": estimate.currency,
            "countries": [
                {"country": country, "recipients": recipients, "micros": micros}
                for country, (recipients, micros) in estimate.by_country.items()
            ],
        },
    }


async def _results(visit: Visit) -> Any:
    found = await campaign_results.furthest(visit.house, visit.business_id, visit.path_id("campaign_id"))
    return {
        status.name.lower(): found.get(status, 0)
        for status in (Status.SENT, Status.DELIVERED, Status.READ, Status.FAILED)
    }


async def _results_csv(visit: Visit) -> Response:
    campaign_id = visit.path_id("campaign_id")
    rows = [
        (str(line.phone), line.status.name.lower(), told_reason(line.reason), line.message_id, line.at)
        async for page in campaign_results.lines(visit.house, visit.business_id, campaign_id)
        for line in page
    ]
    return csv_answer("campaign.csv", _COLUMNS, rows)


def _acting(act: Act) -> Handler:
    async def handler(visit: Visit) -> Any:
        return _json(await campaign.act(visit.house, visit.business_id, visit.path_id("campaign_id"), act))

    return handler


def _json(row: CampaignRow) -> dict[str, Any]:
    refused: Counter[str] = Counter()
    for reason, count in row.counts.items():
        if reason != SENT:
            refused[str(told_reason(reason))] += count
    return {
        "campaign_id": str(row.campaign_id),
        "name": row.name,
        "phone_number_id": str(row.phone_number_id),
        "template": row.template_name,
        "language": row.template_language,
        "columns": row.columns,
        "state": row.state,
        "reason": row.reason,
        "recipients": row.recipients,
        "sent": row.counts.get(SENT, 0),
        "refused": refused,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }
