"""Templates whose button opens a flow: which flow may be named, and whether it may be opened when the template is sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from clarine.domain.errors import Invalid
from clarine.flow.flows import THROTTLED_MAX, THROTTLED_OVER
from clarine.ports.records import TemplateRow
from clarine.ports.store import Transaction

Key = tuple[int, str, str]
#: From the state of a flow to what a template is then; the others are sent.
_STATE = {"BLOCKED": "FLOW_BLOCKED", "DEPRECATED": "FLOW_GONE", "DRAFT": "FLOW_GONE"}


def flow_of(components: str | Any) -> int | None:
    """The flow that a button of these components opens, or None."""
    if isinstance(components, str):
        if '"FLOW"' not in components:
            return None
        components = json.loads(components)
    buttons = (each for part in components if part.get("type") == "BUTTONS" for each in part.get("buttons", ()))
    return next((int(each["flow_id"]) for each in buttons if each.get("type") == "FLOW"), None)


async def check_flow(tx: Transaction, business_id: int, components: Any) -> None:
    """Raises Invalid (``template_invalid``) when the template opens a flow that is not there or not published."""
    flow_id = flow_of(components)
    if flow_id is None:
        return
    row = (await tx.flows([(business_id, flow_id)])).get((business_id, flow_id))
    if row is None or row.status not in ("PUBLISHED", "THROTTLED"):
        raise Invalid("BUTTONS: flow_id must be the id of a published flow", code="template_invalid")


async def with_flow_states(
    tx: Transaction, templates: Mapping[Key, TemplateRow], sent: Counter[Key], now: datetime
) -> dict[Key, TemplateRow]:
    """*templates*, those whose flow may not be opened now with its state in place of theirs; *sent* counts their messages."""
    wanted = {key: (row.business_id, flow_id) for key, row in templates.items() if (flow_id := flow_of(row.components))}
    found = dict(templates)
    if not wanted:
        return found
    states = await tx.flow_states(wanted.values())
    for key, flow in wanted.items():
        state = _STATE.get(states.get(flow, "DRAFT"))
        if states.get(flow) == "THROTTLED":
            uses = min(sent[key], THROTTLED_MAX + 1)
            since = now - THROTTLED_OVER
            allowed = [await tx.use_throttled(*flow, now=now, since=since, most=THROTTLED_MAX) for _ in range(uses)]
            state = None if all(allowed) else "FLOW_THROTTLED"
        if state is not None and found[key].status == "APPROVED":
            found[key] = replace(found[key], status=state)
    return found
