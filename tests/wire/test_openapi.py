"""The API's own document: valid, complete, and kept by every answer, also to calls that nobody would make."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from clarine.build import Serving, serving
from clarine.config import Settings
from clarine.domain.phone import parse_phone
from clarine.edge import graph
from clarine.edge.graph import accounts, catalogues, fields, flows, number_settings, numbers, short_links, templates
from clarine.edge.graph.app import LATEST_VERSION
from clarine.edge.graph.errors import TABLE
from clarine.edge.graph.openapi import document
from clarine.edge.graph.openapi_notes import NOTES
from clarine.edge.graph.openapi_operations import OPERATIONS
from clarine.edge.graph.unoffered import UNOFFERED
from clarine.flow.business import BusinessKeys, create_business
from clarine.flow.catalogue import ProductChange, create_catalogue, put_products
from clarine.flow.flows import FlowDraft, create_flow
from clarine.flow.house import House
from clarine.flow.people import create_person
from clarine.flow.short_links import create_link
from clarine.flow.templates import create_template
from clarine.flow.uploads import LinkedMedia, upload_media
from clarine.ports.catalogue_rows import ProductRow
from tests.cast import Cast
from tests.wire.conftest import PNG, Api, FakeFetch
from tests.wire.documented import check, operation_of

EDGE = re.compile(r"[a-z][a-z_]{2,40}(/[a-z]+)?")
METHODS = ("GET", "POST", "DELETE")
#: How many calls are made up for each operation; the same in every run.
CALLS = 5
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.ignored_auth,
]


@dataclass(frozen=True)
class Objects:
    """One object of each kind, by the name that paths give its id."""

    ids: Mapping[str, int]
    code: str


async def objects_of(house: Any, keys: BusinessKeys) -> Objects:
    """What a business has when it has one of each."""
    business_id = keys.business.business_id

    async def chunks() -> AsyncIterator[bytes]:
        yield PNG

    medium = await upload_media(house, business_id, chunks(), filename="x.png")
    body = [{"type": "BODY", "text": "Milk is here"}]
    template = await create_template(
        house, business_id, name="milk", language="en_US", category="UTILITY", components=body, parameter_format=None
    )
    flow = await create_flow(house, business_id, FlowDraft(name="Order", categories=["OTHER"]))
    number = keys.phone_number.phone_number_id
    link = await create_link(house, business_id, number, prefilled="hello")
    catalogue = await create_catalogue(house, business_id, "Farm")
    change = ProductChange("milk-1", "Milk", price_micros=1_000_000, currency="USD")
    (product,) = await put_products(house, LinkedMedia(house, FakeFetch()), catalogue, [change])
    assert isinstance(product, ProductRow)
    ids = {
        "phone-number-id": number,
        "waba-id": keys.business.waba_id,
        "app-id": keys.business.app_id,
        "business-id": business_id,
        "template-id": template.template_id,
        "media-id": medium.media_id,
        "flow-id": flow.flow_id,
        "product-id": product.product_id,
        "catalog-id": catalogue.catalogue_id,
    }
    return Objects(ids, link.code)


def test_the_document_is_valid_openapi() -> None:
    validate(document(LATEST_VERSION))


def test_every_note_is_about_a_field_that_exists() -> None:
    schemas = document(LATEST_VERSION)["components"]["schemas"]
    assert [key for key in NOTES if key[1] not in schemas[key[0]]["properties"]] == []


def test_the_document_shows_the_table_of_errors() -> None:
    assert [each["code"] for each in document(LATEST_VERSION)["x-errors"]] == list(TABLE)


def test_calls_have_names_of_their_own() -> None:
    found = document(LATEST_VERSION)
    names = [
        call["operationId"] for methods in found["paths"].values() for call in methods.values() if "operationId" in call
    ]
    assert len(names) == len(set(names))


def words_of_the_edge() -> set[str]:
    """Everything in the source of the Cloud API that could be the name of an edge."""
    files = [path for path in Path(graph.__file__).parent.glob("*.py") if "openapi" not in path.name]
    nodes = (node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    words = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {word for word in words if EDGE.fullmatch(word)}


@pytest.fixture
def house(house: House) -> House:
    """The house with room for ten thousand calls in an hour."""
    return replace(house, settings=replace(house.settings, calls_per_h=1_000_000))


async def test_every_call_that_is_answered_is_described_and_every_described_call_is_answered(api: Api) -> None:
    objects = await objects_of(api.house, api.keys)
    described = {(call.method, call.on, call.edge) for call in OPERATIONS if call.on in objects.ids}
    edges = words_of_the_edge() | {edge for _, _, edge in described if edge} | {""}
    answered = set()
    api.client.event_hooks = {}  # what these ten thousand calls are answered is held against the document elsewhere
    # The objects themselves go last, because one of the methods deletes them.
    for edge in sorted(edges - UNOFFERED.keys(), reverse=True):
        path = edge.replace("{code}", objects.code)
        for on, object_id in objects.ids.items():
            for method in METHODS:
                response = await api.client.request(method, f"/{object_id}/{path}")
                if not is_unknown(response):
                    answered.add((method, on, edge))
    assert answered - described == set()
    assert described - answered == set()


def is_unknown(response: httpx.Response) -> bool:
    """Whether the answer is that there is no such call."""
    if response.status_code != 400:
        return False
    error = response.json()["error"]
    return error["code"] == 2500 or (error["code"], error.get("error_subcode")) == (100, 33)


async def test_what_is_not_offered_says_so(api: Api) -> None:
    for edge in UNOFFERED:
        response = await api.client.get(f"{api.phone}/{edge}")
        assert response.json()["error"]["code"] == 3, edge
        await check(response)


@pytest.mark.parametrize(
    ("on", "edge", "kind"),
    [
        ("phone-number-id", "", "PhoneNumber"),
        ("waba-id", "", "Account"),
        ("app-id", "", "App"),
        ("business-id", "", "Business"),
        ("template-id", "", "Template"),
        ("flow-id", "", "Flow"),
        ("catalog-id", "", "Catalogue"),
        ("product-id", "", "Product"),
        ("phone-number-id", "whatsapp_business_profile", "Profile"),
        ("phone-number-id", "message_qrdls", "ShortLink"),
        ("phone-number-id", "settings", "NumberSettings"),
        ("waba-id", "assigned_users", "AssignedUser"),
    ],
)
async def test_an_object_has_the_fields_that_are_described(
    api: Api, on: str, edge: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: set[str] = set()

    def spied(shown: fields.Shown, asked: str | None, **more: Any) -> dict[str, Any]:
        known.update(shown)
        return fields.choose(shown, asked, **more)

    for module in (accounts, catalogues, flows, numbers, number_settings, short_links, templates):
        monkeypatch.setattr(module, "choose", spied)
    objects = await objects_of(api.house, api.keys)
    response = await api.client.get(f"/{objects.ids[on]}/{edge}")
    assert response.status_code == 200
    assert known == set(document(LATEST_VERSION)["components"]["schemas"][kind]["properties"])


async def test_an_answer_that_is_not_described_is_seen(api: Api) -> None:
    response = await api.client.get(f"{api.app}")
    await check(response)
    response._content = b'{"id":"1","secret":"x"}'
    with pytest.raises(BaseException, match="secret"):
        await check(response)


def test_a_call_is_found_by_its_address() -> None:
    call = operation_of("POST", "/v25.0/123456789012345/messages/")
    assert call is not None
    assert call.label == "POST /{phone-number-id}/messages"
    assert operation_of("POST", "/v25.0/123456789012345/nothing") is None


@pytest.mark.parametrize(
    "sent",
    [
        {"params": {"name": "a\0"}},
        {"json": {"name": "a\0"}},
        {"data": {"name": "a\0"}},
        {"data": {"name": "a\0"}, "files": {"file": ("x.png", PNG, "image/png")}},
        {"json": {"components": '[{"type":"BODY","text":"a\\u0000"}]'}},
    ],
)
async def test_a_character_that_no_text_can_hold_is_refused(api: Api, sent: dict[str, Any]) -> None:
    response = await api.client.post(f"{api.waba}/message_templates", **sent)
    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)
    assert "NUL" in response.json()["error"]["message"]


@dataclass(frozen=True)
class Whole:
    """The whole house behind a port, and a business in it that has one of each object."""

    url: str
    token: str
    objects: Objects


@pytest_asyncio.fixture
async def whole(cast: Cast, migrated_url: str, tmp_path: Path) -> AsyncIterator[Whole]:
    async with serving(Settings(data=tmp_path, database_url=migrated_url, port=0, calls_per_h=1_000_000)) as opened:
        yield await furnished(opened)


async def furnished(opened: Serving) -> Whole:
    keys = await create_business(opened.house, name="Pune Milk", phone="+15550783881", balance_micros=5_000_000)
    await create_person(opened.house, parse_phone("+16505551234"), name="Zoë")
    return Whole(opened.url, keys.access_token, await objects_of(opened.house, keys))


async def test_the_document_is_handed_out_packed_and_once(whole: Whole) -> None:
    async with httpx.AsyncClient(base_url=whole.url) as client:
        answer = await client.get("/docs/openapi.json")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.json() == document(LATEST_VERSION)
        again = await client.get("/docs/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        plain = await client.get("/docs/openapi.json", headers={"Accept-Encoding": "identity"})
        assert plain.json() == answer.json()


async def test_calls_that_are_made_up_get_described_answers_and_no_fault(whole: Whole) -> None:
    faults = await asyncio.to_thread(lambda: list(faults_of(whole)))
    assert not faults, "\n".join(faults)


def faults_of(whole: Whole) -> Iterator[str]:
    """Make up calls of every operation, right ones and wrong ones, and yield what was answered otherwise than described."""
    described = schemathesis.openapi.from_dict(with_real_ids(whole.objects))
    described.config.update(base_url=f"{whole.url}/{LATEST_VERSION}")
    for found in described.get_all_operations():
        assert isinstance(found, Ok), found.err()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            yield from sorted(faults_in(found.ok(), mode, token=whole.token))[:3]


def faults_in(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, *, token: str) -> set[str]:
    """The faults of one operation."""
    faults: set[str] = set()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=CALLS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case: Case[Any]) -> None:
        try:
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)
        except FailureGroup as group:
            faults.update(f"{operation.label} {mode.value}: {each}" for each in group.exceptions)

    call()
    return faults


def with_real_ids(objects: Objects) -> dict[str, Any]:
    """The document, whose ids are those of *objects*: what is made up shall reach the calls."""
    found = document(LATEST_VERSION)
    ids = {name: [str(object_id)] for name, object_id in objects.ids.items()}
    ids["id"] = [str(object_id) for object_id in objects.ids.values()]
    ids["code"] = [objects.code]
    for methods in found["paths"].values():
        for operation in (methods, *(each for each in methods.values() if isinstance(each, dict))):
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in ids:
                    parameter["schema"] = {"type": "string", "enum": ids[parameter["name"]]}
    return found
