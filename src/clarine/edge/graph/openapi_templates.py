"""What calls about templates answer beside the templates themselves, as types: care and figures."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from clarine.edge.graph.openapi_nodes import Number, Shown


class KeyedNumber(Shown):
    """A template's figure."""

    key: str
    value: int


class KeyedText(Shown):
    """A template's word."""

    key: str
    value: str


class Comparison(Shown):
    """One metric over the templates compared."""

    metric: Literal["BLOCK_RATE", "MESSAGE_SENDS", "TOP_BLOCK_REASON"]
    type: Literal["RELATIVE", "NUMBER_VALUES", "STRING_VALUES"]
    order_by_relative_metric: list[str] | UnsetType = UNSET
    number_values: list[KeyedNumber] | UnsetType = UNSET
    string_values: list[KeyedText] | UnsetType = UNSET


class Comparisons(Shown):
    """Three metrics."""

    data: list[Comparison]


class Clicks(Shown):
    """How often a button was pressed."""

    type: str
    button_content: str
    count: int


class Cost(Shown):
    """What was spent, in the wallet's currency."""

    type: str
    value: float


class TemplatePoint(Shown):
    """One day of one template; times in Unix seconds."""

    template_id: str
    start: int
    end: int
    sent: Number = UNSET
    delivered: Number = UNSET
    read: Number = UNSET
    clicked: list[Clicks] | UnsetType = UNSET
    cost: list[Cost] | UnsetType = UNSET


class TemplateFigures(Shown):
    """The days on which a template was sent."""

    granularity: Literal["DAILY"]
    product_type: Literal["cloud_api"]
    data_points: list[TemplatePoint]


class TemplateAnalytics(Shown):
    """Figures about templates."""

    data: list[TemplateFigures]


class UpsertedTemplate(Shown):
    """A template in one language."""

    id: str
    status: str
    language: str
    category: str


class UpsertedTemplates(Shown):
    """The template in each language."""

    data: list[UpsertedTemplate]


class Archived(Shown):
    """What was archived, and why the rest was not."""

    archived_templates: list[str]
    failed_templates: dict[str, str]


class Unarchived(Shown):
    """What was taken from the archive, and why the rest was not."""

    unarchived_templates: list[str]
    failed_templates: dict[str, str]


class Migrated(Shown):
    """What was copied to this account."""

    migrated_templates: list[str]
    failed_templates: list[dict[str, Any]]
