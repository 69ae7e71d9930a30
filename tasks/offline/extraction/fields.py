"""Fields that the offline teacher can ask for and fill in: how each is worded, which texts offer it, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tasks.offline.passage import MONTHS, NUMBER, STOP, WORD, Passage, canonical, opening
from tasks.offline.wording import Wording

Slots = dict[str, str]
_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b")
LEAD = Wording(
    "Take the details asked for out of the text that speaks of “{topic}”. A value that is not there is null.",
    "From the text, which mentions “{topic}”, collect what the form names. Leave nothing out and give null for whatever "
    "it does not hold.",
    "Read the text with the word “{topic}” in it and fill in the form; null stands for a value that it lacks.",
    "I need a few values from the text about “{topic}”. Put null where it gives none.",
)
"""What an instruction opens with; the fields follow in the form."""
_ABSENT = ("barrels of tar", "silver buttons", "pairs of skates", "sacks of cork", "blue lanterns", "clay whistles")


@dataclass(frozen=True)
class FieldKind:
    """A field: `offer` finds slots that the text can fill, `value` is the author's way to fill it."""

    name: str
    type: str
    rule: str
    wording: Wording
    offer: Callable[[Passage, Random], Slots | None]
    value: Callable[[Passage, Slots], Any]
    many: bool = False


def _counted_offer(text: Passage, draw: Random) -> Slots | None:
    for sentence in text.spread(draw):
        for m in NUMBER.finditer(sentence):
            after = " ".join(sentence[m.end() :].split()[:2]).rstrip(".,;:!?")
            plain = re.fullmatch(r"[^\W\d_]+ [^\W\d_]+", after) and sentence[m.end() : m.end() + 1] == " "
            if (
                plain
                and text.flat.count(after) == 1
                and not re.search(r"(?:minus|[-\u2212\u2013]) ?$", sentence[: m.start()])
            ):
                return {"after": after}
    return None


def _counted(text: Passage, slots: Slots) -> Any:
    at = text.flat.find(slots["after"])
    before = text.flat[:at].rstrip() if at > 0 else ""
    found = next((m for m in NUMBER.finditer(before) if m.end() == len(before)), None)
    return _number(found[0]) if found else None


def _number(figure: str) -> int | float:
    value = canonical(figure)
    return float(value) if "." in value else int(value)


def _absent_offer(text: Passage, draw: Random) -> Slots | None:
    low = text.flat.lower()
    free = [words for words in _ABSENT if words not in low]
    return {"after": draw.choice(free)} if free else None


def _word_offer(text: Passage, draw: Random) -> Slots | None:
    for sentence in text.spread(draw)[:12]:
        words = sentence.split()
        places = [i for i in range(len(words) - 4) if words[i + 3].isalpha() and len(words[i + 3]) > 3]
        for i in draw.sample(places, len(places)):
            before = " ".join(words[i : i + 3])
            if (
                words[i + 3].lower() not in STOP
                and text.flat.count(before) == 1
                and not re.search(r"[“”`<>{}|*_]", before)
            ):
                return {"before": before}
    return None


def _word(text: Passage, slots: Slots) -> Any:
    at = text.flat.find(slots["before"] + " ")
    rest = text.flat[at + len(slots["before"]) :].split() if at >= 0 else []
    return rest[0].strip(".,;:!?()\"'”\u2019") if rest else None


def _sentence_offer(wanted: Callable[[str], bool]) -> Callable[[Passage, Random], Slots | None]:
    def offer(text: Passage, draw: Random) -> Slots | None:
        for sentence in text.spread(draw):
            begin = opening(sentence)
            if wanted(sentence) and text.starting(begin) == sentence and text.flat.count(begin) == 1:
                return {"opening": begin}
        return None

    return offer


def _names_in(sentence: str) -> list[str]:
    return list(dict.fromkeys(w for w in WORD.findall(sentence)[1:] if w[0].isupper() and len(w) > 2 and w.isalpha()))


def _all_plain(sentence: str) -> bool:
    """Whether every figure of the sentence is a plain number, so that nobody can doubt what counts as one."""
    found = [m for m in NUMBER.finditer(sentence)]
    return 1 < len(found) == len(re.findall(r"\d[\d.,:/\u2013-]*", sentence)) and len({m[0] for m in found}) == len(
        found
    )


def _names(text: Passage, slots: Slots) -> Any:
    return _names_in(text.starting(slots["opening"]))


def _figures(text: Passage, slots: Slots) -> Any:
    return [_number(m[0]) for m in NUMBER.finditer(text.starting(slots["opening"]))]


def _date(text: Passage, slots: Slots) -> Any:
    found = _DATE.search(text.starting(slots["opening"]))
    return f"{found[3]}-{MONTHS.index(found[2]) + 1:02d}-{int(found[1]):02d}" if found else None


def _last(text: Passage, slots: Slots) -> Any:
    sentence = text.starting(slots["opening"])
    return sentence.split()[-1].strip(".,;:!?()\"'”\u2019") if sentence else None


KINDS = [
    FieldKind("amount", "number", "normalised", Wording(
        "The number, in digits, that stands directly before the words “{after}”.",
    ), _counted_offer, _counted),
    FieldKind("absent", "number", "normalised", Wording(
        "The number, in digits, that comes before “{after}”, if there is one.",
    ), _absent_offer, _counted),
    FieldKind("word", "string", "verbatim", Wording("The single word that follows the words “{before}”."), _word_offer, _word),
    FieldKind("date", "date", "normalised", Wording(
        "The date given in the sentence that begins “{opening}”.",
    ), _sentence_offer(lambda s: len(_DATE.findall(s)) == 1), _date),
    FieldKind("names", "string", "verbatim", Wording(
        "A word of three letters or more that is written with a capital in the sentence beginning “{opening}”, its first "
        "word aside; each such word once.",
    ), _sentence_offer(lambda s: 1 < len(_names_in(s)) < 7 and s.upper() != s), _names, many=True),
    FieldKind("figures", "number", "normalised", Wording(
        "A number written in digits in the sentence beginning “{opening}”; all of them count.",
    ), _sentence_offer(_all_plain), _figures, many=True),
    FieldKind("last_word", "string", "verbatim", Wording(
        "The last word of the sentence that begins “{opening}”, without the full stop.",
    ), _sentence_offer(lambda s: s.rstrip(".!?").split()[-1].isalpha()), _last),
]  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS}
MENTIONS = {
    "first_words": Wording(
        "The first three words of a sentence that holds the word “{word}”; one entry for each such sentence."
    ),
    "last_word": Wording("The last word of that sentence, without punctuation."),
}
"""The columns of the records, one for each sentence with a word."""


def sentences_with(text: Passage, word: str) -> list[str]:
    return [s for s in text.finished if word in [w.lower() for w in WORD.findall(s)]]


def mentions(text: Passage, word: str) -> list[dict[str, str]]:
    """One record for each sentence that holds the word."""
    return [
        {"first_words": " ".join(s.split()[:3]), "last_word": s.split()[-1].strip(".,;:!?()\"'”\u2019")}
        for s in sentences_with(text, word)
    ]
