"""The command line: every command works on the data folder beside a running server, and says what it did; --json for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Final

import typer
import uvloop
from rich.console import Console
from rich.markup import escape

from clarine.adapters.logs import configure_logs
from clarine.adapters.passwords import Argon2Passwords
from clarine.adapters.postgres.citus import spread
from clarine.build import doctor_report, open_house, serving, settle_memory, until_signal
from clarine.config import Settings
from clarine.domain.consent import Act, ConsentCategory, ConsentRecord
from clarine.domain.errors import ClarineError, Invalid, NotFound
from clarine.domain.phone import parse_phone
from clarine.flow.audit import CHECKS, audit
from clarine.flow.business import create_business
from clarine.flow.console import add_consent, businesses, own_templates
from clarine.flow.house import House
from clarine.flow.locking import lock, unlock
from clarine.flow.people import create_person
from clarine.flow.quality import unfreeze
from clarine.flow.staff import create_staff, make_link
from clarine.flow.templates import approve_template
from clarine.flow.wallet import top_up
from clarine.processes import serve_child, serving_family

MICROS: Final = 1_000_000

app = typer.Typer(
    name="clarine",
    help="A messaging network anyone can run: businesses pay per delivered message, people decide who may write.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
business_app = typer.Typer(help="Businesses on this network.", no_args_is_help=True)
person_app = typer.Typer(help="People on this network.", no_args_is_help=True)
consent_app = typer.Typer(help="Evidence of what people agreed to.", no_args_is_help=True)
template_app = typer.Typer(help="Message templates.", no_args_is_help=True)
wallet_app = typer.Typer(help="Money of businesses.", no_args_is_help=True)
staff_app = typer.Typer(help="Who may sign in to the consoles.", no_args_is_help=True)
for name, part in (
    ("business", business_app),
    ("person", person_app),
    ("consent", consent_app),
    ("template", template_app),
    ("wallet", wallet_app),
    ("staff", staff_app),
):
    app.add_typer(part, name=name)

Data = Annotated[Path | None, typer.Option("--data", help="The data folder [default: ./clarine-data].")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def main() -> None:
    """The entry point; errors of the house end with status 1 and a sentence, never a traceback."""
    try:
        app()
    except ClarineError as error:
        fail(error, as_json="--json" in sys.argv)


def fail(error: ClarineError, *, as_json: bool) -> None:
    """Say what was wrong and leave with status 1."""
    if as_json:
        print(json.dumps({"error": {"code": error.code, "message": error.details, "field": error.field}}))  # noqa: T201
    else:
        err.print(f"[red]Not done:[/red] {error.details}")
    raise SystemExit(1)


def settings_of(data: Path | None, **flags: Any) -> Settings:
    """Settings from the environment and flags, with the logs set up."""
    settings = Settings.from_environment(data=data, **flags)
    configure_logs(shape=settings.log_format, level=settings.log_level)
    return settings


def in_house(data: Path | None, work: Callable[[House], Awaitable[Any]]) -> Any:
    """Open the house of *data*, do *work*, leave."""

    async def run() -> Any:
        async with open_house(settings_of(data, log_level="warning")) as house:
            return await work(house)

    return uvloop.run(run())


def show(found: dict[str, Any], *, as_json: bool, sentence: str) -> None:
    """One JSON object for programs, or *sentence* and the fields for people."""
    if as_json:
        print(json.dumps(found, ensure_ascii=False, default=str))  # noqa: T201
        return
    out.print(sentence)
    for key, value in found.items():
        out.print(f"  [dim]{key:<16}[/dim] {value}", markup=True)


def micros(amount: str) -> int:
    """The decimal *amount* in micros; raises Invalid when it is none."""
    try:
        value = Decimal(amount) * MICROS
    except InvalidOperation:
        raise Invalid(f"{amount!r} is not an amount", field="amount") from None
    if not value.is_finite() or value != value.to_integral_value() or value < 0:
        raise Invalid(f"{amount!r} is not an amount in whole micros", field="amount")
    return int(value)


@app.command()
def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 takes a free one.")] = None,
    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", help="Open the sandbox: virtual time, magic recipients, faults. Never on real data."),
    ] = False,
    seed: Annotated[int | None, typer.Option(help="With --sandbox: the same ids and tokens in every run.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="How many processes answer on the port [default: 1].")
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(help="What to run: web (front doors), worker (webhooks, sweeps) or all [default: all]."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run the network until Ctrl-C."""
    settings = settings_of(data, host=host, port=port, sandbox=sandbox or None, seed=seed, workers=workers, role=role)

    async def run() -> None:
        async with serving(settings) if settings.workers == 1 else serving_family(settings) as served:
            show(
                {"url": served.url or None, "data": str(settings.data.resolve())},
                as_json=as_json,
                sentence="Clarine is running. Ctrl-C stops it.",
            )
            sys.stdout.flush()
            settle_memory()
            await until_signal()

    uvloop.run(run())


