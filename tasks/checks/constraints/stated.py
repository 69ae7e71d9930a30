"""Whether the instruction says what will be tested: nobody can meet a requirement that is not told."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.met import read
from tasks.checks.constraints.soundness import COUNTED
from tasks.records import Record
from tasks.text.languages import language_of
from tasks.text.numbers import quantities
from tasks.text.plain import plain
from tasks.text.words import holds

_CUES = {
    **dict.fromkeys(("max_words", "min_words"), r"\bwords?\b|\blength\b"),
    "max_characters": r"\bcharacters?\b|\bsigns?\b|\bletters?\b|\bcaracter|\bsms\b|\btext message",
    **dict.fromkeys(("min_sentences", "max_sentences", "sentence_count", "sentence_max_words"), r"\bsentences?\b"),
    "sentence_start": r"\bsentences?\b",
    "paragraphs": r"\bparagraphs?\b",
    "paragraph_starts_with": r"\bparagraph|\bopen|\bbegin|\bstart",
    "line_count": r"\b(?:line|verse|couplet|stanza|row|step|item|sentence)s?\b|\bentr(?:y|ies)\b",
    "line_starts_with": r"\blines?\b|\bitems?\b|\bbullets?\b|\bquot",
    "max_word_length": r"\bletters?\b|\bcharacters?\b|\bword length\b|\bshort words?\b|\blonger\b",
    "unique_words": r"\btwice\b|\brepeat|\bonce\b|\bunique\b|\bdifferent words?\b|\bsame word\b",
    "capital_words_at_least": r"\bcapital|\bupper|\bcaps\b",
    "capital_words_at_most": r"\bcapital|\bupper|\bcaps\b",
    "every_nth_word_upper": r"\bwords?\b.*\b(?:capital|upper|caps)|\b(?:capital|upper|caps).*\bwords?\b",
    "acrostic": r"\bacrostic|\bfirst letters?\b|\binitial|\bspell",
    "no_commas": r"\bcommas?\b",
    "dates_iso": r"yyyy|\biso\b|\b\d{4}-\d{2}-\d{2}\b|\byear-month-day\b|\byear, month",
    "quoted": r"\bquot|\binverted commas?\b",
    "title_marked": r"<<|\bangle|\bguillemet",
    "highlights": r"\bhighlight|\bbold|\bitalic|\basterisk|\bemphasi|\*\w",
    "placeholders": r"\bplaceholder|\bbracket|\bblanks?\b|\[",
    "citations": r"\bcit(?:e|ation)|\bsources?\b|\breferences?\b|\bfootnotes?\b|\[\d",
    **dict.fromkeys(("bullets", "bullet_count"), r"\bbullet|\blist\b|\bpoints?\b|\bitems?\b|\bdash|\bentr(?:y|ies)\b"),
    "numbered": r"\bnumber|\bsteps?\b|\blist\b|\bitems?\b",
    "emojis": r"\bemoji|\bsmiley|\bemoticon",
    "sections": r"\bsections?\b|\bhead(?:ing|er|ed|line)|\bparts?\b|\bchapters?\b",
    "postscript": r"\bpost-?scriptum\b|\bpostscript|\bp\.? ?s\b",
    "alphabetical_order": r"\balphabet|\ba to z\b|\ba-z\b",
    "plain_text": r"\bplain text\b|\bmarkdown\b|\bformatting\b|\bunformatted\b|\bmarkup\b|\bno marks\b",
    "table_columns": r"\btable|\bcolumns?\b|\btabular",
    "csv_columns": r"\bcsv\b|\bcomma-?\s?separated|\bsemicolon-?\s?separated|\bcolumns?\b",
    **dict.fromkeys(("json", "json_keys", "json_schema"), r"\bjson\b"),
    "two_answers": r"\*{6}|\basterisks?\b",
    "number_only": r"\bnumber|\bdigits?\b|\bfigures?\b|\bnumeral|\binteger",
    **dict.fromkeys(
        ("letter_at_least", "letter_at_most", "exclude_letters"), r"\bletters?\b|\bvowels?\b|\bcharacters?\b"
    ),
    "bold": r"\bbold|\bstrong\b|\*\*",
    "italic": r"\bitalic|\bslant|\bemphasi|\*\w",
}
_CASE_CUES = {
    "upper": r"\bupper.?case|\bcapital|\bcaps\b",
    "lower": r"\blower.?case|\bsmall letters|\b(?:no|without|never|not) (?:\w+ ){0,3}capital",
    "title": r"\btitle.?case|\bheadline (?:case|style)|\bcapitali[sz]|\bcapital (?:letter|initial)|\bcapitals?\b",
}
_MARKS = {
    ",": "commas?",
    ";": "semi-?colons?",
    ":": "colons?",
    "!": "exclamation",
    "?": "question marks?|questions?",
    ".": "full stops?|periods?|dots?",
    "-": "dash|dashes|hyphens?|bullets?",
    "—": "dash|dashes|em-dash|em dashes",
    "\u2013": "dash|dashes|en-dash|en dashes",
    "(": "parenthes[ei]s|brackets?",
    ")": "parenthes[ei]s|brackets?",
    '"': "quot|quotation marks?|quotes",
    "'": "apostrophes?|quot|quotation marks?",
    ">": "block-?quotes?|quotations?|greater-than",
    "*": "asterisks?|stars?|bullets?",
    "#": "headings?|headers?|hash|hashes|hashtags?",
}
_ALL = re.compile(
    r"\b(?:all|any|each|every|everything|everyone|everybody|wherever|whatever|no|none|never|without|only|both|names?"
    r"|words?|terms?|phrases?|figures?|numbers?|dates?|places?|people|persons?)\b"
)
_ORDINALS = ["zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_TIMES = {
    "once": 1,
    "single": 1,
    "a": 1,
    "an": 1,
    "twice": 2,
    "both": 2,
    "pair": 2,
    "couple": 2,
    "other": 2,
    "thrice": 3,
}
_TIMES |= {
    "dozen": 12,
    "couplet": 2,
    "tercet": 3,
    "quatrain": 4,
    "haiku": 3,
    "limerick": 5,
    "sonnet": 14,
    "never": 0,
    "no": 0,
}
_HUNDRED = re.compile(
    r"\b(?:(a|one|two|three|four|five|six|seven|eight|nine) )hundred(?:(?: and)? (?=(\w+(?:-\w+)?)))?"
)
_BELOW = re.compile(r"\b(?:fewer|less|under|below|shorter|short of|within|not reach)\b")
_ABOVE = re.compile(r"\b(?:more|over|above|longer|beyond|exceed)\b")
_ORDINAL_MARK = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b")
_BY_RULE = frozenset({"bold", "italic", "exclude", "replace", "include"})
"""Kinds whose words a rule of the instruction ("every ship's name") may stand for."""
_NUMBERED = COUNTED | {
    *("keyword_at_most", "letter_at_most", "capital_words_at_most", "table_columns", "csv_columns"),
}


def stated(record: Record) -> str | None:
    """Rejects an instruction that does not state the numbers, words and forms that its constraints test."""
    found = read(record)
    if found is None:
        return "a constraint of unknown form"
    # What is asked for is recognised by English words alone.
    if (language_of(record.instruction, 0) or language_of(record.passage) or "en") != "en":
        return None
    return next((f"{c.kind}: {p}" for c in found if (p := _unstated(c, found, record))), None)


def _unstated(c: Constraint, found: list[Constraint], record: Record) -> str | None:
    asked = record.instruction
    said = plain(asked)
    cue = (
        _CASE_CUES.get(c.words[0].strip().lower() if c.words else "", "")
        if c.kind == "letter_case"
        else _CUES.get(c.kind)
    )
    if cue and not re.search(cue, said, re.S):
        return "the instruction does not ask for it"
    if c.number and c.kind in _NUMBERED and not _number_stated(c, found, asked):
        return "the number is not stated"
    return next(
        (f"word {i} is not stated" for i, w in enumerate(c.words, 1) if not _word_stated(c, w, said, record)), None
    )


def _number_stated(c: Constraint, found: list[Constraint], asked: str) -> bool:
    numbers, said = _numbers(asked), plain(asked)
    if c.number in numbers:
        return True
    if c.number + 1 in numbers and c.kind.startswith(
        ("max_", "sentence_max", "capital_words_at_most", "keyword_at_most")
    ):
        return _BELOW.search(said) is not None
    if c.number - 1 in numbers and re.search(r"^min_|_at_least$|_count$|^bullets$|^numbered$|^emojis$", c.kind):
        return _ABOVE.search(said) is not None
    # A closing sentence that is asked for comes on top of those that are kept.
    if (
        c.kind == "max_sentences"
        and c.number - 1 in numbers
        and re.search(r"\b(?:last|closing|final|end|close|add)\b", said)
    ):
        return True
    # "The last paragraph" is the n-th of n.
    last = c.kind == "paragraph_starts_with" and re.search(r"\b(?:last|final|closing)\b", said)
    return bool(last) and any(o.kind == "paragraphs" and o.number == c.number for o in found)


@lru_cache(maxsize=64)
def _numbers(asked: str) -> frozenset[int]:
    """The whole numbers that a text states, in digits or words."""
    said = plain(asked)
    # "A five-sentence summary" states a five.
    spaced = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", asked, flags=re.I)
    found = {int(v) for pair in quantities(spaced) for v in pair if v == int(v) and 0 <= v < 10**7}
    found |= {int(n) for n in re.findall(r"(?<![\d.,])\d{1,6}(?![\d])", said)} | {
        int(n) for n in _ORDINAL_MARK.findall(said)
    }
    words = set(re.findall(r"[a-z]+", said))
    found |= {n for n, word in enumerate(_ORDINALS) if word in words}
    found |= {n for word, n in _TIMES.items() if word in words or f"{word}s" in words}
    for m in _HUNDRED.finditer(said):
        base = 100 * int(next((v for v, _ in quantities(m[1])), 1))
        found |= {base, base + int(next((v for v, _ in quantities(m[2] or "")), 0))}
    return frozenset(found)


def _word_stated(c: Constraint, word: str, said: str, record: Record) -> bool:
    wanted = plain(word)
    if c.kind in {"exclude_letters", "letter_at_least", "letter_at_most"}:
        return _letters_stated(wanted, said)
    if c.kind in {"letter_case", "postscript"} or _verbatim(wanted, said):
        return True
    if c.kind == "json_schema":
        return _schema_stated(word, said)
    if wanted and not any(map(str.isalnum, wanted)):
        names = "|".join(_MARKS[ch] for ch in dict.fromkeys(wanted) if ch in _MARKS)
        return bool(names) and re.search(rf"\b(?:{names})", said) is not None
    if c.kind in _BY_RULE and _ALL.search(said) and record.passage and holds(record.passage, word):
        return True
    return holds(record.instruction, word)


def _verbatim(wanted: str, said: str) -> bool:
    start, end = (r"\b" if wanted[i : i + 1 or None].isalnum() else "" for i in (0, -1))
    return bool(wanted) and re.search(f"{start}{re.escape(wanted)}{end}", said) is not None


def _letters_stated(letters: str, said: str) -> bool:
    vowels = "vowel" in said
    return all((vowels and ch in "aeiou") or re.search(rf"(?<!\w){re.escape(ch)}(?!\w)", said) for ch in letters)


def _schema_stated(schema: str, said: str) -> bool:
    """Whether the schema stands in the instruction, or at least every name of its properties does."""
    if re.sub(r"\s", "", plain(schema)) in re.sub(r"\s", "", said):
        return True
    try:
        names = list((json.loads(schema).get("properties") or {}).keys())
    except (ValueError, AttributeError, RecursionError):
        return False
    return bool(names) and all(plain(name) in said for name in names)
