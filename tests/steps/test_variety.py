"""Near-duplicates over a whole run: what counts as one, and that order and number of rows change nothing."""

from __future__ import annotations

import json
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


LABELS = [
    "Weir: It is raised or lowered.",
    "Grain: A grain is named.",
    "Repairs: Something is mended.",
    "Months: One is named.",
]


def keyed(form: str, *key: str, asked: str = QUESTION, said: str = SAID, **more: object) -> Record:
    return identified(replace(row(PASSAGE, asked, said), answer_form=form, key=list(key), **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["label", "set", "matching"])
def test_where_order_means_nothing_keys_are_sets(form: str) -> None:
    again = f"{QUESTION} All of them."
    one, same = keyed(form, "Weir", "Grain"), keyed(form, "Grain", "Weir", asked=again)
    assert len(repeated([one, same])) == 1
    assert not repeated([one, keyed(form, "Grain", "Months", asked=again)])
    assert not repeated([one, keyed(form, "Grain", asked=again)])


def test_an_order_is_one() -> None:
    one = keyed("order", "B", "A", "C", options=LABELS[:3])
    assert not repeated([one, keyed("order", "A", "B", "C", asked=f"{QUESTION} Now.", options=LABELS[:3])])
    shuffled = keyed("order", "A", "B", "C", asked=f"{QUESTION} Now.", options=[LABELS[1], LABELS[0], LABELS[2]])
    assert len(repeated([one, shuffled])) == 1


def test_wordings_of_a_span_are_one_key() -> None:
    one, same = keyed("span", "October", "in October"), keyed("span", "October", asked=f"{QUESTION} Name it.")
    assert len(repeated([one, same])) == 1
    assert not repeated([one, keyed("span", "March", asked=f"{QUESTION} Name it.")])


def filled(**changed: object) -> str:
    form = {"grain": "oats", "first": 3, "last": 10, "weir": {"raised": True, "by": "hand"}, "at": "low water"}
    rows = [{"month": month, "open": True} for month in ("March", "April", "May")]
    return json.dumps({**form, "rows": rows, **changed})


def test_filled_forms_are_one_answer_when_nearly_all_values_are() -> None:
    one, again = keyed("json", filled()), f"{QUESTION} Leave out what is unsure."
    assert len(repeated([one, keyed("json", filled(at=None), asked=again)])) == 1
    turned = json.loads(filled())
    turned["rows"].reverse()
    assert len(repeated([one, keyed("json", json.dumps(turned), asked=again)])) == 1
    assert not repeated([one, keyed("json", filled(at=None, grain="rye", first=-3), asked=again)])
    small = keyed("json", '{"grain": "oats", "last": 10, "by": "hand"}')
    assert not repeated([small, keyed("json", '{"grain": "oats", "last": -10, "by": "hand"}', asked=again)])


def shown_cases(query: str, key: str, *pairs: tuple[str, str], asked: str = QUESTION) -> Record:
    examples = [{"input": given, "output": out} for given, out in pairs]
    record = keyed("text", key, asked=asked, formal={"examples": examples, "query": query})
    return identified(replace(record, passage="\n\n".join(f"{a} becomes {b}" for a, b in pairs)))


def test_solved_cases_are_a_set_beside_an_open_one() -> None:
    pairs = [("oar", "ro!"), ("sail", "li!"), ("mast", "ts!"), ("keel", "le!"), ("rope", "po!"), ("deck", "kc!")]
    one = shown_cases("hull", "lu!", *pairs)
    assert len(repeated([one, shown_cases("hull", "lu!", *reversed(pairs[1:]))])) == 1
    assert not repeated([one, shown_cases("helm", "le!", *reversed(pairs))])
    assert not repeated([one, shown_cases("hull", "lu?", *reversed(pairs))])
    others = [("bow", "wo!"), ("wake", "ka!"), ("port", "tr!"), ("stern", "nr!")]
    assert not repeated([one, shown_cases("hull", "lu!", *others)])


OPENING = (
    "I look after the old mill by the river, and on Sunday 40 visitors will come to see it grind. The weir is raised by hand, "
    "which takes two of us a good while, and the river has been low since the spring. Should I raise it on the evening before?"
)


def talk(opening: str, *turns: tuple[str, str]) -> Record:
    record = row("", opening, turns[0][1])
    later = [m for asked, said in turns[1:] for m in (("user", asked), ("assistant", said))]
    messages = [*record.messages, *({"role": role, "content": text} for role, text in later)]
    return identified(replace(record, messages=messages))


def test_talks_that_begin_with_one_message_repeat_each_other_unless_they_lead_elsewhere() -> None:
    one = talk(OPENING, ("", "Yes: a weir fills 3 times as fast at night."), ("And the oats?", "Have 20 sacks ready."))
    same = talk(
        OPENING.replace("a good while", "a while"),
        ("", "Yes: a weir fills 3 times as fast at night."),
        ("It's small.", "Then wait."),
    )
    assert len(repeated([one, same])) == 1
    elsewhere = talk(
        OPENING.replace("a good while", "a while"),
        ("", "That depends on how much the pond holds."),
        ("It's small.", "Then wait."),
    )
    assert not repeated([one, elsewhere])
    assert not repeated([one, talk(OPENING.replace("40", "400"), ("", "Yes."), ("Thanks, and then?", "Grind."))])
    other = "I look after the old mill by the river. Which stone should be dressed first, and how do I tell that it is blunt?"
    assert not repeated([one, talk(other, ("", "The runner."), ("Why?", "It wears first."))])
    alone = row("", OPENING, "Raise it in the morning, since what is in the pond by then will last for the visit.")
    assert not repeated([one, alone])


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


@pytest.mark.services
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
