"""`agentinstruct estimate`: reads the documents as a run would, asks no model, and leaves no trace."""

from __future__ import annotations

import asyncio
import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from flows.cli.command import estimate, generate
from flows.cli.estimate import estimate_run
from tasks.records import Json
from tasks.teacher.ledger import Ledger

SKILL = "reading_comprehension"
DOCUMENT = Path(__file__).parents[2] / "examples" / "documents" / "tidal_power.md"


def told(capsys: pytest.CaptureFixture[str], *pairs: str, **more: Any) -> Json:
    asked = {"documents": [str(DOCUMENT)], "skill": SKILL, "teacher": "gpt-4.1-mini", **more}
    estimate_run(pairs=list(pairs), as_json=True, **asked)
    value: Json = json.loads(capsys.readouterr().out)
    return value


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AGENTINSTRUCT_HOME", str(tmp_path / "home"))


def test_it_takes_what_generate_takes() -> None:
    takes = [inspect.signature(command).parameters for command in (generate, estimate)]
    assert {*takes[1]} - {*takes[0]} == {"as_json"} and {*takes[0]} <= {*takes[1]}


def test_it_leaves_no_trace_and_needs_no_key(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said = told(capsys, output=str(tmp_path / "out"))
    assert said["documents"]["used"] == 1 and said["measured"] == 0
    assert 0 < said["whole"]["calls"]["low"] < said["whole"]["calls"]["high"] == said["calls"]
    assert said["whole"]["cost_usd"]["high"] > 0 and said["seconds"]["low"] is None
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_runs_of_the_model_came_to_is_what_the_next_one_goes_by(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url, plain = f"sqlite:///{tmp_path / 'ledger.db'}", told(capsys)
    steps = {
        step: {
            "most": most,
            "calls": most // 2,
            "prompt_tokens": 1000 * (most // 2),
            "completion_tokens": 90 * (most // 2),
        }
        for step, most in plain["by_step"].items()
    }
    counts = {"pieces": plain["documents"]["pieces"], "characters": plain["documents"]["characters"]}
    came = {SKILL: {**counts, "rows": 8, "accepted": 6, "steps": steps}}

    async def known() -> None:
        ledger = Ledger(url)
        for key in ("a", "b", "a"):
            timed = {"timed": 100, "call_seconds": 200.0, "seconds": 20.0}
            await ledger.note_outcome(key, "gpt-4.1-mini", {"skills": came, **timed})
        ledger.close()

    asyncio.run(known())
    said = told(capsys, f"ledger={url}", "max_concurrency=10")
    assert said["measured"] == 2 and said["whole"]["tokens"]["likely"] == pytest.approx(
        1090 * said["typical"], rel=0.01
    )
    assert said["typical"] == pytest.approx(plain["calls"] / 2, rel=0.1)
    assert said["accepted"]["low"] < said["accepted"]["likely"] == pytest.approx(0.75 * said["rows"], abs=1)
    assert said["seconds"]["low"] == pytest.approx(said["whole"]["calls"]["low"] * 2 / 10 + 20, abs=2)
    assert told(capsys, f"ledger={url}", teacher="gpt-4.1")["measured"] == 0


def test_the_page_says_what_cannot_be_known(capsys: pytest.CaptureFixture[str]) -> None:
    estimate_run(pairs=["rpm=6"], as_json=False, documents=[str(DOCUMENT)], skill=SKILL, teacher="nobody-knows")
    shown = capsys.readouterr().out
    assert "unknown" in shown and "Time: at least" in shown and "Nothing was measured with this model yet" in shown
    assert "which those are shows only when the run makes them" in shown
