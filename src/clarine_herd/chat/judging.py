"""What the farmer says of an alert: seen, true, not true and why, later; and the question why."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from clarine_herd import payloads
from clarine_herd.alerts import Alert
from clarine_herd.chat.turn import Turn
from clarine_herd.commands import Command, reason_in
from clarine_herd.drawn import chart_png
from clarine_herd.normal import DAYS_BACK
from clarine_herd.payloads import Tap
from clarine_herd.plan import SNOOZE_H_MAX
from clarine_herd.tuning import REMEMBERED, strictness_now
from clarine_herd.words import Reason, Verb

#: Fourteen days of past for the first of five days shown, and a day's slack.
CHART_PAST = timedelta(days=DAYS_BACK + 6)
SNOOZE_H = 3


async def tapped(turn: Turn, tap: Tap) -> None:
    """One of the buttons under an alert."""
    found = await turn.store.episodes([tap.argument])
    if not found:
        await turn.say(turn.words.catalogue.too_old)
        return
    match tap.verb:
        case "why":
            await _why(turn, found[0])
        case "true":
            await _true(turn, found[0])
        case "not":
            await _ask_reason(turn, found[0])
        case _:
            await _not_true(turn, found[0], Reason(tap.reason))


async def said(turn: Turn, command: Command) -> None:
    """A word about an alert: the one that it answers, that of the animal named, or the last one told."""
    alert = await _meant(turn, command)
    if alert is None:
        await turn.say(turn.says.seen_none)
        return
    match command.verb:
        case Verb.WHY:
            await _why(turn, alert)
        case Verb.TRUE:
            await _true(turn, alert)
        case Verb.LATER:
            await _later(turn, alert, command.hours if command.first != alert.animal else None)
        case Verb.WRONG:
            reason = command.rest if command.first == alert.animal else command.argument
            await (_not_true(turn, alert, reason_in(reason)) if reason else _ask_reason(turn, alert))
        case _:
            await turn.store.acknowledge(alert.id, by=turn.contact.phone)
            await turn.say(turn.says.seen.format(what=turn.words.what(alert)))


async def chart(turn: Turn, animal: str, until: datetime, *, alert: Alert | None, caption: str) -> None:
    """Answer with the animal's curve."""
    table = await turn.store.readings(until - CHART_PAST, animal)
    draw = partial(chart_png, table, turn.words, animal=animal, until=until, alert=alert)
    media = await turn.medium(draw, "image/png", filename=f"cow-{animal}.png")
    await turn.voice.api.send_image(
        turn.contact.address, media, caption=caption, idempotency_key=turn.key, reply_to=turn.item.wamid
    )


async def _meant(turn: Turn, command: Command) -> Alert | None:
    if turn.item.context:
        told = await turn.store.told_by(turn.item.context)
        if len(told) == 1:
            return told[0]
    # Whoever asks why or corrects may mean one that was seen already.
    answered = command.verb in (Verb.WHY, Verb.WRONG, Verb.TRUE)
    if command.first:
        named = await turn.store.last_told(turn.contact, animal=command.first, answered=answered)
        if named is not None:
            return named
    return await turn.store.last_told(turn.contact, answered=answered)


async def _true(turn: Turn, alert: Alert) -> None:
    await _judge(turn, alert, "true")
    await turn.say(await _learned(turn, alert, turn.words.catalogue.thanks_true))


async def _not_true(turn: Turn, alert: Alert, reason: Reason) -> None:
    await _judge(turn, alert, "not_true", reason)
    says = turn.words.catalogue
    await turn.say(await _learned(turn, alert, says.thanks_reason.format(reason=says.reasons[reason])))


async def _ask_reason(turn: Turn, alert: Alert) -> None:
    await _judge(turn, alert, "not_true")
    says = turn.words.catalogue
    body = turn.words.fill(says.ask_reason, animal=turn.words.id(alert.animal))
    await turn.ask(body, payloads.reason_options(turn.words, alert.id), button=says.ask_button)


async def _judge(turn: Turn, alert: Alert, verdict: str, reason: str = "") -> None:
    await turn.store.save_feedback(alert.id, verdict, reason=reason, said_at=turn.now)
    await turn.store.acknowledge(alert.id, by=turn.contact.phone)


async def _later(turn: Turn, alert: Alert, hours: int | None) -> None:
    until = turn.now + timedelta(hours=min(hours or SNOOZE_H, SNOOZE_H_MAX))
    await turn.store.remind(alert, turn.contact, until)
    await turn.say(turn.says.snoozed.format(until=turn.words.time(until)))


async def _why(turn: Turn, alert: Alert) -> None:
    more = await _learned(turn, alert, "")
    if not alert.animal:
        lines = [turn.words.what(alert), more, turn.words.sources(alert)]
        await turn.say("\n".join(line for line in lines if line))
        return
    caption = turn.words.caption(alert, *([more] if more else []))
    await chart(turn, alert.animal, alert.shown_until(turn.now), alert=alert, caption=caption)


async def _learned(turn: Turn, alert: Alert, first: str) -> str:
    """*first*, and what the rule has learned for this animal, if it asks for more or less than at the start."""
    if not alert.animal:
        return first
    verdicts = await turn.store.verdicts(turn.now - REMEMBERED)
    found = strictness_now(verdicts, alert.traits.rule, alert.animal, now=turn.now)
    if round(found.value, 2) == 0:
        return first
    counts = {"false": turn.words.number(found.farm_false), "true": turn.words.number(found.farm_true)}
    sentence = turn.says.stricter if found.value > 0 else turn.says.looser
    return f"{first} {turn.words.fill(sentence, animal=turn.words.id(alert.animal), **counts)}".strip()
