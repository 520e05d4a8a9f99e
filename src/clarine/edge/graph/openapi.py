"""The OpenAPI 3.1 document of the Cloud API as it is answered here, generated from the tables of calls and errors and the types.

Objects share one ``/{id}`` namespace, so calls on the objects themselves stand under one address; ``x-kinds`` tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from clarine.edge.graph import openapi_answers as answers
from clarine.edge.graph import openapi_asks as asks
from clarine.edge.graph.errors import TABLE
from clarine.edge.graph.openapi_notes import NOTES
from clarine.edge.graph.openapi_operations import ANY_CODES, OPERATIONS, Operation
from clarine.edge.graph.unoffered import UNOFFERED
from clarine.edge.graph.wire import SendIn
from clarine.flow.subscribe import FIELDS

_REF: Final = "#/components/schemas/{name}"
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_BYTES: Final = "application/octet-stream"
_ANY_ID: Final = "id"
_ID: Final = {"type": "string", "pattern": r"^\d{5,18}$"}
_CODE: Final = {"type": "string", "pattern": r"^[0-9A-Z]{1,32}$"}
_NOT_OFFERED: Final = 3
_VERSION_HEADER: Final = "facebook-api-version"
_ABOUT: Final = (
    "The WhatsApp Cloud API as Clarine answers it. Any version, or none, may stand before a path; parameters may come in the "
    "query, as JSON, as a form or as multipart; objects and lists may be JSON inside a string; what is null counts as left out."
)

Json = dict[str, Any]

_IDEMPOTENCY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same body sends once and is answered with the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_OFFSET: Final[Json] = {
    "name": "file_offset",
    "in": "header",
    "description": "At which byte the body begins.",
    "schema": {"type": "integer", "minimum": 0},
}
#: What is answered otherwise than as JSON.
_PLAIN: Final[dict[str, Json]] = {
    "whatsapp_business/attachments": {
        "200": {"description": "The bytes.", "content": {"*/*": {}}},
        "206": {"description": "The range of them that was asked for.", "content": {"*/*": {}}},
        "404": {"description": "The link is wrong, or its time is over.", "content": {"text/plain": {}}},
        "416": {"description": "There is no such range.", "content": {"text/plain": {}}},
    },
    "message/{code}": {
        "302": {
            "description": "Into the people's app.",
            "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
        },
        "404": {"description": "The link leads nowhere any more.", "content": {"text/plain": {}}},
    },
}


def document(version: str, operations: tuple[Operation, ...] = OPERATIONS) -> Json:
    """The whole document, as OpenAPI 3.1; *version* is the API version that its example server shows."""
    schemas = _Schemas(operations)
    paths: dict[str, Json] = {}
    for path, calls in _by_path(operations).items():
        methods = sorted({call.method for call in calls}, key=("GET", "POST", "DELETE").index)
        paths[path] = {
            method.lower(): _operation(path, [call for call in calls if call.method == method], schemas)
            for method in methods
        }
    paths[f"/{{{_ANY_ID}}}/{{edge}}"] = _unoffered()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Clarine Cloud API",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/{version}", "variables": {"version": {"default": version}}}],
        "security": [{"bearer": []}, {"access_token": []}],
        "tags": [{"name": area} for area in (*dict.fromkeys(call.area for call in operations), "Not offered")],
        "paths": paths,
        "webhooks": _webhooks(),
        "components": {
            "schemas": schemas.all,
            "headers": _headers(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "`Bearer` or `OAuth`, then the token."},
                "access_token": {"type": "apiKey", "in": "query", "name": "access_token"},
            },
        },
        "x-errors": [
            {"code": row.code, "status": row.status, "title": row.title, "cause": row.cause, "transient": row.transient}
            for row in TABLE.values()
        ],
    }


class _Schemas:
    """The schemas of all types that the calls name."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        types = list(
            dict.fromkeys([answers.Error, *(kind for call in operations for kind in (call.asks, *call.answers))])
        )
        found, self.all = msgspec.json.schema_components(types, ref_template=_REF)
        self._of = dict(zip(types, found, strict=True))
        for (schema, name), note in NOTES.items():
            self.all[schema]["properties"][name]["description"] = note
        for each in self.all.values():
            if "description" in each:
                each["description"] = re.sub(r"(?<!\*)\*(\w+)\*(?!\*)", r"`\1`", each["description"])

    def of(self, kind: Any) -> Json:
        """The schema of *kind*, by reference when it has a name."""
        found: Json = self._of[kind]
        return found

    def body(self, kind: Any) -> Json:
        """The schema of the Struct *kind* itself."""
        found: Json = self.all[kind.__name__]
        return found


