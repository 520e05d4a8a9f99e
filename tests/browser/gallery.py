"""A sandbox in which a dairy has sent a person every kind of message there is, and the console is full: for looking at screens."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from PIL import Image, ImageDraw

from tests.domain.flow_examples import VISIT

PHONE: Final = "+16505551234"
OWNER: Final = "owner@dairy.example"
_COLOURS: Final = ("#8fbedc", "#e0b04a", "#7cc29b", "#ee8e78")
_GOODS: Final = (
    ("milk", "Fresh milk, 1 l", "1.20 USD", "in stock", "From this morning, not boiled."),
    ("ghee", "देसी घी, 500 g", "9.50 USD", "in stock", "हमारे अपने मक्खन से।"),
    ("lassi", "لسی، ایک گلاس", "0.80 USD", "preorder", ""),
    ("old", "Old cheese from last winter with a rather long name", "14 USD", "out of stock", "Eight months old."),
)
_BODY: Final = {
    "type": "BODY",
    "text": "Fresh from our farm this morning, {{1}}, and still warm.",
    "example": {"body_text": [["Asha"]]},
}
_WORDS: Final = [{"type": "body", "parameters": [{"type": "text", "text": "Asha"}]}]
_QUICK: Final = {"type": "QUICK_REPLY", "text": "Keep one for me"}


@dataclass
class Gallery:
    """A running server; *business* is what the sandbox made, *person* who holds the telephone, *api* speaks for the business."""

    url: str
    data: Path
    business: dict[str, Any]
    person: dict[str, Any]
    api: httpx.AsyncClient

    async def command(self, *words: str) -> str:
        """What ``clarine words…`` prints, run beside the server."""
        line = (sys.executable, "-m", "clarine", *words, "--data", str(self.data), "--json")
        process = await asyncio.create_subprocess_exec(*line, stdout=asyncio.subprocess.PIPE)
        printed, _ = await process.communicate()
        assert process.returncode == 0, words
        return printed.decode()

    async def post(self, path: str, **body: Any) -> Any:
        """A call of the Cloud API or the sandbox."""
        answer = await self.api.post(path, json=body)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    async def send(self, kind: str, **content: Any) -> None:
        """A message to the person."""
        path = f"/v25.0/{self.business['phone_number_id']}/messages"
        await self.post(path, messaging_product="whatsapp", to=PHONE, type=kind, **{kind: content})

    async def ask(self, kind: str, body: str, action: dict[str, Any], **more: Any) -> None:
        """An interactive message."""
        await self.send("interactive", type=kind, **({"body": {"text": body}} if body else {}), action=action, **more)

    async def template(self, name: str, parts: list[dict[str, Any]], sent: list[dict[str, Any]]) -> None:
        """File a marketing template, which the sandbox approves at once, and send it."""
        filed = {"name": name, "language": "en", "category": "MARKETING", "components": parts}
        await self.post(f"/v25.0/{self.business['waba_id']}/message_templates", **filed)
        await self.send("template", name=name, language={"code": "en"}, components=sent)

    @contextlib.asynccontextmanager
    async def office(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client that is signed in to the business's console."""
        who = ("--email", OWNER)
        words = ("--name", "Owner", "--password", "cheese and bread", "--business", self.business["business_id"])
        await self.command("staff", "create", *who, *words)
        link = json.loads(await self.command("staff", "link", *who))["fragment"].partition("=")[2]
        async with httpx.AsyncClient(base_url=f"{self.url}/console/v1/business/") as client:
            cookies = (await client.post("link", json={"link": link})).cookies
            kept = {each.name: str(each.value) for each in cookies.jar}
            client.cookies.clear()
            session = f"clarine_session={kept['clarine_session']}"
            client.headers.update({"cookie": session, "x-csrf-token": kept["clarine_csrf"]})
            yield client

    async def picture(self, number: int) -> str:
        """The id of an uploaded picture."""
        files = {"file": (f"{number}.png", picture(number), "image/png")}
        path = f"/v25.0/{self.business['phone_number_id']}/media"
        answer = await self.api.post(path, data={"messaging_product": "whatsapp"}, files=files)
        found: str = answer.json()["id"]
        return found


