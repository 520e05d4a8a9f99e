"""One farm, running: readings in, alerts out, answers back; ``once`` for a data set, ``live`` until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import polars as pl

from clarine.client import CloudApi
from clarine_herd import simulate
from clarine_herd.alerts import Alert, alerts_of, count_by_kind
from clarine_herd.chat.answering import Replies
from clarine_herd.gather import Gathered, gathered, last_time
from clarine_herd.listening import listening
from clarine_herd.normal import BIN, BIN_H, DAYS_BACK
from clarine_herd.outbox import Outbox, ensure_templates
from clarine_herd.page.site import Site
from clarine_herd.receiver import WEBHOOK_PATH, Counts, Receiver
from clarine_herd.registry import battery_facts, loose_facts
from clarine_herd.settings import Settings
from clarine_herd.store.embedded import Embedded
from clarine_herd.store.intake import Intake, Taken
from clarine_herd.store.messages import Tally
from clarine_herd.store.minutes import gather
from clarine_herd.store.postgres import Store
from clarine_herd.voice import Voice
from clarine_herd.words import Words
from clarine_herd.worker import take_in

log = logging.getLogger("clarine_herd")

#: Live, alerts that opened longer ago than this are history that the window shows with less of its past.
LIVE_BACK = timedelta(days=3)
LIVE_PAST = timedelta(days=DAYS_BACK + 4)
POLL_S = 20.0
SIMULATED_PAST_D, SIMULATED_FUTURE_D = 14, 365


@dataclass(frozen=True, slots=True)
class Running:
    """What a started farm holds."""

    settings: Settings
    store: Store
    outbox: Outbox
    replies: Replies
    counts: Counts
    bell: asyncio.Event
    #: Languages whose templates were asked for.
    asked: set[str] = field(default_factory=set)

    async def have_templates(self) -> None:
        """Ask for the templates of every language that somebody reads and that was not asked for yet."""
        if not self.settings.waba_id:
            return
        for contact in await self.store.contacts():
            if contact.language not in self.asked:
                found = await ensure_templates(self.outbox.voice.api, Words.of(contact.language))
                log.info("Templates: %s action=templates language=%s", found, contact.language)
                self.asked.add(contact.language)


@contextlib.asynccontextmanager
async def started(
    settings: Settings, *, now: Callable[[], datetime], transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Running]:
    """Open the store, listen for webhooks, subscribe to them and ask for the templates. Raises ApiError, OSError."""
    bell, verify_token = asyncio.Event(), secrets.token_hex(16)
    async with contextlib.AsyncExitStack() as stack:
        url = settings.database_url or await stack.enter_async_context(Embedded(settings.data))
        store = await stack.enter_async_context(await Store.open(url, settings.farm))
        await _settle_in(store, settings)
        counts = Counts()

        def took(taken: Taken) -> None:
            counts.changes += taken.is_news

        await take_in(stack, settings, Intake(store.pool), took)
        api = await stack.enter_async_context(
            CloudApi(
                settings.api_base,
                settings.phone_number_id,
                access_token=settings.token,
                waba_id=settings.waba_id or None,
                transport=transport,
            )
        )
        receiver = Receiver(
            store,
            settings.app_secret,
            verify_token,
            settings.readings_token,
            zone=settings.zone,
            ring=bell.set,
            counts=counts,
        )

        def changed() -> None:
            counts.changes += 1
            bell.set()

        told_url = settings.page_url or settings.public_url
        site = Site(store, now, changed, secure=told_url.startswith("https:"))
        base = await stack.enter_async_context(
            listening(receiver.app(site.routes()), host=settings.listen_host, port=settings.listen_port)
        )
        if settings.waba_id:
            callback = (settings.public_url or base).rstrip("/") + WEBHOOK_PATH
            await api.subscribe_webhooks(callback, verify_token=verify_token)
        voice = Voice(store, api)
        running = Running(
            settings, store, Outbox(store, voice), Replies(store, voice, now, told_url or base), counts, bell
        )
        await running.have_templates()
        log.info("Started action=start listen=%s", base)
        yield running


async def once(settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> dict[str, Any]:
    """Everything there is, judged as if it arrived now, sent, and followed to its end; gives the summary.

    Waits up to ``settle_s`` for the last status. Keys are documented in docs/reference/herd-cli.md.
    """
    begun = time.monotonic()
    found, alerts = await asyncio.to_thread(_judged, settings)
    end = last_time(found.herds)
    async with started(settings, now=lambda: end, transport=transport) as running:
        for herd in found.herds:
            await running.store.add_readings(herd)
        await running.store.record(alerts, now=None)
        tallies = await _settled(running, begun + settings.settle_s)
        return _summary(found, alerts, tallies, running.counts) | {"seconds": round(time.monotonic() - begun, 2)}


async def live(settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
    """Run until cancelled. Simulated time, when asked for, runs ``speed`` times as fast as ours."""
    clock = FarmClock(settings)
    async with started(settings, now=clock, transport=transport) as running:
        feed = await _feed(running, clock)
        judged: tuple[datetime, int] | None = None
        while True:
            running.bell.clear()
            now = clock()
            if feed is not None:
                # A reading stands at the start of its two hours and is heard at their end.
                heard = pl.col("measured_at") <= now - BIN
                await running.store.add_readings(feed.filter(heard))
                running.counts.changes += bool(feed.filter(heard).height)
                feed = feed.filter(~heard)
            # Only whole bins are judged: the one that is under way looks like a fall.
            due = (day_bin(now), running.counts.changes)
            if due != judged:
                await _judge(running, now)
                judged = due
            await running.outbox.drain(now)
            if await running.replies.answer_waiting():
                running.counts.changes += 1
                await running.have_templates()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_pause_s(settings, now)):
                    await running.bell.wait()


class FarmClock:
    """Farm time: the wall clock of the farm's zone or, in a simulation, ``speed`` times as fast from when it was set."""

    def __init__(self, settings: Settings) -> None:
        self._zone = settings.zone
        self._speed = settings.speed if settings.simulate else 1.0
        self.set(datetime.now(settings.zone).replace(tzinfo=None))

    def set(self, at: datetime) -> None:
        """Go on from *at*."""
        self._at, self._begun = at, time.monotonic()

    def __call__(self) -> datetime:
        if self._speed == 1.0:
            return datetime.now(self._zone).replace(tzinfo=None)
        return self._at + timedelta(seconds=(time.monotonic() - self._begun) * self._speed)


