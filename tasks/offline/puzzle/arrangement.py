"""The offline teacher's logic puzzles: a hidden arrangement, rules that are true of it, and a question with one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from random import Random
from string import ascii_uppercase
from typing import Any

from tasks.kinds.puzzle.arrangement import Arrangement, Choice, Rule, Statement
from tasks.kinds.puzzle.arranging import Solution, solutions
from tasks.kinds.puzzle.contract import Formal
from tasks.kinds.puzzle.solver import IllPosed, solved
from tasks.kinds.puzzle.statements import Vocabulary, condition
from tasks.offline.passage import Passage
from tasks.offline.puzzle.frames import Frame, framed, told
from tasks.offline.puzzle.turns import clash, substitute, sufficiency, supposed, worded

_Draft = dict[str, Any]
_TRIES = 24
_KINDS = {
    "linear": "row", "two_tier": "row", "scheduling": "row", "seating_riddle": "row", "circular": "ring",
    "group": "groups", "maximum": "groups", "selection": "picks", "conditional": "picks", "true_and_false": "tellers",
    "knights": "tellers",
}  # fmt: skip
"""Part of a task type's name -> the kind of setting."""
_BY_FORM = {
    "truth": ("follows", ("row", "groups", "picks")),
    "order": ("arrangement", ("row",)),
    "matching": ("arrangement", ("rooms",)),
    "span": ("possible_things", ("row",)),
    "set": ("possible_things", ("row",)),
}  # fmt: skip
_QUESTIONS = {
    "could": "could", "cannot": "cannot", "determination": "fixes_all", "list": "possible_things",
    "acceptable": "arrangement", "sufficiency": "sufficiency", "clashing": "which_rule_clashes",
    "substitution": "same_effect",
}  # fmt: skip


def arranged(text: Passage, task_type: str, form: str, draw: Random) -> _Draft | None:
    """A logic puzzle of the answer form, shaped by the words of the task type; nothing if none comes about in a few tries."""
    for _ in range(_TRIES):
        kind, asks = _shape(task_type, form, draw)
        small = kind in {"rooms", "tellers"} or form == "matching"
        frame = framed(kind, text, draw, 4 if small else 5)
        if not frame:
            return None
        try:
            return _made(frame, asks, form, "local" in task_type, draw)
        except (IllPosed, IndexError, ValueError):
            continue
    return None


def _shape(task_type: str, form: str, draw: Random) -> tuple[str, str]:
    """The kind of setting and the question."""
    kind = next((kind for part, kind in _KINDS.items() if part in task_type), "")
    if form in _BY_FORM:
        asks, kinds = _BY_FORM[form]
        return kind if kind in kinds else draw.choice(kinds), asks
    if form == "number":
        most = "maximum" in task_type and kind == "groups"
        return (kind if kind in {"groups", "ring", "picks"} else "row"), "most" if most else "how_many_arrangements"
    asks = next((asks for part, asks in _QUESTIONS.items() if part in task_type), "must")
    if asks in {"arrangement", "possible_things", "sufficiency"}:
        return "row", asks
    return kind or draw.choice(("row", "row", "groups", "picks")), asks


def _made(frame: Frame, asks: str, form: str, local: bool, draw: Random) -> _Draft:
    base = Arrangement(things=frame.labels, attributes=[frame.attribute], asks=asks)
    worlds = solutions(base, [])
    hidden = draw.choice(worlds)
    unique = form in {"order", "matching", "span"} or frame.kind == "tellers"
    pool = list(_statements(frame, draw))
    draw.shuffle(pool)
    rules, left = _rules(frame, base, worlds, hidden, pool, 1 if unique else draw.randint(3, 9))
    if (len(left) == 1) is not unique:
        raise IllPosed("several_answers")
    puzzle = base.model_copy(update={"rules": rules})
    suppose = ""
    if local:
        premise, left = supposed(frame, puzzle, left, pool, draw)
        puzzle, suppose = puzzle.model_copy(update={"added": [premise]}), f"Suppose that {premise.words}. "
    options: list[str] = []
    if asks == "sufficiency":
        question, puzzle = sufficiency(frame, puzzle, pool, draw)
    elif asks == "which_rule_clashes":
        question, puzzle = clash(frame, puzzle, left, pool, draw)
    elif asks == "same_effect":
        question, puzzle = substitute(frame, puzzle, left, worlds, pool, draw)
    else:
        question, puzzle, options = _question(frame, puzzle, left, worlds, form, draw)
    formal = Formal(model="arrangement", arrangement=puzzle)
    key = solved(formal, form, [c.words for c in puzzle.choices] if form == "option" else options)
    lines = "\n".join(f"- {rule.words}" + ("" if rule.form == "iff" else ".") for rule in puzzle.rules)
    head = "Remarks" if frame.kind == "tellers" else "Rules"
    return {
        "instruction": f"{frame.opening}\n\n{head}:\n{lines}\n\n{suppose}{question}",
        "formal": formal.model_dump(exclude_defaults=True),
        "reasoning": f"The rules leave {len(left)} of {len(worlds)} arrangements.",
        "options": options,
        "key": key,
    }


