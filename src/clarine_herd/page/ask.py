"""One request of somebody who may see the farm, with all that is needed to answer it; and how a page is written."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from clarine_herd.link import ROOT
from clarine_herd.look import tone_of
from clarine_herd.normal import Matrix
from clarine_herd.page.shares import Shares
from clarine_herd.store.people import Contact
from clarine_herd.store.postgres import Store
from clarine_herd.words import LANGUAGES, Words
from clarine_herd.words.page import Page

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
FIELD_MAX, FIELDS_MAX = 2_000, 60
#: Built by the set-up into the package (web/herd/vite.config.mjs).
DIST = files(__package__) / "dist"


@dataclass(frozen=True, slots=True)
class Ask:
    """*contact* asks for a page; *now* is farm time, *changed* tells the judgement that it knows something new."""

    request: Request
    store: Store
    contact: Contact
    words: Words
    now: datetime
    changed: Callable[[], None]
    shares: Shares

    @property
    def says(self) -> Page:
        """What stands on the pages, in this person's language."""
        return self.words.catalogue.page

    @property
    def may_change(self) -> bool:
        """Whoever hears everything runs the farm; who is called when nobody answers may look."""
        return self.contact.hears == "all"

    def query(self, name: str, default: str = "") -> str:
        """One value of the address, cut to what a name may have."""
        return self.request.query_params.get(name, default)[:FIELD_MAX]

    def page(self, template: str, *, status: int = 200, **facts: Any) -> Response:
        """A page of *facts*."""
        return written(self.words, template, status=status, ask=self, **facts)

    def problem(self, text: str, *, status: int) -> Response:
        """A page that says what is wrong, with the way back."""
        return self.page("problem.html", status=status, place="", title=text)

    async def form(self) -> dict[str, str]:
        """The fields of a form that was sent; more or longer ones are cut. Files are read elsewhere."""
        form = await self.request.form(max_files=0, max_fields=FIELDS_MAX, max_part_size=FIELD_MAX * 4)
        return {name: value[:FIELD_MAX] for name, value in form.items() if isinstance(value, str)}


def go(path: str, **query: str) -> Response:
    """On to another page, after something was written."""
    return RedirectResponse(address(path, **query), 303, headers=HEADERS)


def address(path: str, **query: str) -> str:
    """The address of a page."""
    asked = urlencode({name: value for name, value in query.items() if value})
    return f"{ROOT}/{path}{'?' if asked else ''}{asked}"


def written(words: Words, template: str, *, status: int = 200, **facts: Any) -> Response:
    """A template with *facts*, in the language of *words*. 503 where the looks were not built."""
    given = {"w": words, "says": words.catalogue.page, "chat": words.catalogue.chat, "paper": words.catalogue.paper}
    try:
        text = (
            _templates().get_template(template).render(**given, assets=_assets(), ask=facts.pop("ask", None), **facts)
        )
    except FileNotFoundError:
        return Response("The pages were not built; run the set-up (make run).", 503, media_type="text/plain")
    return HTMLResponse(text, status, headers=HEADERS)


def language_of(request: Request) -> str:
    """The first language of the browser that we have."""
    wanted = (
        part.partition(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")
    )
    return next((code for code in wanted if code in LANGUAGES), "en")


@cache
def _templates() -> Environment:
    loader = PackageLoader("clarine_herd.page")
    found = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.globals.update(address=address, tone=tone_of, numbers=_numbers)
    return found


def _numbers(values: Matrix) -> str:
    """Numbers for a script, unknown ones empty; a decimal only where there is one."""
    return ",".join("" if math.isnan(value) else f"{round(value, 1):g}" for value in values.tolist())


def _assets() -> dict[str, str]:
    """The addresses of the script and the looks, by the manifest of the build."""
    told = json.loads((DIST / "manifest.json").read_text())["herd/main.ts"]
    return {"script": f"{ROOT}/{told['file']}", "looks": f"{ROOT}/{told['css'][0]}"}
