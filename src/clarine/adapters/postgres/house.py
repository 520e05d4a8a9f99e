"""What an operator asks about the database itself."""

from __future__ import annotations

from clarine.adapters.postgres.connected import Connected


class HouseQueries(Connected):
    """Implements ports.house_rows.HouseRows."""

    async def migrations(self) -> list[str]:
        return [record["name"] for record in await self.connection.fetch(self.sql.migrations)]

    async def server_version(self) -> str:
        return str(await self.connection.fetchval(self.sql.server_version))

    async def durable(self) -> bool:
        return bool(await self.connection.fetchval(self.sql.durable))
