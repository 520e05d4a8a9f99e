"""What the farmer wrote or tapped: kept before it is acknowledged, handled afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from clarine.client import Inbound, InboundButton, InboundReaction, InboundReply, InboundText
from clarine_herd.store.tables import VALUE_MAX, Tables


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that somebody wrote (kind text) or tapped (kind tap) and that has not been answered.

    ``context`` is the wamid of the message that it answers or reacts to.
    """

    wamid: str
    sender: str
    kind: str
    value: str
    at: datetime
    context: str = ""


class Inbounds(Tables):
    """The incoming messages of one farm."""

    async def save_inbound(self, event: Inbound) -> None:
        """Keep what the farmer wrote or tapped, before the webhook is acknowledged."""
        kind, value = _said(event)
        arrival = event.arrival
        at = datetime.fromtimestamp(arrival.at_s, UTC)
        context = event.message_id if isinstance(event, InboundReaction) else arrival.context_id
        who = arrival.sender.wa_id
        await self.execute("save_inbound", arrival.id, who, at, kind, value[:VALUE_MAX], context[:VALUE_MAX])

    async def waiting(self) -> list[Waiting]:
        """What has not been answered, oldest first."""
        rows = await self.fetch("waiting_inbound")
        return [Waiting(**row) for row in rows]

    async def handled(self, wamid: str) -> None:
        """This has been answered."""
        await self.execute("handled_inbound", wamid, datetime.now(UTC))

    async def uploaded(self, key: str) -> str | None:
        """The media id that an answer has uploaded under *key* within the last day."""
        rows = await self.fetch("uploaded", key)
        return rows[0]["media"] if rows else None

    async def remember_upload(self, key: str, media: str) -> None:
        """Keep that media id for a second try."""
        await self.execute("forget_uploads")
        await self.execute("remember_upload", key, media)

    async def last_inbound(self, sender: str) -> datetime | None:
        """When *sender* (phone digits) last wrote."""
        found: datetime | None = (await self.fetch("last_inbound", sender))[0][0]
        return found

    async def texts(self, sender: str) -> list[str]:
        """The last 200 texts of *sender*, newest first."""
        return [row["value"] for row in await self.fetch("stop_words", sender)]


def _said(event: Inbound) -> tuple[str, str]:
    match event:
        case InboundButton():
            return "tap", event.payload
        case InboundReply():
            return "tap", event.id
        case InboundText():
            return "text", event.body
        case InboundReaction():
            return "text", event.emoji
        case _:
            return "other", ""
