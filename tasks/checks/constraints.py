"""Requirements that a program can check: whether a set of them makes sense, and whether a text meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from pydantic import ValidationError

from tasks.checks.normal import LIST_MARK, bare, holds, named_dates, plain, reply, sentences, uses, words
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
_COUNTED = frozenset(
    {
        "max_words",
        "min_words",
        "max_sentences",
        "max_word_length",
        "every_nth_word_upper",
        "bullets",
        "numbered",
        "emojis",
        "line_count",
    }
)
_WORDED = frozenset({"sentence_start", "include", "exclude", "exclude_letters", "bold", "italic"})
_LIMITS = {"max_word_length": 3, "every_nth_word_upper": 2}

_PREAMBLE = re.compile(
    r"\s*(?:(?:sure|certainly|of course|okay|ok)[^\n]{0,60}?[,!.:]\s*)?\W{0,4}(?:here(?:'s|’s| is| are)|below (?:is|are)|this is|the (?:\w+ ){0,3}(?:text|version|passage|list|rewrite|translation|summary)|"
    r"(?:re\w+|edited|simplified|modified|updated) (?:\w+ )?(?:text|version|passage))[^\n]{0,160}:\W{0,4}\n",
    re.I,
)
_FENCED = re.compile(r"\s*```[^\n`]*\n(.*?)\n?```\s*", re.S)
_TOKEN = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BOLD = re.compile(
    r"\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)|<(?:b|strong)>(.+?)</(?:b|strong)>", re.S | re.I
)
_ITALIC = re.compile(
    r"(?<![*\w])\*(?=[^\s*])([^*\n]{1,2000}?)(?<=[^\s*])\*(?!\*)|(?<![\w_])_(?=[^\s_])([^_\n]{1,2000}?)(?<=[^\s_])_(?![\w_])|<(?:i|em)>(.+?)</(?:i|em)>",
    re.S | re.I,
)
_ITALIC_INSIDE = re.compile(r"\*{2}(?!\*)|(?<!\w)__(?!_)|(?<!_)__(?!\w)")
_PICTURE = r"[\U0001F300-\U0001FAFF☀-➿⬀-⯿⌚⌛⏩-⏺Ⓜ\U0001F004\U0001F0CF\U0001F170-\U0001F19A\U0001F200-\U0001F251]"
_EMOJI = re.compile(
    rf"[\U0001F1E6-\U0001F1FF]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PICTURE}[\ufe0f\U0001F3FB-\U0001F3FF]*(?:\u200d{_PICTURE}[\ufe0f\U0001F3FB-\U0001F3FF]*)*"
)
_SIGNS = re.compile(r"[←-⇿☐-☒✓✔✕✖✗✘❖➔-➾⬅-⬇■-◿]")
_OTHER_DATES = re.compile(
    r"(?<![\d./-])(?:\d{1,2}([/-])\d{1,2}\1(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.\d{4}|\d{4}([/.])\d{1,2}\2\d{1,2}|\d{4}-(?:\d-\d{1,2}|\d{2}-\d))(?![\d/-]|\.\d)"
)
_ISO = re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])")
_SMALL = frozenset(
    "a an and as at but by for from if in into is of off on onto or nor over per so than the to up via vs with yet that".split()
)


def read(record: Record) -> list[Constraint] | None:
    """The record's constraints, None if one of them is not well-formed."""
    try:
        return [Constraint.model_validate(c) for c in record.constraints]
    except ValidationError:
        return None


def constraints_sound(record: Record) -> str | None:
    """Rejects constraints that are malformed, contradict each other, or cannot be met with the passage and its facts."""
    found = read(record)
    if found is None:
        return "a constraint of unknown form"
    return (
        next((p for c in found if (p := _malformed(c, record))), None)
        or _contradictory(found)
        or _infeasible(found, record)
    )


def _malformed(c: Constraint, record: Record) -> str | None:
    given = [w for w in c.words if w.strip()]
    if len(given) < len(c.words):
        return f"{c.kind}: an empty word"
    if c.kind in _COUNTED and c.number < _LIMITS.get(c.kind, 1):
        return f"{c.kind}: the number is too small"
    if c.kind in _WORDED and not given:
        return f"{c.kind}: no words"
    if c.kind == "letter_case" and (len(given) != 1 or given[0].strip().lower() not in _CASES):
        return "letter_case: neither upper, lower nor title"
    if c.kind == "exclude_letters" and any(len(w.strip()) > 5 or not w.strip().isalpha() for w in given):
        return "exclude_letters: not letters"
    if c.kind == "replace":
        if len(given) != 2 or bare(given[0]) == bare(given[1]):
            return "replace: not an old and a new word"
        if record.passage and not uses(record.passage, given[0]):
            return "replace: the old word is not in the text"
    if (
        c.kind == "dates_iso"
        and record.passage
        and not (named_dates(record.passage) or _OTHER_DATES.search(record.passage) or _ISO.search(record.passage))
    ):
        return "dates_iso: the text has no date"
    return None


