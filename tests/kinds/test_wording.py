"""Texts that are marked, cut or listed keep their wording; a rewriting keeps its figures."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.records import Record, Source

TEXT = (
    "The ferry to Vardholm leaves at 07:30 from the north pier. In winter it carries 64 people and eight cars. "
    "Bicycles travel free. The crossing takes forty minutes. Nobody may stay in a car during the crossing."
)
ITALIC = [{"kind": "italic", "number": 0, "words": ["crossing"]}]
SEA = [{"kind": "replace", "number": 0, "words": ["crossing", "passage"]}]


def rewritten(asked: str, answer: str, constraints: list[dict[str, Any]] | None = None, passage: str = TEXT) -> Record:
    messages = [{"role": "user", "content": f"{passage}\n\n{asked}"}, {"role": "assistant", "content": answer}]
    return Record(
        source=Source(id="s", uri="u", kind="text"),
        instruction=asked,
        passage=passage,
        answer_form="text",
        constraints=constraints or [],
        messages=messages,
    )


def test_marks_lists_and_named_words_may_change() -> None:
    check = all_checks()["wording_kept"]
    listed = "\n".join(f"- {s}." for s in TEXT.removesuffix(".").split(". ")[:3])
    assert check(rewritten("Set “crossing” in italics.", TEXT.replace("crossing", "*crossing*"), ITALIC)) is None
    assert check(rewritten("Replace “crossing” by “passage”.", TEXT.replace("crossing", "passage"), SEA)) is None
    assert check(rewritten("Turn the first three sentences into a list and leave out the rest.", listed)) is None
    assert check(rewritten("Keep just the sentences with a figure.", "The crossing takes forty minutes.")) is None
    assert check(rewritten("Set it in capitals, word for word.", TEXT.upper())) is None
    assert check(rewritten("Make it plainer.", "A ferry sails at half past seven.")) is None
    assert check(rewritten("Put it into Dutch; the times stay as they are.", "De veerboot vaart om 07:30.")) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("64 people", "65 people"),
        ("may stay", "may not stay"),
        ("north", "south"),
        ("Bicycles", "Dogs"),
        ("forty minutes", "fifty minutes"),
        ("In winter it", "It"),
        ("leaves", "departs"),
        ("eight cars", "eight lorries"),
        ("Nobody", "Everybody"),
        ("free", "at half price"),
    ],
)
def test_a_word_that_changed_unasked_is_put_to_a_reader(old: str, new: str) -> None:
    marked = TEXT.replace(old, new).replace("crossing", "*crossing*")
    assert isinstance(all_checks()["wording_kept"](rewritten("Set “crossing” in italics.", marked, ITALIC)), Doubt)
    swapped = TEXT.replace(old, new).replace("crossing", "passage")
    assert all_checks()["wording_kept"](rewritten("Replace “crossing” by “passage”.", swapped, SEA)) is not None


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Set “crossing” in italics.", "The *crossing* takes forty minutes."),
        (
            "Turn the first three sentences into a list and leave out the rest.",
            "- Departure at half past seven\n- Sixty-four passengers fit on board\n- No fee for bikes",
        ),
        ("Set “crossing” in italics.", " ".join(reversed(TEXT.replace("crossing", "*crossing*").split(". ")))),
        (
            "Keep just the sentences that name a figure.",
            "You reach Vardholm by boat in under one hour, and it runs early every day.",
        ),
    ],
)
def test_another_text_is_asked_about(asked: str, answer: str) -> None:
    assert isinstance(
        all_checks()["wording_kept"](rewritten(asked, answer, ITALIC if "italics" in asked else [])), Doubt
    )


@pytest.mark.parametrize(
    "answer",
    [
        "The boat sails at half past seven. In winter, 64 people and 8 cars fit on it.",
        "It takes 40 minutes, and at 7:30 a.m. it is off.",
        "Two thirds of an hour, and you are there.",
        "Sixty-four people find room in winter, and bicycles pay nothing.",
    ],
)
def test_figures_in_another_notation(answer: str) -> None:
    assert all_checks()["figures_kept"](rewritten("Make it lively.", answer)) is None


@pytest.mark.parametrize(
    "answer",
    [
        "The boat sails at 07:50.",
        "In winter it takes 46 people.",
        "It takes four hundred minutes.",
        "The fare is 12 euros.",
        "It has sailed since 1987.",
        "Up to 88 cars fit on it.",
        "Each of its 5 decks is heated.",
        "A third of the 640 seats are inside.",
        "On 3 May the timetable changes.",
        "It covers 23 km.",
    ],
)
def test_a_figure_from_nowhere_is_put_to_a_reader(answer: str) -> None:
    assert isinstance(all_checks()["figures_kept"](rewritten("Make it lively.", answer)), Doubt)


ORDERED = (
    "I ordered the lamp on 3 March. It came nine days later, cost 48 euros and weighs 5 kg. The cable is 20 cm short."
)


@pytest.mark.parametrize(
    "answer",
    [
        "On 9 March it came.",
        "The parcel of March 20 was late.",
        "It cost 48 euros, and the cable lacks 20 minutes.",
        "It weighs 48 kg.",
        "It came on 5 March and was too heavy.",
        "The lamp, 48 cm high, came late.",
    ],
)
def test_a_number_that_measures_something_else_is_put_to_a_reader(answer: str) -> None:
    assert isinstance(all_checks()["figures_kept"](rewritten("Make it polite.", answer, None, ORDERED)), Doubt)


@pytest.mark.parametrize(
    "answer",
    [
        "It came on 12 March.",
        "I had to wait until the 12th of March for it.",
        "Ordered on March 3, it took nine days.",
        "It weighs 5,000 g and the cable is 0.2 m short.",
        "After 9 days it was here; I paid €48.",
        "The order is of 3 March 2025, the price 48 euros.",
        "Ordered On 3 March, It Came After 216 Hours And 0 Minutes.",
    ],
)
def test_a_date_that_follows_and_other_units_pass(answer: str) -> None:
    asked = "Make it polite; the year is 2025."
    assert all_checks()["figures_kept"](rewritten(asked, answer, None, ORDERED)) is None


LONG = (
    "The baker opens at five, long before the street wakes up. Her oven, bought from a ship's cook in 1988, takes ninety "
    "loaves. On Fridays a queue forms along the wall, with the first buyers there at four. Nobody minds the rain. "
    "The bread is gone by nine."
)
FIRST = [
    "The baker opens at five, long before the street wakes up.",
    "Her oven, bought from a ship's cook in 1988, takes ninety loaves.",
    "On Fridays a queue forms along the wall, with the first buyers there at four.",
]


@pytest.mark.parametrize(
    ("whole", "cut"),
    [
        (FIRST[0], "The baker opens at five."),
        (FIRST[1], "Her oven takes ninety loaves."),
        (FIRST[2], "On Fridays a queue forms along the wall."),
        (FIRST[1], "Her oven, bought from a ship's cook in 1988."),
        (FIRST[2], "A queue forms along the wall, with the first buyers there."),
        (FIRST[0], "The baker opens at five, before the street wakes."),
    ],
)
def test_whole_sentences_are_taken_whole(whole: str, cut: str) -> None:
    check = all_checks()["wording_kept"]
    for asked in (
        "Set out the first three sentences as a list and drop the rest.",
        "Keep only the sentences with a figure or a place, as they are.",
    ):
        listed = "\n".join(f"- {s}" for s in FIRST)
        assert check(rewritten(asked, listed, None, LONG)) is None
        assert check(rewritten(asked, listed.replace(whole, cut), None, LONG)) is not None
