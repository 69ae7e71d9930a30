"""Requirements hold for what a reader sees: marks, comments and signs without width hide nothing and add nothing."""

from __future__ import annotations

import pytest

from tasks.checks.constraints.met import constraints_met
from tasks.checks.lengths import length_in_bounds
from tasks.records import Record, Source


def record(text: str, kind: str, number: int = 0, words: tuple[str, ...] = (), asked: str = "Write it.") -> Record:
    constraints = [{"kind": kind, "number": number, "words": list(words)}] if kind else []
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": text}]
    source = Source(id="s", uri="u", kind="text")
    return Record(source=source, instruction=asked, answer_form="text", constraints=constraints, messages=messages)


@pytest.mark.parametrize(
    "word",
    ["harbour", "har**bour**", "*har*bour", "har\u200bbour", "har\u00adbour", "h-a-r-b-o-u-r", "h a r b o u r", "har<b>bour</b>",
     "h.a.r.b.o.u.r", "HARBOUR", "`harbour`", "harb&#111;ur", "harbour<!-- -->"],
)  # fmt: skip
def test_a_barred_word_is_found_however_it_is_set(word: str) -> None:
    assert constraints_met(record(f"The old {word} lay still.", "exclude", words=("harbour",))) is not None


@pytest.mark.parametrize("word", ["harbours", "arbour", "a r b", "har-bourne", "port"])
def test_another_word_is_not_barred(word: str) -> None:
    assert constraints_met(record(f"The old {word} lay still.", "exclude", words=("harbour",))) is None


def test_what_nobody_sees_meets_nothing() -> None:
    hidden = "Short.<!-- and so many more words that nobody will ever read in this answer -->"
    assert constraints_met(record(hidden, "min_words", 8)) is not None
    assert constraints_met(record("Still.<!-- harbour -->", "include", words=("harbour",))) is not None
    assert constraints_met(record("The harbour.<!-- x -->", "include", words=("harbour",))) is None


@pytest.mark.parametrize(
    "asked",
    [
        "Write a story of some length; a hyphenated compound counts as one word.",
        "Retell it; a figure is counted as one word.",
        "Each name counts as a single word. Write a report.",
        "A heading counts as one sentence. Write a report.",
        "Write on; numbers count as one word each.",
    ],
)
def test_a_rule_for_counting_is_no_length(asked: str) -> None:
    text = " ".join(["The boat went out at dawn and came back at noon with nothing but rope."] * 9)
    assert length_in_bounds(record(text, "", asked=asked)) is None


@pytest.mark.parametrize("asked", ["Answer in one word.", "Give one word as your answer.", "Reply as one word."])
def test_a_length_of_one_word(asked: str) -> None:
    text = "The boat went out at dawn and came back at noon with nothing but rope."
    assert length_in_bounds(record(text, "", asked=asked)) is not None
