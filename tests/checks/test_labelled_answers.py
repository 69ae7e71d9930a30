"""The benchmark of labelled answers: what it counts, and what it says of a file that does not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import answers
from tasks.records import Json, Record, to_json
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
    with pytest.raises(SystemExit, match=r"answers.jsonl, line 2: verdict: Input should be 'good' or 'bad'"):
        answers.main([written(tmp_path, CASES[0], {**CASES[1], "verdict": "fine"})])


def test_an_unknown_skill_is_named_with_the_choices(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"right: unknown skill 'reading'; known: analytical_reasoning"):
        answers.main([written(tmp_path, {**CASES[0], "skill": "reading"})])
