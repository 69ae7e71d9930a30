"""What the question of an arrangement comes to, once all arrangements are known: its key in the asked form."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from tasks.kinds.puzzle.arrangement import Arrangement, Choice, Rule
from tasks.kinds.puzzle.arranging import Solution, solutions
from tasks.kinds.puzzle.statements import IllPosed, Vocabulary, condition, folded

_MOST_BLAMED = 12
"""Rules among which one that contradicts the others is looked for."""
_WITHOUT = {"which_rule_idle", "which_rule_clashes"}
_FIGURES = {"how_many_arrangements", "how_many_values", "most", "fewest"}


@dataclass(frozen=True)
class Case:
    """An arrangement with what its rules, and what the question adds to them, allow."""

    puzzle: Arrangement
    found: list[Solution]

    @property
    def names(self) -> Vocabulary:
        return Vocabulary(self.puzzle)

    @property
    def attribute(self) -> int:
        return self.names.attribute(self.puzzle.attribute, [self.puzzle.about] if self.puzzle.about else ())

    def values_of(self, thing: str, found: Sequence[Solution]) -> list[str]:
        """The values that the thing takes in these solutions, in the attribute's order."""
        term, _ = self.names.term(thing, self.attribute)
        taken = {term(world) for world in found}
        return [v for place, v in enumerate(self.puzzle.attributes[self.attribute].values) if place in taken]

    def things_with(self, value: str) -> list[str]:
        place = self.names.value(self.attribute, value)
        taken = {t for world in self.found for t, v in enumerate(world[self.attribute]) if v == place}
        return [thing for t, thing in enumerate(self.puzzle.things) if t in taken]


def answered(puzzle: Arrangement, form: str, options: list[str]) -> list[str]:
    """The key in the answer form, the options taken in the order given; for `option` they are the texts of the choices.

    :raises IllPosed: the rules exclude everything or one of them excludes nothing, or there is not exactly one answer.
    """
    if puzzle.asks in _WITHOUT:
        return _odd_rule(puzzle, options)
    base = _needed(puzzle, puzzle.rules)
    case = Case(puzzle, base if puzzle.asks == "sufficiency" else _supposed(puzzle, base))
    return _in_form(case, form, options)


def _needed(puzzle: Arrangement, rules: list[Rule]) -> list[Solution]:
    """What the rules allow, where that is something and none of them is idle."""
    base = solutions(puzzle, rules)
    if not base:
        raise IllPosed("no_solution", f"the rules exclude every arrangement{_blamed(puzzle, rules)}")
    for number in range(len(rules)):
        if len(solutions(puzzle, [*rules[:number], *rules[number + 1 :]], len(base) + 1)) == len(base):
            raise IllPosed("idle_rule", f"rule {number + 1} excludes nothing that the others allow")
    return base


def _blamed(puzzle: Arrangement, rules: list[Rule]) -> str:
    """The rules without any one of which the others would leave something, as their author is told of them."""
    numbers = range(len(rules)) if len(rules) <= _MOST_BLAMED else ()
    try:
        found = [str(n + 1) for n in numbers if solutions(puzzle, [*rules[:n], *rules[n + 1 :]], 1)]
    except IllPosed:  # too much is left to look through
        return ""
    return f"; without rule {' or rule '.join(found)} some would be left" if found else "; no single rule is to blame"


def _odd_rule(puzzle: Arrangement, options: list[str]) -> list[str]:
    """The key of a question for one rule of the set; the others are all needed."""
    fits = _without(puzzle)
    key = _chosen(puzzle, options, fits)
    for choice in puzzle.choices:
        if fits(choice):
            _needed(puzzle, [*puzzle.rules[: choice.number - 1], *puzzle.rules[choice.number :]])
    return key


def _supposed(puzzle: Arrangement, base: list[Solution]) -> list[Solution]:
    if not puzzle.added:
        return base
    found = solutions(puzzle, [*puzzle.rules, *puzzle.added])
    if not found:
        raise IllPosed("no_solution", "what the question supposes contradicts the rules")
    if len(found) == len(base):
        raise IllPosed("idle_rule", "what the question supposes follows from the rules")
    return found


def _in_form(case: Case, form: str, options: list[str]) -> list[str]:
    asks = case.puzzle.asks
    if form == "option":
        return _chosen(case.puzzle, options, _fitting(case))
    if form == "truth" and asks in {"must", "could", "cannot", "follows"} and case.puzzle.choices:
        return ["true" if _fitting(case)(case.puzzle.choices[0]) else "false"]
    if form == "number" and asks in {*_FIGURES, "value"}:
        return [str(_figure(case))] if asks in _FIGURES else [_only(case)]
    if form == "span" and asks in {"value", "possible_things"}:
        return [_only(case)]
    if form == "set" and asks in {"possible_values", "possible_things"}:
        members = _members(case)
        if len(members) < 2:
            raise IllPosed("single_member", "the list asked for has one member")
        return members
    if form in {"order", "matching"} and asks == "arrangement":
        return _order(case, options) if form == "order" else _pairs(case, options)
    raise IllPosed("wrong_form", f"the question {asks} has no answer in the form {form}")


def _chosen(puzzle: Arrangement, options: list[str], fits: Callable[[Choice], bool]) -> list[str]:
    """The letter of the one choice that fits."""
    right = {folded(choice.words) for choice in puzzle.choices if fits(choice)}
    letters = [letter for letter, text in zip(ascii_uppercase, options, strict=False) if folded(text) in right]
    if len(letters) != 1:
        raise IllPosed("several_right_options" if letters else "no_right_option", f"{len(letters)} choices fit")
    return letters


