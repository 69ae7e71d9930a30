"""Requirements that a program can check, each tested on a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from pydantic import ValidationError

from tasks.checks.normal import LIST_MARK, holds, named_dates, plain, reply, sentences, uses, words
from tasks.contracts import Constraint
from tasks.records import Record

FORMATTING = frozenset(
    {
        "bold",
        "italic",
        "letter_case",
        "dates_iso",
        "replace",
        "every_nth_word_upper",
        "bullets",
        "numbered",
        "emojis",
        "line_count",
    }
    | {"include", "exclude", "exclude_letters", "sentence_start"}
)
"""Kinds that a small change of the text can meet."""
_PREAMBLE = re.compile(
    r"\s*(?:(?:sure|certainly|of course|okay|ok)[^\n]{0,60}?[,!.:]\s*)?\W{0,4}(?:here(?:'s|\u2019s| is"
    r"| are)|below (?:is|are)|this is|the (?:\w+ ){0,3}(?:text|version|passage|list|rewrite|translation"
    r"|summary)|"
    r"(?:re\w+|edited|simplified|modified|updated) (?:\w+ )?(?:text|version|passage))[^\n]{0,160}:\W{0,4}\n",
    re.I,
)
_FENCED = re.compile(r"\s*```[^\n`]*\n(.*?)\n?```\s*", re.S)
_TOKEN = re.compile(r"\S+")
LETTERS = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_BOLD = re.compile(
    r"\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)|<(?:b|strong)>(.+?)</(?:b|strong)>", re.S | re.I
)
_ITALIC = re.compile(
    r"(?<![*\w])\*(?=[^\s*])([^*\n]{1,2000}?)(?<=[^\s*])\*(?!\*)"
    r"|(?<![\w_])_(?=[^\s_])([^_\n]{1,2000}?)(?<=[^\s_])_(?![\w_])|<(?:i|em)>(.+?)</(?:i|em)>",
    re.S | re.I,
)
_ITALIC_INSIDE = re.compile(r"\*{2}(?!\*)|(?<!\w)__(?!_)|(?<!_)__(?!\w)")
_PICTURE = r"[\U0001F300-\U0001FAFF☀-➿⬀-⯿⌚⌛⏩-⏺Ⓜ\U0001F004\U0001F0CF\U0001F170-\U0001F19A\U0001F200-\U0001F251]"
_EMOJI = re.compile(
    rf"[\U0001F1E6-\U0001F1FF]{{2}}|[0-9#*]\ufe0f?\u20e3"
    rf"|{_PICTURE}[\ufe0f\U0001F3FB-\U0001F3FF]*(?:\u200d{_PICTURE}[\ufe0f\U0001F3FB-\U0001F3FF]*)*"
)
_SIGNS = re.compile(r"[←-⇿☐-☒✓✔✕✖✗✘❖➔-➾⬅-⬇■-◿]")
OTHER_DATES = re.compile(
    r"(?<![\d./-])(?:\d{1,2}([/-])\d{1,2}\1(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.\d{4}"
    r"|\d{4}([/.])\d{1,2}\2\d{1,2}|\d{4}-(?:\d-\d{1,2}|\d{2}-\d))(?![\d/-]|\.\d)"
)
ISO = re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])")
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


def read(record: Record) -> list[Constraint] | None:
    """The record's constraints, None if one of them is not well-formed."""
    try:
        return [Constraint.model_validate(c) for c in record.constraints]
    except ValidationError:
        return None


def constraints_met(record: Record) -> str | None:
    """Rejects an answer that breaks one of the instruction's checkable requirements."""
    found = read(record)
    if found is None:
        return "a constraint of unknown form"
    whole = reply(record)
    text = body(whole)
    for c in found:
        if problem := MEETS[c.kind](whole if c.kind in {"max_words", "min_words"} else text, c, record):
            return f"{c.kind}: {problem}"
    return None


def body(text: str) -> str:
    """The answer without a line that announces it and without a code fence around the whole."""
    text = _PREAMBLE.sub("", text, count=1) if _PREAMBLE.match(text) else text
    fenced = _FENCED.fullmatch(text)
    return fenced[1] if fenced else text


def _tokens(text: str) -> list[str]:
    return [t for t in _TOKEN.findall(text) if any(c.isalnum() for c in t)]


def _max_words(text: str, c: Constraint, record: Record) -> str | None:
    count = len(_tokens(text))
    return f"{count} words" if count > c.number else None


