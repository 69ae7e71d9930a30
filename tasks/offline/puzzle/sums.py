"""The offline teacher's small puzzles besides logic games: each with its author and, apart from it, its solver.

The author knows the answer because it began there, or leaves it to the formal solver; the solver reads the prose.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, product
from random import Random
from typing import Any

from tasks.answers import OPTION_LETTERS
from tasks.kinds.puzzle.contract import Formal, Journey, Link, Numbers, Sequence, Unknown
from tasks.kinds.puzzle.solver import IllPosed, solved
from tasks.offline.passage import Passage
from tasks.offline.puzzle.frames import labelled

Draft = dict[str, Any]
Found = tuple[object, str]
"""An answer (an option in its own words) and the reason for it."""
_DAYS = ("Friday", "Monday", "Saturday", "Sunday", "Thursday", "Tuesday", "Wednesday")
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Teaser:
    """One sort of puzzle: the form it is answered in, how it is made, how it is recognised and solved."""

    form: str
    suits: tuple[str, ...]
    """Parts of the names of task types that it suits."""
    make: Callable[[Passage, Random], Draft | None]
    pattern: re.Pattern[str]
    solve: Callable[[re.Match[str], list[str]], Found]
    """From the match and the options that are shown to the answer."""


def formal_draft(instruction: str, form: str, formal: Formal) -> Draft | None:
    """A puzzle with its data and the formal solver's key; nothing if it is ill-posed."""
    try:
        key = solved(formal, form, [])
    except IllPosed:
        return None
    return {
        "instruction": instruction,
        "formal": formal.model_dump(exclude_defaults=True),
        "options": [],
        "key": key,
    }


def plain_draft(instruction: str, key: str, options: list[str] | None = None) -> Draft:
    """A puzzle without data; with options the key is the letter of the one that says it."""
    chosen = [OPTION_LETTERS[options.index(key)]] if options else [key]
    return {"instruction": instruction, "formal": {}, "options": options or [], "key": chosen}


def _sequence(text: Passage, draw: Random) -> Draft | None:
    names = labelled(text, draw, 1)
    a, b, c = draw.randint(1, 3), draw.randint(1, 7), draw.randint(0, 9)
    rule = draw.choice((f"{b}*n + {c}", f"{a}*n^2 + {b}*n + {c}", "p + q"))
    terms = [a, b]
    if rule != "p + q":
        terms = [(a * n * n if "n^2" in rule else 0) + b * n + c for n in range(1, 7)]
    while len(terms) < 6:
        terms.append(terms[-1] + terms[-2])
    told = ", ".join(map(str, terms))
    opening = (
        f"In a game called {names[0]}, the scores grow by a simple rule: " if names else "A simple rule makes these: "
    )
    data = Sequence(terms=terms, rule=rule, place=7)
    return formal_draft(f"{opening}{told}. Which number comes next?", "number", Formal(model="sequence", sequence=data))


def _sequence_solved(m: re.Match[str], options: list[str]) -> Found:
    terms = [int(t) for t in m[1].split(", ")]
    if all(c == a + b for a, b, c in zip(terms, terms[1:], terms[2:], strict=False)):
        return str(terms[-1] + terms[-2]), "Each number from the third on is the sum of the two before it."
    gaps = [b - a for a, b in pairwise(terms)]
    step = gaps[1] - gaps[0]
    return terms[-1] + gaps[
        -1
    ] + step, f"The differences are {', '.join(map(str, gaps))}, so the next is {gaps[-1] + step}."


def _jugs(text: Passage, draw: Random) -> Draft | None:
    small, large = draw.choice(((4, 7), (4, 9), (5, 7), (5, 8), (3, 7), (5, 9), (7, 9)))
    goal = draw.choice([n for n in range(1, large) if n not in (small, large)])
    told = (
        f"Two jugs hold {small} and {large} litres and carry no marks. A step is to fill a jug at the tap, to empty it,"
        " or to pour from one into the other until the one is empty or the other full. Both jugs are empty at"
        f" first. What is the least number of steps after which one jug holds exactly {goal} litres?"
    )
    journey = Journey(kind="jugs", sizes=[small, large], goal=goal)
    return formal_draft(told, "number", Formal(model="journey", journey=journey))