@app.command(hidden=True)
def process(
    port: Annotated[int, typer.Argument(help="The listening socket's descriptor; 0 for none.")],
    line: Annotated[int, typer.Argument(help="The descriptor of the line to the parent.")],
) -> None:
    """One process of several; the parent starts it, and its settings stand in the environment."""
    uvloop.run(serve_child(settings_of(None), port=port, line=line))


@app.command()
def demo(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port [default: 8400, or the next free one].")] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Play once, headless and quickly, and judge it; status 1 breaks a promise.")
    ] = False,
    herd_data: Annotated[Path | None, typer.Option(help="Heatime exports instead of the simulator.")] = None,
    animals: Annotated[int, typer.Option(min=8, max=5000, help="How many animals the simulator has.")] = 40,
    speed: Annotated[float, typer.Option(min=1, max=100_000, help="Simulated seconds per second.")] = 720.0,
    as_json: Json = False,
) -> None:
    """Start everything with a story that plays by itself, until Ctrl-C."""
    # Imported here: only this command needs the guest's tables, and they take half a second.
    from clarine.demo.once import kept, play_once  # noqa: PLC0415
    from clarine.demo.story import Show, play  # noqa: PLC0415

    if herd_data is not None and not herd_data.is_dir():
        raise NotFound(f"there is no folder {herd_data}", field="herd_data")

    def tell(who: str, what: str) -> None:
        told = err if once else out
        told.print(f"[dim]{datetime.now():%H:%M:%S}[/dim]  [bold]{escape(who)}[/bold]  {escape(what)}")  # noqa: DTZ005

    settings = settings_of(data, host=host, port=0 if once and port is None else port, log_level="warning")
    if not once:
        show_it = Show(tell, lambda line: out.print(escape(line)), herd_data, animals, speed)
        uvloop.run(play(settings, show_it, any_port=port is None))
        return
    result = uvloop.run(play_once(settings, temporary=data is None, herd_data=herd_data, animals=animals, tell=tell))
    if result is None:
        raise typer.Exit(130)
    promises = result["promises"]
    counts = {name: value for name, value in result.items() if as_json or name != "promises"}
    show(counts, as_json=as_json, sentence="Played once:")
    for each in promises if not as_json else ():
        out.print(f"  {'kept' if each['kept'] else 'BROKEN'}: {escape(each['name'])} ({escape(each['detail'])})")
    if not kept(result):
        raise typer.Exit(1)


