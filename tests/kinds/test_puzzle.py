"""Puzzles: what the solvers make of data, what the checks make of prose beside data, and both skills end to end."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prompts
from prompts import AnswerForm
from simulator.pipeline import Outcome, drive, opened
from tasks.kinds import all_checks, kinds
from tasks.kinds.puzzle.arrangement import Arrangement, Attribute, Choice, Rule, Statement
from tasks.kinds.puzzle.arranging import solutions
from tasks.kinds.puzzle.complete import solve
from tasks.kinds.puzzle.contract import Formal, Journey, Link, Numbers, PuzzleTask, Sequence, Unknown
from tasks.kinds.puzzle.expressions import comparison, expression
from tasks.kinds.puzzle.solver import IllPosed, offered_choices, solved
from tasks.offline import reply
from tasks.records import Json, Record, Rejected, Source
from tasks.settings import Settings
from tasks.teacher.parsing import json_schema
from tests.offline.asking import HARBOUR, ask

ROOT = Path(__file__).parents[2]
THINGS = ["Ash", "Birch", "Cedar", "Dogwood"]
ROW = Attribute(name="place", values=["1", "2", "3", "4"], distinct=True)


def said(kind: Any, *things: str, values: tuple[str, ...] = (), number: int = 0, attribute: str = "") -> Statement:
    return Statement(kind=kind, things=list(things), values=list(values), number=number, attribute=attribute)


def rule(*first: Statement, form: Any = "plain", second: tuple[Statement, ...] = (), words: str = "") -> Rule:
    return Rule(form=form, first=list(first), second=list(second), words=words)


def row(rules: list[Rule], asks: Any = "must", **more: Any) -> Arrangement:
    return Arrangement(things=THINGS, attributes=[more.pop("attribute_is", ROW)], rules=rules, asks=asks, **more)


def key(puzzle: Arrangement, form: str, options: list[str] | None = None) -> list[str]:
    formal = Formal(model="arrangement", arrangement=puzzle)
    return solved(formal, form, offered_choices(formal) if options is None else options)


def reason(puzzle: Arrangement, form: str, options: list[str] | None = None) -> str:
    with pytest.raises(IllPosed) as caught:
        key(puzzle, form, options)
    return caught.value.reason


def test_an_author_is_told_which_rules_contradict() -> None:
    def blamed(*rules: Rule) -> str:
        with pytest.raises(IllPosed) as caught:
            key(row(list(rules), "value", about="Ash"), "span")
        return caught.value.detail

    first, last = rule(said("is", "Ash", values=("1",))), rule(said("is", "Ash", values=("4",)))
    other = rule(said("is", "Birch", values=("2",)))
    assert blamed(first, other, last).endswith("; without rule 1 or rule 3 some would be left")
    assert blamed(first, last, rule(said("is", "Ash", values=("2",)))).endswith("; no single rule is to blame")


# ---- arrangements ----


PLACES = [dict(zip(THINGS, p, strict=True)) for p in permutations(range(1, 5))]
ORDERS: list[tuple[Statement, Any]] = [
    (said("is", "Ash", values=("2", "3")), lambda w: w["Ash"] in (2, 3)),
    (said("is_not", "Ash", "Birch", values=("4",)), lambda w: w["Ash"] != 4 and w["Birch"] != 4),
    (said("before", "Ash", "Birch", "Cedar"), lambda w: w["Ash"] < w["Birch"] < w["Cedar"]),
    (said("just_before", "Ash", "Birch"), lambda w: w["Birch"] - w["Ash"] == 1),
    (said("next_to", "Ash", "Birch"), lambda w: abs(w["Ash"] - w["Birch"]) == 1),
    (said("apart", "Ash", "Birch"), lambda w: abs(w["Ash"] - w["Birch"]) != 1),
    (said("apart_by", "Ash", "Birch", number=2), lambda w: abs(w["Ash"] - w["Birch"]) == 2),
    (said("between", "Ash", "Birch", "Cedar"), lambda w: sorted(w[t] for t in THINGS[:3])[1] == w["Ash"]),
    (said("exactly", "Ash", "Birch", values=("1", "2"), number=1), lambda w: (w["Ash"] < 3) != (w["Birch"] < 3)),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "meant"), ORDERS, ids=lambda x: getattr(x, "kind", ""))
def test_statements_mean_what_they_say(statement: Statement, meant: Any) -> None:
    found = solutions(row([]), [rule(statement)])
    assert sorted(found) == sorted((tuple(p - 1 for p in w.values()),) for w in PLACES if meant(w))
    denied = solutions(row([]), [rule(statement, form="not")])
    assert len(found) + len(denied) == 24


def test_places_around_a_table_close() -> None:
    ring = Attribute(name="seat", values=["1", "2", "3", "4"], distinct=True, circular=True)
    base = row([], attribute_is=ring)
    assert len(solutions(base, [rule(said("next_to", "Ash", "Birch"))])) == 16
    assert len(solutions(base, [rule(said("opposite", "Ash", "Birch"))])) == 8
    assert len(solutions(base, [rule(said("just_before", "Ash", "Birch"))])) == 8


@pytest.mark.parametrize(("form", "left"), [("if", 3), ("iff", 2), ("or", 3), ("either", 2)])
def test_rules_join_as_logic_has_it(form: str, left: int) -> None:
    base = Arrangement(things=["Ash", "Birch"], attributes=[Attribute(name="state", values=["in", "out"])])
    sides = [said("is", thing, values=("in",)) for thing in base.things]
    assert len(solutions(base, [rule(sides[0], form=form, second=(sides[1],))])) == left


def test_values_have_room_for_so_many() -> None:
    def left(**room: int) -> int:
        return len(solutions(row([], attribute_is=Attribute(name="team", values=["red", "blue"], **room)), []))

    assert (left(), left(at_most=2), left(at_least=1), left(at_least=2)) == (16, 6, 14, 6)
    with pytest.raises(IllPosed):
        left(at_most=1)


def test_a_thing_is_known_by_what_it_has() -> None:
    base = Arrangement(
        things=["Ada", "Bo", "Cy"],
        attributes=[
            Attribute(name="house", values=["1", "2", "3"], distinct=True),
            Attribute(name="drink", values=["tea", "milk", "cocoa"], distinct=True),
        ],
    )
    rules = [
        rule(said("is", "drink=tea", values=("2",), attribute="house")),
        rule(said("is", "Ada", values=("1",), attribute="house")),
        rule(said("just_before", "Bo", "drink=milk", attribute="house")),
    ]
    puzzle = base.model_copy(update={"rules": rules, "asks": "arrangement", "attribute": "drink"})
    items = ["1: Ada", "2: Bo", "3: Cy", "A: cocoa", "B: milk", "C: tea"]
    assert key(puzzle, "matching", items) == ["1-A", "2-C", "3-B"]


ONE_ORDER = [rule(said("before", "Ash", "Birch", "Cedar")), rule(said("just_before", "Cedar", "Dogwood"))]
TWO_LEFT = [
    rule(said("before", "Ash", "Birch")),
    rule(said("is", "Cedar", values=("1",))),
    rule(said("is_not", "Dogwood", values=("3",))),
]


def claim(statement: Statement, words: str) -> Choice:
    return Choice(first=[statement], words=words)


def test_each_question_has_its_key() -> None:
    assert key(row(ONE_ORDER, "arrangement"), "order", ["Birch", "Dogwood", "Cedar", "Ash"]) == ["D", "A", "C", "B"]
    assert key(row(ONE_ORDER, "value", about="Cedar"), "span") == ["3"]
    assert key(row(ONE_ORDER, "possible_things", about="4"), "span") == ["Dogwood"]
    assert key(row(TWO_LEFT, "how_many_arrangements"), "number") == ["2"]
    assert key(row(TWO_LEFT, "possible_things", about="2"), "set") == ["Ash", "Dogwood"]
    assert key(row(TWO_LEFT, "how_many_values", about="Dogwood"), "number") == ["2"]
    options = [
        claim(said("is", "Dogwood", values=("4",)), "last"),
        claim(said("before", "Cedar", "Birch"), "sure"),
        claim(said("just_before", "Birch", "Ash"), "never"),
    ]
    assert key(row(TWO_LEFT, "must", choices=options), "option") == ["B"]
    assert key(row(TWO_LEFT, "cannot", choices=options), "option") == ["C"]
    assert key(row(TWO_LEFT, "fixes_all", choices=options), "option") == ["A"]
    assert key(row(TWO_LEFT, "could", choices=options[1:]), "option") == ["A"]
    assert key(row(TWO_LEFT, "follows", choices=options[:1]), "truth") == ["false"]
    added = [rule(said("is", "Dogwood", values=("4",)))]
    assert key(row(TWO_LEFT, "follows", choices=[options[0]], added=added), "truth") == ["true"]


def test_questions_about_the_rules() -> None:
    tags = ["first", "second", "together", "each", "neither"]
    verdicts = [Choice(members=[tag], words=f"verdict {tag}") for tag in tags]
    loose = [TWO_LEFT[1]]
    added = [rule(said("is", "Birch", values=("2",))), rule(said("before", "Ash", "Dogwood"))]
    assert key(row(loose, "sufficiency", about="Birch", added=added, choices=verdicts), "option") == ["A"]
    assert key(row(loose, "sufficiency", about="Ash", added=added, choices=verdicts), "option") == ["C"]
    assert key(row(loose, "sufficiency", about="Dogwood", added=added[1:] * 2, choices=verdicts), "option") == ["E"]
    idle = [added[0], rule(said("is_not", "Ash", values=("1",)))]
    assert reason(row(loose, "sufficiency", about="Ash", added=idle, choices=verdicts), "option") == "idle_rule"
    clash = [*ONE_ORDER, rule(said("is", "Birch", values=("1",)))]
    numbers = [Choice(number=n, words=f"rule {n}") for n in (1, 2, 3)]
    assert reason(row(clash, "which_rule_clashes", choices=numbers), "option") == "several_right_options"
    assert key(row(clash, "which_rule_clashes", choices=numbers[1:]), "option") == ["B"]
    same = [
        Choice(first=[said("is", "Dogwood", values=("2", "4"))], words="other words"),
        Choice(first=[said("is", "Dogwood", values=("2",))], words="more"),
    ]
    assert key(row(TWO_LEFT, "same_effect", rule=3, choices=same), "option") == ["A"]


def test_what_is_no_puzzle_says_why() -> None:
    assert (
        reason(row([*ONE_ORDER, rule(said("is", "Ash", values=("4",)))], "value", about="Ash"), "span") == "no_solution"
    )
    assert (
        reason(row([*ONE_ORDER, rule(said("before", "Ash", "Dogwood"))], "value", about="Ash"), "span") == "idle_rule"
    )
    assert reason(row(TWO_LEFT, "value", about="Ash"), "span") == "several_answers"
    assert reason(row(TWO_LEFT, "possible_things", about="1"), "set") == "single_member"
    assert (
        reason(row(TWO_LEFT, "must", choices=[claim(said("is", "Ash", values=("4",)), "no")]), "option")
        == "no_right_option"
    )
    assert reason(row([rule(said("is", "Elm", values=("1",)))]), "option") == "unknown_name"
    assert reason(row([rule(said("is", "Ash", values=("9",)))]), "option") == "unknown_name"
    assert reason(row([rule(said("before", "Ash"))]), "option") == "empty_rule"
    assert reason(row(TWO_LEFT, "most", about="1"), "order", THINGS) == "wrong_form"
    large = Arrangement(things=[f"t{i}" for i in range(12)], attributes=[Attribute(name="a", values=list("abcdefgh"))])
    assert reason(large, "option") == "too_large"
    assert reason(row([], added=[]).model_copy(update={"things": ["Ash"]}), "option") == "malformed"


# ---- numbers, sequences, journeys ----


@given(st.integers(-30, 30), st.integers(1, 30), st.integers(0, 4))
@settings(max_examples=60, deadline=None)
def test_expressions_are_arithmetic(a: int, b: int, c: int) -> None:
    cases = {
        "a + b * c - 2": a + b * c - 2,
        "(a + b) * c": (a + b) * c,
        "-b^2 + a % b": -(b**2) + a % b,
        "abs(a) // b + max(a, b, c) - min(a, c)": abs(a) // b + max(a, b, c) - min(a, c),
    }
    for text, value in cases.items():
        assert expression(text)[0]({"a": a, "b": b, "c": c}) == value
    assert comparison("a <= b*c != a + 1")[0]({"a": a, "b": b, "c": c}) is (a <= b * c != a + 1)


@pytest.mark.parametrize("text", ["a +", "(a", "a b", "1 $ 2", "a" * 500, "__import__('os')", "2^(9^9)"])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(IllPosed):
        expression(text)[0]({"a": 1, "b": 1})


def numbers(conditions: list[str], wants: Any = "value", asks: str = "a", **more: Any) -> str:
    unknowns = [Unknown(name=n, low=0, high=30) for n in "ab"]
    data = Numbers(unknowns=unknowns, conditions=conditions, wants=wants, asks=asks, **more)
    return solved(Formal(model="numbers", numbers=data), "number", [])[0]


def test_numbers_are_tried_out() -> None:
    assert numbers(["a + b = 20", "a - b = 6"]) == "13"
    assert numbers(["a * b = 12"], wants="count") == "6"
    assert numbers(["a % 4 = 0", "b = 0", "a > 0"], wants="smallest") == "4"
    assert numbers(["a + b = 9", "b > 0"], wants="largest", asks="a / b") == "8"
    for conditions, why in (
        (["a = b"], "several_answers"),
        (["a + b = 99"], "no_solution"),
        (["z = 1"], "unknown_name"),
    ):
        with pytest.raises(IllPosed) as caught:
            numbers(conditions)
        assert caught.value.reason == why


@pytest.mark.parametrize(
    ("terms", "rule", "found"), [([2, 5, 10, 17], "n^2 + 1", "26"), ([1, 3, 4, 7, 11], "p + q", "18")]
)
def test_sequences_go_on(terms: list[int], rule: str, found: str) -> None:
    data = Sequence(terms=terms, rule=rule, place=len(terms) + 1)
    assert solved(Formal(model="sequence", sequence=data), "number", []) == [found]
    options = [str(int(found) + 1), f"{found} tiles", "7"]
    assert solved(Formal(model="sequence", sequence=data), "option", options) == ["B"]
    with pytest.raises(IllPosed):
        solved(Formal(model="sequence", sequence=data.model_copy(update={"rule": f"{rule} + 1"})), "number", [])


def test_journeys_take_the_least() -> None:
    def least(**fields: Any) -> str:
        return solved(Formal(model="journey", journey=Journey(**fields)), "number", [])[0]

    assert least(kind="jugs", sizes=[3, 5], goal=4) == "6"
    trio = ["wolf", "goat", "cabbage"]
    assert least(kind="crossing", items=trio, quarrels=[["wolf", "goat"], ["goat", "cabbage"]]) == "7"
    links = [Link(a="A", b="B", cost=9), Link(a="A", b="C", cost=2), Link(a="C", b="B", cost=3, one_way=True)]
    assert least(kind="routes", links=links, start="A", end="B") == "5"
    assert least(kind="routes", links=links, start="B", end="C") == "11"
    assert least(kind="routes", links=links, start="A", end="B", avoid=["C"]) == "9"
    for unreachable in (
        {"kind": "jugs", "sizes": [4, 6], "goal": 3},
        {"kind": "routes", "links": links[2:], "start": "B", "end": "C"},
    ):
        with pytest.raises(IllPosed) as caught:
            least(**unreachable)
        assert caught.value.reason == "no_solution"


# ---- prose beside data, and the finishing work ----

PROSE = (
    "Ash, Birch, Cedar and Dogwood stand in a row. Ash is before Birch, and Birch before Cedar."
    " Cedar comes right before Dogwood."
)
STATED = [
    rule(said("before", "Ash", "Birch", "Cedar"), words="Ash is before Birch, and Birch before Cedar."),
    rule(said("just_before", "Cedar", "Dogwood"), words="Cedar comes right before Dogwood"),
]
OPTIONS = [claim(said("is", t, values=("1",)), f"{t} is first") for t in THINGS]


def record(
    instruction: str = PROSE, puzzle: Arrangement | None = None, form: AnswerForm = AnswerForm.OPTION, **more: Any
) -> Record:
    given = puzzle or row(STATED, "must", choices=OPTIONS)
    formal = Formal(model="arrangement", arrangement=given).model_dump()
    fields: Json = {"formal": formal, "answer_form": form.value, "options": [], "key": ["A"], **more}
    return Record(source=Source(id="s", uri="u", kind="text"), instruction=instruction, **fields)


def test_prose_must_say_what_the_data_say() -> None:
    stated = all_checks()["rules_stated"]
    assert stated(record()) is None
    assert (
        stated(record(PROSE.replace("Cedar comes right", "Cedar stays just")))
        == "rule 2 is not stated in the instruction"
    )
    assert stated(record(PROSE.replace("Ash, Birch, Cedar and Dogwood", "Four trees"))) is None
    wrong = [*STATED[:1], STATED[1].model_copy(update={"first": [said("just_before", "Cedar", "Ash")]})]
    assert stated(record(puzzle=row(wrong))) == "the words of rule 2 do not name what its data name"
    astray = [OPTIONS[0].model_copy(update={"words": "Birch is first"}), *OPTIONS[1:]]
    assert stated(record(puzzle=row(STATED, "must", choices=astray), options=["x"])) is not None
    repeated = [STATED[0], STATED[0].model_copy(), STATED[0].model_copy()]
    assert stated(record(puzzle=row(repeated))) == "one sentence is given as the words of several rules"


def test_figures_of_the_data_stand_in_the_prose() -> None:
    stated, given = all_checks()["rules_stated"], all_checks()["formal_given"]
    jugs = Formal(model="journey", journey=Journey(kind="jugs", sizes=[4, 7], goal=5)).model_dump(exclude_defaults=True)
    assert stated(record("Jugs of 4 and seven litres; measure 5.", formal=jugs)) is None
    assert stated(record("Jugs of 4 and 8 litres; measure 5.", formal=jugs)) is not None
    terms = Formal(model="sequence", sequence=Sequence(terms=[2, 5, 8, 11], rule="3*n - 1", place=3)).model_dump()
    assert stated(record("Fill the gap: 2, 5, _, 11.", formal=terms)) is None
    assert stated(record("Fill the gap: 2, 6, _, 11.", formal=terms)) is not None
    assert given(record()) is None and given(record(formal={})) is not None and stated(record(formal={})) is None


def finished(given: Record) -> Record:
    return asyncio.run(solve(given, None))  # type: ignore[arg-type]


def test_the_solver_decides_the_key_and_options_come_from_the_choices() -> None:
    done = finished(record(key=["C"]))
    assert sorted(done.options) == [c.words for c in OPTIONS]
    assert [done.options["ABCD".index(done.key[0])]] == ["Ash is first"]
    assert done.lineage[-1]["note"].endswith("differs") and done.id
    # Letters are places among the choices where the author wrote no options beside them.
    assert finished(record(parent="other", key=["A"])).lineage[-1]["note"].endswith("agrees")
    assert finished(record(key=["A"], options=[c.words for c in OPTIONS])).lineage[-1]["note"].endswith("agrees")
    assert finished(record(formal={})).key == ["A"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (record(puzzle=row([*STATED, STATED[1]], "value", about="Ash"), form=AnswerForm.SPAN), "idle_rule"),
        (record(f"{PROSE} (The answer is A.)"), "answer_hidden"),
        (record(formal={"model": "oracle"}), "malformed"),
    ],
)
def test_what_cannot_be_finished_is_a_reject(given: Record, why: str) -> None:
    with pytest.raises(Rejected) as caught:
        finished(given)
    assert caught.value.reason == why and "Ash" not in caught.value.detail


JUGS = Formal(model="journey", journey=Journey(kind="jugs", sizes=[4, 7], goal=3)).model_dump()


@pytest.mark.parametrize(
    ("given", "said_of_the_author"),
    [
        (record("Jugs of 4 and 7 litres", formal=JUGS, form=AnswerForm.NUMBER, key=["2"]), "agrees"),
        (record("Jugs of 4 and 7 litres", formal=JUGS, form=AnswerForm.NUMBER, key=["2 steps"]), "agrees"),
        (record("Jugs of 4 and 7 litres", formal=JUGS, form=AnswerForm.NUMBER, key=["3"]), "differs"),
        (record("Jugs of 4 and 7 litres", formal=JUGS, form=AnswerForm.NUMBER, key=[]), "gave none"),
        (record(puzzle=row(STATED, "value", about="Ash"), form=AnswerForm.SPAN, key=["place 1", "1"]), "agrees"),
        (record(puzzle=row(STATED, "value", about="Ash"), form=AnswerForm.SPAN, key=["2"]), "differs"),
        (record(puzzle=row(STATED, "arrangement"), form=AnswerForm.ORDER, options=THINGS, key=list("ABCD")), "agrees"),
        (record(puzzle=row(STATED, "arrangement"), form=AnswerForm.ORDER, options=THINGS, key=list("DCBA")), "differs"),
    ],
)
def test_the_lineage_says_whether_the_author_had_the_solvers_key(given: Record, said_of_the_author: str) -> None:
    assert finished(given).lineage[-1]["note"].endswith(said_of_the_author)


# ---- both skills with the offline teacher ----

SKILLS = ("analytical_reasoning", "brain_teaser")
TYPES = [(skill, t.name, t.answer.value) for skill in SKILLS for t in prompts.load(skill).task_types]


@pytest.mark.parametrize(("skill", "task_type", "form"), TYPES)
def test_the_offline_reader_comes_to_the_key_of_the_offline_author(skill: str, task_type: str, form: str) -> None:
    schema = kinds()["puzzle"].drafts_for(prompts.load(skill).task_type(task_type)).instruct
    found = ask({"passage": HARBOUR}, {"task_type": task_type, "answer_form": form}, schema)
    item = PuzzleTask.model_validate(found.items[0].model_dump())
    formal = item.formal.model_dump(exclude_defaults=True)
    texts = (
        offered_choices(item.formal)
        if form == "option" and formal.get("arrangement")
        else [o.text for o in item.options]
    )
    lines = "\n".join(t if form == "matching" else f"{x}. {t}" for x, t in zip("ABCDEFGHIJ", texts, strict=False))
    task = "\n\n".join(part for part in (item.instruction, lines) if part)
    asked = {"role": "user", "content": task}
    messages = [asked, reply({"messages": [asked]})["choices"][0]["message"]]
    given = record(item.instruction, formal=formal, form=AnswerForm(form), options=texts, key=item.key)
    answered = replace(given, messages=messages)
    assert all_checks()["key_agreement"](answered) is None and all_checks()["answer_stated"](answered) is None
    assert all_checks()["rules_stated"](given) is None


def test_each_sort_of_puzzle_is_asked_for_its_own_data_alone() -> None:
    kind = kinds()["puzzle"]
    whole = len(json.dumps(json_schema(kind.drafts.instruct)))
    for name, drafts in kind.narrower.items():
        shape = json.dumps(json_schema(drafts.instruct))
        assert len(shape) < 0.6 * whole, name
        order = [shape.index(f'"{field}": {{') for field in ("working", "instruction", "reasoning", "key")]
        assert order == sorted(order), name
        assert "evidence" not in shape and '"passage"' not in shape, name
    assert {t.draft for s in SKILLS for t in prompts.load(s).task_types} == set(kind.narrower)


async def _run(skill: str, folder: Path) -> Outcome:
    settings = Settings(chunk_words=250, chunks_per_document=1, instructions_per_passage=2)
    async with opened(skill, folder, settings) as run:
        return await drive(
            run, [str(ROOT / "examples" / "documents" / name) for name in ("tidal_power.md", "gout_leaflet.pdf")]
        )


@pytest.mark.parametrize("skill", SKILLS)
def test_the_skill_runs_end_to_end(skill: str, tmp_path: Path) -> None:
    outcome = asyncio.run(_run(skill, tmp_path))
    assert not outcome.broken and not outcome.lost()
    assert len({row.task_type for row in outcome.rows}) >= 3 and len(outcome.rows) >= 4
    assert all(row.checks["key_agreement"] == "pass" for row in outcome.rows)
    assert not outcome.reasons("verify")
