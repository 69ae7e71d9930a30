"""Rules by example: what a rule makes of an input, whether it bears its examples out, and which other rules do.

Examples teach one rule only if no rule that is as simple fits them and answers the query in another way. The search for
such rivals is bounded: single steps, pairs of steps, and other conditions for the same cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tasks.kinds.pattern.contract import Case, Example, Pattern, Rule, Step, TestKind
from tasks.kinds.pattern.operations import KINDS, Unfit, applied, day, items, number

_MOST = 200
"""First steps of a chain after which the search gives up."""
_SMALL = (1, 2, 3, 4, 5)
_PARAMETERS: dict[str, tuple[float, ...]] = {
    "add": tuple(range(-30, 0)) + tuple(range(1, 31)),
    "multiply": (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0.5, -1),
    "divide": (3, 4, 5, 10),
    "subtract_from": (0, 9, 10, 20, 50, 99, 100, 1000),
    "remainder": tuple(range(2, 13)),
    "each_add": tuple(range(-12, 0)) + tuple(range(1, 13)),
    "each_multiply": (2, 3, 4, 5, 10, -1),
    "odd_places_add": tuple(range(-9, 0)) + tuple(range(1, 10)),
    "even_places_multiply": (2, 3, 4, 5, 10),
    "keep_above": tuple(range(1, 61)),
    "keep_below": tuple(range(1, 61)),
    "keep_longer": _SMALL,
    "shift_letters": tuple(range(1, 26)),
    "add_days": (*range(1, 41), 45, 60, 90, 100, *range(-30, 0)),
    "add_months": tuple(range(1, 13)),
    **{op: _SMALL for op in ("first", "last", "drop_first", "drop_last", "rotate", "repeat", "word", "item")},
}  # fmt: skip
_WORDED = frozenset({"replace", "delete", "prefix", "suffix", "vowels_to", "count", "join_with", "say"})
"""Operations with a text: their rivals take it from the stated rule."""


class IllPosed(Exception):
    """Examples or rule do not settle the query. `reason` is a word for the reject, `detail` quotes nothing."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def outcome(rule: Rule, value: str) -> str:
    """What the rule makes of an input; Unfit if none of its cases takes it or a step cannot be done."""
    for case in rule.cases:
        if case_holds(case, value):
            for step in case.steps:
                value = applied(step, value)
            return value
    raise Unfit("no case applies")


def case_holds(case: Case, value: str) -> bool:
    """Whether the case's condition holds of an input."""
    return _TESTS[case.when](value, case)


def output_by_rule(pattern: Pattern) -> str:
    """The query's output by the rule; IllPosed if the rule breaks on an example, or a rule as simple says otherwise."""
    rule = pattern.rule
    for place, example in enumerate(pattern.examples, 1):
        try:
            found = outcome(rule, example.input)
        except Unfit as why:
            raise IllPosed("rule_breaks", f"example {place}: {why}") from None
        if not same_output(found, example.output):
            raise IllPosed("rule_breaks", f"the rule does not give the output of example {place}")
    try:
        key = outcome(rule, pattern.query)
    except Unfit as why:
        raise IllPosed("rule_breaks", f"the query: {why}") from None
    if any(not same_output(other, key) for other in _rival_outputs(pattern)):
        raise IllPosed("ambiguous_rule", "a rule as simple fits all examples and gives another output")
    idle = [i for i in range(len(rule.cases)) if not any(_case(rule, e.input) == i for e in pattern.examples)]
    if idle and _case(rule, pattern.query) in idle:
        raise IllPosed("ambiguous_rule", "the query falls under a case that no example shows")
    return key


def same_output(one: str, other: str) -> bool:
    """Whether two outputs are the same to a reader: spaces, quotes and brackets around a list aside."""
    return _flat(one) == _flat(other)


