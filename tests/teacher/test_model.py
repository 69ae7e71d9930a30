"""The pipeline with a real model behind a real llama.cpp server: what must hold whatever the model says. `make test-model`."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from simulator.pipeline import Outcome, drive, opened
from tasks.settings import Settings

pytestmark = [pytest.mark.model, pytest.mark.timeout(3600)]
FILE, SERVER = "AGENTINSTRUCT_MODEL_FILE", "AGENTINSTRUCT_MODEL_SERVER"
DEFAULT = "llama-server -m {file} --port {port} -c 8192 -np 1 -t 1"
DOCUMENT = """The ferry across the Orr runs from April to October. It carries twelve people and four bicycles, and the crossing
takes six minutes. A single ticket costs 3.50, a bicycle 1.00 more. In July and August there is a crossing every twenty minutes
from nine to seven; in the other months there is one every forty minutes. When the wind blows at more than forty kilometres
an hour the ferry stays at its pier, which happened on eleven days last year. The ferry is driven by an electric motor whose
battery is charged from the roof of the ticket office, and it replaced a diesel boat in 2019."""
CODE = '''"""Fares of the ferry."""


def fare(people: int, bicycles: int = 0) -> float:
    """What a crossing costs for so many people and bicycles."""
    if people < 1 or bicycles > 4:
        raise ValueError("one person at least, four bicycles at most")
    return people * 3.50 + bicycles * 1.00


def crossings(month: int, hours: float) -> int:
    """The crossings in so many hours of that month: every 20 minutes in July and August, else every 40."""
    return int(hours * 60 // (20 if month in (7, 8) else 40))
'''
WRAPPING = re.compile(r"</?think|<\|[a-z_]+\|>|</?s>|\[/?INST\]|</?tool_call>", re.I)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the model answers."""
    file, command = os.environ.get(FILE, ""), shlex.split(os.environ.get(SERVER, DEFAULT))
    if not Path(file).is_file() or shutil.which(command[0]) is None:
        pytest.skip(
            f"no model to try: set {FILE} to a small instruct model (a .gguf file) and install llama.cpp's llama-server, "
            f"or set {SERVER} to a command with {{file}} and {{port}} in it; see README, Working on it"
        )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([part.format(file=file, port=port) for part in command], stdout=sys.stderr)
    try:
        _wait(process, port)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        assert process.poll() is None, "the server ended before it answered"
        try:
            opener.open(f"http://127.0.0.1:{port}/v1/models", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    raise AssertionError("the server did not answer within five minutes")


@pytest.mark.parametrize(("skill", "name"), [("reading_comprehension", "ferry.txt"), ("tool_use", "ferry.py")])
def test_nothing_is_lost_and_no_row_is_unchecked(address: str, skill: str, name: str, tmp_path: Path) -> None:
    document = tmp_path / name
    document.write_text(CODE if name.endswith(".py") else DOCUMENT, encoding="utf-8")
    settings = Settings(
        instructions_per_passage=1, refinement_rounds=1, max_tokens=512, attempts=2, request_seconds=1200, tool_rounds=1
    )

    async def run() -> Outcome:
        async with opened(skill, tmp_path / "run", settings, base_url=address, concurrency=1) as session:
            return await drive(session, [str(document)])

    outcome = asyncio.run(run())
    print(f"{skill}: {len(outcome.rows)} rows, {outcome.usage.made} calls, rejects {dict(outcome.reasons())}")
    assert not outcome.broken and not outcome.lost()
    assert outcome.usage.made and outcome.rows + outcome.rejects
    for row in outcome.rows:
        results = [str(result) for result in row.checks.values()]
        assert "pass" in results and all(result.startswith(("pass", "skip")) for result in results)
        assert not WRAPPING.search(json.dumps(asdict(row)["messages"], ensure_ascii=False))
