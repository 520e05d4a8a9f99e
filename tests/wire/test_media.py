"""Media up and down over the Cloud API."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from clarine.adapters.clock import TurnedClock
from clarine.domain.message import Media
from clarine.flow.business import BusinessKeys, create_business
from clarine.flow.house import House
from clarine.flow.links import upload
from tests.cast import Cast, Someone
from tests.wire.conftest import PNG, Api, FakeFetch, FakeHttp, error, open_api, says, uploaded

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n" + b"x" * 1000


async def test_what_was_uploaded_is_described_and_downloaded_with_or_without_a_token(api: Api) -> None:
    media_id = await uploaded(api)
    assert media_id.isdecimal()
    shown = (await api.client.get(f"/v25.0/{media_id}/")).json()
    assert shown | {"url": ""} == {
        "messaging_product": "whatsapp",
        "url": "",
        "mime_type": "image/png",
        "sha256": hashlib.sha256(PNG).hexdigest(),
        "file_size": len(PNG),
        "id": media_id,
    }
    assert shown["url"].startswith("http://api.test/")
    for headers in ({}, {"Authorization": ""}):
        response = await api.client.get(shown["url"], headers=headers)
        assert (response.status_code, response.content) == (200, PNG)
        assert response.headers["content-type"] == "image/png"


async def test_a_part_of_a_file_is_fetched_by_its_range(api: Api) -> None:
    media_id = await uploaded(api, PDF, "application/pdf", "list.pdf")
    url = (await api.client.get(f"/{media_id}")).json()["url"]
    response = await api.client.get(url, headers={"Range": "bytes=0-3"})
    assert (response.status_code, response.content) == (206, b"%PDF")
    assert response.headers["content-range"] == f"bytes 0-3/{len(PDF)}"


async def test_a_link_ends_after_its_time_and_a_changed_one_never_worked(api: Api, clock: TurnedClock) -> None:
    url = (await api.client.get(f"/{await uploaded(api)}")).json()["url"]
    assert (await api.client.get(url[:-2])).status_code == 404
    clock.turn(timedelta(seconds=api.house.settings.media_link_ttl_s))
    assert (await api.client.get(url)).status_code == 200
    clock.turn(timedelta(seconds=1))
    assert (await api.client.get(url)).status_code == 404


async def test_strict_as_the_original_a_download_needs_a_token(
    house: House, keys: BusinessKeys, http: FakeHttp, fetch: FakeFetch, cast: Cast
) -> None:
    strict = replace(house, settings=replace(house.settings, strict_meta=True))
    async with open_api(strict, keys, http, fetch, cast) as api:
        url = (await api.client.get(f"/{await uploaded(api)}")).json()["url"]
        assert (await api.client.get(url)).status_code == 200
        refused = await api.client.get(url, headers={"Authorization": ""})
        assert (refused.status_code, error(refused)["code"]) == (401, 190)


async def test_a_deleted_medium_is_gone(api: Api) -> None:
    media_id = await uploaded(api)
    assert (await api.client.delete(f"/v25.0/{media_id}")).json() == {"success": True}
    for method in ("GET", "DELETE"):
        found = error(await api.client.request(method, f"/v25.0/{media_id}"))
        assert (found["code"], found["error_subcode"]) == (100, 33)


async def test_media_of_another_business_or_number_do_not_exist(api: Api, house: House) -> None:
    media_id = await uploaded(api)
    number = api.keys.phone_number.phone_number_id
    assert (await api.client.get(f"/{media_id}?phone_number_id={number}")).status_code == 200
    assert error(await api.client.get(f"/{media_id}?phone_number_id=123"))["error_subcode"] == 33
    other = await create_business(house, name="Other", phone="+15550783999")
    refused = await api.client.get(f"/{media_id}", headers={"Authorization": f"Bearer {other.access_token}"})
    assert error(refused)["error_subcode"] == 33


async def test_an_upload_that_may_not_be_sent_is_refused(api: Api) -> None:
    files = {"file": ("page.html", b"<html><script>alert(1)</script></html>", "image/png")}
    data = {"messaging_product": "whatsapp", "type": "image/png"}
    refused = await api.client.post(f"{api.phone}/media", files=files, data=data)
    assert (refused.status_code, error(refused)["code"]) == (400, 100)
    nothing = await api.client.post(f"{api.phone}/media", files={"other": ("a", PNG)}, data=data)
    assert "file" in error(nothing)["message"]
    no_product = await api.client.post(f"{api.phone}/media", files={"file": ("x.png", PNG)})
    assert "messaging_product" in error(no_product)["message"]


async def test_messaging_product_of_an_upload_may_stand_in_the_query(api: Api) -> None:
    files = {"file": ("x.png", PNG, "image/png")}
    response = await api.client.post(f"{api.phone}/media?messaging_product=whatsapp", files=files)
    assert response.status_code == 200


@pytest.mark.parametrize("kind", ["video", "sticker"])
async def test_a_file_is_sent_only_as_what_it_is(sync_api: Api, someone: Someone, kind: str) -> None:
    await says(sync_api, someone)
    media_id = await uploaded(sync_api)
    refused = await sync_api.send("16505551234", kind, **{kind: {"id": media_id}})
    assert error(refused)["code"] == 131053


async def test_what_a_person_sent_is_fetched_by_the_business_and_by_nobody_else(api: Api, someone: Someone) -> None:
    async def chunks() -> object:
        yield PDF

    row = await upload(api.house, someone.person_id, chunks(), filename="a.pdf", kind="document")  # type: ignore[arg-type]
    assert error(await api.client.get(f"/{row.media_id}"))["error_subcode"] == 33
    await says(api, someone, Media("document", row.media_id, "", "", 0))
    shown = (await api.client.get(f"/{row.media_id}")).json()
    assert (shown["mime_type"], shown["file_size"]) == ("application/pdf", len(PDF))
    assert (await api.client.get(shown["url"])).content == PDF
