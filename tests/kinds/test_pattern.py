"""The few-shot skill: operations, rules and their rivals, pages of examples, outputs compared, a run without a model."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import prompts
from simulator.pipeline import Outcome, drive, opened
from tasks.agents.kind import SkillRun
from tasks.agents.traits import has
from tasks.answers import agreement
from tasks.answers.text import find_output
from tasks.checks.check import Doubt
from tasks.kinds import all_checks, kinds
from tasks.kinds.pattern.complete import demonstrate
from tasks.kinds.pattern.contract import Case, Example, Pattern, Rule, Step
from tasks.kinds.pattern.demonstration import STYLES, laid_out
from tasks.kinds.pattern.operations import Unfit, applied
from tasks.kinds.pattern.rules import IllPosed, inferred, outcome, output_by_rule
from tasks.offline import reply
from tasks.records import Json, Record, Rejected, Source
from tasks.settings import Settings

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"


def rule(kind: str, *steps: tuple[str, float | str]) -> Rule:
    made = [{"op": op, "n": x} if not isinstance(x, str) else {"op": op, "text": x} for op, x in steps]
    return Rule.model_validate({"kind": kind, "cases": [{"steps": made}]})


def pattern(law: Rule, inputs: list[str], query: str) -> Pattern:
    return Pattern(rule=law, examples=[Example(input=i, output=outcome(law, i)) for i in inputs], query=query)


TRIPLED = pattern(rule("number", ("multiply", 3), ("add", 4)), ["2", "5", "9", "14"], "7")


def record(formal: Pattern, form: str = "text", **changes: Any) -> Record:
    base = Record(source=Source(id="d", uri="d", kind="text"), answer_form=form, instruction="Do the last one.")
    return replace(base, formal=formal.model_dump(), **changes)


def answered(task: Record, text: str) -> Record:
    turns: list[Json] = [{"role": "user", "content": task.instruction}, {"role": "assistant", "content": text}]
    return replace(task, messages=turns)


@pytest.mark.parametrize(
    ("op", "n", "value", "expected"),
    [
        ("add", -3, "10", "7"),
        ("divide", 4, "10", "2.5"),
        ("digit_sum", 0, "-907", "16"),
        ("reverse_digits", 0, "120", "21"),
        ("rotate", 2, "harbour", "rbourha"),
        ("swap_ends", 0, "mole", "eolm"),
        ("shift_letters", 3, "xyz A", "abc D"),
        ("sort", 0, "10, 9, 2", "2, 9, 10"),
        ("running_total", 0, "[1, 2, 3]", "1, 3, 6"),
        ("odd_places_add", 5, "1, 2, 3", "6, 2, 8"),
        ("add_days", 2, "2024-02-28", "2024-03-01"),
        ("add_months", 1, "31.01.2023", "28.02.2023"),
        ("weekday", 0, "1 May 2026", "Friday"),
        ("month_end", 0, "3 February 2023", "28 February 2023"),
    ],
)
def test_operations(op: Any, n: float, value: str, expected: str) -> None:
    assert applied(Step(op=op, n=n), value) == expected


@pytest.mark.parametrize(
    ("op", "value"), [("add", "ten"), ("weekday", "2023-02-30"), ("drop_first", "abc"), ("sum", "a, b")]
)
def test_what_cannot_be_done_is_unfit(op: Any, value: str) -> None:
    with pytest.raises(Unfit):
        applied(Step(op=op, n=3), value)


def test_a_rule_gives_the_key() -> None:
    assert output_by_rule(TRIPLED) == "25"


def test_an_example_that_breaks_the_rule_is_ill_posed() -> None:
    spoilt = TRIPLED.model_copy(update={"examples": [*TRIPLED.examples, Example(input="1", output="8")]})
    with pytest.raises(IllPosed) as caught:
        output_by_rule(spoilt)
    assert caught.value.reason == "rule_breaks" and "example 5" in caught.value.detail


@pytest.mark.parametrize(
    "open_to_two",
    [
        pattern(rule("number", ("add", 2)), ["2"], "9"),  # doubled, or two more
        pattern(rule("number", ("square", 0)), ["0", "1"], "7"),
        Pattern(
            rule=Rule(
                kind="number",
                cases=[Case(when="above", n=10, steps=[Step(op="say", text="K")]), Case(steps=[Step(op="say", text="M")])],
            ),
            examples=[Example(input=i, output=o) for i, o in (("2", "M"), ("4", "M"), ("21", "K"), ("33", "K"))],
            query="12",
        ),
    ],
)  # fmt: skip
def test_examples_that_fit_a_rival_are_ambiguous(open_to_two: Pattern) -> None:
    with pytest.raises(IllPosed) as caught:
        output_by_rule(open_to_two)
    assert caught.value.reason == "ambiguous_rule"


def test_the_search_finds_rules_again() -> None:
    assert inferred(TRIPLED.examples, "7") == "25"
    turned = pattern(rule("text", ("reverse", 0), ("upper", 0)), ["harbour", "mole", "pilot"], "granite")
    assert inferred(turned.examples, turned.query) == "ETINARG"


LAYOUTS = [
    (n, reasons) for n, style in enumerate(STYLES) for reasons in (False, True) if style.reasoning or not reasons
]


@pytest.mark.parametrize(("style", "reasons"), LAYOUTS)
def test_every_layout_is_read_back(style: int, reasons: bool) -> None:
    told = [e.model_copy(update={"reasoning": "Times three, plus four." if reasons else ""}) for e in TRIPLED.examples]
    page = laid_out(TRIPLED.model_copy(update={"examples": told}), style)
    asked = {"role": "user", "content": f"{page}\n\nDo the last one."}
    answer = reply({"messages": [asked]})["choices"][0]["message"]["content"]
    assert find_output(answer) == "25"
    assert answer.count("25") == 1


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Reasoning: reversed.\nOutput: ETINARG", True),
        ("Steps first.\n\n**Answer:** `ETINARG`", True),
        ("granite => ETINARG", True),
        ("ETINARG.", True),
        ("Output: etinarg", False),
        ("Output: ETINARGX", False),
        ("Output: ETINARG\nOutput: GRANITE", False),
    ],
)
def test_outputs_are_compared_letter_by_letter_where_a_rule_made_them(text: str, right: bool) -> None:
    turned = pattern(rule("text", ("reverse", 0), ("upper", 0)), ["harbour", "mole", "pilot"], "granite")
    assert agreement(answered(record(turned, key=["ETINARG"]), text)) is right


def test_without_a_rule_words_are_compared() -> None:
    free = Pattern(examples=TRIPLED.examples, query="7")
    assert agreement(answered(record(free, key=["The old mole"]), "Output: the old mole")) is True
    assert agreement(answered(record(free, key=["The old mole"]), "Output: the new mole")) is False


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, None),
        ({"query": ""}, "no query"),
        ({"query": "5"}, "the query is one of the examples"),
        ({"examples": TRIPLED.examples[:1]}, "1 examples, where 2 to 12 are wanted"),
        ({"examples": [*TRIPLED.examples, Example(input="2", output="9")]}, "two examples have one input"),
        ({"examples": [Example(input=str(n), output="x") for n in range(4)]}, "all examples have one output"),
        (
            {"examples": [*TRIPLED.examples, Example(input="1", output="7", reasoning="so")]},
            "some examples have reasoning and some have none",
        ),
    ],
)  # fmt: skip
def test_examples_that_teach_nothing(change: Json, problem: str | None) -> None:
    assert all_checks()["examples_sound"](record(TRIPLED.model_copy(update=change))) == problem


def test_an_answer_reasons_where_the_examples_do() -> None:
    told = [e.model_copy(update={"reasoning": "Times three, plus four."}) for e in TRIPLED.examples]
    task = record(TRIPLED.model_copy(update={"examples": told}), key=["25"])
    assert all_checks()["reasoning_shown"](answered(task, "Reasoning: 7 times 3 is 21, plus 4.\nOutput: 25")) is None
    assert all_checks()["reasoning_shown"](answered(task, "Output: 25")) is not None
    assert all_checks()["reasoning_shown"](answered(record(TRIPLED, key=["25"]), "Output: 25")) is None


def _demonstrated(task: Record, seed: int = 0) -> Record:
    return asyncio.run(demonstrate(task, cast(SkillRun, SimpleNamespace(seed=seed))))


def test_the_key_comes_from_the_rule_and_the_order_is_drawn() -> None:
    done = [_demonstrated(record(TRIPLED, key=["26"]), seed) for seed in range(8)]
    assert all(d.key == ["25"] for d in done)
    assert len({tuple(e["input"] for e in d.formal["examples"]) for d in done}) > 2
    assert len({d.formal["style"] for d in done}) > 2
    fixed = TRIPLED.model_copy(update={"ordered": True})
    assert [e["input"] for e in _demonstrated(record(fixed)).formal["examples"]] == ["2", "5", "9", "14"]


def test_a_choice_without_the_output_is_rejected() -> None:
    assert _demonstrated(record(TRIPLED, "option", options=["24", "25", "7"])).key == ["B"]
    with pytest.raises(Rejected):
        _demonstrated(record(TRIPLED, "option", options=["24", "26", "7"]))


async def _driven(folder: Path) -> Outcome:
    settings = Settings(instructions_per_passage=5, refinement_rounds=0)
    async with opened("few_shot_reasoning", folder, settings) as run:
        return await drive(run, [str(DOCUMENTS / "tidal_power.md"), str(DOCUMENTS / "polar_station_week.txt")])


def test_a_run_gives_rows_of_many_types(tmp_path: Path) -> None:
    outcome = asyncio.run(_driven(tmp_path))
    assert not outcome.broken and not outcome.lost()
    assert len({row.task_type for row in outcome.rows}) >= 5
    assert len(outcome.rows) >= 0.9 * len(outcome.entered["verify"])
    assert all(
        e["output"] in row.messages[-2]["content"]
        for row in random.Random(1).sample(outcome.rows, 3)
        for e in row.formal["examples"]
    )


MIXED = Pattern(
    examples=[
        Example(input=i, output=o) for i, o in (("12", "15"), ("20", "4"), ("7", "10"), ("35", "7"), ("51", "54"))
    ],
    query="45",
)


@pytest.mark.parametrize(
    "text",
    [
        "45 is more than 40, and numbers above 40 are divided by 5: 9.\nOutput: 9",
        "All numbers below 10 are multiplied by 2, the others divided by 5.\nOutput: 9",
        "Every odd number is divided by 5, so 45 gives 9.\nOutput: 9",
        "20 becomes 23 and 35 becomes 7, so 45 becomes 9.\nOutput: 9",
        "As 51 → 17 shows, large values shrink.\nOutput: 9",
        "Inputs of 20 and above are divided by 5.\nOutput: 9",
    ],
)
def test_a_rule_that_the_examples_refute_is_asked_after(text: str) -> None:
    assert isinstance(all_checks()["rule_fits"](answered(record(MIXED, key=["9"]), text)), Doubt)


@pytest.mark.parametrize(
    "text",
    [
        "Multiples of 5 are divided by 5, the others get 3 added: 9.\nOutput: 9",
        "45 is a multiple of 5, so it is divided by 5: 9.\nOutput: 9",
        "20 becomes 4 and 35 becomes 7, so 45 becomes 9.\nOutput: 9",
        "All numbers divisible by 5 are divided by 5; numbers that are not get 3 more.\nOutput: 9",
        "12 → 12 + 3 → 15, and 45 → 45 / 5 → 9.\nOutput: 9",
        "9",
    ],
)
def test_a_rule_that_the_examples_bear_out_passes(text: str) -> None:
    assert all_checks()["rule_fits"](answered(record(MIXED, key=["9"]), text)) is None


def test_reasoning_is_taken_away_only_where_there_is_some() -> None:
    goal = next(g for g in prompts.load("few_shot_reasoning").goals if g.name == "strip_the_reasoning")
    own = kinds()["pattern"].traits
    for reasons, there in ((["", ""], False), (["", "  "], False), (["", "7 and 5 make 12."], True), ([], False)):
        examples = [{"input": "7 | 5", "reasoning": reason, "output": "12"} for reason in reasons]
        record = Record(source=Source(id="s", uri="u", kind="text"), formal={"examples": examples, "query": "1 | 2"})
        assert has(record, goal.has, own) is there
