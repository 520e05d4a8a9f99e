"""Animals, events and alerts as resources of ICAR's Animal Data Exchange (adewg/ICAR, branch Develop), out and in.

What Herd enters has a resource of its own each; what it judges goes out as icarAttentionEventResource and is not read back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec

from clarine_herd import readings
from clarine_herd.alerts import Alert
from clarine_herd.exchange.brought import ROWS_MAX, WRONG_SHOWN, Brought, RefusedFileError, Wrong, can_be, farm_time
from clarine_herd.life import Event, EventKind

SOURCE = "org.clarine.herd"
SPECIES = {"cattle": "Cattle", "buffalo": "Buffalo"}
RESOURCES = {
    EventKind.INSEMINATED: "icarReproInseminationEventResource",
    EventKind.CALVED: "icarReproParturitionEventResource",
    EventKind.PREGNANT: "icarReproPregnancyCheckEventResource",
    EventKind.NOT_PREGNANT: "icarReproPregnancyCheckEventResource",
    EventKind.TREATED: "icarTreatmentEventResource",
    EventKind.DRY: "icarMilkingDryOffEventResource",
}
REPRODUCTION = {
    EventKind.INSEMINATED: "Inseminated",
    EventKind.CALVED: "Birthed",
    EventKind.PREGNANT: "Pregnant",
    EventKind.DRY: "Pregnant",
    EventKind.NOT_PREGNANT: "NotPregnant",
}
CHECKED = {"Pregnant": EventKind.PREGNANT, "Multiple": EventKind.PREGNANT, "Empty": EventKind.NOT_PREGNANT}


class Identifier(msgspec.Struct, frozen=True):
    """icarIdentifierType."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    scheme: str = ""


class Meta(msgspec.Struct, frozen=True, rename="camel"):
    """icarMetaDataType, as far as it tells one entry from another."""

    source: str = ""
    source_id: str = ""
    is_deleted: bool = False


class Resource(msgspec.Struct, frozen=True, rename="camel"):
    """What Herd reads of any event resource; fields that it does not know are passed over."""

    resource_type: str
    animal: Identifier | None = None
    event_date_time: datetime | None = None
    id: str = ""
    meta: Meta = Meta()
    result: str = ""
    sire_official_name: str = ""
    comment: str = ""
    remark: str = ""


class Collection(msgspec.Struct, frozen=True):
    """icarResourceCollection: its members, each still to be read."""

    member: tuple[msgspec.Raw, ...]


def written(
    farm: str, zone: ZoneInfo, species: str, *, animals: Sequence[str], events: Sequence[Event], alerts: Iterable[Alert]
) -> bytes:
    """One collection: the animals, what was entered of them, and the alerts that are an animal's."""
    scheme = f"{SOURCE}.{farm}"
    status = {event.animal: REPRODUCTION[event.kind] for event in events if event.kind in REPRODUCTION}
    members = [
        *(_animal(name, scheme, SPECIES[species], status.get(name)) for name in animals),
        *(_event(event, scheme, zone) for event in events if event.kind in RESOURCES),
        *(_alert(alert, scheme, zone) for alert in alerts if alert.animal),
    ]
    return msgspec.json.encode({"member": members})


def read(body: bytes, zone: ZoneInfo, now: datetime) -> Brought:
    """A collection, or a plain list, of resources: the events that Herd enters. Raises RefusedFileError."""
    try:
        given = msgspec.json.decode(body, type=Collection | tuple[msgspec.Raw, ...])
    except msgspec.MsgspecError:
        raise RefusedFileError("shape") from None
    members = given.member if isinstance(given, Collection) else given
    if not members:
        raise RefusedFileError("empty")
    if len(members) > ROWS_MAX:
        raise RefusedFileError("rows")
    events: list[Event] = []
    wrong: list[Wrong] = []
    for number, raw in enumerate(members, 1):
        try:
            event = _entry(msgspec.json.decode(raw, type=Resource), zone)
        except msgspec.MsgspecError:
            wrong.append(Wrong(number, "resource", bytes(raw)[:40].decode("utf-8", "replace")))
            continue
        if event is not None and (field := can_be(event, now)):
            wrong.append(Wrong(number, field, str(getattr(event, field))[:40]))
        elif event is not None:
            events.append(event)
    if wrong:
        raise RefusedFileError("values", wrong[:WRONG_SHOWN])
    return Brought(readings.empty(), tuple(events), len(members) - len(events))


