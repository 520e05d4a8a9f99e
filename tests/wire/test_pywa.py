"""pywa 4.5.0, unchanged but for its base URL, against a real server: what its users do on their first day."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from pywa import errors
from pywa.client import WhatsApp
from pywa.handlers import CallbackButtonHandler, CallbackSelectionHandler, MessageHandler, MessageStatusHandler
from pywa.types.callback import Button as PywaButton
from pywa.types.callback import CallbackButton, CallbackSelection, Section, SectionList, SectionRow
from pywa.types.message import Message
from pywa.types.message_status import MessageStatus
from pywa.types.templates import BodyText, TemplateCategory, TemplateLanguage
from pywa.types.templates import Template as PywaTemplate

from clarine.domain.ids import MessageKey
from clarine.domain.message import Choice, Location, Media, Reaction
from clarine.edge.graph.app import graph_app
from clarine.flow.business import BusinessKeys
from clarine.flow.house import House
from clarine.flow.links import upload
from clarine.flow.receipt import Read, Received, read, receive
from clarine.flow.verbs import Verbs
from tests.cast import Someone
from tests.wire.conftest import PNG, Api, FakeFetch, FakeHttp, says


@pytest_asyncio.fixture
async def base_url(house: House, http: FakeHttp, fetch: FakeFetch) -> AsyncIterator[str]:
    """A server on a free port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(graph_app(house, Verbs(house), http, fetch), log_config=None, lifespan="off", access_log=False)
    )
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/v25.0"
    server.should_exit = True
    await task


@pytest.fixture
def wa(keys: BusinessKeys, base_url: str) -> WhatsApp:
    business = keys.business
    client = WhatsApp(
        phone_id=str(keys.phone_number.phone_number_id),
        token=keys.access_token,
        waba_id=str(business.waba_id),
        app_id=business.app_id,
        app_secret=business.app_secret,
        verify_token="vt",
        server=None,
    )
    client.api._session.base_url = base_url  # the only line that differs
    return client


@dataclass
class Heard:
    """What the client's handlers were given."""

    found: list[tuple[Any, ...]] = field(default_factory=list)


@pytest.fixture
def heard(wa: WhatsApp) -> Heard:
    heard = Heard()

    def message(_: WhatsApp, got: Message) -> None:
        heard.found.append(("message", str(got.type), got.text, got.from_user.name, got.from_user.wa_id))

    def status(_: WhatsApp, got: MessageStatus[Any]) -> None:
        heard.found.append(
            (
                "status",
                str(got.status),
                got.error.code if got.error else None,
                got.pricing.type if got.pricing else None,
            )
        )

    def button(_: WhatsApp, got: CallbackButton[Any]) -> None:
        heard.found.append(("button", got.data))

    def selection(_: WhatsApp, got: CallbackSelection[Any]) -> None:
        heard.found.append(("selection", got.data))

    wa.add_handlers(
        MessageHandler(message),
        MessageStatusHandler(status),
        CallbackButtonHandler(button),
        CallbackSelectionHandler(selection),
    )
    return heard


async def told(api: Api, wa: WhatsApp, heard: Heard) -> list[tuple[Any, ...]]:
    """Hand every webhook that waits to the client, as a web server would."""
    before = len(heard.found)
    for _, body, headers in await api.notify():
        assert wa.webhook_update_validator(body, headers["X-Hub-Signature-256"]) is None
        await asyncio.to_thread(wa.webhook_update_handler, body)
    return heard.found[before:]


async def test_texts_and_interactive_messages_are_sent(wa: WhatsApp, api: Api, guest: Someone) -> None:
    sent = await asyncio.to_thread(wa.send_message, to="+1 650 555 1234", text="hi")
    assert sent.id.startswith("wamid.")
    user_id = api.house.seal.user_id(guest.person_id, business_id=api.keys.business.business_id, country="US")
    assert (await asyncio.to_thread(wa.send_message, to=user_id, text="hi")).id != sent.id
    rows = SectionList("Menu", [Section("S", [SectionRow("T", "r1", "d")])])
    for buttons in ([PywaButton("Yes", "y"), PywaButton("No", "n")], rows):
        await asyncio.to_thread(wa.send_message, to="16505551234", text="b", buttons=buttons, footer="F")
    await asyncio.to_thread(wa.send_location, to="16505551234", latitude=1.5, longitude=2.5, name="n", address="a")
    await asyncio.to_thread(wa.send_reaction, to="16505551234", emoji="👍", message_id=sent.id)


async def test_templates_are_made_listed_sent_and_deleted(wa: WhatsApp, api: Api, guest: Someone) -> None:
    hello = await asyncio.to_thread(
        wa.send_template, to="16505551234", name="hello_world", language=TemplateLanguage.ENGLISH_US, params=[]
    )
    assert hello.id.startswith("wamid.")
    made = await asyncio.to_thread(
        wa.create_template,
        PywaTemplate(
            name="welcome",
            language=TemplateLanguage.ENGLISH_US,
            category=TemplateCategory.UTILITY,
            components=[BodyText("Hello {{name}}, welcome to our shop.", name="Ana")],
        ),
    )
    assert str(made.status) == "PENDING"
    listed = await asyncio.to_thread(wa.get_templates)
    assert sorted(each.name for each in listed) == ["hello_world", "welcome"]
    one = await asyncio.to_thread(wa.get_template, made.id)
    assert one.name == "welcome"
    assert await asyncio.to_thread(wa.delete_template, "welcome", template_id=made.id)


