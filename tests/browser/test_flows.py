"""A form that a person fills in on a phone, and what the business is told."""

from __future__ import annotations

import copy
import json
from typing import Any

import httpx
from playwright.async_api import Browser, expect

from tests.browser.conftest import Business, Phone, Served, a_phone, enter, open_chat, write
from tests.domain.flow_examples import VISIT

HERD = {"herd": [{"id": "c1", "title": "Gauri"}, {"id": "c2", "title": "Lakshmi"}]}


async def form(herd: Business, flow: dict[str, Any], name: str) -> dict[str, Any]:
    """A published flow as the interactive message that opens it."""
    made = herd.made
    async with httpx.AsyncClient(
        base_url=herd.served.url, headers={"Authorization": f"Bearer {made['access_token']}"}
    ) as client:
        sent = {"name": name, "categories": ["APPOINTMENT_BOOKING"], "flow_json": json.dumps(flow), "publish": True}
        answer = (await client.post(f"/v23.0/{made['waba']}/flows", json=sent)).json()
        assert answer["success"], answer
    parameters = {
        "flow_message_version": "3",
        "flow_id": answer["id"],
        "flow_cta": "Ask for a visit",
        "flow_token": "visit-1",
        "flow_action_payload": {"screen": "ANIMAL", "data": HERD},
    }
    return {
        "type": "flow",
        "body": {"text": "Does an animal need the vet?"},
        "action": {"name": "flow", "parameters": parameters},
    }


async def begin(phone: Phone, served: Served, herd: Business, number: str, interactive: dict[str, Any]) -> None:
    await enter(phone, served, number)
    await open_chat(phone, "Herd")
    await write(phone, "Hello")
    await expect(phone.page.locator(".line .ticks-sent, .line .ticks-delivered")).to_have_count(1)
    await herd.send(phone.wa_id, type="interactive", interactive=interactive)
    await phone.page.get_by_role("button", name="Ask for a visit").click()


async def test_a_form_is_filled_in_over_two_screens_and_its_answers_are_sent(
    browser: Browser, served: Served, herd: Business
) -> None:
    async with a_phone(browser, served) as phone:
        page = phone.page
        await begin(phone, served, herd, "+16505552001", await form(herd, VISIT, "visit"))
        sheet = page.get_by_role("dialog")
        await expect(sheet.get_by_role("heading", name="Which animal?")).to_be_visible()
        await sheet.get_by_role("button", name="Next").click()
        await expect(sheet.get_by_text("This is needed.")).to_have_count(2)
        await sheet.get_by_label("Animal").select_option("Gauri")
        await sheet.get_by_label("Age in years").fill("four")
        await sheet.get_by_role("button", name="Next").click()
        await expect(sheet.get_by_text("That does not look right.")).to_be_visible()
        await sheet.get_by_label("Age in years").fill("4")
        await sheet.get_by_role("button", name="Next").click()

        await expect(sheet.get_by_role("heading", name="When?")).to_be_visible()
        await sheet.get_by_label("Day").fill("2027-01-20")
        await sheet.get_by_role("button", name="Close").click()
        await page.get_by_role("button", name="Ask for a visit").click()
        await expect(sheet.get_by_label("Day")).to_have_value("2027-01-20")  # nothing is lost by closing it
        await sheet.get_by_label("Afternoon").check()
        await sheet.get_by_label("Hooves").check()
        await sheet.get_by_label("I pay at the visit").check()
        await sheet.get_by_role("button", name="Back").click()
        await expect(sheet.get_by_label("Age in years")).to_have_value("4")
        await sheet.get_by_role("button", name="Next").click()
        await expect(sheet.get_by_label("Day")).to_have_value("2027-01-20")
        await expect(sheet.get_by_label("Hooves")).to_be_checked()
        await sheet.get_by_role("button", name="Ask", exact=True).click()

        await expect(sheet).to_have_count(0)
        await expect(page.locator(".line-me", has_text="Form filled in")).to_be_visible()
        await expect(page.locator(".line .ticks-waiting")).to_have_count(0)
        assert phone.troubles == []


async def test_a_form_that_was_withdrawn_says_so(browser: Browser, served: Served, herd: Business) -> None:
    async with a_phone(browser, served) as phone:
        interactive = await form(herd, copy.deepcopy(VISIT), "withdrawn")
        flow_id = interactive["action"]["parameters"]["flow_id"]
        async with httpx.AsyncClient(base_url=served.url) as client:
            await enter(phone, served, "+16505552002")
            await open_chat(phone, "Herd")
            await write(phone, "Hello")
            await expect(phone.page.locator(".line .ticks-sent, .line .ticks-delivered")).to_have_count(1)
            await herd.send(phone.wa_id, type="interactive", interactive=interactive)
            headers = {"Authorization": f"Bearer {herd.made['access_token']}"}
            ended = await client.post(f"/v23.0/{flow_id}/deprecate", headers=headers)
            assert ended.json() == {"success": True}
        await phone.page.get_by_role("button", name="Ask for a visit").click()
        await expect(phone.page.get_by_role("alert")).to_contain_text("This form is over.")