def _fitting(case: Case) -> Callable[[Choice], bool]:
    """Whether a choice is what the question asks for."""
    puzzle, found = case.puzzle, case.found
    asks = puzzle.asks
    if asks in {"possible_values", "possible_things", "value"}:
        wanted = {folded(m) for m in ([_only(case)] if asks == "value" else _members(case))}
        return lambda choice: {folded(m) for m in choice.members} == wanted
    if asks in _FIGURES:
        figure = _figure(case)
        return lambda choice: choice.number == figure
    if asks == "sufficiency":
        tag = _sufficiency(case)
        return lambda choice: [folded(m) for m in choice.members] == [tag]
    if asks == "same_effect":
        return _same_effect(case)

    def holds_in(choice: Choice) -> int:
        test = condition(choice, case.names).test
        return sum(test(world) for world in found)

    verdicts: dict[str, Callable[[int], bool]] = {
        "must": lambda count: count == len(found),
        "follows": lambda count: count == len(found),
        "could": lambda count: count > 0,
        "arrangement": lambda count: count > 0,
        "cannot": lambda count: count == 0,
        "fixes_all": lambda count: count == 1,
    }
    if asks not in verdicts:
        raise IllPosed("wrong_form", f"the question {asks} offers no choices")
    return lambda choice: verdicts[asks](holds_in(choice))


def _same_effect(case: Case) -> Callable[[Choice], bool]:
    puzzle = case.puzzle
    if not 1 <= puzzle.rule <= len(puzzle.rules):
        raise IllPosed("malformed", "the rule to be replaced is not named")
    others = [*puzzle.rules[: puzzle.rule - 1], *puzzle.rules[puzzle.rule :]]
    loose = solutions(puzzle, others)

    def same(choice: Choice) -> bool:
        test = condition(choice, case.names).test
        return [world for world in loose if test(world)] == case.found

    return same


def _without(puzzle: Arrangement) -> Callable[[Choice], bool]:
    """The choice whose rule is the odd one: without it nothing changes, or without it there is a solution at last."""
    base = len(solutions(puzzle, puzzle.rules))
    clash = puzzle.asks == "which_rule_clashes"
    if bool(base) is clash:
        raise IllPosed("malformed", "the rules agree" if clash else "the rules exclude every arrangement")

    def odd(choice: Choice) -> bool:
        if not 1 <= choice.number <= len(puzzle.rules):
            raise IllPosed("malformed", "a choice names no rule")
        left = len(solutions(puzzle, [*puzzle.rules[: choice.number - 1], *puzzle.rules[choice.number :]], base + 1))
        return left > 0 if clash else left == base

    return odd


def _sufficiency(case: Case) -> str:
    puzzle = case.puzzle
    if len(puzzle.added) != 2:
        raise IllPosed("malformed", "two added statements are wanted")

    def settles(*added: int) -> bool:
        found = solutions(puzzle, [*puzzle.rules, *(puzzle.added[i] for i in added)])
        if not found:
            raise IllPosed("no_solution", "an added statement contradicts the rules")
        if added and len(found) == len(case.found):
            raise IllPosed("idle_rule", "an added statement follows from the rules")
        return len(case.values_of(puzzle.about, found)) == 1

    if settles():
        raise IllPosed("idle_rule", "the rules alone settle the question")
    first, second, both = settles(0), settles(1), settles(0, 1)
    if first or second:
        return "each" if first and second else "first" if first else "second"
    return "together" if both else "neither"


def _only(case: Case) -> str:
    """The one value of what the question is about, or the one thing that has the value."""
    found = _members(case)
    if len(found) != 1:
        raise IllPosed("several_answers", f"{len(found)} answers are possible")
    return found[0]


def _members(case: Case) -> list[str]:
    about = case.puzzle.about
    return case.things_with(about) if case.puzzle.asks == "possible_things" else case.values_of(about, case.found)


def _figure(case: Case) -> int:
    asks = case.puzzle.asks
    if asks == "how_many_arrangements":
        return len(case.found)
    if asks == "how_many_values":
        return len(case.values_of(case.puzzle.about, case.found))
    place = case.names.value(case.attribute, case.puzzle.about)
    counts = [world[case.attribute].count(place) for world in case.found]
    return max(counts) if asks == "most" else min(counts)


def _order(case: Case, options: list[str]) -> list[str]:
    things = [case.names.thing(option) for option in options]
    if None in things or len(options) < 3:
        raise IllPosed("unknown_name", "the items to order are not the things of the puzzle")
    rows = [[world[case.attribute][t] for t in things if t is not None] for world in case.found]
    if any(len(set(row)) < len(row) for row in rows):
        raise IllPosed("several_answers", "two items may share a place")
    orders = {tuple(sorted(range(len(row)), key=row.__getitem__)) for row in rows}
    if len(orders) != 1:
        raise IllPosed("several_answers", f"{len(orders)} orders are possible")
    return [ascii_uppercase[i] for i in next(iter(orders))]


def _pairs(case: Case, options: list[str]) -> list[str]:
    items = [m for o in options if (m := re.match(r"\s*(\d{1,2}|[A-Z])\s*[:.)]\s*(.+)", o))]
    values = {folded(m[2]): m[1] for m in items if m[1].isalpha()}
    pairs = []
    for item in items:
        if item[1].isalpha():
            continue
        found = case.values_of(item[2], case.found)
        if len(found) != 1 or folded(found[0]) not in values:
            raise IllPosed("several_answers", "an item has no one partner among the options")
        pairs.append(f"{item[1]}-{values[folded(found[0])]}")
    return pairs
