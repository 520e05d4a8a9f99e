"""Whether a Flow JSON document can be played, and what is wrong with it, in the shape of the API's validation errors.

Components that the API knows and the people's app does not play yet are found wrong here, not by the person who fills the form.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from clarine.domain.flow_components import ACTIONS_OF, COMPONENTS, Property
from clarine.domain.flow_places import Path, Places, written

CHARACTERS_MAX: Final = 1024 * 1024
DEPTH_MAX: Final = 64
FINDINGS_MAX: Final = 100
SCREENS_MAX: Final = 50
COMPONENTS_MAX: Final = 50
OPTION_CHARACTERS_MAX: Final[Mapping[str, int]] = {"id": 200, "title": 30, "description": 300, "metadata": 20}
SUCCESS: Final = "SUCCESS"  #: the screen that ends a flow; none may have its name
VERSIONS: Final = (
    "2.1", "3.0", "3.1", "4.0", "5.0", "5.1", "6.0", "6.1", "6.2", "6.3", "7.0", "7.1", "7.2", "7.3",
)  # fmt: skip
DATA_API_VERSIONS: Final = ("3.0", "4.0")

_TOP: Final = frozenset({"version", "screens", "routing_model", "data_api_version", "data_channel_uri"})
_SCREEN: Final = frozenset({"id", "title", "layout", "data", "terminal", "success", "refresh_on_back", "sensitive"})
_SCREEN_ID: Final = re.compile(r"[A-Za-z_]+")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFERENCE: Final = re.compile(r"\$\{(?:screen\.([A-Za-z_]+)\.)?(data|form)\.([A-Za-z0-9_]+)(?:\.[A-Za-z0-9_]+)*\}")
_TYPES: Final = ("array", "boolean", "number", "object", "string")


@dataclass(frozen=True, slots=True)
class CheckedFlow:
    """A document after its check; *findings* are entries of ``validation_errors``, empty when it may be published."""

    version: str | None
    data_api_version: str | None
    findings: tuple[dict[str, Any], ...]


@dataclass(slots=True)
class _Screen:
    """What the rules between screens need of one."""

    path: Path
    data: frozenset[str]
    inputs: frozenset[str]
    terminal: bool
    targets: set[str] = field(default_factory=set)


def check_flow_json(text: str) -> CheckedFlow:
    """Check *text* (Cloud API: Flows, Flow JSON); it never raises."""
    try:
        if len(text) > CHARACTERS_MAX:
            raise ValueError(f"it has more than {CHARACTERS_MAX} characters")
        document = json.loads(text, parse_constant=_no_constant)
        if _depth(document) > DEPTH_MAX:
            raise ValueError(f"it is nested more than {DEPTH_MAX} deep")
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        return CheckedFlow(None, None, (_entry("INVALID_FLOW_JSON", f"The flow is not JSON: {error}", line, column),))
    check = _Check(text)
    version, data_api_version = check.document(document)
    return CheckedFlow(version, data_api_version, tuple(check.findings[:FINDINGS_MAX]))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not allowed")


def _depth(value: Any) -> int:
    """How deep *value* is nested, without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        found, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(found, dict | list):
            waiting += [(each, depth + 1) for each in (found.values() if isinstance(found, dict) else found)]
    return deepest


def _entry(error: str, message: str, line: int, column: int) -> dict[str, Any]:
    place = {"line_start": line, "line_end": line, "column_start": column, "column_end": column}
    return {"error": error, "error_type": "JSON_SCHEMA_ERROR", "message": message, **place, "pointers": [place]}


