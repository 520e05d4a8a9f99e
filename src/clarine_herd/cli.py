"""``clarine-herd``: run a farm against any Cloud API, or replay readings to alerts without a network."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
import sys
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console

from clarine.client import ApiError
from clarine_herd import service, worker
from clarine_herd.alerts import count_by_kind
from clarine_herd.behaviour.commands import classify, evaluate, train
from clarine_herd.broker import Listen
from clarine_herd.collar_commands import collars, wear
from clarine_herd.gather import gathered
from clarine_herd.page_command import page
from clarine_herd.rehearsal import rehearsed
from clarine_herd.report.files import write_report
from clarine_herd.settings import Settings, digits_of
from clarine_herd.store.people import Contact
from clarine_herd.words import LANGUAGES, SPECIES

app = typer.Typer(
    help="Clarine Herd: collars to alerts in the farmer's chat.", no_args_is_help=True, add_completion=False
)

HerdData = Annotated[Path | None, typer.Option("--herd-data", help="A folder of Heatime exports (xlsx, xls).")]
Simulate = Annotated[bool, typer.Option("--simulate", help="A simulated herd instead of a folder.")]
Animals = Annotated[int, typer.Option(min=8, max=5000, help="How many animals are simulated.")]
Seed = Annotated[int, typer.Option(help="The simulator's seed: the same seed, the same herd.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object with stable keys.")]


@app.command()
def run(
    *,
    api_base: Annotated[str, typer.Option(envvar="HERD_API_BASE", help="For instance http://127.0.0.1:8400/v23.0.")],
    phone_number_id: Annotated[str, typer.Option(envvar="HERD_PHONE_NUMBER_ID", help="The business's number, its id.")],
    token: Annotated[str, typer.Option(envvar="HERD_TOKEN", help="The access token.")],
    farmer: Annotated[str, typer.Option(envvar="HERD_FARMER", help="The farmer's phone number, like +919876543210.")],
    waba_id: Annotated[
        str, typer.Option(envvar="HERD_WABA_ID", help="The account; webhooks and templates need it.")
    ] = "",
    app_secret: Annotated[str, typer.Option(envvar="HERD_APP_SECRET", help="Signs the webhooks.")] = "",
    language: Annotated[str, typer.Option(help="The farmer's language: en, fr, hi or ur.")] = "en",
    contact: Annotated[
        list[str] | None,
        typer.Option(help="Somebody else, PHONE,LANGUAGE or PHONE,LANGUAGE,all: who answers when the farmer does not."),
    ] = None,
    species: Annotated[str, typer.Option(help="What the alerts call the animals: cattle or buffalo.")] = "",
    timezone: Annotated[str, typer.Option(help="The farm's time zone, like Asia/Kolkata.")] = "UTC",
    farm: Annotated[str, typer.Option(help="The farm's name in the database.")] = "farm",
    listen: Annotated[
        str, typer.Option(help="Where webhooks and readings come in, host:port; port 0 is a free one.")
    ] = ("127.0.0.1:0"),
    public_url: Annotated[
        str, typer.Option(help="The address the API reaches that listener by, when it is another.")
    ] = "",
    page_url: Annotated[
        str, typer.Option(help="The address people reach the farm's pages by, when it is another than the API's.")
    ] = "",
    data: Annotated[Path, typer.Option(help="The folder of the embedded database.")] = Path("clarine-herd-data"),
    database_url: Annotated[str, typer.Option(envvar="HERD_DATABASE_URL", help="A PostgreSQL to use instead.")] = "",
    readings_token: Annotated[
        str, typer.Option(envvar="HERD_READINGS_TOKEN", help="Opens POST /herd/v1/readings.")
    ] = "",
    mqtt_listen: Annotated[
        str, typer.Option(help="Hear collars over MQTT at host:port, with a NATS server of Herd's own.")
    ] = "",
    mqtt_password: Annotated[
        str, typer.Option(envvar="HERD_MQTT_PASSWORD", help="The password of the MQTT user collars.")
    ] = "",
    nats_url: Annotated[
        str, typer.Option(envvar="HERD_NATS_URL", help="A NATS cluster with an MQTT listener to use instead.")
    ] = "",
    partitions: Annotated[int, typer.Option(min=1, max=256, help="Into how many that cluster maps farms.")] = 1,
    herd_data: HerdData = None,
    simulate: Simulate = False,
    animals: Animals = 40,
    seed: Seed = 1,
    speed: Annotated[float, typer.Option(min=1, max=100_000, help="Simulated seconds per second.")] = 1.0,
    once: Annotated[
        bool, typer.Option("--once", help="Judge everything, send it, wait for its end, and stop.")
    ] = False,
    settle_s: Annotated[float, typer.Option(min=0, max=3600, help="How long --once waits for the last status.")] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Run a farm: readings in, alerts to the farmer's chat, answers back. Ctrl-C stops it."""
    _checked(language, herd_data=herd_data, simulate=simulate)
    if species and species not in SPECIES:
        raise typer.BadParameter(f"{species} is not one of {', '.join(SPECIES)}.", param_hint="--species")
    host, port = _address(listen)
    settings = Settings(
        api_base,
        phone_number_id,
        farmer,
        token=token,
        waba_id=waba_id,
        app_secret=app_secret,
        language=language,
        others=tuple(_contact(given) for given in contact or ()),
        species=species,
        farm=farm,
        zone=_zone(timezone),
        listen_host=host,
        listen_port=port,
        public_url=public_url,
        page_url=page_url,
        data=data,
        database_url=database_url,
        herd_data=herd_data,
        simulate=simulate,
        animals=animals,
        seed=seed,
        speed=speed,
        settle_s=settle_s,
        readings_token=readings_token,
        nats_url=nats_url,
        partitions=partitions,
        mqtt=_mqtt(mqtt_listen, mqtt_password),
    )
    _logging(quiet=once)
    try:
        if once:
            _finish(asyncio.run(service.once(settings)), as_json=as_json)
        else:
            asyncio.run(_signalled(service.live(settings)))
    except ApiError as error:
        _stop(f"The API refused: {error}")
    except (OSError, ConnectionError) as error:
        _stop(f"It could not start: {error}")


