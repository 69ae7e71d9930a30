"""What agents return: the schema of every structured answer.

Field names are those of `Record`, so that a draft becomes a record by copying. Every field is required in the schema that
a model sees (strict structured output asks for it) and described there; reasoning comes before decisions, the key after the
question. `unsuitable` lets an agent say that the material does not fit: that is a reject, not a failure.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Contract(BaseModel):
    # Sloppy models add fields; those are dropped. Texts never reach an exception's message.
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


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


class Question(Contract):
    """A task about the passage whose answer the author states."""

    evidence: list[str] = Field(
        default=[], description="1 to 3 verbatim quotes from the passage that the key rests on; empty if unanswerable"
    )
    instruction: str = Field(
        description="the task as the reader will see it, without the options and without the passage"
    )
    options: list[str] = Field(
        default=[], description="the choices or items, without letters or numbers; empty if the answer form has none"
    )
    key: list[str] = Field(default=[], description="the answer in the form that the answer form asks for")
    answerable: bool = Field(default=True, description="false if the passage deliberately does not hold the answer")
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")


class Rewriting(Contract):
    """A task that changes a text, with the requirements that a program can check."""

    instruction: str = Field(description="the task as the reader will see it, without the text itself")
    constraints: list[Constraint] = Field(
        default=[], description="each checkable requirement that the instruction states; none that it does not state"
    )
    evidence: list[str] = Field(
        default=[],
        description="up to 3 short facts (names, numbers, dates), verbatim from the text, that the answer must still "
        "contain; empty if it need not",
    )
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")


class Argument(Contract):
    name: str
    value: str = Field(description='the value as JSON, for example 3, true, "Oslo" or [1, 2]')


class Call(Contract):
    """One call of a function. A model may give `arguments` as a list of name/value pairs or as an object."""

    name: str
    arguments: list[Argument] = []

    @model_validator(mode="before")
    @classmethod
    def _object_to_pairs(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and isinstance(raw.get("arguments"), dict):
            pairs = [{"name": k, "value": json.dumps(v)} for k, v in raw["arguments"].items()]
            return {**raw, "arguments": pairs}
        return raw


class ToolTask(Contract):
    """A user's request that functions on offer can serve, fully, in part or not at all."""

    instruction: str = Field(description="the user's request, in the user's words, naming no function")
    calls: list[Call] = Field(
        default=[], description="the calls that serve the request once nothing is missing, in order"
    )
    missing: list[str] = Field(
        default=[],
        description="names of required parameters that the request leaves out, or of the function it needs that is not "
        "on offer; else empty",
    )
    answerable: bool = Field(
        default=True, description="false only if the function that the request needs is not on offer"
    )
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")


class Suggestion(Contract):
    wrong_path: str = Field(default="", description="the tempting mistake that the change invites")
    change: str = Field(description="what to change, exactly, in one or two sentences")
    why_harder: str = Field(default="", description="what the solver must now do that was not needed before")
    key_effect: str = Field(default="", description="what becomes of the answer")


class Suggestions(Contract):
    nothing_to_add: str = Field(default="", description="why no useful change exists; empty if there are suggestions")
    items: list[Suggestion] = []


class Parameter(Contract):
    name: str
    type: Literal["string", "integer", "number", "boolean", "array", "object"] = "string"
    description: str = ""
    required: bool = True
    enum: list[str] = Field(default=[], description="the allowed values, if they are a closed list")


class Api(Contract):
    name: str = Field(description="snake_case")
    description: str = ""
    parameters: list[Parameter] = []
    returns: list[Parameter] = Field(default=[], description="the fields of the result object")


class Apis(Contract):
    """A list of functions that a program could offer."""

    unsuitable: str = Field(default="", description="why no function can be described from the material; else empty")
    apis: list[Api] = []


class ToolResult(Contract):
    """What a function answers to one call."""

    status: Literal["ok", "empty", "error"] = "ok"
    result: str = Field(description="the result as one JSON object")


class UserTurn(Contract):
    """The simulated user's next message."""

    done: bool = Field(
        default=False, description="true if the user has what they came for or gives up; then message is empty"
    )
    message: str = ""


class Questions(Contract):
    unsuitable: str = Field(default="", description="why the passage cannot carry this task type; else empty")
    items: list[Question] = []


class Rewritings(Contract):
    unsuitable: str = Field(default="", description="why the text cannot carry this task type; else empty")
    items: list[Rewriting] = []


class ToolTasks(Contract):
    unsuitable: str = Field(default="", description="why these functions cannot carry this task type; else empty")
    items: list[ToolTask] = []


class EditedQuestion(Question):
    passage: str = Field(default="", description="the whole new passage, or empty if the passage stays as it is")
    unsuitable: str = Field(default="", description="why the suggestion cannot be carried out; else empty")


class EditedRewriting(Rewriting):
    passage: str = Field(default="", description="the whole new text, or empty if the text stays as it is")
    unsuitable: str = Field(default="", description="why the suggestion cannot be carried out; else empty")


class EditedToolTask(ToolTask):
    passage: str = Field(default="", description="always empty")
    unsuitable: str = Field(default="", description="why the suggestion cannot be carried out; else empty")


class Drafts:
    """The pair of schemas that a skill's instruction agent and editor return."""

    def __init__(self, instruct: type[Contract], edit: type[Contract]) -> None:
        self.instruct, self.edit = instruct, edit


DRAFTS: dict[str, Drafts] = {
    "question": Drafts(Questions, EditedQuestion),
    "rewriting": Drafts(Rewritings, EditedRewriting),
    "tool_task": Drafts(ToolTasks, EditedToolTask),
}
"""The closed list that `contract:` in a skill.yaml chooses from."""
