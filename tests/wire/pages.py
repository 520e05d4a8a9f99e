"""The reference pages that are made of the table of errors; ``python -m tests.wire.pages`` writes them again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from clarine.domain.magic import LATER, number_of
from clarine.edge.graph.errors import NOT_RAISED, SUBCODES, TABLE, ApiCode

REFERENCE: Final = Path(__file__).resolve().parents[2] / "docs" / "reference"
ERRORS: Final = REFERENCE / "errors.md"
SANDBOX: Final = REFERENCE / "sandbox-api.md"

_BEGINS: Final = "| number | code | told | title |\n| --- | --- | --- | --- |\n"

_HEAD: Final = """\
# Errors of the Cloud API

<!-- Made by `make pages` from src/clarine/edge/graph/errors.py; a test compares. -->

Every refusal is `{"error":{"message","type","code","error_data":{"messaging_product","details"},"error_subcode"?,
"error_user_title"?,"error_user_msg"?,"is_transient"?,"fbtrace_id"}}` with the HTTP status below. Programs look at `code`;
`details` is for people and names the parameter. `is_transient` says that trying again may help; with 429 comes `Retry-After`
in seconds.

What is told *later* is about the person, the money or a medium: the message is accepted, and a `failed` status with this code
follows ([webhooks.md](webhooks.md)). With `CLARINE_ERRORS_MODE=sync` it is answered at once, with the status below. Code 3 has
status 500 in old tables of the original; here it is 400, because trying again never helps.

| code | HTTP | told | title | when |
| --- | --- | --- | --- | --- |
"""

_NOT: Final = """
## Acted out only

No rule of this house raises these; a [magic recipient](sandbox-api.md#magic-recipients) of the sandbox acts each of them out, so
that a client can be tried against it.

| code | HTTP | told | title |
| --- | --- | --- | --- |
"""


def acted(row: ApiCode) -> bool:
    """Whether only the sandbox answers with this code."""
    return "sandbox" in row.cause


def errors_page() -> str:
    """docs/reference/errors.md."""
    real = [
        f"| {row.code} | {row.status} | {_told(row)} | {row.title} | {row.cause} |\n"
        for row in TABLE.values()
        if not acted(row)
    ]
    only = [f"| {row.code} | {row.status} | {_told(row)} | {row.title} |\n" for row in TABLE.values() if acted(row)]
    never = [f"| {codes} | {what} | {why} |\n" for codes, what, why in NOT_RAISED]
    subcodes = [f"| {code} | {meaning} |\n" for code, meaning in SUBCODES.items()]
    return "".join(
        (
            _HEAD,
            *real,
            "\n## Subcodes of 100\n\n| subcode | meaning |\n| --- | --- |\n",
            *subcodes,
            _NOT,
            *only,
            "\n## Never raised\n\n| codes | belong to | why not |\n| --- | --- | --- |\n",
            *never,
        )
    )


def magic_rows() -> str:
    """The table of magic recipients in docs/reference/sandbox-api.md."""
    rows = []
    for row in TABLE.values():
        told = "later" if row.code in LATER else f"at once, HTTP {row.status}"
        rows.append(f"| `{number_of(row.code)}` | {row.code} | {told} | {row.title} |\n")
    return "".join(rows)


def sandbox_page() -> str:
    """docs/reference/sandbox-api.md with its table of codes as it must be."""
    before, _, rest = SANDBOX.read_text(encoding="utf-8").partition(_BEGINS)
    rows, gap, after = rest.partition("\n\n")
    assert rows.startswith("| `+1555"), "the table begins with its numbers"
    return f"{before}{_BEGINS}{magic_rows().rstrip()}{gap}{after}"


def _told(row: ApiCode) -> str:
    return "later" if row.code in LATER else "at once"


if __name__ == "__main__":
    ERRORS.write_text(errors_page(), encoding="utf-8")
    SANDBOX.write_text(sandbox_page(), encoding="utf-8")
