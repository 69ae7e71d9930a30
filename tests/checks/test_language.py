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


BOAT = "The boat will not sail on Monday because the engine is being mended, so please take the coach from the square instead."
OTHERS = {
    "no": (
        "Fergen går ikke torsdag fordi rampen blir reparert. Passasjerer med billett til torsdag kan reise "
        "fredag klokken 07:30 eller 16:15, eller få billetten refundert på kontoret ved havnen innen utgangen "
        "av juni."
    ),
    "da": (
        "Færgen sejler ikke torsdag, fordi rampen bliver repareret. Passagerer med billet til torsdag kan "
        "rejse fredag klokken 07:30 eller 16:15 eller få billetten refunderet på kontoret ved havnen inden "
        "udgangen af juni."
    ),
    "sv": (
        "Färjan går inte på torsdag eftersom rampen repareras. Passagerare med biljett till torsdag får resa "
        "på fredag klockan 07:30 eller 16:15, eller få pengarna tillbaka på kontoret i hamnen till slutet av "
        "juni."
    ),
    "nl": (
        "De veerboot vaart donderdag niet omdat de oprit wordt gerepareerd. Passagiers met een kaartje voor "
        "donderdag mogen vrijdag om 07:30 of 16:15 reizen, of krijgen hun geld terug op het kantoor in de "
        "haven tot eind juni."
    ),
    "fi": (
        "Lautta ei kulje torstaina, koska ramppia korjataan. Torstain lipulla voi matkustaa perjantaina kello "
        "07:30 tai 16:15, tai lipun hinnan saa takaisin sataman toimistosta kesäkuun loppuun mennessä."
    ),
}


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("no", "Put the notice into Norwegian for the crew; times stay as they are."),
        ("da", "Turn this announcement into everyday Danish."),
        ("sv", "Render the text in Swedish."),
        ("nl", "The crew reads Dutch. Write the notice out in Dutch."),
        ("nl", "I need this in Dutch by noon."),
        ("fi", "Our guests speak Finnish, so do it for them."),
        ("sv", "From English into Swedish, please, and short."),
        ("no", "Give me the message in plain Norwegian."),
        ("da", "Translate it for the Danish harbour office."),
        ("fi", "Bring the leaflet into Finnish."),
    ],
)
def test_any_language_that_is_asked_for_is_right(code: str, asked: str) -> None:
    assert language(record(OTHERS[code], instruction=asked, passage=BOAT)) is None


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (BOAT, "Put the notice into Norwegian for the crew."),
        (BOAT, "Translate the text into Finnish."),
        (OTHERS["sv"], "Render this letter in Finnish."),
        (OTHERS["nl"], "Write the message in Swedish."),
        (OTHERS["no"], "Shorten it for the Danish company's board, in two sentences."),
        (OTHERS["fi"], "Make it plainer."),
    ],
)
def test_another_language_than_that_of_the_whole_text(text: str, asked: str) -> None:
    assert language(record(text, instruction=asked, passage=BOAT)) is not None


def test_a_part_in_another_language_leaves_the_rest() -> None:
    assert language(record(BOAT, instruction="Turn the last sentence of the text into Finnish.", passage=BOAT)) is None
