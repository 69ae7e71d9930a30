"""Pages as people see them, in the system's Chromium: what they asked the network for, what went wrong, what axe-core finds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from tests.running import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""What axe-core calls the rules of levels A and AA."""
expect.set_options(timeout=5_000 * PATIENCE)


@dataclass
class Watched:
    """A page with all that it asked for and all that went wrong in it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    """Addresses on a network; files and data are none."""
    errors: list[str] = field(default_factory=list)
    """Exceptions that nobody caught, and what the console says of errors."""

    def asked(self, request: Request) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.requests.append(request.url)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium; skips the test, and says so, where the system has none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on this system: apt-get install chromium")
    with sync_playwright() as playwright:
        # Its own sandbox refuses to work for root, which tests in containers run as.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, *, width: int = 1280, height: int = 900, dark: bool = False) -> Iterator[Watched]:
    """An empty page of this size, in light or dark, with nothing stored from any other."""
    size = {"width": width, "height": height}
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        accept_downloads=True,
    )
    try:
        watched = Watched(context.new_page())
        watched.page.on("request", watched.asked)
        watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
        watched.page.on(
            "console", lambda said: watched.errors.append(said.text) if said.type in ("error", "warning") else None
        )
        context.set_default_timeout(30_000 * PATIENCE)
        yield watched
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page on levels A and AA: rule, what it asks for, and the elements."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": LEVELS}})
    return [
        f"{rule['id']}: {rule['help']}: {[node['html'][:200] for node in rule['nodes']][:5]}"
        for rule in found.response["violations"]
    ]
