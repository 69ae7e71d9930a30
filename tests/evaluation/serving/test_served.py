"""A model served for as long as a block lasts: what is started, what it is waited for, how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tasks.evaluation.serving import ServingError, commands, served
from tasks.evaluation.serving import served as module_of_served
from tasks.evaluation.serving.served import ANSWER_SECONDS
from tasks.settings import Settings
from tests.processes import alive, children, within

ROOT = Path(__file__).parents[3]
SERVED = sys.modules[module_of_served.__module__]
ANSWERS = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
DIES = "import sys; print('loading the weights'); sys.exit('OSError: no weights in this folder')"


def stands_in(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let a server of a few lines stand for one with a model."""

    def command(path: Path, model: str, port: int) -> commands.Command:
        return commands.Command("a stand-in", (sys.executable, "-c", code, str(port)), at_once=4)

    monkeypatch.setattr(SERVED, "command", command)
    monkeypatch.setattr(SERVED, "missing", lambda path: [])


def test_it_answers_within_the_block_and_is_gone_after_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def examine() -> None:
        stands_in(monkeypatch, ANSWERS)
        told: list[str] = []
        before = children(os.getpid())
        async with served(tmp_path / "student", tell=told.append) as endpoint:
            started = children(os.getpid()) - before
            suited = endpoint.suited(Settings(max_concurrency=256, request_seconds=60))
            assert suited.max_concurrency == 4 and suited.request_seconds == ANSWER_SECONDS
            assert endpoint.suited(Settings(max_concurrency=2)).max_concurrency == 2
            assert endpoint.model == "student" and endpoint.base_url.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(endpoint.base_url.replace("/v1", "/health"), timeout=5) as reply:
                assert reply.status == 200
        assert len(started) >= 2
        assert within(5, lambda: not any(map(alive, started)))
        assert told[0] == "Starting a stand-in for student." and told[-1].startswith("student answers after")

    asyncio.run(examine())


def test_why_it_did_not_start_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def examine() -> None:
        stands_in(monkeypatch, DIES)
        with pytest.raises(
            ServingError, match=r"^a stand-in cannot serve student: OSError: no weights in this folder$"
        ):
            async with served(tmp_path / "student"):
                raise AssertionError("it cannot be served")

    asyncio.run(examine())


def test_what_fails_because_it_died_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def examine() -> None:
        stands_in(monkeypatch, ANSWERS)
        before = children(os.getpid())
        with pytest.raises(
            ServingError, match="a stand-in cannot serve student: it was killed, perhaps for want of memory"
        ):
            async with served(tmp_path / "student"):
                for process in children(os.getpid()) - before:
                    os.kill(process, signal.SIGKILL)
                await asyncio.sleep(0.5)
                raise RuntimeError("the endpoint is down")

    asyncio.run(examine())


def test_whoever_asks_is_told_at_once_that_it_died(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def examine() -> list[str]:
        stands_in(monkeypatch, ANSWERS)
        told: list[str] = []
        before = children(os.getpid())
        async with served(tmp_path / "whole") as whole:
            whole.on_death(told.append)
        assert not told
        async with served(tmp_path / "student") as endpoint:
            endpoint.on_death(told.append)
            for process in children(os.getpid()) - before:
                os.kill(process, signal.SIGKILL)
            await asyncio.wait([endpoint.death], timeout=10)
            await asyncio.sleep(0)
        return told

    [why] = asyncio.run(examine())
    assert why.startswith("a stand-in cannot serve student: it was killed")


def test_another_problem_stays_what_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def examine() -> None:
        stands_in(monkeypatch, ANSWERS)
        with pytest.raises(RuntimeError, match="of another kind"):
            async with served(tmp_path / "student"):
                raise RuntimeError("of another kind")

    asyncio.run(examine())


def test_it_ends_with_whoever_started_it_also_when_that_is_killed(tmp_path: Path) -> None:
    code = f"""
import asyncio, sys
from pathlib import Path
from tasks.evaluation.serving import commands
served = __import__("importlib").import_module("tasks.evaluation.serving.served")
served.missing = lambda path: []
served.command = lambda path, model, port: commands.Command("it", (sys.executable, "-c", {ANSWERS!r}, str(port)))
async def main():
    async with served.served(Path("student")):
        print("served", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"served\n"
        started = children(parent.pid)
        parent.kill()
    assert len(started) == 2
    assert within(10, lambda: not any(map(alive, started)))


def test_the_server_ends_with_its_keeper() -> None:
    command = [sys.executable, str(ROOT / "tasks/evaluation/serving/keeper.py"), sys.executable, "-c", ANSWERS, "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as keeper:
        assert within(10, lambda: len(children(keeper.pid)) == 1)
        started = children(keeper.pid)
        keeper.kill()
    assert within(10, lambda: not any(map(alive, started)))


def test_what_is_not_installed_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    file = tmp_path / "student.gguf"
    file.touch()

    async def serve() -> None:
        async with served(file):
            raise AssertionError("there is nothing to serve with")

    with pytest.raises(
        ServingError, match=r"student.gguf needs torch, transformers, gguf: pip install -e '.\[teach\]'"
    ):
        asyncio.run(serve())


def test_vllm_is_taken_where_there_is_a_gpu_and_for_folders_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(commands, "_vllm", lambda: True)
    file = tmp_path / "student.gguf"
    file.touch()
    words = commands.command(tmp_path, "student", 8000).words
    assert words[words.index("--served-model-name") + 1] == "student" and words[words.index("--port") + 1] == "8000"
    assert commands.command(file, "student", 8000).name == "transformers"


def asked(base_url: str, **body: object) -> dict[str, object]:
    """What the endpoint answers to a chat."""
    request = urllib.request.Request(
        f"{base_url}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        told: dict[str, object] = json.load(reply)
    return told
