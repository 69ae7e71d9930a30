"""report.html as people open it: from disk, in Chromium, of few rows and of many, and of rows that try to be more than text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks import runs
from tasks.publish.report.report import REPORT, write_report
from tasks.publish.report.sample import MOST_ROWS
from tasks.publish.run_directory import RunDirectory
from tests.browser import chromium, opened, violations
from tests.publish.report.test_report import SKILLS, spoilt
from tests.running import PATIENCE

pytestmark = pytest.mark.services
NARROW, WIDE = 360, 1280


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run whose documents, instructions and answers are full of markup, handlers and marks of direction."""
    folder = tmp_path_factory.mktemp("hostile")
    write_report(RunDirectory(runs.write_run(str(folder), 60, spoilt, SKILLS)))
    return folder / REPORT


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("view", ["", "#records"])
def test_every_view_is_accessible_and_all_text_is_text(
    browser: Browser, hostile: Path, view: str, width: int, dark: bool
) -> None:
    with opened(browser, width=width, dark=dark) as seen:
        seen.page.goto(f"{hostile.as_uri()}{view}")
        seen.page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
        assert violations(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") == width
        assert seen.page.locator("main script, main img").count() == 0
        assert (seen.requests, seen.errors) == ([], [])


def test_a_dot_of_the_map_opens_its_record_by_pointer_and_by_keyboard(browser: Browser, hostile: Path) -> None:
    with opened(browser) as seen:
        seen.page.goto(hostile.as_uri())
        seen.page.locator("#map-canvas").focus()
        for key in ("ArrowRight", "ArrowDown", "ArrowRight", "Enter"):
            seen.page.keyboard.press(key)
        assert "<script>" in (seen.page.locator("#map-said").text_content() or "")
        seen.page.locator("#records").wait_for(state="visible")
        ids = {row["id"] for row in RunDirectory(str(hostile.parent)).rows(columns=["id"])}
        assert seen.page.evaluate("location.hash").removeprefix("#id=") in ids
        seen.page.get_by_role("link", name="Overview").click()
        seen.page.locator("#overview").wait_for(state="visible")
        seen.page.locator("#map-legend button").first.click()
        assert seen.page.locator("#map-legend [aria-pressed=true]").count() == 1
        assert (seen.requests, seen.errors) == ([], [])


def test_a_run_of_many_rows_opens_from_disk_without_a_network(browser: Browser, tmp_path: Path) -> None:
    write_report(RunDirectory(runs.write_run(str(tmp_path), MOST_ROWS, names=["fermi"])))
    with opened(browser) as seen:
        seen.page.goto(
            (tmp_path / REPORT).as_uri(), timeout=10_000 * PATIENCE
        )  # how soon exactly: python -m benchmarks report
        assert f"{MOST_ROWS:,} rows" in (seen.page.locator("h1").text_content() or "")
        seen.page.locator("#overview").wait_for(state="visible")
        assert seen.page.evaluate("document.getElementById('map-canvas').width") > 0
        assert (seen.requests, seen.errors) == ([], [])
