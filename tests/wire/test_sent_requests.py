"""Requests as pywa 4.5 really sends them, replayed: each is taken, or refused with the code that says it is not offered yet."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from clarine.domain.ids import MessageKey
from tests.cast import Someone
from tests.wire.conftest import PNG, Api, says, uploaded

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "cloud-api" / "pywa_sent_requests.json"

#: Interactive kinds and types that are not offered yet.
UNSUPPORTED = {
    "voice_call", "call_permission_request",
    "group",
}  # fmt: skip
PDF = b"%PDF-1.4 small"
OGG = b"OggS\x00\x02" + b"\x00" * 22 + b"\x01\x13OpusHead" + b"\x01\x01" + b"\x00" * 40
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 40
WEBP = bytes.fromhex("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700")
MADE = {
    "image": (PNG, "image/png"),
    "video": (MP4, "video/mp4"),
    "audio": (OGG, "audio/ogg"),
    "sticker": (WEBP, "image/webp"),
}


async def test_recorded_messages_are_answered(api: Api, guest: Someone) -> None:
    if not SAMPLES.is_file():
        warnings.warn(f"nothing was replayed: there are no recordings at {SAMPLES}", stacklevel=1)
        return
    wamid = api.house.seal.message_id(MessageKey(guest.person_id, await says(api, guest, key="k2")))
    api.fetch.files = {"https://x.y/a.png": PNG, "https://x.y/a.pdf": PDF}
    replayed = [item["body"] for item in json.loads(SAMPLES.read_text("utf-8")) if item["url"].endswith("/messages")]
    assert len(replayed) >= 28
    for body in replayed:
        response = await api.client.post(f"{api.phone}/messages", json=await fitted(api, body, wamid))
        expected = expectation(body)
        found = response.json()
        if expected is None:
            assert response.status_code == 200, (body, found)
            assert found.get("success") or found["messages"][0]["id"].startswith("wamid.")
        else:
            assert found["error"]["code"] == expected, (body, found)


async def fitted(api: Api, body: dict[str, Any], wamid: str) -> dict[str, Any]:
    """*body* with the ids that exist here in place of the recorded ones."""
    kind = body.get("type", "")
    if kind in MADE and "id" in body[kind]:
        data, mime = MADE[kind]
        body[kind]["id"] = await uploaded(api, data, mime, "file")
    text = json.dumps(body).replace('"wamid.x"', json.dumps(wamid))
    found: dict[str, Any] = json.loads(text)
    if "recipient" in found:
        key = api.house.seal.message_key(wamid)
        assert isinstance(key, MessageKey)
        found["recipient"] = api.house.seal.user_id(
            key.person_id, business_id=api.keys.business.business_id, country="US"
        )
    return found


def expectation(body: dict[str, Any]) -> int | None:
    """The error code that is expected, or None."""
    if body.get("recipient_type") == "group" or body.get("interactive", {}).get("type") in UNSUPPORTED:
        return 131051
    if body.get("interactive", {}).get("type") in ("flow", "product", "product_list", "catalog_message"):
        return 131009  # nobody drew the form that it names, and there is no catalogue
    return 132001 if body.get("type") == "template" else None


#: Recorded requests about objects that are not there, by the end of their address: the error's subcode, or None.
MISSING = {"/123/unpause": 33, "/compare": 33}


async def test_recorded_calls_of_every_other_kind_are_answered(api: Api, guest: Someone) -> None:
    if not SAMPLES.is_file():
        warnings.warn(f"nothing was replayed: there are no recordings at {SAMPLES}", stacklevel=1)
        return
    api.http.verify_token = "v"
    replayed = [item for item in json.loads(SAMPLES.read_text("utf-8")) if not item["url"].endswith("/messages")]
    assert len(replayed) == 19
    for item in replayed:
        split = urlsplit(item["url"])
        path = split.path.replace("/106540352242922", f"/{api.keys.phone_number.phone_number_id}")
        path = path.replace("/102290129340398", f"/{api.keys.business.waba_id}")
        if path.endswith("/deregister"):
            continue  # last, because nothing can be sent after it
        response = await replay(api, item, path, split.query)
        found = response.json()
        missing = next((code for end, code in MISSING.items() if split.path.endswith(end)), None)
        if missing is not None:
            assert found["error"]["error_subcode"] == missing, (item, found)
        elif path.endswith("/marketing_messages"):
            assert found["error"]["code"] == 132001, (item, found)
        else:
            assert response.status_code == 200, (item, found)
    assert (await api.client.post(f"{api.phone}/deregister")).json() == {"success": True}


async def replay(api: Api, item: dict[str, Any], path: str, query: str) -> httpx.Response:
    """One recorded request, byte for byte but for its ids (and the picture, whose bytes were not kept)."""
    if item["ct"].startswith("multipart/"):
        return await api.client.post(path, files={"file": ("a.png", PNG)}, data={"messaging_product": "whatsapp"})
    body = b"" if item["body"] is None else json.dumps(item["body"]).encode()
    headers = {"Content-Type": item["ct"]} if item["ct"] else {}
    return await api.client.request(item["m"], f"{path}?{query}" if query else path, content=body, headers=headers)
