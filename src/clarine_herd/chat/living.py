"""What is known of one animal's life, in a line: days in milk, insemination, in calf, due, under treatment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

from clarine_herd.life import TREATED_D, Event, EventKind, due_at
from clarine_herd.normal import PREGNANT
from clarine_herd.words import Words


def life_lines(words: Words, events: Sequence[Event], table: pl.DataFrame, *, now: datetime) -> str:
    """By what was entered of her and by her own readings (readings.SCHEMA), at farm time *now*; may be empty."""
    says = words.catalogue.chat
    milk_days, lactation = (table[name].drop_nulls() for name in ("lactation_days", "lactation_status"))
    when = {event.kind: event.at for event in events}
    calved, served, treated = (when.get(k) for k in (EventKind.CALVED, EventKind.INSEMINATED, EventKind.TREATED))
    days = (now - calved).days if calved is not None else int(milk_days[-1]) if len(milk_days) else None
    due = due_at(events, species=words.species)
    lines = []
    if days is not None:
        lines.append(says.milk_days.format(days=words.number(days)))
    if served is not None and (calved is None or served > calved):
        lines.append(says.inseminated_on.format(date=words.day(served)))
    if due is not None or (not events and len(lactation) and lactation[-1].lower() in PREGNANT):
        lines.append(says.in_calf)
    if due is not None:
        lines.append(says.due_on.format(date=words.day(due)))
    if treated is not None and now - treated < timedelta(days=TREATED_D):
        lines.append(says.treated_until.format(date=words.day(treated + timedelta(days=TREATED_D))))
    return " ".join(lines)
