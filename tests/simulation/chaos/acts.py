"""What can happen next. Each act is one process of the house doing one thing, on which it may die."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random

from clarine.domain.campaign import Act as CampaignAct
from clarine.domain.campaign import State
from clarine.domain.consent import Act, ConsentCategory, ConsentRecord
from clarine.domain.errors import ClarineError
from clarine.domain.message import Direction, Text
from clarine.flow import campaign
from clarine.flow.accept import Accepted, SendRequest, accept
from clarine.flow.campaign_send import send_chunk
from clarine.flow.house import House
from clarine.flow.inbound import Written, write
from clarine.flow.quality import review
from clarine.flow.receipt import Read, Received, read, receive
from clarine.flow.relate import Decision, relate
from clarine.flow.rounds import Rounds
from clarine.flow.sync import Missed, sync
from clarine.flow.withdraw import expire
from clarine.ports.records import MessageRow, MessageState
from tests.simulation.chaos.world import Device, World, render

SENDS_MAX = 6
WORDS = ("hello", "how is the weather", "STOP", "START", "thank you")
#: How time jumps, in hours: mostly a little, sometimes by days, sometimes back.
JUMPS_H = (0.001, 0.01, 0.02, 0.02, 0.3, 0.3, 2, 5, 26, -0.01, -0.05)

Doing = Callable[[World, House], Awaitable[None]]


async def send(world: World, house: House) -> None:
    """A business sends a few messages, some of them again because nobody answered the first time, some twice at once."""
    random = world.random
    for _ in range(random.randrange(SENDS_MAX)):
        request = _request(world)
        assert request.key is not None
        world.sends[request.key] = request
    asked = random.sample(sorted(world.sends), k=min(len(world.sends), SENDS_MAX))
    again = random.sample(asked, k=min(len(asked), random.randrange(2)))
    await ask(world, house, [world.sends[key] for key in (*asked, *again)])


async def ask(world: World, house: House, requests: list[SendRequest]) -> None:
    """Send *requests* and remember the answers; a key never gets a second one."""
    for request, outcome in zip(requests, await accept(house, requests), strict=True):
        assert request.key is not None
        if isinstance(outcome, Accepted):
            known = world.answers.setdefault(request.key, outcome.message_id)
            assert known == outcome.message_id, f"{request.key} was answered with two ids"
        # What was refused is given up: nothing of it may be there.
        world.sends.pop(request.key, None)


def _request(world: World) -> SendRequest:
    random, key = world.random, f"send-{world.number()}"
    shop, device = random.choice(world.shops), random.choice(world.devices)
    match random.choice(("text", "alert", "alert", "offer", "nobody")):
        case "text":
            return shop.text(device.someone, key, key=key)
        case "nobody":
            return SendRequest(shop.business_id, shop.phone_number_id, Text(key), phone=15550009999, key=key)
        case name:
            template = shop.template(device.someone, name)
            return SendRequest(shop.business_id, shop.phone_number_id, template.content, phone=template.phone, key=key)


async def fetch(world: World, house: House) -> None:
    """Devices fetch what they missed; the stream has no gap and repeats nothing."""
    online = [device for device in world.devices if device.online]
    await fetch_all(house, world.random.sample(online, k=world.random.randint(1, len(online))))


async def fetch_all(house: House, asked: list[Device]) -> None:
    """Each of *asked* fetches its next page."""
    pages = await sync(house, [Missed(device.someone.person_id, device.last_seq, limit=20) for device in asked])
    for device, page in zip(asked, pages, strict=True):
        for event in page:
            assert event.seq <= device.last_seq + 1, f"a gap after {device.last_seq} of {device.someone.person_id}"
            device.last_seq = max(device.last_seq, event.seq)  # two lines of one device may be told the same
            match event.event:
                case MessageState(MessageRow(direction=Direction.TO_PERSON)):
                    device.unthanked.add(event.seq)
                    device.received.add(event.seq)
                case _:
                    pass


async def thank(world: World, house: House) -> None:
    """Receipts arrive: in any order, some twice, some long after, some although the house knows them."""
    batch, thanked = [], []
    for device in world.random.sample(world.devices, k=len(world.devices)):
        seqs = world.random.sample(sorted(device.unthanked), k=world.random.randint(0, len(device.unthanked)))
        old = world.random.sample(sorted(device.received), k=min(2, len(device.received)))
        for part in (seqs, old, seqs[:1]):
            if part:
                batch.append(Received(device.someone.person_id, tuple(part)))
        thanked.append((device, seqs))
    if batch:
        world.random.shuffle(batch)
        await receive(house, batch)
    for device, seqs in thanked:
        if world.random.random() < 0.8:  # else the thanks are lost with their line, and the device tells it again
            device.unthanked -= set(seqs)


async def look(world: World, house: House) -> None:
    """A person reads a chat, as far as they have it or farther than there is."""
    device, shop = world.random.choice(world.devices), world.random.choice(world.shops)
    await read(house, [Read(device.someone.person_id, shop.business_id, device.last_seq + world.random.randrange(3))])


async def say(world: World, house: House) -> None:
    """People write, some again because nobody answered the first time; some write STOP."""
    random = world.random
    key = f"key-{world.number()}"
    device, shop = random.choice(world.devices), random.choice(world.shops)
    world.writes[key] = Written(device.someone.person_id, shop.business_id, key, Text(random.choice(WORDS)))
    await write_all(world, house, random.sample(sorted(world.writes), k=random.randint(1, len(world.writes))))


async def write_all(world: World, house: House, keys: list[str]) -> None:
    """Write what was written under *keys*; the same key is the same message."""
    said = [world.writes[key] for key in keys]
    for key, answer in zip(keys, await write(house, said), strict=True):
        if isinstance(answer, MessageState):
            place = answer.message.person_id, answer.message.seq
            assert world.written.setdefault(key, place) == place, f"{key} was stored twice"
        world.writes.pop(key, None)


async def decide(world: World, house: House) -> None:
    """A person agrees, stops, blocks or lets in again."""
    random, now = world.random, world.clock.now()
    device, shop = random.choice(world.devices), random.choice(world.shops)
    key = device.someone.person_id, shop.business_id
    match random.choice(("agree", "agree", "stop", "resume", "block", "unblock", "unblock")):
        case "block":
            decision = Decision(*key, blocked=True)
        case "unblock":
            decision = Decision(*key, blocked=False)
        case word:
            act = {"agree": Act.GRANTED, "stop": Act.STOPPED, "resume": Act.RESUMED}[word]
            record = ConsentRecord(act, ConsentCategory.ALL, "Yes, write to me", "1", "chat", "person", now)
            decision = Decision(*key, records=(record,))
    await relate(house, [decision])


async def tell(world: World, house: House) -> None:
    """One of two workers posts webhooks, often round after round, and seldom gives its businesses back."""
    rounds = Rounds(house, world.receiver, render, owner=f"worker-{world.random.randrange(2)}")
    await rounds.step()
    while world.random.random() < 0.5:
        await send(world, house)
        rounds.ring([shop.business_id for shop in world.shops])
        await rounds.step()
    if world.random.random() < 0.2:
        await rounds.close()


async def sweep(world: World, house: House) -> None:
    """What is due by time."""
    await (expire if world.random.random() < 0.7 else review)(house)


async def launch(world: World, house: House) -> None:
    """A business makes a list of everybody and somebody unknown and starts it, some of it again because it died on the way."""
    random = world.random
    if not world.lists or random.random() < 0.5:
        world.lists[f"list-{world.number()}"] = random.choice(world.shops), random.choice(("alert", "offer"))
    await launch_list(world, house, random.choice(sorted(world.lists)))


async def launch_list(world: World, house: House, key: str) -> None:
    """Each step of it may have been done already."""
    shop, template = world.lists[key]
    rows = [campaign.Row(f"+{device.someone.phone}", ()) for device in world.devices] + [
        campaign.Row("+15550009999", ())
    ]
    try:
        row = await campaign.create(
            house, shop.business_id, name=key, phone_number_id=shop.phone_number_id, template=template, language="en",
            components=[], columns=[], key=key,
        )  # fmt: skip
        world.running[row.campaign_id] = row.business_id
        if row.state is State.DRAFT:
            await campaign.add_recipients(house, shop.business_id, row.campaign_id, rows)
            await campaign.act(house, shop.business_id, row.campaign_id, CampaignAct.START)
    except ClarineError:
        pass  # its template is paused, or another process of this story just started it
    world.lists.pop(key, None)


async def post(world: World, house: House) -> None:
    """A worker sends the next few of a list."""
    await send_chunk(house, chunk=world.random.randint(1, 3))


async def halt(world: World, house: House) -> None:
    """A business pauses a campaign, or lets it go on."""
    if world.running:
        campaign_id = world.random.choice(sorted(world.running))
        with suppress(ClarineError):  # it is over, or was never started
            act = world.random.choice((CampaignAct.PAUSE, CampaignAct.RESUME))
            await campaign.act(house, world.running[campaign_id], campaign_id, act)


async def jump(world: World, house: House) -> None:
    """Time jumps, seldom backwards."""
    del house
    world.turn(hours=world.random.choice(JUMPS_H))


async def leave(world: World, house: House) -> None:
    """A device goes offline, or comes back."""
    del house
    device = _one(world.random, world.devices)
    device.online = not device.online or not any(other.online for other in world.devices if other is not device)


def _one(random: Random, devices: list[Device]) -> Device:
    return random.choice(devices)


#: Every act as often as it should happen beside the others.
ACTS: dict[Doing, int] = {send: 6, fetch: 5, thank: 5, look: 2, say: 3, decide: 2, tell: 6, sweep: 2, jump: 3, leave: 1,
    launch: 1, post: 5, halt: 1,
}  # fmt: skip
