"""How the consoles' JSON looks: ids and phone numbers as text, money in micros, times in RFC 3339 with their zone."""

from __future__ import annotations

import json
from typing import Any

from clarine.domain.ids import MessageKey
from clarine.domain.message import Status
from clarine.domain.phone import display
from clarine.domain.policy import Reason
from clarine.flow.audit import CHECKS, AuditResult
from clarine.flow.console import Connection, MessageDetail, message_id_of, preview
from clarine.flow.house import House
from clarine.flow.wallet import Line
from clarine.flow.webhook_log import ToldNotice, event_of, fact_of
from clarine.ports.console_rows import (
    BusinessCounts,
    ConsentShown,
    HealthNumbers,
    ListedMessage,
    ReportShown,
    TemplateReview,
    TokenRow,
    WalletRow,
)
from clarine.ports.records import Subscription, TemplateRow

Json = dict[str, Any]


def wallet_json(wallet: WalletRow) -> Json:
    return {
        "currency": wallet.currency,
        "available_micros": wallet.available_micros,
        "held_micros": wallet.held_micros,
        "spent_micros": wallet.spent_micros,
    }


def line_json(house: House, line: Line) -> Json:
    entry, place = line.entry, line.entry.place
    key = MessageKey(place.person_id, place.seq) if place.person_id else None
    return {
        "at": place.at,
        "kind": entry.kind,
        "amount_micros": entry.amount_micros,
        "available_change_micros": line.change[0],
        "held_change_micros": line.change[1],
        "spent_change_micros": line.change[2],
        "available_after_micros": line.after[0],
        "held_after_micros": line.after[1],
        "spent_after_micros": line.after[2],
        "message_id": house.seal.message_id(key) if key is not None else None,
        "phone": phone(entry.phone),
        "rate_version": entry.rate_version,
        "note": entry.note,
    }


def message_json(house: House, business_id: int, row: ListedMessage) -> Json:
    content = json.loads(row.content_json) if row.content_json else {}
    return {
        "message_id": message_id_of(house, business_id, row),
        "at": row.at,
        "phone": phone(row.phone),
        "name": row.person_name,
        "type": content.get("type") or row.content_type,
        "preview": preview(row.content_json),
        "template": content.get("name") if content.get("type") == "template" else None,
        "category": row.category,
        "billable": row.billable,
        "pricing_type": row.pricing_type,
        "price_micros": row.price_micros,
        "rate_version": row.rate_version,
        "status": Status(row.status).name.lower(),
        "reason": told_reason(row.reason),
    }


def detail_json(house: House, business_id: int, detail: MessageDetail) -> Json:
    found = message_json(house, business_id, detail.message)
    statuses = [{"status": "sent", "at": detail.message.at, "reason": None}] if detail.message.person_id else []
    statuses += [
        {"status": r.status.name.lower(), "at": r.at, "reason": told_reason(r.reason)} for r in detail.receipts
    ]
    if not detail.message.person_id:
        statuses.append({"status": "failed", "at": detail.message.at, "reason": told_reason(detail.message.reason)})
    found["statuses"] = statuses
    found["journal"] = [{"kind": j.kind, "amount_micros": j.amount_micros, "at": j.at} for j in detail.journal]
    found["webhooks"] = [notice_json(house, told) for told in detail.notices]
    return found


def notice_json(house: House, told: ToldNotice) -> Json:
    notice = told.notice
    fact = fact_of(house, notice)
    attempts = [
        {
            "url": a.url,
            "http_status": a.http_status,
            "error": a.error,
            "said": a.said,
            "took_ms": a.took_ms,
            "at": a.at,
        }
        for a in told.attempts
    ]
    return {
        "number": notice.number,
        "field": notice.field,
        "event": event_of(fact),
        "message_id": fact.get("message_id"),
        "phone": phone(notice.phone),
        "at": notice.at,
        "state": told.state,
        "due_at": notice.due_at,
        "attempts": attempts,
    }


def told_reason(reason: str | None) -> str | None:
    """What the business may know: one that was blocked is told no more than that the message cannot be delivered."""
    return Reason.NOT_A_PERSON if reason == Reason.BLOCKED else reason


