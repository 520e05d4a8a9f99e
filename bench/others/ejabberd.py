"""ejabberd with every message archived in PostgreSQL (mod_mam over SQL), or forgetting everything; one node, no cluster port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from bench.others.programs import Peer, free_port, program, running

HOST = "localhost"
LIBRARIES = (Path("/usr/lib/x86_64-linux-gnu"), Path("/usr/lib/aarch64-linux-gnu"))
SQL = Path("/usr/share/ejabberd/sql/pg.sql")

CONFIG = """
loglevel: error
hosts: [{host}]
listen:
  - {{port: {port}, ip: 127.0.0.1, module: ejabberd_c2s, max_stanza_size: 65536, shaper: none, access: all}}
auth_method: [sql]
auth_password_format: plain
sql_type: pgsql
sql_server: 127.0.0.1
sql_port: {sql_port}
sql_database: {database}
sql_username: postgres
sql_password: unused
sql_pool_size: 20
acl: {{}}
shaper: {{}}
modules:
  mod_roster: {{}}
  mod_ping: {{}}
{archive}
"""
ARCHIVE = """
  mod_mam:
    db_type: sql
    default: always
    compress_xml: false
    user_mucsub_from_muc_archive: false
"""


@asynccontextmanager
async def ejabberd(folder: Path, *, sql_port: int, users: int, archive: bool) -> AsyncIterator[Peer]:
    """A running server with *users* accounts u0 … whose password is "secret". Raises LookupError when it is not installed."""
    erl = program("erl", package="ejabberd erlang-p1-pgsql")
    database = "ejabberd_archive" if archive else "ejabberd_plain"
    await _prepare(sql_port, database, users, schema=SQL.read_text())  # noqa: ASYNC240 - one small file
    port = free_port()
    config = folder / f"{database}.yml"
    config.write_text(
        CONFIG.format(host=HOST, port=port, sql_port=sql_port, database=database, archive=ARCHIVE if archive else "")
    )
    libraries = next(path for path in LIBRARIES if any(path.glob("ejabberd-*")))
    spool = folder / database
    spool.mkdir()
    command = [erl, "+K", "true", "+P", "250000", "-noinput", "-mnesia", "dir", f'"{spool}"', "-s", "ejabberd"]
    environment = {
        "ERL_LIBS": str(libraries),
        "EJABBERD_CONFIG_PATH": str(config),
        "EJABBERD_LOG_PATH": str(folder / f"{database}.log"),
        "HOME": str(folder),
    }
    async with running(command, port, folder=folder, environment=environment, drop=False) as pid:
        yield Peer("ejabberd", port, (pid,))


async def _prepare(sql_port: int, database: str, users: int, *, schema: str) -> None:
    url = f"postgresql://postgres@127.0.0.1:{sql_port}"
    connection = await asyncpg.connect(f"{url}/postgres")
    await connection.execute(f"CREATE DATABASE {database}")
    await connection.close()
    connection = await asyncpg.connect(f"{url}/{database}")
    await connection.execute(schema)
    await connection.executemany(
        "INSERT INTO users (username, password) VALUES ($1, 'secret')", [(f"u{number}",) for number in range(users)]
    )
    await connection.close()
