"""Fermi and open-domain questions: calculations worked out again, estimates read and compared, small runs to rows."""

from __future__ import annotations

import asyncio
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

import prompts
from simulator.pipeline import Outcome, drive, opened
from tasks.answers import agreement
from tasks.answers.estimate import within_factor
from tasks.kinds import all_checks
from tasks.kinds.calculation.calculation import (
    Unsound,
    bounds,
    decides,
    key_from_steps,
    problem,
    units_clash,
    widest,
    worked_out,
)
from tasks.kinds.calculation.contract import Calculation, CalculationTask
from tasks.offline.calculation.responder import estimated
from tasks.offline.calculation.stories import figures
from tasks.offline.passage import Passage
from tasks.records import Json, Record, Source
from tasks.settings import Settings

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"
SKILLS = ["fermi", "open_domain_question_answering"]
WATER: Json = {
    "quantities": [
        {"name": "people", "value": 40000, "unit": "people", "low": 30000, "high": 50000},
        {"name": "use", "value": 120, "unit": "litres/person/day", "low": 80, "high": 200},
        {"name": "days", "value": 365, "unit": "days/year", "low": 0, "high": 0},
    ],
    "expression": "people * use * days",
    "unit": "litres per year",
}
RULE: Json = {
    "quantities": [
        {"name": "crates", "value": 48, "unit": "crates"},
        {"name": "price", "value": 7.25, "unit": "euros/crate"},
        {"name": "discount", "value": 0.1, "unit": ""},
    ],
    "expression": "crates * price * (1 - discount)",
    "unit": "euros",
    "decimals": 2,
}
RULE_TOLD = (
    "A grocer buys 48 crates at 7.25 euros each and gets 10 % off. What does she pay, in euros? Round to two decimals."
)


def calc(base: Json = WATER, **changes: object) -> Calculation:
    return Calculation.model_validate({**base, **changes})


def task(instruction: str, form: str, key: list[str], formal: Json, **more: object) -> Record:
    source = Source(id="s", uri="u", kind="text")
    fields: Json = {"instruction": instruction, "answer_form": form, "key": key, "formal": formal, **more}
    return Record(source=source, passage="A note.", **fields)


def estimate(text: str, key: str = "1750000000", unit: str = "litres per year", **formal: object) -> Record:
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": text}]
    return task("How much?", "estimate", [key], {**WATER, "unit": unit, **formal}, messages=messages)


# ---- units ----


def test_units_that_do_not_multiply_out() -> None:
    assert not units_clash(calc())
    assert units_clash(calc(unit="kilograms"))
    assert units_clash(calc(expression="people * use + days", unit="litres per day"))
    assert units_clash(calc(RULE, expression="crates / price"))
    # A figure in the expression, or a conversion, may carry a unit of its own.
    assert not units_clash(calc(expression="people * use * 365 + 0 * days", unit="litres"))
    assert not units_clash(calc(unit="litres"))


# ---- calculations ----


def test_value_bounds_and_keys() -> None:
    assert worked_out(calc()) == 40000 * 120 * 365
    assert bounds(calc()) == (30000 * 80 * 365, 50000 * 200 * 365)
    assert key_from_steps(calc(), "estimate", []) == ["1750000000"]
    assert key_from_steps(calc(asks="upper"), "estimate", []) == ["3650000000"]
    assert key_from_steps(calc(RULE), "number", []) == ["313.20"]
    assert key_from_steps(calc(RULE, decimals=0), "number", []) == ["313"]
    assert key_from_steps(calc(RULE, decimals=-1), "number", []) == ["313.2"]


def test_a_result_may_be_named_and_limits_taken() -> None:
    assert worked_out(calc(expression="total = people * use * days")) == worked_out(calc())
    assert worked_out(calc(expression="min(people, use) * days")) == 120 * 365


def test_halves_are_rounded_up() -> None:
    half = {"quantities": [{"name": "a", "value": 0.125}], "expression": "a", "decimals": 2}
    assert key_from_steps(calc(half), "number", []) == ["0.13"]


