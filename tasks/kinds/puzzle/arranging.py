"""All arrangements that a set of rules allows: backtracking, with each rule tried as soon as it can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.kinds.puzzle.arrangement import Arrangement, Rule
from tasks.kinds.puzzle.statements import Condition, IllPosed, Vocabulary, condition

_STATES = 200_000
"""Partial assignments that a search may look at."""
_MOST = 20_000
"""Solutions that are worth listing; a puzzle with more is hardly constrained."""

Solution = tuple[tuple[int, ...], ...]
"""Attribute -> thing -> place of its value."""


def solutions(arrangement: Arrangement, rules: Sequence[Rule], enough: int = 0) -> list[Solution]:
    """Every assignment of values to things that meets the rules, or the first `enough` of them.

    :raises IllPosed: the data are no puzzle, or too large a one.
    """
    _sized(arrangement)
    names = Vocabulary(arrangement)
    conditions = [condition(rule, names) for rule in rules]
    found: list[Solution] = []
    for world in _search(arrangement, conditions):
        found.append(world)
        if len(found) == enough:
            break
        if len(found) > _MOST:
            raise IllPosed("too_large", f"more than {_MOST:,} arrangements")
    return found


def _sized(arrangement: Arrangement) -> None:
    if not 2 <= len(arrangement.things) <= 12 or not 1 <= len(arrangement.attributes) <= 4:
        raise IllPosed("malformed", "two to twelve things and one to four attributes are wanted")
    for attribute in arrangement.attributes:
        if not 2 <= len(attribute.values) <= 24:
            raise IllPosed("malformed", "an attribute has fewer than two values or more than 24")
        most = 1 if attribute.distinct else attribute.at_most
        if most and most * len(attribute.values) < len(arrangement.things):
            raise IllPosed("no_solution", "the values have too little room for the things")
    names = Vocabulary(arrangement)
    for group in (names.things, names.names, *names.values):
        if len(set(group)) < len(group):
            raise IllPosed("malformed", "a name stands twice")


def _search(arrangement: Arrangement, conditions: Sequence[Condition]) -> Iterator[Solution]:
    things = len(arrangement.things)
    variables = [(a, t) for a in range(len(arrangement.attributes)) for t in range(things)]
    place = {variable: number for number, variable in enumerate(variables)}
    due: list[list[Condition]] = [[] for _ in variables]
    for wanted in conditions:
        due[max(place[v] for v in wanted.scope)].append(wanted)
    world = [[-1] * things for _ in arrangement.attributes]
    sizes = [range(len(a.values)) for a in arrangement.attributes]
    most = [1 if a.distinct else a.at_most or things for a in arrangement.attributes]
    least = [a.at_least for a in arrangement.attributes]
    left = _STATES

    def descend(at: int) -> Iterator[Solution]:
        nonlocal left
        if at == len(variables):
            yield tuple(tuple(row) for row in world)
            return
        a, t = variables[at]
        row = world[a]
        for value in sizes[a]:
            if row.count(value) >= most[a]:
                continue
            left -= 1
            if left < 0:
                raise IllPosed("too_large", f"more than {_STATES:,} states")
            row[t] = value
            filled = t < things - 1 or all(row.count(v) >= least[a] for v in sizes[a])
            if filled and all(wanted.test(world) for wanted in due[at]):
                yield from descend(at + 1)
            row[t] = -1

    return descend(0)
