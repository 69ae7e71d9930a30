"""Prefect's own pages, clicked as a person clicks them: the form in the new UI, where its address leads, the rest in the old."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.running import PATIENCE

SLOW = 60_000 * PATIENCE
"""Milliseconds that a page may take on a busy machine."""


@dataclass
class PrefectUi:
    """A page on a Prefect server; `clicks` are those that its methods took."""

    page: Page
    address: str
    clicks: int = 0

    def __post_init__(self) -> None:
        self.page.set_default_timeout(SLOW)

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def open_form(self, deployment: str) -> None:
        """From the address that `serve` prints to the form of a deployment."""
        self.page.goto(self.address)
        self.click(self.page.get_by_role("link", name="Deployments", exact=True))
        row = self.page.locator("a[href*='/deployments/deployment/']").filter(has_text=deployment)
        self.click(row.first)
        self.click(self.page.get_by_role("button", name="Run", exact=True))
        self.click(self.page.get_by_text("Custom run"))
        expect(self.page.get_by_role("button", name="Submit")).to_be_visible()

    def field(self, label: str) -> Locator:
        """The field of a form that stands under this label."""
        named = self.page.locator("label").filter(has_text=re.compile(rf"^\s*{label}"))
        return self.page.locator(".p-label, div.group").filter(has=named).last

    def fill(self, label: str, value: str) -> None:
        self.field(label).locator("textarea, input").first.fill(value)

    def submit(self) -> None:
        """Send the form; the deployment's runs are shown."""
        self.click(self.page.get_by_role("button", name="Submit"))
        self.page.wait_for_url("**/deployments/deployment/*tab=Runs*")

    def open_run(self, run: str) -> None:
        self.page.goto(f"{self.address}/runs/flow-run/{run}")

    def tab(self, name: str) -> None:
        self.click(self.page.locator("[role=tab], .p-tab").filter(has_text=name).first)

    def confirm(self, button: str) -> None:
        self.click(self.page.locator(".p-modal").last.get_by_role("button", name=button, exact=True))

    def retry(self, run: str) -> None:
        """The button of a run that ended."""
        self.open_run(run)
        self.click(self.page.get_by_role("button", name="Retry"))
        self.confirm("Retry")

    def cancel(self, run: str) -> None:
        """The entry of a running run's menu."""
        self.open_run(run)
        expect(self.page.get_by_text("Running").first).to_be_visible()
        self.click(self.page.locator(".p-icon-button-menu button").first)
        self.click(self.page.get_by_text("Cancel", exact=True).last)
        self.confirm("Confirm")

    def schedule_every_minute(self, deployment: str, documents: str) -> None:
        """A schedule as a person makes it: each minute, over documents of its own."""
        self.page.goto(f"{self.address}/deployments/deployment/{deployment}")
        self.click(self.page.get_by_role("button", name="Schedule", exact=True))
        form = self.page.locator(".p-modal").last
        form.locator(".p-label").filter(has_text="Value").locator("input").fill("1")
        # What may be overridden is a list that opens and is chosen from by keyboard; documents and skill come first in it.
        form.get_by_role("button", name="Select parameters").press("ArrowDown")
        for key in ("Enter", "ArrowDown", "Enter"):
            self.page.keyboard.press(key)
        self.fill("Documents", documents)
        self.confirm("Save")
        expect(self.page.locator(".p-modal")).to_have_count(0)