@app.command()
def ingest(
    *,
    nats_url: Annotated[str, typer.Option(envvar="HERD_NATS_URL", help="The broker's NATS address, or several.")],
    database_url: Annotated[str, typer.Option(envvar="HERD_DATABASE_URL", help="The PostgreSQL of all farms.")],
    partitions: Annotated[int, typer.Option(min=1, max=256, help="Into how many the broker maps farms.")] = 1,
    only: Annotated[str, typer.Option(help="Which of them this process takes, like 0,3; all without it.")] = "",
    history: Annotated[
        Path | None, typer.Option(help="A folder that all processes share: closed days are written there as Parquet.")
    ] = None,
) -> None:
    """Take in what collars of many farms send; any number of processes may run, on the same partitions too."""
    mine = _numbers(only, partitions)
    _logging(quiet=False)
    asyncio.run(_signalled(worker.work(database_url, nats_url, partitions=partitions, mine=mine, history=history)))


@app.command()
def replay(
    *,
    herd_data: HerdData = None,
    simulate: Simulate = False,
    animals: Animals = 40,
    seed: Seed = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one summary object instead of a line per alert.")
    ] = False,
) -> None:
    """Readings to alerts in time order, without a network: one icarAttentionEventResource-like JSON object per line."""
    _checked("en", herd_data=herd_data, simulate=simulate)
    settings = Settings("", "", "", herd_data=herd_data, simulate=simulate, animals=animals, seed=seed)
    try:
        found = gathered(settings)
    except FileNotFoundError as error:
        _stop(str(error))
    alerts = found.alerts()
    for refused in found.files_refused:
        print(f"{refused.file} was not read: {refused.reason}", file=sys.stderr)  # noqa: T201
    if not as_json:
        for alert in alerts:
            print(json.dumps(alert.icar(), ensure_ascii=False))  # noqa: T201
        return
    summary = {
        "readings": found.readings,
        "animals": found.animals,
        "herds": len(found.herds),
        "files_read": list(found.files_read),
        "files_refused": [{"file": item.file, "reason": item.reason} for item in found.files_refused],
        "alerts": count_by_kind(alerts),
        "messages": rehearsed(found),
    }
    print(json.dumps(summary, ensure_ascii=False))  # noqa: T201


