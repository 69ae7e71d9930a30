"""`make teach-demo` with a student of a few thousand weights and two steps: each of its commands, as the Makefile has them."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.running import PATIENCE, ROOT, Home, shared_prefect

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(find_spec("trl") is None, reason="teaching needs its packages: pip install -e '.[teach]'"),
]

CHAT = "{% for message in messages %}{{ message['content'] }}\n{% endfor %}"
"""A chat template for a student that has none: without one nobody can be examined before it is taught."""


def test_from_documents_to_a_student_that_is_measured(tmp_path: Path) -> None:
    from tests.training.tiny import write_student

    student = Path(write_student(tmp_path / "tiny"))
    (student / "chat_template.jinja").write_text(CHAT)
    said = {
        "BIN": str(Path(sys.executable).parent),
        "STUDENT": str(student),
        "DEMO": str(tmp_path / "demo"),
        "TEACHING": "--set window=4096 lora_layers=1 most_steps=2",
        "EXAMINING": "--answer-tokens 16 --rows 1",
    }
    ready = [option for target in ("ready", "teach") for option in ("-o", f".venv/.{target}")]
    run = subprocess.run(
        ["make", *ready, "teach-demo", *(f"{name}={value}" for name, value in said.items())],
        cwd=ROOT,
        env=Home(tmp_path, api=shared_prefect().url).environment(),
        capture_output=True,
        text=True,
        timeout=280 * PATIENCE,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert "is not for learning" in run.stdout
    taught = json.loads((tmp_path / "demo/student/teaching.json").read_text())
    assert taught["steps"] == 2 and all({"before", "after"} <= loss.keys() for loss in taught["loss"].values())
    examined = json.loads((tmp_path / "demo/evaluation/results.json").read_text())
    assert [student["name"] for student in examined["students"]] == ["student", "tiny"] and examined[
        "compare"
    ] == "tiny"
    assert (tmp_path / "demo/evaluation/report.html").exists()
