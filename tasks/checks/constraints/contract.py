"""A requirement of an instruction that a program can check, as its author states it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.teacher.contract import Contract

ConstraintKind = Literal[
    "max_words",
    "min_words",
    "max_characters",
    "min_sentences",
    "max_sentences",
    "sentence_count",
    "sentence_max_words",
    "paragraphs",
    "line_count",
    "max_word_length",
    "keyword_count",
    "keyword_at_most",
    "letter_at_least",
    "letter_at_most",
    "capital_words_at_least",
    "capital_words_at_most",
    "unique_words",
    "letter_case",
    "every_nth_word_upper",
    "sentence_start",
    "starts_with",
    "ends_with",
    "paragraph_starts_with",
    "line_starts_with",
    "acrostic",
    "include",
    "exclude",
    "exclude_letters",
    "exclude_punctuation",
    "no_commas",
    "replace",
    "dates_iso",
    "language",
    "bold",
    "italic",
    "highlights",
    "bullets",
    "bullet_count",
    "numbered",
    "alphabetical_order",
    "emojis",
    "sections",
    "title_marked",
    "postscript",
    "placeholders",
    "citations",
    "quoted",
    "plain_text",
    "table_columns",
    "csv_columns",
    "json",
    "json_keys",
    "json_schema",
    "two_answers",
    "number_only",
    "one_of",
]


class Constraint(Contract):
    """A requirement that a program can check in the answer."""

    kind: ConstraintKind = Field(
        description="With `number` n. At most n: max_words, max_characters, max_sentences, sentence_max_words (words in each "
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
    number: int = Field(default=0, description="the number that the kind needs, else 0")
    words: list[str] = Field(
        default=[], description="the words, letters, marks or text that the kind needs, else empty"
    )
