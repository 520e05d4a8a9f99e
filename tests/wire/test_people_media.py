"""Media of people: uploaded once, seen only by who may, fetched whole or in ranges, until the link ends."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
from PIL import Image

from clarine.adapters.clock import TurnedClock
from clarine.domain.links import Link, opened, sign
from clarine.domain.message import Media
from clarine.flow.accept import SendRequest
from clarine.flow.house import House
from clarine.flow.links import upload
from tests.cast import Cast
from tests.wire.people_app import people_app

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n" + b"x" * 1000


def png(width: int = 64, height: int = 48) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(written, "PNG")
    return written.getvalue()


async def put(
    client: httpx.AsyncClient, content: bytes, *, kind: str = "image", name: str = "cow.png"
) -> httpx.Response:
    return await client.post("/media", files={"file": (name, content)}, data={"type": kind})


async def linked(client: httpx.AsyncClient, **medium: Any) -> dict[str, Any]:
    answer = await client.post("/media/links", json={"media": [medium]})
    assert answer.status_code == 200, answer.text
    (link,) = answer.json()["links"]
    found: dict[str, Any] = link
    return found


def path_of(url: str) -> str:
    return url.split("/people/v1", 1)[1]


async def test_a_picture_goes_up_is_sent_and_comes_down_with_its_thumbnail(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    picture = png(800, 600)
    async with app.client(await app.token(someone)) as client, app.client() as anyone:
        kept = (await put(client, picture)).json()
        assert kept.items() >= {"mime": "image/png", "size": len(picture), "width": 800, "height": 600}.items()
        content = {"type": "image", "media_id": kept["media_id"], "caption": "Look"}
        body = {"client_key": "client-key", "content": content}
        message = (await client.post(f"/chats/{shop.business_id}/messages", json=body)).json()["message"]
        assert content.items() <= message["content"].items()
        assert "sha256" not in message["content"]
        link = await linked(client, media_id=kept["media_id"], seq=message["seq"])
        whole = await anyone.get(path_of(link["url"]))
        small = await anyone.get(path_of(link["thumbnail_url"]))
    assert (whole.content, whole.headers["content-type"]) == (picture, "image/png")
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert Image.open(io.BytesIO(small.content)).format == "WEBP"


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-9", 206, (0, 10)),
        ("bytes=5-", 206, (5, None)),
        ("bytes=-7", 206, (-7, None)),
        ("bytes=3-999999", 206, (3, None)),
        ("bytes=999999-", 416, None),
        ("bytes=9-3", 200, (0, None)),
        ("bytes=0-1,3-4", 200, (0, None)),
        ("lines=0-1", 200, (0, None)),
        (f"bytes={'9' * 30}-", 200, (0, None)),
    ],
)
async def test_a_file_is_served_in_the_range_that_was_asked_for(
    house: House, cast: Cast, asked: str, status: int, span: tuple[int, int | None] | None
) -> None:
    app = people_app(house)
    async with app.client(await app.token(await cast.person())) as client:
        kept = (await put(client, PDF, kind="document", name="../Price list é.pdf")).json()
        path = path_of((await linked(client, media_id=kept["media_id"]))["url"])
        answer = await client.get(path, headers={"Range": asked})
        assert answer.status_code == status
        assert answer.content == (PDF[slice(*span)] if span else b"")
        if status == 206:
            first = PDF.index(answer.content) if span and span[0] != -7 else len(PDF) - 7
            last = first + len(answer.content) - 1
            assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(PDF)}"
        assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Price%20list%20%C3%A9.pdf"
        head = await client.head(path)
        assert (head.headers["content-length"], head.content) == (str(len(PDF)), b"")
        stale = await client.get(path, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
        assert stale.status_code == 200
        assert (await client.get(path, headers={"If-None-Match": head.headers["etag"]})).status_code == 304


async def test_a_link_ends_and_cannot_be_changed(house: House, cast: Cast, clock: TurnedClock) -> None:
    app = people_app(house)
    async with app.client(await app.token(await cast.person())) as client:
        kept = (await put(client, png())).json()
        path = path_of((await linked(client, media_id=kept["media_id"]))["url"])
        head, name = path.rsplit("/", 1)
        for at in (0, len(name) // 2, len(name) - 3):
            forged = name[:at] + ("A" if name[at] != "A" else "B") + name[at + 1 :]
            assert (await client.get(f"{head}/{forged}")).status_code == 404
        clock.turn(timedelta(seconds=house.settings.media_link_ttl_s))
        assert (await client.get(path)).status_code == 200
        clock.turn(timedelta(seconds=1))
        assert (await client.get(path)).status_code == 404


def test_a_link_of_another_house_is_not_opened() -> None:
    link = Link("ab", "image/png", 3, 100, "é.png", thumbnail=True)
    assert opened(sign(link, b"key"), b"key", now_s=100) == link
    assert opened(sign(link, b"key"), b"another", now_s=100) is None
    assert opened("é", b"key", now_s=0) is None
    assert opened("A", b"key", now_s=0) is None


async def test_links_are_made_only_for_what_the_person_may_see(house: House, cast: Cast) -> None:
    shop, someone, other = await cast.shop(), await cast.person(), await cast.person()
    await cast.says(someone, shop)

    async def chunks() -> Any:
        yield png()

    medium = await upload(house, shop.business_id, chunks(), filename=None, kind="image")
    sent = Media("image", medium.media_id, "", "", 0)
    await cast.send(SendRequest(shop.business_id, shop.phone_number_id, sent, phone=someone.phone))
    app = people_app(house)
    async with app.client(await app.token(someone)) as client, app.client(await app.token(other)) as stranger:
        (newest, *_) = (await client.get(f"/chats/{shop.business_id}/messages")).json()["messages"]
        assert newest["content"]["media_id"] == str(medium.media_id)
        await linked(client, media_id=str(medium.media_id), seq=newest["seq"])
        own = (await put(client, png())).json()["media_id"]
        refused = [
            (client, {"media_id": str(medium.media_id)}),
            (client, {"media_id": str(medium.media_id), "seq": 1}),
            (client, {"media_id": own, "seq": newest["seq"]}),
            (stranger, {"media_id": own}),
            (stranger, {"media_id": str(medium.media_id), "seq": newest["seq"]}),
        ]
        for who, asked in refused:
            assert (await who.post("/media/links", json={"media": [asked]})).status_code == 404, asked


async def test_what_may_not_be_sent_is_not_kept(house: House, cast: Cast) -> None:
    shop, someone = await cast.shop(), await cast.person()
    app = people_app(house)
    async with app.client(await app.token(someone)) as client:
        assert (await put(client, b"<html><script>alert(1)</script></html>", kind="document")).status_code == 400
        assert (await put(client, PDF, kind="image")).json()["error"]["code"] == "media_type"
        assert (await put(client, png(), kind="poster")).json()["error"]["field"] == "type"
        assert (await put(client, b"")).json()["error"]["code"] == "media_size"
        assert (await client.post("/media", json={})).status_code == 400
        assert (await client.post("/media", data={"type": "image"}, files={"other": b"x"})).status_code == 400
        cut = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc'
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        assert (await client.post("/media", content=cut, headers=headers)).status_code == 400
        paper = (await put(client, PDF, kind="document", name="a.pdf")).json()["media_id"]
        body = {"client_key": "client-key", "content": {"type": "image", "media_id": paper}}
        as_image = await client.post(f"/chats/{shop.business_id}/messages", json=body)
        assert as_image.json()["error"]["code"] == "media_type"
