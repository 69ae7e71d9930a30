"""What a row is in each format: nothing null, arguments as the format wants them, calls and system prompts where they belong."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tasks.publish.export.export import FORMATS, Wanted, export
from tasks.publish.export.messages import Shape, Unfit, plain
from tasks.records import Json
from tests.publish.export.run_directory import LINE_ENDS, THINK, TOOLS, WITH_TOOLS, call, say, write_run

Exporting = Callable[..., list[Json]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_run(folder)
    return folder


@pytest.fixture
def exported(run: Path, tmp_path: Path) -> Exporting:
    """Exports into a folder of its own and reads the rows back, as they are in the file."""

    def of(format: str, *skills: str, **more: Any) -> list[Json]:
        done = export(Wanted(directory=str(run), format=format, output=str(tmp_path / "e"), skills=skills, **more))
        return [row for file in done.rows for row in read(tmp_path / "e" / file)]

    return of


def read(file: Path) -> list[Json]:
    """Rows of a file; JSON columns of Parquet as what they spell."""
    if file.suffix == ".jsonl":
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    table = pq.read_table(io.BytesIO(file.read_bytes()))
    spelled = {field.name for field in table.schema if "json" in str(field.type)}
    return [
        {n: [*map(json.loads, v)] if n in spelled and v is not None else v for n, v in row.items()}
        for row in table.to_pylist()
    ]


def nulls(value: Any, path: str = "") -> list[str]:
    """Where a value holds a null, save in the arguments of a call, where it is said."""
    if isinstance(value, dict):
        return [found for name, each in value.items() if name != "arguments" for found in nulls(each, f"{path}.{name}")]
    if isinstance(value, list):
        return [found for each in value for found in nulls(each, path)]
    return [path] if value is None else []


@pytest.mark.parametrize("format", sorted(FORMATS))
@pytest.mark.parametrize("skill", ["coding", "conversation"])
def test_no_format_has_nulls(exported: Exporting, format: str, skill: str) -> None:
    rows = exported(format, skill)
    assert len(rows) == {"dpo": 5, "kto": 25}.get(format, 20) and [found for row in rows for found in nulls(row)] == []


@pytest.mark.parametrize("format", sorted(FORMATS.keys() - {"alpaca"}))
def test_rows_with_tools_have_no_nulls_but_those_that_a_call_says(exported: Exporting, format: str) -> None:
    assert [found for row in exported(format, "tool_use") for found in nulls(row)] == []


def test_trl_has_arguments_as_objects_and_tools_as_templates_take_them(exported: Exporting) -> None:
    row = exported("trl", "tool_use")[0]
    first, second = row["messages"][2]["tool_calls"]
    assert first["function"] == {"name": "find_boat", "arguments": {"port": "Split", "seats": None}}
    assert row["tools"] == TOOLS and row["id"] == "tool_use-0"
    assert [m["tool_call_id"] for m in row["messages"] if m["role"] == "tool"][:2] == [first["id"], second["id"]]
    assert row["messages"][2]["content"] == "" and "tool_calls" not in row["messages"][0]


def test_ids_of_calls_are_such_as_every_template_takes(exported: Exporting) -> None:
    ids = [c["id"] for m in exported("trl", "tool_use")[0]["messages"] for c in m.get("tool_calls", ())]
    assert len(set(ids)) == 3 and all(len(id) == 9 and id.isalnum() for id in ids)


def test_rows_without_tools_have_no_empty_list_of_them(exported: Exporting) -> None:
    mixed = exported("trl")
    assert {row["skill"] for row in exported("jsonl")} == {"coding", "conversation", "tool_use"}
    # A template that asks `tools is not none` would tell the model of functions.
    assert {bool(row["tools"]) for row in mixed} == {True, False} and not any(row["tools"] == [] for row in mixed)
    assert all("tools" not in row for row in exported("trl", "coding"))


def test_openai_has_arguments_as_text(exported: Exporting) -> None:
    row = exported("openai", "tool_use")[0]
    assert row.keys() == {"messages", "tools"}
    assert json.loads(row["messages"][2]["tool_calls"][1]["function"]["arguments"]) == {"port": "Vis", "seats": 4}
    assert exported("openai", "coding")[0].keys() == {"messages"}


def test_sharegpt_has_turns_of_four_who_speak(exported: Exporting) -> None:
    row = exported("sharegpt", "tool_use")[0]
    said = [turn["from"] for turn in row["conversations"]]
    assert said == ["human", "function_call", "observation", "function_call", "observation", "gpt"]
    calls = json.loads(row["conversations"][1]["value"])
    assert [c["arguments"]["port"] for c in calls] == ["Split", "Vis"]
    assert json.loads(row["conversations"][2]["value"]) == ['{"id": 7}', "[]"]
    assert json.loads(row["conversations"][3]["value"]) == {"name": "book", "arguments": {"boat": {"id": 7}}}
    assert row["system"] == THINK and json.loads(row["tools"])[0]["name"] == "find_boat"
    plainest = exported("sharegpt", "conversation")[0]
    assert (plainest["system"], plainest["tools"]) == ("", "") and plainest.keys() == row.keys()


def test_alpaca_has_the_last_turn_and_the_history(exported: Exporting) -> None:
    row = exported("alpaca", "conversation")[0]
    assert (row["instruction"], row["output"], row["input"], row["system"]) == (
        "And in feet?",
        "About 135 feet.",
        "",
        "",
    )
    assert row["history"] == [["How high is the tower?", "It is 41 metres high."]]
    assert exported("alpaca", "coding")[0]["system"] == THINK


def test_orca_is_the_release(exported: Exporting, tmp_path: Path) -> None:
    rows = exported("orca")
    assert all(row.keys() == {"messages"} and isinstance(row["messages"], str) for row in rows)
    files = sorted(path.name for path in (tmp_path / "e" / "data").iterdir())
    assert files == [f"{split}-00000-of-00001.parquet" for split in ("code_", "follow_up", "tool_use")]
    card = (tmp_path / "e" / "README.md").read_text()
    assert "- split: code_\n    path: data/code_-*" in card and "fermi" not in card
    plainest = json.loads(exported("orca", "conversation")[0]["messages"])
    assert all(message.keys() == {"role", "content"} for message in plainest)
    with_tools = json.loads(exported("orca", "tool_use")[0]["messages"])
    assert "find_boat" in with_tools[0]["content"] and with_tools[2]["tool_calls"]


def test_jsonl_has_every_column_and_spells_what_is_text(exported: Exporting) -> None:
    row = exported("jsonl", "tool_use")[0]
    assert row["provenance"]["lineage"][0]["model"] == "some-model" and row["axes"]["verdict"] == "true"
    assert row["quality"]["for_training"] is True and row["tools"] == TOOLS
    assert row["messages"][2]["tool_calls"][0]["function"]["arguments"] == {"port": "Split", "seats": None}


def test_a_line_is_a_row_to_every_reader(exported: Exporting) -> None:
    assert LINE_ENDS in exported("openai", "coding")[0]["messages"][1]["content"]


def test_dpo_has_both_answers_after_the_prompt(exported: Exporting) -> None:
    row = exported("dpo", "tool_use")[0]
    assert row["prompt"][0] == say("system", THINK) and row["prompt"][-1]["role"] == "tool"
    assert row["chosen"] == [say("assistant", "Boat 7 is booked.")] and row["rejected"][0]["role"] == "assistant"
    assert row["tools"] == TOOLS


def test_kto_has_accepted_rows_as_good_and_the_worse_of_pairs_as_bad(exported: Exporting) -> None:
    rows = exported("kto", "tool_use")
    assert [row["label"] for row in rows].count(False) == 5 and [row["label"] for row in rows].count(True) == 20
    good = next(row for row in rows if row["label"])
    assert [m["role"] for m in good["prompt"]] == ["system", "user"] and good["completion"][0]["tool_calls"]


# What can be chosen


def test_system_prompts_are_kept_dropped_or_said_by_the_user(exported: Exporting) -> None:
    kept, dropped, said = (
        exported("trl", "coding", shape=Shape(how))[0]["messages"] for how in ("keep", "drop", "user")
    )
    assert kept[0] == say("system", THINK) and dropped == kept[1:]
    assert said[0] == say("user", f"{THINK}\n\n{kept[1]['content']}") and said[1:] == kept[2:]


def test_calls_apart_come_one_by_one_each_with_its_result(exported: Exporting) -> None:
    messages = exported("trl", "tool_use", shape=Shape(calls="apart"))[0]["messages"]
    assert [m["role"] for m in messages] == ["system", "user", *["assistant", "tool"] * 3, "assistant"]
    assert all(len(m.get("tool_calls", [1])) == 1 for m in messages)
    assert all(
        a["tool_calls"][0]["id"] == b["tool_call_id"] for a, b in zip(messages[2:8:2], messages[3:8:2], strict=True)
    )


def test_arguments_that_are_no_object_are_told_not_passed_on() -> None:
    broken = call("c", "f")
    broken["function"]["arguments"] = "[1]"
    with pytest.raises(Unfit, match="no JSON object"):
        plain([{**say("assistant", ""), "tool_calls": [broken]}], Shape())


def test_messages_as_parquet_gives_them_are_the_same(run: Path) -> None:
    table = pq.read_table(io.BytesIO((run / "dataset/tool_use/part-00000.parquet").read_bytes()))
    assert plain(table.to_pylist()[0]["messages"], Shape()) == plain(WITH_TOOLS, Shape())
