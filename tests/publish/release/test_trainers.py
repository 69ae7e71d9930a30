"""TRL's SFT, DPO, KTO and reward trainers take a step on a release that was fitted to each family's chat template."""

from __future__ import annotations

import json
import math
import os
import subprocess
from pathlib import Path

import pytest

from tasks.publish.release.release import Wanted
from tests.publish.export.test_templates import TEMPLATES
from tests.publish.export.test_trainers import VARIABLE
from tests.publish.release.dataset import release, write_dataset

FAMILIES = {
    "qwen2.5": "qwen2_5",
    "qwen3": "qwen3",
    "llama3.1": "llama3_1",
    "gemma": "gemma",
    "mistral": "",
    "glm4": "glm4moe",
    "gptoss": "gptoss",
    "phi3.5": "phi3_5",
}
"""Family -> its template in TRL; ours, under the family's name, where it has none."""
WITHOUT_CALLS = {"gemma", "phi3.5"}


@pytest.mark.trainers
@pytest.mark.timeout(2400)
def test_trainers_take_every_row_of_a_release(tmp_path: Path) -> None:
    python = os.environ.get(VARIABLE)
    if not python:
        pytest.skip(f"{VARIABLE} names no Python with TRL: make test-trainers makes one")
    [shipped] = Path(python).parents[1].glob("lib/python*/site-packages/trl/chat_templates")
    data, folder = tmp_path / "data", tmp_path / "releases"
    write_dataset(data)
    rows = {}
    for family, name in FAMILIES.items():
        template = shipped / f"{name}.jinja" if name else TEMPLATES / f"{family}.jinja"
        wanted = Wanted(directory=str(data), formats=("trl",), output=str(tmp_path / family), model=str(template))
        told = release(wanted)["trl"]
        folder.mkdir(exist_ok=True)
        Path(told["folder"]).rename(folder / family)
        rows[family] = {config: splits["train"] for config, splits in told["configs"].items()}
        assert rows[family]["sft"] == (32 if family in WITHOUT_CALLS else 48)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HF_HOME": str(tmp_path / "cache")}
    script = Path(__file__).parents[1] / "export" / "trainers.py"
    done = subprocess.run([python, script, folder], env=environment, capture_output=True, text=True, timeout=2300)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert {family: {config: found["rows"] for config, found in of.items()} for family, of in told.items()} == rows
    assert all(math.isfinite(found["loss"]) for of in told.values() for found in of.values())
    for family in FAMILIES.keys() - WITHOUT_CALLS - {"glm4", "gptoss"}:
        assert '{"port": "Split", "seats": null}' in told[family]["sft"]["text"]
