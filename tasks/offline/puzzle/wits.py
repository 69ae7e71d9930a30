"""More of the offline teacher's small puzzles: crossings, digits, ages, chances, kinship, who did it, words."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import combinations, product
from random import Random

from tasks.kinds.puzzle.arrangement import Arrangement, Attribute, Rule, Statement
from tasks.kinds.puzzle.contract import Formal, Journey, Numbers, Unknown
from tasks.offline.passage import Passage
from tasks.offline.puzzle.frames import labelled, listed
from tasks.offline.puzzle.sums import Draft, Found, Teaser, formal_draft, plain_draft


def _numbers(told: str, unknowns: dict[str, tuple[int, int]], conditions: list[str], asks: str) -> Draft | None:
    data = Numbers(
        unknowns=[Unknown(name=n, low=a, high=b) for n, (a, b) in unknowns.items()],
        conditions=conditions,
        asks=asks,
        wants="value" if asks in unknowns else "smallest",
    )
    data = data.model_copy(update={"asks": asks.removeprefix("least ")})
    return formal_draft(told, "number", Formal(model="numbers", numbers=data))


def _crossing(text: Passage, draw: Random) -> Draft | None:
    names = labelled(text, draw, draw.choice((3, 4)))
    if not names:
        return None
    pairs = draw.sample(list(combinations(names, 2)), 2)
    seats = draw.choice((1, 2)) if len(names) == 3 else 2
    journey = Journey(kind="crossing", items=names, quarrels=[list(p) for p in pairs], seats=seats)
    told = (
        f"A rower takes {len(names)} dogs named {listed(names)} over a river. Beside the rower the boat holds at most {seats} of"
        f" them. Without the rower, {pairs[0][0]} and {pairs[0][1]} may not be left together, nor may {pairs[1][0]} and"
        f" {pairs[1][1]}. Every trip, there or back, is a crossing. What is the least number of crossings that brings all over?"
    )
    return formal_draft(told, "number", Formal(model="journey", journey=journey))


def _crossing_solved(m: re.Match[str], options: list[str]) -> Found:
    items = frozenset(re.findall(r"\w+", m["names"])) - {"and"}
    pairs = [{m["a"], m["b"]}, {m["c"], m["d"]}]
    seen, trips = {(items, 0)}, 0
    while not any(not bank and side for bank, side in seen) and trips < 60:
        made = set(seen)
        for bank, side in seen:
            here = items - bank if side else bank
            for size in range(int(m["seats"]) + 1):
                for load in map(frozenset, combinations(sorted(here), size)):
                    if not any(pair <= here - load for pair in pairs):
                        made.add((bank | load if side else bank - load, 1 - side))
        seen, trips = made, trips + 1
    return trips, f"Trying out all loads, {trips} crossings bring everyone over and fewer do not."


def _digits(text: Passage, draw: Random) -> Draft | None:
    tens = draw.randint(1, 8)
    units = draw.randint(tens + 1, 9)
    told = (
        f"A locker has a number of two digits. Its digits add up to {tens + units}, and with the digits exchanged the number is"
        f" greater by {9 * (units - tens)}. What is the number?"
    )
    rules = [f"t + u = {tens + units}", f"10*u + t = 10*t + u + {9 * (units - tens)}", "n = 10*t + u"]
    return _numbers(told, {"t": (1, 9), "u": (0, 9), "n": (10, 99)}, rules, "n")


def _digits_solved(m: re.Match[str], options: list[str]) -> Found:
    total, more = int(m[1]), int(m[2])
    found = [n for n in range(10, 100) if n // 10 + n % 10 == total and int(str(n)[::-1]) - n == more]
    return found[
        0
    ], f"Of the numbers whose digits add up to {total}, only {found[0]} grows by {more} when they are exchanged."


def _letters(text: Passage, draw: Random) -> Draft | None:
    a, b = draw.sample(range(1, 10), 2)
    total = 11 * (a + b)
    told = (
        f"A and B stand for two different digits from 1 to 9, and A is greater than B. The two-digit numbers AB and BA add up to"
        f" {total}, and the digits A and B differ by {abs(a - b)}. Which number is AB?"
    )
    rules = ["A > B", f"10*A + B + 10*B + A = {total}", f"A - B = {abs(a - b)}", "n = 10*A + B"]
    return _numbers(told, {"A": (1, 9), "B": (1, 9), "n": (10, 99)}, rules, "n")


def _letters_solved(m: re.Match[str], options: list[str]) -> Found:
    total, gap = int(m[1]), int(m[2])
    found = next(n for n in range(11, 100) if n + int(str(n)[::-1]) == total and n // 10 - n % 10 == gap)
    return found, f"{found} and {str(found)[::-1]} make {total}."


def _ages(text: Passage, draw: Random) -> Draft | None:
    names = labelled(text, draw, 2)
    young, years = draw.randint(3, 15), draw.randint(2, 12)
    old = 2 * (young + years) - years
    if not names:
        return None
    told = (
        f"The tower called {names[0]} is {old - young} years older than the tower called {names[1]}. In {years} years"
        f" {names[0]} will be twice as old as {names[1]} will be then. How many years old is {names[0]} now?"
    )
    rules = [f"a - b = {old - young}", f"a + {years} = 2*(b + {years})"]
    return _numbers(told, {"a": (1, 90), "b": (1, 90)}, rules, "a")


def _ages_solved(m: re.Match[str], options: list[str]) -> Found:
    gap, years = int(m[1]), int(m[2])
    now = next(age for age in range(gap + 1, 200) if age + years == 2 * (age - gap + years))
    return now, f"In {years} years the ages are {now + years} and {now - gap + years}, the one twice the other."


def _coins(text: Passage, draw: Random) -> Draft | None:
    twos, fives = draw.randint(3, 19), draw.randint(3, 19)
    told = (
        f"A purse holds {twos + fives} coins of 2 and of 5 cents and nothing else. Together they are worth"
        f" {2 * twos + 5 * fives} cents. How many coins of 5 cents are in it?"
    )
    rules = [f"x + y = {twos + fives}", f"2*x + 5*y = {2 * twos + 5 * fives}"]
    return _numbers(told, {"x": (0, 40), "y": (0, 40)}, rules, "y")


def _coins_solved(m: re.Match[str], options: list[str]) -> Found:
    number, worth = int(m[1]), int(m[2])
    fives = next(n for n in range(number + 1) if 5 * n + 2 * (number - n) == worth)
    return fives, f"{fives} coins of 5 cents and {number - fives} of 2 cents are worth {worth} cents."


def _weighings(text: Passage, draw: Random) -> Draft | None:
    rings = draw.randint(5, 240)
    told = (
        f"Of {rings} rings that look alike one is a little lighter than the rest, which all weigh the same. A balance shows only"
        " which of its two pans sinks, if any. What is the least number of weighings that is sure to find the light ring?"
    )
    return _numbers(told, {"w": (1, 8)}, [f"3^w >= {rings}"], "least w")


def _weighings_solved(m: re.Match[str], options: list[str]) -> Found:
    left, weighings = int(m[1]), 0
    while left > 1:
        left, weighings = -(-left // 3), weighings + 1
    return (
        weighings,
        f"Each weighing leaves a third of the rings in doubt, so {weighings} are enough and fewer are not.",
    )


def _bells(text: Passage, draw: Random) -> Draft | None:
    a, b = draw.choice(((6, 8), (9, 12), (10, 14), (8, 12), (15, 9), (14, 21), (7, 9), (10, 12)))
    told = (
        f"A bell rings every {a} minutes and a horn sounds every {b} minutes. They have just sounded together. After how many"
        " minutes will they sound together next?"
    )
    return _numbers(told, {"m": (1, a * b)}, [f"m % {a} = 0", f"m % {b} = 0"], "least m")


def _bells_solved(m: re.Match[str], options: list[str]) -> Found:
    a, b = int(m[1]), int(m[2])
    found = next(t for t in range(a, a * b + 1, a) if t in range(b, a * b + 1, b))
    return found, f"{found} is the first number that is a multiple of both {a} and {b}."


def _cube(text: Passage, draw: Random) -> Draft | None:
    side, faces = draw.randint(3, 7), draw.choice((0, 1, 2))
    number = {0: (side - 2) ** 3, 1: 6 * (side - 2) ** 2, 2: 12 * (side - 2)}[faces]
    told = (
        f"A large cube is painted on all faces and then cut into small cubes, {side} along each edge. How many of the small"
        f" cubes have exactly {faces} painted faces?"
    )
    return plain_draft(told, str(number))


def _cube_solved(m: re.Match[str], options: list[str]) -> Found:
    side, faces = int(m[1]), int(m[2])
    ends = {0, side - 1}
    number = sum(1 for c in product(range(side), repeat=3) if sum(x in ends for x in c) == faces)
    return number, f"Counted one by one, {number} of the {side**3} small cubes show exactly {faces} painted faces."


def _chance(text: Passage, draw: Random) -> Draft | None:
    low = draw.randint(3, 6)
    throws = [t for t in product(range(1, 7), repeat=2) if max(t) >= low]
    both = Fraction(sum(min(t) >= low for t in throws), len(throws))
    single = Fraction(7 - low, 6)
    wrong = {single, single * single, Fraction(1, 2), both / 2, (both + 1) / 2} - {both}
    options = sorted({str(f) for f in draw.sample(sorted(wrong), 3)} | {str(both)})
    told = (
        f"Two dice are thrown where only an umpire sees them. Asked whether at least one of them shows {low} or more, the umpire"
        f" says truthfully that this is so. How likely is it then that both show {low} or more?"
    )
    return plain_draft(told, str(both), options)


def _chance_solved(m: re.Match[str], options: list[str]) -> Found:
    low = int(m[1])
    one = [(a, b) for a in range(1, 7) for b in range(1, 7) if a >= low or b >= low]
    both = [t for t in one if t[0] >= low and t[1] >= low]
    found = str(Fraction(len(both), len(one)))
    return found, f"{len(one)} of the 36 throws fit what the umpire says, and in {len(both)} of these both dice do."


_KIN = {2: "grandfather", 3: "great-grandfather", 1: "father", 0: "brother"}


def _kin(text: Passage, draw: Random) -> Draft | None:
    names = labelled(text, draw, 4)
    if not names:
        return None
    draw.shuffle(names)
    steps = draw.choice((2, 3))
    chain = ". ".join(f"{names[i]} is the father of {names[i + 1]}" for i in draw.sample(range(3), 3))
    told = f"In an old tale, {chain}. What is {names[0]} to {names[steps]}?"
    return plain_draft(told, f"the {_KIN[steps]}", sorted(f"the {kin}" for kin in _KIN.values()))


def _kin_solved(m: re.Match[str], options: list[str]) -> Found:
    father = {b: a for a, b in re.findall(r"(\w+) is the father of (\w+)", m[0])}
    who, steps = m["b"], 0
    while who != m["a"] and who in father:
        who, steps = father[who], steps + 1
    return f"the {_KIN[steps]}", f"From {m['b']} the way up to {m['a']} takes {steps} steps from son to father."


def _sold(text: Passage, draw: Random) -> Draft | None:
    held = draw.randint(15, 60)
    left = draw.randint(4, held // 2 - 1)
    told = f"A stall had {held} lamps in the morning. By evening all but {left} were sold. How many lamps did it still have then?"
    numbers = {str(n) for n in (left, held - left, held)} | {"0"}
    return plain_draft(told, str(left), sorted(numbers, key=int))


def _sold_solved(m: re.Match[str], options: list[str]) -> Found:
    held, left = int(m[1]), int(m[2])
    return str(held - (held - left)), f"All but {left} were sold, so {held - left} went and {left} were still there."


_PLAYED = {
    "They did not play against each other": "across",
    "One of the two lost every game": "lost",
    "Some of the games ended in a draw": "drawn",
    "They broke off before the last game": "stopped",
}


def _games(text: Passage, draw: Random) -> Draft | None:
    names = labelled(text, draw, 2)
    number = draw.choice((3, 5, 7, 9))
    if not names:
        return None
    told = (
        f"The robots {names[0]} and {names[1]} each played {number} games of draughts one evening and finished all of them. No"
        " game was drawn, and both won the same number of games, at least one each. Which explanation fits every detail?"
    )
    return plain_draft(told, "They did not play against each other", sorted(_PLAYED))


def _games_solved(m: re.Match[str], options: list[str]) -> Found:
    excluded = {"lost": "at least one each", "drawn": "No game was drawn", "stopped": "finished all"}
    left = [o for o in options if excluded.get(_PLAYED.get(o, "lost"), "\0") not in m[0].replace("\n", " ")]
    odd = f"{m[1]} games without a draw cannot be shared evenly between two who play each other"
    return left[0] if len(left) == 1 else "", f"{odd}, and the other explanations contradict what is told."


def _culprit(text: Passage, draw: Random) -> Draft | None:
    names = labelled(text, draw, 3)
    if not names:
        return None
    made = [(s, draw.choice([t for t in names if t != s] + [s]), draw.choice((True, False))) for s in names]
    lines = [
        f"{s} says: \u201c{'I' if t == s else t} {'did it' if yes else 'did not do it'}.\u201d" for s, t, yes in made
    ]
    guilty = Attribute(name="guilty", values=["yes", "no"])
    remark = Attribute(name="remark", values=["true", "false"])
    one, tally = "One of them alone rang the bell", "Exactly one of the three remarks is true"
    rules = [
        Rule(first=[Statement(kind="exactly", attribute="guilty", values=["yes"], number=1)], words=one),
        *(
            Rule(
                form="iff",
                first=[Statement(kind="is", things=[s], attribute="remark", values=["true"])],
                second=[Statement(kind="is", things=[t], attribute="guilty", values=["yes" if yes else "no"])],
                words=line.rstrip("."),
            )
            for (s, t, yes), line in zip(made, lines, strict=True)
        ),
        Rule(first=[Statement(kind="exactly", attribute="remark", values=["true"], number=1)], words=tally),
    ]
    told = f"The robots {listed(names)} were in the tower. {one}. {' '.join(lines)} {tally}. Who rang the bell?"
    puzzle = Arrangement(
        things=names, attributes=[guilty, remark], rules=rules, asks="possible_things", attribute="guilty", about="yes"
    )
    return formal_draft(told, "span", Formal(model="arrangement", arrangement=puzzle))


def _culprit_solved(m: re.Match[str], options: list[str]) -> Found:
    said = re.findall("(\\w+) says: \u201c(\\w+) (did it|did not do it)", m[0])
    for doer in (s for s, _, _ in said):
        true = sum(((s if t == "I" else t) == doer) is (deed == "did it") for s, t, deed in said)
        if true == 1:
            return doer, f"If {doer} rang it, exactly one remark is true; with anyone else the number is another."
    return "", "Nobody fits the number of true remarks."


def _acrostic(text: Passage, draw: Random) -> Draft | None:
    words = [w for w in text.content if w.isascii() and w.isalpha()]
    targets = [w for w in words if 4 <= len(w) <= 6]
    for target in draw.sample(targets, min(6, len(targets))):
        clues = [
            draw.choice(found) if (found := [w for w in words if w[0] == c and w != target]) else "" for c in target
        ]
        if all(clues) and len(set(clues)) == len(clues):
            order = ("first", "second", "third", "fourth", "fifth", "sixth")
            lines = ", ".join(f"my {n} letter begins {clue}" for n, clue in zip(order, clues, strict=False))
            return plain_draft(f"I am a word of {len(target)} letters: {lines}. What word am I?", target)
    return None


def _acrostic_solved(m: re.Match[str], options: list[str]) -> Found:
    word = "".join(found[0] for found in re.findall(r"letter begins (\w+)", m[0]))
    return word, f"The beginnings, one after the other, spell {word}."


def _teaser(form: str, suits: str, make: object, pattern: str, solve: object) -> Teaser:
    return Teaser(form, tuple(suits.split()), make, re.compile(pattern, re.S), solve)  # type: ignore[arg-type]


WITS: tuple[Teaser, ...] = (
    _teaser("number", "river", _crossing, (
        r"A rower takes \d dogs named (?P<names>[^.]+) over a river\. Beside the rower the boat holds at most (?P<seats>\d) of"
        r" them\. Without the rower, (?P<a>\w+) and (?P<b>\w+) may not be left together, nor may (?P<c>\w+) and (?P<d>\w+)\."
        r"[^?]*crossings that brings all over\?"
    ), _crossing_solved),
    _teaser("number", "digit", _digits, (
        r"A locker has a number of two digits\. Its digits add up to (\d+), and [^?]*greater by (\d+)\. What is the number\?"
    ), _digits_solved),
    _teaser("number", "crypt", _letters, (
        r"A and B stand for two different digits [^?]*add up to (\d+), and the digits [^?]*differ by (\d)\. Which number is AB\?"
    ), _letters_solved),
    _teaser("number", "age_", _ages, (
        r"The tower called \w+ is (\d+) years older than the tower called \w+\. In (\d+) years[^?]*years old is \w+ now\?"
    ), _ages_solved),
    _teaser("number", "coins", _coins, (
        r"A purse holds (\d+) coins of 2 and of 5 cents [^?]*are worth (\d+) cents\. How many coins of 5 cents are in it\?"
    ), _coins_solved),
    _teaser("number", "weigh", _weighings, (
        r"Of (\d+) rings that look alike one is a little lighter[^?]*sure to find the light ring\?"
    ), _weighings_solved),
    _teaser("number", "clock", _bells, (
        r"A bell rings every (\d+) minutes and a horn sounds every (\d+) minutes\.[^?]*sound together next\?"
    ), _bells_solved),
    _teaser("number", "geometry", _cube, (
        r"A large cube is painted [^?]*small cubes, (\d) along each edge\. How many [^?]*exactly (\d) painted faces\?"
    ), _cube_solved),
    _teaser("option", "chance", _chance, (
        r"Two dice are thrown where only an umpire sees them\.[^?]*shows (\d) or more, [^?]*both show \d or more\?"
    ), _chance_solved),
    _teaser("option", "relation", _kin, (
        r"In an old tale, [^?]*What is (?P<a>\w+) to (?P<b>\w+)\?"
    ), _kin_solved),
    _teaser("option", "trick", _sold, (
        r"A stall had (\d+) lamps in the morning\. By evening all but (\d+) were sold\. How many lamps did it still have then\?"
    ), _sold_solved),
    _teaser("option", "lateral", _games, (
        r"The robots \w+ and \w+ each played (\d) games of draughts [^?]*Which explanation fits every detail\?"
    ), _games_solved),
    _teaser("span", "did_it", _culprit, (
        r"The robots [^.]+ were in the tower\. One of them alone [^?]*Who rang the bell\?"
    ), _culprit_solved),
    _teaser("span", "riddle", _acrostic, (
        r"I am a word of \d letters: [^?]*What word am I\?"
    ), _acrostic_solved),
)  # fmt: skip
