"""What a curation may be asked for: wrong values are told in one sentence, before anything starts."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from flows.cli import curate_run
from flows.cli.launch import STOPPED
from flows.curating import CurateOrder, check
from flows.order import OrderError, order_of
from flows.server.private_server import PrefectApi
from tasks.records import Json
from tasks.settings import SettingsError
from tasks.teacher import StopRun
from tests.curation.rows import row, write_rows


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"runs": []}, "RUNS is empty: fill it in"),
        ({"curating": {"difficulty": "hard,odd"}}, "difficulty: unknown band 'odd'; known: easy, medium, hard"),
        ({"curating": {"min_score": 11}}, "min_score must be at most 10.0, saw 11"),
        ({"curating": {"diversity": "some"}}, "diversity: Input should be 'off', 'filter' or 'facility', saw 'some'"),
        ({"curating": {"nope": 1}}, "nope is no field of this run"),
        ({"curating": {"judge": "m"}}, "judge: there is nothing to judge without a benchmark; name some in against"),
        (
            {"curating": {"judge": "offline", "against": ["gsm8k"]}},
            "judge: the offline teacher cannot judge; name a model, or leave the judge out",
        ),
        (
            {"curating": {"judge_base_url": "http://host/v1"}},
            "judge_base_url needs the model that answers there: name it as the judge",
        ),
        (
            {"curating": {"judge_base_url": "host", "judge": "m"}},
            "judge_base_url must begin with http:// or https:// and name a host, saw 'host'",
        ),
    ],
)
def test_a_wrong_value_is_told(given: Json, said: str) -> None:
    with pytest.raises(OrderError) as told:
        order_of({"runs": ["out/one"], **given}, CurateOrder)
    assert str(told.value) == said


def test_empty_fields_are_the_defaults() -> None:
    order = order_of({"runs": [" 'out/one' ", ""], "output": "", "curating": None}, CurateOrder)
    assert (order.runs, order.output, order.curating.hold_out) == (["out/one"], "out/curated", 100)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "--judge-base-url"),
        ({"max_usd": 1}, "--max-usd needs the price of some-judge, which is not known"),
        ({"endpoint": {"price_table": "nowhere.yaml"}}, "price_table nowhere.yaml: FileNotFoundError"),
    ],
)
def test_a_judge_that_cannot_be_had_is_told_in_its_own_words(
    given: Json, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    curating = {"judge": "some-judge", "against": ["exam.jsonl"]}
    with pytest.raises(SettingsError) as told:
        check(order_of({"runs": ["out/one"], "curating": curating, **given}, CurateOrder))
    assert said in str(told.value) and "--teacher" not in str(told.value)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "is full: make room, then run the same command again"),
        (OSError(errno.EROFS, "Read-only file system"), "is read-only: mount it for writing"),
        (StopRun("the budget of 2 calls is used up"), "used up. Run the same command again to resume."),
    ],
)
def test_what_stops_a_curation_is_a_sentence(
    problem: Exception, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stops(order: CurateOrder) -> Json:
        raise problem

    monkeypatch.setattr(curate_run, "came_up", lambda *_: "")
    monkeypatch.setattr(curate_run, "_run", stops)
    write_rows(tmp_path / "run", [row("Who?", "He.")])
    with PrefectApi(tmp_path / "log") as api:
        code = curate_run.run_curation(api, as_json=True, runs=[str(tmp_path / "run")], output=str(tmp_path / "data"))
    assert code == STOPPED and said in " ".join(capsys.readouterr().err.split())
