"""The page that a run ends with: there when the run is over, made again by a command, and never at the run's cost."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from flows.report import MANY, _apart, report
from tasks.publish.report.report import REPORT
from tests.publish.small_run import write_run
from tests.running import ROOT, Home, shared_prefect

pytestmark = pytest.mark.services
OPTIONS = ("--set", "refinement_rounds=0", "instructions_per_passage=1", "judge=off")


def test_a_run_ends_with_its_page_or_says_why_not(tmp_path: Path) -> None:
    home = Home(tmp_path, shared_prefect().url)
    (tmp_path / "documents").mkdir()
    shutil.copy(ROOT / "examples" / "documents" / "water_tariff_opinion.txt", tmp_path / "documents")
    page = tmp_path / "out" / REPORT
    page.mkdir(parents=True)  # no file can be put in its place
    ended = home.run("out", *OPTIONS)
    assert ended.code == 0, ended.err
    assert f"{REPORT} was not written (IsADirectoryError); the dataset is whole" in ended.err
    page.rmdir()
    again = home.start("report", "out").ended()
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith(f"out/{REPORT} shows ")
    written = page.read_bytes()
    page.unlink()
    ended = home.run("out", *OPTIONS)
    assert (ended.code, page.exists()) == (0, True), ended.err
    assert abs(len(page.read_bytes()) - len(written)) < 2_000  # it tells of one more attempt


def test_the_page_of_many_records_is_made_by_another_process(tmp_path: Path) -> None:
    store = write_run(str(tmp_path))
    many = {"accepted": MANY + 1, "rejected": {}}

    async def made() -> int:
        await report(store, many)
        return (tmp_path / REPORT).stat().st_size

    assert asyncio.run(made()) > 10_000
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(ChildProcessError):
        asyncio.run(_apart(str(tmp_path)))


def test_what_is_no_run_has_no_page(tmp_path: Path) -> None:
    ended = Home(tmp_path).start("report", tmp_path / "nothing").ended()
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: ") and "generate" in ended.err and "Traceback" not in ended.err
    assert not (tmp_path / "nothing").exists()
