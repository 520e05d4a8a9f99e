"""What a send request leaves to be filled in: a template's variables, and media named by their id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from clarine.domain.errors import ClarineError, Conflict, Invalid, NotFound
from clarine.domain.media import check_media
from clarine.domain.message import Category, Content, Interactive, Media, ProductShown, Template
from clarine.domain.policy import Reason
from clarine.domain.template_rendering import media_asked, render_template
from clarine.ports.records import MediaRow, TemplateRow

#: The code of a template that exists and may not be sent, by its status.
_UNSENDABLE: Final = {
    "PAUSED": "template_paused",
    "DISABLED": "template_disabled",
    "FLOW_BLOCKED": "flow_blocked",
    "FLOW_THROTTLED": "flow_throttled",
}


#: Why a message with a bad medium fails, by the code of what is wrong with it.
OF_MEDIA: Final = {
    "media_link": Reason.MEDIA_LINK,
    **dict.fromkeys(("media_missing", "media_type", "media_size", "media_broken", "media_bomb"), Reason.MEDIA_FILE),
}


@dataclass(frozen=True, slots=True)
class TemplateDraft:
    """A template to fill in: *components* as the Cloud API sends them (media by uploaded id), and those *products* of the
    connected catalogue that they name, by retailer id."""

    name: str
    language: str
    components: list[dict[str, Any]]
    products: Mapping[str, ProductShown] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stock:
    """What drafts may point at, found by key: (business, name, language) and (owner, media id)."""

    templates: Mapping[tuple[int, str, str], TemplateRow]
    media: Mapping[tuple[int, int], MediaRow]
    _plain: dict[tuple[int, str, str], tuple[Template, Category]] = field(default_factory=dict)

    def fill(self, draft: Content | TemplateDraft, *, business_id: int) -> tuple[Content, Category]:
        """The content as the person will see it, and its category.

        Raises NotFound, Conflict or Invalid: ``template_missing`` and its kin, ``media_missing``, ``media_type``, ``media_size``.
        """
        match draft:
            case TemplateDraft(components=[]) if not draft.products:
                # Many people get the same words, so a template without parameters is filled in once.
                key = business_id, draft.name, draft.language
                if (found := self._plain.get(key)) is None:
                    found = self._plain[key] = self._template(draft, business_id)
                return found
            case TemplateDraft():
                return self._template(draft, business_id)
            case Media() as medium:
                return self._fitting(medium, business_id), Category.SERVICE
            case Interactive() as interactive:
                return self._composed(interactive, business_id), Category.SERVICE
            case content:
                return content, Category.SERVICE

    def template_of(self, draft: Content | TemplateDraft, *, business_id: int) -> tuple[int, int] | None:
        """(business, template id) of a template; None for everything else."""
        if not isinstance(draft, TemplateDraft):
            return None
        return business_id, self.templates[business_id, draft.name, draft.language].template_id

    def ttl_s(self, draft: Content | TemplateDraft, *, business_id: int, longest_s: int) -> int:
        """How long the message may wait for its person: what its template says, at most *longest_s* (Cloud API: TTL)."""
        row = (
            self.templates.get((business_id, draft.name, draft.language)) if isinstance(draft, TemplateDraft) else None
        )
        if row is None or row.options == "{}":
            return longest_s
        asked_s: int = json.loads(row.options).get("message_send_ttl_seconds", -1)
        return min(asked_s, longest_s) if asked_s > 0 else longest_s

    def _template(self, draft: TemplateDraft, business_id: int) -> tuple[Template, Category]:
        row = self.templates.get((business_id, draft.name, draft.language))
        if row is None:
            raise NotFound(f"template name ({draft.name}) does not exist in {draft.language}", code="template_missing")
        if row.status != "APPROVED":
            code = _UNSENDABLE.get(row.status, "template_missing")
            raise Conflict(f"template ({draft.name}) in {draft.language} is {row.status.lower()}", code=code)
        media = {
            place: self._fitting(
                Media(asked["type"], asked_id(asked), "", "", 0, filename=asked.get("filename")), business_id
            )
            for place, asked in media_asked(draft.components).items()
        }
        rendered = render_template(
            name=draft.name,
            language=draft.language,
            components=_components(row.components),
            parameter_format=row.parameter_format,
            parameters=draft.components,
            media=media,
            products=draft.products,
        )
        return rendered, Category(row.category.lower())

    def _composed(self, interactive: Interactive, business_id: int) -> Interactive:
        """*interactive* with the media of its header and its cards resolved."""
        header = interactive.header
        if isinstance(header, Media):
            header = self._fitting(header, business_id)
        cards = tuple(
            card if card.header is None else replace(card, header=self._fitting(card.header, business_id))
            for card in interactive.cards
        )
        return replace(interactive, header=header, cards=cards)

    def _fitting(self, medium: Media, owner_id: int) -> Media:
        """*medium* resolved, if what was uploaded may be sent as its kind."""
        row = self.media.get((owner_id, medium.media_id))
        if row is None:
            what = f"media {medium.media_id} does not exist, expired, or belongs to another business"
            raise Invalid(what, code="media_missing")
        check_media(medium.type, mime=row.mime, size=row.size, animated=row.animated)
        return resolved(medium, row)


@lru_cache(maxsize=1024)
def _components(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)
    return found


def resolved(medium: Media, row: MediaRow) -> Media:
    """*medium* with everything that the stored row knows."""
    return replace(
        medium,
        sha256=row.sha256,
        mime=row.mime,
        size=row.size,
        filename=medium.filename or (row.filename if medium.type == "document" else None),
        animated=row.animated,
        width=row.width,
        height=row.height,
    )


def media_ids(content: Content | TemplateDraft) -> Mapping[int, None]:
    """The ids of media that *content* points at."""
    found: dict[int, None] = {}
    match content:
        case Media(media_id=media_id):
            found[media_id] = None
        case Interactive(header=header, cards=cards):
            headers = (header, *(card.header for card in cards))
            found = dict.fromkeys(each.media_id for each in headers if isinstance(each, Media))
        case TemplateDraft(components=components):
            with suppress(ClarineError):  # what is wrong with the parameters is said when they are filled in
                found = dict.fromkeys(asked_id(asked) for asked in media_asked(components).values())
    return found


def asked_id(asked: Mapping[str, Any]) -> int:
    """The media id that a template parameter names; 0, which nothing has, when it names none."""
    text = str(asked.get("id", ""))
    return int(text) if text.isdecimal() else 0
