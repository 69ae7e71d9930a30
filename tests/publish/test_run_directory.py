"""A run directory as it is read: whole or cut short, here or at a URL, of this version or another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.publish.publish import Parts
from tasks.publish.rows import DATASET, REJECTED, dataset_row, reject_row
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json, Record, Reject, Source, derive, identified
from tasks.records.store import Store

SKILL = "coding"
PASSAGE = "A bee counts to four."


def record(number: int) -> Record:
    source = Source(id=f"document-{number}", uri=f"{number}.txt", kind="text", end=len(PASSAGE))
    return identified(Record(source=source, skill=SKILL, passage=PASSAGE))


def made(parent: Record, step: str, **changes: Any) -> Record:
    return derive(parent, {"step": step, "agent": step, "model": "m", "prompt": "p"}, **changes)


def write_run(output: str, *, manifest: bool = True) -> Store:
    """Two documents; an instruction and an edit of an edit of it; one of three edits has fallen out."""
    store = Store(output)
    for number in range(2):
        piece = record(number)
        passage = made(piece, "transform", passage=f"{PASSAGE} Or to five.")
        asked = made(passage, "instruct", instruction="How far?")
        edited = made(asked, "refine", instruction="How far exactly?")
        again = made(edited, "refine", instruction="How far exactly, at most?")
        unsuitable = Reject(record=asked, step="refine", reason="unsuitable", detail="no")
        vague = Reject(record=made(again, "refine", instruction="?"), step="refine", reason="vague")
        fallen = [unsuitable, vague]
        answers = [made(each, "respond", messages=[{"role": "user", "content": "x"}]) for each in (asked, again)]
        rows = [made(each, "verify") for each in answers]
        steps: dict[str, list[Record | Reject]] = {
            "documents": [piece],
            "transform": [passage],
            "instruct": [asked],
            "refine": [unsuitable, vague, asked, edited, again],
            "respond": [*answers],
            "verify": [*rows],
        }
        for step, items in steps.items():
            store.write_shard(step, f"{number}", items, {})
        if manifest:
            with Parts(store, f"dataset/{SKILL}", DATASET) as accepted, Parts(store, "rejected", REJECTED) as rejected:
                for row in rows:
                    accepted.add(dataset_row(row))
                for item in fallen:
                    rejected.add(reject_row(item))
    if manifest:
        store.write_json("manifest.json", {"skills": {SKILL: {}}})
    return store


def ids(rows: list[Json]) -> list[str]:
    return [row["id"] for row in rows]


@pytest.mark.parametrize("url", ["memory://runs/{}", "{}"])
def test_a_record_is_followed_back_to_its_document(url: str, tmp_path: Path) -> None:
    run = RunDirectory(write_run(url.format(tmp_path)))
    accepted = ids(list(run.rows(columns=["id"])))
    assert len(accepted) == 2
    through, past = run.histories(accepted).values()
    assert [stage.step for stage in through] == ["documents", "transform", "instruct", "respond", "verify"]
    assert [stage.step for stage in past] == [
        "documents", "transform", "instruct", "refine", "refine", "respond", "verify",
    ]  # fmt: skip
    assert [stage.record.instruction for stage in past][2:5] == [
        "How far?", "How far exactly?", "How far exactly, at most?",
    ]  # fmt: skip
    assert past[0].record.passage == PASSAGE and past[0].record.source.uri == "1.txt"
    assert [stage.record.id for stage in past][:3] == [stage.record.id for stage in through][:3]
    assert through[1] is past[1]


def test_a_reject_has_a_history_too(tmp_path: Path) -> None:
    run = RunDirectory(write_run(str(tmp_path)))
    unsuitable, vague = list(run.rejects())
    found = run.histories([vague["id"], unsuitable["id"], "absent"])
    last = found[vague["id"]][-1]
    assert (last.step, last.reason, last.record.instruction) == ("refine", "vague", "?")
    assert [stage.step for stage in found[unsuitable["id"]]] == ["documents", "transform", "instruct"]
    assert found["absent"] == []


def test_a_record_is_found_by_the_start_of_its_id(tmp_path: Path) -> None:
    run = RunDirectory(write_run(str(tmp_path)))
    row, reject = next(run.rows()), next(run.rejects())
    assert run.find(row["id"][:12]) == [row] and run.find(reject["id"]) == [reject]
    assert len(run.find("")) == 4 and run.find("no such id") == []


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
    store.remove("steps/documents/1.parquet")
    store.remove("steps/transform/1.parquet")
    assert RunDirectory(store).histories([row["id"]])[row["id"]][0].step == "instruct"


def test_what_is_no_run_directory_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    write_run(str(tmp_path / "short"), manifest=False)
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