def _judged(settings: Settings) -> tuple[Gathered, list[Alert]]:
    found = gathered(settings)
    return found, found.alerts()


async def _settled(running: Running, until: float) -> list[Tally]:
    """Send everything and wait for every message's end, at most until *until* (monotonic seconds)."""
    while True:
        running.bell.clear()
        await running.outbox.drain(None)
        await running.replies.answer_waiting()
        tallies = await running.store.tally()
        left = until - time.monotonic()
        if all(tally.settled for tally in tallies):
            return tallies
        if left <= 0:
            break
        with contextlib.suppress(TimeoutError):
            # A template that waits for its review rings no bell, so look again now and then.
            async with asyncio.timeout(min(left, 2.0)):
                await running.bell.wait()
    await running.store.give_up()
    return await running.store.tally()


def _summary(found: Gathered, alerts: list[Alert], tallies: list[Tally], counts: Counts) -> dict[str, Any]:
    accounted = {episode for tally in tallies if tally.settled for episode in tally.episodes}
    states = [tally.state for tally in tallies]
    return {
        "readings": found.readings,
        "animals": found.animals,
        "herds": len(found.herds),
        "files_read": list(found.files_read),
        "files_refused": [{"file": item.file, "reason": item.reason} for item in found.files_refused],
        "alerts": count_by_kind(alerts),
        "messages": {
            "total": len(tallies),
            "accepted": states.count("accepted"),
            "delivered": sum(tally.delivered for tally in tallies),
            "read": sum(tally.read for tally in tallies),
            "failed": sum(tally.failed for tally in tallies),
            "refused": states.count("refused"),
            "expired": states.count("expired"),
        },
        "refusals": sorted({tally.error for tally in tallies if tally.state == "refused"}),
        "alerts_unaccounted": sum(alert.id not in accounted for alert in alerts),
        "webhooks_received": counts.webhooks,
        "signature_failures": counts.signature_failures,
    }


async def _feed(running: Running, clock: FarmClock) -> pl.DataFrame | None:
    """Take in the exports that are there, or start the simulator: what it has not said yet is given back."""
    settings = running.settings
    if settings.herd_data is not None:
        found = await asyncio.to_thread(gathered, settings)
        for refused in found.files_refused:
            log.warning("%s was not read: %s action=ingest", refused.file, refused.reason)
        for herd in found.herds:
            await running.store.add_readings(herd)
    if not settings.simulate:
        return None
    known = await running.store.times_heard()
    if known is None:
        # A story that begins at night would be told in the morning: it begins in the morning then.
        now = (await running.store.wishes()).policy.quiet_until(clock())
        clock.set(now)
        return await _simulated(settings, now - timedelta(days=SIMULATED_PAST_D), story_at=now)
    # A simulation that was stopped goes on where it was, and what it said before is not said differently now.
    first, last = known
    clock.set(max(clock(), last + BIN))
    return (await _simulated(settings, first, story_at=None)).filter(pl.col("measured_at") > last)


async def _simulated(settings: Settings, start: datetime, *, story_at: datetime | None) -> pl.DataFrame:
    days = SIMULATED_PAST_D + SIMULATED_FUTURE_D
    made = await asyncio.to_thread(
        simulate.herd, start, animals=settings.animals, days=days, seed=settings.seed, story_at=story_at
    )
    return made.table


async def _judge(running: Running, now: datetime) -> None:
    ours = datetime.now(UTC)
    await gather(running.store.pool, now=ours, farm_ids=await running.store.farm_ids())
    table = await running.store.readings(now - LIVE_PAST)
    known = await running.store.known(now, await running.store.wishes())
    batteries = battery_facts(await running.store.collars(ours), running.settings.zone)
    known = replace(known, devices=(*known.devices, *batteries, *loose_facts(table)))
    alerts = await asyncio.to_thread(alerts_of, table, until=day_bin(now), known=known)
    recent = [alert for alert in alerts if alert.opened_at >= now - LIVE_BACK or alert.last_at >= now - LIVE_BACK]
    for new in await running.store.record(recent, now=now):
        log.info("Alert %s action=alert", new)


async def _settle_in(store: Store, settings: Settings) -> None:
    """People and species that the run was told of, what the farm chose since then stays; and where its clock is."""
    await store.set_zone(str(settings.zone))
    await store.add_contacts(settings.contacts)
    if settings.species:
        await store.save_wishes(replace(await store.wishes(), species=settings.species))


def day_bin(now: datetime) -> datetime:
    """The start of the two hours in which *now* lies."""
    return now.replace(hour=now.hour - now.hour % BIN_H, minute=0, second=0, microsecond=0)


def _pause_s(settings: Settings, now: datetime) -> float:
    if not settings.simulate:
        return POLL_S
    return min(POLL_S, max((day_bin(now) + BIN - now).total_seconds() / settings.speed, 0.05))


def failed(summary: dict[str, Any]) -> bool:
    """Whether a summary breaks the promise: an alert that nobody knows the end of, or a webhook that was forged."""
    return bool(summary["alerts_unaccounted"] or summary["signature_failures"])
