"""The reader in a real browser: keys, links, filters, search, marks, and texts that would rather be code."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks import runs
from tasks.publish.report.html import h
from tasks.publish.report.reader import SCRIPTS, STYLES, reader
from tasks.publish.report.report import write_report
from tasks.publish.report.shell import page
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.records.marks import read_marks
from tests.browser import Watched, opened, violations
from tests.publish.report.test_reader import SKILL, All, records
from tests.running import PATIENCE

pytestmark = pytest.mark.services

HOSTILE = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror=window.hacked=1>",
    "</script></textarea></style><svg onload=window.hacked=1>",
    "<!-- <b>never closed <a href=javascript:window.hacked=1>",
    "\ud800 alone, \u202e turned, {{constructor.constructor('window.hacked=1')()}} ${window.hacked=1}",
)


def spoilt(draw: random.Random, count: int) -> str:
    """Every fourth text is hostile."""
    said = runs.drawn(draw, min(count, 60))
    return said if draw.random() > 0.25 else f"{draw.choice(HOSTILE)} {said}"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    directory = RunDirectory(runs.write_run(str(tmp_path_factory.mktemp("run")), 30, spoilt, [SKILL]))
    write_report(directory)
    return directory


@contextmanager
def reading(browser: Browser, run: RunDirectory, hash: str = "#records", **how: Any) -> Iterator[Watched]:
    """The report's records; at the end nothing has gone wrong and nothing was asked of a network."""
    with opened(browser, **how) as watched:
        watched.page.goto(Path(run.output, "report.html").as_uri() + hash)
        ready(watched.page)
        yield watched
        assert (watched.errors, watched.requests) == ([], [])


def ready(page: Page) -> None:
    page.wait_for_selector("#reader-frame[data-searchable]", timeout=60_000 * PATIENCE)


def count(page: Page) -> str:
    return page.inner_text("#reader-count")


def title(page: Page) -> str:
    """Id of the open record."""
    page.wait_for_selector("#reader-open:not([hidden])")
    return page.inner_text("#reader-facts code")


def shows(page: Page, id: str) -> None:
    """Wait until the record of this id is open."""
    expect(page.locator("#reader-facts code")).to_have_text(id, timeout=30_000 * PATIENCE)


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.id")
    return found


def ids(run: RunDirectory) -> list[str]:
    return [row["id"] for row in (*run.rows(columns=["id"]), *run.rejects(columns=["id"]))]


def test_keys_lead_through_the_records(browser: Browser, run: RunDirectory) -> None:
    all_ids = ids(run)
    with reading(browser, run) as watched:
        page, press = watched.page, watched.page.keyboard.press
        assert title(page) == all_ids[0]
        press("j")
        press("j")
        shows(page, all_ids[2])
        press("k")
        shows(page, all_ids[1])
        assert page.evaluate("location.hash") == f"#id={all_ids[1]}"
        chosen = page.locator("[role=option][aria-selected=true]")
        assert chosen.get_attribute("id") == page.get_attribute("#reader-list", "aria-activedescendant")
        assert chosen.get_attribute("aria-posinset") == "2"
        press("2")
        assert page.get_attribute("#reader-tab-made", "aria-selected") == "true"
        assert "Span of the document" in page.inner_text("#reader-panel")
        press("3")
        assert "Calls, oldest first" in page.inner_text("#reader-panel")
        press("/")
        assert focused(page) == "reader-search"
        page.keyboard.type("j")  # a letter here, no step
        assert page.input_value("#reader-search") == "j"
        press("Escape")
        assert focused(page) == "reader-list"
        press("ArrowDown")
        press("Enter")
        expect(page.locator("#reader-title")).to_be_focused()
        press("?")
        assert page.locator("#reader-help[open]").count() == 1
        press("Escape")
        assert page.locator("#reader-help[open]").count() == 0
        press("f")
        assert page.evaluate("document.activeElement.name") == "outcome"
        press("Escape")
        assert page.locator("#reader-filters").is_hidden() and focused(page) == "reader-list"


def test_a_link_opens_its_record(browser: Browser, run: RunDirectory) -> None:
    all_ids = ids(run)
    for hash, told in ((f"#id={all_ids[-1]}", all_ids[-1]), (f"#id={all_ids[5][:12]}", all_ids[5])):
        with reading(browser, run, hash) as watched:
            assert title(watched.page) == told
    with reading(browser, run, "#id=nosuchrecord") as watched:
        assert "No record here has an id that begins with nosuchrecord" in count(watched.page)
    with reading(browser, run, "#records&reason=judge&sort=-score") as watched:
        rejects = [row for row in run.rejects() if row["reason"] == "judge"]
        assert count(watched.page).startswith(f"{len(rejects)} of ")
        best = max(json.loads(row["record"])["quality"]["score"] for row in rejects)
        assert f"score {best:g}" in watched.page.locator(".reader-row").first.inner_text()
        watched.page.goto(f"{watched.page.url.partition('#')[0]}#id={all_ids[0]}")
        assert title(watched.page) == all_ids[0]


