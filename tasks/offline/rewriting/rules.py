"""The rules by which the offline teacher changes a text: each takes the text and the slots of the request."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from tasks.offline.passage import MONTHS, Passage
from tasks.offline.sentences import counted, decapitalised, telling, tidy
from tasks.text.words import LETTER_RUN

_Slots = dict[str, str]
ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
_MONTH = "|".join(MONTHS)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? ({_MONTH}),? (\d{{4}})\b")
_MONTH_FIRST = re.compile(rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?, (\d{{4}})\b")
_LOOSE_DATE = re.compile(
    rf"\d(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH[:-1]}|[JFMASOND][a-z]{{2}}\b)|\b(?:{_MONTH}|"
    rf"[JFMASOND][a-z]{{2}})\.?\s+(?:the\s+)?\d|\d[/.]\d{{1,2}}[/.]\d"
)
DATE = re.compile(rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: to \d{{1,2}})? )?(?:{_MONTH})(?: \d{{1,2}})?(?:,? \d{{4}})?")
"""Dates and parts of dates, which a rewriting may put in another form."""
_LIST_MARK = re.compile(r"[ \t]*(?:[-*•+\u2013·]|\(?\d{1,3}[.)])[ \t]+")
_SIMPLE = re.compile(r"(?:[^.!?…:;\d]|\d+(?:[.,:]\d+)*(?!\d))*[.!?]")


def longest(sentence: str) -> int:
    """Length in letters of the longest word."""
    return max((len(w) for w in LETTER_RUN.findall(sentence)), default=0)


def simple(passage: Passage) -> list[str]:
    """Sentences with no full stop, question or exclamation mark before their end."""
    return [s for s in passage.finished if _SIMPLE.fullmatch(s) and len(s.split()) > 3]


def shorten(text: str, slots: _Slots) -> str:
    passage, limit = Passage(text), int(slots["n"])
    best = telling(passage, 1)
    ranked = [*best, *(s for s in passage.finished if s not in best)]
    chosen: list[str] = []
    for sentence in ranked:
        if len(" ".join([*chosen, sentence]).split()) <= limit:
            chosen.append(sentence)
    return " ".join(s for s in passage.finished if s in chosen)


def reduce(text: str, slots: _Slots) -> str:
    passage = Passage(text)
    pool = simple(passage) or passage.finished
    chosen = telling(Passage(" ".join(pool)), int(slots["n"])) or pool[: int(slots["n"])]
    return " ".join(chosen)


def omit(text: str, slots: _Slots) -> str:
    word = slots["word"].lower()
    for piece in reversed(Passage(text).pieces):
        if word in piece.text.lower():
            text = text[: piece.start] + text[piece.end :]
    return tidy(text)


def without_letter(text: str, slots: _Slots) -> str:
    return " ".join(s for s in Passage(text).finished if slots["letter"] not in s.casefold())


def within_length(text: str, slots: _Slots) -> str:
    return " ".join(s for s in Passage(text).finished if longest(s) <= int(slots["n"]))


def replace(text: str, slots: _Slots) -> str:
    old, new = slots["old"], slots["new"]
    pattern = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)", re.IGNORECASE)
    return pattern.sub(lambda m: new[0].upper() + new[1:] if m[0][0].isupper() and old[0].islower() else new, text)


def iso_dates(text: str, slots: _Slots) -> str:
    def iso(year: str, month: str, day: str) -> str:
        return f"{year}-{MONTHS.index(month) + 1:02d}-{int(day):02d}"

    text = _DAY_FIRST.sub(lambda m: iso(m[3], m[2], m[1]), text)
    return _MONTH_FIRST.sub(lambda m: iso(m[3], m[1], m[2]), text)


def datable(text: str) -> bool:
    """Whether the text has dates, and every one of them can be put as YYYY-MM-DD."""
    changed = iso_dates(text, {})
    return changed != text and not _LOOSE_DATE.search(changed)


def expand(text: str, slots: _Slots) -> str:
    return f"{text.rstrip()}\n\n{counted(Passage(text))}"


def close(text: str, slots: _Slots) -> str:
    return f"{text.rstrip()}\n\n{slots['close']}"


def _first(text: str, slots: _Slots) -> list[str]:
    return Passage(text).finished[: int(slots["n"])]


def bullets(text: str, slots: _Slots) -> str:
    return "\n".join(f"- {s}" for s in _first(text, slots))


def numbered(text: str, slots: _Slots) -> str:
    return "\n".join(f"{i}. {s}" for i, s in enumerate(_first(text, slots), 1))


def lines(text: str, slots: _Slots) -> str:
    sentences, count = Passage(text).finished, int(slots["n"])
    cuts = [round(i * len(sentences) / count) for i in range(count + 1)]
    return "\n".join(" ".join(sentences[a:b]) for a, b in pairwise(cuts))


def merry(text: str, slots: _Slots) -> str:
    return " ".join(f"{s} {slots['emoji']}" for s in _first(text, slots))


def opened(text: str, slots: _Slots) -> str:
    return " ".join(f"{slots['opening']} {decapitalised(s)}" for s in simple(Passage(text))[: int(slots["n"])])


def _marked(text: str, word: str, mark: str) -> str:
    pattern = re.compile(rf"(?<![\w*]){re.escape(word)}(?![\w*])", re.IGNORECASE)
    return pattern.sub(lambda m: f"{mark}{m[0]}{mark}", text)


def bold(text: str, slots: _Slots) -> str:
    return _marked(_marked(text, slots["first"], "**"), slots["second"], "**")


def italic(text: str, slots: _Slots) -> str:
    return _marked(text, slots["word"], "*")


def titled(text: str, slots: _Slots) -> str:
    return re.sub(r"\S+", lambda m: _at_first_letter(m[0], str.upper), text)


def _at_first_letter(token: str, change: Callable[[str], str]) -> str:
    for i, ch in enumerate(token):
        if ch.isalnum():
            return token[:i] + change(ch) + token[i + 1 :] if ch.isalpha() else token
    return token


def nth_upper(text: str, slots: _Slots) -> str:
    place, every = 0, ORDINALS[slots["nth"]]

    def turned(m: re.Match[str]) -> str:
        nonlocal place
        place += any(ch.isalnum() for ch in m[0])
        return m[0].upper() if place % every == 0 else m[0]

    out = []
    for line in text.split("\n"):
        mark = _LIST_MARK.match(line)
        head = mark[0] if mark else ""
        out.append(head + re.sub(r"\S+", turned, line[len(head) :]))
    return "\n".join(out)
