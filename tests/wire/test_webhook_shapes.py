"""Every recorded webhook is of a kind that is sent here in the same shape, or has no cause here, by its name."""

from __future__ import annotations

import warnings
from typing import Any, Final

from clarine.domain.events import AccountNotice, InboundNotice, Notice
from tests.wire.test_webhooks import AT, NOTICES, SAME_SHAPE, SAMPLES, ZOE, inbound, recorded, rendered, shape

TEMPLATE: Final = {"message_template_id": 1, "message_template_name": "n", "message_template_language": "en"}

#: From a recording to a notice of the same kind, besides those of test_webhooks.
MORE: Final[dict[str, Notice]] = {
    "message/current_location": inbound(type="location", latitude=1.5, longitude=2.5),
    "message/unreaction_empty": InboundNotice(
        "wamid.A", AT, ZOE, {"type": "reaction", "emoji": "", "target_seq": 1}, reaction_to="wamid.B"
    ),
    "message/order": inbound(
        type="order",
        catalog_id="1",
        currency="ILS",
        text="",
        items=[{"retailer_id": "HAMBURGER", "name": "Hamburger", "quantity": 3, "price_micros": 30_000_000}],
    ),
    "flow_completion/completion": inbound(type="flow_reply", name="flow", body="Sent", response_json="{}"),
    "template_category_update/marketing": AccountNotice(
        AT, "template_category_update", {**TEMPLATE, "new_category": "MARKETING"}
    ),
    "template_components_update/element": AccountNotice(
        AT, "message_template_components_update", {**TEMPLATE, "message_template_element": "Hi"}
    ),
    "template_quality_update/yellow": AccountNotice(
        AT,
        "message_template_quality_update",
        {**TEMPLATE, "previous_quality_score": "GREEN", "new_quality_score": "YELLOW"},
    ),
    "account_update/account_restriction": AccountNotice(
        AT,
        "account_update",
        {
            "event": "ACCOUNT_RESTRICTION",
            "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1}],
        },
    ),
}
#: Another recording of a kind that is compared already.
ALIKE: Final = {
    "callback_button/quick_reply_without_context", "callback_selection/callback", "flow_completion/without_flow_token",
    "message/audio", "message/static_sticker", "message/chosen_location", "message/unreaction_no_emoji",
    "message/media_with_url", "message_status/sent", "message_status/delivered", "template_status_update/rejected",
}  # fmt: skip
#: What nobody can do here, so that nothing tells of it.
NO_CAUSE: Final = {
    "calls": ("call_connect/", "call_permission_update/", "call_status/", "call_terminate/"),
    "partners, advertisements and other houses' terms": ("account_update/",),
    "people neither edit nor take back what they wrote, and forward nothing": (
        "deleted_message/", "edited_message/", "message/forwarded",
    ),
    "every type that people can send is offered": ("message/unsupported", "message/interactive_message_with_err"),
    "advertisements": ("message/referral",),
    "no receipt says that a sound was played": ("message_status/played",),
    "groups": ("message_status/group",),
    "a second app on the same number": ("outgoing_message/",),
    "people keep their number": ("system/",),
    "sign-ups": ("user_marketing_preferences/signup",),
}  # fmt: skip


def test_every_recorded_kind_is_sent_in_that_shape_or_has_no_cause_here() -> None:
    if not SAMPLES.is_file():
        warnings.warn(f"nothing was compared: there are no recordings at {SAMPLES}", stacklevel=1)
        return
    found = recorded()
    for theirs, notice in MORE.items():
        assert shape(value_of(notice)) == shape(found[theirs]), theirs
    compared = {*MORE, *SAME_SHAPE.values(), *ALIKE}
    beginnings = tuple(beginning for many in NO_CAUSE.values() for beginning in many)
    left = {name for name in found if name not in compared and not name.startswith(beginnings)}
    assert (left, compared - set(found)) == (set(), set())
    assert set(SAME_SHAPE) <= set(NOTICES)


def value_of(notice: Notice) -> dict[str, Any]:
    """The value of the one change that tells *notice*."""
    (change,) = rendered(notice)["entry"][0]["changes"]
    found: dict[str, Any] = change["value"]
    return found
