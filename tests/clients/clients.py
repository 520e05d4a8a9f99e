"""The clients of the table: which packages, which driver, and what leads each of them here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Way = Literal["base URL", "proxy", "front"]


@dataclass(frozen=True)
class Client:
    """*place* is its folder among the installed clients, *driver* a module or a file for Node, *phone* its business's number."""

    title: str
    place: str
    driver: str
    way: Way
    phone: str


CLIENTS: Final = (
    Client("pywa 4.5.0", "pywa-4.5.0", "pywa_driver", "base URL", "+15550783801"),
    Client("pywa 3.9.0", "pywa-3.9.0", "pywa_driver", "base URL", "+15550783802"),
    Client("pywa 4.5.0, unpatched", "pywa-4.5.0", "pywa_driver", "proxy", "+15550783803"),
    Client("heyoo 0.1.2", "heyoo-0.1.2", "heyoo_driver", "base URL", "+15550783804"),
    Client("heyoo 0.1.2, unpatched", "heyoo-0.1.2", "heyoo_driver", "proxy", "+15550783805"),
    Client("whatsapp-api-js 6.3.0", "node", "whatsapp_api_js.mjs", "base URL", "+15550783806"),
    Client("whatsapp 0.0.5-Alpha", "node", "official.mjs", "front", "+15550783807"),
)
