"""What must be true at the end, whatever happened: of money, of messages, of streams and of webhooks."""

from __future__ import annotations

from asyncpg import Connection

from clarine.domain.ids import MessageKey, RefusalKey
from clarine.flow.audit import audit
from tests.simulation.chaos.world import World

_IN_STREAMS = "SELECT person_id, seq FROM message UNION ALL SELECT person_id, seq FROM change ORDER BY person_id, seq"
_TO_PEOPLE = "SELECT person_id, seq FROM message WHERE direction = 1"
_END_STATES = """
SELECT m.person_id, m.seq, count(*) FILTER (WHERE r.status IN (2, 3)) AS delivered, count(*) FILTER (WHERE r.status = 9) AS failed
FROM message m LEFT JOIN receipt r ON r.person_id = m.person_id AND r.seq = m.seq
WHERE m.direction = 1 GROUP BY 1, 2
"""
_LISTS = """
SELECT campaign_id, state, (SELECT count(*) FROM campaign_recipient r WHERE r.campaign_id = c.campaign_id) AS recipients,
       (SELECT count(*) FROM campaign_outcome o WHERE o.campaign_id = c.campaign_id) AS outcomes
FROM campaign c
"""
_TOLD = "SELECT business_id, number, person_id FROM notice WHERE field IN ('messages', 'user_preferences')"


async def check(world: World, connection: Connection) -> None:
    """Raises AssertionError, naming what does not hold."""
    await _money(world)
    listed = await _campaigns(connection)
    await _messages(world, connection, listed)
    await _streams(world, connection)
    await _webhooks(world, connection)


async def _money(world: World) -> None:
    """Conserved to the last micro; no charge without delivery, no delivery without charge."""
    result = await audit(world.house)
    assert result.clean, result.findings


async def _campaigns(connection: Connection) -> list[tuple[int, int]]:
    """A campaign that is done has an outcome for everybody on its list; which messages its lists became."""
    for campaign_id, state, recipients, outcomes in await connection.fetch(_LISTS):
        assert outcomes == recipients or (state == "cancelled" and outcomes < recipients), (
            f"campaign {campaign_id} is {state} with {outcomes} outcomes for {recipients} recipients"
        )
    return [tuple(row) for row in await connection.fetch("SELECT recipient, seq FROM campaign_outcome WHERE seq > 0")]


async def _messages(world: World, connection: Connection, listed: list[tuple[int, int]]) -> None:
    """Each answered key is one message or one refusal, each recipient's outcome one message, and there is no other; each
    message has one end state."""
    ids = [world.house.seal.message_key(message_id) for message_id in world.answers.values()]
    sent = [(key.person_id, key.seq) for key in ids if isinstance(key, MessageKey)]
    refused = [(key.business_id, key.number) for key in ids if isinstance(key, RefusalKey)]
    stored = [tuple(row) for row in await connection.fetch(_TO_PEOPLE)]
    assert sorted(sent + listed) == sorted(stored), "messages were lost or doubled"
    rows = await connection.fetch("SELECT business_id, number FROM refusal")
    assert sorted(refused) == sorted(tuple(row) for row in rows), "refusals were lost or doubled"
    for person_id, seq, delivered, failed in await connection.fetch(_END_STATES):
        ends = (delivered > 0) + (failed > 0)
        assert ends == 1, f"message {seq} of {person_id} has {ends} end states"
    written = await connection.fetch("SELECT person_id, seq FROM message WHERE direction = 2")
    assert sorted(world.written.values()) == sorted(tuple(row) for row in written), (
        "what people wrote was lost or doubled"
    )


async def _streams(world: World, connection: Connection) -> None:
    """Each person's stream counts 1, 2, 3 … to its end, and each device has all of it."""
    seqs: dict[int, list[int]] = {}
    for person_id, seq in await connection.fetch(_IN_STREAMS):
        seqs.setdefault(person_id, []).append(seq)
    last = dict(await connection.fetch("SELECT person_id, last_seq FROM inbox"))
    for person_id, found in seqs.items():
        assert found == list(range(1, last[person_id] + 1)), f"the stream of {person_id} has a gap or repeats itself"
    for device in world.devices:
        if device.online:
            assert device.last_seq == last[device.someone.person_id], "a device misses something"


async def _webhooks(world: World, connection: Connection) -> None:
    """Everything was told at least once, and each conversation in order."""
    told: dict[tuple[int, int | None], list[int]] = {}
    for business_id, number, person_id in await connection.fetch(_TOLD + " ORDER BY number"):
        told.setdefault((business_id, person_id), []).append(number)
    for conversation, numbers in told.items():
        first_told = list(dict.fromkeys(world.receiver.acknowledged[conversation]))
        if conversation[1] is None:  # about nobody who is here: each stands alone
            first_told.sort()
        assert first_told == numbers, (
            f"webhooks of {conversation} were lost or came out of order: {numbers} as {first_told}"
        )