def test_filters_count_right(browser: Browser, run: RunDirectory) -> None:
    rows, rejects = list(run.rows()), list(run.rejects())
    total = len(rows) + len(rejects)
    words = [len(row["messages"][-1]["content"].split()) for row in rows]
    said = [json.loads(row["record"])["messages"][-1:] for row in rejects]
    words += [len(last[0]["content"].split()) if last else 0 for last in said]
    some_type = rows[0]["task_type"]
    expected = {
        ("outcome=accepted",): len(rows),
        ("outcome=rejected",): len(rejects),
        (f"type={some_type}",): sum(row["task_type"] == some_type for row in [*rows, *rejects]),
        ("step=verify",): sum(row["step"] == "verify" for row in rejects),
        ("check=key_agreement", "result=failed"): sum(row["reason"] == "key_agreement" for row in rejects),
        ("check=key_agreement", "result=passed"): len(rows),
        ("check=guess", "result=skipped"): len(rows),
        ("check=guess", "result=passed"): 0,
        ("score-from=8", "score-to=9"): sum(8 <= row["quality"]["score"] <= 9 for row in rows),
        ("words-to=60",): sum(n <= 60 for n in words),
        ("marked=any",): 0,
    }
    with reading(browser, run) as watched:
        watched.page.keyboard.press("f")
        for filters, found in expected.items():
            for name, value in (each.split("=") for each in filters):
                field = watched.page.locator(f"#reader-filters [name={name}]")
                field.fill(value) if "-" in name else field.select_option(value)
            assert count(watched.page) == (f"{total} records" if found == total else f"{found} of {total} records"), (
                filters
            )
            assert watched.page.inner_text("#reader-filter") == f"Filters ({len(filters)})"
            watched.page.click("#reader-clear")
        assert count(watched.page) == f"{total} records"


def test_search_finds_words_in_any_text(browser: Browser, run: RunDirectory) -> None:
    found = {
        id: json.dumps(shown, ensure_ascii=False).lower() for id, shown in records(reader(run, All(run)).data).items()
    }
    row, other, *_ = list(run.rows())
    history = [stage.record for stage in run.histories([row["id"]])[row["id"]]]
    said, theirs = (" ".join(each["messages"][-1]["content"].split()[-5:]) for each in (row, other))
    (suggested,) = [event["suggestion"] for event in history[-1].lineage if event.get("suggestion")]
    with reading(browser, run, f"#records&q=%22{said}%22") as watched:
        page = watched.page
        sought = [[said], [said.upper()], [history[0].passage[-40:]], [suggested[-40:]], [row["id"]], [said, theirs]]
        for phrases in [*sought, ["no such words"]]:
            if phrases != [said]:
                page.fill("#reader-search", " ".join(f'"{phrase}"' for phrase in phrases))
            expected = [id for id, text in found.items() if all(phrase.lower() in text for phrase in phrases)]
            assert count(page) == f"{len(expected)} of {len(found)} records", phrases
            assert (row["id"] in expected) == (phrases not in ([said, theirs], ["no such words"]))


def test_hostile_texts_are_texts(browser: Browser, run: RunDirectory) -> None:
    with reading(browser, run, "#records&q=hacked") as watched:
        page = watched.page
        assert page.locator(".reader-row").count() >= len(HOSTILE)
        seen = ""
        for id in [row["id"] for row in (*run.rejects(), *run.rows()) if "hacked" in json.dumps(row)][:15]:
            page.goto(f"{page.url.partition('#')[0]}#id={id}&q=hacked")
            shows(page, id)
            for key in "123":
                page.keyboard.press(key)
                seen += page.inner_text("#reader-panel")
        assert [text for text in HOSTILE if text.removeprefix("\ud800") not in seen] == []
        assert page.evaluate("window.hacked") is None
        assert page.locator("#reader-frame :is(script, img, svg, a, style)").count() == 0


def test_marks_are_kept_saved_and_loaded(browser: Browser, run: RunDirectory, tmp_path: Path) -> None:
    row, other, reject = [*ids(run)[:2], ids(run)[-1]]
    with reading(browser, run, f"#id={row}") as watched:
        page, press = watched.page, watched.page.keyboard.press
        assert title(page) == row and page.is_disabled("#reader-save")
        press("b")
        press("n")
        page.keyboard.type("Not <b>true</b>.")
        press("Enter")
        page.select_option("#reader-again", "answer")
        press("Escape")
        press("j")
        shows(page, other)
        press("b")
        press("b")  # taken back
        press("g")
        page.goto(f"{page.url.partition('#')[0]}#id={reject}")
        shows(page, reject)
        press("g")
        assert page.inner_text("#reader-kept") == "2 good, 1 bad, 1 note; kept in this browser"
        page.reload()
        ready(page)
        assert page.inner_text("#reader-kept").startswith("2 good, 1 bad, 1 note")
        page.goto(f"{page.url.partition('#')[0]}#records&marked=bad")
        assert count(page).startswith("1 of ") and "marked bad" in page.locator(".reader-row").inner_text()
        with page.expect_download() as download:
            page.click("#reader-save")
        assert download.value.suggested_filename == "marks.json"
        download.value.save_as(tmp_path / "marks.json")
    marks = read_marks(str(tmp_path / "marks.json"))
    assert {mark.id: mark.verdict for mark in marks.marks} == {row: "bad", other: "good", reject: "good"}
    (bad,) = [mark for mark in marks.marks if mark.verdict == "bad"]
    history = [stage.record for stage in run.histories([row])[row]]
    assert marks.bad == {row: "Not <b>true</b>."} and marks.answers_again == {history[-3].id: 1}
    assert (bad.passage, bad.task_type) == (history[1].id, history[2].task_type)
    assert bad.score == next(run.rows())["quality"]["score"]
    with reading(browser, run, f"#id={row}") as watched:
        watched.page.set_input_files("#reader-file", {"name": "x.json", "mimeType": "", "buffer": b'{"version": 7}'})
        expect(watched.page.locator("#reader-kept")).to_contain_text("no file of marks")
        watched.page.set_input_files("#reader-file", tmp_path / "marks.json")
        expect(watched.page.locator("#reader-kept")).to_have_text("3 marks loaded.")
        assert watched.page.input_value("#reader-note") == "Not <b>true</b>."
        assert watched.page.input_value("#reader-again") == "answer"


