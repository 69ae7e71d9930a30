"""`teach` as a person runs it: files for a cluster without a model, sentences for what cannot be had, a student where one can."""

from __future__ import annotations

import json
import os
import signal
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.publish.export.run_directory import write_run
from tests.publish.release.dataset import ROWS, write_dataset
from tests.running import Home, processes_of, shared_prefect, wait_for
from tests.serving import command_of

pytestmark = pytest.mark.services
needs_packages = pytest.mark.skipif(
    find_spec("trl") is None, reason="teaching needs its packages: pip install -e '.[teach]'"
)


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


@needs_packages
@pytest.mark.parametrize(("sent", "said"), [(signal.SIGKILL, "was killed"), (signal.SIGINT, "Stopped")])
def test_what_ends_while_rows_are_made_ready_is_a_sentence(tmp_path: Path, sent: signal.Signals, said: str) -> None:
    from tests.training.tiny import write_student

    write_dataset(tmp_path / "data")
    write_student(tmp_path / "student")
    home = Home(tmp_path, api=shared_prefect().url)
    run = home.start("teach", "data", "--student", "student", "--output", "out", "--recipe", "demo")
    [made_ready] = wait_for("rows to be made ready", lambda: apart(home))
    os.kill(run.process.pid if sent == signal.SIGINT else made_ready, sent)
    ended = run.ended()
    assert ended.code and said in ended.err and "Traceback" not in ended.err
    wait_for("the process to be gone", lambda: not apart(home))


def apart(home: Home) -> list[int]:
    """The process of this home that makes rows ready."""
    return [each for each in processes_of(home) if b"spawn_main" in command_of(each)]


@needs_packages
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