def _by_path(operations: Iterable[Operation]) -> dict[str, list[Operation]]:
    """Calls by address; where an edge belongs to several kinds of object its address cannot name one of them."""
    kinds: dict[str, dict[str, None]] = {}
    for call in operations:
        if call.on:
            kinds.setdefault(call.edge, {})[call.on] = None
    found: dict[str, list[Operation]] = {}
    for call in operations:
        shared = call.on not in ("", "upload-id") and len(kinds[call.edge]) > 1
        found.setdefault(_address(_ANY_ID if shared else call.on, call.edge), []).append(call)
    return found


def _address(on: str, edge: str) -> str:
    """The path of *edge* on an object; uploads have a prefix before their id."""
    prefix = "upload:" if on == "upload-id" else ""
    return "/" + "/".join(part for part in (f"{prefix}{{{on}}}" if on else "", edge) if part)


def _operation(path: str, calls: list[Operation], schemas: _Schemas) -> Json:
    first = calls[0]
    if len(calls) == 1:
        summary, name = first.summary, first.name
    else:
        summary = {"GET": "Show an object", "POST": "Change an object", "DELETE": "Delete an object"}[first.method]
        name = first.method.lower() + "Object" + first.edge.title().replace("_", "")
    found: Json = {
        "operationId": name,
        "summary": summary,
        "tags": list(dict.fromkeys(call.area for call in calls)),
        "parameters": _parameters(path, calls, schemas),
    }
    bodies = [call for call in calls if _in_body(call) and _fields(call)]
    if first.asks is asks.Bytes:
        found["requestBody"] = {"required": True, "content": {_BYTES: {}}}
    elif bodies:
        found["requestBody"] = _request_body(bodies, schemas)
    found["responses"] = _responses(calls, schemas)
    if not first.needs_token:
        found["security"] = []
    found["x-kinds"] = [_kind(call, schemas) for call in calls]
    return found


def _kind(call: Operation, schemas: _Schemas) -> Json:
    """One call as a reader looks for it."""
    found: Json = {
        "path": _address(call.on, call.edge),
        "summary": call.summary,
        "tag": call.area,
        "codes": sorted({*ANY_CODES, *call.codes}),
    }
    if _fields(call):
        found["asks"] = schemas.of(call.asks)
    if call.answers:
        found["answer"] = _any_of([schemas.of(each) for each in call.answers])
    return found


def _in_body(call: Operation) -> bool:
    return call.in_body or call.method == "POST"


def _fields(call: Operation) -> tuple[str, ...]:
    return call.asks.__struct_fields__


def _parameters(path: str, calls: list[Operation], schemas: _Schemas) -> list[Json]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": _CODE if name == "code" else _ID}
        for name in re.findall(r"{([\w-]+)}", path)
    ]
    if any(call.asks is SendIn for call in calls):
        found.append(_IDEMPOTENCY)
    if any(call.asks is asks.Bytes for call in calls):
        found.append(_OFFSET)
    query: dict[str, Json] = {}
    for call in calls:
        if not _in_body(call):
            body = schemas.body(call.asks)
            for name, schema in body["properties"].items():
                required = name in body.get("required", ()) and len(calls) == 1
                query.setdefault(name, _query_parameter(name, schema, required=required))
    return [*found, *query.values()]


def _query_parameter(name: str, schema: Json, *, required: bool) -> Json:
    inner = {key: value for key, value in schema.items() if key != "description"}
    found: Json = {"name": name, "in": "query", "schema": inner}
    if "description" in schema:
        found["description"] = schema["description"]
    if required:
        found["required"] = True
    return found


