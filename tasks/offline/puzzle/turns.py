"""Questions about the rules of a logic puzzle: with a supposition, two statements, a clash of rules, a rule to replace."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tasks.kinds.puzzle.arrangement import Arrangement, Choice, Rule, Statement
from tasks.kinds.puzzle.arranging import Solution
from tasks.kinds.puzzle.solver import IllPosed
from tasks.kinds.puzzle.statements import Vocabulary, condition
from tasks.offline.puzzle.frames import Frame, told

VERDICTS = {
    "first": "Statement 1 alone is enough, and statement 2 alone is not",
    "second": "Statement 2 alone is enough, and statement 1 alone is not",
    "together": "Both statements together are enough, and neither alone is",
    "each": "Each of the two statements alone is enough",
    "neither": "Even both statements together are not enough",
}
Turned = tuple[str, Arrangement]
"""The question in words and the puzzle with it as data."""


def supposed(
    frame: Frame, puzzle: Arrangement, left: list[Solution], pool: Sequence[Rule], draw: Random
) -> tuple[Rule, list[Solution]]:
    """A supposition that some of the arrangements meet and others do not, and those that do."""
    names = Vocabulary(puzzle)
    for rule in draw.sample(pool, len(pool)):
        test = condition(rule, names).test
        kept = [world for world in left if test(world)]
        if rule.form == "plain" and 0 < len(kept) < len(left):
            return worded(rule, frame), kept
    raise IllPosed("no_solution")


def sufficiency(frame: Frame, puzzle: Arrangement, pool: Sequence[Rule], draw: Random) -> Turned:
    """Two statements, and whether they settle the place of one thing."""
    added = [worded(rule, frame) for rule in draw.sample([r for r in pool if r.form == "plain"], 2)]
    about = draw.choice(frame.labels)
    stated = "\n".join(f"Statement {i}: {rule.words}." for i, rule in enumerate(added, 1))
    choices = [Choice(members=[tag], words=words) for tag, words in VERDICTS.items()]
    question = f"{stated}\n\nAre the statements, beside the rules, enough to tell which place {about} has?"
    return question, puzzle.model_copy(update={"added": added, "about": about, "choices": choices})


def clash(
    frame: Frame, puzzle: Arrangement, left: list[Solution], pool: Sequence[Rule], draw: Random
) -> tuple[str, Arrangement]:
    """One rule more, which nothing that the others allow can meet."""
    names = Vocabulary(puzzle)
    against = [rule for rule in pool if not any(map(condition(rule, names).test, left))]
    if not against or len(puzzle.rules) < 3:
        raise IllPosed("no_solution")
    rules = [*puzzle.rules, worded(draw.choice(against), frame)]
    order = draw.sample(range(len(rules)), len(rules))
    rules = [rules[i] for i in order]
    odd = order.index(len(rules) - 1)
    offered = sorted([odd, *draw.sample([i for i in range(len(rules)) if i != odd], 3)])
    choices = [Choice(number=i + 1, words=rules[i].words) for i in offered]
    question = "These rules cannot all be kept. If only one of them is given up, which one lets the others be kept?"
    return question, puzzle.model_copy(update={"rules": rules, "choices": choices})


def substitute(
    frame: Frame, puzzle: Arrangement, left: list[Solution], worlds: list[Solution], pool: Sequence[Rule], draw: Random
) -> Turned:
    """A rule in other words that has the effect of one of them, among rules that have another."""
    names = Vocabulary(puzzle)
    at = draw.randrange(len(puzzle.rules))
    others = [condition(r, names).test for i, r in enumerate(puzzle.rules) if i != at]
    loose = [world for world in worlds if all(test(world) for test in others)]
    used = {rule.words for rule in puzzle.rules}
    good: list[Rule] = []
    bad: list[Rule] = []
    for rule in [*pool, *_contrapositive(puzzle.rules[at])]:
        test = condition(rule, names).test
        if told(rule, frame) not in used:
            (good if [world for world in loose if test(world)] == left else bad).append(rule)
    offered = [draw.choice(good), *draw.sample(bad, 3)]
    choices = [Choice(**worded(rule, frame).model_dump()) for rule in offered]
    question = (
        f"Which rule could stand in place of \u201c{puzzle.rules[at].words}\u201d and leave the same arrangements?"
    )
    return question, puzzle.model_copy(update={"rule": at + 1, "choices": sorted(choices, key=lambda c: c.words)})


def worded(rule: Rule, frame: Frame) -> Rule:
    return rule.model_copy(update={"words": told(rule, frame)})


def _contrapositive(rule: Rule) -> list[Rule]:
    if rule.form != "if" or len(rule.first) != 1 or len(rule.second) != 1:
        return []
    sides = [_denied(rule.second[0]), _denied(rule.first[0])]
    return [Rule(form="if", first=[a], second=[b]) for a, b in [sides] if a and b]


def _denied(said: Statement) -> Statement | None:
    other = {"is": "is_not", "is_not": "is"}.get(said.kind)
    return Statement.model_validate({**said.model_dump(), "kind": other}) if other else None
