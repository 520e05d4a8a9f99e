"""The farm's collars: battery, signal, when each was last heard, which hangs loose; and which animal wears which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from clarine_herd.chat.entering import ANIMAL_MAX
from clarine_herd.kinds import Rule
from clarine_herd.page.ask import Ask, go
from clarine_herd.registry import BATTERY_LOW_PERCENT, Silence

REFUSED_WITHIN = timedelta(days=7)
OPEN_WITHIN = timedelta(days=90)


async def devices(ask: Ask) -> Response:
    """Every collar, those first that somebody has to look at."""
    return await _page(ask)


async def worn(ask: Ask) -> Response:
    """Put a collar of the farm onto an animal, or take it off."""
    form = await ask.form()
    now, device, animal = datetime.now(UTC), form.get("device", ""), form.get("animal", "").strip()
    if device not in {one.device for one in await ask.store.collars(now)}:
        return ask.problem(ask.says.not_found, status=404)
    if len(animal) > ANIMAL_MAX:
        return await _page(ask, problem=ask.says.devices.too_long, status=422)
    await ask.store.put_on([(device, animal, now)])
    ask.changed()
    return go("collars", saved="1")


async def _page(ask: Ask, *, problem: str = "", status: int = 200) -> Response:
    found = await ask.store.collars(datetime.now(UTC))
    past = await ask.store.history(ask.now - OPEN_WITHIN, ask.now + timedelta(minutes=1))
    loose = {
        one.alert.animal for one in past if one.alert.ended_at is None and one.alert.traits.rule is Rule.LOOSE_COLLAR
    }
    weak = {
        one.device for one in found if one.battery_percent is not None and one.battery_percent <= BATTERY_LOW_PERCENT
    }
    return ask.page(
        "collars.html",
        status=status,
        place="collars",
        title=ask.says.nav["collars"],
        collars=sorted(
            found,
            key=lambda one: (
                one.silence is Silence.HEARD and one.device not in weak and one.animal not in loose,
                one.animal,
            ),
        ),
        loose=loose,
        weak=weak,
        refused=await ask.store.refusals((datetime.now(UTC) - REFUSED_WITHIN).date()),
        zone=await ask.store.zone(),
        saved=bool(ask.query("saved")),
        problem=problem,
    )