class _Check:
    """One walk over a document, noting what is wrong."""

    def __init__(self, text: str) -> None:
        self.findings: list[dict[str, Any]] = []
        self._text = text
        self._places: Places | None = None
        self._screens: dict[str, _Screen] = {}
        self._data_api = False

    def _wrong(self, error: str, path: Path, message: str) -> None:
        if self._places is None:
            self._places = Places(self._text)
        span = self._places.of(path)
        place = {
            "line_start": span.line_start,
            "line_end": span.line_end,
            "column_start": span.column_start,
            "column_end": span.column_end,
        }
        pointers = [{**place, "path": written(path)}]
        self.findings.append(
            {"error": error, "error_type": "FLOW_JSON_ERROR", "message": message, **place, "pointers": pointers}
        )

    def _value(self, path: Path, more: str = "") -> None:
        self._wrong("INVALID_PROPERTY_VALUE", path, f"Invalid value found for property '{path[-1]}'.{more}")

    def _missing(self, path: Path, name: str) -> None:
        self._wrong("REQUIRED_PROPERTY_MISSING", path, f"Required property '{name}' is missing.")

    def _known(self, found: Mapping[str, Any], names: frozenset[str] | Mapping[str, Any], path: Path) -> None:
        for name in found:
            if name not in names and name != "type":
                self._wrong("INVALID_PROPERTY", (*path, name), f"Property '{name}' is not allowed here.")

    def document(self, found: Any) -> tuple[str | None, str | None]:
        """(version, data_api_version) of the whole document."""
        if not isinstance(found, dict):
            self._wrong("INVALID_FLOW_JSON", (), "A flow is a JSON object.")
            return None, None
        self._known(found, _TOP, ())
        version = self._among(found, "version", VERSIONS, required=True)
        data_api = self._among(found, "data_api_version", DATA_API_VERSIONS, required=False)
        self._data_api = data_api is not None
        screens = found.get("screens")
        if "screens" not in found:
            self._missing((), "screens")
            return version, data_api
        if not isinstance(screens, list) or not 1 <= len(screens) <= SCREENS_MAX:
            self._value(("screens",), f" A flow has 1 to {SCREENS_MAX} screens.")
            return version, data_api
        for index, screen in enumerate(screens):
            self._screen(screen, ("screens", index))
        for index, screen in enumerate(screens):
            if isinstance(screen, dict) and isinstance(screen.get("layout"), dict):
                self._references(screen, ("screens", index))
        self._routes(found.get("routing_model"))
        if not any(screen.terminal for screen in self._screens.values()):
            self._wrong("MISSING_TERMINAL_SCREEN", ("screens",), "At least one screen must be terminal.")
        return version, data_api

    def _among(self, found: Mapping[str, Any], name: str, among: tuple[str, ...], *, required: bool) -> str | None:
        value = found.get(name)
        if value is None:
            if required:
                self._missing((), name)
            return None
        if value not in among:
            self._value((name,), f" It must be one of {', '.join(among)}.")
        return str(value)

    def _screen(self, screen: Any, path: Path) -> None:
        if not isinstance(screen, dict):
            self._value(path, " A screen is an object.")
            return
        self._known(screen, _SCREEN, path)
        screen_id = screen.get("id")
        if not isinstance(screen_id, str) or not _SCREEN_ID.fullmatch(screen_id) or screen_id == SUCCESS:
            self._value((*path, "id"), " It has letters and underscores, and is not SUCCESS.")
            screen_id = f"?{path[-1]}"
        elif screen_id in self._screens:
            self._wrong("DUPLICATE_SCREEN_IDS", (*path, "id"), f"Another screen has the id '{screen_id}'.")
        for name in ("terminal", "success", "refresh_on_back"):
            if not isinstance(screen.get(name, False), bool):
                self._value((*path, name))
        if not isinstance(screen.get("title", ""), str):
            self._value((*path, "title"))
        components = list(self._layout(screen.get("layout"), path))
        inputs = [c["name"] for c, _ in components if COMPONENTS[c["type"]].is_input and isinstance(c.get("name"), str)]
        for name in (name for name, count in Counter(inputs).items() if count > 1):
            self._wrong("DUPLICATE_FORM_COMPONENT_NAMES", path, f"Several components have the name '{name}'.")
        kept = _Screen(path, self._data(screen.get("data"), path), frozenset(inputs), screen.get("terminal") is True)
        self._screens.setdefault(screen_id, kept)
        self._counts(components, path, terminal=kept.terminal)

    def _data(self, data: Any, path: Path) -> frozenset[str]:
        if data is None:
            return frozenset()
        if not isinstance(data, dict):
            self._value((*path, "data"), " It declares each name with its type and an __example__.")
            return frozenset()
        for name, declared in data.items():
            place = (*path, "data", name)
            if not isinstance(declared, dict) or declared.get("type") not in _TYPES:
                self._value(place, f" Its type must be one of {', '.join(_TYPES)}.")
            elif "__example__" not in declared:
                self._missing(place, "__example__")
        return frozenset(data)

    def _layout(self, layout: Any, path: Path) -> Iterator[tuple[dict[str, Any], Path]]:
        """The components of a screen that have a known type, each with its place; what is in a Form is among them."""
        if not isinstance(layout, dict):
            self._missing(path, "layout")
            return
        if layout.get("type") != "SingleColumnLayout":
            self._value((*path, "layout", "type"), " It must be SingleColumnLayout.")
        yield from self._children(layout.get("children"), (*path, "layout", "children"))

    def _children(self, children: Any, path: Path) -> Iterator[tuple[dict[str, Any], Path]]:
        if not isinstance(children, list) or not children:
            self._value(path, " It is a list of components.")
            return
        if len(children) > COMPONENTS_MAX:
            self._value(path, f" A screen has at most {COMPONENTS_MAX} components.")
        for index, component in enumerate(children[:COMPONENTS_MAX]):
            place = (*path, index)
            kind = component.get("type") if isinstance(component, dict) else None
            if not isinstance(kind, str) or kind not in COMPONENTS:
                self._value((*place, "type"), " There is no such component, or it is not offered here.")
                continue
            self._component(component, place)
            yield component, place
            if kind == "Form":
                yield from self._children(component.get("children"), (*place, "children"))

    def _component(self, component: dict[str, Any], path: Path) -> None:
        kind = component["type"]
        properties = COMPONENTS[kind].properties
        self._known(component, properties, path)
        for name, rule in properties.items():
            if name not in component:
                if rule.required:
                    self._missing(path, name)
                continue
            self._property(rule, component[name], (*path, name), kind)

    def _property(self, rule: Property, value: Any, path: Path, kind: str) -> None:
        if rule.kind == "action":
            self._action(value, path, ACTIONS_OF.get(f"{kind}.{path[-1]}", ACTIONS_OF[str(path[-1])]))
            return
        if _is_dynamic(value) and rule.kind not in ("name", "children"):
            return
        match rule.kind:
            case "text":
                self._words(value, rule.most, path)
            case "texts":
                for each in value if isinstance(value, list) else [value]:
                    self._words(each, rule.most, path)
            case "flag" if not isinstance(value, bool):
                self._value(path, " It is true or false.")
            case "number" if isinstance(value, bool) or not isinstance(value, int | float | str):
                self._value(path, " It is a number.")
            case "choice" if value not in rule.among:
                self._value(path, f" It must be one of {', '.join(rule.among)}.")
            case "options":
                self._options(value, rule.most, path)
            case "name" if not isinstance(value, str) or not _NAME.fullmatch(value):
                self._value(path, " It has letters, digits and underscores.")
            case _:
                pass

    def _words(self, value: Any, most: int, path: Path) -> None:
        if not isinstance(value, str) or not value.strip():
            self._value(path, " It is a text that says something.")
        elif most and len(value) > most:
            self._value(path, f" It has at most {most} characters.")
        elif value.startswith("`"):
            self._value(path, " Expressions in backticks are not offered here.")

    def _options(self, value: Any, most: int, path: Path) -> None:
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            self._value(path, f" It is a list of 1 to {most} options.")
            return
        for index, option in enumerate(value):
            place = (*path, index)
            if not isinstance(option, dict):
                self._value(place, " An option is an object with id and title.")
                continue
            for name in ("id", "title"):
                if not isinstance(option.get(name), str):
                    self._missing(place, name)
            for name, characters in OPTION_CHARACTERS_MAX.items():
                if isinstance(option.get(name), str) and len(option[name]) > characters:
                    self._value((*place, name), f" It has at most {characters} characters.")
        ids = [option.get("id") for option in value if isinstance(option, dict)]
        if any(ids.count(each) > 1 for each in ids):
            self._value(path, " The ids of its options must be unique.")

    def _action(self, action: Any, path: Path, allowed: tuple[str, ...]) -> None:
        name = action.get("name") if isinstance(action, dict) else None
        if name not in allowed:
            self._value((*path, "name"), f" The action must be one of {', '.join(allowed)}.")
            return
        if name == "open_url":
            url = action.get("url")
            if not isinstance(url, str) or not (_is_dynamic(url) or url.startswith("https://")):
                self._value((*path, "url"), " It must begin with https://.")
        elif not isinstance(action.get("payload", {}), dict):
            self._value((*path, "payload"), " It is an object.")
        elif name == "data_exchange" and not self._data_api:
            self._missing((), "data_api_version")

    def _counts(self, components: list[tuple[dict[str, Any], Path]], path: Path, *, terminal: bool) -> None:
        found = Counter(component["type"] for component, _ in components)
        for kind, count in found.items():
            most = COMPONENTS[kind].most
            if most and count > most:
                self._wrong("INVALID_PROPERTY_VALUE", path, f"A screen has at most {most} components of type {kind}.")
        if terminal and not found["Footer"]:
            self._wrong("MISSING_FOOTER", path, "A terminal screen needs a Footer.")

    def _references(self, screen: dict[str, Any], path: Path) -> None:
        """Every reference names something there is, and actions lead to screens there are."""
        here = next((each for each in self._screens.values() if each.path == path), None)
        if here is None:
            return
        for value, place in _leaves(screen["layout"], (*path, "layout")):
            for other, kind, name in _REFERENCE.findall(value):
                there = self._screens.get(other) if other else here
                declared = None if there is None else there.data if kind == "data" else there.inputs
                if declared is None or name not in declared:
                    self._wrong("INVALID_REFERENCE", place, f"'{value}' names nothing that is declared.")
        for action, place in _actions(screen["layout"], (*path, "layout")):
            match action.get("name"):
                case "complete" if not here.terminal:
                    self._wrong("INVALID_COMPLETE_ACTION", place, "Only a terminal screen completes a flow.")
                case "navigate":
                    following = action.get("next")
                    target = following.get("name") if isinstance(following, dict) else None
                    if not isinstance(target, str) or target not in self._screens:
                        error = "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME"
                        self._wrong(error, (*place, "next"), f"There is no screen '{target}'.")
                    else:
                        here.targets.add(target)
                case _:
                    pass

    def _routes(self, model: Any) -> None:
        """Routes lead forward only, from an entry screen, over screens there are (Cloud API: Flow JSON, routing model)."""
        if model is None:
            if self._data_api:
                self._missing((), "routing_model")
            return
        path: Path = ("routing_model",)
        if not isinstance(model, dict) or not all(_is_route(targets) for targets in model.values()):
            self._value(path, " It leads from each screen to a list of screens.")
            return
        named = {*model, *(target for targets in model.values() for target in targets)}
        for name in sorted(named - self._screens.keys()):
            self._wrong("INVALID_ROUTING_MODEL", path, f"There is no screen '{name}'.")
        for name, screen in self._screens.items():
            for target in sorted(screen.targets - {name, *model.get(name, [])}):
                self._wrong("INVALID_ROUTING_MODEL", path, f"The route from '{name}' to '{target}' is missing.")
        if _in_a_circle(model):
            self._wrong("INVALID_ROUTING_MODEL", path, "Routes lead forward only; back is the app's own way.")