async def test_media_go_up_and_down(wa: WhatsApp, guest: Someone, tmp_path: Path) -> None:
    picture = tmp_path / "x.png"
    picture.write_bytes(PNG)
    media = await asyncio.to_thread(wa.upload_media, str(picture))
    assert media is not None
    await asyncio.to_thread(wa.send_image, to="16505551234", image=str(picture), caption="c")
    url = await asyncio.to_thread(wa.get_media_url, media.id)
    assert await asyncio.to_thread(wa.get_media_bytes, url=url.url) == PNG
    assert await asyncio.to_thread(wa.delete_media, media.id)


async def test_an_error_arrives_as_its_own_type(wa: WhatsApp, guest: Someone) -> None:
    for error, call in (
        (errors.InvalidParameter, lambda: wa.send_message(to="12", text="x")),
        (errors.TemplateNotExists, lambda: wa.send_template(
            to="16505551234", name="nothing", language=TemplateLanguage.ENGLISH_US, params=[])),
    ):  # fmt: skip
        with pytest.raises(error):
            await asyncio.to_thread(call)
    wa.api._session.headers["Authorization"] = "Bearer EAAwrong"
    with pytest.raises(errors.ExpiredAccessToken):
        await asyncio.to_thread(wa.send_message, to="16505551234", text="x")


async def test_the_number_the_profile_and_the_block_list(wa: WhatsApp, api: Api, guest: Someone) -> None:
    number = await asyncio.to_thread(wa.get_business_phone_number)
    assert (number.verified_name, number.quality_rating) == ("Pune Milk", "GREEN")
    assert len(list(await asyncio.to_thread(wa.get_business_phone_numbers))) == 1
    await asyncio.to_thread(wa.update_business_profile, about="Milk", websites=["https://b.example"])
    profile = await asyncio.to_thread(wa.get_business_profile)
    assert (profile.about, list(profile.websites or [])) == ("Milk", ["https://b.example"])
    blocked = await asyncio.to_thread(wa.block_users, ["16505551234"])
    assert [user.wa_id for user in blocked.added_users] == ["16505551234"]
    assert len(list(await asyncio.to_thread(wa.get_blocked_users))) == 1
    await asyncio.to_thread(wa.unblock_users, ["16505551234"])
    assert len(list(await asyncio.to_thread(wa.get_blocked_users))) == 0


async def test_callbacks_are_set_while_the_challenge_is_asked(wa: WhatsApp, api: Api) -> None:
    token = await asyncio.to_thread(
        wa.get_app_access_token, app_id=api.keys.business.app_id, app_secret=api.keys.business.app_secret
    )
    assert token
    for call in (
        lambda: wa.set_app_callback_url(
            app_id=api.keys.business.app_id, app_access_token=token, callback_url="https://a.test", verify_token="vt",
            fields=["messages"],
        ),
        lambda: wa.override_waba_callback_url(callback_url="https://b.test", verify_token="vt"),
        lambda: wa.override_phone_callback_url(callback_url="https://c.test", verify_token="vt"),
    ):  # fmt: skip
        assert await asyncio.to_thread(call)
    assert len(api.http.asked) == 3


async def test_everything_a_person_does_is_heard(wa: WhatsApp, api: Api, someone: Someone, heard: Heard) -> None:
    hook = {"override_callback_uri": "https://h.test/", "verify_token": "vt"}
    await api.client.post(f"{api.waba}/subscribed_apps", json=hook)
    early = await asyncio.to_thread(wa.send_message, to="16505551234", text="too early")
    assert await told(api, wa, heard) == [("status", "failed", 131047, None)]
    nobody = await asyncio.to_thread(wa.send_message, to="16505559999", text="nobody")
    assert nobody.id != early.id
    assert await told(api, wa, heard) == [("status", "failed", 131026, None)]
    await says(api, someone, "hello", "k1")
    assert await told(api, wa, heard) == [("message", "text", "hello", "Zoë", "16505551234")]
    sent = await asyncio.to_thread(wa.send_message, to="16505551234", text="hi")
    key = api.house.seal.message_key(sent.id)
    assert isinstance(key, MessageKey)

    async def chunks() -> AsyncIterator[bytes]:
        yield b"%PDF-1.4 small"

    row = await upload(api.house, someone.person_id, chunks(), filename="a.pdf", kind="document")
    await says(api, someone, Media("document", row.media_id, "", "", 0, filename="a.pdf"), "k2")
    await says(api, someone, Location(1.5, 2.5), "k3")
    await says(api, someone, Reaction(key.seq, "👍"), "k4")
    await says(api, someone, Choice("button_reply", "y", "Yes"), "k5", reply_to_seq=key.seq)
    await says(api, someone, Choice("list_reply", "r1", "Row"), "k6", reply_to_seq=key.seq)
    await says(api, someone, Choice("template_button", "payload", "Ok"), "k7", reply_to_seq=key.seq)
    await receive(api.house, [Received(key.person_id, (key.seq,))])
    await read(api.house, [Read(key.person_id, api.keys.business.business_id, key.seq)])
    found = await told(api, wa, heard)
    assert found == [
        ("status", "sent", None, "free_customer_service"),
        ("message", "document", None, "Zoë", "16505551234"),
        ("message", "location", None, "Zoë", "16505551234"),
        ("message", "reaction", None, "Zoë", "16505551234"),
        ("button", "y"),
        ("selection", "r1"),
        ("button", "payload"),
        ("status", "delivered", None, "free_customer_service"),
        ("status", "read", None, None),
    ]
