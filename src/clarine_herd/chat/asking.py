"""What the farmer may ask: the herd, one animal, and the lists of whom to inseminate, watch, look at, or whose collar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from clarine_herd.alerts import Alert
from clarine_herd.chat.entering import which_cow
from clarine_herd.chat.judging import chart
from clarine_herd.chat.living import life_lines
from clarine_herd.chat.turn import Turn
from clarine_herd.commands import Command
from clarine_herd.kinds import Rule
from clarine_herd.life import due_at
from clarine_herd.store.events import EVENTS_BACK, RIGHT_WITHIN
from clarine_herd.words import Verb

HEARD_WITHIN = timedelta(hours=12)
HERD_WITHIN = timedelta(days=14)
OPEN_WITHIN = timedelta(days=7)
DUE_WITHIN = timedelta(days=14)
LINES_MAX = 20

SICK = frozenset({Rule.ILLNESS, Rule.LAMENESS, Rule.NO_MOVEMENT, Rule.OUTSIDE})
COLLARS = frozenset({Rule.SILENT_COLLAR, Rule.LOOSE_COLLAR, Rule.BATTERY, Rule.GATEWAY})


async def answer(turn: Turn, command: Command) -> None:
    """Answer one question."""
    match command.verb:
        case Verb.COW:
            await _cow(turn, command.first)
        case Verb.HEAT:
            await _heats(turn)
        case Verb.CALVING:
            await _calvings(turn)
        case Verb.SICK:
            await _listed(turn, Verb.SICK, [turn.words.what(a) for a in await _open(turn) if a.traits.rule in SICK])
        case Verb.DEVICE:
            found = [turn.words.what(a) for a in await _open(turn) if a.traits.rule in COLLARS]
            await _listed(turn, Verb.DEVICE, found, first=await heard(turn))
        case _:
            await _status(turn)


async def _status(turn: Turn) -> None:
    """The herd now: who was heard, what is open, and how often Herd was right."""
    alerts = await turn.store.open_alerts(turn.now - OPEN_WITHIN)
    lines = [await heard(turn), turn.says.open_alerts.format(count=turn.words.number(len(alerts)))]
    lines += [f"• {line}" for line in turn.words.digest_lines(alerts, told_at=turn.now)]
    await turn.say("\n".join([*lines, await right(turn)]))


async def heard(turn: Turn) -> str:
    """How many animals were heard lately."""
    count, animals = await turn.store.heard(turn.now - HEARD_WITHIN, turn.now - HERD_WITHIN)
    return turn.says.status.format(heard=turn.words.number(count), animals=turn.words.number(animals))


async def right(turn: Turn) -> str:
    """How often Herd was right in the last 30 days, by what the farmer said."""
    verdicts = await turn.store.verdicts(turn.now - RIGHT_WITHIN)
    if not verdicts:
        return turn.says.right_unknown
    true, judged = (turn.words.number(count) for count in (sum(v.true for v in verdicts), len(verdicts)))
    return turn.says.right.format(true=true, judged=judged)


async def _cow(turn: Turn, animal: str) -> None:
    """One animal: her curve, and what is known of her life."""
    if not animal:
        await turn.say(which_cow(turn, Verb.COW))
        return
    words, says = turn.words, turn.says
    table = await turn.store.readings(turn.now - HERD_WITHIN, animal)
    events = await turn.store.events(turn.now - EVENTS_BACK, animal)
    life = life_lines(words, events, table, now=turn.now)
    if table.is_empty():
        await turn.say(life if events else words.fill(says.no_cow, animal=words.id(animal[:64])))
        return
    last = table["measured_at"].max()
    assert isinstance(last, datetime)
    read = words.fill(words.catalogue.caption, animal=words.id(animal))
    now_line = words.fill(says.cow_now, animal=words.id(animal), start=words.date(last))
    await chart(turn, animal, turn.now, alert=None, caption="\n".join(line for line in (now_line, life, read) if line))


async def _heats(turn: Turn) -> None:
    """Whom to inseminate, the most pressing first."""
    found = [alert for alert in await _open(turn) if (alert.best_until or turn.now) > turn.now]
    found.sort(key=lambda alert: alert.best_until or turn.now)
    words = turn.words
    lines = [
        words.fill(turn.says.heat_line, animal=words.id(alert.animal), best=words.best(alert, told_at=turn.now))
        for alert in found
    ]
    await _listed(turn, Verb.HEAT, lines)


async def _calvings(turn: Turn) -> None:
    """Who shows signs, and who is due within two weeks."""
    signs = [turn.words.what(a) for a in await _open(turn) if a.traits.rule is Rule.CALVING]
    events = await turn.store.events(turn.now - EVENTS_BACK)
    animals = sorted({event.animal for event in events})
    dates = {a: due_at((e for e in events if e.animal == a), species=turn.words.species) for a in animals}
    near = sorted((date, a) for a, date in dates.items() if date and abs(date - turn.now) <= DUE_WITHIN)
    lines = [
        turn.words.fill(turn.says.due_line, animal=turn.words.id(animal), date=turn.words.day(date))
        for date, animal in near
    ]
    await _listed(turn, Verb.CALVING, [*signs, *lines])


async def _open(turn: Turn) -> list[Alert]:
    """What opened lately and goes on, seen or not."""
    past = await turn.store.history(turn.now - OPEN_WITHIN, turn.now + timedelta(minutes=1))
    heat_too = (Rule.HEAT, Rule.CALVING)
    return [one.alert for one in past if one.alert.ended_at is None or one.alert.traits.rule in heat_too]


async def _listed(turn: Turn, verb: Verb, lines: Sequence[str], *, first: str = "") -> None:
    head = [first] if first else []
    if not lines:
        await turn.say("\n".join([*head, turn.says.nothing[verb]]))
        return
    more = len(lines) - LINES_MAX
    rest = [turn.words.catalogue.digest_more.format(count=turn.words.number(more))] if more > 0 else []
    shown = [f"• {line}" for line in [*lines[:LINES_MAX], *rest]]
    await turn.say("\n".join([*head, turn.says.heads[verb], *shown]))
