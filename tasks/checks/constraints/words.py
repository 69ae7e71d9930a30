"""Requirements on words, letters and signs, each tested on a text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date

from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.counts import Meets, tokens
from tasks.records import Record
from tasks.text.dates import named_dates
from tasks.text.languages import language_code, language_of, same_language
from tasks.text.plain import plain
from tasks.text.sentences import LIST_MARK
from tasks.text.words import holds, uses, words

LETTERS = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
OTHER_DATES = re.compile(
    r"(?<![\d./-])(?:\d{1,2}([/-])\d{1,2}\1(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.\d{4}"
    r"|\d{4}([/.])\d{1,2}\2\d{1,2}|\d{4}-(?:\d-\d{1,2}|\d{2}-\d))(?![\d/-]|\.\d)"
)
ISO = re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])")
_MARKUP = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")
_COMMA = re.compile("[,\uff0c\u060c\u3001]")
_QUOTES = str.maketrans({**dict.fromkeys("“”„«»", '"'), **dict.fromkeys("\u2018\u2019", "'")})
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "if",
        "in",
        "into",
        "is",
        "of",
        "off",
        "on",
        "onto",
        "or",
        "nor",
        "over",
        "per",
        "so",
        "than",
        "the",
        "to",
        "up",
        "via",
        "vs",
        "with",
        "yet",
        "that",
    ]
)


def _max_word_length(text: str, c: Constraint, record: Record) -> str | None:
    longest = max((sum(ch.isalpha() for ch in w) for w in LETTERS.findall(text)), default=0)
    return f"a word of {longest} letters" if longest > c.number else None


def _upper(text: str) -> bool:
    return not any(ch.islower() and ch.upper() != ch and len(ch.upper()) == 1 for ch in text)


def _lower(text: str) -> bool:
    return not any(ch.isupper() and ch.lower() != ch for ch in text)


def _title(text: str) -> bool:
    plain_tokens = [t.strip("*_\"'“”\u2018\u2019([{<#") for t in tokens(text)]
    found = [t for t in plain_tokens if t[:1].isalpha()]
    return all(
        not (t[0].islower() and t[0].upper() != t[0]) or (i and re.sub(r"\W+$", "", t) in _SMALL)
        for i, t in enumerate(found)
    )


CASES: dict[str, Callable[[str], bool]] = {"upper": _upper, "lower": _lower, "title": _title}


def _letter_case(text: str, c: Constraint, record: Record) -> str | None:
    name = c.words[0].strip().lower() if c.words else ""
    return None if name in CASES and CASES[name](text) else f"not all {name} case"


def _every_nth_word_upper(text: str, c: Constraint, record: Record) -> str | None:
    known = {"".join(LETTERS.findall(t)) for t in tokens(record.passage)}
    for place, token in enumerate(tokens(LIST_MARK.sub("", text)), 1):
        letters = "".join(LETTERS.findall(token))
        if not letters:
            continue
        capital = _upper(letters)
        if place % max(c.number, 1) == 0 and not capital:
            return f"word {place} is not in capitals"
        if place % max(c.number, 1) and capital and not _lower(letters) and len(letters) > 1 and letters not in known:
            return f"word {place} is in capitals"
    return None


def _include(text: str, c: Constraint, record: Record) -> str | None:
    return next(
        (f"word {i} is missing" for i, w in enumerate(c.words, 1) if not (uses(text, w) or holds(text, w))), None
    )


def _exclude(text: str, c: Constraint, record: Record) -> str | None:
    text = re.sub(r"[*_`]+", "", text)
    return next((f"word {i} is used" for i, w in enumerate(c.words, 1) if uses(text, w)), None)


def _exclude_letters(text: str, c: Constraint, record: Record) -> str | None:
    used = {ch for w in c.words for ch in plain(w)} & set(text.casefold())
    return f"{len(used)} banned letters are used" if used else None


def _replace(text: str, c: Constraint, record: Record) -> str | None:
    if len(c.words) != 2:
        return "not an old and a new word"
    old, new = c.words
    said = re.sub(r"[*`]+|(?<!\w)_+|_+(?!\w)", "", text)
    if not (uses(said, new) or holds(said, new)):
        return "the new word is missing"
    rest = re.sub(re.escape(plain(new)), "\x00", plain(said)) if plain(old) in plain(new) else said
    return "the old word remains" if uses(rest, old) else None


def _dates_iso(text: str, c: Constraint, record: Record) -> str | None:
    if named_dates(text) or OTHER_DATES.search(text):
        return "a date in another form"
    for m in ISO.finditer(text):
        try:
            date.fromisoformat(m[0])
        except ValueError:
            return "an impossible date"
    return None


def occurrences(text: str, phrase: str) -> int:
    """How often the text has these whole words; a hyphenated compound is another word."""
    wanted = plain(phrase)
    return len(re.findall(rf"(?<![\w-]){re.escape(wanted)}(?!\w|-\w)", plain(_MARKUP.sub("", text)))) if wanted else 0


def _keyword_count(text: str, c: Constraint, record: Record) -> str | None:
    return next((f"word {i} is too rare" for i, w in enumerate(c.words, 1) if occurrences(text, w) < c.number), None)


def _keyword_at_most(text: str, c: Constraint, record: Record) -> str | None:
    return next(
        (f"word {i} is too frequent" for i, w in enumerate(c.words, 1) if occurrences(text, w) > c.number), None
    )


def _letters(text: str, c: Constraint) -> list[int]:
    said = Counter(unicodedata.normalize("NFC", text).casefold())
    return [said[w.strip().casefold()] for w in c.words]


def _letter_at_least(text: str, c: Constraint, record: Record) -> str | None:
    return next((f"{n} times" for n in _letters(text, c) if n < c.number), None)


def _letter_at_most(text: str, c: Constraint, record: Record) -> str | None:
    return next((f"{n} times" for n in _letters(text, c) if n > c.number), None)


def _capital_words(text: str) -> int:
    return sum(1 for w in LETTERS.findall(text) if len(w) > 1 and _upper(w) and not _lower(w))


def _capital_words_at_least(text: str, c: Constraint, record: Record) -> str | None:
    count = _capital_words(text)
    return f"{count} words in capitals" if count < c.number else None


def _capital_words_at_most(text: str, c: Constraint, record: Record) -> str | None:
    count = _capital_words(text)
    return f"{count} words in capitals" if count > c.number else None


def _unique_words(text: str, c: Constraint, record: Record) -> str | None:
    twice = sum(1 for n in Counter(words(_MARKUP.sub("", LIST_MARK.sub("", text)))).values() if n > 1)
    return f"{twice} words come again" if twice else None


def _exclude_punctuation(text: str, c: Constraint, record: Record) -> str | None:
    said = text.translate(_QUOTES)
    used = sum(1 for w in c.words if w.strip() and w.strip().translate(_QUOTES) in said)
    return f"{used} banned marks are used" if used else None


def _no_commas(text: str, c: Constraint, record: Record) -> str | None:
    count = len(_COMMA.findall(text))
    return f"{count} commas" if count else None


def _language(text: str, c: Constraint, record: Record) -> str | None:
    wanted, found = language_code(c.words[0]) if c.words else None, language_of(text)
    return "another language" if wanted and found and not same_language(wanted, found) else None


WORDS: dict[str, Meets] = {
    "max_word_length": _max_word_length,
    "letter_case": _letter_case,
    "every_nth_word_upper": _every_nth_word_upper,
    "include": _include,
    "exclude": _exclude,
    "exclude_letters": _exclude_letters,
    "exclude_punctuation": _exclude_punctuation,
    "no_commas": _no_commas,
    "replace": _replace,
    "dates_iso": _dates_iso,
    "keyword_count": _keyword_count,
    "keyword_at_most": _keyword_at_most,
    "letter_at_least": _letter_at_least,
    "letter_at_most": _letter_at_most,
    "capital_words_at_least": _capital_words_at_least,
    "capital_words_at_most": _capital_words_at_most,
    "unique_words": _unique_words,
    "language": _language,
}
