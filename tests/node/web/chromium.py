"""Chromium for the browser tests: how it starts, what makes a page good, what it must never complain of, and the README's pictures.

`YIZHAN_SCREENSHOTS=1` writes the pictures.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from node.commands.demo_county import PEOPLE, DemoPerson

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
DESK = (1366, 768)
PHONE = (390, 844)
IMAGES = Path(__file__).resolve().parents[3] / "docs" / "images"
IS_SHOOTING = bool(os.environ.get("YIZHAN_SCREENSHOTS"))
MOST_BYTES = 150 * 1024


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


def person_named(name: str) -> DemoPerson:
    """Somebody of the demo."""
    return next(one for one in PEOPLE if one.name == name)


def new_window(browser: Browser, address: str, size: tuple[int, int], complaints: list[str]) -> BrowserContext:
    """A window of its own; what its pages complain of goes to `complaints`."""
    context = browser.new_context(
        base_url=address, viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )

    def heard(said: ConsoleMessage) -> None:
        # A refusal of ours (409, 422) is an answer; what it says is looked at by the test that asked for it.
        if said.type == "error" and "Failed to load resource" not in said.text:
            complaints.append(f"{said.text} at {said.location}")

    def answered(answer: Response) -> None:
        if answer.status == 404 or answer.status >= 500:
            complaints.append(f"{answer.status} {answer.url}")

    context.on("console", heard)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("response", answered)
    return context


def log_in(context: BrowserContext, name: str) -> Page:
    """The first page of a person of the demo, who logs in by keyboard."""
    return log_in_with(context, name, person_named(name).password)


def log_in_with(context: BrowserContext, name: str, password: str) -> Page:
    """The first page of anybody who has a password."""
    page = context.new_page()
    page.goto("/login")
    page.focus("#name")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_selector(".who")
    return page


def is_good(page: Page) -> None:
    """No axe violation, and nothing wider than the window."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, page.url


def shoot(page: Page, name: str) -> None:
    """Write a picture for the README, when asked to."""
    if not IS_SHOOTING:
        return
    IMAGES.mkdir(exist_ok=True)
    place = IMAGES / f"{name}.png"
    Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(256, kmeans=3, dither=Image.Dither.NONE).save(place, optimize=True)
    assert place.stat().st_size <= MOST_BYTES, name
