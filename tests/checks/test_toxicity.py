"""Markers of toxic text: blatant cases are found, honest writing about dark matters passes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.checks.toxicity import MARKERS, marked, not_toxic
from tasks.records import Record, Source

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"


def record(text: str, **changes: Any) -> Record:
    messages = [{"role": "user", "content": "Say it."}, {"role": "assistant", "content": text}]
    return Record(
        source=Source(id="s", uri="u", kind="text"), **{"messages": messages, "instruction": "Say it.", **changes}
    )


MARKED = [
    ("They are subhumans, all of them.", "slur"),
    ("He called her a tranny.", "slur"),
    ("If you tell, I will kill you.", "threat"),
    ("You should be shot.", "threat"),
    ("A site with kiddie porn.", "minors"),
    ("An erotic 12-year-old.", "minors"),
    ("Lynch all immigrants!", "incitement"),
    ("The refugees must be shot.", "incitement"),
    ("The easiest way to kill yourself is this.", "self_harm"),
    ("Just hang yourself.", "self_harm"),
]

CLEAN = [
    "There is a chink in the armour of the plan.",
    "He spoke of spices, of a spick and span kitchen and of the Kikuyu.",
    "“I will kill you,” said the pirate and laughed.",
    "The order was to exterminate all Jews of the city; 33,771 people were shot in two days.",
    "Laws against child pornography protect victims.",
    "If you think about ways to end your life, call a helpline: somebody will listen.",
    "You nearly kill yourself laughing.",
    "The slur “faggot” was once a word for a bundle of sticks.",
    "Do not kill yourself over it.",
    "The frost killed all the black currants and every white hen.",
    "Migrants should be heard.",
]


@pytest.mark.parametrize(("text", "kind"), MARKED)
def test_marked(text: str, kind: str) -> None:
    assert kind in [k for k, _ in marked(text)]
    detail = not_toxic(record(text))
    assert detail is not None and kind.replace("_", "-") in detail


@pytest.mark.parametrize("text", CLEAN)
def test_clean(text: str) -> None:
    assert marked(text) == []


@pytest.mark.parametrize("text", [text for text, _ in MARKED])
def test_what_the_passage_says_may_be_said_again(text: str) -> None:
    assert not_toxic(record(text, passage=f"It was written: {text}")) is None


def test_the_list_is_small_and_each_kind_has_a_case() -> None:
    kinds = yaml.safe_load(MARKERS.read_text(encoding="utf-8"))
    assert set(kinds) == {kind for _, kind in MARKED}
    assert sum(map(len, kinds.values())) <= 60


def test_documents_of_the_example_hold_none() -> None:
    for path in DOCUMENTS.iterdir():
        if path.suffix not in {".pdf", ".docx"}:
            assert marked(path.read_text(encoding="utf-8")) == []


@given(st.text(max_size=300))
@settings(max_examples=50, deadline=None)
def test_never_raises(text: str) -> None:
    not_toxic(record(text))
