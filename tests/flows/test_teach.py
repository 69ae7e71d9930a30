"""`teach` as a person runs it: files for a cluster without a model, sentences for what cannot be had, a student where one can."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.publish.export.run_directory import write_run
from tests.publish.release.dataset import ROWS, write_dataset
from tests.running import Home, shared_prefect

pytestmark = pytest.mark.services


def test_files_for_a_cluster_need_no_model(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data")
    home = Home(tmp_path, api=shared_prefect().url)
    ended = home.start("teach", "data", "--student", "org/model", "--output", "out", "--config-only", "--json").ended()
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["rows"] == 3 * ROWS
    assert {"axolotl.yaml", "train.sh", "rows.jsonl"} <= {path.name for path in (tmp_path / "out").iterdir()}


def test_what_cannot_be_had_is_a_sentence(tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    home = Home(tmp_path, api=shared_prefect().url)
    ended = home.start("teach", "run", "--student", "org/model", "--output", "out").ended()
    assert ended.code == 2 and "run is a run that was not curated" in ended.err and "Traceback" not in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(find_spec("trl") is None, reason="teaching needs its packages: pip install -e '.[teach]'")
def test_a_student_is_taught_once(tmp_path: Path) -> None:
    from tests.training.tiny import write_student

    write_dataset(tmp_path / "data")
    write_student(tmp_path / "student")
    home = Home(tmp_path, api=shared_prefect().url)
    command = ("teach", "data", "--student", "student", "--output", "out", "--recipe", "demo", "--json", "--set")
    numbers = ("window=2048", "lora_layers=1", "most_steps=2")
    first = home.start(*command, *numbers).ended(280)
    assert first.code == 0, first.err
    told = json.loads(first.out)
    assert told["steps"] == 2 and told["loss"].keys() == told["tokens"].keys()
    again = home.start(*command, *numbers).ended()
    assert again.code == 0 and json.loads(again.out)["seconds"] == told["seconds"]