def test_the_quantity_that_matters_most() -> None:
    assert widest(calc()).name == "use"
    assert key_from_steps(calc(asks="sensitivity"), "option", ["people", "use"]) == ["B"]
    squared = calc(expression="people^3 * use * days")
    assert widest(squared).name == "people"
    with pytest.raises(Unsound):
        key_from_steps(calc(asks="sensitivity"), "option", ["people", "thrift"])
    even = [{**q, "low": q["value"] / 2, "high": q["value"] * 2} for q in WATER["quantities"]]
    with pytest.raises(Unsound):
        widest(calc(quantities=even))


@pytest.mark.parametrize(("claim", "key"), [(2e9, "true"), (1.2e9, "true"), (1.75e12, "false"), (1e6, "false")])
def test_claims_are_decided(claim: float, key: str) -> None:
    assert key_from_steps(calc(asks="claim", claim=claim), "truth", []) == [key]


def test_a_claim_on_the_edge_is_none() -> None:
    with pytest.raises(Unsound):
        key_from_steps(calc(asks="claim", claim=1.75e10), "truth", [])


@pytest.mark.parametrize(
    "changes",
    [
        {"expression": "people * use"},
        {"expression": "people * use * days * months"},
        {"expression": "people * use * (days"},
        {"expression": "people - use * days"},
        {"quantities": []},
        {"quantities": [*WATER["quantities"], WATER["quantities"][0]]},
        {"quantities": [{**WATER["quantities"][0], "value": 90000}, *WATER["quantities"][1:]]},
        {"quantities": [{**WATER["quantities"][0], "low": 1, "high": 10**9}, *WATER["quantities"][1:]]},
        {"quantities": [{**WATER["quantities"][0], "value": -4}, *WATER["quantities"][1:]]},
        {"second": "people * days"},
        {"unit": "tonnes"},
    ],
)
def test_unsound_calculations(changes: Json) -> None:
    assert problem(calc()) is None
    assert problem(calc(**changes)) is not None


def test_a_second_route_must_agree() -> None:
    assert problem(calc(second="people * use * days * 2")) is None
    assert problem(calc(second="people * use * days * 20")) is not None


def test_what_a_calculation_decides() -> None:
    assert decides(calc(), "estimate") and decides(calc(), "number")
    assert not decides(calc(), "text") and not decides(calc(), "truth") and not decides(Calculation(), "number")


def test_within_is_even_on_both_sides() -> None:
    assert within_factor(Fraction(10), Fraction(1), 10) and within_factor(Fraction(1), Fraction(10), 10)
    assert not within_factor(Fraction(11), Fraction(1), 10) and not within_factor(Fraction(0), Fraction(1), 10)


# ---- the task ----


def test_the_author_calculates_before_the_wording() -> None:
    fields = list(CalculationTask.model_json_schema()["properties"])
    assert fields.index("formal") < fields.index("instruction") < fields.index("key")


def test_an_exact_task_states_its_figures() -> None:
    sound = task(RULE_TOLD, "number", ["313.20"], RULE)
    assert all_checks()["calculation"](sound) is None
    for told in (
        RULE_TOLD.replace("48", "some"),
        RULE_TOLD.replace("10 %", "something"),
        RULE_TOLD.replace("euros", "money"),
        RULE_TOLD + " Her sister paid 313.20.",
    ):
        assert all_checks()["calculation"](task(told, "number", ["313.20"], RULE)) is not None


@pytest.mark.parametrize(
    ("told", "share"),
    [("two thirds", 0.667), ("a quarter", 0.25), ("three quarters", 0.75), ("66.7 %", 0.667), ("half", 0.5)],
)
def test_shares_may_be_words(told: str, share: float) -> None:
    formal = {**RULE, "quantities": [*RULE["quantities"][:2], {"name": "discount", "value": share, "unit": ""}]}
    said = RULE_TOLD.replace("10 %", told)
    assert all_checks()["calculation"](task(said, "number", ["1"], formal)) is None
    assert all_checks()["calculation"](task(RULE_TOLD, "number", ["1"], formal)) is not None


