"""A private server: two that start at once over one database, and one that cannot start."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.server.prefect_server import START_SECONDS, ServerDown
from flows.server.private_server import prefect_api
from tests.running import PATIENCE

pytestmark = pytest.mark.services


def test_runs_that_start_at_once_in_one_folder_all_get_their_server(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from flows.server.private_server import prefect_api\n"
        "with prefect_api(Path(sys.argv[1])): print('up', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "server.log")]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(3)]
    try:
        assert [process.stdout.readline() for process in started if process.stdout] == [b"up\n"] * 3
    finally:
        for process in started:
            process.communicate(timeout=60 * PATIENCE)


def test_one_that_ends_as_it_starts_is_told_in_a_sentence_and_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    began = time.monotonic()
    with (
        pytest.raises(ServerDown, match=r"ended with code 1 as it started; its output is in .*server.log"),
        prefect_api(tmp_path / "server.log"),
    ):
        pass
    assert time.monotonic() - began < START_SECONDS / 3