def _jugs_solved(m: re.Match[str], options: list[str]) -> Found:
    a, b, goal = int(m[1]), int(m[2]), int(m[3])
    seen, steps = {(0, 0)}, 0
    while not any(goal in state for state in seen):
        steps += 1
        for x, y in list(seen):
            over, back = min(x, b - y), min(y, a - x)
            seen |= {(a, y), (x, b), (0, y), (x, 0), (x - over, y + over), (x + back, y - back)}
    return steps, f"No jug holds {goal} litres after fewer than {steps} steps, and after {steps} steps one can."


def _routes(text: Passage, draw: Random) -> Draft | None:
    places = labelled(text, draw, 5)
    if not places:
        return None
    draw.shuffle(places)
    pairs = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (2, 4), (3, 4)]
    links = [Link(a=places[a], b=places[b], cost=draw.randint(3, 25)) for a, b in pairs]
    told = " ".join(f"Between {link.a} and {link.b} it takes {link.cost} minutes." for link in links)
    ask = f"How many minutes does the quickest way from {places[0]} to {places[4]} take?"
    opening = f"Paths join five huts named {', '.join(sorted(places))}. They can be walked both ways. "
    journey = Journey(kind="routes", links=links, start=places[0], end=places[4])
    return formal_draft(f"{opening}{told} {ask}", "number", Formal(model="journey", journey=journey))


def _routes_solved(m: re.Match[str], options: list[str]) -> Found:
    roads = [(a, b, int(cost)) for a, b, cost in re.findall(r"Between (\w+) and (\w+) it takes (\d+) minutes", m[0])]
    best = {m["start"]: 0}
    for _ in roads:  # as many rounds as there are roads are enough
        for a, b, cost in [*roads, *((b, a, cost) for a, b, cost in roads)]:
            if a in best and best[a] + cost < best.get(b, 10**9):
                best[b] = best[a] + cost
    return best[m["end"]], f"No other way from {m['start']} to {m['end']} takes less than {best[m['end']]} minutes."


def _drawn(text: Passage, draw: Random) -> Draft | None:
    names = labelled(text, draw, 3)
    held, wanted = [draw.randint(4, 9) for _ in range(3)], draw.choice((2, 3))
    if not names:
        return None
    stock = ", ".join(f"{n} marked {name}" for n, name in zip(held, names, strict=True))
    told = f"A dark sack holds counters: {stock}. How many must be taken out unseen to be certain of {wanted} with the same mark?"
    return plain_draft(told, str(3 * (wanted - 1) + 1))


def _drawn_solved(m: re.Match[str], options: list[str]) -> Found:
    held, wanted = [int(n) for n in re.findall(r"(\d+) marked", m[1])], int(m[2])
    unlucky = max(sum(t) for t in product(*(range(n + 1) for n in held)) if max(t) < wanted)
    return unlucky + 1, f"In the worst case {unlucky} counters hold no {wanted} of a kind; the next one makes it sure."


def _dice(text: Passage, draw: Random) -> Draft | None:
    total = draw.randint(6, 15)
    numbers = Numbers(
        unknowns=[Unknown(name=n, low=1, high=6) for n in "abc"], conditions=[f"a + b + c = {total}"], wants="count"
    )
    told = f"A red, a green and a white die are thrown once. In how many different ways can they show {total} together?"
    return formal_draft(told, "number", Formal(model="numbers", numbers=numbers))


def _dice_solved(m: re.Match[str], options: list[str]) -> Found:
    found = sum(1 for throw in product(range(1, 7), repeat=3) if sum(throw) == int(m[1]))
    return found, f"Of the 216 throws, {found} show {m[1]} together."


def _weekday(text: Passage, draw: Random) -> Draft | None:
    today, days = draw.choice(_WEEK), draw.randint(20, 400)
    later = _WEEK[(_WEEK.index(today) + days) % 7]
    told = f"If it is {today} today, which day of the week will it be {days} days from today?"
    return plain_draft(told, later, sorted({later, *draw.sample([d for d in _DAYS if d != later], 3)}))


def _weekday_solved(m: re.Match[str], options: list[str]) -> Found:
    at = _WEEK.index(m[1])
    for _ in range(int(m[2])):
        at = at + 1 if at < 6 else 0
    weeks, over = divmod(int(m[2]), 7)
    rest = f" and {over} {'day' if over == 1 else 'days'}" if over else ""
    return _WEEK[at], f"{m[2]} days are {weeks} full weeks{rest}, which leads to {_WEEK[at]}."


