"""What the form of a served deployment refuses, and what a run says that cannot be had: one sentence, and nothing is left."""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator
from typing import Any

import pytest

from tasks.records import Json
from tests.running import ROOT, SKILL, Result
from tests.serving import Serving, serving

pytestmark = pytest.mark.services

KEY = "sk-canary-4f9aQ81xWm27"
DOCUMENT = "tidal_power.md"
ASKED: Json = {"documents": [DOCUMENT], "skill": SKILL}
HUGE = 10**30


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("forms")
    (folder / DOCUMENT).write_bytes((ROOT / "examples" / "documents" / DOCUMENT).read_bytes())
    served = serving(folder, PREFECT_RUNNER_POLL_FREQUENCY="1")
    with served.started():
        yield served


def told(pair: Serving, run: str) -> list[str]:
    """All that the log of a run says."""
    wanted = {"logs": {"flow_run_id": {"any_": [run]}}, "sort": "TIMESTAMP_ASC"}
    return [entry["message"] for entry in pair.ask("/logs/filter", wanted)]


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": HUGE},
        {"limit": 2**64},
        {"max_usd": 1e300},
        {"sampling": {"instructions_per_passage": HUGE}},
        {"sampling": {"unknown": HUGE}},
        {"unknown": HUGE},
        {"documents": []},
        {"documents": None},
        {"documents": [KEY]},
        {"skill": KEY},
        {"teacher": KEY},
        {"output": f"out/Bearer {KEY}"},
        {"base_url": f"http://me:{KEY}@127.0.0.1/v1"},
        {"endpoint": {"api_key_variable": KEY}},
        {"verifying": {"judge_model": KEY}},
    ],
)
def test_what_the_form_refuses_leaves_nothing(pair: Serving, changes: dict[str, Any]) -> None:
    before = pair.ask("/flow_runs/count", {})
    with pytest.raises(urllib.error.HTTPError) as caught:
        pair.run({**ASKED, **changes})
    assert 400 <= caught.value.code < 500
    assert pair.ask("/flow_runs/count", {}) == before
    assert len(pair.ask("/flow_runs/filter", {})) == before  # what the pages of runs ask: it can be answered still


def test_a_cleared_field_is_empty_and_no_example_comes_back(pair: Serving) -> None:
    deployment = pair.deployment()
    assert deployment["parameters"] == {}
    with pytest.raises(urllib.error.HTTPError):
        pair.run({"skill": SKILL})
    with pytest.raises(urllib.error.HTTPError):
        pair.run({"documents": [DOCUMENT]})


def test_what_cannot_be_had_is_one_sentence_in_the_form_s_words(pair: Serving) -> None:
    asked: dict[str, Json] = {
        "Documents is empty: fill it in": {"documents": ["  "]},
        "nothing to read: 'absent': does not exist": {"documents": [" 'absent' "]},
        "Base URL must begin with http:// or https:// and name a host, saw 'ftp://x'": {
            "teacher": "m",
            "base_url": "ftp://x",
        },
        "set OPENAI_API_KEY, or name your own endpoint with Base URL": {"teacher": "gpt-4.1-mini"},
        "Difficulty band needs measured rates: set Solve samples": {"verifying": {"difficulty_band": "hard"}},
        "Budget in US dollars needs the price of m": {
            "teacher": "m",
            "base_url": "http://127.0.0.1:9/v1",
            "max_usd": 1,
        },
    }
    for said, changes in asked.items():  # one after the other: each starts a process of its own
        run = pair.run({**ASKED, **changes})
        ended = pair.ended(run, seconds=200)
        message = ended["state"]["message"]
        assert ended["state_type"] == "FAILED" and said in message, ended["state"]
        assert "\n" not in message and "--" not in message and "Traceback" not in message
        assert not [line for line in told(pair, run) if "Traceback" in line or "Error" in line]
    printed = (pair.folder / "serve.out").read_text()  # where Prefect may complain of a busy server, with a traceback
    assert not [kind for kind in ("OrderError", "SettingsError", "NothingToRead", "NotWritable") if kind in printed]


def test_a_budget_stops_a_run_that_retry_takes_up_again(pair: Serving) -> None:
    run = pair.run({**ASKED, "max_calls": 5, "sampling": {"instructions_per_passage": 1, "refinement_rounds": 0}})
    state = pair.ended(run, seconds=200)["state"]
    assert state["message"] == (
        "the budget of 5 calls is used up; a run that resumes has as much again. Press Retry to resume"
    )
    result = Result(pair.folder / "out" / SKILL)
    assert result.manifest["calls"]["made"] == 5
    pair.retry(run)
    pair.ended(run, times=2, seconds=200)
    assert 5 < result.manifest["calls"]["made"] <= 10


def test_no_key_is_anywhere(pair: Serving) -> None:
    files = [path for path in pair.folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files)
    assert not [path for path in files if KEY.encode() in path.read_bytes()]
