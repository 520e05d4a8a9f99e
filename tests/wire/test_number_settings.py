"""What a business sets on a number: ice breakers, the shop's switches, short links with pictures, uploads in parts."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from tests.cast import Someone
from tests.wire.conftest import PNG, Api, error, uploaded


async def test_ice_breakers_and_commands_are_kept_and_shown(api: Api) -> None:
    url = f"{api.phone}/conversational_automation"
    commands = [{"command_name": "start", "command_description": "Begin"}]
    change = {"prompts": ["Opening hours?"], "commands": json.dumps(commands), "enable_welcome_message": True}
    assert (await api.client.post(url, json=change)).json() == {"success": True}
    shown = (await api.client.get(f"{api.phone}?fields=conversational_automation")).json()["conversational_automation"]
    assert (shown["prompts"], shown["commands"], shown["enable_welcome_message"]) == (
        ["Opening hours?"],
        commands,
        True,
    )
    assert (await api.client.post(url, json={"prompts": []})).json() == {"success": True}
    shown = (await api.client.get(url)).json()
    assert (shown["prompts"], shown["commands"]) == ([], commands)
    for wrong in (
        {"prompts": ["x" * 81]},
        {"prompts": ["a"] * 5},
        {"commands": [{"command_name": "x" * 33, "command_description": "d"}]},
        {"commands": [{"command_name": "a"}]},
        {"commands": [commands[0]] * 31},
        {"enable_welcome_message": "perhaps"},
    ):
        assert error(await api.client.post(url, json=wrong))["code"] == 100


async def test_the_shop_is_switched_by_query(api: Api) -> None:
    url = f"{api.phone}/whatsapp_commerce_settings"
    (before,) = (await api.client.get(url)).json()["data"]
    assert (before["is_cart_enabled"], before["is_catalog_visible"]) == (True, False)
    assert (await api.client.post(f"{url}?is_catalog_visible=true")).json() == {"success": True}
    (after,) = (await api.client.get(url)).json()["data"]
    assert (after["is_cart_enabled"], after["is_catalog_visible"], after["id"]) == (True, True, before["id"])
    assert error(await api.client.post(url))["code"] == 100
    assert error(await api.client.post(f"{url}?is_cart_enabled=maybe"))["code"] == 100


async def test_what_is_not_offered_can_be_switched_off_but_not_on(api: Api) -> None:
    url = f"{api.phone}/settings"
    assert (await api.client.post(url, json={"calling": {"status": "DISABLED"}})).json() == {"success": True}
    assert error(await api.client.post(url, json={"calling": {"status": "ENABLED"}}))["code"] == 3
    assert error(await api.client.post(url, json={"payload_encryption": {"status": "enabled"}}))["code"] == 3
    storage = {"storage_configuration": {"enabled": True, "region": "in"}, "user_identity_change": {"enabled": True}}
    assert (await api.client.post(url, json=storage)).json() == {"success": True}
    shown = (await api.client.get(url)).json()
    assert shown["storage_configuration"]["data_localization_region"] == "IN"
    assert shown["user_identity_change"] == {"enable_identity_key_check": True}
    assert shown["calling"] == {"status": "DISABLED"}
    for wrong in ({}, {"calling": "x"}, {"calling": {"status": "?"}}, {"user_identity_change": {"enabled": "x"}}):
        assert error(await api.client.post(url, json=wrong))["code"] == 100


async def test_a_short_link_leads_into_the_chat_and_its_picture_can_be_fetched(api: Api) -> None:
    url = f"{api.phone}/message_qrdls"
    made = (await api.client.post(url, json={"prefilled_message": "hello", "generate_qr_image": "PNG"})).json()
    assert (len(made["code"]), made["prefilled_message"]) == (14, "hello")
    picture = await api.client.get(made["qr_image_url"])
    assert Image.open(io.BytesIO(picture.content)).width > 100
    opened = await api.client.get(made["deep_link_url"], headers={"Authorization": ""})
    business_id = api.keys.business.business_id
    assert (opened.status_code, opened.headers["location"]) == (
        302,
        f"/people#/chat/{business_id}/say/{made['code']}/hello",
    )
    changed = await api.client.post(url, params={"code": made["code"], "prefilled_message": "two words"})
    assert changed.json()["code"] == made["code"]
    second = (await api.client.post(url, json={"prefilled_message": "other"})).json()
    assert "qr_image_url" not in second
    fields = "code,prefilled_message,deep_link_url,qr_image_url.format(SVG)"
    listed = (await api.client.get(url, params={"fields": fields, "limit": 1})).json()
    assert b"<svg" in (await api.client.get(listed["data"][0]["qr_image_url"])).content
    following = (await api.client.get(listed["paging"]["next"])).json()
    both = [each["code"] for page in (listed, following) for each in page["data"]]
    assert sorted(both) == sorted([made["code"], second["code"]])
    (shown,) = (await api.client.get(f"{url}/{made['code']}")).json()["data"]
    assert shown["deep_link_url"] == made["deep_link_url"]
    assert (await api.client.delete(f"{url}/{made['code']}")).json() == {"success": True}
    for gone in (await api.client.get(f"{url}/{made['code']}"), await api.client.delete(f"{url}/{made['code']}")):
        assert error(gone)["code"] == 100
    assert (await api.client.get(made["deep_link_url"])).status_code == 404
    for wrong in ({}, {"prefilled_message": "x" * 141}, {"prefilled_message": "x", "generate_qr_image": "GIF"}):
        assert error(await api.client.post(url, json=wrong))["code"] == 100


async def test_a_file_arrives_in_parts_and_its_handle_is_a_profile_picture(api: Api) -> None:
    query: dict[str, str | int] = {"file_length": len(PNG), "file_type": "image/png", "file_name": "a.png"}
    session = (await api.client.post(f"{api.app}/uploads", params=query)).json()["id"]
    assert session.startswith("upload:")
    url, token = f"/v25.0/{session}", api.keys.access_token
    oauth = {"Authorization": f"OAuth {token}"}
    part = await api.client.post(url, content=PNG[:20], headers={**oauth, "file_offset": "0"})
    assert part.json()["file_offset"] == 20
    assert error(await api.client.post(url, content=PNG[:20], headers={**oauth, "file_offset": "0"}))["code"] == 100
    assert (await api.client.get(url, headers=oauth)).json() == {"id": session, "file_offset": 20}
    handle = (await api.client.post(url, content=PNG[20:], headers={**oauth, "file_offset": "20"})).json()["h"]
    assert handle.startswith("4::")
    profile = f"{api.phone}/whatsapp_business_profile"
    change = {"messaging_product": "whatsapp", "profile_picture_handle": handle}
    assert (await api.client.post(profile, json=change)).json() == {"success": True}
    (shown,) = (await api.client.get(profile)).json()["data"]
    assert (await api.client.get(shown["profile_picture_url"])).content == PNG
    wrong = {**change, "profile_picture_handle": "4::aW1hZ2UvanBn:ARY"}
    assert error(await api.client.post(profile, json=wrong))["code"] == 100
    too_long = (await api.client.post(f"{api.app}/uploads", params={**query, "file_length": 10})).json()["id"]
    assert error(await api.client.post(f"/v25.0/{too_long}", content=PNG))["code"] == 131053
    bads: list[dict[str, str | int]] = [{"file_length": 0}, {"file_length": 2**31}, {"file_type": "text/html"}]
    for bad in bads:
        assert error(await api.client.post(f"{api.app}/uploads", params={**query, **bad}))["code"] == 100
    assert error(await api.client.post("/v25.0/upload:7", content=b"x"))["error_subcode"] == 33


@pytest.mark.parametrize(
    "edge",
    ["calls", "call_permissions", "groups", "username", "signups", "payment_configurations", "messages_encrypted",
     "official_business_account", "business_compliance_info", "message_history"],
)  # fmt: skip
async def test_what_is_not_offered_says_so_and_is_not_missing(api: Api, edge: str) -> None:
    for method in ("GET", "POST"):
        found = error(await api.client.request(method, f"{api.phone}/{edge}"))
        assert (found["code"], "not offered" in found["error_data"]["details"]) == (3, True)
    assert error(await api.client.get(f"{api.phone}/shoe_size"))["code"] == 2500


async def test_marketing_messages_take_marketing_templates_only(api: Api, guest: Someone) -> None:
    url = f"{api.phone}/marketing_messages"
    body = {"messaging_product": "whatsapp", "to": str(guest.phone), "type": "text", "text": {"body": "x"}}
    assert error(await api.client.post(url, json=body))["code"] == 131055
    template = {"name": "hello_world", "language": {"code": "en_US"}}
    offer = {"messaging_product": "whatsapp", "to": str(guest.phone), "type": "template", "template": template}
    assert error(await api.client.post(url, json=offer))["code"] == 134100
    async with api.house.store.transaction() as tx:
        key = (api.keys.business.business_id, "hello_world", "en_US")
        row = (await tx.templates([key]))[key]
    query = "UPDATE template SET category = 'MARKETING' WHERE template_id = $1"
    await api.cast.connection.execute(query, row.template_id)
    sent = await api.client.post(url, json={**offer, "message_activity_sharing": True, "product_policy": "STRICT"})
    assert sent.json()["messages"][0]["message_status"] == "accepted"
    missing = {**offer, "template": {"name": "nothing", "language": {"code": "en"}}}
    assert error(await api.client.post(url, json=missing))["code"] == 132001


async def test_a_code_goes_to_a_phone_number_never_to_a_user_id(api: Api, guest: Someone) -> None:
    query = "UPDATE template SET category = 'AUTHENTICATION' WHERE business_id = $1"
    await api.cast.connection.execute(query, api.keys.business.business_id)
    user = api.house.seal.user_id(guest.person_id, business_id=api.keys.business.business_id, country="US")
    template = {"name": "hello_world", "language": {"code": "en_US"}}
    body = {"messaging_product": "whatsapp", "recipient": user, "type": "template", "template": template}
    assert error(await api.client.post(f"{api.phone}/messages", json=body))["code"] == 131062
    assert await uploaded(api)
