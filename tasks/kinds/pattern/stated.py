"""What a response says of the examples and of their rule, held against the examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from tasks.checks.check import Doubt
from tasks.kinds.pattern.operations import Unfit, number
from tasks.kinds.pattern.rules import same_output
from tasks.records import Record
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.sentences import sentences

_N = r"(-?\d+(?:\.\d+)?)"
_GIVES = (
    r"\s*(?:\u2192|=>|->|(?:gives?|yields?|becomes?|turns? into|is turned into|maps? to|is mapped to|goes to|leads? to"
    r"|produces?|results? in|made)\b)\s*"
)
_CONDITIONS: tuple[tuple[str, Callable[[Fraction, Fraction], bool]], ...] = (
    (rf"(?:above|over|greater than|more than|larger than|bigger than|higher than|exceeding|beyond|>)\s*{_N}", lambda x, n: x > n),
    (rf"(?:below|under|less than|fewer than|smaller than|lower than|<)\s*{_N}", lambda x, n: x < n),
    (rf"(?:at least|from)\s*{_N}", lambda x, n: x >= n),
    (rf"{_N} (?:and|or) (?:above|over|more|higher|greater)", lambda x, n: x >= n),
    (rf"(?:at most|up to)\s*{_N}", lambda x, n: x <= n),
    (rf"(?:multiples? of|divisible by)\s*{_N}", lambda x, n: n != 0 and x % n == 0),
    (r"\beven\b()", lambda x, n: x % 2 == 0),
    (r"\bodd\b()", lambda x, n: x % 2 == 1),
)  # fmt: skip
_STEPS: tuple[tuple[str, Callable[[Fraction, Fraction], Fraction]], ...] = (
    (rf"divided by\s*{_N}|divid(?:e|es|ing) (?:\w+ )?by\s*{_N}", lambda x, n: x / n),
    (rf"(?:multiplied|multipl(?:y|ies|ying)(?: \w+)?) by\s*{_N}|times\s*{_N}", lambda x, n: x * n),
    (
        rf"(?:add(?:s|ing)?|plus|get|gain)\s*{_N}|{_N} (?:is|are|gets?) added|(?:increased|raised|grows?) by\s*{_N}",
        lambda x, n: x + n,
    ),
    (
        rf"(?:subtract(?:s|ing)?|minus|lose)\s*{_N}|{_N} (?:is|are|gets?) (?:subtracted|taken away|taken off)"
        rf"|(?:reduced|decreased|lowered) by\s*{_N}",
        lambda x, n: x - n,
    ),
    (r"\b(?:doubled?|doubles)\b()", lambda x, n: 2 * x),
    (r"\b(?:halved?|halves)\b()", lambda x, n: x / 2),
    (r"\b(?:tripled?|triples)\b()", lambda x, n: 3 * x),
    (r"\b(?:squared?|squares)\b()", lambda x, n: x * x),
)
_GENERAL = re.compile(
    r"\b(?:numbers|inputs|values|entries|those|ones|all|any|every|each|anything|everything|whatever|multiples)\b", re.I
)
_CASES = re.compile(
    r";|:\s|,? (?:while|whereas|but|otherwise)\b|,? (?=(?:and |or )?(?:(?:all|the|any|every) )*"
    r"(?:others?|rest|numbers|values|inputs|those)\b)|,? (?=and (?:odd|even)\b)"
)
_DENIED = re.compile(r"\b(?:not|no|never|unless|except|other(?:wise)?|neither|else)\b|n't\b")
_LONGEST = 60
"""Letters of an input or output up to which it is looked for in a sentence."""


def rule_fits(record: Record) -> Doubt | None:
    """Asks where a rule that a response states, or what it says an example gives, is not borne out by the examples."""
    examples = [(str(e.get("input") or ""), str(e.get("output") or "")) for e in record.formal.get("examples") or []]
    if not record.answerable or not examples:
        return None
    for sentence in sentences(reply(record)):
        if _misreported(sentence, examples) or any(_refuted(part, examples) for part in _parts(sentence)):
            return Doubt(
                "states a rule that the examples refute",
                "Is what the response says about the rule, and about single examples, true of every example shown?",
            )
    return None


def _misreported(sentence: str, examples: list[tuple[str, str]]) -> bool:
    """Whether the sentence says that the input of an example gives something that its output is not."""
    for given, output in examples:
        if len(given) > _LONGEST or len(given) < 2:
            continue
        for m in re.finditer(rf"(?<![\w.,-]){re.escape(given)}[\"'”`]*{_GIVES}", sentence):
            # What is reached by way of other steps is told in the end.
            rest = sentence[m.end() :]
            if same_output(rest.strip(" .\"'“”`*"), output) or _holds(rest, output):
                continue
            if re.match(r"[\"'“`*]*[\w-]", rest):
                return True
    return False


def _holds(text: str, value: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(plain(value).strip())}(?!\w)", plain(text)) is not None


def _parts(sentence: str) -> Iterator[str]:
    """What a sentence says of different cases, each by itself."""
    yield from _CASES.split(sentence)


def _refuted(part: str, examples: list[tuple[str, str]]) -> bool:
    """Whether a rule about all numbers of a sort does not give the output of an example of that sort."""
    said = plain(part)
    general = _GENERAL.search(said)
    if not general or _DENIED.search(said):
        return False
    conditions = [(m, test) for pattern, test in _CONDITIONS for m in re.finditer(pattern, said)]
    steps = sorted(
        ((m.start(), _figure(m), do) for pattern, do in _STEPS for m in re.finditer(pattern, said)), key=lambda s: s[0]
    )
    if not conditions or not steps or min(m.start() for m, _ in conditions) < general.start() - 12:
        return False
    numbers = [(x, y) for x, y in map(_numbers, examples) if x is not None and y is not None]
    held = [(x, y) for x, y in numbers if all(test(x, _figure(m)) for m, test in conditions)]
    return any(_worked(steps, x) != y for x, y in held)


def _worked(
    steps: list[tuple[int, Fraction, Callable[[Fraction, Fraction], Fraction]]], x: Fraction
) -> Fraction | None:
    for _, n, do in steps:
        try:
            x = do(x, n)
        except ZeroDivisionError:
            return None
    return x


def _figure(m: re.Match[str]) -> Fraction:
    return Fraction(next((g for g in m.groups() if g), "0"))


def _numbers(example: tuple[str, str]) -> tuple[Fraction | None, Fraction | None]:
    try:
        return Fraction(number(example[0])), Fraction(number(example[1]))
    except Unfit:
        return None, None
