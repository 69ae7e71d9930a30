"""A task to be done as solved examples do it: by a rule behind them, or a real task with its reasoning worked in each of them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from tasks.agents.question import Option, Worked
from tasks.teacher.contract import Contract, Drafts, drafts_of, narrowed

Op = Literal[
    "add", "multiply", "divide", "subtract_from", "square", "remainder", "digit_sum", "reverse_digits", "double_last_digit",
    "upper", "lower", "capitals", "reverse", "replace", "delete", "prefix", "suffix", "first", "last", "drop_first", "drop_last",
    "rotate", "repeat", "double_letters", "swap_ends", "shift_letters", "vowels_to", "length", "count", "acronym",
    "reverse_words", "sort_words", "word", "join_with",
    "sort", "sort_down", "sort_by_length", "reverse_items", "keep_even", "keep_odd", "keep_above", "keep_below", "keep_longer",
    "drop_repeats", "each_add", "each_multiply", "each_reverse", "each_upper", "odd_places_add", "even_places_multiply",
    "running_total", "differences", "sum", "largest", "smallest", "item", "how_many",
    "add_days", "add_months", "weekday", "iso", "dotted", "long_date", "day_of_year", "month_end",
    "say",
]  # fmt: skip
TestKind = Literal[
    "always", "even", "odd", "multiple_of", "above", "below", "longer_than", "starts_with", "ends_with", "contains",
    "starts_with_vowel", "has_double_letter", "month_is", "weekend", "more_items_than", "sum_even",
]  # fmt: skip


Sort = Literal["rule", "mathematics", "question", "inference", "classification", "other"]
REAL: dict[str, Sort] = {
    "mathematics_by_example": "mathematics",
    "question_by_example": "question",
    "inference_by_example": "inference",
    "classification_by_example": "classification",
}
"""Task types whose examples are real tasks -> what kind of task."""


class Step(Contract):
    op: Op = Field(
        description="number: add n, multiply n, divide n, subtract_from n (n minus it), square, remainder n, digit_sum, "
        "reverse_digits, double_last_digit. text: upper, lower, capitals (first letter of each word), reverse, replace text "
        "by other, delete text, prefix text, suffix text, first n, last n, drop_first n, drop_last n (letters), rotate n "
        "(letters from the front to the end), repeat n, double_letters, swap_ends, shift_letters n (in the alphabet), "
        "vowels_to text, length, count text, acronym, reverse_words, sort_words, word n, join_with text (instead of spaces). "
        "list, written with commas: sort, sort_down, sort_by_length, reverse_items, keep_even, keep_odd, keep_above n, "
        "keep_below n, keep_longer n, drop_repeats, each_add n, each_multiply n, each_reverse, each_upper, odd_places_add n, "
        "even_places_multiply n, running_total, differences, sum, largest, smallest, item n, how_many. date: add_days n, "
        "add_months n, weekday, iso, dotted (DD.MM.YYYY), long_date (3 May 2021), day_of_year, month_end. Any: say text"
    )
    n: float = Field(default=0, description="the number that the operation needs, else 0")
    text: str = Field(default="", description="the text that the operation needs, else empty")
    other: str = Field(default="", description="replace: what comes instead; else empty")


class Case(Contract):
    when: TestKind = Field(
        default="always",
        description="of the whole input. number: even, odd, multiple_of n, above n, below n. text: longer_than n (letters), "
        "starts_with, ends_with, contains text, starts_with_vowel, has_double_letter. date: month_is n, weekend. "
        "list: more_items_than n, sum_even. The last case is always",
    )
    n: float = 0
    text: str = ""
    steps: list[Step] = Field(default=[], max_length=5, description="done one after the other")


class Rule(Contract):
    kind: Literal["none", "number", "text", "list", "date"] = Field(
        default="none", description="what an input is; none if the operations cannot state the rule"
    )
    cases: list[Case] = Field(default=[], max_length=4, description="the first case whose condition holds is applied")


class Example(Contract):
    input: str = Field(description="what is given")
    reasoning: str = Field(
        default="",
        description="how one gets from this input to its output, step by step; in all examples or in none. mathematics: each "
        "calculation as an equation, such as 12 * 3 = 36",
    )
    output: str = Field(description="the result alone")


class _Lenient(Contract):
    @model_validator(mode="before")
    @classmethod
    def _plain(cls, raw: Any) -> Any:
        # Numbers as inputs or outputs, and null for a rule, are slips that do no harm.
        if not isinstance(raw, dict):
            return raw
        examples = [
            {name: "" if value is None else str(value) for name, value in e.items()} if isinstance(e, dict) else e
            for e in raw.get("examples") or []
        ]
        query, reasoning = (str(raw.get(name) or "") for name in ("query", "reasoning"))
        return {**raw, "rule": raw.get("rule") or {}, "examples": examples, "query": query, "reasoning": reasoning}


class Pattern(_Lenient):
    """What the examples have in common, the examples, and the input that is left open."""

    sort: Sort = "other"
    """Drawn with the task type, and not the author's to say."""
    rule: Rule = Field(default_factory=Rule, description="the hidden rule, which the reader never sees")
    examples: list[Example] = Field(
        default=[], max_length=12, description="three to eight solved cases; the reader sees them"
    )
    query: str = Field(default="", description="the open case: a new input, unlike those of the examples")
    reasoning: str = Field(
        default="",
        description="the reasoning for the open case, in the manner of the examples; the reader never sees it. Empty if a rule "
        "gives the output",
    )
    ordered: bool = Field(default=False, description="whether the order of the examples matters; else it is drawn")


_Ruled = narrowed(Pattern, {"sort"})
_Shown = narrowed(Pattern, {"sort", "rule"})
_SETTLED = Field(description="examples and open case, settled before the wording")


class _Demonstrated(Worked):
    # A base of its own: notes first, then the examples, and the wording after them.
    formal: Pattern = _SETTLED


class PatternTask(_Demonstrated):
    """A new case to be treated like the examples."""

    instruction: str = Field(
        description="what the reader is asked to do with the open case, without the examples, the case and the options"
    )
    options: list[Option] = Field(default=[], description="the choices; empty if the answer form has none")
    key: list[str] = Field(
        default=[], description="the output of the open case, in the shape that the answer form prescribes"
    )
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")


def _drafts(formal: Any, *leave_out: str) -> Drafts:
    return drafts_of(narrowed(PatternTask, leave_out, formal=(formal, _SETTLED)), "PatternTasks", material="")


DRAFTS = _drafts(_Ruled)
NARROWER = {"ruled": _drafts(_Ruled, "options"), "shown": _drafts(_Shown, "options"), "shown_choice": _drafts(_Shown)}
"""For tasks without options; for those that no rule in operations stands behind; for choices of that kind."""
