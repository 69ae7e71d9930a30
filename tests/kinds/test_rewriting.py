"""Checks of rewritten texts: every kind of constraint, the facts to keep, and a text that came back as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.checks.constraints import REQUIREMENTS
from tasks.kinds import all_checks
from tasks.records import Record, Source

PASSAGE = (
    "The ferry Alma left Vardholm on 12 March 1931 with 1,200 sacks of rye. Dr. Holt of the NFS saw it sail. "
    "It came back on 2 April 1931."
)


def record(
    text: str, *constraints: dict[str, Any], evidence: list[str] | None = None, passage: str = PASSAGE
) -> Record:
    messages = [{"role": "user", "content": "Rewrite it."}, {"role": "assistant", "content": text}]
    return Record(
        source=Source(id="s", uri="u", kind="text"),
        answer_form="text",
        instruction="Rewrite it.",
        passage=passage,
        constraints=list(constraints),
        evidence=evidence or [],
        messages=messages,
    )


def c(kind: str, number: int = 0, *words: str) -> dict[str, Any]:
    return {"kind": kind, "number": number, "words": list(words)}


MET = [
    (c("max_words", 5), "One two three four five."),
    (c("max_words", 5), "One two - three four five."),
    (c("min_words", 3), "One two three."),
    (c("min_words", 8), "Here is the text:\n\nOne two three four."),
    (c("max_sentences", 2), "Dr. Holt saw it. It sailed at 9 a.m. from pier No. 4."),
    (c("max_sentences", 2), "The ferry left\nat dawn. It came\nback late."),
    (c("max_sentences", 1), "The price was 3.50 crowns, i.e. little."),
    (c("max_sentences", 2), "Here is the text:\n\nOne. Two."),
    (c("max_word_length", 6), "The ferry left at dawn, well-laden."),
    (c("max_word_length", 5), "**Ferry** left, it's so."),
    (c("letter_case", 0, "upper"), "THE FERRY LEFT AT 9."),
    (c("letter_case", 0, "lower"), "the ferry left at 9."),
    (c("letter_case", 0, "title"), "The Ferry of the North Left at Dawn"),
    (c("letter_case", 0, "upper"), "Here is the text in capitals:\n\nTHE FERRY LEFT."),
    (c("letter_case", 0, "Upper"), "THE FERRY LEFT."),
    (c("every_nth_word_upper", 3), "the ferry LEFT at dawn WITH rye and OATS"),
    (c("every_nth_word_upper", 3), "the NFS LEFT at dawn WITH a sack ONLY"),
    (c("every_nth_word_upper", 2), "I SAW a FERRY go NORTH"),
    (c("every_nth_word_upper", 2), "in 1931 it SAILED"),
    (c("sentence_start", 0, "Then"), "Then it left. Then it came back."),
    (c("sentence_start", 0, "Then", "Now"), "Then it left. **Now** it is back."),
    (c("sentence_start", 0, "Dear reader"), "Dear reader, it left. Dear reader, it is back."),
    (c("sentence_start", 0, "Then"), "- Then it left.\n- Then it came back."),
    (c("sentence_start", 0, "Then"), "Then Dr. Holt left at 9 a.m. from the pier."),
    (c("include", 0, "rye"), "There was Rye."),
    (c("include", 0, "rye", "pine tar"), "Pine **tar** and rye."),
    (c("include", 0, "farmer's"), "The farmer’s rye."),
    (c("exclude", 0, "rye"), "There was grain, and a ryegrass field."),
    (c("exclude", 0, "well"), "A well-known ferry."),
    (c("exclude", 0, "rye"), "Here is the text without the word rye:\n\nThere was grain."),
    (c("exclude_letters", 0, "e"), "A ship took off at dawn."),
    (c("exclude_letters", 0, "x", "z"), "The ferry."),
    (c("replace", 0, "ferry", "boat"), "The boat left."),
    (c("replace", 0, "ferry", "ferry boat"), "The ferry boat left."),
    (c("replace", 0, "rye", "barley"), "**Barley** was on board, no ryegrass."),
    (c("dates_iso"), "It left on 1931-03-12 and came back on 1931-04-02."),
    (c("dates_iso"), "It may take 12 men; the march 10 years ago had version 3.10.12."),
    (c("dates_iso"), "In March 1931 it left."),
    (c("bold", 0, "ferry"), "The **ferry** left. The **Ferry Alma** was new."),
    (c("bold", 0, "ferry"), "The __ferry__ left."),
    (c("bold", 0, "ferry"), "The ***ferry*** left."),
    (c("italic", 0, "ferry"), "The *ferry* left. A _ferry_ came."),
    (c("italic", 0, "ferry"), "The ***ferry*** left."),
    (c("italic", 0, "ferry"), "* The *ferry* left.\n* It came back."),
    (c("bullets", 2), "- One\n- Two\n- Three"),
    (c("bullets", 2), "Two things:\n* One\n* Two"),
    (c("bullets", 2), "• One\n• Two"),
    (c("numbered", 2), "1. One\n2. Two"),
    (c("numbered", 2), "1) One\n2) Two"),
    (c("emojis", 2), "It left 🚢 at dawn 🌅!"),
    (c("emojis", 2), "A family 👨‍👩‍👧 and a flag 🇳🇴"),
    (c("emojis", 1), "Gone ❤️"),
    (c("line_count", 3), "One\n\nTwo\nThree\n"),
    (c("line_count", 2), "Here is the poem:\n\nOne\nTwo"),
]


@pytest.mark.parametrize(("constraint", "text"), MET)
def test_constraint_met(constraint: dict[str, Any], text: str) -> None:
    assert all_checks()["constraints"](record(text, constraint)) is None


BROKEN = [
    (c("max_words", 5), "One two three four five six."),
    (c("min_words", 5), "One two three four."),
    (c("max_sentences", 2), "One is here. Two is here. Three is here."),
    (c("max_sentences", 2), "Is it? It is! Good."),
    (c("max_sentences", 2), "- One\n- Two\n- Three"),
    (c("max_word_length", 6), "The passengers left."),
    (c("letter_case", 0, "upper"), "THE FERRY left."),
    (c("letter_case", 0, "lower"), "The ferry left."),
    (c("letter_case", 0, "title"), "The ferry Left"),
    (c("letter_case", 0, "title"), "the Ferry Left"),
    (c("every_nth_word_upper", 3), "the ferry left at dawn WITH rye"),
    (c("every_nth_word_upper", 3), "the FERRY LEFT at dawn WITH rye"),
    (c("every_nth_word_upper", 3), "THE FERRY LEFT AT DAWN WITH RYE"),
    (c("sentence_start", 0, "Then"), "Then it left. It came back."),
    (c("sentence_start", 0, "Then"), "It left. Then it came back."),
    (c("include", 0, "rye"), "There was ryegrass."),
    (c("include", 0, "rye", "oats"), "There was rye."),
    (c("exclude", 0, "rye"), "There was Rye."),
    (c("exclude", 0, "pine tar"), "There was **pine tar**."),
    (c("exclude_letters", 0, "e"), "The ferry."),
    (c("exclude_letters", 0, "T"), "at sea"),
    (c("replace", 0, "ferry", "boat"), "The ferry left."),
    (c("replace", 0, "ferry", "boat"), "The boat left, a Ferry of old."),
    (c("replace", 0, "ferry", "boat"), "The ship left."),
    (c("replace", 0, "ferry", "ferry boat"), "The ferry boat left. The ferry came back."),
    (c("dates_iso"), "It left on 12 March 1931."),
    (c("dates_iso"), "It left on March 12, 1931."),
    (c("dates_iso"), "It left on the 12th of March."),
    (c("dates_iso"), "It left on 12/03/1931."),
    (c("dates_iso"), "It left on 12.03.1931."),
    (c("dates_iso"), "It left on 1931/03/12."),
    (c("dates_iso"), "It left on 1931-13-40."),
    (c("dates_iso"), "It left on Mar 12, 1931 and came back on 1931-04-02."),
    (c("bold", 0, "ferry"), "The ferry left."),
    (c("bold", 0, "ferry"), "The *ferry* left."),
    (c("bold", 0, "ferry"), "The **ferry** left. The ferry came back."),
    (c("italic", 0, "ferry"), "The **ferry** left."),
    (c("italic", 0, "ferry"), "The *ferry* left. The ferry came back."),
    (c("bullets", 3), "- One\n- Two"),
    (c("bullets", 1), "1. One"),
    (c("numbered", 3), "1. One\n2. Two"),
    (c("numbered", 1), "- One"),
    (c("emojis", 2), "It left 🚢."),
    (c("emojis", 1), "It left → north ✓ :-)"),
    (c("line_count", 3), "One\nTwo"),
    (c("line_count", 3), "One\nTwo\nThree\nFour"),
]


@pytest.mark.parametrize(("constraint", "text"), BROKEN)
def test_constraint_broken(constraint: dict[str, Any], text: str) -> None:
    detail = all_checks()["constraints"](record(text, constraint))
    assert detail is not None
    assert detail.startswith(constraint["kind"])


def test_all_constraints_count() -> None:
    both = [c("max_words", 5), c("include", 0, "rye")]
    assert all_checks()["constraints"](record("Rye left.", *both)) is None
    assert all_checks()["constraints"](record("Oats left.", *both)) is not None
    assert all_checks()["constraints"](record("Oats left.")) is None
    assert all_checks()["constraints"](record("Oats left.", {"kind": "rhymes"})) is not None


@pytest.mark.parametrize(
    ("text", "facts", "constraints", "kept"),
    [
        ("On 12 March 1931 the Alma sailed.", ["12 March 1931", "Alma"], [], True),
        ("THE FERRY ALMA SAILED.", ["Alma"], [c("letter_case", 0, "upper")], True),
        ("It took 1200 sacks.", ["1,200 sacks"], [], True),
        ("It left on 1931-03-12.", ["12 March 1931"], [c("dates_iso")], True),
        ("It left on March 12, 1931.", ["12 March 1931"], [], True),
        ("The **Alma** sailed.", ["The ferry Alma"], [], False),
        ("The boat Alma sailed.", ["ferry Alma"], [c("replace", 0, "ferry", "boat")], True),
        ("The Alma sailed.", ["Vardholm"], [], False),
        ("It left on 13 March 1931.", ["12 March 1931"], [], False),
        ("It left on 1931-03-13.", ["12 March 1931"], [c("dates_iso")], False),
        ("It took 1,300 sacks.", ["1,200 sacks"], [], False),
        ("Alma's crew sailed.", ["Alma"], [], True),
        ("Anything.", [], [], True),
    ],
)
def test_keeps_facts(text: str, facts: list[str], constraints: list[dict[str, Any]], kept: bool) -> None:
    assert (all_checks()["keeps_facts"](record(text, *constraints, evidence=facts)) is None) is kept


LONG = " ".join(f"Sentence number {i} tells of ferry {i * 7} and of rye." for i in range(40))


@pytest.mark.parametrize(
    ("text", "constraints", "changed"),
    [
        ("The Alma, laden with rye, left Vardholm in March and was back in April.", [], True),
        (PASSAGE, [], False),
        (PASSAGE.upper(), [], False),
        (f"Here is the text:\n\n{PASSAGE}", [], False),
        (PASSAGE.upper(), [c("letter_case", 0, "upper")], True),
        (PASSAGE, [c("letter_case", 0, "upper")], False),
        (PASSAGE.replace("Alma", "**Alma**"), [c("bold", 0, "Alma")], True),
        (PASSAGE.replace("12 March 1931", "1931-03-12").replace("2 April 1931", "1931-04-02"), [c("dates_iso")], True),
        (PASSAGE, [c("dates_iso")], False),
        (PASSAGE.replace("ferry", "boat"), [c("replace", 0, "ferry", "boat")], True),
    ],
)
def test_not_copied(text: str, constraints: list[dict[str, Any]], changed: bool) -> None:
    assert (all_checks()["not_copied"](record(text, *constraints)) is None) is changed


def test_nearly_copied() -> None:
    assert all_checks()["not_copied"](record(LONG.replace("number 3 ", "no 3 "), passage=LONG)) is not None
    assert all_checks()["not_copied"](record(" ".join(reversed(LONG.split())), passage=LONG)) is None
    assert all_checks()["not_copied"](record(LONG[: len(LONG) // 2], passage=LONG)) is None
    assert all_checks()["not_copied"](record("Anything.", passage="")) is None


@given(
    st.text(max_size=300),
    st.lists(st.text(max_size=12), max_size=3),
    st.integers(-2, 9),
    st.sampled_from(sorted(REQUIREMENTS)),
)
@settings(max_examples=400, deadline=None)
def test_never_raises(text: str, words: list[str], number: int, kind: str) -> None:
    item = record(text, c(kind, number, *words), evidence=words, passage=f"{text} {' '.join(words)}")
    for name in ("constraints", "constraints_sound", "keeps_facts", "not_copied"):
        all_checks()[name](item)
