"""A developer on a phone looks a call up: by a word, by a field, by an error code, by an address somebody sent."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from tests.browser.conftest import Served, a_phone


async def test_a_call_is_found_by_its_words_and_opens_to_its_fields(browser: Browser, served: Served) -> None:
    async with a_phone(browser, served) as phone:
        page = phone.page
        await page.goto(f"{served.url}/docs")
        await page.get_by_role("searchbox").fill("send a message")
        first = page.locator(".call").first
        await expect(first).to_contain_text("Send a message")
        await first.locator("summary").first.click()
        await expect(first.get_by_text("biz_opaque_callback_data")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert phone.troubles == []


async def test_an_error_code_leads_to_its_meaning_and_the_calls_that_answer_it(
    browser: Browser, served: Served
) -> None:
    async with a_phone(browser, served) as phone:
        page = phone.page
        await page.goto(f"{served.url}/docs")
        await page.get_by_role("searchbox").fill("132001")
        await expect(page.locator("#errors li")).to_have_count(1)
        await expect(page.locator("#errors")).to_contain_text("Template name does not exist")
        await expect(page.locator(".call-path").first).to_have_text("/{phone-number-id}/messages")


async def test_an_address_with_a_call_opens_it_and_a_word_nobody_knows_says_so(
    browser: Browser, served: Served
) -> None:
    async with a_phone(browser, served) as phone:
        page = phone.page
        await page.goto(f"{served.url}/docs#post-phone-number-id-media")
        await expect(page.locator("#post-phone-number-id-media .field-name").first).to_be_visible()
        await page.keyboard.press("/")
        await page.keyboard.type("zebra")
        await expect(page.get_by_text("No call has all of these words")).to_be_visible()