def test_marks_name_the_threshold_that_the_program_names(browser: Browser, run: RunDirectory, tmp_path: Path) -> None:
    scored = [(row["id"], row["quality"]["score"]) for row in run.rows()][:10]
    marks: list[Json] = [
        {"id": id, "score": score, "verdict": "good" if score >= 9 or n % 3 == 0 else "bad"}
        for n, (id, score) in enumerate([*scored, *((f"{n}", 7 + n % 4) for n in range(20))])
    ]
    (tmp_path / "marks.json").write_text(json.dumps({"version": 1, "marks": marks}))
    from tasks.records.threshold import threshold_of

    found = threshold_of(read_marks(str(tmp_path / "marks.json")), 7)
    with reading(browser, run) as watched:
        watched.page.set_input_files("#reader-file", tmp_path / "marks.json")
        watched.page.wait_for_selector("#reader-threshold:not([hidden])")
        told = watched.page.inner_text("#reader-best")
        assert told == f"Use judge_threshold={found.best}, right about {found.right} of {found.good + found.bad} marks"
        watched.page.check("#reader-use")
        with watched.page.expect_download() as download:
            watched.page.click("#reader-save")
        download.value.save_as(tmp_path / "saved.json")
    assert read_marks(str(tmp_path / "saved.json")).judge_threshold == "use"


@pytest.mark.parametrize("how", [{}, {"dark": True}, {"width": 390, "height": 800}], ids=["light", "dark", "narrow"])
def test_everyone_can_use_it(browser: Browser, run: RunDirectory, how: dict[str, Any]) -> None:
    reject = next(run.rejects())["id"]
    with reading(browser, run, **how) as watched:
        page = watched.page
        assert violations(page) == []
        page.locator(".reader-row").first.click()
        for key in "123":
            page.wait_for_selector("#reader-open:not([hidden])")
            page.keyboard.press(key)
            assert violations(page) == [], key
        page.keyboard.press("b")
        page.goto(f"{page.url.partition('#')[0]}#id={reject}")
        shows(page, reject)
        page.keyboard.press("2")
        assert violations(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        assert violations(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert violations(page) == []


def test_a_narrow_page_shows_the_list_or_the_record(browser: Browser, run: RunDirectory) -> None:
    with reading(browser, run, width=390, height=800) as watched:
        page = watched.page
        assert page.is_visible("#reader-list") and page.is_hidden("#reader-open")
        page.locator(".reader-row").nth(1).click()
        assert title(page) == ids(run)[1] and page.is_hidden("#reader-list")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.go_back()
        page.wait_for_selector("#reader-list", state="visible")
        page.locator(".reader-row").first.click()
        page.click("#reader-back")
        assert page.is_visible("#reader-list") and focused(page) == "reader-list"


def test_thousands_of_records_are_searched_while_one_types(browser: Browser, run: RunDirectory, tmp_path: Path) -> None:
    class Many(All):
        def rows(self) -> Iterator[Json]:
            rows = list(super().rows())
            return (row for _ in range(5_000 // len(rows) + 1) for row in rows)

    many = reader(run, Many(run))
    whole = page("Records", h("main", h("h1", "Records"), many.markup), styles=STYLES, scripts=SCRIPTS, data=many.data)
    path = tmp_path / "many.html"
    path.write_bytes(whole)
    with opened(browser) as watched:
        watched.page.goto(path.as_uri() + "#records")
        ready(watched.page)
        took = watched.page.evaluate(
            """() => {
              const field = document.getElementById("reader-search"), times = [];
              for (const query of ["hacked", "lo ta", "no such words"]) {
                const began = performance.now();
                field.value = query;
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
                times.push(performance.now() - began);
              }
              return Math.max(...times);
            }"""
        )
        assert took < 1_000, "a tenth of this on a machine with nothing else to do"
        assert watched.page.locator(".reader-row").count() < 60 and watched.errors == []