for command in (train, evaluate, classify, collars, wear, page):
    app.command()(command)


@app.command()
def report(
    *,
    out: Annotated[Path, typer.Option(help="The file to write: .png, a picture, or .pdf, pages.")],
    period: Annotated[str, typer.Option(help="What it tells of: day or week, up to now.")] = "day",
    language: Annotated[str, typer.Option(help="Its language: en, fr, hi or ur.")] = "en",
    until: Annotated[
        datetime | None, typer.Option(help="Farm time at which it ends, like 2026-02-01T12:00:00, instead of now.")
    ] = None,
    timezone: Annotated[str, typer.Option(help="The farm's time zone, like Asia/Kolkata.")] = "UTC",
    farm: Annotated[str, typer.Option(help="The farm's name in the database.")] = "farm",
    data: Annotated[Path, typer.Option(help="The folder of the embedded database.")] = Path("clarine-herd-data"),
    database_url: Annotated[str, typer.Option(envvar="HERD_DATABASE_URL", help="A PostgreSQL to use instead.")] = "",
) -> None:
    """The farm's day or week on paper: animals by need, alerts, whom to inseminate, time budgets, collars."""
    _checked(language, herd_data=None, simulate=False)
    if period not in ("day", "week"):
        raise typer.BadParameter(f"{period} is not day or week.", param_hint="--period")
    if out.suffix not in (".png", ".pdf"):
        raise typer.BadParameter(f"{out} ends neither in .png nor in .pdf.", param_hint="--out")
    now = until or datetime.now(_zone(timezone)).replace(tzinfo=None)
    settings = Settings("", "", "", language=language, farm=farm, data=data, database_url=database_url)
    try:
        asyncio.run(write_report(settings, out, now=now, week=period == "week"))
    except (OSError, ConnectionError) as error:
        _stop(f"It could not be written: {error}")


def main() -> None:
    """The ``clarine-herd`` command."""
    app()


def _checked(language: str, *, herd_data: Path | None, simulate: bool) -> None:
    if language not in LANGUAGES:
        raise typer.BadParameter(f"{language} is not one of {', '.join(LANGUAGES)}.", param_hint="--language")
    if simulate and herd_data is not None:
        raise typer.BadParameter("give --herd-data or --simulate, not both.")


def _contact(given: str) -> Contact:
    phone, language, hears, *more = [part.strip() for part in [*given.split(","), "critical"][:4]]
    fits = 7 <= len(digits_of(phone)) <= 15 and language in LANGUAGES and hears in ("all", "critical")
    if not fits or (more and more != ["critical"]):
        raise typer.BadParameter(f"{given} is not PHONE,LANGUAGE[,all].", param_hint="--contact")
    return Contact(digits_of(phone), language, hears)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise typer.BadParameter(f"{name} is not a time zone.", param_hint="--timezone") from None


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise typer.BadParameter(f"{listen} is not host:port.", param_hint="--listen")
    return host.strip("[]"), int(port)


def _logging(*, quiet: bool) -> None:
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("clarine_herd").setLevel(logging.WARNING if quiet else logging.INFO)


def _mqtt(listen: str, password: str) -> Listen | None:
    if not listen:
        return None
    if len(password) < 8:
        raise typer.BadParameter("it has at least 8 characters.", param_hint="--mqtt-password")
    return Listen(*_address(listen), password)


def _numbers(only: str, partitions: int) -> list[int]:
    if not only:
        return list(range(partitions))
    names = only.split(",")
    if not all(name.strip().isdigit() and int(name) < partitions for name in names):
        raise typer.BadParameter(f"{only} is not a list of numbers below {partitions}.", param_hint="--only")
    return sorted({int(name) for name in names})


async def _signalled(work: Coroutine[Any, Any, None]) -> None:
    running = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running


def _finish(summary: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(summary, ensure_ascii=False))  # noqa: T201
    else:
        Console().print(summary)
    if service.failed(summary):
        raise typer.Exit(1)


def _stop(message: str) -> None:
    print(message, file=sys.stderr)  # noqa: T201
    raise typer.Exit(2)
