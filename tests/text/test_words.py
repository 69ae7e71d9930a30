"""Plain text, its words, and whether a phrase is among them."""

from __future__ import annotations

import pytest

from tasks.records import Record, Source
from tasks.text.plain import calm, plain
from tasks.text.replies import reply
from tasks.text.words import bare, count_words, holds, uses, words


def test_plain_text_has_one_case_one_space_one_quote_and_one_dash() -> None:
    assert plain("  “Don’t”  \n PAY—now\u200b ") == '"don\'t" pay-now'
    assert plain("ﬁve １２") == "five 12"


def test_endless_runs_are_cut_short() -> None:
    assert calm("a" + "." * 500 + "b") == "a....b"
    assert calm("a" * 500) == "a" * 500 and calm("." * 24) == "." * 24


def test_words_without_punctuation_markup_and_separators() -> None:
    assert words("The *miller's* 1,250 sacks, at 3.5 kg - don't_ask!") == (
        "the", "miller", "1250", "sacks", "at", "3.5", "kg", "dont", "ask",
    )  # fmt: skip
    assert bare("The old mill") == "old mill" and bare("The") == "the" and bare("?!") == ""


@pytest.mark.parametrize(
    ("phrase", "held"),
    [("old mill", True), ("OLD, mill", True), ("an old mill", True), ("mil", False), ("mill old", False), ("", False)],
)
def test_a_phrase_is_held_as_whole_words(phrase: str, held: bool) -> None:
    assert holds("By the old mill, 'tis said.", phrase) is held


def test_signs_alone_are_looked_for_as_they_stand() -> None:
    assert holds("Is it so?!", "?!") and not holds("It is so.", "?!")


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("a well, a spring", True),
        ("a well-known spring", False),
        ("an ink-well", False),
        ("unwell; well", True),
        ("", False),
    ],
)
def test_a_compound_is_another_word(text: str, used: bool) -> None:
    assert uses(text, "well") is used


def test_words_are_counted_in_any_script() -> None:
    assert count_words("") == 0 and count_words("one two\nthree") == 3
    assert count_words("日本語の文") == 3
    assert count_words("x" * 64) == 2


def test_the_reply_is_the_text_of_the_last_message() -> None:
    source = Source(id="s", uri="u", kind="text")
    said = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "Yes" + "!" * 99}]
    assert reply(Record(source=source, messages=said)) == "Yes!!!!"
    assert reply(Record(source=source)) == reply(Record(source=source, messages=[{"role": "tool"}])) == ""