def test_a_number_needs_a_calculation_and_free_text_none() -> None:
    assert all_checks()["calculation"](task("How many?", "number", ["3"], {})) is not None
    assert all_checks()["calculation"](task("Why?", "text", [], {})) is None
    assert all_checks()["calculation"](task("How many?", "number", [], {}, answerable=False)) is None


def test_bounds_need_their_ranges_in_the_task() -> None:
    told = "30,000 to 50,000 people use 80 to 200 litres a day. What is the most, in litres per year?"
    formal = {**WATER, "asks": "upper"}
    assert all_checks()["calculation"](task(told, "estimate", ["3650000000"], formal)) is None
    assert (
        all_checks()["calculation"](task(told.replace("200", "many"), "estimate", ["3650000000"], formal)) is not None
    )


FARM = {
    "quantities": [
        {"name": "machines", "value": 5, "low": 4, "high": 6, "why": "told", "unit": "machines"},
        {"name": "output", "value": 1.5, "low": 1, "high": 2, "why": "told", "unit": "MW/machine"},
        {"name": "share", "value": 0.24, "low": 0.2, "high": 0.28, "why": "told", "unit": ""},
    ],
    "expression": "machines * output * share",
    "unit": "MW",
    "asks": "lower",
    "factor": 2,
}


@pytest.mark.parametrize(
    ("ranges", "passes"),
    [
        ("4 to 6 machines of 1 to 2 MW work at 20 to 28 per cent", True),
        ("Four to six machines of one to two MW work at 20–28 % of that", True),
        ("Between 4 and 6 machines of between 1 and 2 MW work at a share between 0.2 and 0.28", True),
        ("4 to 6 machines of 1 to 2 MW work at twenty to twenty-eight percent", True),
        ("4 to 6 machines of 1 to 2 MW work at about a quarter", False),
        ("5 machines of 1 to 2 MW work at 20 to 28 %", False),
    ],
)
def test_ranges_are_stated_in_any_notation(ranges: str, passes: bool) -> None:
    found = all_checks()["calculation"](task(f"{ranges}. How many MW at the least?", "estimate", ["0.8"], FARM))
    assert (found is None) is passes, found


# ---- the estimate ----


@pytest.mark.parametrize(
    "text",
    [
        "40,000 × 120 × 365 ≈ 1.75 billion, between 1 and 3 billion.\n\nAnswer: 1,750,000,000 litres",
        "So 4e4 * 120 * 365 = 1.75e9.\n**Answer: about 1.75 × 10^9 litres per year (range 0.9–3.7 × 10^9)**",
        "...\nAnswer: ~2 × 10⁹ litres",
        "...\nAnswer: 10^9 litres a year",
        "...\nAnswer: roughly 2 billion litres per year, with a plausible range from 1 to 4 billion litres",
        "...\nAnswer: 1.8 million cubic metres per year",
        "...\nFinal answer: $1.75 \\times 10^{9}$ litres",
        "I would put it at 5 factors. The best estimate is 900 million litres.",
    ],
)
def test_estimates_that_agree(text: str) -> None:
    assert agreement(estimate(text)) is True
    assert all_checks()["key_agreement"](estimate(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Answer: 1.75 million litres",
        "Answer: 10^11 litres",
        "Answer: 1,750,000,000 cubic metres",
        "Answer: 40,000 people",
    ],
)
def test_estimates_of_another_magnitude(text: str) -> None:
    assert agreement(estimate(text)) is False


@pytest.mark.parametrize("text", ["It depends.", "Answer: between 1 and 3 billion litres", "Answer: a great deal"])
def test_no_single_estimate(text: str) -> None:
    assert all_checks()["answer_stated"](estimate(text)) is not None


