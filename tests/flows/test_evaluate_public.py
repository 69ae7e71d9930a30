"""`evaluate` with a student of this machine and public tasks: served for as long, reckoned by lm-eval, never paid for twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.evaluation.public.local_tasks import local_tasks
from tests.evaluation.serving.student import tiny_student
from tests.running import Home, processes_of, shared_prefect

pytest.importorskip("lm_eval", reason="lm-eval is not installed: pip install -e '.[evaluate]'")
pytestmark = pytest.mark.services


def test_a_folder_is_examined_in_public_tasks(tmp_path: Path) -> None:
    tiny_student(tmp_path / "tiny", context=1024)
    local_tasks(tmp_path / "tasks")
    home = Home(tmp_path, api=shared_prefect().url)
    command = ("evaluate", "tiny", "--output", "out", "--tasks", "tasks,humaneval", "--limit", "3", "--json")
    first = home.start(*command).ended()
    assert first.code == 0, first.err
    told = json.loads(first.out)
    values = {line["task"]: line["values"]["tiny"] for line in told["table"]}
    assert values == {"apples_counted": 0, "options_chosen": 0, "likely": None, "humaneval": None}
    assert told["usage"]["examine"]["tiny"]["made"] == 6
    again = json.loads(home.start(*command).ended().out)
    assert again["usage"]["examine"]["tiny"]["made"] == 0 and again["table"] == told["table"]
    assert not list(processes_of(home))

    (tmp_path / "tiny" / "model.safetensors").write_bytes(b"no weights")
    broken = home.start(*command).ended()
    assert broken.code == 2 and "transformers cannot serve tiny: " in broken.err and "Traceback" not in broken.err
