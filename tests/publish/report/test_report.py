"""report.html: it adds up with the manifest, opens for runs of other versions, and shows what was written as text."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from lxml import html as reader
from lxml.html import HtmlElement

from benchmarks import runs
from tasks.publish.report.report import REPORT, write_report
from tasks.publish.report.sample import Sample
from tasks.publish.run_directory import RunDirectory
from tests.publish.report.test_html import HOSTILE
from tests.publish.small_run import write_run

ROWS = 40
SKILLS = ("fermi", "coding")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    return RunDirectory(runs.write_run(str(tmp_path_factory.mktemp("run")), ROWS, names=SKILLS))


@pytest.fixture(scope="module")
def page(run: RunDirectory) -> HtmlElement:
    return opened(run)


def opened(run: RunDirectory) -> HtmlElement:
    write_report(run)
    return reader.fromstring(run.store.read(REPORT))


def said(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def figures(page: HtmlElement, name: str) -> list[int]:
    """The figures of a list of bars."""
    (bars,) = page.xpath(f".//ul[@aria-label={name!r}]")
    return [int(said(value).replace(",", "")) for value in bars.xpath(".//span[@class='bar-value']")]


def test_what_is_told_adds_up_with_the_manifest(run: RunDirectory, page: HtmlElement) -> None:
    manifest, rejected = run.manifest, sum(run.manifest["rejected"].values())
    tiles = {said(tile.find("dt")): tile.find("dd").text for tile in page.xpath(".//div[@class='tile']")}
    assert (tiles["Rows"], tiles["Rejects"]) == (str(ROWS), str(rejected))
    assert sum(figures(page, "Rejects by reason and step")) == rejected
    after = [manifest["documents"]["used"], manifest["documents"]["passages"]]
    after += [
        manifest["steps"][name]["records_out"] for name in ("transform", "instruct", "refine", "respond", "verify")
    ]
    assert figures(page, "Records after each step") == [*after, ROWS]
    for skill, told in manifest["skills"].items():
        rows = figures(page, f"Rows by task type of {skill.replace('_', ' ')}")
        assert sum(rows) == told["accepted"] and len(rows) == len(told["coverage"])


def test_what_fell_out_links_to_the_records(run: RunDirectory, page: HtmlElement) -> None:
    fallen = Counter((row["reason"], row["step"]) for row in run.rejects(columns=["step", "reason"]))
    (bars,) = page.xpath(".//ul[@aria-label='Rejects by reason and step']")
    links = [link.get("href") for link in bars.iterfind(".//a")]
    assert sorted(links) == sorted(f"#records&reason={reason}&step={step}" for reason, step in fallen)


@pytest.mark.parametrize("url", ["memory://reports/{}", "{}"])
def test_a_run_of_which_little_is_told_has_a_page(url: str, tmp_path: Path) -> None:
    page = opened(RunDirectory(write_run(url.format(tmp_path))))
    assert [each.get("id") for each in page.iterfind(".//main/section")] == ["overview", "records"]
    assert "nan" not in said(page).lower().split()


def test_whatever_was_written_is_text(tmp_path: Path, page: HtmlElement) -> None:
    hostile = opened(RunDirectory(runs.write_run(str(tmp_path), 12, spoilt, SKILLS)))
    known = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert {element.tag for element in hostile.iter() if isinstance(element.tag, str)} <= known
    ours = [script.text for script in page.iter("script") if not script.get("type")]
    assert [script.text for script in hostile.iter("script") if not script.get("type")] == ours
    attributes = {name for element in hostile.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on") or name == "style"}
    assert not list(hostile.iter("img"))


def spoilt(draw: random.Random, count: int) -> str:
    return f"Write {HOSTILE} {runs.drawn(draw, count)}"


def test_of_many_rows_a_fair_part_is_shown_and_said(run: RunDirectory) -> None:
    sample, again = (Sample(run, most_rows=9, most_rejects=2) for _ in range(2))
    ids = sorted(row["id"] for row in run.rows(columns=["id"]))
    assert sample.row_ids == again.row_ids == frozenset(ids[:9])
    assert [row["id"] for row in sample.rows()] == [row["id"] for row in run.rows() if row["id"] in ids[:9]]
    assert (sample.total_rows, len(sample.reject_ids), sample.whole) == (ROWS, 2, False)
    assert Sample(run).whole
