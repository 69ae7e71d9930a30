"""One command, from nothing to a dataset: `agentinstruct serve` in an empty folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from tests.running import PATIENCE, PROGRAM, SKILL, Home, Result, processes_of
from tests.serving import serving

pytestmark = pytest.mark.services


def test_from_an_empty_folder_to_a_dataset_and_nothing_is_left_behind(tmp_path: Path) -> None:
    write_corpus(tmp_path / "documents", 1, words=90)
    served = serving(tmp_path)
    with served.started() as process:
        run = served.run({"documents": ["documents"], "skill": SKILL, "output": "out"})
        again = refused(tmp_path)
        assert f"this folder is served already, at {served.address}" in again
        ended = served.ended(run)
        assert ended["state_type"] == "COMPLETED", ended["state"]
        assert Result(tmp_path / "out").rows()
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(30 * PATIENCE) == 0
        assert served.processes() == list(processes_of(served.home)) == []
    said = (tmp_path / "serve.out").read_text()
    assert f" at {served.address}\n" in said.splitlines(keepends=True)[0] and "Traceback" not in said
    assert (tmp_path / "home" / "prefect" / "serve.log").read_text() == ""
    with_texts = [path for path in (tmp_path / "home").rglob("*") if path.stat().st_mode & 0o077]
    assert with_texts == []


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert refused(tmp_path, "--port", str(port)).startswith(f"error: port {port} is taken: choose another --port")


def test_a_server_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    told = refused(tmp_path, api="http://127.0.0.1:9/api")
    assert told.startswith("error: no Prefect server answers at PREFECT_API_URL=http://127.0.0.1:9/api")


def refused(folder: Path, *options: str, api: str = "") -> str:
    """What `serve` says as it does not serve."""
    done = subprocess.run(
        (PROGRAM, "serve", *options),
        cwd=folder,
        env=Home(folder, api).environment(),
        capture_output=True,
        text=True,
        timeout=60 * PATIENCE,
    )
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr
    return done.stderr
