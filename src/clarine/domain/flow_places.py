"""Where each value of a JSON text stands, so that a finding can name the line and column as the business wrote it."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

#: A value's place in the document: names and indexes from the outside in.
Path = tuple[str | int, ...]

_BLANKS: Final = re.compile(r"[ \t\n\r]*")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_SCALAR: Final = re.compile(r"[^,\]}\s]+")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a value stands: lines and columns count from 1, the end is its last character."""

    line_start: int
    line_end: int
    column_start: int
    column_end: int


class Places:
    """The spans of all values of *text*, which must be JSON that a reader has accepted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[Path, tuple[int, int]] = {}
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._value(self._skip(0), ())

    def of(self, path: Path) -> Span:
        """The span of the value at *path*, or of the innermost one around it."""
        while path not in self._found:
            path = path[:-1]
        start, end = self._found[path]
        (line_start, column_start), (line_end, column_end) = self._at(start), self._at(end - 1)
        return Span(line_start, line_end, column_start, column_end)

    def _at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def _skip(self, at: int) -> int:
        found = _BLANKS.match(self._text, at)
        assert found is not None
        return found.end()

    def _value(self, at: int, path: Path) -> int:
        """Note the value that begins at *at* and what is in it; where it ends."""
        match self._text[at]:
            case "{":
                end = self._object(at, path)
            case "[":
                end = self._list(at, path)
            case '"':
                end = self._string(at)
            case _:
                found = _SCALAR.match(self._text, at)
                assert found is not None
                end = found.end()
        self._found[path] = (at, end)
        return end

    def _string(self, at: int) -> int:
        found = _STRING.match(self._text, at)
        assert found is not None
        return found.end()

    def _object(self, at: int, path: Path) -> int:
        at = self._skip(at + 1)
        while self._text[at] != "}":
            end = self._string(at)
            name = json.loads(self._text[at:end])
            at = self._skip(self._value(self._skip(self._skip(end) + 1), (*path, name)))
            if self._text[at] == ",":
                at = self._skip(at + 1)
        return at + 1

    def _list(self, at: int, path: Path) -> int:
        at, index = self._skip(at + 1), 0
        while self._text[at] != "]":
            at = self._skip(self._value(at, (*path, index)))
            index += 1
            if self._text[at] == ",":
                at = self._skip(at + 1)
        return at + 1


def written(path: Path) -> str:
    """*path* as the API writes it: ``screens[0].layout.children[0].type``."""
    found = ""
    for part in path:
        found += f"[{part}]" if isinstance(part, int) else f".{part}" if found else part
    return found
