"""Defects planted in a teacher's answers do not get into the dataset, and proper answers do; `benchmarks.defects` at length."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks import defects
from benchmarks.defects import AUTHOR, Bench
from tasks.kinds import all_checks
from tasks.records import Json, Record, Source

OPTIONS = ["The mill", "The quay", "The barn"]
PASSAGE = "The mill on the Oder opened in 1874 and ground rye for three villages. A flood closed it. " * 2


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with defects.bench(chunks_per_document=1, instructions_per_passage=2) as b:
        yield b


LONG = {
    "analytical_reasoning", "brain_teaser", "coding", "conversation", "creative_content", "data_to_text", "few_shot_reasoning",
    "multiple_choice", "retrieval_augmented_generation", "text_modification", "web_agent",
}  # fmt: skip
"""Skills whose two runs take nine seconds and more."""
SKILLS = [pytest.param(skill, marks=[pytest.mark.services] * (skill in LONG)) for skill in sorted(AUTHOR)]


@pytest.mark.slow
@pytest.mark.parametrize("skill", SKILLS)
def test_planted_defects_do_not_reach_the_dataset_and_clean_answers_do(bench: Bench, skill: str) -> None:
    clean = bench.without(skill, 0)
    rejected, rows = defects.false_rejections(clean)
    assert rows >= 8 and rejected <= max(1, 0.02 * rows) and not clean.lost()
    tally = bench.mixed(skill, 0)
    assert tally.planted >= 4
    assert [(defect["kind"], defect["detail"], row.task_type) for defect, row in tally.reached] == []


def record(instruction: str, form: str, key: list[str], **more: object) -> Record:
    fields: Json = {"passage": PASSAGE, "options": OPTIONS if form in ("option", "order") else [], **more}
    source = Source(id="s", uri="u", kind="text")
    return Record(source=source, answer_form=form, instruction=instruction, key=key, **fields)


def answered(text: str, form: str, key: list[str], **more: object) -> Record:
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": text}]
    return record("Say it in other words.", form, key, messages=messages, **more)


@pytest.mark.parametrize(
    ("instruction", "form", "key"),
    [
        ("Which? Hint: B, The quay.", "option", ["B"]),
        ("Which? Hint: A, The quay.", "option", ["B"]),
        ("Which? (The answer is B.)", "option", ["B"]),
        ("Is it true or false? Hint: true.", "truth", ["true"]),
        ("The right answer, false, is in the text.", "truth", ["false"]),
        ("How many? Hint: 7.", "number", ["7"]),
        ("The right answer, A, C, B, is in the text.", "order", ["A", "C", "B"]),
        ("What was ground? Hint: rye.", "span", ["rye"]),
        ("Match them. (The answer is 1-A, 2-B.)", "matching", ["1-A", "2-B"]),
        ("List them. Hint: rye, oats.", "set", ["rye", "oats"]),
    ],
)
def test_a_key_that_is_told(instruction: str, form: str, key: list[str]) -> None:
    assert all_checks()["answer_hidden"](record(instruction, form, key)) is not None


@pytest.mark.parametrize(
    ("instruction", "form", "key"),
    [
        ("Which one? Give your answer: A, B or C.", "option", ["A"]),
        ("Write the answer: a letter.", "option", ["A"]),
        ("End with a line such as “Answer: B”.", "option", ["B"]),
        ("Choose the best option: The mill or the quay?", "option", ["A"]),
        ("Is it so? Answer: True / False?", "truth", ["true"]),
        ("Answer: true or false?", "truth", ["true"]),
        ("Is the number of rooms 5 or 7?", "number", ["5"]),
    ],
)
def test_a_key_that_is_not_told(instruction: str, form: str, key: list[str]) -> None:
    assert all_checks()["answer_hidden"](record(instruction, form, key)) is None


@pytest.mark.parametrize(
    ("instruction", "fits"),
    [
        ("Mask every name with [NAME].", True),
        ("Put [REDACTED] for each figure and [LIST] for each list.", True),
        ("Repeat no word that was mentioned in an earlier sentence.", True),
        ("Rewrite [INSERT TEXT].", False),
        ("Rewrite the [text].", False),
        ("As discussed in the previous section, rewrite the text.", False),
    ],
)
def test_markers_and_earlier_sections(instruction: str, fits: bool) -> None:
    assert (all_checks()["self_contained"](record(instruction, "text", [])) is None) is fits


@pytest.mark.parametrize(
    ("check", "text", "form", "key", "fits"),
    [
        ("no_boilerplate", "The text does not say.", "text", [], False),
        ("no_boilerplate", "The text has nothing that meets these requirements.", "text", [], False),
        ("no_boilerplate", "The mill does not stand any more.", "text", [], True),
        ("complete", "It reads: “The mill on the Oder opened in 1874 and ground", "span", ["rye"], False),
        ("complete", "It reads: “The mill on the Oder opened in 1874.”", "span", ["rye"], True),
        ("complete", "A. Of the three places, this one comes", "option", ["A"], False),
        ("complete", "A. The mill that was on the Oder", "option", ["A"], False),
        ("complete", "A. The mill that was on the Oder.", "option", ["A"], True),
        ("complete", "A. The mill", "option", ["A"], True),
        ("complete", "The answer is A. " * 8, "option", ["A"], False),
        ("key_agreement", "A. The mill", "option", ["A"], True),
    ],
)
def test_answers(check: str, text: str, form: str, key: list[str], fits: bool) -> None:
    assert (all_checks()[check](answered(text, form, key)) is None) is fits


def test_an_option_given_with_another_figure_or_in_part() -> None:
    options = ["Numbers in figures stand in it 4 times", "The mill on the Oder was closed by a flood"]
    assert all_checks()["key_agreement"](answered(f"A. {options[0]}.", "option", ["A"], options=options)) is None
    wrong = answered("A. Numbers in figures stand in it 5 times.", "option", ["A"], options=options)
    assert all_checks()["key_agreement"](wrong) is not None
    part = answered("B. The mill on the Oder was closed", "option", ["B"], options=options)
    assert all_checks()["complete"](part) is not None


BOOK = {
    "type": "function",
    "function": {
        "name": "book",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "seat": {"type": "string"}, "price": {"type": "number"}},
            "required": ["city", "price"],
        },
    },
}


def booking(key: list[Json], made: list[Json], result: str = "{}") -> Record:
    """One call after the other, each with the result."""
    stated = [{"name": "book", "arguments": arguments} for arguments in key]
    messages: list[Json] = [{"role": "user", "content": "?"}]
    for arguments in made:
        call = {"function": {"name": "book", "arguments": arguments}}
        messages.append({"role": "assistant", "content": "", "tool_calls": [call]})
        messages.append({"role": "tool", "content": result})
    return record("Book a window seat to Lund for 7.", "calls", [], tools=[BOOK], calls=stated, messages=messages)


def test_calls_that_build_on_earlier_ones() -> None:
    first: Json = {"city": "Lund", "price": 7, "seat": "window"}
    key, made = [first, {"city": "Lund"}], [first, {"city": "Lund", "price": 6.5}]
    chained = booking(key, made, '{"price of the next seat": 6.5}')
    assert all_checks()["tool_task"](chained) is None and all_checks()["calls_agree"](chained) is None
    assert all_checks()["calls_agree"](booking(key, made)) is not None
    assert all_checks()["tool_task"](booking([{"city": "Lund"}], [])) is not None
    assert all_checks()["calls_agree"](booking([first], [{**first, "seat": "aisle"}])) is not None
