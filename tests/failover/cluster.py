"""Three PostgreSQL with Patroni and etcd on the loopback: one leads, two follow, and a commit waits for one of them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.failover.programs import Started, free_ports, kill_all, running, until

NODES = 3
USER = "postgres"
FORMS_S = 90
#: A leader that does not renew its key within TTL_S has lost it; 15 s must also hold the election and the promotion.
TTL_S, LOOP_S, RETRY_S = 7, 1, 3


@dataclass
class Node:
    """One PostgreSQL with its Patroni."""

    name: str
    port: int
    api: int
    started: Started
    place: Path

    async def kill(self) -> None:
        """As if the machine had lost its power: Patroni, and PostgreSQL with all its processes, with no goodbye."""
        database = self.database()
        kill_all(database)
        await self.started.kill()
        kill_all(database)

    def database(self) -> list[psutil.Process]:
        """PostgreSQL and its processes, which are no children of Patroni's: it lets go of them so that it may be replaced."""
        try:
            postmaster = psutil.Process(int((self.place / "data" / "postmaster.pid").read_text().split()[0]))
            return [postmaster, *postmaster.children(recursive=True)]
        except (FileNotFoundError, psutil.NoSuchProcess):
            return []


@dataclass
class Cluster:
    """The nodes by name, and how to reach whichever leads."""

    password: str = field(repr=False)
    nodes: dict[str, Node]

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes.values())
        return f"postgresql://postgres:{self.password}@{hosts}/postgres?target_session_attrs=primary"

    async def members(self) -> dict[str, dict[str, Any]]:
        """What a node that answers says about each of them."""
        return {member["name"]: member for member in (await self._asked("cluster")).get("members", ())}

    async def _asked(self, path: str) -> dict[str, Any]:
        """What the first node that answers says; nothing when none does."""
        async with httpx.AsyncClient(timeout=2) as client:
            for node in self.nodes.values():
                try:
                    found: dict[str, Any] = (await client.get(f"http://127.0.0.1:{node.api}/{path}")).json()
                except httpx.TransportError:
                    continue
                return found
        return {}

    async def leader(self) -> Node | None:
        """Who leads now."""
        names = [name for name, member in (await self.members()).items() if member["role"] == "leader"]
        return self.nodes[names[0]] if names else None

    async def whole(self) -> bool:
        """Whether one leads, one follows synchronously, and all run."""
        members = list((await self.members()).values())
        roles = sorted(member["role"] for member in members)
        running = all(member["state"] in ("running", "streaming") for member in members)
        return running and roles == ["leader", "replica", "sync_standby"]

    async def versions(self) -> dict[str, str]:
        """The versions of what was killed."""
        found = await self._asked("patroni")
        version = str(found["server_version"])
        return {"postgresql": f"{int(version[:-4])}.{int(version[-4:])}", "patroni": found["patroni"]["version"]}


@asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[Cluster]:
    """A whole cluster whose data lie in *folder*, which the user of PostgreSQL must reach."""
    etcd_port, peer_port, *ports = free_ports(2 + 2 * NODES)
    password = os.urandom(12).hex()
    async with AsyncExitStack() as stack:
        place = _place(folder, "etcd")
        client, peer = f"http://127.0.0.1:{etcd_port}", f"http://127.0.0.1:{peer_port}"
        etcd: list[str | Path] = [
            _program("etcd"), "--name", "one", "--data-dir", place / "data", "--listen-client-urls", client,
            "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", f"one={peer}", "--log-level", "error",
        ]  # fmt: skip
        await stack.enter_async_context(running(etcd, place / "log", user=USER))
        nodes: dict[str, Node] = {}
        found = Cluster(password, nodes)
        for number in range(NODES):
            name, port, api = f"db{number + 1}", ports[2 * number], ports[2 * number + 1]
            place = _place(folder, name)
            settings = _settings(name, place, port=port, api=api, etcd_port=etcd_port, password=password)
            (place / "patroni.yml").write_text(json.dumps(settings, indent=1))  # YAML includes JSON
            give(place / "patroni.yml")
            command: list[str | Path] = [_program("patroni"), place / "patroni.yml"]
            started = await stack.enter_async_context(running(command, place / "log", user=USER))
            nodes[name] = Node(name, port, api, started, place)
            stack.callback(lambda node: kill_all(node.database()), nodes[name])
        await until(found.whole, within_s=FORMS_S, what="one leader, one synchronous follower and a third")
        yield found


def _place(folder: Path, name: str) -> Path:
    place = folder / name
    place.mkdir(mode=0o700)
    give(place)
    return place


def give(path: Path, user: str = USER) -> None:
    """Let *user* own *path*, where we may."""
    if os.geteuid() == 0:
        shutil.chown(path, user)


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found is not None, f"{name} is missing; `make test-failover` installs it"
    return found


def _binaries() -> str:
    """Where Debian keeps the newest PostgreSQL."""
    return str(max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)))


def _settings(name: str, place: Path, *, port: int, api: int, etcd_port: int, password: str) -> dict[str, Any]:
    """A Patroni's settings: what deploy/patroni.yml says, in a hurry and on the loopback."""
    return {
        "scope": "clarine",
        "name": name,
        "restapi": {"listen": f"127.0.0.1:{api}", "connect_address": f"127.0.0.1:{api}"},
        "etcd3": {"host": f"127.0.0.1:{etcd_port}"},
        "bootstrap": {
            "dcs": {
                "ttl": TTL_S,
                "loop_wait": LOOP_S,
                "retry_timeout": RETRY_S,
                "synchronous_mode": True,
                # Without it the last node standing would acknowledge alone, and could take that with it.
                "synchronous_mode_strict": True,
                "postgresql": {"use_pg_rewind": True, "parameters": {"max_connections": 60, "fsync": "on"}},
            },
            "initdb": [{"encoding": "UTF8"}, "data-checksums", {"locale": "C.UTF-8"}],
        },
        "postgresql": {
            "listen": f"127.0.0.1:{port}",
            "connect_address": f"127.0.0.1:{port}",
            "data_dir": str(place / "data"),
            "bin_dir": _binaries(),
            "pgpass": str(place / "pgpass"),
            "authentication": {
                "superuser": {"username": "postgres", "password": password},
                "replication": {"username": "replicator", "password": password},
                "rewind": {"username": "rewinder", "password": password},
            },
            "pg_hba": [
                "local all all scram-sha-256",
                "host all all 127.0.0.1/32 scram-sha-256",
                "host replication replicator 127.0.0.1/32 scram-sha-256",
            ],
            "parameters": {"unix_socket_directories": str(place), "shared_buffers": "64MB"},
        },
        "watchdog": {"mode": "off"},
    }