def inferred(examples: list[Example], query: str, worded: Rule | None = None, longest: int = 2) -> str | None:
    """The output that every simplest rule of up to `longest` steps which fits gives the query; None if none or several do."""
    values = [query, *(example.input for example in examples)]
    for length in range(1, longest + 1):
        found: set[str] = set()
        for kind in ("date", "number", "list", "text"):
            if all(_is(kind, value) for value in values):
                found |= {_flat(v) for v in _chained(kind, length, _texts(worded), examples, query)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _rival_outputs(pattern: Pattern) -> Iterator[str]:
    """What rules as simple as the pattern's make of the query, where they fit all examples."""
    rule, examples, query = pattern.rule, pattern.examples, pattern.query
    longest = max((len(case.steps) for case in rule.cases), default=0) if len(rule.cases) < 2 else 1
    for length in range(1, min(longest, 2) + 1):
        yield from _chained(rule.kind, length, _texts(rule), examples, query)
    for place, case in enumerate(rule.cases[:-1]):
        for when, n in _conditions(rule.kind, case):
            other = case.model_copy(update={"when": when, "n": n})
            rival = rule.model_copy(update={"cases": [*rule.cases[:place], other, *rule.cases[place + 1 :]]})
            if _fits(rival, examples) and (found := _tried(rival, query)) is not None:
                yield found


def _chained(
    kind: str, length: int, texts: list[tuple[str, str, str]], examples: list[Example], query: str
) -> Iterator[str]:
    """The query's outputs by all chains of one or two steps that fit the examples."""
    wanted = [_flat(example.output) for example in examples]
    steps = list(_steps(kind, texts))
    starts = [*(example.input for example in examples), query]
    if length == 1:
        yield from _by_one(steps, starts, wanted)
        return
    # What two first steps make alike need not be gone into twice.
    between = {made: None for step in steps if _small(step) and (made := _all(step, starts))}
    # A step may leave a value of another kind: a number, most often.
    second = [s for s in (steps if kind == "number" else [*steps, *_steps("number", [])]) if _small(s)]
    for _, values in zip(range(_MOST), between, strict=False):
        yield from _by_one(second, list(values), wanted)


def _by_one(steps: list[Step], values: list[str], wanted: list[str]) -> Iterator[str]:
    for step in steps:
        if _one(step, values[0]) == wanted[0] and all(
            _one(step, v) == w for v, w in zip(values[1:], wanted[1:], strict=False)
        ):
            found = _one(step, values[-1])
            if found is not None:
                yield found


def _one(step: Step, value: str) -> str | None:
    try:
        return _flat(applied(step, value))
    except (Unfit, OverflowError, ValueError):
        return None


def _all(step: Step, values: list[str]) -> tuple[str, ...] | None:
    made = tuple(_one(step, value) for value in values)
    return None if None in made else tuple(str(value) for value in made)


def _small(step: Step) -> bool:
    most = {"add": 12, "add_days": 30, "each_add": 5, "odd_places_add": 5, "keep_above": 12, "keep_below": 12}
    return abs(step.n) <= most.get(step.op, 1000)


def _steps(kind: str, texts: list[tuple[str, str, str]]) -> Iterator[Step]:
    for op in sorted(KINDS.get(kind, ())):
        if op in _WORDED:
            yield from (_step(op, 0, text, other) for name, text, other in texts if name == op)
        else:
            yield from (_step(op, n) for n in _PARAMETERS.get(op, (0,)))


def _step(op: str, n: float, text: str = "", other: str = "") -> Step:
    # Built tens of thousands of times from our own tables: nothing to validate.
    return Step.model_construct(op=op, n=n, text=text, other=other)  # type: ignore[arg-type]


def _texts(rule: Rule | None) -> list[tuple[str, str, str]]:
    steps = [step for case in rule.cases for step in case.steps] if rule else []
    return [(step.op, step.text, step.other) for step in steps if step.op in _WORDED]


def _conditions(kind: str, case: Case) -> list[tuple[TestKind, float]]:
    """Other conditions that a reader may see in place of a case's."""
    around = [case.n + d for d in range(-8, 9) if case.n + d > 0] or [float(n) for n in range(1, 13)]
    found: dict[str, list[tuple[TestKind, float]]] = {
        "number": [
            *(("even", 0.0), ("odd", 0.0)),
            *(("multiple_of", float(n)) for n in range(3, 13)),
            *(("above", n) for n in around),
            *(("below", n) for n in around),
        ],
        "text": [
            *(("starts_with_vowel", 0.0), ("has_double_letter", 0.0)),
            *(("longer_than", float(n)) for n in range(2, 13)),
            *((("starts_with", 0.0), ("ends_with", 0.0), ("contains", 0.0)) if case.text else ()),
        ],
        "list": [("sum_even", 0.0), *(("more_items_than", float(n)) for n in range(1, 9))],
        "date": [("weekend", 0.0), *(("month_is", float(n)) for n in range(1, 13))],
    }
    return found.get(kind, [])


def _fits(rule: Rule, examples: list[Example]) -> bool:
    return all((found := _tried(rule, e.input)) is not None and same_output(found, e.output) for e in examples)


def _tried(rule: Rule, value: str) -> str | None:
    try:
        return outcome(rule, value)
    except (Unfit, OverflowError, ValueError):
        return None


def _case(rule: Rule, value: str) -> int:
    return next((i for i, case in enumerate(rule.cases) if case_holds(case, value)), -1)


def _is(kind: str, value: str) -> bool:
    try:
        if kind == "number":
            number(value)
        elif kind == "date":
            day(value)
        elif kind == "list":
            return len(items(value)) > 1
        return True
    except Unfit:
        return False


def _flat(value: str) -> str:
    if value.isalnum():
        return value
    said = " ".join(value.split()).strip("\"'`“”")
    said = said[1:-1] if len(said) > 1 and said[0] + said[-1] in ("[]", "()") else said
    return re.sub(r"\s*,\s*", ", ", said.strip())


def _numeric(test: Callable[[int | float, Case], bool]) -> Callable[[str, Case], bool]:
    def holds_of(value: str, case: Case) -> bool:
        found = number(value)
        return test(int(found) if found.denominator == 1 else float(found), case)

    return holds_of


_TESTS: dict[str, Callable[[str, Case], bool]] = {
    "always": lambda v, c: True,
    "even": _numeric(lambda x, c: x % 2 == 0),
    "odd": _numeric(lambda x, c: x % 2 == 1),
    "multiple_of": _numeric(lambda x, c: c.n > 0 and x % c.n == 0),
    "above": _numeric(lambda x, c: x > c.n),
    "below": _numeric(lambda x, c: x < c.n),
    "longer_than": lambda v, c: len(v) > c.n,
    "starts_with": lambda v, c: v.startswith(c.text),
    "ends_with": lambda v, c: v.endswith(c.text),
    "contains": lambda v, c: c.text in v,
    "starts_with_vowel": lambda v, c: v[:1].lower() in set("aeiou"),
    "has_double_letter": lambda v, c: re.search(r"([A-Za-z])\1", v) is not None,
    "month_is": lambda v, c: day(v).month == c.n,
    "weekend": lambda v, c: day(v).weekday() > 4,
    "more_items_than": lambda v, c: len(items(v)) > c.n,
    "sum_even": lambda v, c: sum(number(x) for x in items(v)) % 2 == 0,
}