def _min_words(text: str, c: Constraint, record: Record) -> str | None:
    count = len(_tokens(text))
    return f"{count} words" if count < c.number else None


def _max_sentences(text: str, c: Constraint, record: Record) -> str | None:
    count = len(sentences(text))
    return f"{count} sentences" if count > c.number else None


def _max_word_length(text: str, c: Constraint, record: Record) -> str | None:
    longest = max((sum(ch.isalpha() for ch in w) for w in LETTERS.findall(text)), default=0)
    return f"a word of {longest} letters" if longest > c.number else None


def _upper(text: str) -> bool:
    return not any(ch.islower() and ch.upper() != ch and len(ch.upper()) == 1 for ch in text)


def _lower(text: str) -> bool:
    return not any(ch.isupper() and ch.lower() != ch for ch in text)


def _title(text: str) -> bool:
    plain_tokens = [t.strip("*_\"'“”\u2018\u2019([{<#") for t in _tokens(text)]
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
    known = {"".join(LETTERS.findall(t)) for t in _tokens(record.passage)}
    for place, token in enumerate(_tokens(LIST_MARK.sub("", text)), 1):
        letters = "".join(LETTERS.findall(token))
        if not letters:
            continue
        capital = _upper(letters)
        if place % max(c.number, 1) == 0 and not capital:
            return f"word {place} is not in capitals"
        if place % max(c.number, 1) and capital and not _lower(letters) and len(letters) > 1 and letters not in known:
            return f"word {place} is in capitals"
    return None


def _sentence_start(text: str, c: Constraint, record: Record) -> str | None:
    starts = [" ".join(words(w)) for w in c.words]
    for number, sentence in enumerate(sentences(text), 1):
        said = " ".join(words(sentence)) + " "
        if not any(said.startswith(f"{s} ") for s in starts):
            return f"sentence {number} starts otherwise"
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


def _styled(pattern: re.Pattern[str], text: str, c: Constraint) -> str | None:
    inside = "\n".join(next(g for g in m.groups() if g) for m in pattern.finditer(text))
    outside = pattern.sub(" \x00 ", text)
    for number, word in enumerate(c.words, 1):
        word = word.strip("*_ ")
        if not (uses(inside, word) or holds(inside, word)):
            return f"word {number} is not styled"
        if uses(re.sub(r"[*_]+", "", outside), word):
            return f"word {number} is not styled everywhere"
    return None


def _bold(text: str, c: Constraint, record: Record) -> str | None:
    return _styled(_BOLD, text, c)


def _italic(text: str, c: Constraint, record: Record) -> str | None:
    return _styled(_ITALIC, LIST_MARK.sub("", _ITALIC_INSIDE.sub("", text.replace("***", "*"))), c)


def _bullets(text: str, c: Constraint, record: Record) -> str | None:
    count = len(re.findall(r"^[ \t]*[-*•+\u2013‣◦▪][ \t]+\S", text, re.M))
    return f"{count} bullets" if count < c.number else None


def _numbered(text: str, c: Constraint, record: Record) -> str | None:
    count = len(re.findall(r"^[ \t>*_]*\(?\d{1,3}[.)][*_]*[ \t]+\S", text, re.M))
    return f"{count} numbered items" if count < c.number else None


def _emojis(text: str, c: Constraint, record: Record) -> str | None:
    count = sum(1 for m in _EMOJI.finditer(text) if not _SIGNS.fullmatch(m[0]))
    return f"{count} emojis" if count < c.number else None


def _line_count(text: str, c: Constraint, record: Record) -> str | None:
    count = sum(1 for line in text.splitlines() if line.strip())
    return f"{count} lines" if count != c.number else None


MEETS: dict[str, Callable[[str, Constraint, Record], str | None]] = {
    "max_words": _max_words,
    "min_words": _min_words,
    "max_sentences": _max_sentences,
    "max_word_length": _max_word_length,
    "letter_case": _letter_case,
    "every_nth_word_upper": _every_nth_word_upper,
    "sentence_start": _sentence_start,
    "include": _include,
    "exclude": _exclude,
    "exclude_letters": _exclude_letters,
    "replace": _replace,
    "dates_iso": _dates_iso,
    "bold": _bold,
    "italic": _italic,
    "bullets": _bullets,
    "numbered": _numbered,
    "emojis": _emojis,
    "line_count": _line_count,
}
"""Kind -> what is wrong with the text, None if nothing."""
