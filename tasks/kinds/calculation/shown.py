"""How a response comes to its estimate: whether its figures lead there, of what they are, and whether they can be so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from tasks.answers.estimate import main_unit
from tasks.kinds.calculation.contract import Quantity
from tasks.text.numbers import quantities
from tasks.text.quantities import find_quantities, flat
from tasks.text.sentences import sentences
from tasks.text.units import read_unit
from tasks.text.words import words

_LOOSE, _CLOSE = Fraction(1, 10), Fraction(3, 100)
"""Share by which an estimate may be rounded against what one operation on its figures gives, and against what two give."""
_RANGES = re.compile(
    r"\b(?:between|from|range[sd]?(?: is| of)?|at least|at most|up to|as (?:few|little|many|much|low|high) as"
    r"|within a factor of|factor of)\b"
    r"[^.;\n]{0,60}",
    re.I,
)
"""What says how far off an estimate may be, and leads nowhere."""
_MOST_FIGURES = 24
_WHOLE = 30
"""How many times the most that the author takes a figure to be it may be; a part may be as small as it likes."""
_PEOPLE = frozenset({"peopl", "inhab", "resid", "popul", "perso", "citiz"})
_HOMES = frozenset({"house", "homes", "famil"})
_PER_HOME = 12
"""People in a household, at the very most."""
_STEM = 5
_SHARES = {"half": "0.5", "halved": "0.5", "third": "0.3333", "quarter": "0.25", "double": "2", "doubled": "2", "twice": "2",
           "triple": "3", "dozen": "12", "tenth": "0.1", "fifth": "0.2"}  # fmt: skip
_TIMES = {"two": 2, "three": 3, "four": 4}
_PERCENT = re.compile(r"%|\bper ?cent\b", re.I)


def told_values(text: str) -> set[Decimal]:
    """The values that the text tells: its figures as they stand and in full, as shares of a hundred, and shares in words."""
    figures = {number for pair in quantities(text) for number in pair}
    shares = {number / 100 for number in figures} if _PERCENT.search(text) else set()
    said = words(text)
    spoken = {Decimal(_SHARES[word]) for word in said if word in _SHARES}
    several = {Decimal(_SHARES[word.rstrip("s")]) * _TIMES[few] for few, word in pairwise(said) if few in _TIMES
               and word.rstrip("s") in _SHARES}  # fmt: skip
    return figures | shares | spoken | several


def leads(text: str, value: Fraction) -> bool:
    """Whether the estimate follows from the text's figures by two operations at most, or is one of them."""
    working = _RANGES.sub(" ", text)
    numbers = list(dict.fromkeys(abs(q.number) for q in find_quantities(working) if q.number))[:_MOST_FIGURES]
    firsts = [r for n, a in enumerate(numbers) for b in numbers[n + 1 :] for r in _results(a, b)]
    if any(_near(r, value) for r in (*numbers, *firsts)):
        return True
    products = dict.fromkeys(
        r for n, a in enumerate(numbers) for b in numbers[n + 1 :] for r in (a * b, a / b, b / a, a + b)
    )
    return any(
        _near(r, value, _CLOSE) for first in products for other in numbers for r in (first * other, first / other)
    )


def _results(a: Fraction, b: Fraction) -> tuple[Fraction, ...]:
    return (a * b, a / b, b / a, a + b, abs(a - b), a * b / 100, (a + b) / 2)


def _near(found: Fraction, value: Fraction, loose: Fraction = _LOOSE) -> bool:
    return abs(found - value) <= loose * value


def of_something_else(text: str, value: Fraction, unit: str) -> bool:
    """Whether the estimate's figure stands in the working with units, and none of them measures what was asked for."""
    wanted = read_unit(main_unit(unit))
    if wanted is None or not wanted.powers:
        return False
    said = flat(text)
    found = []
    for quantity in find_quantities(text):
        if abs(quantity.number - value) <= value / 1000:
            kind = read_unit(
                re.split(r"[\s,;.)]", re.sub(r"^[\d.,\s]+", "", said[quantity.start : quantity.end]).strip() or "-")[0]
            )
            found.append(kind.powers if kind else {})
    measured = [powers for powers in found if powers]
    return bool(measured) and all(powers != wanted.powers for powers in measured)


def beyond_belief(text: str, quantities: Sequence[Quantity], unit: str, task: str) -> str:
    """The sentence that gives one of the author's quantities a size far above all that it can be; empty if none does.

    Sizes in the unit of the result say nothing: every step of the working may have one.
    """
    result = {w[:_STEM] for w in words(unit)}
    places = {name for name in re.findall(r"(?<=[a-z,] )[A-Z][a-z]{2,}", task)}
    for sentence in sentences(text):
        said = flat(sentence)
        for quantity in find_quantities(sentence):
            named = re.findall(r"\b[A-Z][a-z]{2,}", said[: quantity.start])
            if places and not (named and named[-1] in places):
                continue
            noun = {w[:_STEM] for w in words(said[quantity.start : quantity.end + 24])[1:4]}
            if any(noun & (names - result) and quantity.number > most for names, most in map(_most, quantities)):
                return sentence
    return ""


def _most(quantity: Quantity) -> tuple[frozenset[str], Fraction]:
    """By what names a quantity goes, and above which size nobody can mean it."""
    name = {w[:_STEM] for w in words(main_unit(quantity.unit)) if len(w) > 3}
    most = Fraction(str(max(quantity.high, quantity.value)))
    if name & _HOMES:
        return _PEOPLE, most * _PER_HOME
    if name & _PEOPLE:
        return _PEOPLE, most * _PER_HOME
    return frozenset(name) if most > 100 else frozenset(), most * _WHOLE
