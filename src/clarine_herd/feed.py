"""The collars' stream: durable pull consumers on what the broker's MQTT listener keeps, acknowledged after our commit.

The server keeps every MQTT message of QoS 1 in its stream ``$MQTT_msgs`` before it answers the sender; consumers of our
own keep it there until it is in our database, so a Herd that is down loses nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import asyncpg
import nats
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StreamConfig
from nats.js.errors import NotFoundError

from clarine_herd.ingest.arrived import Arrived, Decoded
from clarine_herd.ingest.decode import decoded
from clarine_herd.ingest.refusals import Reason
from clarine_herd.store.intake import Intake, Taken

log = logging.getLogger("clarine_herd")

STREAM = "$MQTT_msgs"
PREFIX = "$MQTT.msgs."
BATCH_MAX = 2000
FETCH_S = 1.0
ANSWER_S = 2.0
ACK_S = 5
RETRY_S = 0.5
PENDING_MAX = 20_000
IDLE_NOTE_S = 60.0
_TROUBLE = (nats.errors.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Feed:
    """Which broker and which of its *partitions* in all; ``took`` is called after each commit."""

    url: str
    partitions: int
    intake: Intake
    took: Callable[[Taken], None]

    async def run(self, mine: Sequence[int]) -> None:
        """Take in the partitions *mine* until cancelled; what fails is tried again."""
        client = await self._connected()
        try:
            async with asyncio.TaskGroup() as group:
                for number in mine:
                    group.create_task(self._follow(client, number))
        finally:
            await client.close()

    async def _connected(self) -> Client:
        while True:
            try:
                return await _connect(self.url, attempts=-1)
            except _TROUBLE as error:
                log.warning("The broker is not there yet action=feed because=%s", type(error).__name__)
                await asyncio.sleep(RETRY_S)

    async def _follow(self, client: Client, number: int) -> None:
        """One partition, for ever."""
        while True:
            try:
                await make_consumer(client.jetstream(), number, self.partitions)
                async with _Pull(client, durable(number, self.partitions)) as pull:
                    await self._take_all(pull, number)
            except _TROUBLE as error:
                log.warning("The feed pauses action=feed partition=%s because=%r", number, error)
                await asyncio.sleep(RETRY_S)

    async def _take_all(self, pull: _Pull, number: int) -> None:
        noted = 0.0
        while True:
            asked = datetime.now(UTC)
            messages = await pull.next()
            if messages:
                await self._take(messages, pull, number)
            elif time.monotonic() - noted > IDLE_NOTE_S and await pull.is_empty():
                noted = time.monotonic()
                await self.intake.take(Decoded(), partition=number, heard_through=asked)

    async def _take(self, messages: list[Msg], pull: _Pull, number: int) -> None:
        arrived = [arrived_of(message) for message in messages]
        for taken in await taken_in(self.intake, arrived, number):
            self.took(taken)
        await pull.acknowledge(messages)


class _Pull:
    """What a durable consumer hands over, as it comes: while one batch is kept, the next gathers, without a timer.

    The library's own ``fetch`` waits for each message with a timer of its own; that was two thirds of Herd's time.
    """

    def __init__(self, client: Client, consumer: str) -> None:
        self._client = client
        self._consumer = consumer
        self._inbox = client.new_inbox()
        self._waiting: list[Msg] = []
        self._left = 0
        self._came = asyncio.Event()
        self._heard: Subscription | None = None

    async def __aenter__(self) -> Self:
        self._heard = await self._client.subscribe(self._inbox, cb=self._hear)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._heard is not None and self._client.is_connected:
            await self._heard.unsubscribe()

    async def next(self) -> list[Msg]:
        """What came, up to BATCH_MAX and at least one; nothing when nothing came for a while."""
        if self._left <= 0 and len(self._waiting) < BATCH_MAX:
            await self._ask()
        if not self._waiting:
            self._came.clear()
            try:
                async with asyncio.timeout(FETCH_S + ANSWER_S):
                    await self._came.wait()
            except TimeoutError:
                # A server that answers nothing has forgotten what it was asked.
                self._left = 0
        taken, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
        return taken

    async def acknowledge(self, messages: Sequence[Msg]) -> None:
        """These are ours: the server may forget them."""
        for message in messages:
            await self._client.publish(message.reply, b"+ACK")

    async def is_empty(self) -> bool:
        """Whether the server has nothing for this consumer, not even what it waits to hear an answer for."""
        info = await self._client.jetstream().consumer_info(STREAM, self._consumer)
        return not info.num_pending and not info.num_ack_pending

    async def _ask(self) -> None:
        self._left = BATCH_MAX
        wanted = json.dumps({"batch": BATCH_MAX, "expires": int(FETCH_S * 1e9)}).encode()
        await self._client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{self._consumer}", wanted, self._inbox)

    async def _hear(self, message: Msg) -> None:
        if message.subject == self._inbox:
            # A status and no message: the request is over.
            self._left = 0
        else:
            self._waiting.append(message)
            self._left -= 1
        self._came.set()


async def taken_in(intake: Intake, arrived: Sequence[Arrived], partition: int) -> list[Taken]:
    """Decode and keep a batch; what the database itself will not have is found by halves and refused."""
    batch = decoded(arrived)
    through = datetime.fromtimestamp(max(item.received_us for item in arrived) / 1e6, UTC)
    try:
        return [await intake.take(batch, partition=partition, heard_through=through - timedelta(seconds=1))]
    except asyncpg.DataError as error:
        if len(arrived) == 1:
            refused = arrived[0].refused(Reason.SHAPE, str(error))
            return [await intake.take(Decoded(refused=[refused]))]
        middle = len(arrived) // 2
        halves = [await taken_in(intake, half, partition) for half in (arrived[:middle], arrived[middle:])]
        return [taken for half in halves for taken in half]


def arrived_of(message: Msg) -> Arrived:
    """A message of the broker's stream as what arrived at its MQTT topic, without our partition in front."""
    levels = message.subject.removeprefix(PREFIX).split(".")
    topic = levels[2:] if levels[0] == "collar" else levels
    # $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time, ns>.<pending>, newer ones with two more.
    at_ns = message.reply.split(".")[-2 if message.reply.count(".") == 8 else -3]
    return Arrived(tuple(topic), message.data, int(at_ns) // 1000)


def durable(number: int, partitions: int) -> str:
    """The consumer's name; another number of partitions is another set of consumers."""
    return f"herd-{number}-of-{partitions}"


async def make_consumer(stream: JetStreamContext, number: int, partitions: int) -> None:
    """The stream, as the server itself would make it, and a durable consumer that keeps what it has not acknowledged."""
    try:
        await stream.stream_info(STREAM)
    except NotFoundError:
        told = StreamConfig(name=STREAM, subjects=[f"{PREFIX}>"], retention=RetentionPolicy.INTEREST)
        await stream.add_stream(told)
    # One partition needs no mapping on the server, so that any NATS will do.
    one = [f"{PREFIX}herd.v1.>", f"{PREFIX}application.>"]
    filters = one if partitions == 1 else [f"{PREFIX}collar.{number}.>"]
    await stream.add_consumer(
        STREAM,
        ConsumerConfig(
            durable_name=durable(number, partitions),
            ack_policy=AckPolicy.EXPLICIT,
            deliver_policy=DeliverPolicy.ALL,
            ack_wait=ACK_S,
            max_ack_pending=PENDING_MAX,
            filter_subjects=filters,
        ),
    )


async def prepare(url: str, partitions: int) -> None:
    """Make the consumers of all partitions, so that what comes from now on is kept for them. Raises OSError."""
    try:
        client = await nats.connect(
            url.split(","), max_reconnect_attempts=3, reconnect_time_wait=RETRY_S, error_cb=_told
        )
        try:
            for number in range(partitions):
                await make_consumer(client.jetstream(), number, partitions)
        finally:
            await client.close()
    except nats.errors.Error as error:
        raise OSError(f"the broker does not take consumers: {error!r}") from error


async def _connect(url: str, *, attempts: int) -> Client:
    # The time that is waited is whole seconds to the library's types and any to its code.
    options: dict[str, Any] = {"max_reconnect_attempts": attempts, "reconnect_time_wait": RETRY_S, "error_cb": _told}
    return await nats.connect(url.split(","), **options)


async def _told(_: Exception) -> None:
    """Its own log would write an error with a traceback for each try."""
