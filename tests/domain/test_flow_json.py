"""Flow JSON: what is right passes, and what is wrong is named with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.flow_json import check_flow_json, entry_screen
from tests.domain.flow_examples import BOOKING, VISIT

Flow = dict[str, Any]


def children(flow: Flow, screen: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = flow["screens"][screen]["layout"]["children"]
    return found[0]["children"] if found[0]["type"] == "Form" else found


def found_in(flow: Flow) -> set[tuple[str, str]]:
    """(error, path) of what is wrong."""
    findings = check_flow_json(json.dumps(flow)).findings
    return {(each["error"], each["pointers"][0].get("path", "")) for each in findings}


@pytest.mark.parametrize("flow", [VISIT, BOOKING], ids=["without endpoint", "with endpoint"])
def test_a_flow_that_is_right_has_no_findings(flow: Flow) -> None:
    checked = check_flow_json(json.dumps(flow))
    assert checked.findings == ()
    assert (checked.version, checked.data_api_version) == (flow["version"], flow.get("data_api_version"))


def test_a_flow_begins_where_no_route_leads() -> None:
    assert entry_screen(BOOKING) == "DAY"
    assert entry_screen({**BOOKING, "screens": BOOKING["screens"][::-1]}) == "DAY"
    assert entry_screen(VISIT) == "ANIMAL"


def _set(path: str, value: Any) -> Callable[[Flow], None]:
    """Put *value* at a dotted path below the flow."""

    def change(flow: Flow) -> None:
        *outer, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
        found: Any = flow
        for part in outer:
            found = found[part]
        if value is None:
            del found[last]
        else:
            found[last] = value

    return change


_FIRST = "screens.0.layout.children"
_LAST = "screens.1.layout.children.0.children"


@pytest.mark.parametrize(
    ("change", "error", "path"),
    [
        (_set("version", "1.0"), "INVALID_PROPERTY_VALUE", "version"),
        (_set("screens", None), "REQUIRED_PROPERTY_MISSING", ""),
        (_set("colour", "red"), "INVALID_PROPERTY", "colour"),
        (_set("screens.0.id", "SUCCESS"), "INVALID_PROPERTY_VALUE", "screens[0].id"),
        (_set("screens.1.id", "ANIMAL"), "DUPLICATE_SCREEN_IDS", "screens[1].id"),
        (_set("screens.1.terminal", False), "MISSING_TERMINAL_SCREEN", "screens"),
        (_set(f"{_FIRST}.0.type", "Banner"), "INVALID_PROPERTY_VALUE", "screens[0].layout.children[0].type"),
        (_set(f"{_FIRST}.0.text", ""), "INVALID_PROPERTY_VALUE", "screens[0].layout.children[0].text"),
        (_set(f"{_FIRST}.0.text", "x" * 81), "INVALID_PROPERTY_VALUE", "screens[0].layout.children[0].text"),
        (
            _set(f"{_FIRST}.0.text", "`'a' ${data.herd}`"),
            "INVALID_PROPERTY_VALUE",
            "screens[0].layout.children[0].text",
        ),
        (_set(f"{_FIRST}.1.colour", "red"), "INVALID_PROPERTY", "screens[0].layout.children[1].colour"),
        (_set(f"{_FIRST}.2.label", None), "REQUIRED_PROPERTY_MISSING", "screens[0].layout.children[2]"),
        (
            _set(f"{_FIRST}.2.data-source", "${data.flock}"),
            "INVALID_REFERENCE",
            "screens[0].layout.children[2].data-source",
        ),
        (_set(f"{_FIRST}.2.data-source", []), "INVALID_PROPERTY_VALUE", "screens[0].layout.children[2].data-source"),
        (
            _set(f"{_FIRST}.3.input-type", "colour"),
            "INVALID_PROPERTY_VALUE",
            "screens[0].layout.children[3].input-type",
        ),
        (_set(f"{_FIRST}.3.name", "animal"), "DUPLICATE_FORM_COMPONENT_NAMES", "screens[0]"),
        (
            _set(f"{_FIRST}.5.on-click-action.next.name", "NOWHERE"),
            "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME",
            "screens[0].layout.children[5].on-click-action.next",
        ),
        (
            _set(f"{_FIRST}.5.on-click-action", {"name": "complete", "payload": {}}),
            "INVALID_COMPLETE_ACTION",
            "screens[0].layout.children[5].on-click-action",
        ),
        (
            _set(f"{_FIRST}.5.on-click-action", {"name": "data_exchange", "payload": {}}),
            "REQUIRED_PROPERTY_MISSING",
            "",
        ),
        (_set(f"{_LAST}.4", {"type": "TextBody", "text": "bye"}), "MISSING_FOOTER", "screens[1]"),
        (
            _set("screens.1.data.animal", {"type": "string"}),
            "REQUIRED_PROPERTY_MISSING",
            "screens[1].data.animal",
        ),
        (_set("routing_model", {"ANIMAL": ["VISIT"], "VISIT": ["ANIMAL"]}), "INVALID_ROUTING_MODEL", "routing_model"),
        (_set("routing_model", {"ANIMAL": [], "VISIT": []}), "INVALID_ROUTING_MODEL", "routing_model"),
        (_set("routing_model", {"ANIMAL": ["VISIT", "MOON"]}), "INVALID_ROUTING_MODEL", "routing_model"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: Callable[[Flow], None], error: str, path: str) -> None:
    flow = copy.deepcopy(VISIT)
    change(flow)
    assert (error, path) in found_in(flow)


def test_a_flow_with_an_endpoint_needs_a_routing_model() -> None:
    flow = copy.deepcopy(BOOKING)
    del flow["routing_model"]
    assert found_in(flow) == {("REQUIRED_PROPERTY_MISSING", "")}


def test_a_finding_has_the_lines_and_columns_of_the_text_as_it_was_sent() -> None:
    text = json.dumps(VISIT, indent=2).replace('"TextHeading"', '"Heading"')
    (finding,) = check_flow_json(text).findings
    line = next(number for number, words in enumerate(text.splitlines(), 1) if '"Heading"' in words)
    column = text.splitlines()[line - 1].index('"Heading"') + 1
    place = {"line_start": line, "line_end": line, "column_start": column, "column_end": column + len('"Heading"') - 1}
    assert finding == {
        "error": "INVALID_PROPERTY_VALUE",
        "error_type": "FLOW_JSON_ERROR",
        "message": "Invalid value found for property 'type'. There is no such component, or it is not offered here.",
        **place,
        "pointers": [{**place, "path": "screens[0].layout.children[0].type"}],
    }


def test_a_text_that_is_no_json_is_a_finding_with_its_line() -> None:
    (finding,) = check_flow_json('{"version": "6.0",\n  oops}').findings
    assert (finding["error"], finding["line_start"], finding["column_start"]) == ("INVALID_FLOW_JSON", 2, 3)
    for text in ("", "[1]", "null", "[" * 100_000, '{"a":NaN}', "{}" + " " * (1024 * 1024)):
        assert check_flow_json(text).findings


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "A", "Form", "${data.x}", "navigate"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["type", "name", "next"]), inner, max_size=2)
    ),
    max_leaves=5,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(value, dict | list):
        return [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(deeper for name, each in inner for deeper in _paths(each, (*path, name)))]


@given(st.sampled_from([VISIT, BOOKING]), st.integers(0, 10_000), _JSON)
def test_whatever_stands_anywhere_in_a_flow_the_check_answers(flow: Flow, number: int, value: Any) -> None:
    changed = copy.deepcopy(flow)
    *outer, last = [each for each in _paths(flow) if each][number % (len(_paths(flow)) - 1)]
    found: Any = changed
    for part in outer:
        found = found[part]
    found[last] = value
    for finding in check_flow_json(json.dumps(changed)).findings:
        assert finding["message"]
        assert finding["line_start"] == 1
