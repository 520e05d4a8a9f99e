"""The link that opens the farm's pages for one person, once; it goes into that person's chat or onto the farm's own terminal."""

from __future__ import annotations

from clarine_herd.store.keys import Keys
from clarine_herd.store.people import Contact

#: Where the pages stand on Herd's listener.
ROOT = "/farm"


async def page_link(keys: Keys, contact: Contact, base: str) -> str:
    """A new link at the address *base* by which people reach Herd; the links before it open nothing any more."""
    return f"{base.rstrip('/')}{ROOT}/enter?code={await keys.make_code(contact)}"
