"""The language of answers, compared with what the task asks for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.checks.language import language
from tasks.records import Record, Source
from tests.text.test_languages import ENGLISH, TEXTS


def record(text: str, **changes: Any) -> Record:
    asked = changes.get("instruction", "Say in your own words what the text tells about the ferry and why it was late.")
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": text}]
    return Record(
        source=Source(id="s", uri="u", kind="text"),
        **{"instruction": asked, "messages": messages, "passage": "", **changes},
    )


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (ENGLISH, {}),
        ("Oui, le bac a quitté le port à l'aube.", {}),
        (
            f"The text says: “{TEXTS['fr']}” That is why the ferry came back so late in the year and why nobody went out.",
            {},
        ),
        (TEXTS["fr"], {"passage": TEXTS["fr"], "instruction": "Rewrite the text as a short notice for passengers."}),
        (TEXTS["fr"], {"instruction": "Translate the text into French."}),
        (TEXTS["fr"], {"constraints": [{"kind": "language", "number": 0, "words": ["French"]}]}),
        (TEXTS["fr"], {"instruction": TEXTS["fr"]}),
        (TEXTS["fr"], {"instruction": "Go."}),
    ],
)
def test_right_language(text: str, changes: dict[str, Any]) -> None:
    assert language(record(text, **changes)) is None


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (TEXTS["fr"], {}),
        (TEXTS["de"], {"passage": ENGLISH, "instruction": "Why was the ferry late? Say it in one sentence."}),
        (ENGLISH, {"instruction": TEXTS["de"], "passage": TEXTS["de"]}),
        (ENGLISH, {"constraints": [{"kind": "language", "number": 0, "words": ["French"]}]}),
        (TEXTS["gl"], {"constraints": [{"kind": "language", "number": 0, "words": ["Portuguese"]}]}),
    ],
)
def test_wrong_language(text: str, changes: dict[str, Any]) -> None:
    assert language(record(text, **changes)) is not None


def test_the_form_names_the_language() -> None:
    named = record(TEXTS["fr"], formal={"language": "French"})
    assert language(named) is None
    assert language(record(ENGLISH, formal={"language": "French"})) is not None


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_never_raises(text: str) -> None:
    language(record(text, passage=text, instruction=text))


def test_a_language_that_is_only_quoted_is_not_asked_for() -> None:
    german = (
        "Der Text gibt darüber klar Auskunft, denn er nennt die entscheidende Stelle gleich zu Beginn und kommt später noch "
        "einmal auf sie zurück, ohne etwas daran zu ändern oder einzuschränken."
    )
    quoted = (
        "One fact: “The note rises by a twelfth in musicians' language when the key is pressed.” What follows from "
    )
    quoted += "this for a player who has learnt the other instrument first and now takes up this one in a band?"
    messages = [{"role": "user", "content": quoted}, {"role": "assistant", "content": german}]
    source = Source(id="s", uri="u", kind="text")
    assert language(Record(source=source, instruction=quoted, messages=messages)) is not None
    asked = "Answer in another language of your choice: what follows?"
    assert language(Record(source=source, instruction=asked, messages=messages)) is None