@contextlib.asynccontextmanager
async def gallery(data: Path) -> AsyncIterator[Gallery]:
    """The sandbox with everything in it, while entered."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "clarine", "serve", "--sandbox", "--data", str(data), "--port", "0", "--json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "DATABASE_URL": "", "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        url = ""
        while not url:
            line = (await process.stdout.readline()).decode()
            assert line, "the server ended before it said where it is"
            url = found[0] if (found := re.search(r"http://[\w.:]+", line)) else ""
        async with httpx.AsyncClient(base_url=url, timeout=30) as api:
            business = (await api.post("/sandbox/businesses", json={"name": "Pune Milk", "verified": True})).json()
            person = (await api.post("/sandbox/people", json={"phone": PHONE, "name": "Asha"})).json()
            api.headers["Authorization"] = f"Bearer {business['access_token']}"
            shown = Gallery(url, data, business, person, api)
            await _fill(shown)
            yield shown
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()


def picture(number: int) -> bytes:
    """A PNG that can be told from others."""
    image = Image.new("RGB", (640, 480), _COLOURS[number % len(_COLOURS)])
    draw = ImageDraw.Draw(image)
    draw.ellipse((180, 120, 460, 400), fill="#fbf8f2", outline="#1c1b18", width=6)
    draw.rectangle((300, 40 + 20 * number, 340, 130), fill="#1c1b18")
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


async def _fill(shown: Gallery) -> None:
    url = f"/sandbox/people/{shown.person['wa_id']}"
    await shown.post(f"{url}/relation", marketing_consent=True)
    await shown.post(f"{url}/messages", text="Is there milk today?")
    async with shown.office() as office:
        catalogue = await _shop(office)
    pictures = [await shown.picture(number) for number in range(3)]
    await _requests(shown)
    await _products(shown, catalogue)
    await _cards(shown, catalogue, pictures)
    await _templates(shown, pictures)
    await _form(shown)
    await _answers(shown)


async def _shop(office: httpx.AsyncClient) -> str:
    """The id of a catalogue with pictures in it."""
    catalogue: str = (await office.post("catalogues", json={"name": "Farm"})).json()["catalogue_id"]
    for number, (own, name, price, there, about) in enumerate(_GOODS):
        product = {"retailer_id": own, "name": name, "price": price, "availability": there, "description": about}
        answer = await office.post("pictures", content=picture(number), headers={"content-type": "image/png"})
        answer = await office.post(f"catalogues/{catalogue}/products", json={**product, **answer.json()})
        assert answer.status_code == 200, answer.text
    return catalogue


async def _requests(shown: Gallery) -> None:
    """What asks for something."""
    await shown.send("text", body="*Good morning!* There is. See _what else_ at https://example.org/today")
    await shown.ask("location_request_message", "Where shall we bring it?", {"name": "send_location"})
    await shown.ask("request_contact_info", "آپ کا رابطہ؟ ہم فون کریں گے۔", {"name": "request_contact_info"})
    saved = [{"id": "home", "value": {"name": "Asha", "address": "Lane 4", "city": "Pune", "in_pin_code": "411001"}}]
    address = {"country": "IN", "values": {"city": "Pune"}, "saved_addresses": saved}
    await shown.ask("address_message", "आपका पता क्या है?", {"name": "address_message", "parameters": address})
    rows = [{"id": str(n), "title": title, "description": "Before nine"} for n, title in enumerate(("Today", "Friday"))]
    await shown.ask("list", "When?", {"button": "Choose a day", "sections": [{"title": "Days", "rows": rows}]})


async def _products(shown: Gallery, catalogue: str) -> None:
    """Messages of the shop."""
    one = {"catalog_id": catalogue, "product_retailer_id": "milk"}
    await shown.ask("product", "Our best", one, footer={"text": "While there is some"})
    items = [{"product_retailer_id": own} for own, *_ in _GOODS[:3]]
    sections = [{"title": "Today", "product_items": items[:2]}, {"title": "Cold", "product_items": items[2:]}]
    header = {"type": "text", "text": "From the dairy"}
    action = {"catalog_id": catalogue, "sections": sections}
    await shown.ask("product_list", "Everything of this morning", action, header=header)
    await shown.ask("catalog_message", "Look at all we have", {"name": "catalog_message"})


async def _cards(shown: Gallery, catalogue: str, pictures: list[str]) -> None:
    """Cards side by side."""
    cards: list[dict[str, Any]] = [
        {
            "card_index": number,
            "type": "cta_url",
            "header": {"type": "image", "image": {"id": each}},
            "body": {"text": f"Cheese number {number + 1}, soft and round"},
            "action": {"buttons": [{"type": "quick_reply", "quick_reply": {"id": f"b{number}", "title": "This one"}}]},
        }
        for number, each in enumerate(pictures)
    ]
    await shown.ask("carousel", "Which cheese?", {"cards": cards})
    actions = [{"product_retailer_id": own, "catalog_id": catalogue} for own in ("milk", "ghee")]
    cards = [{"card_index": n, "type": "product", "action": each} for n, each in enumerate(actions)]
    await shown.ask("carousel", "Two of ours", {"cards": cards})


def _buttons(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(buttons)}


def _action(kind: str, **what: Any) -> dict[str, Any]:
    return {"type": "button", "sub_type": kind, "index": 0, "parameters": [{"type": "action", "action": what}]}


async def _templates(shown: Gallery, pictures: list[str]) -> None:
    """Every kind of template that sells."""
    image = {"type": "HEADER", "format": "IMAGE"}
    head = [{"type": "header", "parameters": [{"type": "image", "image": {"id": pictures[0]}}]}]
    coupon = [{"type": "button", "sub_type": "copy_code", "index": 0,
               "parameters": [{"type": "coupon_code", "coupon_code": "MILK20"}]}]  # fmt: skip
    offer = {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "A fifth off!", "has_expiration": True}}
    code = {"type": "COPY_CODE", "text": "MILK20", "example": "MILK20"}
    shop = {"type": "URL", "text": "To the shop", "url": "https://example.org/shop"}
    for name, ends_ms in (("offer_on", 4_102_444_800_000), ("offer_over", 1_700_000_000_000)):
        ends = {"type": "limited_time_offer", "parameters": [
            {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": ends_ms}}]}  # fmt: skip
        await shown.template(name, [image, offer, _BODY, _buttons(code, shop)], [*head, *_WORDS, ends, *coupon])
    footer = {"type": "FOOTER", "text": "Until Sunday"}
    await shown.template("coupon", [_BODY, footer, _buttons(code, _QUICK)], [*_WORDS, *coupon])
    catalog = _action("CATALOG", thumbnail_product_retailer_id="ghee")
    await shown.template("catalog", [_BODY, _buttons({"type": "CATALOG", "text": "View catalog"})], [*_WORDS, catalog])
    items = [{"product_retailer_id": own} for own in ("milk", "ghee")]
    many = _action("MPM", thumbnail_product_retailer_id="milk", sections=[{"title": "Two", "product_items": items}])
    await shown.template("several", [_BODY, _buttons({"type": "MPM", "text": "View items"})], [*_WORDS, many])
    product = {"type": "product", "product": {"product_retailer_id": "milk"}}
    single = [{"type": "header", "parameters": [product]}]
    parts: list[dict[str, Any]] = [
        {"type": "HEADER", "format": "PRODUCT"},
        _BODY,
        _buttons({"type": "SPM", "text": "View"}),
    ]
    await shown.template("one", parts, [*single, *_WORDS])
    card = {"components": [image, {"type": "BODY", "text": "A round of cheese"}, _buttons(_QUICK, shop)]}
    cards: list[dict[str, Any]] = [_BODY, {"type": "CAROUSEL", "cards": [card, card]}]
    sent = [{"card_index": n, "components": [{"type": "header", "parameters": [
        {"type": "image", "image": {"id": each}}]}]} for n, each in enumerate(pictures[:2])]  # fmt: skip
    carousel = [{"type": "carousel", "cards": sent}]
    await shown.template("cards", cards, [*_WORDS, *carousel])


async def _form(shown: Gallery) -> None:
    """A form with its button."""
    sent = {"name": "visit", "categories": ["APPOINTMENT_BOOKING"], "flow_json": json.dumps(VISIT), "publish": True}
    made = await shown.post(f"/v25.0/{shown.business['waba_id']}/flows", **sent)
    parameters = {
        "flow_message_version": "3",
        "flow_id": made["id"],
        "flow_cta": "Ask for a visit",
        "flow_token": "visit-1",
        "flow_action_payload": {"screen": "ANIMAL", "data": {"herd": [{"id": "c1", "title": "Gauri"}]}},
    }
    await shown.ask("flow", "Does an animal need the vet?", {"name": "flow", "parameters": parameters})


async def _answers(shown: Gallery) -> None:
    """What the person says to all this."""
    headers = {"Authorization": f"Bearer {shown.person['token']}"}
    async with httpx.AsyncClient(base_url=shown.url, headers=headers) as client:
        path = f"/people/v1/chats/{shown.business['business_id']}/messages"
        found = (await client.get(path, params={"limit": 50})).json()["messages"]
        seqs = {each["content"].get("kind"): each["seq"] for each in found}
        items = [{"retailer_id": "milk", "quantity": 2}, {"retailer_id": "ghee", "quantity": 1}]
        address = {"name": "Asha", "phone_number": "+919876543210", "address": "Lane 4", "city": "Pune"}
        said: list[tuple[dict[str, Any], str | None]] = [
            ({"type": "address_reply", "values": {**address, "in_pin_code": "411001"}}, "address_message"),
            ({"type": "question", "body": "From buffaloes?", "about": {"retailer_id": "milk"}}, "product"),
            ({"type": "order", "items": items, "text": "By eight, please"}, "catalog_message"),
            ({"type": "order", "items": items[:1], "text": ""}, "product"),
            ({"type": "location", "latitude": 18.52, "longitude": 73.85}, "location_request_message"),
        ]
        for number, (content, kind) in enumerate(said):
            body = {"client_key": f"gallery-{number}", "content": content}
            answer = await client.post(path, json={**body, **({"reply_to": seqs[kind]} if kind else {})})
            assert answer.status_code == 200, answer.text
