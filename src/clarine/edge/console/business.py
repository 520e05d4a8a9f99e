"""The console of a business: money, messages, webhooks, consent, and what its own programs connect with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from clarine.domain.consent import Act, ConsentCategory, ConsentRecord
from clarine.domain.errors import Invalid, NotFound
from clarine.edge.console.campaigns import campaign_routes
from clarine.edge.console.door import Handler, Visit, base_url, behind, cursor_of, place_of
from clarine.edge.console.export import csv_answer, units
from clarine.edge.console.shapes import (
    connection_json,
    consent_json,
    detail_json,
    line_json,
    message_json,
    phone,
    template_json,
    token_json,
    wallet_json,
)
from clarine.edge.console.shop import shop_routes
from clarine.edge.console.webhooks import webhook_routes
from clarine.flow import console, wallet
from clarine.flow.house import House
from clarine.flow.notify import Render
from clarine.flow.registration import allow
from clarine.flow.templates import create_template

_BASE = "/console/v1/business"
_STATEMENT_COLUMNS = (
    "time", "entry", "message_id", "phone", "amount", "available_change", "held_change", "spent_change",
    "available_after", "held_after", "spent_after", "currency", "rate_version", "note",
)  # fmt: skip
_MESSAGE_COLUMNS = (
    "time", "message_id", "phone", "name", "type", "text", "template", "category", "status", "reason", "billable",
    "price", "currency", "rate_version",
)  # fmt: skip

Short = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(max_length=200)]


class NewTemplate(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(max_length=512)]
    language: Annotated[str, msgspec.Meta(max_length=16)]
    category: Literal["marketing", "utility", "authentication"]
    components: Annotated[list[dict[str, Any]], msgspec.Meta(max_length=10)]


class Recipients(msgspec.Struct, forbid_unknown_fields=True):
    phones: Annotated[list[Annotated[str, msgspec.Meta(max_length=64)]], msgspec.Meta(max_length=5)] | None


class NewConsent(msgspec.Struct, forbid_unknown_fields=True):
    phone: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    category: Literal["marketing", "utility", "all"]
    wording: Short
    wording_version: Short
    source: Short
    given_at: datetime
    act: Literal["granted", "withdrawn"] = "granted"


def business_routes(house: House, render: Render) -> list[Route]:
    """Everything behind the sign-in of a business; *render* makes webhooks."""

    def route(path: str, handler: Handler, method: str = "GET") -> Route:
        return Route(f"{_BASE}/{path}", behind(house, "business", handler), methods=[method])

    return [
        route("wallet", _wallet),
        route("statement", _statement),
        route("statement.csv", _statement_csv),
        route("messages", _messages),
        route("messages.csv", _messages_csv),
        route("messages/{message_id}", _message),
        *(route(*each) for each in webhook_routes(render)),
        route("templates", _templates),
        route("templates", _create_template, "POST"),
        route("connection", _connection),
        route("tokens", _create_token, "POST"),
        route("tokens/{token_id}/end", _end_token, "POST"),
        route("numbers/{phone_number_id:int}/recipients", _recipients, "POST"),
        route("consents", _consents),
        route("consents", _add_consent, "POST"),
        *(route(*each) for each in campaign_routes()),
        *(route(*each) for each in shop_routes()),
    ]


async def _wallet(visit: Visit) -> Any:
    return wallet_json(await wallet.wallet(visit.house, visit.business_id))


async def _statement(visit: Visit) -> Any:
    found = await wallet.statement(
        visit.house,
        visit.business_id,
        since=visit.time("since"),
        until=visit.time("until"),
        before=place_of(visit.house, visit.text("cursor")),
        limit=visit.whole("limit", 50),
    )
    return {
        "currency": found.currency,
        "closing": dict(zip(("available_micros", "held_micros", "spent_micros"), found.closing, strict=True)),
        "lines": [line_json(visit.house, line) for line in found.lines],
        "cursor": cursor_of(visit.house, found.more),
    }


async def _statement_csv(visit: Visit) -> Response:
    found = await wallet.statement(
        visit.house,
        visit.business_id,
        since=visit.time("since"),
        until=visit.time("until"),
        limit=wallet.EXPORT_MAX,
        limit_max=wallet.EXPORT_MAX,
    )
    if found.more is not None:
        raise Invalid(f"more than {wallet.EXPORT_MAX} lines; choose a shorter period", code="too_large")
    rows = []
    for line in reversed(found.lines):
        shown = line_json(visit.house, line)
        rows.append(
            (
                line.entry.place.at,
                line.entry.kind,
                shown["message_id"],
                str(line.entry.phone or ""),
                units(line.entry.amount_micros),
                *map(units, line.change),
                *map(units, line.after),
                found.currency,
                line.entry.rate_version,
                line.entry.note,
            )
        )
    return csv_answer("statement.csv", _STATEMENT_COLUMNS, rows)


async def _messages(visit: Visit) -> Any:
    page = await _found_messages(visit, visit.whole("limit", 50), console.PAGE_MAX)
    return {
        "messages": [message_json(visit.house, visit.business_id, row) for row in page.messages],
        "cursor": cursor_of(visit.house, page.more),
    }


async def _messages_csv(visit: Visit) -> Response:
    page = await _found_messages(visit, console.EXPORT_MAX, console.EXPORT_MAX)
    currency = (await wallet.wallet(visit.house, visit.business_id)).currency
    rows = []
    for row in page.messages:
        shown = message_json(visit.house, visit.business_id, row)
        texts = (shown[name] for name in ("type", "preview", "template", "category", "status", "reason"))
        billable = "yes" if row.billable else "no"
        rows.append(
            (
                row.at,
                shown["message_id"],
                str(row.phone),
                row.person_name,
                *texts,
                billable,
                units(row.price_micros),
                currency,
                row.rate_version,
            )
        )
    return csv_answer("messages.csv", _MESSAGE_COLUMNS, rows)


async def _found_messages(visit: Visit, limit: int, limit_max: int) -> console.MessagePage:
    return await console.messages(
        visit.house,
        visit.business_id,
        search=visit.text("search"),
        status=visit.text("status"),
        category=visit.text("category"),
        before=place_of(visit.house, visit.text("cursor")),
        limit=min(limit, limit_max),
    )


async def _message(visit: Visit) -> Any:
    message_id = visit.request.path_params["message_id"]
    detail = await console.message(visit.house, visit.business_id, message_id)
    currency = (await wallet.wallet(visit.house, visit.business_id)).currency
    return {**detail_json(visit.house, visit.business_id, detail), "currency": currency}


async def _templates(visit: Visit) -> Any:
    rows = await console.own_templates(visit.house, visit.business_id)
    return {"templates": [template_json(row) for row in rows]}


async def _create_template(visit: Visit) -> Any:
    asked = await visit.body(NewTemplate)
    row = await create_template(
        visit.house,
        visit.business_id,
        name=asked.name,
        language=asked.language,
        category=asked.category.upper(),
        components=asked.components,
    )
    return template_json(row)


async def _connection(visit: Visit) -> Any:
    found = await console.connection(visit.house, visit.business_id)
    return connection_json(found, base_url(visit.house, visit.request))


async def _create_token(visit: Visit) -> Any:
    asked = await visit.body(NewToken)
    token, row = await console.create_token(visit.house, visit.business_id, asked.name)
    return {**token_json(row), "token": token}


async def _end_token(visit: Visit) -> Any:
    try:
        token_hash = bytes.fromhex(visit.request.path_params["token_id"])
    except ValueError:
        raise NotFound("there is no such token") from None
    await console.end_token(visit.house, visit.business_id, token_hash)
    return {}


async def _recipients(visit: Visit) -> Any:
    """Make a test number of it, or a number again."""
    asked = await visit.body(Recipients)
    number_id = visit.path_id("phone_number_id")
    allowed = await allow(visit.house, visit.business_id, number_id, asked.phones)
    return {"test": asked.phones is not None, "phones": [phone(digits) for digits in allowed]}


async def _consents(visit: Visit) -> Any:
    rows = await console.consents(visit.house, visit.business_id, visit.text("phone"))
    return {"consents": [consent_json(row) for row in rows]}


async def _add_consent(visit: Visit) -> Any:
    asked = await visit.body(NewConsent)
    if asked.given_at.tzinfo is None:
        raise Invalid("given_at needs its time zone", field="given_at")
    record = ConsentRecord(
        act=Act(asked.act),
        category=ConsentCategory(asked.category),
        wording=asked.wording.strip(),
        wording_version=asked.wording_version.strip(),
        source=asked.source.strip(),
        actor="business",
        given_at=asked.given_at,
    )
    rows = await console.add_consent(visit.house, visit.business_id, asked.phone, record)
    return {"consents": [consent_json(row) for row in rows]}
