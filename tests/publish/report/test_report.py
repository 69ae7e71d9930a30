"""report.html: it adds up with the manifest, opens for runs of other versions, and shows what was written as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html as reader

from tasks.publish.report.report import REPORT, write_report
from tasks.publish.run_directory import RunDirectory
from tests.publish.test_run_directory import write_run


@pytest.mark.parametrize("url", ["memory://reports/{}", "{}"])
def test_a_run_of_which_little_is_told_has_a_page(url: str, tmp_path: Path) -> None:
    store = write_run(url.format(tmp_path))
    assert write_report(RunDirectory(store)) == REPORT
    page = reader.fromstring(store.read(REPORT))
    assert [each.get("id") for each in page.iterfind(".//main/section")] == ["overview", "records"]
