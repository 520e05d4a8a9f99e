"""Templates that are worded already and need no review (Cloud API: template library), and how a business makes one its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from clarine.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class LibraryTemplate:
    """A worded template; *params* are examples of its variables, in order."""

    name: str
    category: str
    topic: str
    usecase: str
    industry: tuple[str, ...]
    body: str
    params: tuple[str, ...] = ()
    header: str | None = None
    buttons: tuple[dict[str, str], ...] = ()
    language: str = "en_US"


_VIEW: Final = {"type": "URL", "text": "View details"}
_CALL: Final = {"type": "PHONE_NUMBER", "text": "Call us"}

LIBRARY: Final = (
    LibraryTemplate(
        "delivery_on_the_way", "UTILITY", "ORDER_MANAGEMENT", "SHIPMENT_CONFIRMATION", ("E_COMMERCE",),
        "Hello {{1}}, your order {{2}} is on its way and arrives on {{3}}. We will write again when it is there.",
        ("Anna", "A-1042", "Friday"), "Your order is on its way", (_VIEW,),
    ),
    LibraryTemplate(
        "order_received", "UTILITY", "ORDER_MANAGEMENT", "ORDER_CONFIRMATION", ("E_COMMERCE",),
        "Hello {{1}}, we received your order {{2}} and are packing it now. Thank you for buying from us.",
        ("Anna", "A-1042"), "Order received", (_VIEW,),
    ),
    LibraryTemplate(
        "payment_due_soon", "UTILITY", "PAYMENTS", "PAYMENT_DUE_REMINDER", ("FINANCIAL_SERVICES",),
        "Hello {{1}}, a payment of {{2}} is due on {{3}}. If you have paid already, there is nothing to do.",
        ("Anna", "$40.00", "1 December"), "A payment is due", (_VIEW,),
    ),
    LibraryTemplate(
        "appointment_tomorrow", "UTILITY", "EVENT_REMINDER", "APPOINTMENT_REMINDER", ("HEALTHCARE",),
        "Hello {{1}}, this is a reminder of your appointment on {{2}} at {{3}}. Call us if you cannot come.",
        ("Anna", "Tuesday", "10:30"), "Your appointment", (_CALL,),
    ),
    LibraryTemplate(
        "case_was_answered", "UTILITY", "CUSTOMER_FEEDBACK", "CASE_UPDATE", ("PROFESSIONAL_SERVICES",),
        "Hello {{1}}, we answered your question {{2}}. Write to us here if something is still open.",
        ("Anna", "C-77"), "Your question was answered", (_VIEW,),
    ),
    LibraryTemplate(
        "low_balance_notice", "UTILITY", "ACCOUNT_UPDATES", "LOW_BALANCE_WARNING", ("FINANCIAL_SERVICES",),
        "Hello {{1}}, the balance of your account ending in {{2}} is below {{3}}. This is only a notice.",
        ("Anna", "4410", "$25.00"), "Your balance is low", (_VIEW,),
    ),
    LibraryTemplate(
        "sign_in_code", "AUTHENTICATION", "IDENTITY_VERIFICATION", "ACCOUNT_LOGIN", ("FINANCIAL_SERVICES", "E_COMMERCE"),
        "", buttons=({"type": "OTP", "otp_type": "COPY_CODE"},),
    ),
)  # fmt: skip


def found(
    *, search: str = "", name: str = "", topic: str = "", usecase: str = "", industry: str = "", language: str = ""
) -> Iterable[LibraryTemplate]:
    """Those of the library that fit everything that is asked for."""
    for each in LIBRARY:
        text = f"{each.name} {each.body} {each.header or ''}".lower()
        fits = (
            search.lower() in text
            and name in ("", each.name)
            and topic in ("", each.topic)
            and usecase in ("", each.usecase)
            and (not industry or industry in each.industry)
            and language in ("", each.language)
        )
        if fits:
            yield each


def components_of(
    library_name: str, *, buttons: Sequence[Mapping[str, Any]], body: Mapping[str, Any]
) -> tuple[LibraryTemplate, list[dict[str, Any]]]:
    """The components of a template of the library, with what the business adds: links and numbers of its buttons.

    Raises Invalid when there is no such template, or a button's own part is missing.
    """
    template = next((each for each in LIBRARY if each.name == library_name), None)
    if template is None:
        raise Invalid(f"there is no library template {library_name}", field="library_template_name")
    if template.category == "AUTHENTICATION":
        return template, _authentication(body)
    parts: list[dict[str, Any]] = [{"type": "HEADER", "format": "TEXT", "text": template.header}]
    parts.append({"type": "BODY", "text": template.body, "example": {"body_text": [list(template.params)]}})
    given = {str(each.get("type", "")).upper(): each for each in buttons}
    if template.buttons:
        parts.append({"type": "BUTTONS", "buttons": [_button(each, given) for each in template.buttons]})
    return template, parts


def _authentication(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {"type": "BODY", "add_security_recommendation": bool(body.get("add_security_recommendation"))}
    ]
    if (minutes := body.get("code_expiration_minutes")) is not None:
        parts.append({"type": "FOOTER", "code_expiration_minutes": minutes})
    return [*parts, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]


def _button(button: Mapping[str, str], given: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    own = given.get(button["type"])
    if own is None:
        raise Invalid(f"the {button['type']} button needs its input", field="library_template_button_inputs")
    if button["type"] == "PHONE_NUMBER":
        return {**button, "phone_number": own.get("phone_number")}
    url = own.get("url")
    if isinstance(url, str):
        return {**button, "url": url}
    url = dict(url) if isinstance(url, Mapping) else {}
    example = url.get("url_suffix_example")
    return {**button, "url": url.get("base_url")} | ({"example": [example]} if example else {})
