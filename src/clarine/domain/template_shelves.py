"""What a template says about products, offers and cards becomes what the person sees, with the parameters of one send.

Refusals are Invalid with the codes of template_rendering.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from clarine.domain.catalogue import SHELF_PRODUCTS_MAX, SHELF_SECTIONS_MAX
from clarine.domain.errors import Invalid
from clarine.domain.message import Offer, ProductSection, ProductShown, Shelf

Values = Sequence[Mapping[str, Any]]


def shelf(kind: str, values: Values, place: str, products: Mapping[str, ProductShown], header: str | None) -> Shelf:
    """The products behind a button of type *kind*: CATALOG, MPM or SPM, whose product stands in the *header*."""
    action = values[0].get("action") if values else {}
    if not isinstance(action, dict):
        raise Invalid(f"{place}: expected action", code="template_param_format")
    sections = tuple(_sections(action, place)) if kind == "MPM" else ()
    if kind == "MPM" and not sections:
        raise Invalid(f"{place}: expected sections of product_items", code="template_param_format")
    wanted = header if kind == "SPM" else action.get("thumbnail_product_retailer_id")
    if kind == "SPM":
        if wanted is None:
            raise Invalid("header: expected product, received nothing", code="template_param_format")
        sections = (ProductSection((wanted,)),)
    front = _known(str(wanted), place, products) if wanted else None
    for section in sections:
        for retailer_id in section.retailer_ids:
            _known(retailer_id, place, products)
    return Shelf(next((each.catalog_id for each in products.values()), ""), front=front, sections=sections)


def product_named(value: Mapping[str, Any], place: str) -> str:
    """The retailer id of a parameter of type product."""
    product = value.get("product")
    name = product.get("product_retailer_id") if isinstance(product, dict) else None
    if not isinstance(name, str | int) or str(name) == "":
        raise Invalid(f"{place}: expected product with product_retailer_id", code="template_param_format")
    return str(name)


def products_asked(parameters: object) -> Iterator[str]:
    """Every retailer id that *parameters* name, wherever it stands."""
    match parameters:
        case dict():
            for name, value in parameters.items():
                if name in ("product_retailer_id", "thumbnail_product_retailer_id") and isinstance(value, str | int):
                    yield str(value)
                else:
                    yield from products_asked(value)
        case list():
            for each in parameters:
                yield from products_asked(each)


def offer(component: Mapping[str, Any], values: Values) -> Offer:
    """The words of a limited-time offer, and when it ends if the template says that it does."""
    said = component["limited_time_offer"]
    if not said.get("has_expiration"):
        return Offer(said["text"])
    inner = values[0].get("limited_time_offer") if values else None
    ends_ms = inner.get("expiration_time_ms") if isinstance(inner, dict) else None
    if not isinstance(ends_ms, int) or ends_ms <= 0:
        raise Invalid("limited_time_offer: expected expiration_time_ms", code="template_param_format")
    # Clients also send seconds under this name.
    seconds = ends_ms / 1000 if ends_ms >= 10**11 else ends_ms
    try:
        return Offer(said["text"], datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z"))
    except (OverflowError, ValueError):
        raise Invalid("limited_time_offer: expiration_time_ms is no time", code="template_param_value") from None


def _sections(action: Mapping[str, Any], place: str) -> Iterator[ProductSection]:
    sections = action.get("sections") or []
    if not isinstance(sections, list) or not all(isinstance(each, dict) for each in sections):
        raise Invalid(f"{place}: sections must be a list of objects", code="template_param_format")
    found = [
        ProductSection(tuple(_items(section, place)), str(section["title"])[:24] if section.get("title") else None)
        for section in sections
    ]
    if len(found) > SHELF_SECTIONS_MAX or sum(len(each.retailer_ids) for each in found) > SHELF_PRODUCTS_MAX:
        what = f"at most {SHELF_SECTIONS_MAX} sections and {SHELF_PRODUCTS_MAX} products in all are allowed"
        raise Invalid(f"{place}: {what}", code="template_param_format")
    yield from found


def _items(section: Mapping[str, Any], place: str) -> Iterator[str]:
    for item in section.get("product_items") or ():
        name = item.get("product_retailer_id") if isinstance(item, dict) else None
        if not isinstance(name, str | int):
            raise Invalid(f"{place}: product_items need product_retailer_id", code="template_param_format")
        yield str(name)


def _known(retailer_id: str, place: str, products: Mapping[str, ProductShown]) -> ProductShown:
    if retailer_id not in products:
        what = f"product {retailer_id} is not in the connected catalog"
        raise Invalid(f"{place}: {what}", code="template_unfit")
    return products[retailer_id]