def token_json(token: TokenRow) -> Json:
    return {
        "token_id": token.token_hash.hex(),
        "name": token.name,
        "created_at": token.created_at,
        "ended_at": token.ended_at,
    }


def subscription_json(row: Subscription) -> Json:
    return {"scope": row.scope, "object_id": str(row.object_id), "url": row.url, "fields": row.fields}


def connection_json(found: Connection, base_url: str) -> Json:
    business = found.business
    return {
        "base_url": base_url,
        "business_id": str(business.business_id),
        "waba_id": str(business.waba_id),
        "app_id": str(business.app_id),
        "app_secret": business.app_secret,
        "phone_numbers": [
            {
                "phone_number_id": str(n.phone_number_id),
                "phone": phone(n.phone),
                "name": n.verified_name,
                "quality": n.quality,
                "recipients": [phone(digits) for digits in n.allowed_to] if n.allowed_to is not None else None,
            }
            for n in found.numbers
        ],
        "tokens": [token_json(token) for token in found.tokens],
        "subscriptions": [subscription_json(row) for row in found.subscriptions],
    }


def consent_json(row: ConsentShown) -> Json:
    return {
        "act": row.act,
        "category": row.category,
        "wording": row.wording,
        "wording_version": row.wording_version,
        "source": row.source,
        "actor": row.actor,
        "given_at": row.given_at,
        "recorded_at": row.recorded_at,
    }


def template_json(row: TemplateRow) -> Json:
    return {
        "template_id": str(row.template_id),
        "name": row.name,
        "language": row.language,
        "category": row.category.lower(),
        "status": row.status.lower(),
        "components": json.loads(row.components),
        "rejected_reason": row.rejected_reason,
        "quality": row.quality,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def review_json(review: TemplateReview) -> Json:
    return {
        **template_json(review.template),
        "business_id": str(review.template.business_id),
        "business_name": review.business_name,
        "business_verified": review.verified,
    }


def business_json(row: BusinessCounts) -> Json:
    return {
        "business_id": str(row.business.business_id),
        "waba_id": str(row.business.waba_id),
        "name": row.business.name,
        "about": row.business.about,
        "verified": row.business.verified,
        "created_at": row.business.created_at,
        "phone": phone(row.phone),
        "quality": row.quality,
        "wallet": wallet_json(row.wallet),
        "sent": row.sent,
        "delivered": row.delivered,
        "failed": row.failed,
        "refused": row.refused,
        "reports_open": row.reports_open,
    }


def report_json(house: House, row: ReportShown) -> Json:
    """A report; its id names the person only under the business's own seal."""
    user_id = house.seal.user_id(row.person_id, business_id=row.business_id, country="ZZ")
    return {
        "report_id": f"{row.business_id}-{row.number}-{user_id}",
        "business_id": str(row.business_id),
        "business_name": row.business_name,
        "reason": row.reason,
        "preview": preview(row.content_json),
        "at": row.at,
        "handled_at": row.handled_at,
    }


def audit_json(result: AuditResult) -> Json:
    found: dict[str, int] = dict.fromkeys(CHECKS, 0)
    for finding in result.findings:
        found[finding.check] += 1
    return {
        "at": result.at,
        "clean": result.clean,
        "businesses": result.scope.businesses,
        "entries": result.scope.entries,
        "messages": result.scope.messages,
        "posted_micros": result.scope.posted_micros,
        "checks": [{"check": name, "sentence": CHECKS[name], "found": count} for name, count in found.items()],
        "findings": [
            {
                "check": f.check,
                "business_id": str(f.business_id),
                "business_name": f.business_name,
                "message_id": f.message_id,
                "expected_micros": f.expected_micros,
                "found_micros": f.found_micros,
                "what": f.what,
            }
            for f in result.findings
        ],
    }


def health_json(numbers: HealthNumbers) -> Json:
    return {name: getattr(numbers, name) for name in HealthNumbers.__slots__}


def phone(digits: int | None) -> str | None:
    """``+55 11 98765-4321``, or None."""
    return display(digits) if digits else None