def _odd(text: Passage, draw: Random) -> Draft | None:
    by = draw.choice((3, 4, 6, 7, 9))
    members = draw.sample(range(by * 2, by * 30, by), 4)
    odd = draw.choice([n for n in range(by * 4, by * 20) if n % by])
    told = f"All but one of these numbers can be divided by {by} without a remainder. Which one cannot?"
    return plain_draft(told, str(odd), [str(n) for n in sorted([*members, odd])])


def _odd_solved(m: re.Match[str], options: list[str]) -> Found:
    by = int(m[1])
    odd = [o for o in options if o.isdigit() and int(o) - int(o) // by * by]
    return odd[0] if len(
        odd
    ) == 1 else "", f"It leaves a remainder when it is divided by {by}, and the others leave none."


def _payable(text: Passage, draw: Random) -> Draft | None:
    a, b = draw.choice(((4, 7), (3, 8), (5, 7), (6, 10), (4, 10), (6, 9), (5, 9)))
    amount = draw.randint(11, 45)
    can = any((amount - a * n) % b == 0 for n in range(amount // a + 1))
    told = f"Claim: stamps of {a} and {b} cents can make up exactly {amount} cents. Is the claim true or false?"
    return plain_draft(told, "true" if can else "false")


def _payable_solved(m: re.Match[str], options: list[str]) -> Found:
    a, b, amount = int(m[1]), int(m[2]), int(m[3])
    sums = {0}
    for at in range(1, amount + 1):
        if at - a in sums or at - b in sums:
            sums.add(at)
    can = amount in sums
    return (
        "true" if can else "false",
        f"Built up from {a} and {b}, the amounts {'reach' if can else 'pass by'} {amount} cents.",
    )


def _backwards(text: Passage, draw: Random) -> Draft | None:
    pool = [w for w in text.content if w.isascii() and w.isalpha() and 5 <= len(w) <= 9 and w != w[::-1]]
    if not pool:
        return None
    word = draw.choice(pool)
    letters = "-".join(word[::-1].upper())
    return plain_draft(f"Read backwards, the letters {letters} spell a word. Which word is it?", word)


def _backwards_solved(m: re.Match[str], options: list[str]) -> Found:
    word = "".join(reversed(m[1].split("-"))).lower()
    return word, f"From the last letter to the first they spell {word}."


SUMS: tuple[Teaser, ...] = (
    Teaser("number", ("sequence",), _sequence, re.compile(
        r"(?:the scores grow by a simple rule|A simple rule makes these): ([\d, ]+)\. Which number comes next\?"
    ), _sequence_solved),
    Teaser("number", ("jugs",), _jugs, re.compile(
        r"Two jugs hold (\d+) and (\d+) litres[^?]*? holds exactly (\d+) litres\?"
    ), _jugs_solved),
    Teaser("number", ("route", "network"), _routes, re.compile(
        r"Paths join five huts[^?]*? quickest way from (?P<start>\w+) to (?P<end>\w+) take\?"
    ), _routes_solved),
    Teaser("number", ("draw", "worst"), _drawn, re.compile(
        r"A dark sack holds counters: ([^.]+)\. How many must be taken out unseen to be certain of (\d) with the same mark\?"
    ), _drawn_solved),
    Teaser("number", ("dice", "cards"), _dice, re.compile(
        r"A red, a green and a white die are thrown once\. In how many different ways can they show (\d+) together\?"
    ), _dice_solved),
    Teaser("option", ("calendar",), _weekday, re.compile(
        r"If it is (\w+day) today, which day of the week will it be (\d+) days from today\?"
    ), _weekday_solved),
    Teaser("option", ("odd",), _odd, re.compile(
        r"All but one of these numbers can be divided by (\d) without a remainder\. Which one cannot\?"
    ), _odd_solved),
    Teaser("truth", ("possible",), _payable, re.compile(
        r"Claim: stamps of (\d) and (\d+) cents can make up exactly (\d+) cents\. Is the claim true or false\?"
    ), _payable_solved),
    Teaser("span", ("word",), _backwards, re.compile(
        r"Read backwards, the letters ([A-Z-]+) spell a word\. Which word is it\?"
    ), _backwards_solved),
)  # fmt: skip
