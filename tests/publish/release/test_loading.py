"""Releases as `datasets` loads them: every configuration of every format, also where skills have no row or no tools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tasks.publish.export.messages import Shape, plain
from tasks.publish.release.configs import PUBLISHED
from tasks.publish.release.release import Wanted
from tests.publish.conftest import Load
from tests.publish.export.run_directory import PROGRAM, TALK, TOOLS, WITH_TOOLS, write_run
from tests.publish.export.test_formats import nulls
from tests.publish.release.dataset import HELD_OUT, ROWS, TRAIN_DOCUMENTS, release, write_dataset


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_dataset(folder)
    release(Wanted(directory=str(folder), formats=PUBLISHED))
    return folder / "published"


def counts(loaded: Any) -> dict[str, int]:
    return {split: rows.num_rows for split, rows in loaded.items()}


@pytest.mark.parametrize(
    ("format", "config", "rows"),
    [
        ("hf", "default", {"train": 48, "test": 12}),
        ("hf", "preferences", {"train": 12}),
        ("hf", "feedback", {"train": 24}),
        ("hf", "bench", {"test": 12}),
        ("trl", "sft", {"train": 48, "test": 12}),
        ("trl", "dpo", {"train": 12}),
        ("trl", "kto", {"train": 60, "test": 12}),
        ("trl", "reward", {"train": 12}),
        ("orca", "default", {"code_": 16, "follow_up": 16, "tool_use": 16}),
        ("orca", "test", {"code_": 4, "follow_up": 4, "tool_use": 4}),
        ("openai", "default", {"train": 48, "test": 12}),
        ("sharegpt", "default", {"train": 48, "test": 12}),
        ("alpaca", "default", {"train": 32, "test": 8}),
    ],
)
def test_every_configuration_loads(data: Path, load: Load, format: str, config: str, rows: dict[str, int]) -> None:
    assert counts(load(str(data / format), config)) == rows


def test_the_first_configuration_needs_no_name(data: Path, load: Load) -> None:
    assert {format: counts(load(str(data / format))).get("train") for format in ("hf", "trl")} == {"hf": 48, "trl": 48}


def test_messages_and_tools_are_objects_without_nulls(data: Path, load: Load) -> None:
    rows = load(str(data / "hf"), "default", split="train")
    with_tools = next(row for row in rows if row["tools"])
    assert with_tools["messages"] == plain(WITH_TOOLS, Shape()) and with_tools["tools"] == TOOLS
    assert with_tools["messages"][2]["tool_calls"][0]["function"]["arguments"] == {"port": "Split", "seats": None}
    assert not any(nulls(message) for row in rows for message in row["messages"])


def test_no_document_is_on_both_sides(data: Path, load: Load) -> None:
    of = {
        split: {row["document"] for row in rows["provenance"]}
        for split, rows in load(str(data / "hf"), "default").items()
    }
    assert (len(of["train"]), len(of["test"]), of["train"] & of["test"]) == (TRAIN_DOCUMENTS, 2, set())


def test_the_bench_has_the_answer_apart(data: Path, load: Load) -> None:
    rows = {row["id"]: row for row in load(str(data / "hf"), "bench", split="test")}
    assert len(rows) == 3 * HELD_OUT
    asked = rows[f"conversation-{ROWS}"]
    assert (asked["prompt"], asked["answer"]) == (plain(TALK, Shape())[:-1], "About 135 feet.")


def test_feedback_says_which_sort_it_is(data: Path, load: Load) -> None:
    rows = load(str(data / "hf"), "feedback", split="train")
    assert sorted(rows["sort"]) == ["critique"] * 12 + ["revision"] * 12
    assert sum(row["tools"] == TOOLS for row in rows) == 8


def test_a_reward_is_given_for_whole_conversations(data: Path, load: Load) -> None:
    row = next(row for row in load(str(data / "trl"), "reward", split="train") if row["tools"])
    assert row["chosen"][:-1] == row["rejected"][:-1] == plain(WITH_TOOLS, Shape())[:-1]
    assert row["chosen"][-1] != row["rejected"][-1]


def test_a_dataset_without_tools_has_no_column_of_them(tmp_path: Path, load: Load) -> None:
    write_dataset(tmp_path, said={"coding": PROGRAM}, pairs=False)
    [told] = release(Wanted(directory=str(tmp_path))).values()
    assert told["configs"] == {"default": {"train": ROWS, "test": HELD_OUT}, "bench": {"test": HELD_OUT}}
    loaded = load(told["folder"], "default")
    assert counts(loaded) == {"train": ROWS, "test": HELD_OUT} and "tools" not in loaded["train"].column_names


def test_a_run_is_dealt_by_document_and_has_no_bench(tmp_path: Path, load: Load) -> None:
    write_run(tmp_path)
    [told] = release(Wanted(directory=str(tmp_path))).values()
    assert "bench" not in told["configs"]
    assert counts(load(told["folder"], "default")) == {"train": 54, "test": 6}
    assert counts(load(told["folder"], "preferences")) == told["configs"]["preferences"]
