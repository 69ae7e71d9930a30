"""The offline responder to logic puzzles: it reads the rules out of the prose and goes through every arrangement."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations, product

from tasks.answers import OPTION_LETTERS
from tasks.offline.view import View, split

Place = dict[str, str]
"""Label -> what it has."""
Test = Callable[[Place], bool]

_OPENING = re.compile(r"(\d+) (\w+), labelled ([A-Z][^.\n]*? and [A-Z][a-z]+)(?:,[^.\n]*| can speak)\.")
_ROOMS = re.compile(r"rooms \(([a-z, ]+)\)")
_RULES = re.compile(r"(?:Rules|Remarks):\n((?:- .+\n?)+)")
_SUPPOSED = re.compile(r"Suppose that ([^.]+)\. ")
_STATEMENT = re.compile(r"Statement [12]: ([^\n]+)\.")
_ASKED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("order", re.compile(r"In what order do the \w+ stand, from place 1 on\?")),
    ("matching", re.compile(r"Which of them goes to which room\?")),
    ("who", re.compile(r"Which of the \w+ has place (\d)\?")),
    ("all", re.compile(r"Name all of the \w+ that can have place (\d)\.")),
    ("most", re.compile(r"What is the greatest number of \w+ that can go to the (\w+)\?")),
    ("count", re.compile(r"How many different arrangements do the rules allow\?")),
    ("row", re.compile(r"Which order of the \w+, from place 1 on, fits all the rules\?")),
    ("list", re.compile(r"Which is the complete list of the \w+ that can have place (\d)\?")),
    ("must", re.compile(r"Which statement must be true\?")),
    ("could", re.compile(r"Which statement could be true\?")),
    ("cannot", re.compile(r"Which statement cannot be true\?")),
    ("fixes", re.compile(r"Which further fact would leave one arrangement and no other\?")),
    ("enough", re.compile(r"Are the statements, beside the rules, enough to tell which place (\w+) has\?")),
    ("clash", re.compile(r"If only one of them is given up, which one lets the others be kept\?")),
    (
        "stand_in",
        re.compile("Which rule could stand in place of \u201c([^\u201d]+)\u201d and leave the same arrangements\\?"),
    ),
    ("claim", re.compile(r"Claim: ([^.]+)\. Is it true or false that this must be so by the rules\?")),
)


@dataclass(frozen=True)
class Read:
    """A puzzle as read: what it asks, the arrangements left, and the student's view."""

    asks: str
    about: str
    ring: bool
    labels: list[str]
    tests: dict[str, Test]
    """Each rule's words with its test."""
    worlds: list[Place]
    """Every arrangement that would be possible without rules."""
    left: list[Place]
    view: View
    message: str


def puzzle_read(message: str) -> Read | None:
    """The puzzle in the message, if it is one of these; nothing if a rule cannot be read."""
    opening, rules = _OPENING.search(message), _RULES.search(message)
    asked = next(((name, m) for name, pattern in _ASKED if (m := pattern.search(message))), None)
    if not opening or not rules or not asked:
        return None
    labels = re.findall(r"[A-Z][a-z]+", opening[3])
    ring, lines = "round tray" in opening[0], re.findall(r"- (.+)", rules[1])
    worlds = _worlds(opening[0], labels)
    if premise := _SUPPOSED.search(message):
        lines.append(premise[1])
    tests = {line.rstrip("."): _sentence(line.rstrip("."), len(labels), ring) for line in lines}
    known = {words: test for words, test in tests.items() if test}
    if len(known) < len(tests):
        return None
    left = [w for w in worlds if all(test(w) for test in known.values())]
    name, question = asked
    about = question[1] if question.lastindex else ""
    view = split(message, opening.start(), question.end())
    return Read(name, about, ring, labels, known, worlds, left, view, message)