def entry_screen(document: Mapping[str, Any]) -> str | None:
    """The screen a flow begins with: the first that no route leads to, or the first of all."""
    model = document.get("routing_model") or {}
    reached = {target for targets in model.values() for target in targets}
    ids = [screen["id"] for screen in document["screens"]]
    return next((each for each in ids if each not in reached), ids[0] if ids else None)


def completions(document: Mapping[str, Any]) -> list[frozenset[str]]:
    """The names that each ``complete`` action of a flow answers with."""
    return [
        frozenset(action.get("payload", {}))
        for screen in document["screens"]
        for action, _ in _actions(screen["layout"], ())
        if action.get("name") == "complete"
    ]


def _is_dynamic(value: Any) -> bool:
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def _leaves(value: Any, path: Path) -> Iterator[tuple[str, Path]]:
    """Every text in *value* with its place."""
    if isinstance(value, str):
        yield value, path
    elif isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(each, (*path, name))


def _actions(value: Any, path: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    """Every action in *value* with its place."""
    if isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(name, str) and name.endswith("-action") and isinstance(each, dict):
                yield each, (*path, name)
            else:
                yield from _actions(each, (*path, name))


def _is_route(targets: Any) -> bool:
    return isinstance(targets, list) and all(isinstance(target, str) for target in targets)


def _in_a_circle(model: Mapping[str, list[str]]) -> bool:
    """Whether following routes can come back: what is left when screens without a way in are taken away again and again."""
    left = {name: set(targets) for name, targets in model.items()}
    while True:
        reached = {target for targets in left.values() for target in targets}
        entries = [name for name in left if name not in reached]
        if not entries:
            return any(left.values())
        for name in entries:
            del left[name]
