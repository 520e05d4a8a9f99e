"""What a compatible server must and should have, field by field: each named field stands in the answer that shows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import httpx
import pytest

from clarine.domain.ids import MessageKey
from tests.cast import Someone
from tests.wire.conftest import PNG, Api, uploaded

Call = Callable[[Api], Awaitable[httpx.Response]]
HELLO: Final = {"name": "hello_world", "language": {"code": "en_US"}}


def get(path: Callable[[Api], str], fields: str | None = None, **query: str) -> Call:
    async def call(api: Api) -> httpx.Response:
        return await api.client.get(path(api), params={**query, **({"fields": fields} if fields else {})})

    return call


def fielded(path: Callable[[Api], str], *names: str) -> tuple[Call, tuple[str, ...]]:
    """A node that is asked for these fields by name."""
    return get(path, ",".join(names)), names


async def sent_text(api: Api) -> httpx.Response:
    return await api.send("16505551234", text={"body": "hello"}, biz_opaque_callback_data="order 7")


async def sent_template(api: Api) -> httpx.Response:
    return await api.send("16505551234", "template", template=HELLO)


async def read_and_typing(api: Api) -> httpx.Response:
    (wamid,) = await api.cast.connection.fetch("SELECT person_id, seq FROM message WHERE direction = 2 LIMIT 1")
    message_id = api.house.seal.message_id(MessageKey(*wamid))
    asked = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
    return await api.client.post(f"{api.phone}/messages", json={**asked, "typing_indicator": {"type": "text"}})


async def medium(api: Api) -> httpx.Response:
    return await api.client.get(f"/{await uploaded(api)}")


async def deleted_medium(api: Api) -> httpx.Response:
    return await api.client.delete(f"/{await uploaded(api)}")


async def template(api: Api, fields: str) -> httpx.Response:
    listed = (await api.client.get(f"{api.waba}/message_templates")).json()
    return await api.client.get(f"/{listed['data'][0]['id']}", params={"fields": fields})


TEMPLATE: Final = (
    "id", "name", "language", "status", "category", "parameter_format", "components", "quality_score", "rejected_reason",
)  # fmt: skip


async def filed(api: Api) -> httpx.Response:
    body = [{"type": "BODY", "text": "Something happened to your order."}]
    asked = {"name": "story", "language": "en", "category": "UTILITY", "components": body}
    return await api.client.post(f"{api.waba}/message_templates", json=asked)


async def overridden_account(api: Api) -> httpx.Response:
    wanted = {"override_callback_uri": "https://account.test/", "verify_token": "vt"}
    assert (await api.client.post(f"{api.waba}/subscribed_apps", json=wanted)).status_code == 200
    return await api.client.get(f"{api.waba}/subscribed_apps")


async def overridden_number(api: Api) -> httpx.Response:
    wanted = {"webhook_configuration": {"override_callback_uri": "https://number.test/", "verify_token": "vt"}}
    assert (await api.client.post(f"{api.phone}/", json=wanted)).json() == {"success": True}
    return await api.client.get(api.phone, params={"fields": "webhook_configuration"})


async def subscriptions(api: Api) -> httpx.Response:
    query = {"object": "whatsapp_business_account", "callback_url": "https://app.test/", "verify_token": "vt",
             "fields": "messages"}  # fmt: skip
    assert (await api.client.post(f"{api.app}/subscriptions", params=query)).status_code == 200
    return await api.client.get(f"{api.app}/subscriptions")


async def app_token(api: Api) -> httpx.Response:
    business = api.keys.business
    form = {"client_id": str(business.app_id), "client_secret": business.app_secret, "grant_type": "client_credentials"}
    return await api.client.post("/oauth/access_token", data=form)


async def blocked(api: Api) -> httpx.Response:
    asked = {"messaging_product": "whatsapp", "block_users": [{"user": "16505551234"}]}
    return await api.client.post(f"{api.phone}/block_users", json=asked)


async def resumed_upload(api: Api) -> httpx.Response:
    asked = {"file_length": str(len(PNG)), "file_type": "image/png", "file_name": "a.png"}
    opened = (await api.client.post(f"{api.app}/uploads", params=asked)).json()
    assert opened["id"].startswith("upload:")
    headers = {"file_offset": "0", "Authorization": f"OAuth {api.keys.access_token}"}
    return await api.client.post(f"/{opened['id']}", content=PNG, headers=headers)


async def flow(api: Api) -> httpx.Response:
    made = (await api.client.post(f"{api.waba}/flows", json={"name": "form", "categories": ["OTHER"]})).json()
    return await api.client.get(f"/{made['id']}")


async def short_link(api: Api) -> httpx.Response:
    asked = {"prefilled_message": "hello", "generate_qr_image": "PNG"}
    return await api.client.post(f"{api.phone}/message_qrdls", json=asked)


PHONE: Final = (
    "id", "display_phone_number", "verified_name", "quality_rating", "code_verification_status", "name_status", "status",
    "platform_type", "account_mode", "is_official_business_account", "whatsapp_business_manager_messaging_limit",
)  # fmt: skip

#: (number in the list, what is called, fields that stand in its answer; a number in a path is a place in a list).
WALK: Final[list[tuple[int, Call, tuple[str, ...]]]] = [
    (1, sent_text, ("messaging_product", "contacts.0.input", "contacts.0.wa_id", "messages.0.id")),
    (1, sent_template, ("messages.0.message_status",)),
    (1, read_and_typing, ("success",)),
    (3, medium, ("id", "url", "mime_type", "sha256", "file_size", "messaging_product")),
    (3, deleted_medium, ("success",)),
    (4, filed, ("id", "status", "category")),
    (4, lambda api: template(api, ",".join(TEMPLATE)), TEMPLATE),
    (4, get(lambda api: f"{api.waba}/message_templates"), (*(f"data.0.{each}" for each in TEMPLATE[:7]), "paging.cursors")),
    (6, *fielded(lambda api: api.phone, *PHONE)),
    (6, get(lambda api: api.phone, "throughput"), ("throughput.level",)),
    (6, get(lambda api: f"{api.waba}/phone_numbers"), ("data.0.id", "data.0.display_phone_number", "data.0.verified_name")),
    (7, overridden_account, (
        "data.0.whatsapp_business_api_data.id", "data.0.whatsapp_business_api_data.name",
        "data.0.whatsapp_business_api_data.link", "data.0.override_callback_uri",
    )),
    (7, overridden_number, ("webhook_configuration.phone_number",)),
    (7, subscriptions, (
        "data.0.object", "data.0.callback_url", "data.0.active", "data.0.fields.0.name", "data.0.fields.0.version",
    )),
    (8, app_token, ("access_token",)),
    (8, lambda api: api.client.get("/debug_token", params={"input_token": api.keys.access_token}), (
        "data.app_id", "data.is_valid", "data.scopes", "data.granular_scopes.0.scope",
        "data.granular_scopes.0.target_ids", "data.expires_at",
    )),
    (8, get(lambda api: "/me"), ("id",)),
    (8, get(lambda api: api.app), ("id",)),
    (9, get(lambda api: f"{api.phone}/whatsapp_business_profile"), ("data.0.vertical", "data.0.messaging_product")),
    (9, blocked, ("block_users.added_users.0.input", "block_users.added_users.0.wa_id")),
    (11, resumed_upload, ("h",)),
    (12, get(lambda api: "/message_template_library"), ("data.0.name",)),
    (13, flow, ("id", "name", "status", "categories")),
    (14, short_link, ("code", "prefilled_message", "deep_link_url", "qr_image_url")),
    (14, get(lambda api: f"{api.phone}/whatsapp_commerce_settings"),
     ("data.0.id", "data.0.is_cart_enabled", "data.0.is_catalog_visible")),
    (15, *fielded(lambda api: api.waba, "id", "name", "timezone_id")),
    (15, get(lambda api: api.waba, "analytics.start(1794800000).end(1794900000).granularity(DAY)"),
     ("analytics.granularity", "analytics.data_points", "id")),
    (15, get(lambda api: f"/{api.keys.business.business_id}/owned_whatsapp_business_accounts"), ("data.0.id",)),
]  # fmt: skip


def at(found: Any, path: str) -> Any:
    """What stands in *found* under a path like ``data.0.id``; KeyError or IndexError where there is nothing."""
    for step in path.split("."):
        found = found[int(step)] if step.isdecimal() else found[step]
    return found


@pytest.mark.parametrize(("number", "call", "paths"), WALK)
async def test_every_field_of_the_list_stands_in_the_answer_that_shows_it(
    api: Api, guest: Someone, number: int, call: Call, paths: tuple[str, ...]
) -> None:
    response = await call(api)
    assert response.status_code == 200, (number, response.text)
    for path in paths:
        assert at(response.json(), path) is not None, (number, path)