def answer(read: Read) -> tuple[str, list[str], str]:
    """Answer form, key and reason; an empty key if nothing fits, or more than one option does."""
    left, about = read.left, read.about
    reason = f"Tried against all that is stated, the arrangements that are left number {len(left)}."
    if read.asks in _TURNS:
        return "option", _TURNS[read.asks](read), "Each option was tried against every arrangement."
    if not left:
        return "text", [], reason
    holders = sorted({label for world in left for label, value in world.items() if value == about})
    if read.asks in {"who", "all"}:
        return (
            ("span" if read.asks == "who" else "set"),
            holders,
            f"{reason} Place {about} can go to {', '.join(holders)}.",
        )
    if read.asks == "count":
        return "number", [str(len(left))], reason
    if read.asks == "most":
        return "number", [str(max(list(w.values()).count(about) for w in left))], reason
    if read.asks == "order":
        row = sorted(read.view.options, key=lambda o: int(left[0][o]))
        return "order", [OPTION_LETTERS[read.view.options.index(o)] for o in row], f"{reason} It is {', '.join(row)}."
    if read.asks == "matching":
        return "matching", _pairs(read.view.options, left[0]), reason
    if read.asks == "claim":
        test = _sentence(about, len(read.labels), read.ring)
        holds = bool(test and all(test(w) for w in left))
        return (
            "truth",
            ["true" if holds else "false"],
            f"{reason} The claim holds in {'all' if holds else 'not all'} of them.",
        )
    fitting = [OPTION_LETTERS[i] for i, option in enumerate(read.view.options) if _fits(read, option, holders)]
    return "option", fitting if len(fitting) == 1 else [], f"{reason} {_weighed(read, holders)}".strip()


def _worlds(opening: str, labels: list[str]) -> list[Place]:
    if rooms := _ROOMS.search(opening):
        values = rooms[1].split(", ")
    elif "places 1 to" in opening:
        values = [str(i + 1) for i in range(len(labels))]
    else:
        values = ["truthful", "lying"] if "can speak" in opening else ["taken", "left"]
    orders = permutations(values) if "one in each place" in opening or "one to each room" in opening else None
    return [dict(zip(labels, w, strict=True)) for w in orders or product(values, repeat=len(labels))]


def _fits(read: Read, option: str, holders: list[str]) -> bool:
    if read.asks == "list":
        return sorted(option.split(", ")) == holders
    if read.asks == "row":
        return any(sorted(w, key=lambda label: int(w[label])) == option.split(", ") for w in read.left)
    test = _sentence(option.rstrip("."), len(read.labels), read.ring)
    count = sum(map(test, read.left)) if test else -1
    wanted = {"must": count == len(read.left), "could": count > 0, "cannot": count == 0, "fixes": count == 1}
    return wanted[read.asks]


def _weighed(read: Read, holders: list[str]) -> str:
    """What the arrangements that are left say of the options; nothing where an option is a whole arrangement."""
    if read.asks == "list":
        return f"Place {read.about} can go to {', '.join(holders)}."
    tests = {o.rstrip("."): _sentence(o.rstrip("."), len(read.labels), read.ring) for o in read.view.options}
    counts = [f"“{o}” in {sum(map(test, read.left))}" for o, test in tests.items() if test]
    return f"Of these, the options hold as follows: {', '.join(counts)}." if counts else ""


def _pairs(options: list[str], world: Place) -> list[str]:
    letters = {m[2]: m[1] for o in options if (m := re.match(r"([A-Z]): (\w+)", o))}
    return [f"{m[1]}-{letters[world[m[2]]]}" for o in options if (m := re.match(r"(\d): (\w+)", o))]


def _sentence(text: str, size: int, ring: bool) -> Test | None:
    """The sentence as a test of an arrangement; nothing if it is of no known make."""
    if m := re.fullmatch(r"If (.+), then (.+)", text):
        first, second = _sentence(m[1], size, ring), _sentence(m[2], size, ring)
        return (lambda w: not first(w) or second(w)) if first and second else None
    if m := re.fullmatch("([A-Z]\\w+) says: \u201c(.+?)\\.?\u201d", text):
        speaker, remark = m[1], _remark(m[2], m[1])
        return (lambda w: (w[speaker] == "truthful") == remark(w)) if remark else None
    for pattern, make in _MAKES:
        if m := re.fullmatch(pattern, text):
            return make(m, size, ring)
    return None


def _remark(text: str, speaker: str) -> Test | None:
    if m := re.fullmatch(r"([A-Z]\w+) and I are of (the same kind|different kinds)", text):
        other, same = m[1], m[2] == "the same kind"
        return lambda w: (w[other] == w[speaker]) is same
    if m := re.fullmatch(r"Exactly (\d) of us are liars", text):
        number = int(m[1])
        return lambda w: list(w.values()).count("lying") == number
    return _sentence(text, 0, False)


