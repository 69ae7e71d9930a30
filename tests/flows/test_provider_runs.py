"""Whole runs through the providers' own clients, against servers that speak their protocols and answer offline."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from flows.cli.check_endpoint import ABLE, check
from simulator import simulator
from tasks.teacher.endpoints.providers import PACKAGES
from tests.running import Home, Result, shared_prefect

pytestmark = pytest.mark.services
SETTINGS = ("--max-concurrency", "2", "--set", "chunks_per_document=1", "refinement_rounds=0")


def run(folder: Path, teacher: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Result:
    """A run of two documents, after a look at the endpoint."""
    package = PACKAGES[teacher.partition(":")[0]]
    if find_spec(package.module) is None:
        pytest.skip(f"the extra {package.extra} is not installed")
    folder.mkdir()
    write_corpus(folder / "documents", 2, words=90)
    monkeypatch.setenv(package.keys[0], "a-key")
    home = Home(folder, api=shared_prefect().url, variables={package.keys[0]: "a-key"})
    with simulator(faults="http_503=#2,http_429_after=#1") as server:
        base_url = server.base_url.removesuffix("/v1")
        assert check(teacher, base_url, [], as_json=True) == ABLE
        ended = home.run("out", "--teacher", teacher, "--base-url", base_url, *SETTINGS)
    looked = json.loads(capsys.readouterr().out)
    assert looked["endpoint"].endswith(f" at {base_url}") and looked["prompt_tokens"] > 0 and looked["cost_usd"] > 0
    assert looked["habits"] == []
    assert ended.code == 0, ended.err
    return Result(folder / "out")


def test_runs_through_anthropic_and_google_end_with_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    anthropic = run(tmp_path / "anthropic", "anthropic:claude-sonnet-4-5", monkeypatch, capsys)
    google = run(tmp_path / "google", "google_genai:gemini-2.5-flash", monkeypatch, capsys)
    rows = [[row["messages"] for row in result.rows()] for result in (anthropic, google)]
    assert rows[0] and rows[0] == rows[1]
    for result in (anthropic, google):
        calls = result.manifest["calls"]
        assert calls["cost_usd"] > 0 and calls["prompt_tokens"] > calls["cached_tokens"]
    calls = anthropic.manifest["calls"]
    whole = (calls["prompt_tokens"] * 3 + calls["completion_tokens"] * 15) / 1e6
    assert calls["cached_tokens"] > 0 and calls["cost_usd"] < whole
