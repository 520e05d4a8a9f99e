"""The promises of a run, each a pure function of what was seen; a broken one says what broke it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from clarine.demo.facts import Facts
from clarine.demo.letterbox import Step
from clarine.demo.tour import Toured
from clarine.domain.message import Category, Status
from clarine.domain.phone import parse_phone
from clarine.domain.pricing import PriceBook

#: "User has stopped receiving marketing messages" (Cloud API: support/error-codes).
NOT_WANTED: Final = 131050
_SHOWN_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Promise:
    """*detail* says by which figures it was kept, or what broke it."""

    name: str
    kept: bool
    detail: str


def alerts_accounted(summary: Mapping[str, Any], status: int, facts: Facts) -> Promise:
    """Every alert's message was delivered, or it is known why not: by Herd's own books and by the house's."""
    if not summary:
        return Promise("every alert accounted for", False, f"Clarine Herd ended with status {status} and no summary")
    broken = [f"Herd ended with status {status}"] if status else []
    if summary["alerts_unaccounted"]:
        broken.append(f"{summary['alerts_unaccounted']} alerts without an end")
    open_ones = sum(not message.ended for message in facts.taken)
    if open_ones:
        broken.append(f"{open_ones} accepted messages without an end")
    told = summary["messages"]
    reached = sum(message.status in (Status.DELIVERED, Status.READ) for message in facts.taken)
    if told["delivered"] > reached:
        broken.append(f"Herd was told of {told['delivered']} deliveries, the house knows {reached}")
    alerts = sum(summary["alerts"].values())
    ends = ", ".join(f"{told[end]} {end}" for end in ("delivered", "failed", "refused", "expired"))
    figures = f"{alerts} alerts in {told['total']} messages: {ends}"
    return _judged("every alert accounted for", broken, figures)


def charged_exactly(facts: Facts, steps: Iterable[Step], prices: PriceBook) -> Promise:
    """The journal charged each delivered message its list price and no other: statuses × price list = posts, to the micro."""
    expected = prices_of(steps, prices)
    broken = []
    for message in facts.messages:
        due = expected.get(message.message_id, 0)
        if message.posted != due:
            broken.append(f"{message.message_id} was charged {message.posted} micros, its price is {due}")
        if message.held != message.posted + message.voided:
            broken.append(f"{message.message_id} held {message.held}, posted {message.posted}, voided {message.voided}")
    strangers = expected.keys() - {message.message_id for message in facts.messages}
    broken += [f"{message_id} was delivered and the house does not know it" for message_id in sorted(strangers)]
    posted = sum(message.posted for message in facts.messages)
    return _judged("charged = delivered × price", broken, f"{len(expected)} delivered, {posted} micros by both counts")


def prices_of(steps: Iterable[Step], prices: PriceBook) -> dict[str, int]:
    """From each delivered message to its price in micros, by the receivers' statuses and the price list alone."""
    by_message: dict[str, dict[str, Step]] = {}
    for step in steps:
        by_message.setdefault(step.message_id, {})[step.status] = step
    found = {}
    for message_id, told in by_message.items():
        if "delivered" in told or "read" in told:
            # The price is the one of the moment when the message was taken.
            first = told.get("sent") or told.get("delivered") or told["read"]
            found[message_id] = _price_of(first, prices) if first.billable else 0
    return found


def _price_of(step: Step, prices: PriceBook) -> int:
    country = parse_phone(f"+{step.recipient}").country
    micros, _ = prices.rate_micros(country, Category(step.category), datetime.fromtimestamp(step.at_s, UTC))
    return micros


def webhooks_verified(facts: Facts, *, verified: int, forged: int, forged_at_herd: int) -> Promise:
    """Every notice was posted, its signature was verified by the receiver, and it was acknowledged."""
    broken = []
    if forged or forged_at_herd:
        broken.append(f"{forged + forged_at_herd} signatures did not fit")
    if not facts.notices == facts.posted == facts.acknowledged:
        broken.append(f"of {facts.notices} notices {facts.posted} were posted and {facts.acknowledged} acknowledged")
    if verified < facts.acknowledged:
        broken.append(f"{facts.acknowledged} were acknowledged, {verified} verified")
    return _judged(
        "every webhook's signature verified",
        broken,
        f"{facts.acknowledged} acknowledged, {verified} verified, 0 forged",
    )


def books_clean(facts: Facts) -> Promise:
    """The audit found nothing."""
    return _judged("the audit is clean", facts.findings, "nothing to find")


def consent_asked(toured: Toured) -> Promise:
    """Who never agreed is not written to, and the business is told so in the API's own words."""
    return _refused("no consent, no message", toured.stranger)


def stop_obeyed(toured: Toured) -> Promise:
    """After STOP the business is refused and nothing of it arrives."""
    if toured.got_while_stopped:
        return Promise("STOP is obeyed", False, f"{toured.got_while_stopped} messages arrived after STOP")
    return _refused("STOP is obeyed", toured.while_stopped)


def start_resumes(toured: Toured) -> Promise:
    """After START messages arrive again."""
    broken = [f"(#{toured.resumed.code}) {toured.resumed.details}"] if toured.resumed.code else []
    return _judged("START resumes", broken, "the next offer was delivered")


def offers_delivered(toured: Toured) -> Promise:
    """Who agreed was reached."""
    broken = [f"(#{outcome.code}) {outcome.details}" for outcome in toured.offered if outcome.code]
    return _judged("who agreed is reached", broken, f"{len(toured.offered)} offers delivered")


def devices_in_step(differences: Mapping[str, Sequence[str]]) -> Promise:
    """For each telephone: old state + events = a fresh fetch."""
    broken = [f"{name}: {what}" for name, found in differences.items() for what in found]
    return _judged("old state + events = fresh fetch", broken, f"{len(differences)} telephones")


def files_accounted(summary: Mapping[str, Any], names: Sequence[str]) -> Promise:
    """Every file of the folder was read, or refused by its name with a reason."""
    read = {str(each["file"]) for each in summary.get("files_read", [])}
    refused = {str(each["file"]): str(each["reason"]) for each in summary.get("files_refused", [])}
    broken = [f"{name} was neither read nor refused" for name in names if name not in read and name not in refused]
    broken += [f"{name} was refused without a reason" for name, reason in refused.items() if not reason.strip()]
    return _judged("every file read or refused by name", broken, f"{len(read)} read, {len(refused)} refused")


def _refused(name: str, outcome: Any) -> Promise:
    said = f"(#{outcome.code}) {outcome.details}" if outcome.code else "it was delivered"
    return Promise(name, outcome.code == NOT_WANTED, said)


def _judged(name: str, broken: Sequence[str], figures: str) -> Promise:
    if not broken:
        return Promise(name, True, figures)
    more = f" and {len(broken) - _SHOWN_MAX} more" if len(broken) > _SHOWN_MAX else ""
    return Promise(name, False, "; ".join(broken[:_SHOWN_MAX]) + more)
