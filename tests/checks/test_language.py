"""The language of answers: recognised in prose of some length, compared with what the task asks for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.checks.language import code, language, language_of, same
from tasks.records import Record, Source

ENGLISH = (
    "The ferry left the harbour at dawn with a load of rye and came back only after three weeks, because the ice had closed "
    "the channel until late in the spring of that year."
)
TEXTS = {
    "en": ENGLISH,
    "de": "Das Wetter war schlecht, und die Fähre konnte den Hafen erst am nächsten Morgen verlassen, weil der Kapitän auf "
    "eine Ladung Roggen wartete, die aus dem Süden kommen sollte.",
    "fr": "Le bac a quitté le port à l'aube avec une cargaison de seigle et n'est revenu qu'au bout de trois semaines, car la "
    "glace avait fermé le chenal jusqu'à la fin du printemps.",
    "pt": "A balsa deixou o porto ao amanhecer com uma carga de centeio e só voltou depois de três semanas, porque o gelo tinha "
    "fechado o canal até o final da primavera daquele ano.",
    "gl": "O transbordador saíu do porto ao amencer cunha carga de centeo e non volveu ata tres semanas despois, porque o xeo "
    "pechara a canle ata ben entrada a primavera daquel ano.",
    "da": "Færgen forlod havnen ved daggry med en last rug og kom først tilbage efter tre uger, fordi isen havde lukket "
    "sejlrenden til sent på foråret det år.",
    "hr": "Trajekt je napustio luku u zoru s teretom raži i vratio se tek nakon tri tjedna, jer je led zatvorio plovni put sve "
    "do kasnog proljeća te godine.",
    "ru": "Паром вышел из гавани на рассвете с грузом ржи и вернулся только через три недели, потому что лёд закрыл фарватер до "
    "поздней весны того года, как записано в журнале.",
    "hi": "नौका भोर में राई का माल लेकर बंदरगाह से निकली और तीन सप्ताह बाद ही वापस आई, क्योंकि उस वर्ष बर्फ ने देर वसंत तक "
    "जलमार्ग को बंद कर रखा था।",
    "ja": "フェリーは夜明けにライ麦を積んで港を出て、三週間後に戻ってきた。"
    "氷がその年の春の終わりまで水路を閉ざしていたからである。",
}  # fmt: skip


def record(text: str, **changes: Any) -> Record:
    asked = changes.get("instruction", "Say in your own words what the text tells about the ferry and why it was late.")
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": text}]
    return Record(
        source=Source(id="s", uri="u", kind="text"),
        **{"instruction": asked, "messages": messages, "passage": "", **changes},
    )


@pytest.mark.parametrize("name", TEXTS)
def test_languages_are_recognised(name: str) -> None:
    assert same(language_of(TEXTS[name]) or "", name)


@pytest.mark.parametrize(
    "text",
    [
        "Le bac a quitté le port.",
        "Ola Nordmann, Kari Hansen, Jan Vermeer, Vincent van Gogh, Rembrandt van Rijn, Albrecht Dürer, Hans Holbein, Jan van "
        "Eyck, Pieter Bruegel, Hieronymus Bosch, Matthias Grünewald, Lucas Cranach",
        "```python\ndef le_bac(port, aube, cargaison, seigle, semaines, glace, chenal, printemps, quitter, revenir, fermer, "
        "trois, jusque, fin, avec, une, bout, car, avait, dans, pour, sur):\n    return port\n```",
        f"{ENGLISH} {TEXTS['fr']} {ENGLISH[:90]} {TEXTS['de']}",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25",
        "",
    ],
)
def test_nothing_is_said_where_it_is_short_mixed_or_no_prose(text: str) -> None:
    assert language_of(text) is None


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


def test_names_of_languages() -> None:
    assert code("Brazilian Portuguese") == "pt"
    assert code("Mandarin Chinese") == "zh"
    assert code("de") == "de"
    assert code("Klingon") is None


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
