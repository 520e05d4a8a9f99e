"""The story of the demo, with its real cast and the real herd program, as the farmer, the herd's office and the operator see it."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from clarine.adapters.postgres.embedded import EmbeddedPostgres
from clarine.adapters.rates import load_price_book
from clarine.demo.cast import BALANCE_MICROS
from clarine.domain.message import Category
from tests.browser.conftest import PHONE, Phone, write
from tests.browser.telling import Telling, sign_in_as_rosa, telling

HAPPENS_MS = 40_000
MICROS = 1_000_000
#: The amount that each element shows, in micros.
MICROS_OF = "all => all.map(each => Math.round(1e6 * each.textContent.replace(/[^0-9.]/g, '')))"
#: What the picture itself says of its size, once it is decoded.
DECODED = "async picture => { await picture.decode(); return [picture.naturalWidth, picture.naturalHeight]; }"


@pytest_asyncio.fixture(scope="module")
async def story() -> AsyncIterator[Telling]:
    with tempfile.TemporaryDirectory(prefix="clarine-", ignore_cleanup_errors=True) as data:
        async with telling(Path(data), animals=12) as told:
            yield told


@asynccontextmanager
async def a_page(browser: Browser, *, phone: bool = False) -> AsyncIterator[Page]:
    size: Any = PHONE if phone else {"width": 1280, "height": 800}
    context = await browser.new_context(viewport=size, locale="en-GB")
    context.set_default_timeout(HAPPENS_MS)
    yield await context.new_page()
    await context.close()


@asynccontextmanager
async def the_herd_s_memory(story: Telling) -> AsyncIterator[asyncpg.Connection]:
    database = EmbeddedPostgres(story.data / "postgres")
    connection = await asyncpg.connect(database.url)
    yield connection
    await connection.close()
    database.leave()


async def the_office_sends(story: Telling, **message: Any) -> None:
    """Send to Rosa with the herd's own key, as its program does."""
    office, rosa = story.keys["herd"], story.keys["people"]["farmer"]
    base = (await story.door("People")).removesuffix("/people")
    async with httpx.AsyncClient(
        base_url=base, headers={"Authorization": f"Bearer {office['access_token']}"}
    ) as client:
        answer = await client.post(
            f"/v23.0/{office['phone_number_id']}/messages",
            json={"messaging_product": "whatsapp", "to": rosa["phone"], **message},
        )
    assert answer.status_code == 200, answer.text


def an_alert(what: str) -> dict[str, Any]:
    words = [{"type": "text", "text": each} for each in (what, "Look at her now.", "Mon 06:00")]
    parts = [{"type": "body", "parameters": words}]
    return {"type": "template", "template": {"name": "herd_alert", "language": {"code": "en"}, "components": parts}}


async def enter_office(story: Telling, page: Page, role: str) -> None:
    """Sign in to a console with the email and password that the story keeps."""
    door = await story.door("Operator" if role == "operator" else "Business")
    staff = story.keys["staff"][role]
    await page.goto(door.partition("#")[0])
    await page.get_by_label("Email").fill(staff["email"])
    await page.get_by_label("Password").fill(staff["password"])
    await page.get_by_role("button", name="Sign in").click()


async def the_books_agree(page: Page, price_micros: int, *, charges_min: int) -> int:
    """Wait until the wallet page says the same three times: what is left, what was spent, and each charge; the charges."""
    async with asyncio.timeout(HAPPENS_MS / 1000):
        while True:
            async with page.expect_response(re.compile("/statement")):
                pass
            available, held, spent = await page.locator(".tile-value").evaluate_all(MICROS_OF)
            entries = page.locator("tbody tr", has_text="Charged on delivery")
            charges: list[int] = await entries.locator("td:nth-child(4)").evaluate_all(MICROS_OF)
            assert set(charges) <= {price_micros}, "each alert costs what the price list says"
            assert available + held + spent == BALANCE_MICROS, "money is nowhere else"
            if len(charges) >= charges_min and spent == sum(charges):
                return len(charges)


