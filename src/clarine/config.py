"""Every setting of the house: name, default, one sentence; read from ``CLARINE_*`` variables and overridden by flags."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from clarine.domain.errors import Invalid


def _setting(default: Any, sentence: str, *, env: str | None = None, secret: bool = False) -> Any:
    return field(default=default, metadata={"sentence": sentence, "env": env, "secret": secret}, repr=not secret)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. Bools are read from 1/0/true/false, paths and numbers as written."""

    data: Path = _setting(
        Path("clarine-data"), "The folder for everything that must survive: the embedded database and the media."
    )
    database_url: str = _setting(
        "", "A PostgreSQL to use instead of the embedded one.", env="DATABASE_URL", secret=True
    )
    database_replica_url: str = _setting(
        "",
        "A read replica of that PostgreSQL; it answers for history: older pages, lists, statements, audits.",
        secret=True,
    )
    database_pooled: bool = _setting(
        False,
        "Whether both lead to a pooler that lends a connection for one transaction (pgbouncer in transaction mode).",
    )
    host: str = _setting("127.0.0.1", "The address to listen on.")
    port: int = _setting(8400, "The port to listen on.")
    public_url: str = _setting("", "The address users see, for links in answers; taken from the request when empty.")
    workers: int = _setting(
        1, "How many processes answer on the port; with more than one, another does the work behind."
    )
    role: str = _setting(
        "all", "What this process does: web (the front doors), worker (webhooks, what is due by time) or all."
    )
    nats_url: str = _setting(
        "",
        "NATS servers (comma-separated) that carry the bell between processes; empty starts one where it is needed.",
        secret=True,
    )
    log_format: str = _setting("human", "How logs are written: human or json.")
    log_level: str = _setting("info", "The least severe log line to write: debug, info, warning or error.")
    errors_mode: str = _setting(
        "async", "How policy refusals are told: async (a failed status follows, as the original does) or sync."
    )
    strict_meta: bool = _setting(
        False, "Leave contacts out of failed statuses and require a token for media links, as the original does."
    )
    batch_items_max: int = _setting(500, "The most messages one transaction takes.")
    queue_items_max: int = _setting(
        10_000, "The most messages that may wait for a transaction; beyond it callers are told to come back."
    )
    queue_wait_s_max: float = _setting(
        2.0, "How long a message may wait for its transaction, as fast as they end now; beyond it callers are told too."
    )
    database_connections_max: int = _setting(12, "The most connections to the database that one process opens.")
    throughput_per_s: int = _setting(80, "The most messages one phone number sends in a second, on average.")
    pair_interval_s: float = _setting(
        6.0, "A phone number may write to one person once in so many seconds, on average."
    )
    pair_burst: int = _setting(45, "The most messages it may write to them at once before it must wait that long.")
    calls_per_h: int = _setting(
        5_000, "The most calls in an hour of one account that send nothing and carry no media, for each process."
    )
    starting_tier: str = _setting(
        "TIER_250",
        "The messaging limit no business falls below: TIER_250, TIER_2K, TIER_10K, TIER_100K or TIER_UNLIMITED.",
    )
    rates: str = _setting(
        "", "A folder with price lists of your own, beside those that ship; one of the same day replaces ours."
    )
    webhook_events_max: int = _setting(1, "The most events in one webhook POST; 1 is what every client understands.")
    webhook_timeout_s: float = _setting(10.0, "How long a webhook receiver may take to answer.")
    webhook_connections_max: int = _setting(64, "The most webhook POSTs under way at once.")
    webhook_certificate: str = _setting(
        "", "A PEM file with the certificate (and its chain) that is shown to webhook receivers that ask for one."
    )
    webhook_key: str = _setting(
        "", "A PEM file with the key of that certificate; empty when it stands in the same file."
    )
    webhook_authority: str = _setting(
        "", "A PEM file with certificates that webhook receivers may be signed by, besides those the system trusts."
    )
    fetch_timeout_s: float = _setting(15.0, "How long a link to media that a business sent may take to fetch.")
    fetch_connections_max: int = _setting(32, "The most such links fetched at once.")
    fetch_private: bool = _setting(False, "Whether such links may lead to private and loopback addresses.")
    message_ttl_s: int = _setting(
        30 * 86_400, "How long a message waits for its person before it is given up and its hold returned."
    )
    media_link_ttl_s: int = _setting(300, "How long a media link works.")
    poll_s: float = _setting(1.0, "How often a worker looks for work when no bell rang.")
    heartbeat_s: float = _setting(25.0, "How often an idle socket is asked whether it is still there.")
    socket_queue_max: int = _setting(512, "The most events that may wait for one slow device before it is cut off.")
    code_ttl_s: int = _setting(600, "How long a sign-in code works.")
    code_tries_max: int = _setting(5, "How many wrong sign-in codes are allowed.")
    session_ttl_s: int = _setting(30 * 86_400, "How long a console sign-in lasts.")
    sandbox: bool = _setting(
        False, "Open the sandbox: whoever reaches the port moves time, speaks as people and empties it all."
    )
    seed: int = _setting(0, "The sandbox's seed: the same ids, tokens and faults in every run; 0 draws fresh ones.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **flags: Any) -> Self:
        """Settings from ``CLARINE_<NAME>`` (or the variable a setting names), then *flags* that are not None. A secret may
        stand in a file instead, which the variable with ``_FILE`` behind it names.

        Raises Invalid, naming the variable, when a value cannot be read.
        """
        found: dict[str, Any] = {}
        for item in fields(cls):
            variable = item.metadata["env"] or f"CLARINE_{item.name.upper()}"
            text = _secret(environment, variable) if item.metadata["secret"] else environment.get(variable)
            if text is not None:
                found[item.name] = _read(variable, text, item.default)
        found.update({name: value for name, value in flags.items() if value is not None})
        return replace(cls(), **found)

    def environment(self) -> dict[str, str]:
        """What `from_environment` reads as these settings: variable → text."""
        texts = {}
        for item in fields(self):
            value = getattr(self, item.name)
            text = str(int(value)) if isinstance(value, bool) else str(value)
            texts[item.metadata["env"] or f"CLARINE_{item.name.upper()}"] = text
        return texts


def _secret(environment: Mapping[str, str], variable: str) -> str | None:
    """The value of *variable*, or what stands in the file that ``<variable>_FILE`` names. Raises Invalid."""
    text, path = environment.get(variable), environment.get(f"{variable}_FILE")
    if path is None:
        return text
    if text is not None:
        raise Invalid(f"{variable} and {variable}_FILE are both set; one of them is enough", field=variable)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{variable}_FILE={path!r} cannot be read: {type(error).__name__}", field=variable) from None


def _read(variable: str, text: str, default: Any) -> Any:
    try:
        match default:
            case bool():
                return {"1": True, "true": True, "0": False, "false": False}[text.lower()]
            case int() | float() | Path():
                return type(default)(text) if not isinstance(default, Path) else Path(text)
            case _:
                return text
    except (KeyError, ValueError):
        raise Invalid(f"{variable}={text!r} cannot be read as {type(default).__name__}", field=variable) from None
