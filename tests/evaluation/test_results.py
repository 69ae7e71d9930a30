"""The table of gains is that of a calculation by hand, and figures of other versions are not put side by side."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tasks.evaluation.bench import Bench, BenchError, bench_of
from tasks.evaluation.figures import Figure
from tasks.evaluation.forecast import Asked
from tasks.evaluation.results import Examined, as_base, table, told_of
from tasks.evaluation.students import StudentError, student_of, students_of, trained_against
from tasks.evaluation.versions import OtherVersion, differences, versions
from tasks.evaluation.wording import figure_in_words, gain_in_words, notes_of
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Evaluating
from tasks.teacher.prices import Price
from tests.evaluation.examining import choice, question, write_bench


def figure(task: str, value: float | None, **more: object) -> Figure:
    return Figure(task, "measured", value, "percent", 10, **more)  # type: ignore[arg-type]


STUDENT = Examined(
    "taught",
    [figure("mmlu", 69.95), figure("gpqa", 28.12), figure("summary", 21.09, better="lower"), figure("drop", None)],
    against=("gpqa",),
)
BASE = Examined("mistral", [figure("mmlu", 58.61), figure("gpqa", 29.46), figure("summary", 30.72, better="lower")])


def test_gains_equal_a_calculation_by_hand() -> None:
    lines = {line["task"]: line for line in table([STUDENT], BASE)}
    assert {task: line["gains"].get("taught") for task, line in lines.items()} == {
        "mmlu": 19.35,  # (69.95 - 58.61) / 58.61
        "gpqa": -4.55,  # (28.12 - 29.46) / 29.46
        "summary": -31.35,  # (21.09 - 30.72) / 30.72
        "drop": None,
    }
    told = told_of([STUDENT], BASE, {"judge": ""}, Evaluating())
    assert [figure_in_words(told, "taught", line) for line in told["table"]] == ["69.95 %", "28.12 %", "21.09 %", "–"]
    assert gain_in_words(lines["mmlu"], "taught") == "+19.35 %" and gain_in_words(lines["drop"], "taught") == "–"


def test_what_the_data_was_not_decontaminated_against_is_said() -> None:
    notes = notes_of(told_of([STUDENT], BASE, {"judge": ""}, Evaluating()))
    assert "taught, mmlu: its training data was not decontaminated against mmlu." in notes
    assert not [note for note in notes if "gpqa" in note or note.startswith("mistral")]


def test_other_versions_are_refused_unless_told(tmp_path: Path) -> None:
    ours = versions("rows", "judge@here", ["orca_bench_judge"], Evaluating(), 0)
    told, store = (
        told_of([BASE], None, {**ours, "judge": "other@there", "bench": "more"}, Evaluating()),
        Store(str(tmp_path)),
    )
    with pytest.raises(OtherVersion, match="was examined with other held-out rows, another judge \\(other@there"):
        as_base(store, told, ours, anyway=False)
    assert as_base(store, told, ours, anyway=True).figures == BASE.figures
    assert as_base(store, told_of([BASE], None, ours, Evaluating()), ours, anyway=False).name == "mistral"
    other = versions("rows", "judge@here", ["orca_bench_judge"], Evaluating(answer_tokens=64), 0)
    assert differences(ours, other) == ["another sampling"]


def test_students_are_endpoints_folders_and_files(tmp_path: Path) -> None:
    found = student_of("org/model:7b@https://host:1/v1")
    assert (found.model, found.base_url, found.path) == ("org/model:7b", "https://host:1/v1", "")
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "config.json").write_text("{}")
    (tmp_path / "s" / "teaching.json").write_text(json.dumps({"against": ["mmlu", {"name": "gsm8k"}]}))
    local = student_of(str(tmp_path / "s"))
    assert local.path and trained_against(local) == ("mmlu", "gsm8k")
    assert trained_against(found) is None and trained_against(found, ["bbh"]) == ("bbh",)
    twice = students_of(["m@http://a/v1", "m@http://b/v1"])
    assert len({student.name for student in twice}) == len({student.folder for student in twice}) == 2
    with pytest.raises(StudentError, match=r"no student at 'nope': name MODEL@http://host/v1"):
        student_of("nope")


def test_a_bench_is_read_by_skill_and_id(tmp_path: Path) -> None:
    rows = [*(question(n) for n in range(60)), *(choice(n) for n in range(3))]
    write_bench(tmp_path / "data", rows, against=[{"name": "mmlu"}])
    bench = bench_of(str(tmp_path / "data"))
    assert [shard.label for shard in bench.shards] == [
        "multiple_choice 1", "open_domain_question_answering 1", "open_domain_question_answering 2",
    ]  # fmt: skip
    assert bench.rows == 63 and bench.against == ("mmlu",)
    fewer = bench_of(str(tmp_path / "data"), 2)
    assert fewer.rows == 4 and fewer.digest != bench.digest
    with pytest.raises(BenchError, match="is no curated dataset"):
        bench_of(str(tmp_path))


def test_the_price_is_told_before(tmp_path: Path) -> None:
    rows: list[Json] = [question(1), choice(1)]
    write_bench(tmp_path / "data", rows)
    bench, evaluating = bench_of(str(tmp_path / "data")), Evaluating(answer_tokens=1_000, both_orders=1)
    asked = Asked(evaluating, 0, Price(input=0, output=1), Price(input=1, output=0), True)
    bound = asyncio.run(asked.most_of(bench))
    assert (bound.student_calls, bound.judge_calls, bound.by_key) == (2, 6, 1)
    assert bound.usd is not None and 0.002 < bound.usd < 0.02
    assert asyncio.run(Asked(evaluating, 0, None, None, False).most_of(bench)).usd is None
    assert asyncio.run(asked.most_of(Bench((), ()))).student_calls == 0