@app.command()
def migrate(
    data: Data = None,
    citus: Annotated[
        bool, typer.Option("--citus", help="Declare to Citus what each table is distributed by; it must be installed.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring the database up to date and stop."""

    async def work(house: House) -> dict[str, Any]:
        async with house.store.transaction() as tx:
            found: dict[str, Any] = {"migrations": await tx.migrations()}
        return found | ({"spread": await spread(house.settings.database_url)} if citus else {})

    if citus and not Settings.from_environment().database_url:
        raise Invalid("Citus is an extension of a PostgreSQL of your own; name it with DATABASE_URL", field="citus")
    show(in_house(data, work), as_json=as_json, sentence="The database is up to date.")


@app.command(name="audit")
def audit_command(data: Data = None, as_json: Json = False) -> None:
    """Prove the books; status 1 when anything does not add up."""
    result = in_house(data, audit)
    found = {
        "clean": result.clean,
        "at": result.at.isoformat(),
        **asdict(result.scope),
        "findings": [asdict(finding) for finding in result.findings],
    }
    sentence = "Everything adds up." if result.clean else f"{len(result.findings)} things do not add up:"
    show(found, as_json=as_json, sentence=sentence)
    if not as_json:
        for finding in result.findings:
            out.print(f"  {finding.business_name}: {CHECKS[finding.check]} {finding.what}")
    if not result.clean:
        raise typer.Exit(1)


@app.command()
def doctor(data: Data = None, as_json: Json = False) -> None:
    """Look at the parts this machine gives: database, pages, disk; status 1 when something needed is missing."""
    report = uvloop.run(doctor_report(settings_of(data, log_level="warning")))
    show(report, as_json=as_json, sentence="What this machine gives:")
    if not report["ready"]:
        raise typer.Exit(1)


@business_app.command("create")
def business_create(
    name: Annotated[str, typer.Option(help="What people see.")],
    phone: Annotated[str, typer.Option(help="Its number, E.164, any spelling.")],
    balance: Annotated[str, typer.Option(help="Money to begin with, in the wallet's currency.")] = "0",
    about: Annotated[str, typer.Option(help="A line about it.")] = "",
    verified: Annotated[bool, typer.Option("--verified", help="The operator checked who it is.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """A new business: account, number, wallet and access token (shown this once)."""
    balance_micros = micros(balance)
    keys = in_house(
        data,
        lambda house: create_business(
            house, name=name, phone=phone, balance_micros=balance_micros, about=about, verified=verified
        ),
    )
    business = keys.business
    found = {
        "business": str(business.business_id),
        "name": business.name,
        "waba": str(business.waba_id),
        "phone_number_id": str(keys.phone_number.phone_number_id),
        "phone": str(keys.phone_number.phone),
        "app_id": str(business.app_id),
        "app_secret": business.app_secret,
        "access_token": keys.access_token,
        "balance_micros": balance_micros,
        "currency": business.currency,
    }
    show(found, as_json=as_json, sentence=f"{business.name} is open. Keep the token: it is shown once.")


@person_app.command("create")
def person_create(
    phone: Annotated[str, typer.Option(help="Their number, E.164, any spelling.")],
    name: Annotated[str, typer.Option(help="What businesses see.")],
    language: Annotated[str, typer.Option(help="en, fr, hi or ur.")] = "en",
    business: Annotated[str, typer.Option(help="Whose user id to show [default: the newest business].")] = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """A person (new, or the one who has the number) with a session."""
    number = parse_phone(phone)

    async def work(house: House) -> dict[str, Any]:
        signed_in = await create_person(house, number, name=name, language=language)
        person = signed_in.person
        newest = [] if business else await businesses(house)
        scope = _id(business, "business") if business else newest[0].business.business_id if newest else None
        return {
            "wa_id": str(person.phone),
            "user_id": house.seal.user_id(person.person_id, business_id=scope, country=person.country)
            if scope
            else None,
            "user_id_for": str(scope) if scope else None,
            "name": person.name,
            "country": person.country,
            "session_token": signed_in.token,
            "device_id": str(signed_in.device_id),
            "new": signed_in.new,
        }

    show(in_house(data, work), as_json=as_json, sentence="Signed in:")


@consent_app.command("add")
def consent_add(
    business: Annotated[str, typer.Option(help="The business's id.")],
    phone: Annotated[str, typer.Option(help="Who agreed.")],
    wording: Annotated[str, typer.Option(help="The text that the person saw and agreed to.")],
    category: Annotated[ConsentCategory, typer.Option(help="What it is about.")] = ConsentCategory.MARKETING,
    version: Annotated[str, typer.Option(help="The version of that text.")] = "1",
    source: Annotated[str, typer.Option(help="Where it was given.")] = "command line",
    given_at: Annotated[datetime | None, typer.Option(help="When it was given, in UTC [default: now].")] = None,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="It was taken back instead.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Record a consent as evidence; nothing is ever overwritten."""
    at = given_at.replace(tzinfo=UTC) if given_at is not None else datetime.now(UTC)
    act = Act.WITHDRAWN if withdrawn else Act.GRANTED
    record = ConsentRecord(act, category, wording, version, source, "operator", at)
    records = in_house(data, lambda house: add_consent(house, _id(business, "business"), phone, record))
    found = {"act": act.value, "category": category.value, "source": source, "records": len(records)}
    show(found, as_json=as_json, sentence="Recorded.")


@business_app.command("unfreeze")
def business_unfreeze(
    business: Annotated[str, typer.Option(help="The business's id.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Let a business send marketing again that people's reports had frozen; those reports are answered for."""
    business_id = _id(business, "business")
    in_house(data, lambda house: unfreeze(house, business_id))
    show({"business_id": str(business_id)}, as_json=as_json, sentence="Its marketing may be sent again.")


@business_app.command("lock")
def business_lock(
    business: Annotated[str, typer.Option(help="The business's id.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Let a business send nothing any more, until it is unlocked."""
    business_id = _id(business, "business")
    in_house(data, lambda house: lock(house, business_id))
    show({"business_id": str(business_id)}, as_json=as_json, sentence="It sends nothing any more.")


@business_app.command("unlock")
def business_unlock(
    business: Annotated[str, typer.Option(help="The business's id.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Let a business that was locked send again."""
    business_id = _id(business, "business")
    in_house(data, lambda house: unlock(house, business_id))
    show({"business_id": str(business_id)}, as_json=as_json, sentence="It may send again.")


@template_app.command("list")
def template_list(
    business: Annotated[str, typer.Option(help="The business's id.")], data: Data = None, as_json: Json = False
) -> None:
    """A business's templates, with the ids that approve asks for."""
    rows = in_house(data, lambda house: own_templates(house, _id(business, "business")))
    templates = [
        {"template_id": str(row.template_id), "name": row.name, "language": row.language, "status": row.status}
        for row in rows
    ]
    if as_json:
        show({"templates": templates}, as_json=True, sentence="")
        return
    for each in templates:
        out.print("  ".join(each.values()))


@template_app.command("approve")
def template_approve(
    business: Annotated[str, typer.Option(help="The business's id.")],
    template: Annotated[str, typer.Option(help="The template's id.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Approve a template that waits for review."""
    business_id, template_id = _id(business, "business"), _id(template, "template")
    row = in_house(data, lambda house: approve_template(house, business_id, template_id))
    found = {"template_id": str(row.template_id), "name": row.name, "language": row.language, "status": row.status}
    show(found, as_json=as_json, sentence=f"{row.name} may be sent.")


@wallet_app.command("top-up")
def wallet_top_up(
    business: Annotated[str, typer.Option(help="The business's id.")],
    amount: Annotated[str, typer.Option(help="How much, in the wallet's currency.")],
    note: Annotated[str | None, typer.Option(help="What the statement says about it.")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Put money into a wallet."""
    amount_micros = micros(amount)
    wallet = in_house(data, lambda house: top_up(house, _id(business, "business"), amount_micros, note=note))
    show(asdict(wallet), as_json=as_json, sentence="Topped up.")


@staff_app.command("create")
def staff_create(
    email: Annotated[str, typer.Option(help="They sign in with it.")],
    password: Annotated[
        str,
        typer.Option(
            envvar="CLARINE_STAFF_PASSWORD", prompt=True, hide_input=True, help="At least 10 characters; asked for."
        ),
    ],
    name: Annotated[str, typer.Option(help="Their name.")] = "",
    business: Annotated[str, typer.Option(help="The business's id; without it they are an operator.")] = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Let someone sign in to a console."""
    business_id = _id(business, "business") if business else None

    async def work(house: House) -> dict[str, Any]:
        staff = await create_staff(
            house, Argon2Passwords(), email=email, name=name, password=password, business_id=business_id
        )
        return {"email": staff.email, "door": "business" if business_id else "operator"}

    show(in_house(data, work), as_json=as_json, sentence="They may sign in.")


@staff_app.command("link")
def staff_link(
    email: Annotated[str, typer.Option(help="Who it is for.")], data: Data = None, as_json: Json = False
) -> None:
    """A sign-in link that works once, for a short time."""
    link = in_house(data, lambda house: make_link(house, email))
    show({"fragment": f"#link={link}"}, as_json=as_json, sentence="Put this behind /business or /operator:")


def _id(text: str, what: str) -> int:
    if not text.isdecimal():
        raise Invalid(f"{text!r} is not the id of a {what}", field=what)
    return int(text)
