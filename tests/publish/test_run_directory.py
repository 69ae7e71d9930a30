"""A run directory as it is read: whole or cut short, here or at a URL, of this version or another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tests.publish.small_run import PASSAGE, SKILL, write_run


def ids(rows: list[Json]) -> list[str]:
    return [row["id"] for row in rows]


@pytest.mark.parametrize("url", ["memory://runs/{}", "{}"])
def test_a_record_is_followed_back_to_its_document(url: str, tmp_path: Path) -> None:
    run = RunDirectory(write_run(url.format(tmp_path)))
    accepted = ids(list(run.rows(columns=["id"])))[2:]
    assert len(accepted) == 2
    through, past = run.histories(accepted).values()
    assert [stage.step for stage in through] == ["documents", "transform", "instruct", "respond", "verify"]
    assert [stage.step for stage in past] == [
        "documents", "transform", "instruct", "refine", "refine", "respond", "verify",
    ]  # fmt: skip
    assert [stage.record.instruction for stage in past][2:5] == [
        f"How far does it count{more}?" for more in ("", " exactly", " exactly, at most")
    ]  # fmt: skip
    assert past[0].record.passage == PASSAGE and past[0].record.source.uri == "1.txt"
    assert [stage.record.id for stage in past][:3] == [stage.record.id for stage in through][:3]
    assert through[1] is past[1]


def test_a_reject_has_a_history_too(tmp_path: Path) -> None:
    run = RunDirectory(write_run(str(tmp_path)))
    unsuitable, vague = list(run.rejects())[:2]
    found = run.histories([vague["id"], unsuitable["id"], "absent"])
    last = found[vague["id"]][-1]
    assert (last.step, last.reason, last.record.instruction) == ("refine", "vague", "?")
    assert [stage.step for stage in found[unsuitable["id"]]] == ["documents", "transform", "instruct"]
    assert found["absent"] == []


def test_a_record_is_found_by_the_start_of_its_id(tmp_path: Path) -> None:
    run = RunDirectory(write_run(str(tmp_path)))
    row, reject = next(run.rows()), next(run.rejects())
    assert run.find(row["id"][:12]) == [row] and run.find(reject["id"]) == [reject]
    assert len(run.find("")) == 8 and run.find("no such id") == []


def test_rows_have_the_columns_that_are_asked_for(tmp_path: Path) -> None:
    run = RunDirectory(write_run(str(tmp_path)))
    assert {frozenset(row) for row in run.rows([SKILL], ["id", "quality.score", "no_such_column"])} == {
        frozenset({"id", "quality"})
    }
    assert list(run.rows(["fermi"])) == []


def test_what_another_version_wrote_is_read(tmp_path: Path) -> None:
    store = write_run(str(tmp_path))
    row = store.table("steps/verify/0.parquet").to_pylist()[0]
    body = row["body"].replace('"source":{', '"mood":"calm","source":{"weight":7,', 1)
    pq.write_table(pa.Table.from_pylist([{**row, "body": body}]), tmp_path / "steps" / "verify" / "0.parquet")
    assert len(RunDirectory(store).histories([row["id"]])[row["id"]]) == 5


def test_a_history_starts_where_its_shards_are_still_there(tmp_path: Path) -> None:
    store = write_run(str(tmp_path))
    row = next(RunDirectory(store).rows())
    store.remove("steps/documents/0.parquet")
    store.remove("steps/transform/0.parquet")
    assert RunDirectory(store).histories([row["id"]])[row["id"]][0].step == "instruct"


def test_what_is_no_run_directory_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    write_run(str(tmp_path / "short"), published=False)
    for name, told in {
        "absent": "no finished run",
        "file": "cannot read|no finished run",
        "short": "cut short",
    }.items():
        with pytest.raises(LookupError, match=told):
            _ = RunDirectory(str(tmp_path / name)).manifest


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    store = write_run(str(tmp_path))
    store.write(f"dataset/{SKILL}/part-00000.parquet", b"PAR1 not really")
    with pytest.raises(LookupError, match="is damaged: run the same command again"):
        list(RunDirectory(store).rows())


def test_a_version_of_a_factory_is_told_as_a_run_is(tmp_path: Path) -> None:
    made_by = {"skill": SKILL, "teacher": "some-model", "seed": 3}
    facts: dict[str, Any] = {"version": "2026-01-01", "skills": {SKILL: 4}, "rows": 4, "made_by": made_by}
    run = RunDirectory(write_run(str(tmp_path), **facts))
    assert run.skills == [SKILL] and len(list(run.rows())) == 4
    told = {name: run.manifest[name] for name in ("accepted", "seed", "skills", "teacher")}
    assert told == {"accepted": 4, "seed": 3, "skills": {SKILL: {"accepted": 4}}, "teacher": {"model": "some-model"}}


def test_a_url_that_nothing_can_read_is_a_sentence() -> None:
    with pytest.raises(LookupError, match="cannot read no-such-protocol://x: "):
        RunDirectory("no-such-protocol://x")
