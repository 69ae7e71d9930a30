"""TRL's SFT, DPO and KTO trainers prepare and train on exports, under the chat templates of four families."""

from __future__ import annotations

import json
import math
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tasks.publish.export.export import Wanted, export
from tasks.publish.export.messages import Shape
from tests.publish.export.run_directory import write_run

VARIABLE = "AGENTINSTRUCT_TRAINERS"
"""The Python of an environment that has TRL."""
CHOICES: dict[str, dict[str, Any]] = {
    "qwen2.5": {},
    "qwen3": {},
    "llama3.1": {"shape": Shape(calls="apart")},
    "gemma": {"shape": Shape(system="user"), "tools": False},
    "mistral": {},
}
"""What each family's template asks for."""


@pytest.mark.trainers
@pytest.mark.timeout(1500)
def test_trainers_take_every_row_of_an_export(tmp_path: Path) -> None:
    python = os.environ.get(VARIABLE)
    if not python:
        pytest.skip(f"{VARIABLE} names no Python with TRL: make test-trainers makes one")
    run, folder = tmp_path / "run", tmp_path / "exports"
    write_run(run, 8)
    rows = {
        family: {
            format: export(
                Wanted(directory=str(run), format=format, output=str(folder / family / format), **chosen)
            ).rows["train.parquet"]
            for format in ("trl", "dpo", "kto")
        }
        for family, chosen in CHOICES.items()
    }
    script = Path(__file__).with_name("trainers.py")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HF_HOME": str(tmp_path / "cache")}
    done = subprocess.run([python, script, folder], env=environment, capture_output=True, text=True, timeout=1400)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert {family: {format: found["rows"] for format, found in of.items()} for family, of in told.items()} == rows
    assert all(math.isfinite(found["loss"]) for of in told.values() for found in of.values())
    for family in CHOICES.keys() - {"gemma"}:
        # Arguments are written as an object, once.
        assert '{"port": "Split", "seats": null}' in told[family]["trl"]["text"]
        assert "Boat 7 is booked." in told[family]["dpo"]["text"] and "find_boat" in told[family]["kto"]["text"]
