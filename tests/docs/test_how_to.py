"""The how-tos of `docs/`, followed to the letter: each says how many files it takes, and what comes of it."""

from __future__ import annotations

import json
import re

import pyarrow.parquet as pq
import pytest

from tasks.publish.run_directory import results
from tasks.records import Json
from tasks.steps.pipeline import PIPELINE
from tests.docs.how_to import FOLDER, Copy, Page, copy_repository, read_page
from tests.running import ROOT, Result

pytestmark = pytest.mark.services
WRITTEN = ("add_a_kind", "add_a_check", "add_a_step", "add_a_flow", "add_an_endpoint")
"""Those whose reader writes files."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """One copy for all pages, which keep out of each other's way."""
    return copy_repository(tmp_path_factory.mktemp("followed") / "copy")


def size(page: Page) -> str:
    files, places = len(page.new), {path for path, _, _ in page.edits if (ROOT / path).exists()}
    assert len(places) <= 1
    lines = f"{page.added} line{'s' * (page.added > 1)}" if places else "nothing"
    return f"{files} file{'s' * (files > 1)}, {page.lines} lines, and {lines} in a file that is there"


@pytest.mark.parametrize("name", WRITTEN)
def test_a_how_to_says_how_much_it_takes(name: str) -> None:
    page = read_page(name)
    assert size(page) in " ".join(page.text.split())


def test_every_how_to_is_followed_by_a_test() -> None:
    elsewhere = {"deduplicate_on_a_cluster"}  # in an environment of its own, by tests/curation/test_cluster.py
    followed = {*WRITTEN, *elsewhere, "add_a_skill", "export", "label_answers", "mark_rows", "teach_what_is_missing"}
    assert {path.stem for path in FOLDER.glob("*.md")} == followed


def test_answers_of_a_run_are_labelled_and_counted(copy: Copy) -> None:
    """The first of all: a step that another page adds rejects what is long-winded."""
    out = copy.follow(read_page("label_answers"))
    counts = json.loads(out.splitlines()[-1])
    assert counts["good"] > 5 and counts["good_rejected"] < counts["good"] and counts["bad"] == 0


def test_a_run_is_exported_for_a_trainer(copy: Copy) -> None:
    copy.follow(read_page("export"))
    rows = pq.read_table(copy.folder / "out" / "talks" / "export" / "trl" / "train.parquet").num_rows
    lines = (copy.folder / "out" / "talks.jsonl").read_text(encoding="utf-8").splitlines()
    assert rows == len(lines) == Result(copy.folder / "out" / "talks").manifest["accepted"] > 0
    assert all(json.loads(line)["system"] == "" for line in lines)


def test_rows_are_marked_and_the_next_run_heeds_it(copy: Copy) -> None:
    out = copy.follow(read_page("mark_rows"))
    run = Result(copy.folder / "out" / "marked", "fermi")
    told = json.loads(out[out.index("{\n") : out.rindex("\n}") + 2])
    assert (told["marked"], told["absent"], told["all"]["passed_bad"]) == (1, 0, 1)
    (bad,) = (row for row in run.rejects() if row["reason"] == "marked_bad")
    assert bad["detail"] == "too vague" and bad["id"] not in {row["id"] for row in run.rows()}
    assert run.manifest["marks"]["withdrawn"] == 1


def test_a_mix_file_decides_what_is_made(copy: Copy) -> None:
    copy.follow(read_page("teach_what_is_missing"))
    skills = Result(copy.folder / "out" / "missing").manifest["skills"]
    assert skills["reading_comprehension"]["passages"] > skills["fermi"]["passages"] > 0 and len(skills) == 2


def test_a_new_kind_has_rows(copy: Copy) -> None:
    copy.follow(read_page("add_a_kind"))
    manifest = Result(copy.folder / "out" / "tallies").manifest
    assert manifest["accepted"] > 2 and not {"crashed", "duplicate"} & manifest["rejected"].keys()
    checks = results(rows_of(copy, "tallies", "word_tallies")[0])
    assert checks["tally_right"] == checks["key_agreement"] == "pass"


def test_a_new_check_is_run(copy: Copy) -> None:
    copy.follow(read_page("add_a_check"))
    rows = rows_of(copy, "clean_claims", "clean_claims")
    assert len(rows) > 5 and all(results(row)["no_emoji"] == "pass" for row in rows)


def test_a_new_step_stands_between_two_others(copy: Copy) -> None:
    copy.follow(read_page("add_a_step"))
    manifest = Result(copy.folder / "out" / "brief").manifest
    names = [step.name for step in PIPELINE]
    at = names.index("respond")
    assert manifest["steps"].keys() == {*names, "brevity"}
    card = (copy.folder / "out" / "brief" / "README.md").read_text(encoding="utf-8")
    told = re.findall(rf"^\| ({'|'.join(manifest['steps'])}) \|", card, re.M)
    # A second table tells what went back, by step.
    assert told[: len(names) + 1] == [*names[:at], "brevity", *names[at:]]
    brevity = manifest["steps"]["brevity"]
    assert manifest["complete"] and manifest["accepted"] > 5
    assert brevity["records_in"] == manifest["steps"]["refine"]["records_out"]
    assert brevity["records_out"] == manifest["steps"]["respond"]["records_in"] < brevity["records_in"]
    assert brevity["rejected_by"] == {"long_winded": brevity["records_in"] - brevity["records_out"]}


def test_a_new_skill_runs(copy: Copy) -> None:
    assert "1 skill, no problem" in copy.follow(read_page("add_a_skill"))
    assert Result(copy.folder / "out" / "claims").manifest["accepted"] > 5


def test_a_new_flow_runs(copy: Copy) -> None:
    out = copy.follow(read_page("add_a_flow"))
    assert "'pieces': " in out


def test_a_new_endpoint_answers(copy: Copy) -> None:
    copy.follow(read_page("add_an_endpoint"))
    manifest = Result(copy.folder / "out" / "program").manifest
    assert manifest["teacher"]["endpoint"] == "program:.venv/bin/python my_model.py"
    assert manifest["complete"] and manifest["calls"]["made"] >= manifest["steps"]["respond"]["records_out"] > 0


def rows_of(copy: Copy, output: str, skill: str) -> list[Json]:
    """The rows of a run in the copy."""
    files = sorted((copy.folder / "out" / output / "dataset" / skill).glob("*.parquet"))
    return [row for file in files for row in pq.read_table(file).to_pylist()]
