"""Every link between our own pages leads somewhere, down to the heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tests.tidy.tree import shown, written_files

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)


def dead_links(pages: Iterator[Path]) -> list[str]:
    """One complaint for each relative link whose file or heading does not exist."""
    return [
        f"{shown(page)} → {target}"
        for page in pages
        for target in LINK.findall(CODE.sub("", FENCE.sub("", page.read_text(encoding="utf-8"))))
        if not re.match(r"[a-z][a-z0-9+.-]*:", target) and not _lives(page, target)
    ]


def _lives(page: Path, target: str) -> bool:
    name, _, heading = unquote(target).partition("#")
    place = page if not name else page.parent / name
    if not place.exists():
        return False
    return not heading or place.suffix != ".md" or heading in _anchors(place.read_text(encoding="utf-8"))


def _anchors(text: str) -> set[str]:
    """The ids that GitHub gives to the headings of *text*."""
    seen: dict[str, int] = {}
    anchors = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        anchors.add(f"{slug}-{count}" if count else slug)
    return anchors


def test_every_link_between_our_pages_leads_somewhere() -> None:
    assert dead_links(written_files(".md")) == []


def test_dead_links_are_seen(tmp_path: Path) -> None:
    (tmp_path / "alive.md").write_text("# One `bell` rings\n")
    (tmp_path / "page.md").write_text(
        "[file](alive.md) [heading](alive.md#one-bell-rings) [web](https://example.org) `[code](not-a-link.md)`\n"
        "[no file](dead.md) [no heading](alive.md#two)\n"
    )
    assert dead_links(written_files(".md", root=tmp_path)) == ["page.md → dead.md", "page.md → alive.md#two"]
