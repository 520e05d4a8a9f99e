"""Prosody with every message archived (mod_mam) in PostgreSQL, one process, as its package runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from bench.others.programs import Peer, free_port, owned, program, running

HOST = "localhost"
ACCOUNT = 'return {{ ["password"] = "secret"; }};\n'
CONFIG = """
run_as_root = true
daemonize = false
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
log = {{ error = "{folder}/prosody.log" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
s2s_ports = {{ }}
modules_enabled = {{ "roster", "saslauth", "mam" }}
modules_disabled = {{ "s2s", "offline" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
default_archive_policy = true
archive_expires_after = "never"
storage = {{ archive = "sql"; accounts = "internal"; roster = "internal"; }}
default_storage = "internal"
sql = {{ driver = "PostgreSQL", database = "prosody", username = "postgres", host = "127.0.0.1", port = {sql_port} }}
VirtualHost "{host}"
"""


@asynccontextmanager
async def prosody(folder: Path, *, sql_port: int, users: int) -> AsyncIterator[Peer]:
    """A running server with *users* accounts u0 … whose password is "secret". Raises LookupError when it is not installed."""
    path = program("prosody", package="prosody lua-dbi-postgresql")
    connection = await asyncpg.connect(f"postgresql://postgres@127.0.0.1:{sql_port}/postgres")
    await connection.execute("CREATE DATABASE prosody")
    await connection.close()
    port = free_port()
    home = folder / "prosody"
    accounts = home / "data" / HOST / "accounts"
    accounts.mkdir(parents=True)
    for number in range(users):
        (accounts / f"u{number}.dat").write_text(ACCOUNT.format())
    config = home / "prosody.cfg.lua"
    config.write_text(CONFIG.format(folder=home, port=port, sql_port=sql_port, host=HOST))
    owned(home)
    async with running([path, "--config", str(config)], port, folder=home) as pid:
        yield Peer("Prosody", port, (pid,))
