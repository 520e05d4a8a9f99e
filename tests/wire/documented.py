"""Answers held against the API's own OpenAPI document: no status, header, field or error code that it does not name."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import httpx
import schemathesis
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from clarine.edge.graph.app import LATEST_VERSION
from clarine.edge.graph.openapi import document
from clarine.edge.graph.unoffered import UNOFFERED

_VERSION = re.compile(r"^/v\d+(\.\d+)?(?=/|$)")


Call = APIOperation[Any, Any, Any, Any]


@cache
def described() -> tuple[tuple[str, re.Pattern[str], Call], ...]:
    """(method, its addresses, the call) of every call in the document."""
    calls = list(schemathesis.openapi.from_dict(document(LATEST_VERSION)).get_all_operations())
    assert all(isinstance(call, Ok) for call in calls)
    found = [call.ok() for call in calls if isinstance(call, Ok)]
    return tuple((call.method.upper(), _addresses(call.path), call) for call in found)


def _addresses(path: str) -> re.Pattern[str]:
    pattern = re.sub(r"\{([\w-]+-)?id\}", r"\\d+", path).replace("{code}", r"\w+")
    return re.compile(pattern.replace("{edge}", f"({'|'.join(UNOFFERED)})"))


def operation_of(method: str, path: str) -> Call | None:
    """The described call behind *method* and *path* (with or without a version), or None."""
    bare = _VERSION.sub("", path).rstrip("/") or "/"
    return next((call for name, addresses, call in described() if name == method and addresses.fullmatch(bare)), None)


async def check(response: httpx.Response) -> None:
    """Raise when the document does not describe *response*; what is asked for outside of it must be refused."""
    await response.aread()
    await response.request.aread()
    call = operation_of(response.request.method, response.request.url.path)
    if call is None:
        assert response.status_code >= 400, f"{response.request.method} {response.request.url.path} is not described"
        return
    call.validate_response(response)
