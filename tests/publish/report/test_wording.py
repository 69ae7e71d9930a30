"""What instructions ask for and how answers begin, and a map of both."""

from __future__ import annotations

import math

import pytest

from tasks.publish.report.map import SIDE, laid_out, terms
from tasks.publish.report.wording import opening, verb_and_object


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Write a short news report about the flood.", ("write", "report")),
        ("The text is long. Could you please list the most important dates in it?", ("list", "dates")),
        ("In one sentence, explain why the pump failed.", ("explain", "why")),
        ("5 trunks are left.\n\nWhich statement must be true?", ("which", "statement")),
        ("How many rows does the table have?", ("how many", "rows")),
        ("Which of these repeats it?", ("which", "")),
        ("Use “Write a poem” as the title and translate the letter.", ("use", "title")),
        ("Schreibe einen Bericht über die Flut.", None),
        ("報告書を書いてください。", None),
        ("", None),
    ],
)
def test_a_verb_and_its_object(text: str, asked: tuple[str, str] | None) -> None:
    assert verb_and_object(text) == asked


def test_openings_are_words_alone() -> None:
    assert opening("- **Given:** 350 patients, of whom") == "given 350 patients of"
    assert opening(" \n") == ""


def test_texts_that_share_words_lie_together() -> None:
    bees = [f"The bees of hive {n} gather honey from clover and thyme in the meadow" for n in range(12)]
    trams = [f"Tram line {n} runs from the depot to the harbour every ten minutes at night" for n in range(12)]
    places = laid_out([terms(text) for text in [*bees, *trams]])
    assert all(0 <= x <= SIDE and 0 <= y <= SIDE for x, y in places)
    middles = [tuple(sum(axis) / 12 for axis in zip(*part, strict=True)) for part in (places[:12], places[12:])]
    nearer = [
        math.dist(place, middles[n // 12]) < math.dist(place, middles[1 - n // 12]) for n, place in enumerate(places)
    ]
    assert all(nearer)
    assert places == laid_out([terms(text) for text in [*bees, *trams]])


@pytest.mark.parametrize("texts", [[], [""], ["", "", "word"], [""] * 30, ["same words"] * 30, ["日本語の文"] * 13])
def test_texts_of_which_there_is_nothing_to_tell_have_a_place(texts: list[str]) -> None:
    places = laid_out([terms(text) for text in texts])
    assert len(places) == len(texts) and all(0 <= x <= SIDE and 0 <= y <= SIDE for x, y in places)