def _request_body(calls: list[Operation], schemas: _Schemas) -> Json:
    schema = _any_of([schemas.of(call.asks) for call in calls])
    is_upload = any("file" in _fields(call) for call in calls)
    kinds = (_MULTIPART,) if is_upload else (_JSON, _FORM)
    required = any(schemas.body(call.asks).get("required") for call in calls)
    return {"required": required, "content": {kind: {"schema": schema} for kind in kinds}}


def _any_of(found: list[Json]) -> Json:
    return found[0] if len(found) == 1 else {"anyOf": found}


def _responses(calls: list[Operation], schemas: _Schemas) -> Json:
    answered = [schemas.of(each) for call in calls for each in call.answers]
    if not answered:
        return _PLAIN[calls[0].edge] | _refusals(set(ANY_CODES))
    version = {_VERSION_HEADER: {"$ref": f"#/components/headers/{_VERSION_HEADER}"}}
    answered = [each for number, each in enumerate(answered) if each not in answered[:number]]
    done = {"description": "Done.", "headers": version, "content": {_JSON: {"schema": _any_of(answered)}}}
    return {"200": done} | _refusals({code for call in calls for code in (*ANY_CODES, *call.codes)})


def _refusals(codes: set[int]) -> Json:
    """Answers by status, each with the codes that it may carry."""
    by_status: dict[int, list[int]] = {}
    for code in sorted(codes):
        by_status.setdefault(TABLE[code].status, []).append(code)
    return {str(status): _refusal(status, by_status[status]) for status in sorted(by_status)}


def _refusal(status: int, codes: list[int]) -> Json:
    named = {401: "WWW-Authenticate", 429: "Retry-After"}.get(status)
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in (_VERSION_HEADER, named) if name}
    inner = {"properties": {"error": {"properties": {"code": {"enum": codes}}}}}
    return {
        "description": "; ".join(f"{code}: {TABLE[code].title}" for code in codes),
        "headers": headers,
        "content": {_JSON: {"schema": {"allOf": [{"$ref": _REF.format(name="Error")}, inner]}}},
    }


def _unoffered() -> Json:
    """The original's calls that are known here and refused."""
    edge = {"name": "edge", "in": "path", "required": True, "schema": {"type": "string", "enum": sorted(UNOFFERED)}}
    object_id = {"name": _ANY_ID, "in": "path", "required": True, "schema": _ID}
    refusals = _refusals({*ANY_CODES, _NOT_OFFERED})
    return {"parameters": [object_id, edge]} | {
        method: {
            "operationId": f"{method}Unoffered",
            "summary": "Calls that are not offered here",
            "description": ", ".join(dict.fromkeys(UNOFFERED.values())) + ".",
            "tags": ["Not offered"],
            "responses": refusals,
        }
        for method in ("get", "post", "delete")
    }


def _headers() -> Json:
    text = {"type": "string"}
    return {
        _VERSION_HEADER: {"description": "The version that was asked for.", "required": True, "schema": text},
        "WWW-Authenticate": {"description": "What is wrong with the token.", "required": True, "schema": text},
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": r"^\d+$"}},
    }


def _webhooks() -> Mapping[str, Json]:
    change = {
        "type": "object",
        "required": ["field", "value"],
        "properties": {"field": {"enum": list(FIELDS)}, "value": {"type": "object"}},
    }
    entry = {
        "type": "object",
        "required": ["id", "changes"],
        "properties": {
            "id": {"type": "string", "description": "The account."},
            "time": {"type": "integer", "description": "In Unix seconds."},
            "changes": {"type": "array", "items": change},
        },
    }
    body = {
        "type": "object",
        "required": ["object", "entry"],
        "properties": {
            "object": {"const": "whatsapp_business_account"},
            "entry": {"type": "array", "items": entry},
        },
    }
    about = (
        "One event, posted to the callback until it answers 2xx, for at most 7 days. X-Hub-Signature-256 is the HMAC-SHA256 of "
        "exactly these bytes under the app's secret."
    )
    return {
        "event": {
            "post": {
                "operationId": "onEvent",
                "summary": "Something happened",
                "description": about,
                "security": [],
                "requestBody": {"required": True, "content": {_JSON: {"schema": body}}},
                "responses": {"2XX": {"description": "The event is taken."}},
            }
        }
    }
