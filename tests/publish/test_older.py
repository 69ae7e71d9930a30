"""A run of an earlier version, whose rows have other columns, is looked at, compared, marked and exported as any other."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from tasks.publish.agreement import compare_with_marks
from tasks.publish.comparison.rows import rows_of
from tasks.publish.export.export import Wanted, export
from tasks.publish.publish import Parts
from tasks.publish.report.facts import facts_of
from tasks.publish.report.reader_records import of_row
from tasks.publish.report.sample import Sample
from tasks.publish.rows import dataset_columns
from tasks.publish.run_directory import RunDirectory, results
from tasks.records.marks import Marks
from tests.publish.older import CHECKS, LATER, write_as_earlier
from tests.publish.small_run import SKILL, write_run

SAID = {"complete": "pass", "guess": "skip: off"}


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    store = write_run(str(tmp_path_factory.mktemp("earlier")), settings={"judge_threshold": 7})
    write_as_earlier(store, f"dataset/{SKILL}")
    return RunDirectory(store)


def test_its_rows_are_those_of_today_without_what_it_had_not(earlier: RunDirectory, tmp_path: Path) -> None:
    table = earlier.store.table(f"dataset/{SKILL}/part-00000.parquet")
    assert table["checks"].type == pa.struct([(name, pa.string()) for name in CHECKS])
    today = list(RunDirectory(write_run(str(tmp_path))).rows())
    found = list(earlier.rows())
    assert found == [{name: value for name, value in row.items() if name not in LATER} for row in today]
    assert earlier.find(found[0]["id"]) == [found[0]] and next(earlier.rows(columns=["passage", "id"])).keys() == {"id"}
    with Parts(earlier.store, "together", dataset_columns()) as parts:
        for row in (*found, *today):
            parts.add(row)
    assert [results(row) for row in earlier.store.table("together/part-00000.parquet").to_pylist()] == [SAID] * 8


def test_it_is_reported_and_compared(earlier: RunDirectory) -> None:
    facts = facts_of(Sample(earlier))
    assert (facts.passed, facts.skipped) == (Counter(complete=4), Counter(guess=4))
    assert all(point.said.startswith("How far does it count") for point in facts.points)
    assert of_row(next(earlier.rows()))["checks"] == SAID
    assert rows_of(earlier).skipped == Counter(guess=4)


def test_its_checks_are_held_against_marks(earlier: RunDirectory) -> None:
    id = next(earlier.rows())["id"]
    found = compare_with_marks(earlier, Marks.model_validate({"marks": [{"id": id, "verdict": "bad"}]}))
    assert {name: each.passed_bad for name, each in found.by_check.items()} == {"complete": 1}


def test_it_is_exported(earlier: RunDirectory, tmp_path: Path) -> None:
    export(Wanted(directory=earlier.output, format="jsonl", output=str(tmp_path)))
    lines = (tmp_path / "train.jsonl").read_text().splitlines()
    told = [{"check": name, "result": result} for name, result in SAID.items()]
    assert [json.loads(line)["checks"] for line in lines] == [told] * 4
