"""What a farmer does on a phone, in a real browser against a real server."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from tests.browser.conftest import Business, Served, a_phone, enter, open_chat, write

BUTTONS = {
    "type": "button",
    "body": {"text": "Cow 1043 moves *38 %* less than usual."},
    "action": {
        "buttons": [
            {"type": "reply", "reply": {"id": "why", "title": "Why?"}},
            {"type": "reply", "reply": {"id": "no", "title": "Not true"}},
        ]
    },
}


async def test_who_opens_a_short_link_signs_in_with_a_code_and_finds_the_words_written(
    browser: Browser, served: Served, herd: Business
) -> None:
    made = await herd.call("message_qrdls", prefilled_message="Is cow 1043 / Gauri for sale?")
    async with a_phone(browser, served) as phone:
        page = phone.page
        await page.goto(made["deep_link_url"])
        await page.get_by_label("Phone number").fill("+91 98765 43210")
        await page.get_by_role("button", name="Send me a code").click()
        code = page.get_by_label("Six-digit code")
        await code.fill("000000")
        await expect(page.get_by_role("alert")).to_contain_text("not the code")
        await code.fill(served.code())
        await page.get_by_label("Your name").fill("Gurpreet")
        await page.get_by_role("button", name="Start").click()
        words = page.get_by_role("textbox", name="Message to Herd")
        await expect(words).to_have_value("Is cow 1043 / Gauri for sale?")
        await words.press("Enter")
        await expect(page.locator(".line .ticks-sent, .line .ticks-delivered")).to_have_count(1)
        await page.reload()
        await expect(page.locator(".line-me", has_text="Gauri for sale?")).to_have_count(1)
        await expect(words).to_have_value("")  # a reload does not bring them back
        assert phone.troubles == []


async def test_an_alert_arrives_while_the_app_is_open_and_its_button_answers(
    browser: Browser, served: Served, herd: Business
) -> None:
    async with a_phone(browser, served) as phone:
        await enter(phone, served, "+16505551001")
        await open_chat(phone, "Herd")
        await write(phone, "Hello")
        await expect(phone.page.locator(".line .ticks-sent, .line .ticks-delivered")).to_have_count(1)
        await herd.send(phone.wa_id, type="interactive", interactive=BUTTONS)
        why = phone.page.get_by_role("button", name="Why?", exact=True)
        await why.click()
        await expect(why).to_have_attribute("aria-pressed", "true")
        await expect(phone.page.locator(".line-me")).to_have_count(2)
        await expect(phone.page.locator(".line .ticks-waiting")).to_have_count(0)
        assert phone.troubles == []


async def test_what_is_written_without_a_network_survives_a_reload_and_arrives_once(
    browser: Browser, served: Served, herd: Business
) -> None:
    async with a_phone(browser, served) as phone:
        await enter(phone, served, "+16505551002")
        await open_chat(phone, "Herd")
        await phone.context.set_offline(True)
        await write(phone, "sent from the barn")
        await expect(phone.page.locator(".line .ticks-waiting")).to_have_count(1)
        await phone.context.set_offline(False)
        await phone.page.reload()
        await expect(phone.page.locator(".line .ticks-sent, .line .ticks-delivered").first).to_be_visible()
        await expect(phone.page.locator(".line-me")).to_have_count(1)
        await expect(phone.page.locator(".line .ticks-waiting")).to_have_count(0)


async def test_stop_ends_it_and_start_brings_it_back(browser: Browser, served: Served, herd: Business) -> None:
    async with a_phone(browser, served) as phone:
        page = phone.page
        await enter(phone, served, "+16505551003")
        await open_chat(phone, "Herd")
        await write(phone, "STOP")
        await expect(page.get_by_text("You stopped messages from Herd.")).to_be_visible()
        await herd.send(phone.wa_id, type="text", text={"body": "Are you sure?"})
        await page.get_by_role("button", name="Start again").click()
        await expect(page.get_by_text("You stopped messages from Herd.")).to_have_count(0)
        # STOP also closed the 24-hour window; the person opens it by writing.
        await write(phone, "Good morning")
        await expect(page.locator(".line .ticks-waiting")).to_have_count(0)
        await herd.send(phone.wa_id, type="text", text={"body": "Welcome back."})
        await expect(page.locator(".line", has_text="Welcome back.")).to_be_visible()
        await expect(page.locator(".line", has_text="Are you sure?")).to_have_count(0)


async def test_block_says_what_happens_before_it_happens(browser: Browser, served: Served, herd: Business) -> None:
    async with a_phone(browser, served) as phone:
        page = phone.page
        await enter(phone, served, "+16505551004")
        await open_chat(phone, "Herd")
        await page.get_by_title("Business card").click()
        await page.get_by_role("button", name="Block").first.click()
        await expect(page.get_by_role("dialog")).to_contain_text("can no longer write to you")
        await page.get_by_role("dialog").get_by_role("button", name="Block").click()
        await expect(page.get_by_role("button", name="Unblock")).to_be_visible()


async def test_a_phone_in_urdu_reads_from_right_to_left(browser: Browser, served: Served) -> None:
    async with a_phone(browser, served, language="ur-PK") as phone:
        await expect(phone.page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(phone.page.get_by_role("button", name="کوڈ بھیجیں")).to_be_visible()
