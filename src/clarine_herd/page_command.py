"""``clarine-herd page``: a link that opens the farm's pages, for whoever sits at the farm's own machine."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from clarine_herd.link import page_link
from clarine_herd.settings import digits_of
from clarine_herd.store.postgres import Store


def page(
    *,
    database_url: Annotated[str, typer.Option(envvar="HERD_DATABASE_URL", help="The PostgreSQL of the farm.")],
    page_url: Annotated[str, typer.Option(help="The address people reach Herd by, like https://herd.example.")],
    contact: Annotated[str, typer.Option(help="For whom: a phone number; the first contact without it.")] = "",
    farm: Annotated[str, typer.Option(help="The farm's name in the database.")] = "farm",
) -> None:
    """Print a link that opens the farm's pages once, within ten minutes, as the chat's word "page" does."""
    link = asyncio.run(_linked(database_url, farm, digits_of(contact), page_url))
    if link is None:
        raise typer.BadParameter("nobody of this farm has that number.", param_hint="--contact")
    print(link)  # noqa: T201


async def _linked(url: str, farm: str, phone: str, base: str) -> str | None:
    async with await Store.open(url, farm) as store:
        found = [contact for contact in await store.contacts() if phone in ("", contact.phone)]
        return await page_link(store, found[0], base) if found else None
