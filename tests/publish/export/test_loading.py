"""What is published and exported as `datasets` loads it, from the folder and with nothing said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.publish.export.export import FORMATS, Wanted, export
from tasks.publish.export.messages import Shape, plain
from tests.publish.conftest import Load
from tests.publish.export.run_directory import DOCUMENTS, TOOLS, WITH_TOOLS, write_run
from tests.publish.export.test_formats import nulls


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_run(folder)
    return folder


def test_a_skill_without_rows_keeps_no_other_from_being_read(run: Path, load: Load) -> None:
    assert not (run / "dataset" / "fermi").exists()
    assert load(str(run / "dataset"))["train"].num_rows == 60
    assert load("parquet", data_files=str(run / "dataset/*/*.parquet"))["train"].num_rows == 60


def test_preferences_load_too(run: Path, load: Load) -> None:
    pairs = load("parquet", data_files=str(run / "feedback/*/preferences/*.parquet"), split="train")
    assert pairs.num_rows == 15 and len(set(pairs["document"])) <= DOCUMENTS


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_every_format_loads_from_its_folder(run: Path, load: Load, tmp_path: Path, format: str) -> None:
    done = export(Wanted(directory=str(run), format=format, output=str(tmp_path / format)))
    loaded = load(str(tmp_path / format))
    wanted = {"code_": 20, "follow_up": 20, "tool_use": 20} if format == "orca" else {"train": sum(done.rows.values())}
    assert {split: rows.num_rows for split, rows in loaded.items()} == wanted


@pytest.mark.parametrize("format", ["trl", "dpo", "kto"])
def test_parts_load_as_splits_without_nulls_in_messages(run: Path, load: Load, tmp_path: Path, format: str) -> None:
    export(Wanted(directory=str(run), format=format, output=str(tmp_path / format), split="test=0.3"))
    loaded = load(str(tmp_path / format))
    assert loaded.keys() == {"train", "test"}
    rows = [row for split in loaded.values() for row in split]
    assert {found for row in rows for found in nulls(row)} == {".tools"}  # rows without tools have none
    assert all(row["tools"] == TOOLS for row in rows if row["tools"])


def test_messages_come_back_as_they_were(run: Path, load: Load, tmp_path: Path) -> None:
    export(Wanted(directory=str(run), format="trl", output=str(tmp_path / "trl"), skills=("tool_use",)))
    assert load(str(tmp_path / "trl"), split="train")[0]["messages"] == plain(WITH_TOOLS, Shape())


def test_an_export_is_streamed_by_its_reader(run: Path, load: Load, tmp_path: Path) -> None:
    export(Wanted(directory=str(run), format="trl", output=str(tmp_path / "trl")))
    assert sum(1 for _ in load(str(tmp_path / "trl"), split="train", streaming=True)) == 60


@pytest.mark.parametrize("format", ["trl", "openai", "sharegpt", "alpaca"])
def test_the_first_lines_tell_the_shape_of_all(run: Path, load: Load, tmp_path: Path, format: str) -> None:
    done = export(Wanted(directory=str(run), format=format, output=str(tmp_path / f"{format}.jsonl")))
    # What is megabytes in a large run is some rows here.
    loaded = load("json", data_files=str(tmp_path / f"{format}.jsonl"), split="train", chunksize=5_000)
    assert loaded.num_rows == sum(done.rows.values())
    spoken = [message for row in loaded for column in row.values() if isinstance(column, list) for message in column]
    assert spoken and not any(nulls(message) for message in spoken)
