"""Rules that the offline author can show by example: drawn operations, inputs from the material, reasons in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tasks.kinds.pattern.contract import Case, Example, Pattern, Rule, Step
from tasks.kinds.pattern.operations import Unfit, applied, items
from tasks.kinds.pattern.rules import case_holds
from tasks.offline.passage import STOP, Passage

_SAYS = {
    "add": "{n} is added", "multiply": "it is multiplied by {n}", "digit_sum": "its digits are added up",
    "reverse_digits": "its digits are read backwards", "remainder": "the remainder of a division by {n} is taken",
    "reverse": "the letters are read backwards", "upper": "all letters become capitals",
    "rotate": "the first {n} letters go to the end", "drop_last": "the last {n} letters go",
    "drop_first": "the first {n} letters go", "swap_ends": "the outer letters change places",
    "double_letters": "every letter is doubled", "length": "its letters are counted",
    "suffix": "“{text}” goes behind it", "prefix": "“{text}” goes before it", "sort": "the members are sorted",
    "reverse_items": "the members are read backwards", "each_add": "{n} is added to each member",
    "each_multiply": "each member is multiplied by {n}", "sum": "the members are added up",
    "running_total": "each member becomes the sum so far", "largest": "the largest member is taken",
    "keep_even": "the even members stay", "odd_places_add": "{n} is added at places 1, 3, 5",
    "even_places_multiply": "places 2, 4, 6 are multiplied by {n}",
    "differences": "each member is taken from the next one", "add_days": "{n} days pass",
    "weekday": "the day of the week is named", "dotted": "it is written with dots",
    "long_date": "the month is written out", "month_end": "the month's last day is taken", "say": "that makes “{text}”",
    "item": "member number {n} is taken", "how_many": "the members are counted",
    "join_with": "the words are joined by “{text}”", "reverse_words": "the words change their order",
    "acronym": "first letters are taken",
}  # fmt: skip
_WHEN = {
    "even": "it is even", "above": "it is above {n}", "multiple_of": "{n} divides it",
    "longer_than": "it has more than {n} letters", "starts_with_vowel": "it begins with a vowel",
    "has_double_letter": "it has a double letter", "weekend": "it is on a weekend", "sum_even": "its sum is even",
    "more_items_than": "it has more than {n} members",
}  # fmt: skip
_LABELS = (("green", "grey"), ("foo", "bar"), ("keep", "pass"), ("1", "0"), ("north", "south"), ("K", "M"))
Draw = Callable[[Random], list[Step]]


@dataclass(frozen=True)
class RuleKind:
    """One sort of rule: the kind of input that it takes, and how its steps are drawn."""

    kind: str
    steps: Draw
    cases: str = ""
    """`labels`: two labels by one condition; `exception`: another step under one condition."""


def _one(*choices: tuple[str, float]) -> Draw:
    def draw_one(draw: Random) -> list[Step]:
        op, n = draw.choice(choices)
        return [Step.model_validate({"op": op, "n": n})]

    return draw_one


def _two(first: Draw, second: Draw) -> Draw:
    return lambda draw: [*first(draw), *second(draw)]


_ADD = _one(*(("add", float(n)) for n in (3, 4, 5, 7, 8, 11, 12)))
_TIMES = _one(*(("multiply", float(n)) for n in (2, 3, 4, 5)))
_SHAPE = _one(
    ("reverse", 0),
    ("rotate", 1),
    ("rotate", 2),
    ("swap_ends", 0),
    ("drop_last", 1),
    ("drop_first", 1),
    ("double_letters", 0),
)
_UPPER = _one(("upper", 0))
_LISTS = _one(
    ("sort", 0), ("reverse_items", 0), ("running_total", 0), ("differences", 0), ("each_add", 3), ("each_multiply", 2)
)
_DATES = _one(*(("add_days", float(n)) for n in (3, 5, 7, 10, 14, 30)))
_WRITES = _one(("dotted", 0), ("long_date", 0), ("weekday", 0))


def _tag(draw: Random) -> list[Step]:
    return [
        Step.model_validate(
            {"op": draw.choice(("suffix", "prefix")), "text": draw.choice(("ka", "-lo", "mi", "+", "en"))}
        )
    ]


KINDS = {
    "number": RuleKind("number", _two(_TIMES, _ADD)),
    "digits": RuleKind("number", _two(_one(("digit_sum", 0), ("reverse_digits", 0)), _ADD)),
    "plain_number": RuleKind("number", _ADD),
    "text": RuleKind("text", _two(_SHAPE, _UPPER)),
    "tagged": RuleKind("text", _two(_SHAPE, _tag)),
    "list": RuleKind("list", _LISTS),
    "places": RuleKind("list", _two(_one(("odd_places_add", 5)), _one(("even_places_multiply", 3)))),
    "date": RuleKind("date", _two(_DATES, _WRITES)),
    "labels_number": RuleKind("number", _ADD, "labels"),
    "labels_text": RuleKind("text", _SHAPE, "labels"),
    "exception": RuleKind("number", _ADD, "exception"),
}


def rule_of(kind: RuleKind, draw: Random) -> Rule:
    """A drawn rule of this sort."""
    if not kind.cases:
        return Rule.model_validate({"kind": kind.kind, "cases": [Case(steps=kind.steps(draw))]})
    numeric = kind.kind == "number"
    when, n = draw.choice(
        (("even", 0), ("above", 40), ("multiple_of", 3)) if numeric else (("longer_than", 6), ("starts_with_vowel", 0))
    )
    labels = draw.sample(draw.choice(_LABELS), 2)
    branches = (
        [[Step(op="say", text=label)] for label in labels]
        if kind.cases == "labels"
        else [kind.steps(draw), _TIMES(draw)]
    )
    first = Case.model_validate({"when": when, "n": n, "steps": branches[0]})
    return Rule.model_validate({"kind": kind.kind, "cases": [first, Case(steps=branches[1])]})


def inputs(kind: RuleKind, passage: str, draw: Random, count: int) -> list[str]:
    """Distinct inputs: words and figures of the material first, drawn ones where it has too few."""
    text = Passage(passage)
    if kind.kind == "text":
        words = [w for w in text.content if re.fullmatch(r"[a-z]{4,10}", w) and w not in STOP]
        found = list(dict.fromkeys(words))
        return draw.sample(found, count) if len(found) >= count else []
    if kind.kind == "number":
        told = [m for m in re.findall(r"(?<![\d.,])\d{2,3}(?![\d.,])", passage) if m[0] != "0"]
        more = [str(n) for n in draw.sample(range(11, 99), 30)]
        return list(dict.fromkeys([*draw.sample(told, min(2, len(told))), *more]))[:count]
    if kind.kind == "list":
        return [", ".join(str(draw.randint(2, 20)) for _ in range(draw.choice((4, 5)))) for _ in range(count)]
    return [f"{draw.randint(1995, 2029)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}" for _ in range(count)]


def reasoned(rule: Rule, value: str) -> tuple[str, str]:
    """The steps from an input to its output in words, and the output."""
    case = next(c for c in rule.cases if case_holds(c, value))
    told = []
    if len(rule.cases) > 1:
        first = rule.cases[0]
        known = _WHEN[first.when].format(n=f"{first.n:g}")
        told.append(f"Look whether {known}: {'yes' if case is first else 'no'}")
    for step in case.steps:
        value = applied(step, value)
        told.append(f"{_SAYS[step.op].format(n=f'{step.n:g}', text=step.text)}: {value}")
    return "; ".join(told)[0].upper() + "; ".join(told)[1:] + ".", value


def pattern_of(kind: RuleKind, passage: str, draw: Random, reasons: bool) -> Pattern | None:
    """A rule with examples and a query; None if the drawn inputs do not suit it."""
    rule = rule_of(kind, draw)
    values = inputs(kind, passage, draw, draw.choice((5, 6)) + 1 + 2 * bool(kind.cases))
    try:
        examples = [
            Example(input=v, reasoning=why if reasons else "", output=out)
            for v in values
            for why, out in [reasoned(rule, v)]
        ]
    except (Unfit, KeyError):
        return None
    if len(examples) < 4 or (kind.kind == "list" and any(len(items(v)) < 4 for v in values)):
        return None
    return Pattern(rule=rule, examples=examples[:-1], query=examples[-1].input)