def _contradictory(found: list[Constraint]) -> str | None:
    numbers: dict[str, list[int]] = {}
    said: dict[str, list[str]] = {}
    for c in found:
        numbers.setdefault(c.kind, []).append(c.number)
        said.setdefault(c.kind, []).extend(c.words)
    singles = _COUNTED | {"letter_case", "dates_iso", "sentence_start"}
    if twice := [kind for kind, values in numbers.items() if kind in singles and len(values) > 1]:
        return f"{twice[0]}: stated twice"
    most, least = numbers.get("max_words", [10**9])[0], numbers.get("min_words", [0])[0]
    if least > most:
        return "min_words is above max_words"
    wanted = _wanted(said)
    if sum(len(words(w)) for w in dict.fromkeys(map(plain, said.get("include", [])))) > most:
        return "the words to include exceed max_words"
    for banned in [*said.get("exclude", []), *said.get("replace", [])[::2]]:
        if any(uses(w, banned) for w in wanted):
            return "a word is both wanted and banned"
    letters = _letters(said)
    if letters and any(set(plain(w)) & letters for w in wanted):
        return "a wanted word contains a banned letter"
    starts = said.get("sentence_start", [])
    if letters and starts and all(set(plain(w)) & letters for w in starts):
        return "every sentence start contains a banned letter"
    if (limit := numbers.get("max_word_length", [0])[0]) and any(len(t) > limit for w in wanted for t in words(w)):
        return "a wanted word is longer than max_word_length"
    if "every_nth_word_upper" in numbers and "letter_case" in numbers:
        return "two rules for letter case"
    lines, items = numbers.get("line_count", [0])[0], sum(numbers.get(k, [0])[0] for k in ("bullets", "numbered"))
    return "more list items than lines" if lines and items > lines else None


def _infeasible(found: list[Constraint], record: Record) -> str | None:
    said: dict[str, list[str]] = {}
    for c in found:
        said.setdefault(c.kind, []).extend(c.words)
    letters = _letters(said)
    limit = next((c.number for c in found if c.kind == "max_word_length"), 0)
    most = next((c.number for c in found if c.kind == "max_words"), 10**9)
    for number, fact in enumerate(record.evidence, 1):
        if any(uses(fact, w) for w in said.get("exclude", [])):
            return f"fact {number} to keep contains a banned word"
        if letters & set(plain(fact)):
            return f"fact {number} to keep contains a banned letter"
        if limit and any(len(t) > limit for t in _LETTERS.findall(fact)):
            return f"fact {number} to keep has a word longer than max_word_length"
    if sum(len(f.split()) for f in record.evidence) > most:
        return "the facts to keep exceed max_words"
    return None


def _wanted(said: dict[str, list[str]]) -> list[str]:
    return [*said.get("include", []), *said.get("bold", []), *said.get("italic", []), *said.get("replace", [])[1::2]]


def _letters(said: dict[str, list[str]]) -> set[str]:
    return {c for w in said.get("exclude_letters", []) for c in plain(w)}


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
    longest = max((sum(ch.isalpha() for ch in w) for w in _LETTERS.findall(text)), default=0)
    return f"a word of {longest} letters" if longest > c.number else None


def _upper(text: str) -> bool:
    return not any(ch.islower() and ch.upper() != ch and len(ch.upper()) == 1 for ch in text)


def _lower(text: str) -> bool:
    return not any(ch.isupper() and ch.lower() != ch for ch in text)


def _title(text: str) -> bool:
    plain_tokens = [t.strip("*_\"'“”‘’([{<#") for t in _tokens(text)]
    found = [t for t in plain_tokens if t[:1].isalpha()]
    return all(
        not (t[0].islower() and t[0].upper() != t[0]) or (i and re.sub(r"\W+$", "", t) in _SMALL)
        for i, t in enumerate(found)
    )


_CASES: dict[str, Callable[[str], bool]] = {"upper": _upper, "lower": _lower, "title": _title}


def _letter_case(text: str, c: Constraint, record: Record) -> str | None:
    name = c.words[0].strip().lower() if c.words else ""
    return None if name in _CASES and _CASES[name](text) else f"not all {name} case"


def _every_nth_word_upper(text: str, c: Constraint, record: Record) -> str | None:
    known = {"".join(_LETTERS.findall(t)) for t in _tokens(record.passage)}
    for place, token in enumerate(
        _tokens(
            LIST_MARK.sub("", text)
            if "\n" not in text
            else "\n".join(LIST_MARK.sub("", line, count=1) for line in text.splitlines())
        ),
        1,
    ):
        letters = "".join(_LETTERS.findall(token))
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
    if named_dates(text) or _OTHER_DATES.search(text):
        return "a date in another form"
    for m in _ISO.finditer(text):
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
    lines = [LIST_MARK.sub("", line, count=1) for line in _ITALIC_INSIDE.sub("", text).splitlines()]
    return _styled(_ITALIC, "\n".join(lines), c)


def _bullets(text: str, c: Constraint, record: Record) -> str | None:
    count = len(re.findall(r"^[ \t]*[-*•+–‣◦▪][ \t]+\S", text, re.M))
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
