"""The browser that other tests look through sees what is wrong with a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import Watched, violations

pytestmark = pytest.mark.services


def test_requests_errors_and_what_cannot_be_read_are_seen(watched: Watched, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<!doctype html><html lang=en><title>t</title><main><h1>h</h1><p style='color:#ccc;background:#fff'>pale</p>"
        "<img src='http://127.0.0.1:9/none.png'><script>missing()</script></main>"
    )
    watched.page.goto(page.as_uri())
    assert watched.requests == ["http://127.0.0.1:9/none.png"]
    assert any("missing is not defined" in error for error in watched.errors)
    assert {found.split(":")[0] for found in violations(watched.page)} == {"color-contrast", "image-alt"}


def test_a_page_that_allows_no_script_is_examined_too(watched: Watched, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<!doctype html><html lang=en><meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"
        "<title>t</title><main><h1>h</h1><p>text</p></main>"
    )
    watched.page.goto(page.as_uri())
    assert (violations(watched.page), watched.requests, watched.errors) == ([], [], [])
