"""The coding skill: code as data, checks of tasks and answers, running them, and a small run without a model."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from simulator.pipeline import Outcome, drive, opened
from tasks.agents.kind import SkillRun
from tasks.answers import agreement
from tasks.kinds import all_checks
from tasks.kinds.coding.checks import code_in
from tasks.kinds.coding.claims import claimed_output, doctests
from tasks.kinds.coding.complete import execute
from tasks.kinds.coding.contract import Coding
from tasks.kinds.coding.execution import execution, stated_output
from tasks.kinds.coding.source import defined, same_but_comments, stub
from tasks.offline.coding.functions import KINDS
from tasks.records import Json, Record, Rejected, Source
from tasks.settings import Settings
from tasks.tools import sandbox
from tasks.tools.sandbox.programs import examples, passes, query_rows

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"
needs_sandbox = pytest.mark.skipif(bool(sandbox.available()), reason=sandbox.available() or "sandbox")
RIGHT = "def twice(numbers):\n    return [2 * n for n in numbers]"
WRONG = "def twice(numbers):\n    return [3 * n for n in numbers]"
TESTS = "assert twice([1, 2]) == [2, 4]\nassert twice([]) == []"


def task(judged: str, form: str = "code", **formal: Any) -> Record:
    told: Json = Coding.model_validate({"judged": judged, **formal}).model_dump()
    return Record(
        source=Source(id="d", uri="d", kind="code"),
        passage="Counts are doubled.",
        answer_form=form,
        instruction="Write `twice(numbers)`, which returns every number doubled.",
        formal=told,
    )


def answered(record: Record, text: str) -> Record:
    turns: list[Json] = [{"role": "user", "content": record.instruction}, {"role": "assistant", "content": text}]
    return replace(record, messages=turns)


def fenced(code: str, language: str = "python") -> str:
    return f"```{language}\n{code}\n```"


class Asked:
    """A run whose test writer always gives the same tests."""

    seed = 0
    settings = Settings()

    def __init__(self, code: str = TESTS, unsuitable: str = "") -> None:
        self.tests = SimpleNamespace(code=code, unsuitable=unsuitable)
        self.asked = 0

    async def ask(self, *said: object, **more: object) -> object:
        self.asked += 1
        return SimpleNamespace(parsed=self.tests, event={"agent": "write_tests"})


def tried(record: Record, run: Asked | None = None) -> Any:
    return asyncio.run(execution(record, cast(SkillRun, run or Asked())))


def test_names_are_those_of_the_top_level() -> None:
    code = "import os\nLIMIT: int = 3\nclass Box:\n    def put(self): pass\nasync def take(): pass\na = b = 1"
    assert defined(code, "python") == {"LIMIT", "Box", "take", "a", "b"}
    assert defined("const f = x => x;\nfunction g() {}", "javascript") == {"f", "g"}
    assert defined("def (", "python") == set()


def test_a_stub_keeps_names_and_loses_results() -> None:
    emptied = stub("import math\n@cache\ndef f(x, y=2) -> int:\n    return x + y\nSIZE = 9", "python", ["f"])
    assert defined(emptied, "python") == {"f", "SIZE"}
    assert "x + y" not in emptied and "9" not in emptied and "cache" not in emptied


def test_only_comments_docstrings_and_annotations_may_differ() -> None:
    plain = "def f(x):\n    y = x + 1\n    return y"
    told = 'def f(x: int) -> int:\n    """Add one."""\n    y: int = x + 1  # the next\n    return y'
    assert same_but_comments(plain, told)
    assert not same_but_comments(plain, told.replace("+ 1", "+ 2"))
    assert not same_but_comments(plain, told + "\nprint(1)")


def test_the_block_in_the_asked_language_is_the_code() -> None:
    use = fenced(f"print(twice({list(range(30))}))")
    text = f"First:\n{fenced('x = 1', 'text')}\n{fenced(RIGHT)}\nUse it:\n{use}"
    assert code_in(text, "python", ["twice"]) == RIGHT + "\n"
    assert code_in("No code here.", "python") is None
    assert code_in("SELECT a FROM t", "sql") == "SELECT a FROM t"


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (task("tests", names=["twice"]), None),
        (task("tests"), "nothing that a test could call"),
        (task("tests", names=["twice", "thrice"]), "1 names that the instruction does not mention"),
        (task("repair", names=["twice"]), "no code to be judged by repair"),
        (task("same_behaviour", names=["twice"], code="def twice("), "the code shown is no Python"),
        (task("test_suite", names=["twice"], code=RIGHT, wrong=[RIGHT]), "no wrong version that tests could find"),
        (task("test_suite", names=["twice"], code=RIGHT, wrong=[WRONG]), None),
        (task("reading"), "an answer in the form code cannot be judged by reading"),
        (task("query", code="create table t(a)"), "no query to compare with"),
    ],
)  # fmt: skip
def test_tasks_that_no_program_could_judge(record: Record, problem: str | None) -> None:
    assert all_checks()["code_sound"](record) == problem


def test_prose_is_checked_apart_from_code() -> None:
    shown = task("repair", code=RIGHT)
    braces = replace(shown, instruction=f"Mend this.\n\n{fenced('table = {1: {2: 3}}  # TODO see the passage above')}")
    assert all_checks()["code_self_contained"](braces) is None
    assert all_checks()["code_self_contained"](replace(shown, instruction="Do what the passage says.")) is not None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (fenced(RIGHT), None),
        (fenced("def twice(numbers)\n    pass"), "the code does not parse"),
        (fenced("def double(numbers):\n    pass"), "1 of the names asked for are not defined"),
        ("It doubles them.", "no code in python"),
    ],
)
def test_answers_in_code(text: str, problem: str | None) -> None:
    assert all_checks()["code_parses"](answered(task("tests", names=["twice"]), text)) == problem


def test_documented_code_stays_the_same() -> None:
    record = task("same_code", code=RIGHT, names=["twice"])
    told = RIGHT.replace(":\n", ':\n    """Double each."""\n', 1)
    assert all_checks()["code_kept"](answered(record, fenced(told))) is None
    assert all_checks()["code_kept"](answered(record, fenced(RIGHT))) == "nothing was added to the code"
    assert all_checks()["code_kept"](answered(record, fenced(told.replace("2 *", "4 *")))) is not None


def test_without_a_sandbox_the_trial_says_so_and_asks_nobody() -> None:
    run = Asked()
    run.settings = Settings(code_interpreter="off")
    found = tried(answered(task("tests", names=["twice"]), fenced(RIGHT)), run)
    assert found.skipped.startswith("no sandbox") and not run.asked


@needs_sandbox
def test_tests_decide_and_void_tests_do_not() -> None:
    record = task("tests", names=["twice"])
    right = tried(answered(record, fenced(RIGHT)))
    assert right.decides and not right.problem and len(right.events) == 1
    failed = tried(answered(record, fenced(WRONG)))
    assert failed.doubt and failed.doubt.problem == "the code fails its tests" and not failed.decides
    assert failed.doubt.shown["tests"] == TESTS and "assert twice" in failed.doubt.shown["what the run ended with"]
    assert "void" in tried(answered(record, fenced(RIGHT)), Asked("assert twice")).skipped
    assert "could be written" in tried(answered(record, fenced(RIGHT)), Asked("", "open")).skipped


@needs_sandbox
def test_an_answer_cannot_end_before_its_tests() -> None:
    assert not asyncio.run(passes(f"{WRONG}\nimport os\nos._exit(0)", TESTS, "python"))
    assert asyncio.run(passes(f"{RIGHT}\nif __name__ == '__main__':\n    raise SystemExit(0)", TESTS, "python"))


@needs_sandbox
def test_repairs_need_tests_that_show_the_bug() -> None:
    record = task("repair", names=["twice"], code=WRONG)
    assert tried(answered(record, fenced(RIGHT))).decides
    void = tried(answered(record, fenced(RIGHT)), Asked("assert twice([]) == []"))
    assert void.skipped.startswith("void tests") and not void.decides


@needs_sandbox
def test_a_test_suite_must_find_the_wrong_versions() -> None:
    record = task("test_suite", names=["twice"], code=RIGHT, wrong=[WRONG])
    assert tried(answered(record, fenced(TESTS))).decides
    assert tried(answered(record, fenced("assert twice([]) == []"))).problem == "the tests accept a wrong version"
    assert tried(answered(record, fenced("assert twice([1]) == [5]"))).problem == "the tests refuse the right code"


@needs_sandbox
def test_queries_are_compared_by_their_rows() -> None:
    tables = "create table t(a int, b text); insert into t values (1, 'x'), (2, 'y'), (3, 'z');"
    record = task("query", code=tables, solution="select b from t where a > 1", code_language="sql", language="sql")
    assert tried(answered(record, fenced("SELECT b FROM t WHERE a >= 2 ORDER BY a DESC", "sql"))).decides
    assert tried(answered(record, fenced("SELECT b FROM t", "sql"))).problem == "the query finds other rows"
    assert tried(answered(record, fenced("SELECT c FROM t", "sql"))).problem == "the query fails"
    assert asyncio.run(query_rows(tables, "select count(*) from t")) == [["3"]]


@needs_sandbox
def test_programs_are_compared_by_what_they_print() -> None:
    record = task("prints", solution="wc -l", language="bash", code_language="bash", stdin="a\nb\n")
    assert tried(answered(record, fenced("n=0; while read -r _; do n=$((n+1)); done; echo $n", "bash"))).decides
    assert tried(answered(record, fenced("echo 3", "bash"))).problem == "the program prints something else"


@needs_sandbox
def test_claimed_results_are_run() -> None:
    session = ">>> twice([1])\n[2]\n>>> twice([3])\n[9]\n"
    assert asyncio.run(examples(RIGHT, [session])) == (1, 2)
    record = task("reading", form="text", code=RIGHT)
    wrong = asyncio.run(stated_output(answered(record, f"So:\n{fenced(session)}"), cast(SkillRun, Asked())))
    assert wrong.problem == "1 of 2 examples give another result"
    claim = f"{fenced('print(1 + 1)')}\nIts output:\n{fenced('3', '')}"
    assert claimed_output(claim) == ("print(1 + 1)\n", "3\n") and doctests(claim) == []
    assert asyncio.run(stated_output(answered(record, claim), cast(SkillRun, Asked()))).problem


@needs_sandbox
def test_the_key_of_a_trace_is_what_the_code_prints() -> None:
    record = task("output", form="text", code="print('a')\nprint(2)")
    done = asyncio.run(execute(replace(record, instruction="What is printed?", key=["wrong"]), cast(SkillRun, Asked())))
    assert done.key == ["a\n2"] and "print('a')" in done.instruction
    again = asyncio.run(execute(done, cast(SkillRun, Asked())))
    assert again.instruction.count("print('a')") == 1, "an editor may hand the code back within the instruction"
    agreed = answered(done, "One line after the other.\n\n```\na\n2\n```")
    assert agreement(agreed) is True
    assert agreement(answered(done, "```\na\n3\n```")) is False
    fails = task("error", form="text", code="int('x')")
    assert asyncio.run(execute(fails, cast(SkillRun, Asked()))).key == ["ValueError"]
    with pytest.raises(Rejected):
        asyncio.run(execute(task("output", form="number", code="1 / 0"), cast(SkillRun, Asked())))


@needs_sandbox
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.verb)
def test_the_offline_functions_keep_their_promises_and_their_slips_do_not(kind: Any) -> None:
    import random

    from tasks.offline.coding.responder import assertions

    slots = kind.slots("salt", random.Random(1))
    told = assertions(kind, slots)
    longer = kind.written(kind.longer, slots)
    assert asyncio.run(passes(kind.written(kind.code, slots), told, "python"))
    assert asyncio.run(passes(longer, told, "python"))
    for old, new in kind.slips:
        slipped = longer.replace(kind.written(old, slots), kind.written(new, slots), 1)
        assert not asyncio.run(passes(slipped, told, "python")), old


async def _driven(folder: Path) -> Outcome:
    settings = Settings(instructions_per_passage=6, refinement_rounds=0)
    async with opened("coding", folder, settings) as run:
        return await drive(run, [str(DOCUMENTS / "weather_station.py"), str(DOCUMENTS / "tidal_power.md")])


def test_a_run_gives_rows_of_many_types(tmp_path: Path) -> None:
    outcome = asyncio.run(_driven(tmp_path))
    assert not outcome.broken and not outcome.lost()
    assert len({row.task_type for row in outcome.rows}) >= 6
    assert len(outcome.rows) >= 0.9 * len(outcome.entered["verify"])
