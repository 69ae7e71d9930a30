"""Small functions that the offline teacher knows: how each is promised in prose, written, broken, and what it gives.

Author, test writer and responder share the promise alone. The author shows or hides code, the responder writes code from
the promise, and the expected values of tests come from `expected`, which is written another way than the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

from tasks.offline.wording import Wording

Slots = dict[str, str]
_Value = Any


@dataclass(frozen=True)
class CodeKind:
    """One sort of function of one argument."""

    verb: str
    promise: Wording
    """What it does, with its name in backticks."""
    code: str
    """As the responder writes it."""
    longer: str
    """The same, written at length: what the author shows."""
    slips: tuple[tuple[str, str], ...]
    """Changes of the longer version that make it wrong."""
    expected: Callable[[_Value, Slots], _Value]
    arguments: tuple[_Value, ...]
    """Usual and border values; every slip shows on one of them."""
    breaks: str
    """The exception that None as its argument leads to."""

    def slots(self, topic: str, draw: Random) -> Slots:
        n = draw.randint(3, 9)
        pairs = draw.choice((("a", "o"), ("e", "i"), ("r", "l"), ("s", "z")))
        figures = {"n": str(n), "high": str(n + draw.randint(3, 8))}
        return {
            "name": f"{self.verb}_{topic}",
            **figures,
            "old": pairs[0],
            "new": pairs[1],
            "mark": draw.choice("-/.+"),
        }

    def written(self, template: str, slots: Slots) -> str:
        for name, value in slots.items():
            template = template.replace(f"<{name}>", value)
        return template.strip("\n")


_NUMBERS: tuple[_Value, ...] = (
    [4, 11, 7, 3, 18, 9],
    [],
    [5],
    [6, 6, 12],
    [-4, 0, 30, 8, 9, 10],
    [3, 4, 5, 6, 7, 8, 9, 21],
)
_TEXTS = ("a rare sea salt", "", "error", "one two three two", "Ideas arise", "salt")

KINDS = (
    CodeKind(
        "count",
        Wording(
            "`{name}(numbers)` takes a list of whole numbers and returns how many of them are greater than {n}; "
            "0 for an empty list.",
            "`{name}(numbers)` gives the count of those whole numbers in a list that exceed {n}, which is 0 "
            "where the list is empty.",
        ),
        "def <name>(numbers):\n    return sum(1 for number in numbers if number > <n>)",
        "def <name>(numbers):\n    found = 0\n    for number in numbers:\n        if number > <n>:\n            "
        "found = found + 1\n    return found",
        (("> <n>", "< <n>"), ("found = 0", "found = 1"), ("    return found", "        return found")),
        lambda v, s: len([x for x in v if x > int(s["n"])]),
        _NUMBERS,
        "TypeError",
    ),
    CodeKind(
        "total",
        Wording(
            "`{name}(numbers)` takes a list of whole numbers and returns the sum of those that {n} divides "
            "without remainder.",
            "`{name}(numbers)` adds up the multiples of {n} in a list of whole numbers and returns the sum, 0 if "
            "there are none.",
        ),
        "def <name>(numbers):\n    return sum(number for number in numbers if number % <n> == 0)",
        "def <name>(numbers):\n    total = 0\n    for number in numbers:\n        if number % <n> != 0:\n        "
        "    continue\n        total = total + number\n    return total",
        (("% <n> != 0", "% <n> == 0"), ("total = total + number", "total = number"), ("continue", "break")),
        lambda v, s: sum(x for x in v if x == int(s["n"]) * (x // int(s["n"]))),
        _NUMBERS,
        "TypeError",
    ),
    CodeKind(
        "limit",
        Wording(
            "`{name}(numbers)` returns a new list in which every number below {n} is raised to {n} and every "
            "number above {high} "
            "lowered to {high}; the others stay, in their order.",
        ),
        "def <name>(numbers):\n    return [min(max(number, <n>), <high>) for number in numbers]",
        "def <name>(numbers):\n    limited = []\n    for number in numbers:\n        if number < <n>:\n          "
        "  limited.append(<n>)\n        "
        "elif number > <high>:\n            limited.append(<high>)\n        else:\n            "
        "limited.append(number)\n    return limited",
        (("append(<high>)", "append(<n>)"), ("limited.append(<n>)", "pass"), ("    return limited", "        return limited")),
        lambda v, s: [sorted((int(s["n"]), x, int(s["high"])))[1] for x in v],
        _NUMBERS,
        "TypeError",
    ),
    CodeKind(
        "jumps",
        Wording(
            "`{name}(numbers)` returns how often two neighbours in a list of numbers differ by more than {n}; "
            "lists of fewer than two "
            "numbers give 0.",
        ),
        "def <name>(numbers):\n    return sum(abs(b - a) > <n> for a, b in zip(numbers, numbers[1:]))",
        "def <name>(numbers):\n    jumps = 0\n    for place in range(1, len(numbers)):\n        gap = "
        "numbers[place] - numbers[place - 1]\n"
        "        if gap > <n> or gap < -<n>:\n            jumps = jumps + 1\n    return jumps",
        (("range(1, ", "range(2, "), (" or gap < -<n>", ""), ("jumps = jumps + 1", "jumps = 1")),
        lambda v, s: len([1 for a, b in pairwise(v) if max(a, b) - min(a, b) > int(s["n"])]),
        ([4, 40, 7], [], [5], [60, 6, 12, 80, 81], [-40, 0, 30], [1, 50, 100, 20]),
        "TypeError",
    ),
    CodeKind(
        "respell",
        Wording(
            "`{name}(text)` returns the text with every “{old}” written as “{new}”; capital letters are other "
            "letters and stay.",
        ),
        'def <name>(text):\n    return text.replace("<old>", "<new>")',
        'def <name>(text):\n    letters = []\n    for letter in text:\n        if letter == "<old>":\n           '
        ' letter = "<new>"\n'
        '        letters.append(letter)\n    return "".join(letters)',
        (('== "<old>"', '!= "<old>"'), ('"".join', '" ".join'), ("        letters.append", "            letters.append")),
        lambda v, s: s["new"].join(v.split(s["old"])),
        ("a rare sea salt", "", "error", "grease", "All ears", "rise"),
        "TypeError",
    ),
    CodeKind(
        "longest",
        Wording(
            "`{name}(text)` returns the longest word of a text whose words are parted by spaces, the first of "
            "them if several are "
            "equally long, and an empty text if there is no word.",
        ),
        'def <name>(text):\n    return max(text.split(), key=len, default="")',
        'def <name>(text):\n    longest = ""\n    for word in text.split():\n        if len(word) > '
        'len(longest):\n            longest = word\n'
        "    return longest",
        (
            ("> len(longest)", ">= len(longest)"),
            ("> len(longest)", "< len(longest)"),
            ("    return longest", "        return longest"),
        ),
        lambda v, s: next((w for w in v.split() if len(w) == max(map(len, v.split()))), ""),
        ("one two three", "", "word", "salt seas rare", "a bb cc d", "at the harbour gate"),
        "AttributeError",
    ),
    CodeKind(
        "initials",
        Wording(
            "`{name}(text)` returns the first letters of the words of a text as capitals, joined with “{mark}”.",
            "`{name}(text)` takes the first letter of each word, makes it a capital and joins all of them with “{mark}”.",
        ),
        'def <name>(text):\n    return "<mark>".join(word[0].upper() for word in text.split())',
        'def <name>(text):\n    letters = []\n    for word in text.split():\n        letters.append(word[0].upper())\n'
        '    return "<mark>".join(letters)',
        (("word[0]", "word[-1]"), (".upper()", ""), ('"<mark>".join', '"".join')),
        lambda v, s: s["mark"].join(w[:1].upper() for w in v.split()),
        _TEXTS,
        "AttributeError",
    ),
)  # fmt: skip


def promised(message: str) -> tuple[CodeKind, Slots] | None:
    """The function that a message promises, with its slots; the places of a line break do not matter."""
    flat = " ".join(message.split())
    for kind in KINDS:
        if found := kind.promise.find(flat):
            slots = found.groupdict()
            # A fence before the promise opens with the same mark as its name.
            return kind, {**slots, "name": re.findall(r"\w+", slots["name"])[-1]}
    return None
