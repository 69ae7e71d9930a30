"""Statements and rules of an arrangement as tests that run over assignments, with the variables they look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.kinds.puzzle.arrangement import Arrangement, Attribute, Rule, Statement

World = Sequence[Sequence[int]]
"""Attribute -> thing -> place of its value, -1 while it is open."""
_Test = Callable[[World], bool]
Term = Callable[[World], int]


class IllPosed(ValueError):
    """The data are no puzzle: `reason` is a snake_case word, `detail` says what is wrong and quotes no text."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Condition:
    """A rule as a test, with the pairs (attribute, thing) that must be settled before it can be run."""

    test: _Test
    scope: frozenset[tuple[int, int]]


class Vocabulary:
    """The names of an arrangement, found again in whatever case they are written."""

    def __init__(self, arrangement: Arrangement) -> None:
        self.things = [folded(t) for t in arrangement.things]
        self.attributes = arrangement.attributes
        self.names = [folded(a.name) for a in arrangement.attributes]
        self.values = [[folded(v) for v in a.values] for a in arrangement.attributes]

    def attribute(self, name: str, values: Sequence[str] = ()) -> int:
        """The attribute of this name; where none is named the one that has the values."""
        if name and folded(name) in self.names:
            return self.names.index(folded(name))
        fitting = [i for i, known in enumerate(self.values) if values and all(folded(v) in known for v in values)]
        if len(self.names) == 1 or len(fitting) == 1:
            return fitting[0] if fitting else 0
        raise IllPosed("unknown_name", "a statement names no attribute of the puzzle")

    def value(self, attribute: int, name: str) -> int:
        if folded(name) not in self.values[attribute]:
            raise IllPosed("unknown_name", "a statement names a value that its attribute does not have")
        return self.values[attribute].index(folded(name))

    def thing(self, name: str) -> int | None:
        return self.things.index(folded(name)) if folded(name) in self.things else None

    def term(self, name: str, attribute: int) -> tuple[Term, frozenset[tuple[int, int]]]:
        """The place that a thing, named by itself or by what it has, takes in the attribute; with what must be known for it."""
        if (thing := self.thing(name)) is not None:
            return (lambda world: world[attribute][thing]), frozenset({(attribute, thing)})
        other, _, value = name.partition("=")
        if not value:
            raise IllPosed("unknown_name", "a statement names a thing that is not part of the puzzle")
        owner = self.attribute(other.strip(), [value.strip()])
        wanted = self.value(owner, value.strip())
        if not self.attributes[owner].distinct:
            raise IllPosed("unknown_name", "a thing is named by a value that several things may have")

        def found(world: World) -> int:
            return world[attribute][world[owner].index(wanted)] if wanted in world[owner] else -1

        return found, frozenset((a, t) for a in (owner, attribute) for t in range(len(self.things)))


def condition(rule: Rule, names: Vocabulary) -> Condition:
    """The rule as a test over complete assignments of its scope."""
    first, scope = _all(rule.first, names)
    second, other = _all(rule.second, names)
    if not rule.first or (rule.form in {"if", "iff", "or", "either"} and not rule.second):
        raise IllPosed("empty_rule", "a rule lacks one of its sides")
    joined: dict[str, _Test] = {
        "plain": first,
        "not": lambda world: not first(world),
        "if": lambda world: not first(world) or second(world),
        "iff": lambda world: first(world) == second(world),
        "or": lambda world: first(world) or second(world),
        "either": lambda world: first(world) != second(world),
    }
    return Condition(joined[rule.form], scope | other)


def _all(statements: list[Statement], names: Vocabulary) -> tuple[_Test, frozenset[tuple[int, int]]]:
    parts = [_statement(s, names) for s in statements]
    tests = [test for test, _ in parts]
    return (lambda world: all(test(world) for test in tests)), frozenset().union(*(scope for _, scope in parts))


def _statement(said: Statement, names: Vocabulary) -> tuple[_Test, frozenset[tuple[int, int]]]:
    at = names.attribute(said.attribute, said.values)
    values = frozenset(names.value(at, v) for v in said.values)
    everything = said.things or (list(names.things) if said.kind in _COUNTS else [])
    terms = [names.term(t, at) for t in everything]
    scope = frozenset[tuple[int, int]]().union(*(scope for _, scope in terms))
    places = [term for term, _ in terms]
    if not _fits(said, len(places)):
        raise IllPosed("empty_rule", f"a statement {said.kind} lacks things or values")
    if said.kind in _COUNTS:
        compare, number = _COUNTS[said.kind], said.number
        return (lambda world: compare(sum(place(world) in values for place in places), number)), scope
    if said.kind in {"is", "is_not"}:
        wanted = said.kind == "is"
        return (lambda world: all((place(world) in values) is wanted for place in places)), scope
    relation = _RELATIONS[said.kind](names.attributes[at], said.number)
    return (lambda world: relation([place(world) for place in places])), scope


def _fits(said: Statement, count: int) -> bool:
    if said.kind in _COUNTS or said.kind in {"is", "is_not"}:
        return count > 0 and bool(said.values)
    return count == 3 if said.kind == "between" else count >= 2


_COUNTS: dict[str, Callable[[int, int], bool]] = {
    "exactly": lambda found, number: found == number,
    "at_least": lambda found, number: found >= number,
    "at_most": lambda found, number: found <= number,
}


def _gap(attribute: Attribute, a: int, b: int) -> int:
    straight = abs(a - b)
    return min(straight, len(attribute.values) - straight) if attribute.circular else straight


def _in_turn(p: list[int], test: Callable[[int, int], bool]) -> bool:
    return all(test(a, b) for a, b in pairwise(p))


_RELATIONS: dict[str, Callable[[Attribute, int], Callable[[list[int]], bool]]] = {
    "before": lambda a, n: lambda p: _in_turn(p, lambda x, y: x < y),
    "just_before": lambda a, n: (
        lambda p: _in_turn(p, lambda x, y: (x + 1) % len(a.values) == y if a.circular else x + 1 == y)
    ),
    "next_to": lambda a, n: lambda p: _in_turn(p, lambda x, y: _gap(a, x, y) == 1),
    "apart": lambda a, n: lambda p: _in_turn(p, lambda x, y: _gap(a, x, y) != 1),
    "apart_by": lambda a, n: lambda p: _in_turn(p, lambda x, y: _gap(a, x, y) == n),
    "opposite": lambda a, n: lambda p: _in_turn(p, lambda x, y: 2 * _gap(a, x, y) == len(a.values)),
    "between": lambda a, n: lambda p: min(p[1:]) < p[0] < max(p[1:]),
    "same": lambda a, n: lambda p: len(set(p)) == 1,
    "different": lambda a, n: lambda p: len(set(p)) == len(p),
}


def folded(name: str) -> str:
    """A name without case and idle white space."""
    return " ".join(name.casefold().split())
