"""What the reader is given: an index of all records, and each record with all that it went through."""

from __future__ import annotations

import base64
import gzip
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import runs
from tasks.publish.report.html import render
from tasks.publish.report.reader import reader
from tasks.publish.report.reader_records import MOST, opening, shortened
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json

SKILL = "reading_comprehension"
HOSTILE = "<script>alert(1)</script> \ud800 </SCRIPT> \u2028 ends"


def spoilt(draw: random.Random, count: int) -> str:
    """Some texts are hostile."""
    said = runs.drawn(draw, min(count, 60))
    return said if draw.random() > 0.05 else f"{HOSTILE} {said}"


class All:
    """Every record of a run."""

    def __init__(self, directory: RunDirectory) -> None:
        self._directory = directory
        self.total_rows, self.total_rejects = len(list(directory.rows(columns=["id"]))), len(list(directory.rejects()))

    def rows(self) -> Iterator[Json]:
        return self._directory.rows()

    def rejects(self) -> Iterator[Json]:
        return self._directory.rejects()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    return RunDirectory(runs.write_run(str(tmp_path_factory.mktemp("run")), 20, spoilt, [SKILL]))


def blocks(directory: RunDirectory) -> dict[str, str]:
    return reader(directory, All(directory)).data


def records(data: dict[str, str]) -> dict[str, Json]:
    """Each record by its id on the page, with shared texts put back."""
    index = json.loads(data["reader-index"])["columns"]
    chunks = [
        json.loads(gzip.decompress(base64.b64decode(data[f"reader-chunk-{n}"]))) for n in range(max(index["chunk"]) + 1)
    ]
    found = {}
    for id, chunk, place in zip(index["id"], index["chunk"], index["place"], strict=True):
        texts, record = chunks[chunk]["texts"], chunks[chunk]["records"][place]
        shared = {name: texts[record[name]] for name in ("piece", "written", "passage") if name in record}
        found[id] = {**record, **shared}
    return found


def test_the_index_holds_rows_then_rejects(run: RunDirectory) -> None:
    index = json.loads(blocks(run)["reader-index"])
    columns, tables = index["columns"], index["tables"]
    rows, rejects = list(run.rows()), list(run.rejects())
    assert columns["id"] == [each["id"] for each in [*rows, *rejects]]
    assert (index["rows"], index["rejects"], index["threshold"], index["histories"]) == (
        len(rows),
        len(rejects),
        7,
        True,
    )
    for name in ("reason", "step"):
        told = [tables[name][n] for n in columns[name]]
        assert told == [*[""] * len(rows), *(each[name] for each in rejects)]
    assert columns["score"][: len(rows)] == [row["quality"]["score"] for row in rows]
    assert columns["words"][0] == len(rows[0]["messages"][-1]["content"].split())
    assert tables["checks"][columns["checks"][0]] == [sorted(runs.CHECKS), ["guess"]]
    assert all(len(line) <= 140 and line for line in columns["opening"])


def test_a_record_has_all_that_it_went_through(run: RunDirectory) -> None:
    found = records(blocks(run))
    row = next(each for each in run.rows() if "alert" not in json.dumps(found[each["id"]]))
    shown = found[row["id"]]
    history = [stage.record for stage in run.histories([row["id"]])[row["id"]]]
    piece, passage, asked, edited, answered, _ = history
    assert (shown["piece"], shown["written"]) == (piece.passage, passage.passage)
    assert [version["instruction"] for version in shown["versions"]] == [asked.instruction, edited.instruction]
    assert shown["versions"][0]["key"] == asked.key and shown["last"]["evidence"] == asked.evidence
    assert shown["of"] == {"passage": passage.id, "task": edited.id, "type": asked.task_type}
    assert answered.parent == edited.id
    assert [event["suggestion"] for event in shown["events"] if event.get("suggestion")] == [
        event["suggestion"] for event in row_lineage(row) if event.get("suggestion")
    ]
    assert shown["messages"][-1]["content"] == row["messages"][-1]["content"]
    assert shown["checks"]["guess"] == "skip: switched off" and shown["quality"]["score"] == row["quality"]["score"]


def row_lineage(row: Json) -> list[Json]:
    events: list[Json] = json.loads(row["provenance"]["lineage"])
    return events


def test_a_reject_says_where_why_and_how_far(run: RunDirectory) -> None:
    data = blocks(run)
    found = records(data)
    fallen = (each for each in run.rejects() if each["step"] == "verify")
    reject = next(each for each in fallen if "alert" not in json.dumps(found[each["id"]]))
    shown = found[reject["id"]]
    assert shown["rejected"] == {name: reject[name] for name in ("step", "reason", "detail")}
    assert [version["instruction"] for version in shown["versions"]][-1] == json.loads(reject["record"])["instruction"]
    assert shown["piece"] and shown["of"]["task"]


def test_siblings_share_their_texts(run: RunDirectory) -> None:
    data = blocks(run)
    texts = json.loads(gzip.decompress(base64.b64decode(data["reader-chunk-0"])))["texts"]
    assert len(texts) == len(set(texts)) == 2 * run.manifest["documents"]["used"]


def test_without_steps_the_columns_are_shown(run: RunDirectory, tmp_path: Path) -> None:
    shutil.copytree(run.output, tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "steps")
    bare = RunDirectory(str(tmp_path / "run"))
    data = blocks(bare)
    assert json.loads(data["reader-index"])["histories"] is False
    row = next(bare.rows())
    shown = records(data)[row["id"]]
    assert "piece" not in shown and (shown["versions"], shown["of"]["task"]) == ([], "")
    assert shown["last"]["key"] == row["key"] and shown["messages"]


def test_no_text_ends_its_block_or_breaks_the_file(run: RunDirectory) -> None:
    data = blocks(run)
    text = json.dumps(list(records(data).values()), ensure_ascii=False)
    assert "<script>alert(1)</script>" in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
    assert data["reader-index"].encode() and "alert" not in render(reader(run, All(run)).markup)


def test_records_of_one_id_are_told_apart(run: RunDirectory) -> None:
    class Twice(All):
        def rejects(self) -> Iterator[Json]:
            yield from [first := next(super().rejects()), {**first, "reason": "vague"}]

    ids = json.loads(reader(run, Twice(run)).data["reader-index"])["columns"]["id"]
    assert ids[-1] == f"{ids[-2]}~2"


def test_a_run_without_records_has_an_empty_reader(run: RunDirectory) -> None:
    class Nothing(All):
        def rows(self) -> Iterator[Json]:
            return iter(())

        rejects = rows

    data = reader(run, Nothing(run)).data
    assert list(data) == ["reader-index"] and json.loads(data["reader-index"])["columns"] == {}


def test_a_long_text_is_cut_and_says_so() -> None:
    cut = shortened({"messages": [{"content": "x" * (MOST + 1_234)}]})["messages"][0]["content"]
    assert cut.startswith("x" * MOST) and "1,234 more characters" in cut and len(cut) < MOST + 100


def test_a_record_is_told_by_its_instruction_else_by_the_first_text_it_has() -> None:
    empty: Json = {"messages": [], "last": {}, "source": {"uri": "a.txt"}}
    assert opening(empty) == "a.txt"
    assert opening({**empty, "passage": "Bees  count\nto four."}) == "Bees count to four."
    assert (
        opening({**empty, "last": {"instruction": "How far?"}, "messages": [{"role": "user", "content": "x"}]})
        == "How far?"
    )
