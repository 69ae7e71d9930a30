"""The benchmark of labelled answers: what it counts, and what it says of a file that does not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import answers, labels
from tasks.records import Json, Record, to_json
from tasks.records.store import Store
from tests.agents.test_tool_loop import RECORD


def line(name: str, verdict: str, text: str) -> Json:
    record: Record = replace(RECORD, messages=[{"role": "user", "content": RECORD.instruction}])
    record.messages.append({"role": "assistant", "content": text})
    return {
        "id": name,
        "skill": "reading_comprehension",
        "verdict": verdict,
        "why": "",
        "record": json.loads(to_json(record)),
    }


CASES = [
    line("right", "good", "The daily fee is 12.5, so four days cost 12.5 × 4 = 50.\n\nAnswer: 50"),
    line("lost", "good", "As an AI language model, I cannot say.\n\nAnswer: 50"),
    line("wrong", "bad", "Four days cost 48.\n\nAnswer: 48"),
    line("astray", "bad", "The fee is paid on the day of return, so four days cost 50.\n\nAnswer: 50"),
]


def written(folder: Path, *cases: Json) -> str:
    path = folder / "answers.jsonl"
    path.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
    return str(path)


def test_it_counts_what_the_programs_got_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers.main([written(tmp_path, *CASES), "--json"])
    told = capsys.readouterr().out.splitlines()
    expected = {"good": 2, "good_rejected": 1, "bad": 2, "bad_accepted": 1, "bad_unjudged": 0}
    assert json.loads(told[-1]) == expected
    assert any(text.startswith("  good rejected lost") for text in told)
    assert any(text.startswith("  bad accepted astray") for text in told)


def test_a_line_that_does_not_fit_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"answers.jsonl, line 2: verdict: Input should be 'good', 'bad' or ''"):
        answers.main([written(tmp_path, CASES[0], {**CASES[1], "verdict": "fine"})])


def test_an_unknown_skill_is_named_with_the_choices(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"right: unknown skill 'reading'; known: analytical_reasoning"):
        answers.main([written(tmp_path, {**CASES[0], "skill": "reading"})])


def test_the_responses_of_a_run_are_written_down_to_be_labelled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [replace(RECORD, id=f"r{n:02}", skill=skill) for skill in ("fermi", "coding") for n in range(30)]
    Store(str(tmp_path / "run")).write_shard("respond", "k1", records, {})
    file = tmp_path / "mine.jsonl"
    labels.main([str(tmp_path / "run"), str(file)])
    cases = answers.read_cases(file)
    assert [case.skill for case in cases] == ["coding"] * labels.EACH + ["fermi"] * labels.EACH
    assert {case.verdict for case in cases} == {""} and cases[0].record["id"] == "r00"
    with pytest.raises(SystemExit, match="holds no labelled answer"):
        answers.main([str(file)])
    with pytest.raises(SystemExit, match="may hold labels"):
        labels.main([str(tmp_path / "run"), str(file)])


def test_what_is_not_labelled_yet_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers.main([written(tmp_path, *CASES[:2], {**CASES[2], "verdict": ""}), "--json"])
    told = capsys.readouterr().out
    assert told.startswith("1 of 3 answers have no verdict yet")
    assert json.loads(told.splitlines()[-1])["bad"] == 0
