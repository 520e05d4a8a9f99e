"""The ``fields`` grammar: ``id,name``, ``a{b,c}``, ``a.format(PNG).limit(3){b}``; and choosing by it what an object shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from clarine.edge.graph.errors import ApiError, invalid

FIELDS_MAX: Final = 200
_DEPTH_MAX: Final = 5
_CHARACTERS_MAX: Final = 8_000


@dataclass(frozen=True, slots=True)
class Field:
    """One asked-for field; *modifiers* are its ``.name(value)``, *fields* what stands in its braces."""

    name: str
    modifiers: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()


def parse_fields(text: str) -> tuple[Field, ...]:
    """The fields that *text* asks for. Raises ApiError 100 when it is not in the grammar."""
    if len(text) > _CHARACTERS_MAX:
        raise invalid("fields: too long")
    reader = _Reader(text)
    found = reader.fields(0)
    if reader.rest():
        raise invalid(f"Syntax error in fields at character {reader.place}")
    return found


class _Reader:
    """A recursive-descent reader of the grammar."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.place = 0
        self._count = 0

    def rest(self) -> bool:
        return self.place < len(self._text)

    def fields(self, depth: int) -> tuple[Field, ...]:
        found: list[Field] = []
        while self.rest() and self._peek() != "}":
            found.append(self._field(depth))
            if not self._take(","):
                break
        return tuple(found)

    def _field(self, depth: int) -> Field:
        self._count += 1
        if self._count > FIELDS_MAX or depth > _DEPTH_MAX:
            raise invalid("fields: too many")
        name = self._word()
        modifiers: dict[str, str] = {}
        while self._take("."):
            modifier = self._word()
            modifiers[modifier] = self._bracketed() if self._take("(") else ""
        inner: tuple[Field, ...] = ()
        if self._take("{"):
            inner = self.fields(depth + 1)
            if not self._take("}"):
                raise invalid("Syntax error in fields: } is missing")
        return Field(name, modifiers, inner)

    def _word(self) -> str:
        self._blanks()
        start = self.place
        while self.rest() and (self._peek().isalnum() or self._peek() in "_:"):
            self.place += 1
        if start == self.place:
            raise invalid(f"Syntax error in fields at character {start}")
        return self._text[start : self.place]

    def _bracketed(self) -> str:
        """Everything up to the bracket that closes; brackets inside count."""
        start, open_brackets = self.place, 1
        while self.rest():
            character = self._peek()
            self.place += 1
            open_brackets += (character == "(") - (character == ")")
            if open_brackets == 0:
                return self._text[start : self.place - 1]
        raise invalid("Syntax error in fields: ) is missing")

    def _peek(self) -> str:
        return self._text[self.place]

    def _blanks(self) -> None:
        while self.rest() and self._peek() == " ":
            self.place += 1

    def _take(self, character: str) -> bool:
        self._blanks()
        if self.rest() and self._peek() == character:
            self.place += 1
            return True
        return False


Value = Any
Shown = Mapping[str, Callable[[Field], Value] | Value]


def choose(shown: Shown, fields: str | None, *, usual: tuple[str, ...], node: str) -> dict[str, Any]:
    """What was asked for of *shown* (or the *usual* fields), always with id; None means the object has no such value.

    Raises ApiError 100 for a field that *shown* does not know.
    """
    asked = parse_fields(fields) if fields else tuple(Field(name) for name in usual)
    found: dict[str, Any] = {}
    for each in asked:
        if each.name not in shown:
            raise ApiError(
                100,
                type="OAuthException",
                message=f"(#100) Tried accessing nonexisting field ({each.name}) on node type ({node})",
            )
        value = shown[each.name]
        value = value(each) if callable(value) else value
        if value is not None:
            found[each.name] = _inside(value, each.fields)
    if "id" in shown:
        found.setdefault("id", shown["id"])
    return found


def _inside(value: Value, fields: tuple[Field, ...]) -> Value:
    if not fields or not isinstance(value, dict):
        return value
    return {each.name: value[each.name] for each in fields if each.name in value}
