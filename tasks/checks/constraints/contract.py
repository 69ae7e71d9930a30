"""A requirement of an instruction that a program can check, as its author states it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticKnownError

from tasks.checks.constraints import REQUIREMENTS
from tasks.teacher.contract import Contract

_TOLD = (
    "With `number` n. At most n: max_words, max_characters, max_sentences, sentence_max_words (words in each "
    "sentence), max_word_length, capital_words_at_most (words all in capitals). At least n: min_words, min_sentences, "
    "capital_words_at_least, bullets, numbered, emojis, highlights (*marked* parts), placeholders ([in brackets]), citations "
    "([1], [2]). Exactly n: sentence_count, paragraphs (blank line between), line_count (non-empty lines), bullet_count. "
    "every_nth_word_upper. "
    "With `words`: include, exclude, bold, italic, exclude_letters, exclude_punctuation; sentence_start, line_starts_with: "
    "each sentence or line starts with one of them; starts_with, ends_with: [text]; replace: [old, new]; letter_case: "
    "[upper, lower or title]; acrostic: [word that the lines' first letters spell]; language: [its English name]; one_of: "
    "the whole answer is one of them; postscript: [P.S.]; json_keys: keys of the object; json_schema: [the schema as text]. "
    "With both: keyword_count, letter_at_least, keyword_at_most, letter_at_most: [word or letter], n times; "
    "paragraph_starts_with: n-th paragraph, [text]; sections: n headings that begin with [mark, such as ## or SECTION]; "
    "table_columns, csv_columns: the headings, n rows below them, 0 if any number. "
    "With neither: no_commas, plain_text (no Markdown), dates_iso (every date YYYY-MM-DD), quoted (all in double quotes), "
    "title_marked (a title in <<>>), unique_words (no word twice), alphabetical_order (list items), json (one object), "
    "number_only (digits), two_answers (parted by ******)"
)


def _known(kind: object) -> object:
    if isinstance(kind, str) and kind in REQUIREMENTS:
        return kind
    *others, last = map(repr, REQUIREMENTS)
    raise PydanticKnownError("literal_error", {"expected": f"{', '.join(others)} or {last}"})


def _from_table(schema: JsonDict) -> None:
    """Adds the names of all requirements, and what their rows tell of them."""
    schema["enum"] = list(REQUIREMENTS)
    schema["description"] = "; ".join(
        [_TOLD, *(f"{row.name}: {row.told}" for row in REQUIREMENTS.values() if row.told)]
    )


class Constraint(Contract):
    """A requirement that a program can check in the answer."""

    kind: Annotated[str, BeforeValidator(_known)] = Field(description=_TOLD, json_schema_extra=_from_table)
    number: int = Field(default=0, description="the number that the kind needs, else 0")
    words: list[str] = Field(
        default=[], description="the words, letters, marks or text that the kind needs, else empty"
    )