@pytest.mark.parametrize(
    "text", ["0.0002", "0.02 %", "0.02 percent", "about 1 in 5,000", "2 × 10^-4", "one in 5 thousand"]
)
def test_chances_are_read_in_any_form(text: str) -> None:
    found = estimate(f"Answer: {text}", key="0.0002", unit="", factor=1.5)
    assert agreement(found) is True


@pytest.mark.parametrize("text", ["$313", "313 dollars", "about $ 0.3 thousand", "USD 313"])
def test_money_is_read(text: str) -> None:
    assert agreement(estimate(f"Answer: {text}", key="313", unit="dollars", factor=1.5)) is True


def test_digits_may_be_grouped_by_spaces() -> None:
    assert agreement(estimate("Answer: 1 750 000 000 litres", factor=1.5)) is True


def test_the_factor_is_the_tasks_own() -> None:
    assert agreement(estimate("Answer: 6 billion litres", factor=3)) is False
    assert agreement(estimate("Answer: 6 billion litres", factor=5)) is True


def test_an_estimate_shows_calculation_unit_and_range() -> None:
    whole = "40,000 × 120 × 365 = 1,752,000,000, between 0.9 and 3.7 billion.\n\nAnswer: 1.75 billion litres"
    shown = all_checks()["estimate_shown"]
    assert shown(estimate(whole)) is None
    assert shown(estimate(whole.replace("40,000 × 120 × 365 = 1,752,000,000", "By and large"))) is not None
    assert shown(estimate(whole.replace(", between 0.9 and 3.7 billion", ""))) is not None
    assert shown(estimate(whole.replace(" litres", ""))) is not None
    assert shown(estimate(whole.replace("litres", "m³"))) is None


# ---- the skills ----


@pytest.mark.parametrize("name", SKILLS)
def test_the_skills_are_of_full_size(name: str) -> None:
    skill = prompts.load(name)
    assert len(skill.task_types) >= 18 and len(skill.goals) >= 4
    assert sum(bool(t.agents) for t in skill.transformations) >= 6
    assert any(not t.agents for t in skill.transformations)
    for entry in (*skill.task_types, *skill.goals):
        assert 40 <= len(entry.description.split()) <= 80, entry.name
    for agent in skill.agents:
        if agent.startswith("transform/"):
            body = skill.agents[agent].body
            assert "`UNSUITABLE: `" in body and 240 <= len(body.split()) <= 370, agent


def test_figures_are_counted_things() -> None:
    text = Passage(
        "The oven bakes 420 loaves a day. It holds 12 metres of shelf. In 1998 some 30 old ovens were sold there."
    )
    assert {f"{f['number']} {f['noun']}" for f in figures(text, Random(0))} == {"420 loaves", "30 old ovens"}


def test_the_responder_knows_only_its_own_tasks() -> None:
    assert estimated("How many bees live in a meadow of 200 m²?", None) is None


@pytest.mark.parametrize("name", SKILLS)
def test_a_small_run_yields_rows_of_several_types(name: str, tmp_path: Path) -> None:
    outcome = asyncio.run(_driven(name, tmp_path))
    rows = outcome.rows
    assert not outcome.broken and not outcome.lost()
    assert len(rows) > 20 and len({row.task_type for row in rows}) >= 8
    assert not outcome.reasons("verify")
    for row in rows:
        assert len(row.messages) in {2, 3} and row.passage not in row.messages[-2]["content"]
        if row.answer_form in {"estimate", "number"} and row.answerable:
            assert within_factor(Fraction(row.key[0]), worked_out(Calculation.model_validate(row.formal)), 100)
            assert agreement(row) is True


async def _driven(name: str, folder: Path) -> Outcome:
    settings = Settings(chunks_per_document=1, instructions_per_passage=4)
    documents = [str(DOCUMENTS / name) for name in ("tidal_power.md", "deck_oven_maintenance.md", "short_reads.jsonl")]
    async with opened(name, folder, settings) as run:
        return await drive(run, documents)
