"""Figures about an account from its stored messages: ``analytics``, ``conversation_analytics``, ``pricing_analytics``.

A message is counted in the step in which it was sent; cost is of messages that arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from clarine.edge.graph.asking import unfolded
from clarine.edge.graph.errors import invalid
from clarine.edge.graph.periods import end_of, period_of, seconds
from clarine.edge.graph.rooms import Rooms
from clarine.ports.account_rows import Figure, Period

FIELDS: Final = ("analytics", "conversation_analytics", "pricing_analytics")
_TYPES: Final = {
    "regular": "REGULAR",
    "free_customer_service": "FREE_CUSTOMER_SERVICE",
    "free_entry_point": "FREE_ENTRY_POINT",
}
#: What each dimension shows of a figure, and the name it is shown under.
_DIMENSIONS: Final[Mapping[str, tuple[str, Callable[[Figure], str]]]] = {
    "PHONE": ("phone_number", lambda figure: str(figure.phone)),
    "COUNTRY": ("country", lambda figure: figure.country),
    "PRICING_CATEGORY": ("pricing_category", lambda figure: figure.category.upper()),
    "PRICING_TYPE": ("pricing_type", lambda figure: _TYPES.get(figure.pricing_type, "REGULAR")),
    "TIER": ("tier", lambda figure: "0:MAX"),
    "CONVERSATION_CATEGORY": ("conversation_category", lambda figure: figure.category.upper()),
    "CONVERSATION_TYPE": (
        "conversation_type",
        lambda figure: {"regular": "REGULAR", "free_entry_point": "FREE_ENTRY_POINT"}.get(
            figure.pricing_type, "FREE_TIER"
        ),
    ),
    "CONVERSATION_DIRECTION": (
        "conversation_direction",
        lambda figure: "USER_INITIATED" if figure.category == "service" else "BUSINESS_INITIATED",
    ),
}


async def figures(rooms: Rooms, business_id: int, name: str, modifiers: Mapping[str, str]) -> dict[str, Any]:
    """The field *name* of an account, whose *modifiers* say what is asked for. Raises ApiError 100."""
    period = period_of(
        modifiers.get("start"), modifiers.get("end"), modifiers.get("granularity"), now=rooms.house.clock.now()
    )
    async with rooms.house.store.transaction(lagging=True) as tx:
        rows = await tx.figures(business_id, period)
    phones = {each.lstrip("+") for each in _choices(modifiers, "phone_numbers")}
    countries = {each.upper() for each in _choices(modifiers, "country_codes")}
    rows = [row for row in rows if not phones or str(row.phone) in phones]
    rows = [row for row in rows if not countries or row.country in countries]
    match name:
        case "analytics":
            return _analytics(rows, period)
        case "conversation_analytics":
            return _priced(rows, period, modifiers, count="conversation", metrics=("COST", "CONVERSATION"))
        case _:
            return _priced(rows, period, modifiers, count="volume", metrics=("COST", "VOLUME"))


def _analytics(rows: Sequence[Figure], period: Period) -> dict[str, Any]:
    points: dict[int, dict[str, int]] = {}
    for row in rows:
        start, end = seconds(row.start), seconds(end_of(row.start, period.granularity))
        point = points.setdefault(start, {"start": start, "end": end, "sent": 0, "delivered": 0})
        point["sent"] += row.sent
        point["delivered"] += row.delivered
    return {
        "phone_numbers": sorted({str(row.phone) for row in rows}),
        "country_codes": sorted({row.country for row in rows}),
        "granularity": period.granularity,
        "data_points": [points[start] for start in sorted(points)],
    }


def _priced(
    rows: Sequence[Figure], period: Period, modifiers: Mapping[str, str], *, count: str, metrics: tuple[str, str]
) -> dict[str, Any]:
    """Messages that arrived, and what they cost, by the dimensions asked for."""
    dimensions = [each.upper() for each in _choices(modifiers, "dimensions")]
    for each in dimensions:
        if each not in _DIMENSIONS:
            raise invalid(f"Param dimensions must be of {{{', '.join(_DIMENSIONS)}}}")
    asked = {each.upper() for each in _choices(modifiers, "metric_types")} or set(metrics)
    if not asked <= set(metrics):
        raise invalid(f"Param metric_types must be of {{{', '.join(metrics)}}}")
    sums: dict[tuple[Any, ...], tuple[dict[str, Any], list[int]]] = {}
    for row in rows:
        if not row.delivered:
            continue
        shown = {_DIMENSIONS[each][0]: _DIMENSIONS[each][1](row) for each in dimensions}
        start = seconds(row.start)
        point = {"start": start, "end": seconds(end_of(row.start, period.granularity)), **shown}
        _, totals = sums.setdefault((start, *shown.values()), (point, [0, 0]))
        totals[0] += row.delivered
        totals[1] += row.cost_micros
    points = []
    for point, (delivered, cost_micros) in sums.values():
        found = {count: delivered, "cost": cost_micros / 1_000_000}
        points.append(point | {name: value for name, value in found.items() if name.upper() in asked})
    return {"data": [{"data_points": points}]}


def _choices(modifiers: Mapping[str, str], name: str) -> list[str]:
    """A modifier that is a list: JSON, or words with commas between them."""
    text = modifiers.get(name, "")
    value = unfolded(text)
    items = value if isinstance(value, list) else text.strip("[]").split(",")
    return [str(each).strip(" \"'") for each in items if str(each).strip(" \"'")]
