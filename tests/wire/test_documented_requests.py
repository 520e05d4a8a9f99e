"""Every request example of Meta's OpenAPI file, sent: each is taken, or refused with the error that is expected of it.

Where an example contradicts the real API, or asks for what is not offered, it stands by its name in EXPECTED with the reason.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import yaml

from clarine.domain.ids import MessageKey
from clarine.flow.registration import add_number
from tests.cast import Someone
from tests.wire.conftest import PNG, Api, says, uploaded
from tests.wire.test_sent_requests import MP4, OGG, PDF, WEBP

FILE: Final = (
    Path(__file__).resolve().parents[3] / "shared" / "data" / "cloud-api" / "business-messaging-api_v23.0.yaml"
)

#: Examples of calls that are not offered, by the beginning of their names.
NOT_OFFERED: Final = (
    "POST /{Application-ID}/whatsapp_business_solution",
    "POST /{Business-ID}/add_phone_numbers",
    "POST /{Business-ID}/share_preverified_numbers",
    "POST /{Phone-Number-ID}/calls",
    "POST /{Phone-Number-ID}/messages_encrypted",
    "POST /{Phone-Number-ID}/official_business_account",
    "POST /{Phone-Number-ID}/business_compliance_info",
    "POST /{Phone-Number-ID} set_username",
    "POST /{Phone-Number-ID} comprehensive_update",  # it sets a user name too
    "POST /{Phone-Number-ID}/settings Enable calling with video",
    "POST /{Phone-Number-ID}/settings Enable SIP calling",
    "POST /{Phone-Number-ID}/settings Enable payload encryption",
    "POST /{Solution-ID}/",
    "POST /{WABA-ID}/obo_mobility_intent",
    "POST /{WABA-ID}/schedules",
    "POST /{WABA-ID}/set_obo_mobility_intent",
    "POST /{WABA-ID}/set_solution_migration_intent",
)
#: Examples about objects that no portfolio here has.
NO_OBJECT: Final = ("POST /{Pre-Verified-Phone-Number-ID}/", "POST /{WhatsApp-Business-Profile-ID}")

_MESSAGES: Final = "POST /{Phone-Number-ID}/messages "
_TEMPLATES: Final = "POST /{WABA-ID}/message_templates "
#: From an example to the code it gets and why: what the file gets wrong, and what needs something to be there first.
EXPECTED: Final[dict[str, tuple[int, str]]] = {
    # The file is wrong.
    _MESSAGES + "Send Message Template Interactive": (131009, "language-and-locale-code is longer than any language"),
    _MESSAGES + "Send Message Template Media": (131009, "language-and-locale-code is longer than any language"),
    _MESSAGES + "Send Message Template Text": (131009, "language-and-locale-code is longer than any language"),
    _MESSAGES + "Send Sample Shipping Confirmation Template": (131009, "language-and-locale-code is no language"),
    _MESSAGES + "Send Sample Text Message": (131009, "it is a template, and language-and-locale-code is no language"),
    _MESSAGES + "Send Multi-Product Message": (131009, "<HEADER_TYPE> is no type of header"),
    _MESSAGES + "Send Reply to List Message": (131008, "it leaves out type, so it is a text without text"),
    _TEMPLATES + "Create Flow Template Message by Flow JSON": (100, "<TEMPLATE_NAME> has capitals and brackets"),
    _TEMPLATES + "Create Flow Template Message by ID": (100, "<TEMPLATE_NAME> has capitals and brackets"),
    _TEMPLATES + "Create Flow Template Message by Name": (100, "<TEMPLATE_NAME> has capitals and brackets"),
    _TEMPLATES + "Create catalog template": (100, "it is the authentication template of another example once more"),
    "POST /{Phone-Number-ID}/whatsapp_business_encryption upload_key": (100, "the key has dots where its bytes were"),
    # It needs something that is not there.
    "POST /{Phone-Number-ID}/marketing_messages Simple Template Message": (132001, "hello_world is en_US"),
    "POST /{Phone-Number-ID}/marketing_messages Template with Product Policy": (132001, "nobody filed it"),
    "POST /{Phone-Number-ID}/marketing_messages Parameterized Template": (132001, "nobody filed it"),
    _MESSAGES + "Send Catalog Template Message": (132001, "nobody filed it"),
    _MESSAGES + "Send Flow Template Message": (132001, "nobody filed it"),
    _MESSAGES + "Send Sample Issue Resolution Template": (132001, "nobody filed it"),
    _MESSAGES + "Send Draft Flow by ID": (131009, "there is no such flow"),
    _MESSAGES + "Send Draft Flow by Name": (131009, "there is no such flow"),
    _MESSAGES + "Send Published Flow by ID": (131009, "there is no such flow"),
    _MESSAGES + "Send Published Flow by Name": (131009, "there is no such flow"),
    "POST /{Phone-Number-ID}/message_qrdls update_existing_qr_code": (100, "there is no such link"),
    "POST /{Phone-Number-ID}/request_code voice_verification": (130429, "the example before asked a moment ago"),
    "POST /{Phone-Number-ID}/verify_code verify_code": (136024, "another code was sent"),
    "POST /{Phone-Number-ID}/whatsapp_business_profile complete_profile_update": (
        100,
        "the handle is of another house",
    ),
    "POST /{TEMPLATE_ID} Edit template": (100, "the category of an approved template stays"),
    # It is not offered.
    _MESSAGES + "Send Catalog Message": (131009, "no catalogue is connected"),
    _MESSAGES + "Send Single Product Message": (131009, "no catalogue is connected"),
    _MESSAGES + "Send Order Details Message": (131051, "there are no payments here"),
    _MESSAGES + "Send Order Status Message": (131051, "there are no payments here"),
}


def expected(example: str) -> int | None:
    """The code that an example gets, or None when it is taken."""
    if example.startswith(NOT_OFFERED):
        return 3
    if example.startswith(NO_OBJECT):
        return 100
    return EXPECTED[example][0] if example in EXPECTED else None


@dataclass(frozen=True)
class Example:
    method: str
    path: str
    content_type: str
    name: str
    value: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.name}"


def examples() -> Iterator[Example]:
    found = yaml.safe_load(FILE.read_text("utf-8"))
    for path, operations in found["paths"].items():
        if path.startswith("/whatsapp/"):
            continue  # the callback: what is sent there is in test_webhook_shapes
        for method, operation in operations.items():
            if method not in ("get", "post", "put", "delete"):
                continue
            for content_type, content in ((operation.get("requestBody") or {}).get("content") or {}).items():
                shown = dict(content.get("examples") or {})
                if "example" in content:
                    shown["example"] = {"value": content["example"]}
                for name, example in shown.items():
                    cut = path.removeprefix("/{Version}")
                    yield Example(method.upper(), cut, content_type, name, example.get("value", example))


async def test_documented_requests_are_answered(api: Api, guest: Someone) -> None:
    if not FILE.is_file():
        warnings.warn(f"nothing was sent: there is no OpenAPI file at {FILE}", stacklevel=1)
        return
    play = await Play.of(api, guest)
    names = set()
    for example in examples():
        names.add(str(example))
        response = await play.send(example)
        code = None if response.status_code == 200 else response.json()["error"]["code"]
        assert code == expected(str(example)), (str(example), response.text)
    assert len(names) > 140
    assert names >= set(EXPECTED)


@dataclass
class Play:
    """The examples' placeholders, and what stands here for them."""

    api: Api
    guest: Someone
    nodes: dict[str, str]
    media: dict[str, str]
    wamid: str

    @classmethod
    async def of(cls, api: Api, guest: Someone) -> Play:
        business = api.keys.business
        phone = str(api.keys.phone_number.phone_number_id)
        fresh = await add_number(api.house, business.business_id, phone="+16505550199", verified_name="Second")
        nodes = {
            "Application-ID": str(business.app_id),
            "Business-ID": str(business.business_id),
            "Phone-Number-ID": phone,
            "fresh": str(fresh.phone_number_id),
            "WABA-ID": str(business.waba_id),
            "WhatsApp-Business-Account-ID": str(business.waba_id),
        }
        async with api.house.store.transaction() as tx:
            key = (business.business_id, "hello_world", "en_US")
            nodes["TEMPLATE_ID"] = str((await tx.templates([key]))[key].template_id)
        media = {
            "audio": await uploaded(api, OGG, "audio/ogg", "a.ogg"),
            "image": await uploaded(api, PNG, "image/png", "a.png"),
            "video": await uploaded(api, MP4, "video/mp4", "a.mp4"),
            "document": await uploaded(api, PDF, "application/pdf", "a.pdf"),
            "sticker": await uploaded(api, WEBP, "image/webp", "a.webp"),
        }
        files = {"audio": OGG, "image": PNG, "video": MP4, "document": PDF, "sticker": WEBP}
        api.fetch.files = {f"https://files.test/{kind}": data for kind, data in files.items()}
        seq = await says(api, guest, key="k2")
        return cls(api, guest, nodes, media, api.house.seal.message_id(MessageKey(guest.person_id, seq)))

    async def send(self, example: Example) -> httpx.Response:
        """One example, with what stands here for its placeholders."""
        url = "/v23.0" + re.sub(r"\{([^}]+)\}", lambda name: self._node(name[1], example), example.path)
        value = self._fitted(example.value)
        if example.path.endswith("/media"):
            kind = str(example.name).rsplit(" ", 1)[-1].lower()
            files = {"file": ("file", self.api.fetch.files[f"https://files.test/{kind}"], "application/octet-stream")}
            return await self.api.client.post(url, files=files, data={"messaging_product": "whatsapp"})
        if "json" in example.content_type:
            return await self.api.client.request(example.method, url, json=value)
        if "urlencoded" in example.content_type:
            form = {name: each if isinstance(each, str) else json.dumps(each) for name, each in value.items()}
            headers = {"Content-Type": example.content_type}
            return await self.api.client.request(example.method, url, content=urlencode(form), headers=headers)
        return await self.api.client.request(example.method, url, data=value)

    def _node(self, name: str, example: Example) -> str:
        if name == "Phone-Number-ID" and example.path.endswith(("/request_code", "/verify_code")):
            return self.nodes["fresh"]  # the other one is verified already
        return self.nodes.get(name, "190000000000001")

    def _fitted(self, value: Any, kind: str = "") -> Any:
        match value:
            case dict():
                return {name: self._fitted(each, name if name in self.media else kind) for name, each in value.items()}
            case list():
                return [self._fitted(each, kind) for each in value]
            case str() if re.fullmatch(r"<\w+_OBJECT_ID>", value):
                return self.media[kind]
            case str() if "://" in value and "-url" in value and kind:
                return f"https://files.test/{kind}"
            case str() if value.startswith(("<MSGID", "wamid.")):
                return self.wamid
            case str() if "Recipient" in value or value in ("+16505551234", "16315555555", "16315552222"):
                return str(self.guest.phone)
            case str() if value.startswith("https://your-domain.com"):
                return "https://app.test/"
            case str() if value.startswith("https://upload.wikimedia.org/"):
                return "https://files.test/image"
            case "YOUR_VERIFY_TOKEN" | "YOUR_VERIFY_TOKEN_PLACEHOLDER":
                return "vt"
        return value
