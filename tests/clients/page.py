"""docs/reference/compatibility.md: the outcomes of one run as a table, the same for the same outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tests.clients.clients import Client
from tests.clients.steps import Step

Cells = Mapping[tuple[str, str], str]

#: The client has no call for it, or makes nothing of it.
NO_CALL: Final = "–"

_HEAD: Final = """# Compatibility

Which published clients do what against Clarine, with nothing in them changed. This page is written by `make test-clients`,
which drives every client below against a running server with a person's device at the other end; it fails when any step
fails, or when this page is not what came out. A message *works* when it arrived on the device as it was meant; a webhook
*works* when the client's own code told its content.

| cell | meaning |
| --- | --- |
| works | as against the original |
| differs: … | works, and the client sees something else than from the original |
| not offered (…) | Clarine refuses it in the API's own words, with this code |
| – | the client has no call for it |

How each client is told where the API is stands in [guides/clients](../guides/clients/index.md).
"""


def written(clients: Sequence[Client], play: Sequence[Step], cells: Cells) -> str:
    """The page. *cells* has one entry for each (step, client)."""
    parts = [_HEAD]
    for title, steps in _parts(play):
        heads = ["call", "what", *(client.title for client in clients)]
        rows = [[step.call, step.what, *(cells[step.key, client.title] for client in clients)] for step in steps]
        lines = [_row(heads), _row(["---"] * len(heads)), *map(_row, rows)]
        parts.append(f"## {title}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _parts(play: Sequence[Step]) -> list[tuple[str, list[Step]]]:
    """Sending, webhooks and the rest, each with its calls together in the order of play."""
    parts: dict[str, list[Step]] = {"Sending": [], "Webhooks": [], "Everything else": []}
    for step in play:
        title = "Sending" if "/messages`" in step.call else "Webhooks" if step.hears else "Everything else"
        parts[title].append(step)
    places = {call: place for place, call in reversed(list(enumerate(step.call for step in play)))}
    return [(title, sorted(steps, key=lambda step: places[step.call])) for title, steps in parts.items()]
