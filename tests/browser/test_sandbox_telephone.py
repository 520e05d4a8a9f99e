"""A person of the sandbox is played in a browser: the telephone page signs in, and what is written there reaches the business."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from clarine.pytest_plugin import Clarine
from tests.browser.conftest import PHONE


async def test_the_telephone_page_opens_the_app_as_that_person(browser: Browser, clarine: Clarine) -> None:
    business = clarine.new_business(name="Pune Milk")
    asha = clarine.person("+16505551234", name="Asha")
    asha.says("Is it ready?", to=business)
    context = await browser.new_context(viewport=PHONE, locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
    await page.goto(f"{clarine.url}/sandbox/people/{asha.wa_id}/telephone")
    await page.wait_for_url(f"{clarine.url}/people**")
    await page.get_by_text("Pune Milk").first.click()
    await expect(page.locator(".line-me", has_text="Is it ready?")).to_be_visible()
    await page.get_by_role("textbox").last.fill("Hello?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".line-me", has_text="Hello?")).to_be_visible()
    await expect(page.locator(".line .ticks-waiting")).to_have_count(0)
    assert [said.text for said in clarine.said_by("+16505551234")] == ["Is it ready?", "Hello?"]
    assert troubles == []
    await context.close()
