"""Near-duplicates over a whole run: what counts as one, and that order and number of rows change nothing."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from tasks.records import Record, Source, identified
from tasks.steps.variety import Watch, likeness

NOUNS = [
    "ferry", "kiln", "orchard", "ledger", "harbour", "loom", "quarry", "beacon", "mill", "archive", "tannery",
    "weir", "granary", "chapel", "market", "depot",
]  # fmt: skip
VERBS = [
    "repairs", "records", "lends", "measures", "sorts", "paints", "carries", "counts", "stores", "inspects",
    "borrows", "lists", "sells", "moves",
]  # fmt: skip
SIGNS = [
    "oak", "brass", "linen", "copper", "slate", "wool", "amber", "clay", "cedar", "flint", "ivory", "straw",
    "velvet", "granite", "pine", "marble",
]  # fmt: skip


def prose(draw: random.Random, words: int) -> str:
    pairs = [draw.choice((NOUNS, VERBS, SIGNS)) for _ in range(words)]
    return " ".join(draw.choice(pool) + draw.choice(("", "s", "ed", "ing", "er")) for pool in pairs) + "."


def row(passage: str, instruction: str, said: str, *, key: str = "", skill: str = "reading_comprehension") -> Record:
    messages = [{"role": "user", "content": f"{passage}\n\n{instruction}"}, {"role": "assistant", "content": said}]
    record = Record(
        source=Source(id="d", uri="d.txt", kind="text"),
        skill=skill,
        passage=passage,
        instruction=instruction,
        answer_form="span" if key else "text",
        key=[key] if key else [],
        messages=messages,
    )
    return replace(identified(record), skill=skill)


def repeated(rows: Sequence[Record], order: Iterable[int] | None = None, *, writing: bool = False) -> set[str]:
    with Watch() as watch:
        for place in order or range(len(rows)):
            record = rows[place]
            watch.add((record.skill, place), record.id, likeness(record, record.passage, writing=writing))
        return {rows[place].id for (_, place), _ in watch.repeated()}


def edited(text: str, share: float, draw: random.Random) -> str:
    return " ".join(draw.choice(SIGNS) if draw.random() < share else word for word in text.split())


@pytest.mark.parametrize(("share", "least"), [(0.0, 1.0), (0.02, 0.98), (0.05, 0.9)])
def test_rows_with_a_few_words_edited_are_found(share: float, least: float) -> None:
    draw = random.Random(1)
    firsts = [row(prose(draw, 80), prose(draw, 20), prose(draw, 40)) for _ in range(100)]
    again = [
        row(
            edited(r.passage, share, draw),
            edited(r.instruction, share, draw) + " Please.",
            edited(str(r.messages[-1]["content"]), share, draw),
        )
        for r in firsts
    ]
    assert len(repeated([*firsts, *again])) >= least * len(firsts)


def test_rows_of_their_own_are_left_alone() -> None:
    draw = random.Random(2)
    passages = [prose(draw, 80) for _ in range(40)]
    rows = [row(p, prose(draw, 15), prose(draw, 30)) for p in passages for _ in range(8)]
    assert not repeated(rows)


PASSAGE = "The mill grinds oats from March to October, and the weir above it is raised by hand when the river is low."
QUESTION = "Which month is the last one in which the mill grinds oats, going by the text?"
SAID = "It grinds from March to October, so the last month is October."


@pytest.mark.parametrize(
    "other",
    [
        row(
            PASSAGE,
            "Which month is the last one in which the mill grinds oats, by the text?",
            "October.",
            key="October",
        ),
        row(f"{PASSAGE} ", QUESTION.replace("Which month", "What month"), "The text says October.", key="October"),
        row(PASSAGE, QUESTION, SAID.replace("so", "and so"), key="October"),
        row(PASSAGE, QUESTION, SAID, key="October", skill="multiple_choice"),
    ],
)
def test_the_same_question_in_other_words_is_a_repetition(other: Record) -> None:
    assert len(repeated([row(PASSAGE, QUESTION, SAID, key="October"), other])) == 1


@pytest.mark.parametrize(
    "other",
    [
        row(
            PASSAGE,
            "Which month is the first one in which the mill grinds oats, going by the text?",
            "March.",
            key="March",
        ),
        row(PASSAGE, "By what means is the weir raised?", "By hand.", key="by hand"),
        row("A kiln fires bricks from May to October; its door is shut with clay.", QUESTION, SAID, key="October"),
        row(
            PASSAGE,
            QUESTION,
            "October: the text gives March as the first month and October as the last.",
            key="October",
        ),
    ],
)
def test_what_differs_in_key_or_material_is_none(other: Record) -> None:
    assert not repeated([row(PASSAGE, QUESTION, SAID, key="October"), other])


def test_who_is_asked_back_has_another_task() -> None:
    """The same call, and one request lacks what it needs: the one is to act, the other to ask first."""
    asked = "Book two seats on the morning ferry to the mill and send the tickets on."
    acts = row(PASSAGE, asked.replace("on.", "on to the address that you have of me."), SAID)
    asks = row(PASSAGE, asked, SAID)
    call = [{"name": "book", "arguments": {"seats": 2}}]
    assert repeated([replace(acts, calls=call), replace(asks, calls=call)])
    assert not repeated([replace(acts, calls=call), replace(asks, calls=call, missing=["address"])])


def test_the_same_wish_with_another_end_is_no_repetition() -> None:
    """The same page and wish, and behind it another site: the one is carried out, the other given up."""
    done = row("", "Find the latitude of the second case.", "finish: 31 degrees")
    given_up = replace(done, id="other", answerable=False)
    assert repeated([replace(done, key=["31 degrees"]), replace(done, id="again", key=["31 degrees"])])
    assert not repeated([replace(done, key=["31 degrees"]), given_up])


def test_numbers_tell_tasks_apart() -> None:
    ask = "Two jugs hold {} and {} litres. Measure exactly one litre with them, in as few pourings as you can, and list them."
    say = "Fill the smaller jug, pour it over into the larger one, and repeat until one litre stays behind."
    assert not repeated([row("", ask.format(5, 7), say), row("", ask.format(5, 9), say)])
    assert repeated([row("", ask.format(5, 7), say), row("", ask.format(5, 7) + " Thanks.", say)])


def test_letters_of_a_choice_are_compared_by_their_options() -> None:
    one = replace(row(PASSAGE, QUESTION, "Answer: A", key="A"), options=["October", "March"])
    same = replace(row(PASSAGE, f"{QUESTION} Choose.", "Answer: B", key="B"), options=["March", "October"])
    other = replace(row(PASSAGE, f"{QUESTION} Choose.", "Answer: A", key="A"), options=["March", "October"])
    assert len(repeated([one, same])) == 1 and not repeated([one, other])


def test_scripts_without_spaces_are_read_by_character() -> None:
    text = "水車は三月から十月まで燕麦を挽き、川の水が少ないときは堰を手で上げる。"
    ask, again = "水車が燕麦を挽くのは何月までですか。", "水車が燕麦を挽くのは何月までか。"
    assert repeated([row(text, ask, "十月まで。", key="十月"), row(text, again, "十月です。", key="十月")])
    assert not repeated(
        [row(text, ask, "十月まで。", key="十月"), row(text, "堰はどうやって上げますか。", "手で。", key="手")]
    )


def test_order_and_concurrency_change_nothing() -> None:
    draw = random.Random(3)
    firsts = [row(prose(draw, 60), prose(draw, 20), prose(draw, 30)) for _ in range(30)]
    chains = [
        row(r.passage, f"{r.instruction} {SIGNS[n]}", str(r.messages[-1]["content"])) for r in firsts for n in range(3)
    ]
    rows = [*firsts, *chains]
    found = repeated(rows)
    assert len(found) >= 60
    for seed in range(4):
        order = list(range(len(rows)))
        random.Random(seed).shuffle(order)
        assert repeated(rows, order) == found


def test_memory_stays_flat() -> None:
    draw = random.Random(4)
    repeated([row(prose(draw, 50), prose(draw, 10), prose(draw, 10)) for _ in range(20)])

    def peak(count: int) -> int:
        source = random.Random(5)
        tracemalloc.start()
        with Watch() as watch:
            for place in range(count):
                record = row(prose(source, 300), prose(source, 20), prose(source, 60))
                watch.add(("skill", place), record.id, likeness(record, record.passage, writing=True))
            assert not list(watch.repeated())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(400) < peak(100) + 300_000
