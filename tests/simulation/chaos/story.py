"""One seed from its first act to the last invariant."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from random import Random

from asyncpg import Connection

from clarine.adapters.clock import TurnedClock
from clarine.domain.campaign import Act as CampaignAct
from clarine.domain.campaign import State
from clarine.domain.consent import Act
from clarine.domain.errors import ClarineError
from clarine.flow import campaign
from clarine.flow.campaign_send import send_chunk
from clarine.flow.house import House
from clarine.flow.notify import notify
from clarine.flow.withdraw import expire
from tests.cast import Cast
from tests.simulation.chaos import acts, invariants
from tests.simulation.chaos.dying import lived
from tests.simulation.chaos.world import Device, Receiver, World, render

SHOPS, PEOPLE = 2, 4
ACTS = 120
AT_ONCE_MAX = 3
#: Rounds until a calm world has nothing left to do; each turns the time, so that leases end and retries fall due.
ROUNDS_MAX = 200


async def play(seed: int, house: House, clock: TurnedClock, cast: Cast, connection: Connection) -> World:
    """A story, with its invariants checked at the end. Raises AssertionError with the seed in it."""
    world = await _begun(seed, house, clock, cast, connection)
    try:
        for _ in range(ACTS):
            await asyncio.gather(*[_act(world) for _ in range(world.random.choice((1, 1, 1, AT_ONCE_MAX)))])
        await _calmed(world)
        await invariants.check(world, connection)
    except Exception as broken:
        raise AssertionError(f"seed {seed}: {broken!r} (again with: make sim SEEDS={seed})") from broken
    return world


async def _begun(seed: int, house: House, clock: TurnedClock, cast: Cast, connection: Connection) -> World:
    random = Random(seed)
    shops = [await cast.shop(balance_micros=random.choice((20_000, 5_000_000))) for _ in range(SHOPS)]
    people = [await cast.person() for _ in range(PEOPLE)]
    for shop in shops:
        await connection.execute(
            "INSERT INTO subscription VALUES ($1, 'app', $2, $3, 'v', '{messages,user_preferences}', now())",
            shop.business_id, shop.app_id, "https://shop.example/hook",
        )  # fmt: skip
        for someone in people[:-1]:
            await cast.consent(someone, shop, Act.GRANTED)
    return World(random, house, clock, shops, [Device(someone) for someone in people], Receiver(random))


async def _act(world: World) -> None:
    (doing,) = world.random.choices(list(acts.ACTS), weights=list(acts.ACTS.values()))
    house, fate = world.process()
    if not await lived(fate, doing(world, house)):
        world.deaths += 1


async def _calmed(world: World) -> None:
    """Nobody dies any more, everybody answers, and time passes until all that waits has ended."""
    world.receiver.calm = True
    house, _ = world.process(immortal=True)
    if world.writes:
        await acts.write_all(world, house, sorted(world.writes))
    for key in sorted(world.sends):
        await acts.ask(world, house, [world.sends[key]])
    await _listed(world, house)
    for device in world.devices:
        device.online = device.online or bool(device.received)
    await _fetched(world, house)
    # An hour more than anything waits: the clock may have been set back since the last message was accepted.
    world.clock.turn(timedelta(seconds=house.settings.message_ttl_s, hours=1))
    while await expire(house):
        pass
    for _ in range(ROUNDS_MAX):
        world.turn(hours=5)
        if not await notify(house, world.receiver, render, owner="last"):
            break
    await _fetched(world, house)


async def _listed(world: World, house: House) -> None:
    """Every list is worked off; what has to pause, for want of money or of a template that may be sent, is cancelled."""
    for key in sorted(world.lists):
        await acts.launch_list(world, house, key)
    for campaign_id, business_id in world.running.items():
        with suppress(ClarineError):
            await campaign.act(house, business_id, campaign_id, CampaignAct.RESUME)
    for _ in range(ROUNDS_MAX):
        while await send_chunk(house):
            pass
        world.turn(hours=0.01)  # somebody may just have heard too often
        rows = [
            await campaign.get(house, business_id, campaign_id) for campaign_id, business_id in world.running.items()
        ]
        if all(row.state is not State.RUNNING for row in rows):
            break
    for row in rows:
        if row.state is not State.DONE:
            await campaign.act(house, row.business_id, row.campaign_id, CampaignAct.CANCEL)


async def _fetched(world: World, house: House) -> None:
    """Every device that is online has everything, and said so."""
    before = -1
    while before != (before := sum(device.last_seq for device in world.devices)):
        await acts.fetch_all(house, [device for device in world.devices if device.online])
        await acts.thank(world, house)
