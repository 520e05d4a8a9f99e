"""The books are proven: wallets = journal = statements, every charge stands on one delivered message, and the reverse.

Each check is one statement over one snapshot, so it may run beside a busy house.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clarine.domain.ids import MessageKey
from clarine.domain.ledger import ACCOUNTS, STEP, Entry
from clarine.flow.house import House
from clarine.ports.console_rows import AuditRow, AuditScope

FINDINGS_MAX = 1000

#: Every check and the sentence that is true when it finds nothing.
CHECKS: dict[str, str] = {
    "wallet_differs": "Each wallet shows what its journal adds up to.",
    "sum_not_zero": "Over all accounts, what left is what entered.",
    "entry_crooked": "Each entry moves money between the accounts that its kind names.",
    "post_unfounded": "Each charge is for a billable message that reached its person, at its pinned price.",
    "delivery_unposted": "Each delivered billable message was charged exactly once.",
    "failure_unvoided": "For each failed message the money held was given back.",
    "void_unfounded": "Money was given back only for messages that failed, and all of it.",
    "hold_unfounded": "Money is held only for a message, and exactly its price.",
    "message_unheld": "For each billable message money was held before it was sent.",
    "statement_differs": "Each statement's lines add up to the ledger.",
    "held_differs": "What each wallet holds is the price of its messages under way.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not add up. *message_id* is None when a whole business is meant; amounts in micros."""

    check: str
    business_id: int
    business_name: str
    message_id: str | None
    expected_micros: int
    found_micros: int
    what: str


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What the audit looked at and found; each check lists at most FINDINGS_MAX findings."""

    at: datetime
    scope: AuditScope
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether everything adds up."""
        return not self.findings


async def audit(house: House) -> AuditResult:
    """Prove the books of every business now; changes nothing."""
    rules = [(str(kind), str(debit), str(credit), STEP[kind]) for kind, (debit, credit) in ACCOUNTS.items()]
    assert len(rules) == len(Entry)
    now = house.clock.now()
    async with house.store.transaction(lagging=True) as tx:
        rows = await tx.audit_findings(rules, FINDINGS_MAX)
        scope = await tx.audit_scope()
        names = await tx.businesses({row.business_id for row in rows}) if rows else {}
    shown = {business_id: business.name for business_id, business in names.items()}
    return AuditResult(now, scope, tuple(_finding(house, row, shown.get(row.business_id, "?")) for row in rows))


def _finding(house: House, row: AuditRow, business_name: str) -> Finding:
    assert row.check in CHECKS
    return Finding(
        check=row.check,
        business_id=row.business_id,
        business_name=business_name,
        message_id=house.seal.message_id(MessageKey(row.person_id, row.seq)) if row.person_id else None,
        expected_micros=row.expected_micros,
        found_micros=row.found_micros,
        what=row.what,
    )
