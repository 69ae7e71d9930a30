"""Languages: recognised in prose of some length, and known by their names."""

from __future__ import annotations

import pytest

from tasks.text.languages import language_code, language_of, same_language

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


@pytest.mark.parametrize("name", TEXTS)
def test_languages_are_recognised(name: str) -> None:
    assert same_language(language_of(TEXTS[name]) or "", name)


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


def test_names_of_languages() -> None:
    assert language_code("Brazilian Portuguese") == "pt"
    assert language_code("Mandarin Chinese") == "zh"
    assert language_code("de") == "de"
    assert language_code("Klingon") is None
    assert language_code("a personal letter in a second draft") is None


def test_close_kin_count_as_one() -> None:
    assert same_language("nb", "no") and same_language("sr", "hr")
    assert not same_language("pt", "gl")
