"""The sandbox is there only when it was asked for, on a folder of its own, and for whoever owns the machine."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from clarine.build import open_house, serving
from clarine.config import Settings
from clarine.domain.errors import Conflict
from clarine.domain.phone import parse_phone
from clarine.flow.people import create_person
from clarine.pytest_plugin import Clarine
from tests.sandbox.conftest import Shop


async def test_without_being_asked_for_nothing_of_it_is_there(data_folder: Path) -> None:
    async with serving(Settings(data=data_folder, port=0)) as served, httpx.AsyncClient(base_url=served.url) as client:
        for method, path in (("GET", "/sandbox/"), ("GET", "/sandbox/clock"), ("POST", "/sandbox/reset")):
            assert (await client.request(method, path)).status_code == 404
        await create_person(served.house, parse_phone("+16505551234"), name="Asha")
    assert not (data_folder / "sandbox.json").exists()
    with pytest.raises(Conflict, match="is no sandbox"):
        async with open_house(Settings(data=data_folder, sandbox=True)):
            raise AssertionError("a real network was opened as a sandbox")


async def test_a_sandbox_opens_again_with_its_people_and_its_time(data_folder: Path) -> None:
    settings = Settings(data=data_folder, port=0, sandbox=True)
    async with serving(settings) as served, httpx.AsyncClient(base_url=served.url) as client:
        await client.post("/sandbox/people", json={"phone": "+16505551234"})
        before = (await client.post("/sandbox/clock", json={"advance_s": 10**6})).json()["now"]
    async with serving(settings) as served, httpx.AsyncClient(base_url=served.url) as client:
        assert (await client.get("/sandbox/clock")).json()["now"] > before
        assert len((await client.get("/sandbox/people")).json()["people"]) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
    ],
)
def test_pages_of_others_are_refused(clarine: Clarine, headers: dict[str, str]) -> None:
    response = httpx.post(f"{clarine.url}/sandbox/reset", headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (403, "denied")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Host": "localhost:1234"}, {}])
def test_the_owner_is_answered(clarine: Clarine, headers: dict[str, str]) -> None:
    assert httpx.get(f"{clarine.url}/sandbox/", headers=headers).status_code == 200


def test_a_form_of_another_page_is_no_json(clarine: Clarine) -> None:
    headers = {"Content-Type": "text/plain"}
    response = httpx.post(f"{clarine.url}/sandbox/clock", headers=headers, content='{"advance_s":1}')
    assert (response.status_code, response.json()["error"]["field"]) == (400, "content-type")


def test_unknown_calls_and_businesses_are_not_found(clarine: Clarine, shop: Shop) -> None:
    assert shop.business.business_id
    for method, path in (("GET", "/nothing"), ("GET", "/webhooks?business=1"), ("POST", "/businesses/1/faults")):
        assert httpx.request(method, f"{clarine.url}/sandbox{path}").status_code == 404
    for path in ("/messages?limit=0", "/messages?to=nobody", "/messages?to=+16505551234&from=+16505551234"):
        assert httpx.get(f"{clarine.url}/sandbox{path}").status_code == 400


def test_no_room_of_the_house_asks_whether_it_is_in_a_sandbox() -> None:
    source = Path(__file__).parents[2] / "src" / "clarine"
    rooms = [path for room in ("domain", "ports", "flow", "adapters", "edge") for path in (source / room).rglob("*.py")]
    assert len(rooms) > 50
    assert [path.name for path in rooms if "settings.sandbox" in path.read_text("utf-8")] == []
