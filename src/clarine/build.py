"""THE BUILDER: the only file that knows every room; it opens the doors, hands them to the corridor and hangs the fronts."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import os
import secrets
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, cast

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from clarine.adapters.blobs import DiskBlobs
from clarine.adapters.bus import LocalBus
from clarine.adapters.clock import SystemClock
from clarine.adapters.fetch import NetworkFetch
from clarine.adapters.http import NetworkHttp, Tls
from clarine.adapters.nats_bus import open_nats_bus
from clarine.adapters.passwords import Argon2Passwords
from clarine.adapters.postgres.database import Database, open_database
from clarine.adapters.rates import load_price_book
from clarine.adapters.sandbox_clock import SandboxClock
from clarine.adapters.sandbox_entropy import SandboxEntropy
from clarine.adapters.sandbox_http import SandboxHttp
from clarine.adapters.sandbox_sender import SandboxSender
from clarine.adapters.sender import PrintingSender
from clarine.config import Settings
from clarine.domain.errors import Conflict, Invalid
from clarine.domain.ids import Seal
from clarine.edge.calls import calls
from clarine.edge.console.app import console_routes
from clarine.edge.docs import docs_routes
from clarine.edge.graph.app import graph_app, owns
from clarine.edge.graph.errors import TABLE, told
from clarine.edge.graph.media import webhook_media_url
from clarine.edge.graph.webhooks import renderer
from clarine.edge.health import Measured, Metrics, health_routes
from clarine.edge.pages import page_routes
from clarine.edge.people.app import people_front
from clarine.edge.sandbox.app import sandbox_routes
from clarine.edge.sandbox.door import CodeShown, Stage
from clarine.edge.sandbox.inspector import Inspector
from clarine.flow.accept import accept
from clarine.flow.acting import Acting
from clarine.flow.campaign_send import CHUNK_BESIDE, send_chunk
from clarine.flow.house import House
from clarine.flow.limits import check_limits
from clarine.flow.notify import CLAIMS_MAX, Render
from clarine.flow.pacing import release
from clarine.flow.quality import review
from clarine.flow.reviewing import Reviewer
from clarine.flow.rounds import ADDRESS_S, Rounds
from clarine.flow.staff import SignIn
from clarine.flow.steps import Steps, steps_of
from clarine.flow.verbs import Verbs
from clarine.flow.withdraw import EXPIRED_BATCH, expire
from clarine.flow.worker import Worker
from clarine.ports.bus import Bus, Ring
from clarine.ports.http import Http
from clarine.ports.sender import Sender

SWEEP_POLL_S: Final = 30.0
#: The file in a data folder that says it is a sandbox; it keeps the sandbox's clock.
SANDBOX_MARK: Final = "sandbox.json"
STOP_S: Final = 10
#: A protocol of uvicorn, or the name of one.
HttpProtocol = type[HttpToolsProtocol] | Literal["httptools"]
ROLES: Final = ("all", "web", "worker")
BACKLOG: Final = 4096
CAMPAIGN_YIELD_S: Final = 0.005
#: A campaign goes gently while the last single send came less than so long ago.
CAMPAIGN_BESIDE_S: Final = 1.0


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """A house with its database open (embedded unless settings name one); what every command works in."""
    check_limits(settings)  # before anything is opened
    settings.data.mkdir(parents=True, exist_ok=True)
    async with open_database(settings) as database, _bus(settings, database) as bus:
        if settings.sandbox:
            await _check_sandbox(settings, database)
        yield _house(settings, database, bus)


@asynccontextmanager
async def _bus(settings: Settings, database: Database) -> AsyncIterator[Bus]:
    if not settings.nats_url:
        yield LocalBus()
        return
    # Two houses may share one NATS: each rings under a name that only those who know its keys can tell.
    name = hashlib.sha256(b"bell" + database.link_key).hexdigest()[:32]
    async with open_nats_bus(settings.nats_url, subject=f"clarine.{name}") as bus:
        yield bus


def _house(settings: Settings, database: Database, bus: Bus) -> House:
    return House(
        store=database.store,
        bus=bus,
        clock=SandboxClock(settings.data / SANDBOX_MARK) if settings.sandbox else SystemClock(),
        blobs=DiskBlobs(settings.data / "media"),
        seal=Seal(_seeded_key(settings.seed) if settings.sandbox and settings.seed else database.seal_key),
        link_key=database.link_key,
        prices=load_price_book(folder=settings.rates),
        settings=settings,
        entropy=SandboxEntropy(settings.seed) if settings.sandbox else secrets.randbits,
    )


def _seeded_key(seed: int) -> bytes:
    """A key that seals ids alike in every run; it keeps no secret."""
    return hashlib.sha256(f"sandbox seal {seed}".encode()).digest()


async def _check_sandbox(settings: Settings, database: Database) -> None:
    """A sandbox is emptied at a word, so it never opens where a network lives that was not begun as a sandbox.

    Raises Conflict (``not_a_sandbox``).
    """
    async with database.store.transaction() as tx:
        lived_in = await tx.business_ids(1) or await tx.person_ids(1)
    if lived_in and not (settings.data / SANDBOX_MARK).exists():
        raise Conflict(
            f"{settings.data} holds a network that is no sandbox; give a sandbox a data folder of its own with --data",
            code="not_a_sandbox",
        )


@dataclass(frozen=True, slots=True)
class Serving:
    """A house whose front doors are open at *url*."""

    house: House
    url: str


@asynccontextmanager
async def serving(
    settings: Settings, *, sender: Sender | None = None, listener: socket.socket | None = None
) -> AsyncIterator[Serving]:
    """Open the house, its workers and its front doors (which of them, settings.role says); when the block ends, close them in
    the order that loses nothing.

    Port 0 takes a free port; *listener* is a socket that listens already. A worker has no port, and no url. Raises Conflict
    (``port``) when the port is taken, Invalid for a role that does not exist.
    """
    check_role(settings)
    async with AsyncExitStack() as stack:
        if settings.role == "worker":
            house = await stack.enter_async_context(open_house(settings))
            await stack.enter_async_context(_fronts(house, None, sender or PrintingSender(print)))
            yield Serving(house, "")
            return
        listener = stack.enter_context(listener or listen(settings))
        house = await stack.enter_async_context(open_house(settings))
        await stack.enter_async_context(_fronts(house, listener, sender or PrintingSender(print)))
        yield Serving(house, url_of(settings, listener))


def check_role(settings: Settings) -> None:
    """Raises Invalid for a role that does not exist, or that a sandbox cannot have."""
    if settings.role not in ROLES:
        raise Invalid(f"there is no role {settings.role!r}; it is one of {', '.join(ROLES)}", field="role")
    if settings.sandbox and settings.role != "all":
        raise Invalid("a sandbox is one process, which does everything", field="role")


def url_of(settings: Settings, listener: socket.socket) -> str:
    """The address to show for *listener*."""
    host, port = listener.getsockname()[:2]
    return settings.public_url or f"http://{host}:{port}"


def listen(settings: Settings) -> socket.socket:
    """The listening socket, taken before anything else starts: a second server finds the port taken at once."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError:
        listener.close()
        raise Conflict(
            f"{settings.host}:{settings.port} is taken; is another one running there?", code="port"
        ) from None
    return listener


