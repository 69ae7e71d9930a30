"""Pairs of requirements that no answer meets together: their numbers, their words, or the shapes they ask for."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.checks.constraints import REQUIREMENTS
from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.parts import tokens
from tasks.checks.constraints.requirement import UNLIMITED
from tasks.text.plain import plain
from tasks.text.words import words


def constraint_clash(found: list[Constraint]) -> str | None:
    """Why no answer can meet all of these; None if nothing speaks against it."""
    numbers: dict[str, int] = {c.kind: c.number for c in found}
    rules = (_bounds, _room, _shapes, _cases, _openings)
    return next((problem for rule in rules for problem in rule(found, numbers)), None)


def _bounds(found: list[Constraint], numbers: dict[str, int]) -> Iterator[str]:
    bounds = [(kind, number) for kind, row in REQUIREMENTS.items() if (number := row.number) and number.of]
    for what in dict.fromkeys(number.of for _, number in bounds):
        both = [(kind, number.bound) for kind, number in bounds if number.of == what and kind in numbers]
        least = max((numbers[kind] for kind, bound in both if bound != "most"), default=0)
        most = min((numbers[kind] for kind, bound in both if bound != "least"), default=UNLIMITED)
        if least > most:
            yield f"at least {least} and at most {most} {what}"
    for low_kind, high_kind in (("keyword_count", "keyword_at_most"), ("letter_at_least", "letter_at_most")):
        limits = {plain(w): c.number for c in found if c.kind == high_kind for w in c.words}
        if any(c.number > limits.get(plain(w), UNLIMITED) for c in found if c.kind == low_kind for w in c.words):
            yield f"{low_kind} is above {high_kind}"
    once = {plain(w): c.number for c in found if c.kind == "keyword_at_most" for w in c.words}
    if any(once.get(plain(w), 1) == 0 for c in found if c.kind in {"include", "bold", "italic"} for w in c.words):
        yield "a word is both wanted and banned"


def _room(found: list[Constraint], numbers: dict[str, int]) -> Iterator[str]:
    """Whether what has to be there fits into the words, sentences and lines that are allowed."""
    least, most = numbers.get("min_words", 0), numbers.get("max_words", UNLIMITED)
    signs, rows = numbers.get("max_characters", UNLIMITED), numbers.get("line_count", 0)
    filling = [n for kind, n in numbers.items() if (number := REQUIREMENTS[kind].number) and number.fills]
    needed = max(0, *filling, sum(c.number * len(words(c.words[0])) for c in found if c.kind == "keyword_count"))
    if needed > most:
        yield "what has to come in exceeds max_words"
    if max(least, needed) * 2 > signs + 1:
        yield "what has to come in exceeds max_characters"
    longest = numbers.get("sentence_max_words", UNLIMITED)
    sentences = min(numbers.get(k, UNLIMITED) for k in ("max_sentences", "sentence_count"))
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
    rows = [REQUIREMENTS[kind] for kind in sorted(kinds)]
    forms = {row.form for row in rows} - {"", "prose"}
    values = sum(row.form == "value" for row in rows)
    if len(forms) > 1 or values > 1:
        yield "two shapes for the whole answer"
    if forms and (prose := [row.name for row in rows if row.form == "prose"]):
        yield f"{prose[0]}: not with an answer that is no running text"
    if values and (("line_count" in kinds and numbers["line_count"] > 1) or numbers.get("min_words", 0) > 12):
        yield "an answer of one value is short"
    if "plain_text" in kinds and (marked := [row.name for row in rows if row.markdown]):
        yield f"{marked[0]}: not without Markdown"
    if "plain_text" in kinds and any(c.kind == "sections" and c.words and "#" in c.words[0] for c in found):
        yield "sections: not without Markdown"
    if "quoted" in kinds and {"two_answers", "title_marked"} & kinds:
        yield "quoted: not with parts of another form"
    banned = {m.strip() for c in found if c.kind == "exclude_punctuation" for m in c.words}
    if clashing := [row.name for row in REQUIREMENTS.values() if row.name in kinds and row.mark and row.mark in banned]:
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
    if case and any(row.form == "json" and row.words for row in map(REQUIREMENTS.__getitem__, numbers)):
        yield "a letter case for names that are given"


def _openings(found: list[Constraint], numbers: dict[str, int]) -> Iterator[str]:
    by = {kind: [c.words for c in found if c.kind == kind] for kind in numbers}
    letters = [ch for w in by.get("acrostic", [[]])[0] for ch in w if ch.isalpha()]
    if letters and numbers.get("line_count", len(letters)) != len(letters):
        yield "acrostic: other than line_count"
    if letters and numbers.get("max_words", UNLIMITED) < len(letters):
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
    allowed = numbers.get("max_words", UNLIMITED)
    if (
        sum(len(tokens(w)) for kind in ("starts_with", "ends_with") for ws in by.get(kind, []) for w in ws[:1])
        > allowed
    ):
        yield "opening and ending exceed max_words"


def _begins(text: str, start: str) -> bool:
    return plain(text).startswith(plain(start))
