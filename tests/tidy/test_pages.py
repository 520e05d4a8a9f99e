"""The built pages are light enough for rural 3G and obey a policy that allows files of our own origin only."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT

DIST = ROOT / "src" / "clarine" / "web" / "dist"
FACES = ("door", "people", "business", "operator", "docs")
PEOPLE_BYTES_MAX = 60_000

LOADED = re.compile(r'(?:src|href)="(/assets/[^"]+\.(?:js|css))"')
IMPORTED = re.compile(r'(?:\bfrom|\bimport)\s*"\./([^"]+\.js)"')
CATALOGUE = re.compile(r"^(en|fr|hi|ur)-.*\.js$")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|data:", re.IGNORECASE)
ELSEWHERE = re.compile(r'(?:src|href)="(?:https?:)?//', re.IGNORECASE)


def first_load_bytes(face: str, dist: Path = DIST) -> int:
    """What a first visit to *face* transfers, gzipped: page, scripts, styles and the largest single catalogue."""
    page = dist / face / "index.html"
    waiting = [dist / name.lstrip("/") for name in LOADED.findall(page.read_text(encoding="utf-8"))]
    seen = {page}
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        if file.suffix == ".js":
            waiting += [file.parent / name for name in IMPORTED.findall(file.read_text(encoding="utf-8"))]
    return sum(_packed_bytes(file) for file in seen) + _largest_catalogue_bytes(seen)


def _packed_bytes(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 6))


def _largest_catalogue_bytes(loaded: set[Path]) -> int:
    """The catalogues that the scripts in *loaded* may fetch; one visit fetches one of them."""
    scripts = "".join(file.read_text(encoding="utf-8") for file in loaded if file.suffix == ".js")
    mentioned = {
        file for folder in {f.parent for f in loaded} for file in folder.iterdir() if CATALOGUE.match(file.name)
    }
    return max((_packed_bytes(file) for file in mentioned if file.name in scripts), default=0)


@pytest.mark.parametrize("face", FACES)
def test_a_page_has_no_inline_code_and_loads_nothing_from_elsewhere(face: str) -> None:
    page = (DIST / face / "index.html").read_text(encoding="utf-8")
    assert LOADED.search(page)
    assert not INLINE.search(page)
    assert not ELSEWHERE.search(page)


def test_the_first_load_of_the_peoples_app_suits_rural_3g() -> None:
    assert first_load_bytes("people") <= PEOPLE_BYTES_MAX


def test_styles_fetch_nothing_from_elsewhere() -> None:
    assert [css.name for css in DIST.glob("assets/*.css") if re.search(r"url\(|@import", css.read_text())] == []


@pytest.mark.parametrize(
    "line",
    ["<script>ring()</script>", '<p style="color: red">', '<a onclick="ring()">', '<img src="data:image/png;base64,">'],
)
def test_inline_code_is_seen(line: str) -> None:
    assert INLINE.search(line)


def test_the_weight_follows_imports_and_counts_one_catalogue(tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    (tmp_path / "people").mkdir()
    assets.mkdir()
    (tmp_path / "people" / "index.html").write_text('<script src="/assets/main-1.js"></script>')
    (assets / "main-1.js").write_text('import{a}from"./part-2.js";import("./en-3.js");import("./ur-4.js")')
    (assets / "part-2.js").write_text("export const a=1")
    (assets / "en-3.js").write_text("x")
    (assets / "ur-4.js").write_text("x" * 5000)
    files = [tmp_path / "people" / "index.html", assets / "main-1.js", assets / "part-2.js", assets / "ur-4.js"]
    assert first_load_bytes("people", tmp_path) == sum(len(gzip.compress(f.read_bytes(), 6)) for f in files)