def _rules(
    frame: Frame, base: Arrangement, worlds: list[Solution], hidden: Solution, pool: list[Rule], target: int
) -> tuple[list[Rule], list[Solution]]:
    """Rules that hold in the hidden arrangement and leave at most `target`, none of them idle; and what they leave."""
    names = Vocabulary(base)
    chosen: list[Rule] = []
    left = worlds
    for rule in pool:
        test = condition(rule, names).test
        if len(left) <= target or len(chosen) == 7:
            break
        kept = [w for w in left if test(w)] if test(hidden) else []
        if kept and len(kept) < len(left) and (len(kept) > 1 or target == 1):
            chosen.append(worded(rule, frame))
            left = kept
    for rule in list(chosen):
        others = [condition(r, names).test for r in chosen if r is not rule]
        if sum(all(test(w) for test in others) for w in worlds) == len(left):
            chosen.remove(rule)
    if len(chosen) < 2:
        raise IllPosed("several_answers")
    return chosen, left


def _statements(frame: Frame, draw: Random) -> Iterator[Rule]:
    """Rules of every kind that the setting has words for."""
    plain = list(_plain(frame))
    if frame.kind == "tellers":
        for speaker in frame.labels:
            truthful = Statement(kind="is", things=[speaker], values=["truthful"])
            said = [s for s in plain if speaker not in s.things]
            said += [
                Statement(kind=kind, things=[speaker, other])
                for other in frame.labels
                if other != speaker
                for kind in ("same", "different")
            ]
            said += [Statement(kind="exactly", values=["lying"], number=n) for n in range(2, len(frame.labels))]
            for remark in draw.sample(said, 2):
                yield Rule(form="iff", first=[truthful], second=[remark])
        return
    weak = [s for s in plain if s.kind != "is" or draw.random() < 0.15]
    for s in draw.sample(weak, min(40, len(weak))):
        yield Rule(first=[s])
    simple = [s for s in plain if s.kind in {"is", "is_not"}]
    for _ in range(25 if frame.kind in {"groups", "picks"} else 6):
        a, b = draw.sample(simple, 2)
        if a.things != b.things:
            yield Rule(form="if", first=[a], second=[b])


def _plain(frame: Frame) -> Iterator[Statement]:
    for thing in frame.labels:
        for value in frame.values[:1] if frame.kind in {"picks", "tellers"} else frame.values:
            yield Statement(kind="is", things=[thing], values=[value])
            yield Statement(kind="is_not", things=[thing], values=[value])
    for a, b in permutations(frame.labels, 2):
        if frame.kind == "row":
            yield Statement(kind="before", things=[a, b])
            yield Statement(kind="just_before", things=[a, b])
        if a < b and frame.kind in {"row", "ring"}:
            yield Statement(kind="next_to", things=[a, b])
            yield Statement(kind="apart", things=[a, b])
        if a < b and frame.kind == "groups":
            yield Statement(kind="same", things=[a, b])
            yield Statement(kind="different", things=[a, b])
    if frame.kind in {"groups", "picks"}:
        for value in frame.values if frame.kind == "groups" else frame.values[:1]:
            yield from (Statement(kind="exactly", values=[value], number=n) for n in range(2, len(frame.labels) - 1))