@dataclass(frozen=True, slots=True)
class Parts:
    """The doors to the network outside."""

    http: Http
    fetch: NetworkFetch
    sender: Sender


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What a sandbox has beside a house: people who act, a reviewer who obeys, webhooks that go wrong."""

    clock: SandboxClock
    bits: SandboxEntropy
    http: SandboxHttp
    sms: SandboxSender
    acting: Acting
    reviewer: Reviewer
    steps: Steps


@asynccontextmanager
async def _fronts(house: House, listener: socket.socket | None, sender: Sender) -> AsyncIterator[None]:
    settings = house.settings
    network = NetworkHttp(
        timeout_s=settings.webhook_timeout_s,
        connections_max=settings.webhook_connections_max,
        tls=Tls(settings.webhook_certificate, settings.webhook_key, settings.webhook_authority),
    )
    parts = Parts(
        SandboxHttp(network, house.clock) if settings.sandbox else network,
        NetworkFetch(
            timeout_s=settings.fetch_timeout_s,
            connections_max=settings.fetch_connections_max,
            private=settings.fetch_private,
        ),
        SandboxSender(sender) if settings.sandbox else sender,
    )
    metrics = Metrics()
    rounds = Rounds(
        house,
        parts.http,
        _render(house),
        owner=f"{os.uname().nodename}:{os.getpid()}",
        address_s=0 if settings.sandbox else ADDRESS_S,  # what is changed in a sandbox counts at once
    )
    workers = _workers(house, rounds, metrics) if settings.role != "web" else []
    if settings.role != "web":
        workers += _campaign_workers(house, busy=lambda: verbs.accept.idle_s() < CAMPAIGN_BESIDE_S)
    sandbox = _sandbox(house, parts, workers) if settings.sandbox else None
    verbs = Verbs(
        house,
        observe=lambda verb, items: metrics.batches.labels(verb).observe(items),
        accepting=sandbox.acting.accept if sandbox is not None else accept,
    )
    tasks = [asyncio.create_task(worker.run()) for worker in workers]

    def heard(ring: Ring) -> None:
        if workers and ring.businesses:
            rounds.ring(ring.businesses)
            workers[0].ring()

    stop_listening = house.bus.listen(heard)
    try:
        if listener is None:
            yield
        else:
            async with _answering(make_app(house, verbs, parts, metrics, sandbox), listener):
                yield
    finally:
        # Fronts first, so that nothing new comes in; then what was accepted; then the workers, whose work is in the store.
        await verbs.drain()
        stop_listening()
        await _finished(workers, tasks)
        await rounds.close()
        await network.close()
        await parts.fetch.close()


async def _finished(workers: list[Worker], tasks: list[asyncio.Task[None]]) -> None:
    """End the workers, each after its step: what one cut short has leased stays undone until its lease is over."""
    for worker in workers:
        worker.stop()
    if tasks:
        await asyncio.wait(tasks, timeout=STOP_S)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _answering(app: App, listener: socket.socket) -> AsyncIterator[None]:
    server = _Server(_uvicorn(app))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0)
        yield
    finally:
        server.should_exit = True
        await serving


@dataclass(frozen=True, slots=True)
class App:
    """The front doors: requests go to *asgi*, unless they take a short cut of *calls*; a connection that becomes a WebSocket goes
    to a *line* of its own."""

    asgi: ASGIApp
    calls: HttpProtocol
    line: Callable[..., asyncio.Protocol]


def make_app(house: House, verbs: Verbs, parts: Parts, metrics: Metrics, sandbox: Sandbox | None = None) -> App:
    """Every front door in one application; routing never depends on the Host header."""

    async def ready() -> None:
        async with house.store.transaction() as tx:
            await tx.server_version()

    people = people_front(house, verbs, parts.sender, exchange=parts.fetch)
    metrics.sockets.set_function(lambda: len(people.hub))
    routes = [
        *health_routes(ready=ready, metrics=metrics),
        *page_routes(pages_folder()),
        *docs_routes(),
        *people.routes,
        *console_routes(house, SignIn(house, Argon2Passwords()), _render(house)),
    ]
    graph: ASGIApp
    graph = cloud = graph_app(house, verbs, parts.http, parts.fetch, exchange=parts.fetch, sender=parts.sender)
    if sandbox is not None:
        graph = inspector = Inspector(cloud, house.clock, partial(sandbox.steps.settle, "judge"))
        routes += sandbox_routes(_stage(house, verbs, sandbox, inspector, forget=cloud.forget))
    pages = Starlette(routes=routes)

    async def fronts(scope: Scope, receive: Receive, send: Send) -> None:
        # The Cloud API is asked most and needs none of Starlette's routing: its paths are told by their first segment.
        front = graph if scope["type"] == "http" and owns(scope["path"], scope["method"]) else pages
        await front(scope, receive, send)

    measured = Measured(fronts, metrics)
    # The sandbox looks at every request, so there none takes the short cut.
    protocol: HttpProtocol = (
        calls(cloud.short_cut, partial(measured.count, "graph")) if sandbox is None else "httptools"
    )
    return App(measured, protocol, people.line)


def _sandbox(house: House, parts: Parts, workers: list[Worker]) -> Sandbox:
    """What a sandbox has beside *house*; its own workers join *workers*."""
    http, sms = parts.http, parts.sender
    assert isinstance(http, SandboxHttp)
    assert isinstance(sms, SandboxSender)
    assert isinstance(house.clock, SandboxClock)
    assert isinstance(house.entropy, SandboxEntropy)
    acts = Worker("act", lambda: acting.act(house), poll_s=house.settings.poll_s)
    acting, reviewer = Acting(frozenset(TABLE), acts.ring), Reviewer()
    judges = Worker("judge", partial(reviewer.review, house), poll_s=house.settings.poll_s)
    releases = Worker("release", http.release, poll_s=house.settings.poll_s)
    workers += [acts, judges, releases]
    return Sandbox(house.clock, house.entropy, http, sms, acting, reviewer, steps_of(workers))


def _stage(house: House, verbs: Verbs, sandbox: Sandbox, inspector: Inspector, *, forget: Callable[[], None]) -> Stage:
    return Stage(
        house=house,
        verbs=verbs,
        clock=sandbox.clock,
        bits=sandbox.bits,
        http=sandbox.http,
        sms=sandbox.sms,
        acting=sandbox.acting,
        reviewer=sandbox.reviewer,
        steps=sandbox.steps,
        inspector=inspector,
        codes={code: CodeShown(row.title, row.status) for code, row in TABLE.items()},
        code_of=lambda reason: told(reason)[0],
        forget=forget,
    )


def pages_folder() -> Path:
    """Where the built pages lie, in a checkout and in an installed wheel alike."""
    return Path(str(files("clarine.web"))) / "dist"


def _render(house: House) -> Render:
    return renderer(strict_meta=house.settings.strict_meta, media_url=webhook_media_url(house))


def _workers(house: House, rounds: Rounds, metrics: Metrics) -> list[Worker]:
    async def notified() -> int:
        handled = await rounds.step()
        metrics.notices.inc(handled)
        return handled

    async def expired() -> int:
        return 1 if await expire(house) == EXPIRED_BATCH else 0

    async def reviewed() -> int:
        return await review(house)

    poll_s = house.settings.poll_s
    return [
        # Who claims as many businesses as a round takes handles a notice of each.
        Worker("notify", notified, poll_s=poll_s, full=CLAIMS_MAX),
        Worker("expire", expired, poll_s=SWEEP_POLL_S),
        Worker("review", reviewed, poll_s=SWEEP_POLL_S),
        Worker("pace", partial(release, house), poll_s=SWEEP_POLL_S),
    ]


def _campaign_workers(house: House, *, busy: Callable[[], bool]) -> list[Worker]:
    """Two, so that one reads while the other writes; beside single sends their chunks are small, and they let them pass."""

    async def sent() -> int:
        if not busy():
            return await send_chunk(house)
        await asyncio.sleep(CAMPAIGN_YIELD_S)
        return await send_chunk(house, chunk=CHUNK_BESIDE)

    return [Worker(f"campaign_{number}", sent, poll_s=house.settings.poll_s) for number in (1, 2)]


class _Server(uvicorn.Server):
    """Uvicorn as a task: whoever runs the loop handles the signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _uvicorn(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        app.asgi,
        http=app.calls,
        ws=cast(Any, app.line),  # uvicorn only calls it, as it would call its own classes
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=BACKLOG,
        proxy_headers=True,
        timeout_graceful_shutdown=STOP_S,
    )


def settle_memory() -> None:
    """For a process that serves: what stands now stays, so the collector need not look at it again and again.

    Measured: it took 8 % of the time of accepting, and its longest pause is a message's slowest way.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def until_signal(stopped: asyncio.Event | None = None) -> None:
    """Wait for Ctrl-C, the signal that stops a service, or *stopped*."""
    stopped = stopped or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


async def doctor_report(settings: Settings) -> dict[str, object]:
    """What this machine gives; ``ready`` says whether the network can run on it."""
    report: dict[str, object] = {"data": str(settings.data.resolve())}
    async with open_house(settings) as house, house.store.transaction() as tx:
        report["database"] = await tx.server_version()
        report["durable"] = await tx.durable()
        report["migrations"] = await tx.migrations()
    report["pages"] = (pages_folder() / "people" / "index.html").is_file()
    report["disk_free_bytes"] = shutil.disk_usage(settings.data).free
    report["ready"] = bool(report["pages"]) and bool(report["durable"])
    return report
