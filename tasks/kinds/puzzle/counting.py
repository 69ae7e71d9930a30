"""Puzzles in whole numbers and sequences: every combination within the ranges is tried, every shown term gone over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tasks.kinds.puzzle.contract import Numbers, Sequence
from tasks.kinds.puzzle.expressions import Value, comparison, expression
from tasks.kinds.puzzle.statements import IllPosed

_STATES = 300_000
"""Partial combinations that a search may look at."""


def solve_numbers(puzzle: Numbers) -> str:
    """The number asked for; raises IllPosed where there is no solution, or more than one answer."""
    names = [u.name for u in puzzle.unknowns]
    if not 1 <= len(names) <= 8 or len(set(names)) < len(names) or any(u.low > u.high for u in puzzle.unknowns):
        raise IllPosed("malformed", "one to eight unknowns with ranges are wanted")
    evaluate, used = expression(puzzle.asks) if puzzle.wants != "count" else ((lambda values: 0), frozenset[str]())
    if not used <= set(names):
        raise IllPosed("unknown_name", "the question names an unknown that is not there")
    found: set[Value] = set()
    count = 0
    for values in _combinations(puzzle):
        count += 1
        found.add(evaluate(values))
    if puzzle.wants == "count":
        return str(count)
    if not found:
        raise IllPosed("no_solution", "no numbers meet the conditions")
    if puzzle.wants == "value" and len(found) > 1:
        raise IllPosed("several_answers", f"{len(found)} values are possible")
    return written(min(found) if puzzle.wants == "smallest" else max(found))


def _combinations(puzzle: Numbers) -> Iterator[Mapping[str, int]]:
    unknowns = puzzle.unknowns
    place = {u.name: i for i, u in enumerate(unknowns)}
    due: list[list[Callable[[Mapping[str, int]], bool]]] = [[] for _ in unknowns]
    for text in puzzle.conditions:
        test, used = comparison(text)
        if not used or not used <= place.keys():
            raise IllPosed("unknown_name", "a condition names no unknown, or one that is not there")
        due[max(place[name] for name in used)].append(test)
    values: dict[str, int] = {}
    left = _STATES

    def descend(at: int) -> Iterator[Mapping[str, int]]:
        nonlocal left
        if at == len(unknowns):
            yield values
            return
        unknown = unknowns[at]
        for value in range(unknown.low, unknown.high + 1):
            left -= 1
            if left < 0:
                raise IllPosed("too_large", f"more than {_STATES:,} combinations")
            if puzzle.distinct and value in values.values():
                continue
            values[unknown.name] = value
            if all(test(values) for test in due[at]):
                yield from descend(at + 1)
            del values[unknown.name]

    return descend(0)


def continued(puzzle: Sequence) -> str:
    """The term asked for; raises IllPosed where the rule does not give the terms shown."""
    terms = puzzle.terms
    if len(terms) < 4 or not 1 <= puzzle.place <= len(terms) + 3:
        raise IllPosed("malformed", "four terms and a place near them are wanted")
    evaluate, used = expression(puzzle.rule)
    if not used or not used <= {"n", "p", "q"}:
        raise IllPosed("malformed", "the rule of a sequence is an expression in n, p and q")
    back = 2 if "q" in used else 1 if "p" in used else 0
    made: list[int] = list(terms[:back])
    for n in range(back + 1, max(len(terms), puzzle.place) + 1):
        before = made[-1] if made else 0
        value = evaluate({"n": n, "p": before, "q": made[-2] if len(made) > 1 else 0})
        if value.denominator != 1 or (n <= len(terms) and value != terms[n - 1]):
            raise IllPosed("no_solution", f"the rule does not give term {n}")
        made.append(int(value))
    return str(made[puzzle.place - 1])


def written(value: Value) -> str:
    """A number as a key: digits, or a fraction in lowest terms."""
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
