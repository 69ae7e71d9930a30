"""Requirements that a program can check: which there are, and whether an answer meets those of its record."""

from __future__ import annotations

import re

from pydantic import ValidationError

from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.counts import COUNTS, Meets
from tasks.checks.constraints.marks import MARKS
from tasks.checks.constraints.shapes import SHAPES, unfenced
from tasks.checks.constraints.words import WORDS
from tasks.records import Record
from tasks.text.replies import reply

FORMATTING = frozenset(
    {
        "bold",
        "italic",
        "highlights",
        "letter_case",
        "dates_iso",
        "replace",
        "every_nth_word_upper",
        "bullets",
        "bullet_count",
        "numbered",
        "emojis",
        "line_count",
        "paragraphs",
        "sections",
        "quoted",
        "title_marked",
        "postscript",
        "no_commas",
        "exclude_punctuation",
        "alphabetical_order",
        "table_columns",
        "csv_columns",
        "json",
        "json_keys",
        "json_schema",
    }
    | {"include", "exclude", "exclude_letters", "sentence_start", "starts_with", "ends_with", "line_starts_with"}
    | {"paragraph_starts_with", "keyword_count", "keyword_at_most", "capital_words_at_least", "capital_words_at_most"}
)
"""Kinds that a small change of the text can meet."""
_WHOLE = frozenset({"max_words", "min_words", "starts_with", "plain_text"})
"""Kinds that an announcing line counts for."""
_PREAMBLE = re.compile(
    r"\s*(?:(?:sure|certainly|of course|okay|ok)[^\n]{0,60}?[,!.:]\s*)?\W{0,4}(?:here(?:'s|\u2019s| is"
    r"| are)|below (?:is|are)|this is|the (?:\w+ ){0,3}(?:text|version|passage|list|rewrite|translation"
    r"|summary)|"
    r"(?:re\w+|edited|simplified|modified|updated) (?:\w+ )?(?:text|version|passage))[^\n]{0,160}:\W{0,4}\n",
    re.I,
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
        if problem := MEETS[c.kind](whole if c.kind in _WHOLE else text, c, record):
            return f"{c.kind}: {problem}"
    return None


def body(text: str) -> str:
    """The answer without a line that announces it and without a code fence around the whole."""
    text = _PREAMBLE.sub("", text, count=1) if _PREAMBLE.match(text) else text
    return unfenced(text) if text.lstrip().startswith("```") else text


MEETS: dict[str, Meets] = {**COUNTS, **WORDS, **MARKS, **SHAPES}
"""Kind -> what is wrong with the text, None if nothing."""