def _question(
    frame: Frame, puzzle: Arrangement, left: list[Solution], worlds: list[Solution], form: str, draw: Random
) -> tuple[str, Arrangement, list[str]]:
    """The question in words, the puzzle with its question as data, and options that are no choices."""
    asks, values = puzzle.asks, frame.values
    if form == "order":
        return f"In what order do the {frame.noun} stand, from place 1 on?", puzzle, list(frame.labels)
    if form == "matching":
        items = [f"{i + 1}: {thing}" for i, thing in enumerate(frame.labels)]
        items += [f"{letter}: {value}" for letter, value in zip(ascii_uppercase, values, strict=False)]
        return "Which of them goes to which room?", puzzle, items
    if asks == "possible_things" and form != "option":
        place = draw.choice(values)
        ask = f"Which of the {frame.noun} has place {place}?"
        if form == "set":
            ask = f"Name all of the {frame.noun} that can have place {place}."
        return ask, puzzle.model_copy(update={"about": place}), []
    if asks == "most":
        room = draw.choice(values)
        return (
            f"What is the greatest number of {frame.noun} that can go to the {room}?",
            puzzle.model_copy(update={"about": room}),
            [],
        )
    if asks == "how_many_arrangements":
        return "How many different arrangements do the rules allow?", puzzle, []
    question, choices, about = _offered(frame, puzzle, left, worlds, draw)
    if asks == "follows":
        claim = choices[0]
        question = f"Claim: {claim.words}. Is it true or false that this must be so by the rules?"
    return question, puzzle.model_copy(update={"choices": choices, "about": about}), []


def _offered(
    frame: Frame, puzzle: Arrangement, left: list[Solution], worlds: list[Solution], draw: Random
) -> tuple[str, list[Choice], str]:
    names, asks = Vocabulary(puzzle), puzzle.asks
    if asks == "arrangement":
        right = draw.choice(left)
        wrong = draw.sample([w for w in worlds if w not in left], 4)
        rows = [Choice(first=_row(frame, w), words=", ".join(_placed(frame, w))) for w in (right, *wrong)]
        return f"Which order of the {frame.noun}, from place 1 on, fits all the rules?", _sorted(rows), ""
    if asks == "possible_things":
        place = draw.choice(
            [v for i, v in enumerate(frame.values) if 1 < len({w[0].index(i) for w in left}) < len(frame.labels)]
        )
        at = frame.values.index(place)
        members = sorted({frame.labels[w[0].index(at)] for w in left})
        lists = {tuple(members)}
        while len(lists) < 4:
            lists.add(tuple(sorted(draw.sample(frame.labels, draw.randint(1, len(frame.labels) - 1)))))
        options = [Choice(members=list(m), words=", ".join(m)) for m in lists]
        return f"Which is the complete list of the {frame.noun} that can have place {place}?", _sorted(options), place
    used = {rule.words for rule in puzzle.rules}
    claims = [Choice(first=[s], words=told(Rule(first=[s]), frame)) for s in _plain(frame)]
    draw.shuffle(claims)
    counts = {c.words: sum(map(condition(c, names).test, left)) for c in claims if c.words not in used}
    fits: Callable[[int], bool] = {
        "must": lambda n: n == len(left),
        "follows": lambda n: n == len(left),
        "could": lambda n: n > 0,
        "cannot": lambda n: n == 0,
        "fixes_all": lambda n: n == 1,
    }[asks]
    good = [c for c in claims if c.words in counts and fits(counts[c.words])]
    bad = [
        c
        for c in claims
        if c.words in counts and not fits(counts[c.words]) and (asks != "fixes_all" or counts[c.words])
    ]
    if asks == "follows":
        return "", [draw.choice(good if draw.random() < 0.5 else bad)], ""
    chosen = [draw.choice(good), *draw.sample(bad, 3)]
    question = {
        "must": "Which statement must be true?",
        "could": "Which statement could be true?",
        "cannot": "Which statement cannot be true?",
        "fixes_all": "Which further fact would leave one arrangement and no other?",
    }[asks]
    return question, _sorted(chosen), ""


def _row(frame: Frame, world: Solution) -> list[Statement]:
    return [
        Statement(kind="is", things=[thing], values=[frame.values[world[0][i]]]) for i, thing in enumerate(frame.labels)
    ]


def _placed(frame: Frame, world: Solution) -> list[str]:
    return [frame.labels[world[0].index(place)] for place in range(len(frame.labels))]


def _sorted(choices: Sequence[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda c: c.words)
