"""Encodings by their bytes: the right one or none, and a remedy that keeps every character."""

from __future__ import annotations

import codecs
import random

import pytest

from tasks.records import Rejected
from tasks.text.encoding import decode, detected, normalise, untangled

GERMAN = (
    "Die Brücke über den Fluß wurde im März für größere Fuhrwerke geöffnet. „Wir hätten früher zählen müssen“, sagte der "
    "Zöllner – und nahm fünf € für jedes Gefährt, das über die Höhe kam."
)
FRENCH = (
    "L’hôtel fut bâti près du château ; « les fenêtres », écrit-il, « étaient déjà brisées » – à cause de la grêle…"
)
POLISH = "Źródło rzeki leży w górach, a jej bieg kończy się w jeziorze; łódź przewoziła ludzi i sól, dopóki nie powstał most."
RUSSIAN = "Мост через реку построили весной, и с тех пор паром ходит только по воскресеньям, когда дорогу закрывают."
GREEK = "Η γέφυρα πάνω από το ποτάμι άνοιξε την άνοιξη και από τότε το πλοίο ταξιδεύει μόνο τις Κυριακές."
TURKISH = "Köprü ilkbaharda açıldı; o zamandan beri feribot yalnızca pazar günleri, yol kapalı olduğunda çalışıyor."
JAPANESE = "橋は春に開通し、それ以来、渡し船は日曜日だけ動いている。料金所の男は馬車の数を毎日数えていた。"
CHINESE = "这座桥在春天通车，从那以后渡船只在星期天开。收费站的人每天都数过桥的马车，并把数目写在本子上。"
TAIWANESE = "這座橋在春天通車，從那以後渡船只在星期天開。收費站的人每天都數過橋的馬車，並把數目寫在本子上。"
KOREAN = "다리는 봄에 개통되었고 그 뒤로 나룻배는 일요일에만 다닌다. 통행료를 받는 사람은 날마다 마차를 세었다."

ALIKE = {"euc-kr": ["cp949"], "big5": ["cp950", "big5hkscs"]}
"""Encodings with all characters of another."""


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (GERMAN, "cp1252", "windows-1252"),
        (FRENCH, "cp1252", "windows-1252"),
        (GERMAN.translate(dict.fromkeys(map(ord, "„“–€"))), "latin-1", "windows-1252"),
        (POLISH, "iso8859-2", "iso-8859-2"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "cp866", "cp866"),
        (GREEK, "cp1253", "windows-1253"),
        (TURKISH, "cp1254", "windows-1254"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp"),
        (CHINESE, "gbk", "gb18030"),
        (TAIWANESE, "big5", "big5"),
        (KOREAN, "euc-kr", "euc-kr"),
        *((text, order, order) for text in (GERMAN, RUSSIAN, GREEK) for order in ("utf-16-le", "utf-16-be")),
    ],
)
def test_the_encoding_is_found_and_no_character_is_lost(text: str, encoding: str, name: str) -> None:
    found, told = decode(text.encode(encoding))
    assert found == text
    assert codecs.lookup(told).name in {codecs.lookup(name).name, *ALIKE.get(name, ())}


def test_utf_8_and_marks_need_no_guess() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert decode((GERMAN + JAPANESE).encode(encoding)) == (GERMAN + JAPANESE, "")


@pytest.mark.parametrize("damage", [b"Gr\xf6\xdfe", b"\xff", b"\xe4\xf6"])
@pytest.mark.parametrize("times", [1, 60, 3000])
def test_damage_in_utf_8_is_not_read_in_another_encoding(damage: bytes, times: int) -> None:
    with pytest.raises(Rejected) as raised:
        decode((GERMAN + "\n").encode() * times + damage + b"\n" + GERMAN.encode())
    assert raised.value.reason == "wrong_encoding" and "iconv -c -f UTF-8" in raised.value.detail


def test_noise_is_not_text() -> None:
    noise = random.Random(5)
    for size in (300, 5_000):
        for low in (0, 128):
            with pytest.raises(Rejected):
                decode(bytes(noise.randrange(low, 256) for _ in range(size)))


def test_the_remedy_names_the_encoding_and_never_latin_1() -> None:
    unsure = GERMAN.encode("cp1252") + b" \x81"  # no character of it
    with pytest.raises(Rejected) as raised:
        decode(unsure)
    assert "iconv -f WINDOWS-1252 -t UTF-8" in raised.value.detail and "LATIN1" not in raised.value.detail
    shown = detected(unsure)
    assert shown and not shown.sure


def test_utf_8_saved_twice_is_mended_and_quoted_examples_are_not() -> None:
    for text in (GERMAN, FRENCH, RUSSIAN, JAPANESE):
        twice = "".join(
            bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte)
            for byte in text.encode()
        )
        assert untangled(twice) == text
        assert untangled(text) == text
    for text in ("A café shows as cafÃ© where “é” is read as Ã©, and Ã© again.", "Ã©", "ÂŁ"):
        assert untangled(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Über die „Biene“ – 5 €. Bees swarm in May, as every keeper of the district knows, and the queen leaves with them.",
        "/* Größe der Kiste */\n" + "int f(int a) { return a + 1; }\n" * 60,
        "Le café de l’école coûte 3 € — c’est déjà trop… « Non », dit-elle.",
    ],
)
def test_a_few_western_letters_are_those_of_windows(text: str) -> None:
    assert decode(text.encode("cp1252")) == (text, "windows-1252")


def test_letters_of_old_machines_are_no_quotes_of_windows() -> None:
    text = "/* Größe der Kiste */\n" + "int f(int a) { return a + 1; }\n" * 60
    for old in ("cp850", "cp437"):
        with pytest.raises(Rejected) as caught:
            decode(text.encode(old))
        assert caught.value.reason == "wrong_encoding"


def test_composed_characters_are_one() -> None:
    assert normalise("a\u0308lter, cafe\u0301") == "\xe4lter, caf\xe9"