def _distance(a: str, b: str, size: int, ring: bool) -> int:
    gap = abs(int(a) - int(b))
    return min(gap, size - gap) if ring else gap


def _value(m: re.Match[str]) -> Test:
    label, wanted, value = m["a"], not m.groupdict().get("no"), m["v"].removeprefix("a ")
    value = {"liar": "lying"}.get(value, value)
    return lambda w: (w[label] == value) is wanted


_N = r"(?P<a>[A-Z]\w+)"
_M = r"(?P<b>[A-Z]\w+)"
_MAKES: tuple[tuple[str, Callable[[re.Match[str], int, bool], Test]], ...] = (
    (rf"{_N} has place (?P<v>\d)", lambda m, s, r: _value(m)),
    (rf"{_N} (?P<no>does not) have place (?P<v>\d)", lambda m, s, r: _value(m)),
    (rf"{_N} goes to the (?P<v>\w+)", lambda m, s, r: _value(m)),
    (rf"{_N} (?P<no>does not) go to the (?P<v>\w+)", lambda m, s, r: _value(m)),
    (rf"{_N} is (?P<v>taken|left|truthful|a liar)", lambda m, s, r: _value(m)),
    (rf"{_N} has an earlier place than {_M}", lambda m, s, r: lambda w: int(w[m["a"]]) < int(w[m["b"]])),
    (rf"{_N} comes directly before {_M}", lambda m, s, r: lambda w: int(w[m["b"]]) - int(w[m["a"]]) == 1),
    (
        rf"{_N} and {_M} are next to each other",
        lambda m, s, r: lambda w: _distance(w[m["a"]], w[m["b"]], s, r) == 1,
    ),
    (
        rf"{_N} and {_M} are not next to each other",
        lambda m, s, r: lambda w: _distance(w[m["a"]], w[m["b"]], s, r) != 1,
    ),
    (rf"{_N} and {_M} go to the same room", lambda m, s, r: lambda w: w[m["a"]] == w[m["b"]]),
    (rf"{_N} and {_M} go to different rooms", lambda m, s, r: lambda w: w[m["a"]] != w[m["b"]]),
    (
        r"[Ee]xactly (?P<n>\d) of the \w+ (?:are (?P<t>taken)|go to the (?P<v>\w+))",
        lambda m, s, r: lambda w: list(w.values()).count(m["t"] or m["v"]) == int(m["n"]),
    ),
)


def _only(read: Read, fits: Callable[[str], bool]) -> list[str]:
    fitting = [OPTION_LETTERS[i] for i, option in enumerate(read.view.options) if fits(option.rstrip("."))]
    return fitting if len(fitting) == 1 else []


def _without(read: Read, words: str) -> list[Place]:
    others = [test for told, test in read.tests.items() if told != words]
    return [w for w in read.worlds if all(test(w) for test in others)]


def _clash(read: Read) -> list[str]:
    return _only(read, lambda option: option in read.tests and bool(_without(read, option)))


def _stand_in(read: Read) -> list[str]:
    loose = _without(read, read.about)

    def same(option: str) -> bool:
        test = _sentence(option, len(read.labels), read.ring)
        return bool(test) and [w for w in loose if test and test(w)] == read.left

    return _only(read, same)


def _enough(read: Read) -> list[str]:
    tests = [_sentence(m[1], len(read.labels), read.ring) for m in _STATEMENT.finditer(read.message)]
    if len(tests) != 2 or not all(tests):
        return []

    def settled(*used: Test | None) -> bool:
        return len({w[read.about] for w in read.left if all(test(w) for test in used if test)}) == 1

    first, second, both = settled(tests[0]), settled(tests[1]), settled(*tests)
    opening = (
        "Each of"
        if first and second
        else "Statement 1"
        if first
        else "Statement 2"
        if second
        else "Both"
        if both
        else "Even"
    )
    return _only(read, lambda option: option.startswith(opening))


_TURNS: dict[str, Callable[[Read], list[str]]] = {"clash": _clash, "stand_in": _stand_in, "enough": _enough}
