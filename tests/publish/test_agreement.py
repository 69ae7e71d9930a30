"""A run beside a person's marks: counts, precision, recall, kappa, of each check and of all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.publish.agreement import Agreement, Compared, compare_with_marks
from tasks.publish.publish import Parts
from tasks.publish.rows import REJECTED, dataset_columns, dataset_row, reject_row
from tasks.publish.run_directory import RunDirectory
from tasks.records import Record, Reject, Source
from tasks.records.marks import Marks
from tasks.records.store import Store

PASSED = {"complete": "pass", "judge": "pass", "guess": "skip: switched off"}


def record(id: str, **changes: Any) -> Record:
    source = Source(id="d", uri="d.txt", kind="text")
    return replace(Record(source=source, id=id, skill="fermi", messages=[{"role": "user", "content": "?"}]), **changes)


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    """Four rows; rejects by the judge, by a check, for another row's sake and for a mark, and two of one id."""
    store = Store(str(tmp_path))
    with Parts(store, "dataset/fermi", dataset_columns()) as rows:
        for number in range(4):
            rows.add(dataset_row(record(f"row{number}", checks=PASSED, quality={"score": 7 + number % 2})))
    fallen = [
        *((record(f"low{n}", quality={"score": 4}), "verify", "judge") for n in range(3)),
        (record("cut"), "verify", "complete"),
        (record("twin", checks=PASSED), "publish", "near_duplicate"),
        (record("mine", checks=PASSED), "publish", "marked_bad"),
        (record("same"), "instruct", "unsuitable"),
        (record("same"), "instruct", "unsuitable"),
    ]
    with Parts(store, "rejected", REJECTED) as rejects:
        for item, step, reason in fallen:
            rejects.add(reject_row(Reject(record=item, step=step, reason=reason)))
    store.write_json("manifest.json", {"skills": {"fermi": {}}, "settings": {"judge_threshold": 7}})
    return RunDirectory(store)


def compared(run: RunDirectory, **verdicts: str) -> Compared:
    marks = [{"id": id.replace("_", "~"), "verdict": verdict} for id, verdict in verdicts.items()]
    return compare_with_marks(run, Marks.model_validate({"marks": marks}))


def test_each_check_is_counted_over_what_came_to_it(run: RunDirectory) -> None:
    found = compared(
        run, row0="good", row1="good", row2="bad", low0="bad", low1="bad", low2="good", cut="bad", gone="bad", row3=""
    )
    assert (found.marked, found.absent) == (8, 1)
    assert found.all == Agreement(both_bad=3, rejected_good=1, passed_bad=1, both_good=2)
    judge = found.by_check["judge"]
    assert judge == Agreement(both_bad=2, rejected_good=1, passed_bad=1, both_good=2)
    assert (judge.precision, judge.recall, judge.kappa) == (0.667, 0.667, 0.333)
    assert found.by_check["complete"] == Agreement(both_bad=1, passed_bad=1, both_good=2)
    assert "guess" not in found.by_check
    assert found.few == "3 good and 4 bad marks say little: mark at least 10 of each, rejects among them"


def test_what_fell_out_for_another_row_or_a_mark_had_passed(run: RunDirectory) -> None:
    found = compared(run, twin="good", mine="bad")
    assert found.all == found.by_check["judge"] == Agreement(passed_bad=1, both_good=1)
    assert (found.all.precision, found.all.recall, found.all.kappa) == (None, 0.0, 0.0)


def test_rejects_of_one_id_are_told_apart(run: RunDirectory) -> None:
    found = compared(run, same="bad", same_2="good")
    assert found.by_check["unsuitable"] == Agreement(both_bad=1, rejected_good=1) and found.absent == 0


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [((20, 5, 10, 15), 0.4), ((10, 0, 0, 10), 1.0), ((0, 10, 10, 0), -1.0), ((5, 5, 5, 5), 0.0), ((7, 0, 0, 0), None)],
)
def test_kappa_is_cohens(counts: tuple[int, int, int, int], kappa: float | None) -> None:
    assert Agreement(*counts).kappa == kappa


def test_nothing_marked_is_nothing_to_say() -> None:
    assert Agreement().facts() == {
        "records": 0, "both_bad": 0, "rejected_good": 0, "passed_bad": 0, "both_good": 0,
        "precision": None, "recall": None, "kappa": None,
    }  # fmt: skip
