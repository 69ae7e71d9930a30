"""The page of a comparison: one file that runs nothing of what it shows, for all eyes and widths."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tasks.publish.comparison.comparison import compare
from tasks.publish.report.comparison import comparison_page
from tasks.publish.run_directory import RunDirectory
from tests.browser import opened, violations
from tests.publish.small_run import write_run

pytestmark = pytest.mark.services
HOSTILE = "</del><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\u202e&lt;b&gt;"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    a, b = (RunDirectory(write_run(str(folder / name), said=HOSTILE, answer=name, seed=name)) for name in ("a<b>", "c"))
    (folder / "page.html").write_bytes(comparison_page(compare(a, b, 200)))
    return folder / "page.html"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False)])
def test_the_page_can_be_read_by_all_and_runs_nothing(written: Path, browser: Browser, width: int, dark: bool) -> None:
    with opened(browser, width=width, dark=dark) as watched:
        watched.page.goto(written.as_uri())
        assert "owned" not in watched.page.title()
        assert watched.page.locator("article").count() == 4
        assert HOSTILE.replace("\u202e", "") in watched.page.locator("article").first.inner_text().replace("\u202e", "")
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(watched.page) == []
        assert (watched.requests, watched.errors) == ([], [])
