"""Public tasks on an endpoint: our figures are those of lm-eval's own command, and a second time costs nothing."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.evaluation.figures import Figure
from tasks.evaluation.public import public_results
from tasks.evaluation.public.catalogue import OURS
from tasks.settings import Evaluating, Settings
from tasks.teacher import StopRun, Teacher, open_teacher
from tasks.teacher.budget import Budget
from tests.evaluation.public.local_tasks import local_tasks
from tests.running import PATIENCE

pytest.importorskip("lm_eval", reason="lm-eval is not installed: pip install -e '.[evaluate]'")
pytestmark = pytest.mark.services


def scripted(asked: str) -> str:
    """Sums of two numbers, wrong above 20 and where both are 7; of options the first, or the second for colours."""
    if numbers := [int(number) for number in re.findall(r"\d+", asked)]:
        whole = sum(numbers) + (numbers == [7, 7])
        return f"Let me see: she has {whole if whole < 20 else 3} apples.\n\nQuestion: How many had Ann 99 days ago?"
    return "B, since it is one.\nA" if "colour" in asked else "A"


class Endpoint(BaseHTTPRequestHandler):
    """Answers as scripted, and takes no notice of stops."""

    def log_message(self, *_: Any) -> None: ...

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = scripted(body["messages"][-1]["content"])
        # Servers cut at stops themselves; lm-eval's own client relies on it.
        text = text[: min((at for stop in body.get("stop") or [] if (at := text.find(stop)) >= 0), default=len(text))]
        message = {"role": "assistant", "content": text}
        reply = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": {}}
        data = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def endpoint() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def ours(folder: Path, tasks: list[str], url: str, limit: int = 0, calls: int = 0) -> tuple[list[Figure], Teacher]:
    async def examine() -> tuple[list[Figure], Teacher]:
        teacher = open_teacher("student", url, Settings(), f"sqlite:///{folder}/ledger.db", Budget(calls=calls))
        try:
            return await public_results(teacher, tasks, Evaluating(limit=limit)), teacher
        finally:
            await teacher.close()

    return asyncio.run(examine())


def by_its_own_command(folder: Path, tasks: Path, url: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "lm_eval", "run", "--model", "local-chat-completions", "--apply_chat_template"]
    told = f"model=student,base_url={url}/chat/completions"
    command += ["--model_args", told, "--tasks", "apples_counted,options_chosen", "--include_path", str(tasks)]
    environment = {**os.environ, "OPENAI_API_KEY": "none", "NO_PROXY": "127.0.0.1"}
    command += ["--output_path", str(folder / "own.json")]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=200 * PATIENCE)
    [found] = folder.rglob("own*.json")
    results: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))["results"]
    return results


def test_figures_are_those_of_its_own_command_and_nothing_is_paid_for_twice(tmp_path: Path) -> None:
    tasks = local_tasks(tmp_path / "tasks")
    with endpoint() as url:
        figures, teacher = ours(tmp_path, [str(tasks)], url)
        assert teacher.usage.made == 10
        again, later = ours(tmp_path, [str(tasks)], url)
        assert later.usage.made == 0 and later.usage.replayed == 10 and again == figures
        own = by_its_own_command(tmp_path, tasks, url)
        [few, _] = ours(tmp_path, [str(tasks / "apples.yaml")], url, limit=2)

    by_task = {figure.task: figure for figure in figures}
    apples, options, likely = (by_task[name] for name in ("apples_counted", "options_chosen", "likely"))
    assert apples.value == pytest.approx(100 * own["apples_counted"]["exact_match,last-number"], abs=1e-3)
    assert options.value == pytest.approx(100 * own["options_chosen"]["exact_match,letter"], abs=1e-3)
    assert apples.value == pytest.approx(100 * 4 / 6, abs=1e-3) and options.value == 50
    error = own["apples_counted"]["exact_match_stderr,last-number"]
    assert apples.low == pytest.approx(apples.value - 100 * 1.959964 * error, abs=1e-3)
    assert apples.count == 6 and "apples_counted 1.5, 0 shots" in apples.version
    assert likely.value is None and "log-likelihoods" in likely.note
    assert few[0].count == 2 and few[0].note == "2 of its 6 items were asked." and few[0].version != apples.version


def test_our_agieval_takes_the_letter_that_is_announced(tmp_path: Path) -> None:
    group = yaml.safe_load((OURS / "agieval_generative.yaml").read_text(encoding="utf-8"))
    data = tmp_path / "items.jsonl"
    rows = [("Which is a colour? (A)red (B)two", [0]), ("Which is an animal? (A)fox (B)mud", [0])]
    data.write_text(
        "".join(json.dumps({"query": query, "gold": gold}) + "\n" for query, gold in rows), encoding="utf-8"
    )
    for each in group["task"]:
        each |= {"dataset_path": "json", "dataset_kwargs": {"data_files": {"test": str(data)}}}
    file = tmp_path / "agieval.yaml"
    file.write_text(yaml.safe_dump(group), encoding="utf-8")
    with endpoint() as url:
        [figure], _ = ours(tmp_path, [str(file)], url)
    assert (figure.value, figure.count) == (50.0, 2 * len(group["task"]))


def test_what_a_spent_budget_leaves_is_asked_later(tmp_path: Path) -> None:
    task = str(local_tasks(tmp_path / "tasks") / "apples.yaml")
    with endpoint() as url:
        with pytest.raises(StopRun):
            ours(tmp_path, [task], url, calls=2)
        [figure], teacher = ours(tmp_path, [task], url)
    assert teacher.usage.replayed >= 1 and teacher.usage.made == 6 - teacher.usage.replayed
    assert figure.count == 6
