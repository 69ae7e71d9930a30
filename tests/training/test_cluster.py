"""Files for a cluster: what axolotl reads, with rows that its template takes, and commands for one machine or several."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tasks.records import Json
from tasks.training.cluster import commands, write_for_cluster
from tasks.training.preparation import Wanted
from tasks.training.recipes import RECIPES
from tasks.training.students import TeachingError
from tests.publish.release.dataset import HELD_OUT, ROWS, write_dataset


def wanted(folder: Path, **more: object) -> Wanted:
    facts: Json = {
        "data": str(folder / "data"),
        "student": "org/model",
        "output": str(folder / "out"),
        "recipe": replace(RECIPES["orca3"], windows_per_step=16),
        "preferences": False,
        "offline_rows": False,
    }
    return Wanted(**{**facts, **more})


def test_a_folder_that_trains_elsewhere(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data", offline=2)
    told = write_for_cluster(wanted(tmp_path), 8, "orca3")
    assert told["rows"] == 3 * (ROWS - 2) and told["held_out"] == 3 * HELD_OUT
    assert list(told["left_out"].values()) == [6]
    config = yaml.safe_load((tmp_path / "out" / "axolotl.yaml").read_text())
    assert config["learning_rate"] == 8e-6 and config["sequence_len"] == 8192 and config["num_epochs"] == 3
    assert config["gradient_accumulation_steps"] * config["micro_batch_size"] * 8 == 16
    assert config["excess_length_strategy"] == "drop" and config["datasets"][0]["roles_to_train"] == ["assistant"]
    assert (
        "generation" in (tmp_path / "out" / config["chat_template_jinja"]).read_text() and config["fsdp_version"] == 2
    )
    # Of a dataset that names no template axolotl takes the tokenizer's, whatever stands above.
    assert all(each["chat_template"] == "jinja" for each in [*config["datasets"], *config["test_datasets"]])
    rows = [json.loads(line) for line in (tmp_path / "out" / "rows.jsonl").read_bytes().splitlines()]
    assert len(rows) == told["rows"] and "tools" in rows[0] and "tools" not in rows[-1]
    calls = [call for row in rows for message in row["messages"] for call in message.get("tool_calls", ())]
    assert calls and any(json.loads(call["function"]["arguments"]).get("seats", 1) is None for call in calls)


def test_commands_for_one_machine_and_for_several() -> None:
    one, two = commands(8), commands(16)
    assert "--num_processes 8 --num_machines 1 -m axolotl.cli.train axolotl.yaml" in one and "machine_rank" not in one
    assert '--num_processes 16 --num_machines 2 --machine_rank "$1" --main_process_ip "$2"' in two


def test_what_axolotl_cannot_train_is_a_sentence(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data")
    with pytest.raises(TeachingError, match="axolotl reads no GGUF file"):
        write_for_cluster(wanted(tmp_path, student="model.gguf"), 1, "orca3")
    with pytest.raises(TeachingError, match="methods full and lora"):
        write_for_cluster(wanted(tmp_path, recipe=replace(RECIPES["demo"], method="last")), 1, "demo")
    with pytest.raises(TeachingError, match="leave lora_layers at 0"):
        write_for_cluster(wanted(tmp_path, recipe=RECIPES["demo"]), 1, "demo")
