import gzip
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from tasks.curation.decontamination import BenchmarkError, items_against, places, read_file, row_of
from tasks.curation.decontamination.named import FOLDER

ROWS = [
    {"id": "q1", "question": "Why is it so?", "choices": ["Because", "By chance"]},
    {"id": "q2", "question": "Who?", "choices": []},
]
TEXTS = ["Why is it so?\n(A) Because\n(B) By chance", "Who?"]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_every_format_is_read(tmp_path: Path) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    written(tmp_path / "a.jsonl", lines)
    written(tmp_path / "b.json", json.dumps({"name": "x", "examples": ROWS}))
    pd.DataFrame(ROWS).to_parquet(tmp_path / "c.parquet")
    (tmp_path / "d.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    written(tmp_path / "e.csv", "id,question,A,B\nq1,Why is it so?,Because,By chance\nq2,Who?,,\n")
    for path in sorted(tmp_path.iterdir()):
        items = read_file(path, "mine")
        assert [(i.benchmark, i.id) for i in items] == [("mine", "q1"), ("mine", "q2")], path.name
        assert items[0].text == TEXTS[0]
    written(tmp_path / "f.txt", "Why is it so?\nReally?\n\nWho?\n")
    assert [(i.id, i.text) for i in read_file(tmp_path / "f.txt", "mine")] == [
        ("1", "Why is it so?\nReally?"),
        ("2", "Who?"),
    ]
    assert [i.text for i in read_file(written(tmp_path / "g.txt", "Why?\nWho?\n"), "mine")] == ["Why?", "Who?"]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"passage": "Long ago.", "question": "When?"}, "Long ago.\nWhen?"),
        ({"question": "Q", "choices": {"text": ["x", "y"], "label": ["A", "B"]}}, "Q\n(A) x\n(B) y"),
        ({"Question": "Q", "options": {"A": "x", "B": "y"}}, "Q\n(A) x\n(B) y"),
        ({"ctx": "He runs", "endings": ["home", "away"], "label": 1}, "He runs\n(A) home\n(B) away"),
        (
            {"goal": "Boil an egg", "sol1": "in water", "sol2": "in oil", "label": 0},
            "Boil an egg\n(A) in water\n(B) in oil",
        ),
        ({"prompt": "def f():", "canonical_solution": "pass", "test": "assert f()"}, "def f():"),
        ({"instruction": "Translate", "input": "Guten Tag", "output": "Good day"}, "Translate\nGuten Tag"),
        ({"input": "Which?", "target_scores": {"x": 1, "y": 0}}, "Which?\n(A) x\n(B) y"),
        ({"turns": ["First", "Second"]}, "First\nSecond"),
        ({"messages": [{"role": "user", "content": "Hello"}]}, "Hello"),
    ],
)
def test_fields_are_found_by_their_usual_names(tmp_path: Path, row: dict[str, Any], text: str) -> None:
    assert [i.text for i in read_file(written(tmp_path / "x.jsonl", json.dumps(row)), "x")] == [text]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("x.jsonl", '{"frage": "Was?", "wort": ""}', r"x\.jsonl, row 1, has no field .* question; it has frage, wort; rename"),
        ("x.jsonl", '{"question": "a"}\n{"question"', r"x\.jsonl, line 2, is no JSON \(line 1, column 12\)"),
        ("x.jsonl", "[1]", r"line 1, is no JSON object"),
        ("x.json", '{"a": 1}', r"holds no list of objects"),
        ("x.jsonl", "", r"holds no row: name a file"),
        ("x.jsonl", '{"question": " "}', r"holds 1 rows, all of them without a question in question"),
        ("x.parquet", "PAR", r"is no Parquet file"),
        ("x.docx", "PK", r"ends in '\.docx'; a benchmark's file ends in \.jsonl"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, text: str, told: str) -> None:
    with pytest.raises(BenchmarkError, match=told):
        read_file(written(tmp_path / name, text), "x")


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"cannot read .*nowhere\.jsonl: No such file"):
        items_against((str(tmp_path / "nowhere.jsonl"),))


def test_a_local_folder_comes_before_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    written(tmp_path / "gsm8k.jsonl", '{"question": "How many pears?", "answer": "9"}')
    (tmp_path / "drop").mkdir()
    written(tmp_path / "drop" / "dev.jsonl", '{"passage": "In May.", "question": "When?"}')
    written(tmp_path / "ours.txt", "What is that?")
    found = items_against(("gsm8k", "drop", "ours"))
    assert {name: [i.text for i in items] for name, items in found.items()} == {
        "gsm8k": ["How many pears?"],
        "drop": ["In May.\nWhen?"],
        "ours": ["What is that?"],
    }


def test_the_hub_is_asked_for_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def load_dataset(**arguments: Any) -> list[dict[str, str]]:
        asked.append(arguments)
        return [{"instruction": "Say hello.", "question": "Why?", "choices": "no"}]

    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.setitem(sys.modules, "datasets", SimpleNamespace(load_dataset=load_dataset))
    found = items_against(("arc", "alpaca_eval"))
    assert [i.text for i in found["alpaca_eval"]] == ["Say hello."]
    assert [(a["path"], a.get("name"), a["split"]) for a in asked] == [
        ("allenai/ai2_arc", "ARC-Challenge", "test"),
        ("allenai/ai2_arc", "ARC-Easy", "test"),
        ("json", None, "train"),
    ]
    assert asked[2]["data_files"] == ["hf://datasets/tatsu-lab/alpaca_eval/alpaca_eval.json"]


def test_a_hub_out_of_reach_names_the_remedy_and_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    def load_dataset(**arguments: Any) -> None:
        raise ConnectionError("https://user:secret@host")

    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.setitem(sys.modules, "datasets", SimpleNamespace(load_dataset=load_dataset))
    with pytest.raises(
        BenchmarkError,
        match=r"'gsm8k': openai/gsm8k main .*\(ConnectionError\).*put gsm8k\.jsonl.*AGENTINSTRUCT_BENCHMARKS",
    ) as error:
        items_against(("gsm8k",))
    assert "secret" not in str(error.value)
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(BenchmarkError, match="pip install datasets"):
        items_against(("gsm8k",))


def test_an_unknown_name_tells_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    with pytest.raises(BenchmarkError, match=r"unknown benchmark 'gsm9k'; known: all, agieval, alpaca_eval, arc, bbh"):
        items_against(("gsm8k", "gsm9k"))
    assert {
        "agieval",
        "mmlu",
        "gsm8k",
        "bbh",
        "drop",
        "gpqa",
        "ifeval",
        "humaneval",
        "mbpp",
        "alpaca_eval",
    } <= places().keys()


def test_a_row_is_looked_at_whole() -> None:
    calls = [
        {
            "id": "1",
            "type": "function",
            "function": {"name": "run", "arguments": '{"code": "a = 1\\nb = 2", "more": [{"x": "c"}]}'},
        }
    ]
    row = {
        "id": "r",
        "messages": [
            {"role": "user", "content": "Question", "tool_calls": None},
            {"role": "assistant", "content": None, "tool_calls": calls},
            {"role": "assistant", "content": "Answer"},
        ],
        "instruction": "Question alone",
        "key": ["42"],
        "provenance": {"document": "d"},
    }
    assert row_of(row) == ("d", ("Question", "a = 1\nb = 2\nc", "Answer", "Question alone", "42"))
    assert row_of({"id": "r", "messages": []}) == ("r", ())
