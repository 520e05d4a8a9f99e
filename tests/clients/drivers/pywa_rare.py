"""What pywa can ask for and Clarine may not offer yet: then each call is refused in the API's own words."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pywa.types import templates as forms
from pywa.types.callback import Button, CallPermissionRequestButton, FlowButton, VoiceCallButton
from pywa.types.calls import SessionDescription
from pywa.types.flows import FlowActionType
from pywa.types.others import ProductsSection

from tests.clients.drivers.speaking import Acting, Given

Calls = dict[str, Callable[[Given], Any]]


def rare(client: Any, acting: Acting, *, is_4: bool) -> Calls:
    """The calls by the run's names; those of 4.x only where the client has them."""
    return (
        _messages(client, acting)
        | _flows(client, acting)
        | _nodes(client, acting, is_4=is_4)
        | (_since_4(client, acting) if is_4 else {})
    )


def _messages(client: Any, acting: Acting) -> Calls:
    to = acting.to
    products = [ProductsSection(title="Milk", skus=["milk-1"])]
    english = forms.TemplateLanguage.ENGLISH_US
    return {
        "location_request": lambda _: client.request_location(to, "Where are you?").id,
        "product": lambda given: client.send_product(to, given["catalog_id"], "milk-1", "Milk").id,
        "product_list": lambda given: client.send_products(to, given["catalog_id"], products, "Milk", "Ours").id,
        "catalog": lambda _: client.send_catalog(to, "Ours", thumbnail_product_sku="milk-1").id,
        "voice_call": lambda _: client.send_message(to, "Call us", buttons=VoiceCallButton("Call")).id,
        "call_permission": lambda _: client.send_message(to, "May we call?", buttons=CallPermissionRequestButton()).id,
        "marketing_messages": lambda _: client.send_template(to, "spring_sale", english, [], use_mm_lite_api=True).id,
    }


def _flows(client: Any, acting: Acting) -> Calls:
    def listed(given: Given) -> list[str]:
        (flow,) = client.get_flows()
        return [flow.name, client.get_flow(given["flow_id"]).status.value]

    def send(given: Given) -> Any:
        navigate: Any = {"flow_action_type": FlowActionType.NAVIGATE, "flow_action_screen": "MILK"}
        button = FlowButton(title="Order", flow_id=given["flow_id"], flow_token="t-1", **navigate)
        return client.send_message(acting.to, "How much?", buttons=button).id

    return {
        "flow_create": lambda given: client.create_flow("Order", ["OTHER"]).id,
        "flow_json": lambda given: bool(client.update_flow_json(given["flow_id"], given["flow_json"]).success),
        "flow_publish": lambda given: bool(client.publish_flow(given["flow_id"])),
        "flow_list": listed,
        "flow_assets": lambda given: [asset.name for asset in client.get_flow_assets(given["flow_id"])],
        "flow": send,
        "flow_deprecate": lambda given: bool(client.deprecate_flow(given["flow_id"])),
    }


def _nodes(client: Any, acting: Acting, *, is_4: bool) -> Calls:
    def compare(given: Given) -> Any:
        start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        end = start + datetime.timedelta(days=7)
        return client.compare_templates(given["template_id"], given["other_template_id"], start=start, end=end)

    def upsert(_: Given) -> Any:
        return client.upsert_authentication_template(
            name="sign_in", languages=[forms.TemplateLanguage.ENGLISH_US], otp_button=forms.CopyCodeOTPButton()
        )

    public_key = Path(acting.folder, "public.pem").read_text()
    # 3.9 asks for this flag as well, which the API gave up since.
    greeting = {} if is_4 else {"enable_chat_opened": False}
    return {
        "qr_code": lambda _: client.create_qr_code("Hello").code,
        "call": lambda _: client.initiate_call(acting.to, SessionDescription(sdp_type="offer", sdp="v=0")),
        "register": lambda _: bool(client.register_phone_number("123456")),
        "automation": lambda _: bool(client.update_conversational_automation(ice_breakers=["Prices?"], **greeting)),
        "commerce": lambda _: client.get_commerce_settings(),
        "number_settings": lambda _: client.get_business_phone_number_settings(),
        "encryption": lambda _: bool(client.set_business_public_key(public_key)),
        "template_upsert": upsert,
        "template_unpause": lambda given: bool(client.unpause_template(given["template_id"])),
        "template_compare": compare,
        "template_migrate": lambda _: client.migrate_templates("1"),
        "upload_session": lambda _: bool(
            client.update_business_profile(profile_picture=f"{acting.folder}/picture.png")
        ),
    }


def _since_4(client: Any, acting: Acting) -> Calls:
    from pywa.types.callback import ImageCarouselCard  # noqa: PLC0415 - 3.9 has none

    cards = [ImageCarouselCard(image=acting.link, body="Milk", buttons=[Button("Buy", f"buy-{n}")]) for n in range(2)]
    found: Calls = {
        "carousel": lambda _: client.send_carousel(acting.to, body="Ours", cards=cards).id,
        "contact_request": lambda _: client.request_contact_info(acting.to, "Who are you?").id,
        "verification_code": lambda _: bool(client.request_verification_code(code_method="SMS", language_code="en_US")),
        "group": lambda _: client.create_group(subject="Herd"),
        "username": lambda _: client.get_current_username(),
        "signup": lambda _: list(client.get_signups()),
        "owned_accounts": lambda _: list(client.get_owned_business_accounts(business_portfolio_id=acting.business_id)),
    }
    if not acting.base:
        # pywa sends this to a host of its own, which only the proxy can lead here.
        found["template_archive"] = lambda given: client.archive_templates([given["template_id"]])
    return found
