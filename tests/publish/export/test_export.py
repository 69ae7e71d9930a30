"""An export as a whole: what it refuses in a sentence, parts by document, files that are whole or absent, memory that is flat."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet as pq
import pytest

from flows.cli import command
from tasks.documents.discover import discover
from tasks.publish.export import source
from tasks.publish.export.export import FORMATS, Exported, Wanted, export
from tasks.publish.export.files import Files
from tasks.publish.export.parts import deal, read_shares
from tasks.publish.publish import ROWS_PER_PART
from tests.publish.export.run_directory import DOCUMENTS, EMPTY, TALK, write_run


def exporting(run: Path, format: str = "trl", **more: Any) -> Exported:
    return export(Wanted(directory=str(run), format=format, **more))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write_run(tmp_path / "run")
    return tmp_path / "run"


def test_the_command_knows_every_format(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for format in FORMATS:
        told = command.app(["export", str(run), "--format", format], result_action="return_value", exit_on_error=False)
        assert told == 0 and f"{run}/export/{format}" in capsys.readouterr().out.replace("\n", "")


def test_what_is_left_out_is_told(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.app(["export", str(run), "--format", "alpaca"], result_action="return_value", exit_on_error=False)
    assert "20 left out: alpaca has no place for tools and calls" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"skills": ("no_such",)}, "no skill 'no_such'; it holds coding"),
        ({"skills": (EMPTY,)}, "no row of .* can be exported as trl: the run accepted none"),
        ({"split": "test=2"}, "takes NAME=SHARE with shares between 0 and 1"),
        ({"split": "0.1"}, "as in test=0.1; saw '0.1'"),
        ({"split": "train=0.5,test=0.1"}, "must add up to 1"),
        ({"split": "test=0.1", "format": "orca"}, "has a split for each skill"),
        ({"split": "test=0.1", "output": "memory://x.parquet"}, "name a folder"),
        ({"format": "openai", "output": "memory://x.parquet"}, "openai is kept as .jsonl"),
        ({"output": "no-such-protocol://x"}, "no-such-protocol"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(run: Path, more: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        exporting(run, **more)
    assert not (run / "export").exists()


def test_no_export_goes_among_the_rows_of_the_run(run: Path) -> None:
    for inside in ("dataset/trl", "steps", "rejected/x.parquet"):
        with pytest.raises(ValueError, match="belongs to the run itself"):
            exporting(run, output=str(run / inside))
    with pytest.raises(ValueError, match="is the run directory itself"):
        exporting(run, output=str(run))


def test_a_folder_that_is_no_run_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(ValueError, match="is no finished run directory"):
            exporting(folder)


def test_offline_rows_are_refused_unless_asked_for(tmp_path: Path) -> None:
    write_run(tmp_path, teacher={"model": "offline"}, offline=20)
    with pytest.raises(ValueError, match=r"are the offline teacher's and not for training: .* --offline-rows"):
        exporting(tmp_path)
    assert exporting(tmp_path, offline_rows=True).rows == {"train.parquet": 60}


def test_single_offline_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    write_run(tmp_path, offline=3)
    done = exporting(tmp_path)
    assert done.rows == {"train.parquet": 51}
    assert done.left_out == {"made by the offline teacher, not for training": 9}


@pytest.mark.parametrize(("feedback", "told"), [(False, "feedback_rows=true"), (True, "responses_per_instruction=2")])
def test_a_run_without_pairs_says_what_brings_them(tmp_path: Path, feedback: bool, told: str) -> None:
    write_run(tmp_path, pairs=False, settings={"feedback_rows": feedback})
    for format in ("dpo", "kto"):
        with pytest.raises(ValueError, match=told):
            exporting(tmp_path, format)


def test_rows_with_tools_can_be_left_out(run: Path) -> None:
    done = exporting(run, tools=False)
    assert done.rows == {"train.parquet": 40} and done.left_out == {"with tools on offer": 20}
    assert "tools" not in pq.read_schema(run / "export/trl/train.parquet").names


def test_an_unfinished_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_run(tmp_path, complete=False)
    command.app(["export", str(tmp_path), "--format", "openai"], result_action="return_value", exit_on_error=False)
    assert "The run is unfinished" in capsys.readouterr().out


# Parts


def test_parts_share_no_document(run: Path) -> None:
    done = exporting(run, "jsonl", split="validation=0.1,test=0.2")
    assert sum(done.rows.values()) == 60
    of = {
        file: {json.loads(line)["provenance"]["document"] for line in (run / "export/jsonl" / file).open()}
        for file in ("train.jsonl", "validation.jsonl", "test.jsonl")
    }
    assert sum(map(len, of.values())) == DOCUMENTS == len(set.union(*of.values()))
    assert [len(of[f"{part}.jsonl"]) for part in ("train", "validation", "test")] == [7, 1, 2]
    pairs = exporting(run, "dpo", split="validation=0.1,test=0.2")
    assert sum(pairs.rows.values()) == 15 and pairs.rows.keys() <= {
        f"{part}.parquet" for part in ("train", "validation", "test")
    }


def test_a_document_stays_in_its_part_when_others_come() -> None:
    shares = read_shares("test=0.2")
    before = deal({f"d{n}": 1 for n in range(50)}, shares)
    after = deal({f"d{n}": 1 for n in range(60)}, shares)
    assert sum(before[name] == "test" for name in before) == 10
    assert sum(before[name] == after[name] for name in before) >= 46


def test_each_part_has_a_document() -> None:
    assert sorted(deal({"a": 90, "b": 10}, read_shares("test=0.01")).values()) == ["test", "train"]
    with pytest.raises(ValueError, match="1 document cannot be dealt to 2 parts"):
        deal({"a": 9}, read_shares("test=0.1"))


# Files


def test_any_fsspec_url_takes_an_export(run: Path) -> None:
    exporting(run, output="memory://exports/trl", split="test=0.2")
    fs = fsspec.filesystem("memory")
    found = {path.rsplit("/", 1)[-1] for path in fs.ls("/exports/trl", detail=False)}
    assert found == {"train.parquet", "test.parquet", "agentinstruct_export.json"}
    assert pq.read_table(io.BytesIO(fs.cat_file("/exports/trl/test.parquet"))).num_rows == 12
    one = exporting(run, "openai", output="memory://exports/one.jsonl")
    assert one.rows == {"memory://exports/one.jsonl": 60} and fs.cat_file("/exports/one.jsonl").count(b"\n") == 60


def test_an_export_is_no_document_wherever_it_lies(run: Path, tmp_path: Path) -> None:
    exporting(run, "openai", output=str(tmp_path / "mine" / "rows"))
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    found = {Path(each.uri).name: each.problem for each in discover([str(tmp_path / "mine")])}
    assert found.keys() == {"notes.txt", "rows"}
    assert found["notes.txt"] is None and found["rows"] and found["rows"][0] == "own_output"


def test_skills_are_named_with_commas(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["export", str(run), "--format", "trl", "--skill", "coding,tool_use"]
    assert command.app(words, result_action="return_value", exit_on_error=False) == 0
    assert "40 rows" in capsys.readouterr().out


def test_an_export_replaces_the_one_before(run: Path) -> None:
    exporting(run, "openai", split="test=0.2")
    (run / "export/openai/mine.txt").write_text("")
    exporting(run, "openai")
    assert sorted(path.name for path in (run / "export/openai").iterdir()) == [
        "agentinstruct_export.json",
        "mine.txt",
        "train.jsonl",
    ]
    assert json.loads((run / "export/openai/agentinstruct_export.json").read_text())["files"] == {"train.jsonl": 60}


def test_what_fails_half_way_leaves_the_export_before(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exporting(run)
    before = (run / "export/trl/train.parquet").read_bytes()

    def document(row: object) -> str:
        raise KeyError(len(before))

    monkeypatch.setattr(source, "document", document)
    with pytest.raises(KeyError):
        exporting(run, skills=("coding",))
    assert (run / "export/trl/train.parquet").read_bytes() == before
    assert sorted(path.name for path in (run / "export/trl").iterdir()) == [
        "agentinstruct_export.json",
        "train.parquet",
    ]


def test_what_a_killed_export_left_is_not_loaded_and_is_replaced(run: Path) -> None:
    fs = fsspec.filesystem("file")
    killed = Files(fs, None)
    killed.add(str(run / "export/openai/train.jsonl"), {"half": "a row"})
    left = list((run / "export/openai").iterdir())
    assert [path.name[0] for path in left] == ["."]
    exporting(run, "openai")
    assert sorted(path.name for path in (run / "export/openai").iterdir()) == [
        "agentinstruct_export.json",
        "train.jsonl",
    ]


@pytest.mark.services
def test_memory_does_not_grow_with_the_run(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        folder = tmp_path / str(rows)
        write_run(folder, rows, said={"conversation": TALK}, pairs=False)
        tracemalloc.start()
        exporting(folder)
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    assert peak(3 * ROWS_PER_PART) < 1.3 * peak(ROWS_PER_PART)
