"""A shop owner at the console: a campaign goes out from a pasted list, and a product is put into the shop."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.browser.conftest import Business, Served
from tests.browser.gallery import picture as picture_bytes

_LIST = "phone;name\n+33 6 12 34 56 71;Amélie\n+33612345672;=Paul\n+33612345671;again\nnobody;x\n+33612345679;Yves"


async def a_template(served: Served, herd: Business) -> None:
    """An approved template that greets by name."""
    body = {"type": "BODY", "text": "Hello {{1}}, fresh cheese is here.", "example": {"body_text": [["Ana"]]}}
    filed = {"name": "fresh", "language": "en", "category": "UTILITY", "components": [body]}
    async with httpx.AsyncClient(base_url=served.url) as client:
        headers = {"Authorization": f"Bearer {herd.made['access_token']}"}
        answer = await client.post(f"/v23.0/{herd.made['waba']}/message_templates", json=filed, headers=headers)
    assert answer.status_code == 200, answer.text
    await served.command("template", "approve", "--business", herd.made["business"], "--template", answer.json()["id"])


async def a_product(page: Page) -> None:
    """The first product makes the catalogue, and is found, changed and taken away."""
    await page.get_by_role("link", name="Shop").click()
    await page.get_by_role("button", name="Add a product").first.click()
    dialog = page.get_by_role("dialog")
    picture: FilePayload = {"name": "milk.png", "mimeType": "image/png", "buffer": picture_bytes(0)}
    await dialog.locator("input[type=file]").set_input_files(picture)
    await dialog.get_by_role("textbox", name="Name", exact=True).fill("Fresh milk")
    await dialog.get_by_label("Price").fill("1,20")
    await dialog.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name="Fresh milk")
    await expect(row).to_contain_text("1.20")
    await expect(row.locator("img.thumb")).to_be_visible()
    await row.click()
    panel = page.get_by_role("complementary", name="Product")
    await panel.get_by_label("Can it be had?").select_option("Sold out")
    await panel.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("Sold out")
    await row.click()
    await panel.get_by_role("button", name="Take away").click()
    await page.get_by_role("dialog").get_by_role("button", name="Take away").click()
    await expect(page.get_by_role("heading", name="No products yet")).to_be_visible()


async def a_link(served: Served, herd: Business) -> str:
    """What its owner puts behind the address to sign in."""
    await served.command(
        "staff",
        "create",
        "--email",
        "owner@herd.example",
        "--name",
        "Owner",
        "--password",
        "cheese and bread",
        "--business",
        herd.made["business"],
    )
    made: dict[str, Any] = await served.command("staff", "link", "--email", "owner@herd.example")
    return str(made["fragment"])


async def test_a_list_becomes_messages_and_the_page_says_what_became_of_it(
    browser: Browser, served: Served, herd: Business
) -> None:
    await a_template(served, herd)
    for number, name in (("+33612345671", "Amélie"), ("+33612345672", "Paul")):
        await served.command("person", "create", "--phone", number, "--name", name)
    page = await browser.new_page(locale="en-GB")
    page.set_default_timeout(10_000)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    await page.goto(f"{served.url}/business{await a_link(served, herd)}")
    await page.get_by_role("link", name="Sending").click()
    await page.get_by_role("button", name="New campaign").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Name", exact=True).fill("Cheese")
    await dialog.get_by_role("combobox", name="Template").select_option(label="fresh · en")
    await dialog.get_by_role("textbox", name="The list").fill(_LIST)
    await expect(dialog.get_by_role("combobox", name="{{1}}")).to_have_value("column name")
    await dialog.get_by_role("button", name="Next: look at it").click()
    await expect(dialog.get_by_text("3 people are on the list.")).to_be_visible()
    await expect(dialog.get_by_text("1 line repeated somebody and was left out.")).to_be_visible()
    await expect(dialog.get_by_text("nobody")).to_be_visible()
    await dialog.get_by_role("button", name="Go on").click()
    await expect(page.get_by_text("Hello =Paul, fresh cheese is here.")).to_be_visible()
    await page.get_by_role("button", name="Start").click()
    detail = page.get_by_role("complementary", name="Campaign")
    await expect(detail.get_by_text("Done")).to_be_visible()
    await expect(detail.get_by_text("3 of 3")).to_be_visible()
    await expect(detail.get_by_text("This number cannot be reached here.")).to_be_visible()
    async with page.expect_download() as downloading:
        await detail.get_by_role("link", name="Export").click()
    assert (await downloading.value).suggested_filename == "campaign.csv"
    await a_product(page)
    assert troubles == []
    await page.close()