async def test_an_alert_is_explained_doubted_stopped_and_started_again(story: Telling, browser: Browser) -> None:
    async with a_page(browser, phone=True) as page, the_herd_s_memory(story) as memory:
        await sign_in_as_rosa(story, page)
        await page.locator("a.chat", has_text="Clarine Herd").click()
        alert = page.locator(".line-them", has_text="has moved").first
        await expect(alert).to_contain_text("less than is normal for her", timeout=HAPPENS_MS)

        await alert.get_by_role("button", name="Why?", exact=True).click()
        answer = page.locator(".line-them", has_text="the band is what is normal for her")
        chart = answer.locator("img.shot-sharp.shot-in")
        await expect(chart).to_be_visible(timeout=HAPPENS_MS)
        await expect(answer).to_contain_text("Source:")
        width, height = await chart.evaluate(DECODED)
        assert width >= 400, "a chart that can be read"
        assert height >= 200, "a chart that can be read"

        await alert.get_by_role("button", name="Not true", exact=True).click()
        await page.get_by_role("button", name="Choose").last.click(timeout=HAPPENS_MS)
        reasons = page.get_by_role("dialog")
        await reasons.get_by_text("Moved or handled").click()
        await reasons.get_by_role("button", name="Send").click()
        await expect(page.locator(".line-them", has_text="We remember: “Moved or handled”")).to_be_visible(
            timeout=HAPPENS_MS
        )
        said = await memory.fetch("SELECT verdict, reason FROM clarine_herd.feedback")
        assert [tuple(row) for row in said] == [("not_true", "moved")]

        await write(Phone(page.context, page), "STOP")
        await expect(page.get_by_text("You stopped messages from Clarine Herd.")).to_be_visible()
        await the_office_sends(story, **an_alert("Cow 1999 is missing."))
        async with a_page(browser) as office:
            await office.goto(await story.door("Business"))
            refused = office.locator("tbody tr", has_text="Not delivered")
            await refused.filter(has_text="Utility").first.click()
            await expect(office.get_by_text("The person stopped your messages.").first).to_be_visible(
                timeout=HAPPENS_MS
            )
        await expect(page.locator(".line", has_text="Cow 1999 is missing.")).to_have_count(0)

        await page.get_by_role("button", name="Start again").click()
        await expect(page.get_by_text("You stopped messages from Clarine Herd.")).to_have_count(0)
        await the_office_sends(story, **an_alert("Cow 1998 is back."))
        await expect(page.locator(".line-them", has_text="Cow 1998 is back.")).to_be_visible(timeout=HAPPENS_MS)


async def test_the_wallet_falls_by_the_exact_price_of_each_delivered_alert(story: Telling, browser: Browser) -> None:
    price_micros, _ = load_price_book().rate_micros("US", Category.UTILITY, datetime.now(UTC))
    async with a_page(browser) as page:
        await enter_office(story, page, "herd")
        await page.get_by_role("link", name="Wallet").click()
        await story.find(r"Rosa's phone +News from your herd")
        before = await the_books_agree(page, price_micros, charges_min=1)
        await the_office_sends(story, **an_alert("Cow 1997 is at the gate."))
        await the_books_agree(page, price_micros, charges_min=before + 1)


async def test_a_template_waits_for_the_operator_and_the_business_sees_it_approved(
    story: Telling, browser: Browser
) -> None:
    async with a_page(browser) as business, a_page(browser) as operator:
        await enter_office(story, business, "herd")
        await business.get_by_role("link", name="Sending").click()
        await business.get_by_role("link", name="Templates").click()
        await business.get_by_role("button", name="New template").click()
        form = business.get_by_role("dialog")
        await form.get_by_label("What kind").select_option("Cards side by side")
        await form.get_by_label("Name").fill("gate_left_open")
        await form.get_by_label("Text", exact=False).last.fill("The gate of pasture {{1}} has been open for an hour.")
        await form.get_by_label("Words of card 1").fill("It leads to the road.")
        await form.get_by_label("Words of card 2").fill("Somebody is on the way.")
        await form.get_by_label("Words on it").fill("Close it")
        await expect(form.locator(".sample-cards li")).to_have_count(2)  # how it will look, while it is written
        await form.get_by_role("button", name="Send for review").click()
        filed = business.get_by_role("row", name="gate_left_open")
        await expect(filed).to_contain_text("Waiting for review")

        await enter_office(story, operator, "operator")
        await operator.get_by_role("link", name="Templates").click()
        await operator.get_by_role("row", name="gate_left_open").click()
        await operator.get_by_role("button", name="Approve").click()
        await expect(operator.get_by_role("row", name="gate_left_open")).to_have_count(0)
        await expect(filed).to_contain_text("Approved", timeout=HAPPENS_MS)
