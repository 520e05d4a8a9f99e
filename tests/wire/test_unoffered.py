"""Every endpoint of the original's OpenAPI file and those that clients use besides: answered, or refused as unsupported."""

from __future__ import annotations

import pytest

from clarine.edge.graph.unoffered import UNOFFERED
from tests.cast import Someone
from tests.wire.conftest import Api, error

GROUP = "Y2FwaV9ncm91cDoxOTUwNTU1MDA3OToxMjAzNjMzOTQzMjAdOTY0MTUZD"
#: Calls that this house has no use for: (method, of what, edge).
NOT_OFFERED = [
    ("GET", "app", "connected_client_businesses"),
    ("POST", "app", "whatsapp_business_solution"),
    ("GET", "app", "whatsapp_business_solutions"),
    ("POST", "business", "add_phone_numbers"),
    ("GET", "business", "preverified_numbers"),
    ("GET", "business", "extendedcredits"),
    ("POST", "business", "onboard_partners_to_mm_lite"),
    ("POST", "business", "share_preverified_numbers"),
    ("POST", "phone", "messages_encrypted"),
    ("POST", "phone", "calls"),
    ("GET", "phone", "call_permissions"),
    ("GET", "phone", "message_history"),
    *((method, "phone", "groups") for method in ("GET", "POST")),
    *((method, "phone", "official_business_account") for method in ("GET", "POST")),
    *((method, "phone", "business_compliance_info") for method in ("GET", "POST")),
    *((method, "phone", "username") for method in ("GET", "POST", "DELETE")),
    ("GET", "phone", "username_suggestions"),
    ("POST", "phone", "smb_app_data"),
    *((method, "group", "") for method in ("GET", "POST", "DELETE")),
    *((method, "group", "invite_link") for method in ("POST", "DELETE")),
    *((method, "group", "join_requests") for method in ("GET", "POST", "DELETE")),
    *((method, "group", "participants") for method in ("POST", "DELETE")),
    ("GET", "waba", "activities"),
    ("GET", "waba", "solutions"),
    ("GET", "waba", "in_progress_onbehalf_request"),
    ("GET", "waba", "signups"),
    ("GET", "waba", "payment_configurations"),
    ("POST", "waba", "payment_configuration"),
    *((method, "waba", "schedules") for method in ("GET", "POST")),
    ("POST", "waba", "migrate_flows"),
    ("POST", "waba", "obo_mobility_intent"),
    ("POST", "waba", "set_obo_mobility_intent"),
    ("POST", "waba", "set_solution_migration_intent"),
    ("GET", "somebody", "assigned_whatsapp_business_accounts"),
    ("GET", "somebody", "access_token"),
    ("POST", "somebody", "accept"),
    ("POST", "somebody", "reject"),
    ("POST", "somebody", "send_deactivation_request"),
    ("POST", "somebody", "accept_deactivation_request"),
    ("POST", "somebody", "reject_deactivation_request"),
    ("GET", "somebody", "partners"),
    ("GET", "somebody", "events"),
]
#: Every other endpoint of the two lists: (method, of what, edge).
OFFERED = [
    ("GET", "business", ""),
    ("GET", "business", "client_whatsapp_business_accounts"),
    ("GET", "business", "owned_whatsapp_business_accounts"),
    *((method, "phone", "") for method in ("GET", "POST")),
    *(
        ("POST", "phone", edge)
        for edge in ("messages", "marketing_messages", "media", "register", "request_code", "verify_code",
                     "conversational_automation")
    ),
    *(
        (method, "phone", edge)
        for edge in ("settings", "message_qrdls", "whatsapp_business_encryption", "whatsapp_business_profile",
                     "whatsapp_commerce_settings", "block_users")
        for method in ("GET", "POST")
    ),
    ("DELETE", "phone", "block_users"),
    *((method, "waba", "") for method in ("GET", "POST")),
    *(
        (method, "waba", edge)
        for edge in ("assigned_users", "subscribed_apps", "message_templates")
        for method in ("GET", "POST", "DELETE")
    ),
    *((method, "waba", edge) for edge in ("flows", "phone_numbers") for method in ("GET", "POST")),
    *(
        ("POST", "waba", edge)
        for edge in ("upsert_message_templates", "migrate_message_templates", "message_templates/archive",
                     "message_templates/unarchive")
    ),
    *(
        ("GET", "waba", edge)
        for edge in ("analytics", "conversation_analytics", "pricing_analytics", "template_analytics")
    ),
    *((method, "app", "subscriptions") for method in ("GET", "POST", "DELETE")),
    ("POST", "app", "uploads"),
    *((method, "", "oauth/access_token") for method in ("GET", "POST")),
    ("GET", "", "debug_token"),
    ("GET", "", "message_template_library"),
    ("POST", "phone", "deregister"),
]  # fmt: skip


def path(api: Api, what: str, edge: str) -> str:
    keys = api.keys
    ids = {
        "app": keys.business.app_id,
        "business": keys.business.business_id,
        "phone": keys.phone_number.phone_number_id,
        "waba": keys.business.waba_id,
        "group": GROUP,
        "somebody": 122116418234567,
    }
    return "/".join(str(part) for part in ("/v25.0", ids.get(what, ""), edge) if part)


@pytest.mark.parametrize(("method", "what", "edge"), NOT_OFFERED)
async def test_what_is_not_offered_is_refused_as_unsupported(api: Api, method: str, what: str, edge: str) -> None:
    response = await api.client.request(method, path(api, what, edge))
    found = error(response)
    assert (response.status_code != 404, found["code"]) == (True, 3), found
    assert "not offered" in found["error_data"]["details"]


@pytest.mark.parametrize(("method", "what", "edge"), OFFERED)
async def test_every_other_endpoint_knows_its_call(api: Api, method: str, what: str, edge: str) -> None:
    response = await api.client.request(method, path(api, what, edge))
    if response.status_code == 200:
        return
    found = error(response)  # it was called with no parameters
    assert found["code"] not in (3, 2500), found
    assert found.get("error_subcode") != 33, found
    assert response.status_code < 500


@pytest.mark.parametrize("kind", ["voice_call", "call_permission_request", "order_details", "order_status"])
async def test_messages_about_calls_and_payments_are_of_an_unsupported_type(
    api: Api, guest: Someone, kind: str
) -> None:
    interactive = {"type": kind, "body": {"text": "x"}, "action": {"name": kind}}
    assert error(await api.send("16505551234", "interactive", interactive=interactive))["code"] == 131051


def test_every_edge_that_is_not_offered_was_asked_for() -> None:
    asked = {edge for _, _, edge in NOT_OFFERED}
    rarely = {
        "payments", "template_group_analytics", "template_groups", "dataset", "welcome_message_sequences", "product_sets",
        "product_feeds", "product_groups",
    }  # fmt: skip
    assert UNOFFERED.keys() - asked == rarely
