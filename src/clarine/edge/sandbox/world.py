"""Time and the whole: the virtual clock, the reset, and the table of magic recipients."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from clarine.domain.errors import Invalid
from clarine.domain.magic import DELAYS, FIRST, LAST, LATER, PLAYS, number_of
from clarine.edge.sandbox.door import Stage, answering, body_of, businesses_of
from clarine.edge.sandbox.shown import at_text
from clarine.edge.sandbox.wire import ClockAsked

#: A journey through time halts this often at most, for what falls due on the way; what is left is done at its end.
HALTS_MAX: Final = 2_000


def world_routes(stage: Stage) -> list[BaseRoute]:
    """``/``, ``/clock``, ``/settle``, ``/recipients`` and ``/reset``."""

    async def overview(_: Request) -> Any:
        return {
            "clock": _clock(stage),
            "seed": stage.house.settings.seed,
            "businesses": [str(business.business_id) for business, _ in await businesses_of(stage)],
        }

    async def clock(_: Request) -> Any:
        return _clock(stage)

    async def turn(request: Request) -> Any:
        asked = await body_of(request, ClockAsked)
        done = await travel(stage, _target(asked, stage.clock.now()), running=asked.running)
        return {**_clock(stage), "done": done}

    async def settle(_: Request) -> Any:
        return {"done": await stage.steps.settle()}

    async def recipients(_: Request) -> Any:
        return {"recipients": recipients_shown(stage)}

    async def again(_: Request) -> Any:
        await reset(stage)
        return {"reset": True, "clock": _clock(stage)}

    return [
        Route("/", answering(stage, overview), methods=["GET"]),
        Route("/clock", answering(stage, clock), methods=["GET"]),
        Route("/clock", answering(stage, turn), methods=["POST"]),
        Route("/settle", answering(stage, settle), methods=["POST"]),
        Route("/recipients", answering(stage, recipients), methods=["GET"]),
        Route("/reset", answering(stage, again), methods=["POST"]),
    ]


async def travel(stage: Stage, to: datetime, *, running: bool | None) -> int:
    """Move the time to *to*, doing on the way what falls due at its own moment; how much was done.

    Stops for each webhook's next try, each act of a recipient, each verdict of a review, each message that expires.
    """
    await stage.verbs.drain()
    done, halt = await stage.steps.settle(), stage.clock.now()
    for _ in range(HALTS_MAX):
        due = await _next_due(stage, halt)
        if due is None or due >= to:
            break
        halt = due
        if due > stage.clock.now():
            stage.clock.turn(due)
        done += await stage.steps.settle()
    stage.clock.turn(max(to, stage.clock.now()), running=running)
    return done + await stage.steps.settle()


async def reset(stage: Stage) -> None:
    """Empty everything: people, businesses, money, messages, media links, faults, what was seen; the time is today's."""

    async def emptied() -> None:
        async with stage.house.store.transaction() as tx:
            devices = await tx.empty()
        stage.house.bus.ring(people={person_id for person_id, _ in devices}, ended_devices=devices)
        for part in (stage.clock, stage.bits, stage.http, stage.sms, stage.acting, stage.reviewer, stage.inspector):
            part.reset()
        stage.forget()

    await stage.verbs.drain()
    await stage.steps.alone(emptied)


def recipients_shown(stage: Stage) -> list[dict[str, Any]]:
    """The table of magic recipients."""
    codes = [
        {
            "number": number_of(code),
            "code": code,
            "told": "later" if code in LATER else "at once",
            "happens": stage.codes[code].title,
        }
        for code in sorted(stage.codes)
        if code <= LAST - FIRST
    ]
    plays = [{"number": number_of(digits), "happens": sentence} for digits, (sentence, _) in PLAYS.items()]
    delays = [{"number": f"+{FIRST // 10**6}{kind}ssss", "happens": sentence} for kind, sentence in DELAYS.items()]
    return [*codes, *plays, *delays]


def _clock(stage: Stage) -> dict[str, Any]:
    return {"now": at_text(stage.clock.now()), "running": stage.clock.running}


def _target(asked: ClockAsked, now: datetime) -> datetime:
    if asked.now is not None and asked.advance_s is not None:
        raise Invalid("give now or advance_s, not both", field="advance_s")
    if asked.now is None:
        return now + timedelta(seconds=asked.advance_s or 0)
    to = asked.now if asked.now.tzinfo is not None else asked.now.replace(tzinfo=UTC)
    if to < now:
        raise Invalid("time only moves forward; a reset brings today back", field="now")
    return to.astimezone(UTC)


async def _next_due(stage: Stage, after: datetime) -> datetime | None:
    async with stage.house.store.transaction() as tx:
        stored = await tx.next_due(after)
    sources = (stored, stage.acting.next_due(), stage.http.next_due(), stage.reviewer.next_due())
    return min((due for due in sources if due is not None and due > after), default=None)
