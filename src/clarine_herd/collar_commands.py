"""``clarine-herd collars`` and ``wear``: look at a farm's collars, and say which animal wears which."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from clarine_herd.store.postgres import Store

LETTERS_SHOWN = 50

Database = Annotated[str, typer.Option(envvar="HERD_DATABASE_URL", help="The PostgreSQL of the farm.")]
Farm = Annotated[str, typer.Option(help="The farm's name in the database.")]


def collars(
    *,
    database_url: Database,
    farm: Farm = "farm",
    refused: Annotated[
        bool, typer.Option("--refused", help="What was refused instead: counts, and the last ones.")
    ] = False,
) -> None:
    """The farm's collars, one JSON object a line: device, animal, heard_at, interval_min, battery, signal, silence."""
    for line in asyncio.run(_refused(database_url, farm) if refused else _collars(database_url, farm)):
        print(json.dumps(line, default=str, ensure_ascii=False))  # noqa: T201


def wear(
    collar: Annotated[str, typer.Argument(help="The device, as its topic or LoRaWAN names it.")],
    animal: Annotated[str, typer.Argument(help="The animal; empty takes the collar off.")] = "",
    *,
    database_url: Database,
    farm: Farm = "farm",
    since: Annotated[str, typer.Option("--from", help="Since when, RFC 3339 with an offset; now without it.")] = "",
) -> None:
    """Put a collar onto an animal. What it told since then counts for that animal, also what is there already."""
    try:
        at = datetime.fromisoformat(since) if since else datetime.now(UTC)
    except ValueError:
        raise typer.BadParameter(f"{since} is not a time.", param_hint="--from") from None
    if at.tzinfo is None:
        raise typer.BadParameter("it needs an offset, like 2026-11-23T06:00:00+05:30.", param_hint="--from")
    asyncio.run(_wear(database_url, farm, (collar, animal, at)))


async def _wear(url: str, farm: str, putting: tuple[str, str, datetime]) -> None:
    async with await Store.open(url, farm) as store:
        await store.farm_ids()
        await store.put_on([putting])


async def _collars(url: str, farm: str) -> list[dict[str, Any]]:
    async with await Store.open(url, farm) as store:
        return [asdict(it) for it in await store.collars(datetime.now(UTC))]


async def _refused(url: str, farm: str) -> list[dict[str, Any]]:
    async with await Store.open(url, farm) as store:
        counts = await store.refusals(date(1970, 1, 1))
        letters = await store.dead_letters(LETTERS_SHOWN)
    return [{"counts": counts}, *(asdict(it) | {"body": it.body.hex()} for it in letters)]
