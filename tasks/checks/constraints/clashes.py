"""Pairs of requirements that no answer meets together: their numbers, their words, or the shapes they ask for."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.counts import tokens
from tasks.text.plain import plain
from tasks.text.words import words

_NONE = 10**9
_JSON = frozenset({"json", "json_keys", "json_schema"})
_VALUE = frozenset({"number_only", "one_of"})
_CSV = frozenset({"csv_columns"})
_PROSE = frozenset(
    {
        "min_sentences",
        "max_sentences",
        "sentence_count",
        "sentence_max_words",
        "paragraphs",
        "sentence_start",
        "paragraph_starts_with",
        "line_starts_with",
        "starts_with",
        "ends_with",
        "acrostic",
        "bold",
        "italic",
        "highlights",
        "bullets",
        "bullet_count",
        "numbered",
        "sections",
        "title_marked",
        "postscript",
        "quoted",
        "table_columns",
        "two_answers",
        "every_nth_word_upper",
        "unique_words",
        "no_commas",
    }
)
"""Kinds that speak of running text, which an answer of one value, a JSON object or a CSV table is not."""
_MARKDOWN = frozenset({"bold", "italic", "highlights", "bullets", "bullet_count", "table_columns"})
_BOUNDS = (
    ("words", ("min_words",), ("max_words",)),
    ("sentences", ("min_sentences", "sentence_count"), ("max_sentences", "sentence_count")),
    ("words in capitals", ("capital_words_at_least",), ("capital_words_at_most",)),
    ("bullets", ("bullets", "bullet_count"), ("bullet_count",)),
)


def clash(found: list[Constraint]) -> str | None:
    """Why no answer can meet all of these; None if nothing speaks against it."""
    numbers: dict[str, int] = {c.kind: c.number for c in found}
    rules = (_bounds, _room, _shapes, _cases, _openings)
    return next((problem for rule in rules for problem in rule(found, numbers)), None)


def _bounds(found: list[Constraint], numbers: dict[str, int]) -> Iterator[str]:
    for what, low, high in _BOUNDS:
        least = max((numbers[k] for k in low if k in numbers), default=0)
        most = min((numbers[k] for k in high if k in numbers), default=_NONE)
        if least > most:
            yield f"at least {least} and at most {most} {what}"
    for low_kind, high_kind in (("keyword_count", "keyword_at_most"), ("letter_at_least", "letter_at_most")):
        limits = {plain(w): c.number for c in found if c.kind == high_kind for w in c.words}
        if any(c.number > limits.get(plain(w), _NONE) for c in found if c.kind == low_kind for w in c.words):
            yield f"{low_kind} is above {high_kind}"
    once = {plain(w): c.number for c in found if c.kind == "keyword_at_most" for w in c.words}
    if any(once.get(plain(w), 1) == 0 for c in found if c.kind in {"include", "bold", "italic"} for w in c.words):
        yield "a word is both wanted and banned"


def _room(found: list[Constraint], numbers: dict[str, int]) -> Iterator[str]:
    """Whether what has to be there fits into the words, sentences and lines that are allowed."""
    least, most = numbers.get("min_words", 0), numbers.get("max_words", _NONE)
    signs, rows = numbers.get("max_characters", _NONE), numbers.get("line_count", 0)
    parts = max(numbers.get(k, 0) for k in ("min_sentences", "sentence_count", "paragraphs", "sections", "line_count"))
    needed = max(parts, sum(c.number * len(words(c.words[0])) for c in found if c.kind == "keyword_count"))
    needed = max(
        needed, *(numbers.get(k, 0) for k in ("capital_words_at_least", "bullets", "bullet_count", "numbered"))
    )
    if needed > most:
        yield "what has to come in exceeds max_words"
    if max(least, needed) * 2 > signs + 1:
        yield "what has to come in exceeds max_characters"
    longest = numbers.get("sentence_max_words", _NONE)
    sentences = min(numbers.get(k, _NONE) for k in ("max_sentences", "sentence_count"))
    if longest * sentences < least:
        yield "min_words needs longer or more sentences"
    items = numbers.get("numbered", 0) + max(numbers.get("bullets", 0), numbers.get("bullet_count", 0))
    if rows and items > rows:
        yield "more list items than lines"
    if rows and rows < max(numbers.get("paragraphs", 0), numbers.get("sections", 0)):
        yield "more parts than lines"
    if any(c.kind == "paragraph_starts_with" and 0 < numbers.get("paragraphs", 0) < c.number for c in found):
        yield "paragraph_starts_with: there is no such paragraph"
    if (
        keyword := max((c.number for c in found if c.kind == "keyword_count"), default=0)
    ) > 1 and "unique_words" in numbers:
        yield f"unique_words with a word that comes {keyword} times"


def _shapes(found: list[Constraint], numbers: dict[str, int]) -> Iterator[str]:
    kinds = numbers.keys()
    if sum(bool(kinds & shape) for shape in (_JSON, _CSV, _VALUE)) > 1 or len(kinds & _VALUE) > 1:
        yield "two shapes for the whole answer"
    if kinds & (_JSON | _CSV | _VALUE) and (prose := sorted(kinds & _PROSE)):
        yield f"{prose[0]}: not with an answer that is no running text"
    if kinds & _VALUE and (("line_count" in kinds and numbers["line_count"] > 1) or numbers.get("min_words", 0) > 12):
        yield "an answer of one value is short"
    if "plain_text" in kinds and (marked := sorted(kinds & _MARKDOWN)):
        yield f"{marked[0]}: not without Markdown"
    if "plain_text" in kinds and any(c.kind == "sections" and c.words and "#" in c.words[0] for c in found):
        yield "sections: not without Markdown"
    if "quoted" in kinds and {"two_answers", "title_marked"} & kinds:
        yield "quoted: not with parts of another form"
    banned = {m.strip() for c in found if c.kind == "exclude_punctuation" for m in c.words}
    needs = {"quoted": '"', "title_marked": "<<", "highlights": "*", "two_answers": "*", "placeholders": "["}
    needs |= {"citations": "[", "postscript": ".", "bullets": "", "csv_columns": ","} | dict.fromkeys(_JSON, '"')
    if clashing := [kind for kind, mark in needs.items() if mark and kind in kinds and mark[0] in banned]:
        yield f"{clashing[0]}: its mark is banned"


def _cases(found: list[Constraint], numbers: dict[str, int]) -> Iterator[str]:
    case = next((c.words[0].strip().lower() for c in found if c.kind == "letter_case"), "")
    if case == "lower" and numbers.get("capital_words_at_least"):
        yield "words in capitals in a text in lower case"
    if (
        case == "upper"
        and "capital_words_at_most" in numbers
        and numbers.get("min_words", 0) > 3 * (numbers["capital_words_at_most"] + 1)
    ):
        yield "few words in capitals in a text in upper case"
    if case and numbers.keys() & (_JSON - {"json"}):
        yield "a letter case for names that are given"


def _openings(found: list[Constraint], numbers: dict[str, int]) -> Iterator[str]:
    by = {kind: [c.words for c in found if c.kind == kind] for kind in numbers}
    letters = [ch for w in by.get("acrostic", [[]])[0] for ch in w if ch.isalpha()]
    if letters and numbers.get("line_count", len(letters)) != len(letters):
        yield "acrostic: other than line_count"
    if letters and numbers.get("max_words", _NONE) < len(letters):
        yield "acrostic: more lines than words"
    if letters and "line_starts_with" in by:
        yield "acrostic: the lines start with given words"
    starts = next((ws[0] for ws in by.get("starts_with", []) if ws), "")
    for kind in ("sentence_start", "line_starts_with"):
        options = next(iter(by.get(kind, [])), [])
        if starts and options and not any(_begins(starts, o) or _begins(o, starts) for o in options):
            yield f"starts_with: not as {kind} asks"
    if letters and starts and plain(starts)[:1].isalpha() and plain(starts)[0] != plain(letters[0]):
        yield "starts_with: not as acrostic asks"
    first = next((c.words[0] for c in found if c.kind == "paragraph_starts_with" and c.number == 1), "")
    if first and starts and not (_begins(first, starts) or _begins(starts, first)):
        yield "starts_with: not as paragraph_starts_with asks"
    allowed = numbers.get("max_words", _NONE)
    if (
        sum(len(tokens(w)) for kind in ("starts_with", "ends_with") for ws in by.get(kind, []) for w in ws[:1])
        > allowed
    ):
        yield "opening and ending exceed max_words"


def _begins(text: str, start: str) -> bool:
    return plain(text).startswith(plain(start))
