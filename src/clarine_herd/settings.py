"""Everything that a run of Herd is told; read from flags (and, for secrets, the environment) at the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from clarine_herd.broker import Listen
from clarine_herd.store.people import Contact


@dataclass(frozen=True, slots=True)
class Settings:
    """One farm on one business phone number. Secrets are not in the repr."""

    api_base: str
    phone_number_id: str
    farmer: str
    token: str = field(repr=False, default="")
    waba_id: str = ""
    app_secret: str = field(repr=False, default="")
    language: str = "en"
    others: tuple[Contact, ...] = field(repr=False, default=())
    species: str = ""
    farm: str = "farm"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    listen_host: str = "127.0.0.1"
    listen_port: int = 0
    public_url: str = ""
    page_url: str = ""
    data: Path = Path("clarine-herd-data")
    database_url: str = field(repr=False, default="")
    herd_data: Path | None = None
    simulate: bool = False
    animals: int = 40
    seed: int = 1
    speed: float = 1.0
    settle_s: float = 60.0
    readings_token: str = field(repr=False, default="")
    nats_url: str = field(repr=False, default="")
    partitions: int = 1
    mqtt: Listen | None = None

    @property
    def history(self) -> Path:
        """Where days that are closed stand as files."""
        return self.data / "history"

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The farmer and then the others, in the order in which a critical alert looks for somebody."""
        return (Contact(digits_of(self.farmer), self.language), *self.others)


def digits_of(phone: str) -> str:
    """A number as the API's webhooks write it: digits only."""
    return "".join(sign for sign in phone if sign.isdigit())
