"""Events entered by chat: a row is written, and the answer says what it changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from clarine_herd import payloads
from clarine_herd.alerts import HEAT_DAYS_MIN
from clarine_herd.chat.turn import Turn
from clarine_herd.commands import Command, yes_or_no
from clarine_herd.life import TREATED_D, Event, EventKind, due_at
from clarine_herd.rules import CYCLE_D
from clarine_herd.store.events import EVENTS_BACK
from clarine_herd.words import Verb

ANIMAL_MAX, NOTE_MAX = 64, 100
EVENTS = {
    Verb.INSEMINATED: EventKind.INSEMINATED,
    Verb.CALVED: EventKind.CALVED,
    Verb.TREATED: EventKind.TREATED,
    Verb.DRY: EventKind.DRY,
}


async def enter(turn: Turn, command: Command) -> None:
    """Write the event that *command* says, or ask for what is missing."""
    assert command.verb is not None
    animal = command.first[:ANIMAL_MAX]
    if not animal:
        await turn.say(which_cow(turn, command.verb))
    elif not await turn.store.knows(animal):
        await turn.say(turn.words.fill(turn.says.no_cow, animal=turn.words.id(animal)))
    elif command.verb is Verb.PREGNANT:
        await _pregnant(turn, animal, yes_or_no(command.rest))
    else:
        await _write(turn, EVENTS[command.verb], animal, note=command.rest[:NOTE_MAX])


def which_cow(turn: Turn, verb: Verb) -> str:
    """The question for the animal, with the command as this person would write it."""
    written = next(word for word, found in turn.says.commands.items() if found is verb)
    return turn.words.fill(turn.says.which_cow, example=f"{written} {turn.words.id('1217')}")


async def _pregnant(turn: Turn, animal: str, answer: bool | None) -> None:
    if answer is not None:
        await _write(turn, EventKind.PREGNANT if answer else EventKind.NOT_PREGNANT, animal)
        return
    written = {True: min(turn.says.yes), False: min(turn.says.no)}
    options = [
        payloads.command_option(turn.words, Verb.PREGNANT, f"{animal} {written[known]}", title)
        for known, title in turn.says.answers.items()
    ]
    await turn.ask(turn.words.fill(turn.says.in_calf_question, animal=turn.words.id(animal)), options)


async def _write(turn: Turn, kind: EventKind, animal: str, *, note: str = "") -> None:
    event = Event(animal, kind, turn.now, note, turn.contact.phone, turn.item.wamid)
    await turn.store.add_events([event])
    await turn.say(await _changed(turn, event))


async def _changed(turn: Turn, event: Event) -> str:
    words, says, at = turn.words, turn.says, event.at
    animal = words.id(event.animal)
    match event.kind:
        case EventKind.INSEMINATED:
            again_from, again_to = (words.day(at + timedelta(days=days)) for days in CYCLE_D)
            bull = words.fill(says.bull, bull=words.said(event.note)) if event.note else ""
            gaps = {"date": words.time(at), "bull": bull, "again_from": again_from, "again_to": again_to}
            return words.fill(says.inseminated, animal=animal, **gaps)
        case EventKind.CALVED:
            usable = words.day(at + timedelta(days=HEAT_DAYS_MIN))
            return words.fill(says.calved, animal=animal, date=words.time(at), usable=usable)
        case EventKind.TREATED:
            return words.fill(says.treated, animal=animal, until=words.time(at + timedelta(days=TREATED_D)))
        case EventKind.NOT_PREGNANT:
            return words.fill(says.empty_noted, animal=animal)
        case _:
            sentence = says.dry if event.kind is EventKind.DRY else says.in_calf_noted
            return words.fill(sentence, animal=animal, due=await _due(turn, event.animal)).replace("  ", " ")


async def _due(turn: Turn, animal: str) -> str:
    due: datetime | None = due_at(await turn.store.events(turn.now - EVENTS_BACK, animal), species=turn.words.species)
    return turn.words.fill(turn.says.due_on, date=turn.words.day(due)) if due is not None else ""