def _animal(name: str, scheme: str, specie: str, status: str | None) -> dict[str, Any]:
    found = {
        "resourceType": "icarAnimalCoreResource",
        "identifier": {"scheme": scheme, "id": name},
        "specie": specie,
        "gender": "Female",
        "managementTag": name,
    }
    return found | ({"reproductionStatus": status} if status else {})


def _event(event: Event, scheme: str, zone: ZoneInfo) -> dict[str, Any]:
    found: dict[str, Any] = {
        "resourceType": RESOURCES[event.kind],
        "animal": {"scheme": scheme, "id": event.animal},
        "eventDateTime": _utc(event.at, zone),
        "meta": {"source": SOURCE, "sourceId": event.source, "modified": _utc(event.at, zone)},
    }
    match event.kind:
        case EventKind.INSEMINATED:
            found["inseminationType"] = "Insemination"
            found |= {"sireOfficialName": event.note} if event.note else {}
        case EventKind.PREGNANT | EventKind.NOT_PREGNANT:
            found["result"] = "Pregnant" if event.kind is EventKind.PREGNANT else "Empty"
        case EventKind.TREATED if event.note:
            found["comment"] = event.note
        case _ if event.note:
            found["remark"] = event.note
        case _:
            pass
    return found


def _alert(alert: Alert, scheme: str, zone: ZoneInfo) -> dict[str, Any]:
    traits = alert.traits
    return {
        "resourceType": "icarAttentionEventResource",
        "id": alert.id,
        "animal": {"scheme": scheme, "id": alert.animal},
        "eventDateTime": _utc(alert.started_at, zone),
        "alertEndDateTime": _utc(alert.ended_at, zone) if alert.ended_at else None,
        "category": traits.category,
        "causes": [traits.cause],
        "priority": str(traits.priority),
        "deviceAttentionScore": round(alert.peak, 2),
        "remark": str(alert.kind),
        "meta": {"source": SOURCE, "sourceId": alert.id, "modified": _utc(alert.last_at, zone)},
    }


def _entry(given: Resource, zone: ZoneInfo) -> Event | None:
    """A resource as an entry, None for one that Herd does not enter. Raises msgspec.ValidationError."""
    kind = _kind(given)
    if kind is None or given.meta.is_deleted:
        return None
    if given.animal is None or given.event_date_time is None:
        raise msgspec.ValidationError("an event has an animal and an eventDateTime")
    at = farm_time(given.event_date_time, zone)
    note = (given.sire_official_name or given.comment or given.remark)[:100]
    return Event(given.animal.id, kind, at, note, source=_source(given, at))


def _kind(given: Resource) -> EventKind | None:
    if given.resource_type == RESOURCES[EventKind.PREGNANT]:
        return CHECKED.get(given.result)
    named: Mapping[str, EventKind] = {name: kind for kind, name in RESOURCES.items()}
    return named.get(given.resource_type)


def _source(given: Resource, at: datetime) -> str:
    """What tells this entry from others: our own source again, or that of the system that it comes from."""
    own = given.meta.source_id or given.id
    if given.meta.source == SOURCE and own:
        return own
    return f"{given.meta.source or 'import'}:{own or at.isoformat()}"[:512]


def _utc(at: datetime, zone: ZoneInfo) -> str:
    return at.replace(tzinfo=zone).astimezone(UTC).isoformat().replace("+00:00", "Z")
