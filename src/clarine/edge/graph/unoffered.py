"""Calls of the Cloud API that this house does not offer: each is known, and refused with the API's own error for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clarine.edge.graph.errors import ApiError

#: From an edge to what it belongs to; the error names it.
UNOFFERED: Final[Mapping[str, str]] = {
    "calls": "Calling",
    "call_permissions": "Calling",
    "groups": "Groups",
    "invite_link": "Groups",
    "join_requests": "Groups",
    "participants": "Groups",
    "username": "Usernames",
    "username_suggestions": "Usernames",
    "signups": "Sign-ups",
    "payment_configuration": "Payments",
    "payment_configurations": "Payments",
    "payments": "Payments",
    "whatsapp_business_solution": "Partner solutions",
    "whatsapp_business_solutions": "Partner solutions",
    "connected_client_businesses": "Partner solutions",
    "solutions": "Partner solutions",
    "set_solution_migration_intent": "Partner solutions",
    "in_progress_onbehalf_request": "Partner solutions",
    "obo_mobility_intent": "Partner solutions",
    "set_obo_mobility_intent": "Partner solutions",
    "access_token": "Partner solutions",
    "accept": "Partner solutions",
    "reject": "Partner solutions",
    "accept_deactivation_request": "Partner solutions",
    "reject_deactivation_request": "Partner solutions",
    "send_deactivation_request": "Partner solutions",
    "onboard_partners_to_mm_lite": "Marketing messages onboarding",
    "preverified_numbers": "Pre-verified numbers",
    "share_preverified_numbers": "Pre-verified numbers",
    "partners": "Pre-verified numbers",
    "add_phone_numbers": "Numbers without an account",
    "extendedcredits": "Credit lines",
    "messages_encrypted": "Encrypted payloads",
    "message_history": "Message history",
    "events": "Message history",
    "smb_app_data": "Coexistence",
    "official_business_account": "Official accounts",
    "business_compliance_info": "Compliance information",
    "schedules": "Schedules",
    "migrate_flows": "Copies of flows",
    "activities": "Account activities",
    "template_group_analytics": "Template groups",
    "template_groups": "Template groups",
    "product_sets": "Product sets",
    "product_feeds": "Product feeds",
    "product_groups": "Product groups",
    "assigned_whatsapp_business_accounts": "Users",
    "dataset": "Conversions",
    "welcome_message_sequences": "Advertisements",
}


#: Ids of groups are base64 of these words and digits.
_GROUP: Final = "Y2FwaV9ncm91cDo"


def refuse_group(name: str) -> None:
    """Raises ApiError 3 when *name* is the id of a group."""
    if name.startswith(_GROUP):
        raise ApiError(3, "Groups: not offered by this server")


def refuse(edge: str) -> None:
    """Raises ApiError 3 when *edge* belongs to something that is not offered here."""
    what = UNOFFERED.get(edge.partition("/")[0])
    if what is not None:
        raise ApiError(3, f"{what}: not offered by this server")
