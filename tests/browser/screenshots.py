"""Takes the main screens of a story under way and of a gallery of every kind of message: `make screenshots`.

Phone and desktop, light and dark, and in Urdu; the gallery in Hindi and French too.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import httpx
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser.conftest import CHROMIUM_FLAGS
from tests.browser.gallery import OWNER, Gallery, gallery
from tests.browser.telling import Telling, sign_in_as_rosa, telling

FOLDER: Final = Path("screenshots")
CHROMIUM: Final = "/usr/bin/chromium"
SIZES: Final[dict[str, Any]] = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1440, "height": 900}}
#: What stands where something is still being fetched.
WAITING: Final = ".skeleton, .ghost, .shot:not(:has(.shot-in))"
#: A lazy picture that is out of sight is never fetched, so only those in sight are waited for.
SETTLED: Final = """() => Promise.all([document.fonts.ready, ...[...document.images]
    .filter(each => each.getBoundingClientRect().bottom > 0 && each.getBoundingClientRect().top < innerHeight)
    .map(each => each.decode().catch(() => 0))])"""


@dataclass(frozen=True)
class Screen:
    """One page to look at: where it is, whose keys it needs, and what shows that it is there."""

    name: str
    path: str
    who: Literal["nobody", "farmer", "herd", "operator", "asha", "dairy"]
    shows: str
    #: In pixels, for what would scroll; 0: as the window is.
    height: int = 0


@dataclass(frozen=True)
class Look:
    """In which size, colours and language."""

    size: str
    colors: Literal["light", "dark"]
    language: str = "en"

    @property
    def name(self) -> str:
        return f"{self.size}-{self.colors}" if self.language == "en" else f"{self.size}-{self.language}"


LOOKS: Final = [
    *(Look(size, colors) for size in SIZES for colors in ("light", "dark")),
    *(Look(size, "light", "ur") for size in SIZES),
]
GALLERY_LOOKS: Final = [*LOOKS, Look("phone", "dark", "hi"), Look("phone", "light", "fr")]
LOCALES: Final = {"en": "en-GB", "ur": "ur-PK", "hi": "hi-IN", "fr": "fr-FR"}


async def main(folder: Path) -> None:
    """Play until there is something to see, then take every screen in every look into *folder*."""
    with tempfile.TemporaryDirectory(prefix="clarine-", ignore_cleanup_errors=True) as data:
        async with (
            async_playwright() as playwright,
            await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS) as browser,
        ):
            async with telling(Path(data) / "story") as story:
                await _take_all(story, browser, folder)
            async with gallery(Path(data) / "gallery") as shown:
                await _take_gallery(shown, browser, folder)


async def _take_all(story: Telling, browser: Browser, folder: Path) -> None:
    keys = await _enter(story, browser)
    herd = story.keys["herd"]["business_id"]
    screens = [
        Screen("door", "/", "nobody", "a"),
        Screen("people-list", "/people", "farmer", "a.chat"),
        Screen("people-thread", f"/people#/chat/{herd}", "farmer", ".bubble"),
        Screen("people-card", f"/people#/chat/{herd}/card", "farmer", ".card-name"),
        Screen("business-messages", "/business#/messages", "herd", "tbody tr"),
        Screen("business-wallet", "/business#/wallet", "herd", "tbody tr"),
        Screen("operator-templates", "/operator#/templates", "operator", "tbody tr"),
    ]
    base = (await story.door("People")).removesuffix("/people")
    for look in sorted(LOOKS, key=lambda each: each.language):
        await _speak(base, keys["farmer"], look.language)
        for screen in screens:
            await _take(browser, base + screen.path, screen, look=look, keys=keys, folder=folder)
        sys.stdout.write(f"{look.name}: {len(screens)} screens\n")
        sys.stdout.flush()


async def _take_gallery(shown: Gallery, browser: Browser, folder: Path) -> None:
    link = json.loads(await shown.command("staff", "link", "--email", OWNER))["fragment"]
    telephone = f"/sandbox/people/{shown.person['wa_id']}/telephone"
    keys = {}
    for who, path, there in (("dairy", f"/business{link}", ".rail-door"), ("asha", telephone, "a.chat")):
        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(shown.url + path)
        await page.locator(there).first.wait_for()
        keys[who] = await context.storage_state()
        await context.close()
    screens = [
        Screen("gallery-thread", f"/people#/chat/{shown.business['business_id']}", "asha", ".bubble", height=7000),
        *(
            Screen(f"gallery-{name}", f"/business#/{name}", "dairy", "tbody tr")
            for name in ("products", "templates", "webhooks")
        ),
        Screen("gallery-catalogues", "/business#/catalogues", "dairy", ".plain-list li"),
    ]
    for look in sorted(GALLERY_LOOKS, key=lambda each: each.language):
        await _speak(shown.url, keys["asha"], look.language)
        for screen in screens:
            await _take(browser, shown.url + screen.path, screen, look=look, keys=keys, folder=folder)
        sys.stdout.write(f"gallery {look.name}: {len(screens)} screens\n")
        sys.stdout.flush()


async def _enter(story: Telling, browser: Browser) -> dict[str, Any]:
    """Sign everybody in, ask about an alert, and file a template that waits; what each browser then keeps."""
    keys: dict[str, Any] = {"nobody": None}
    for role, door in (("herd", "Business"), ("operator", "Operator")):
        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(await story.door(door))
        await page.locator(".rail-door").first.wait_for()
        keys[role] = await context.storage_state()
        await context.close()
    office = story.keys["herd"]
    base = (await story.door("People")).removesuffix("/people")
    async with httpx.AsyncClient(
        base_url=base, headers={"Authorization": f"Bearer {office['access_token']}"}
    ) as client:
        for name, text in (
            ("collar_battery", "The collar of cow {{1}} needs a new battery within {{2}} days."),
            ("herd_week", "Your herd's week: {{1}} heats, {{2}} animals to look at. Write “status” to hear more."),
        ):
            body = {"type": "BODY", "text": text, "example": {"body_text": [["1204", "7"]]}}
            filed = {"name": name, "language": "en", "category": "UTILITY", "components": [body]}
            (await client.post(f"/v23.0/{office['waba_id']}/message_templates", json=filed)).raise_for_status()
    context = await browser.new_context(viewport=SIZES["phone"], locale="en-GB")
    page = await context.new_page()
    await sign_in_as_rosa(story, page)
    await page.get_by_text("Clarine Herd").first.click()
    await page.get_by_role("button", name="Why?", exact=True).first.click()
    await page.locator(".bubble img").first.wait_for()
    keys["farmer"] = await context.storage_state()
    await context.close()
    return keys


async def _speak(base: str, state: Any, language: str) -> None:
    """A person's language is kept with the person, not with the browser."""
    kept = {each["name"]: each["value"] for each in state["origins"][0]["localStorage"]}
    token = json.loads(kept["clarine.session"])["token"]
    async with httpx.AsyncClient(base_url=base, headers={"Authorization": f"Bearer {token}"}) as client:
        (await client.patch("/people/v1/me", json={"language": language})).raise_for_status()


async def _take(browser: Browser, url: str, screen: Screen, *, look: Look, keys: dict[str, Any], folder: Path) -> None:
    size: Any = {**SIZES[look.size], **({"height": screen.height} if screen.height else {})}
    context: BrowserContext = await browser.new_context(
        viewport=size,
        device_scale_factor=2 if look.size == "phone" else 1,
        color_scheme=look.colors,
        locale=LOCALES[look.language],
        storage_state=keys[screen.who],
        reduced_motion="reduce",
    )
    page: Page = await context.new_page()
    await page.goto(url)
    await page.locator(screen.shows).locator("visible=true").first.wait_for()
    if look.language == "ur":
        await page.locator("html[dir=rtl]").wait_for()
    await expect(page.locator(WAITING).locator("visible=true")).to_have_count(0, timeout=30_000)
    await page.evaluate(SETTLED)
    await page.screenshot(path=folder / f"{screen.name}-{look.name}.png")
    await context.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
