"""Whether the figures of an estimate are carried on from one step to the next: from the task and what is assumed into the
calculation, and from it to the range and the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from tasks.answers import read_answer
from tasks.answers.final import answer_line, unmarked
from tasks.checks.arithmetic import equations
from tasks.checks.check import Doubt
from tasks.checks.figures import Figure, figures, prepare
from tasks.kinds.calculation.calculation import CONVERSIONS, Unsound, bounds, ranged, worked_out
from tasks.kinds.calculation.contract import Calculation, Quantity
from tasks.kinds.calculation.ends import other_ends
from tasks.kinds.calculation.shown import told_values
from tasks.records import Record
from tasks.text.replies import reply
from tasks.text.sentences import sentences
from tasks.text.words import words

_FREE = frozenset({Fraction(n) for n in (*CONVERSIONS, 0, 1, 2, 4, 10, 100, 1000, 1024, 1_000_000)})
_PAIR = re.compile(
    r"[\s$€£%]*(?:[^\W\d_][\w²³/]*[\s,]*){0,2}(?:to|and|–|-|—|or as many as|or as much as)[\s$€£~]*(?:about )?", re.I
)
_RANGED = re.compile(
    r"±|\bfactor\b|\bgive or take\b|\border of magnitude\b|\b(?:twice|half|double|triple|within|uncertain\w*|plus or minus"
    r"|low|lower|high|higher|upper|at least|at most|minimum|maximum|least|worst|pessimistic|optimistic|up to|as (?:few|many"
    r"|little|much|low|high) as|exceeds?|more than|less than|or so)\b",
    re.I,
)
_FACTOR = re.compile(
    r"\b(?P<not>not |n't )?(?P<way>within|inside|outside|beyond|further off than|more than|exceeds?|less than"
    r"|closer than)\b[^.;\d]{0,24}?\bfactor of (?P<factor>\d+(?:\.\d+)?|two|three|five|ten)\b",
    re.I,
)
_NOT = re.compile(r"(?:\bnot|n't|\bnever|\bno longer)(?: \w+){0,2} ?\Z", re.I)
_INSIDE = frozenset({"within", "inside", "less than", "closer than"})
_BY_A_FACTOR = re.compile(r"\bfactor of (?:about |around |roughly |only |just )?(\d+(?:\.\d+)?)", re.I)
_WORKED = re.compile(r"\d\s*[x×*·/÷]\s*\d")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ASKED = {
    "introduced": (
        "a figure of the calculation that is introduced nowhere, or as another figure",
        "Does the response say of each figure of its calculation what it stands for, and is it the same figure there?",
    ),
    "carried": (
        "the answer is not the figure that the last step gives",
        "Is the figure of the answer the one that the calculation gives, or that figure rounded?",
    ),
    "ends": (
        "an assumption or the end of a range is not the one that follows",
        "Are the assumptions and the ends of all ranges those that the task sets, or what follows from them?",
    ),
    "range": ("no range for the result", "Does the response say how far off its result may be?"),
    "reason": (
        "nothing is calculated that settles the claim",
        "Does the response give a calculation or a figure from which it follows whether the claim is right?",
    ),
    "factor": (
        "what is said of a factor is not what the calculation gives",
        "Is each factor that the response names, by which something differs or moves the result, what the figures give?",
    ),
    "figure": (
        "a figure that is neither the task's nor follows",
        "Is every figure of the response one of the task or what the calculation gives?",
    ),
}
"""What was found -> the problem, and what a reader is asked."""
_FACTOR_OF = re.compile(r"\bfactor of \Z", re.I)
_END = re.compile(r"\b(?:low|lower|high|higher|upper|least|most|minimum|maximum|bounds?|ends?)\b", re.I)
_OF_CALCULATING = re.compile(
    r"calculat\w+|total|result\w*|estimat\w+|arithmetic|so|then|thus|therefore|this|that|which|gives?|makes?|equation|product"
    r"|answer|altogether|together|the|and|for|with|step|working|here|hence|all|in|we|get|have|is|are|multipl\w+|divid\w+|\d.*"
)
_CLAUSE = re.compile(r"[;\n]|(?<=\D)[.,](?=\s)|(?<=\d)[.,](?=\s)")
_CLOSE = Fraction(1, 25)
"""Share by which a figure that was carried on wrongly may differ from the right one and still be told for it."""
_MOST = 40


def figures_carried(record: Record) -> Doubt | None:
    """Asks where a figure is not the one of the step before, or a factor is said to be another than the calculation gives."""
    if not record.answerable or not record.formal or record.answer_form not in {"estimate", "truth", "option"}:
        return None
    text = unmarked(reply(record))
    calc = Calculation.model_validate(record.formal)
    try:
        if calc.asks == "claim":
            return _claim(text, record, calc)
        if calc.asks == "sensitivity":
            return _swings(text, calc)
        return _estimate(text, record, calc) if record.answer_form == "estimate" else None
    except Unsound:
        return None


def _estimate(text: str, record: Record, calc: Calculation) -> Doubt | None:
    """The first place where a figure is not carried on."""
    stated = read_answer(record, reply(record))
    if not stated or len(figures(text)) > 4 * _MOST:
        return None
    value, line = figures(stated[0])[0], answer_line(text)
    ahead, _, behind = text.rpartition(line) if line and len(line) < len(text) / 2 else (text, "", "")
    working = f"{ahead}\n{behind}"
    pairs = list(_pairs(working))
    enclosed = any(a.scaled <= value.scaled <= b.scaled for a, b in pairs)
    wide = _stated(record, calc)
    if _not_introduced(working, record, wide):
        found = "introduced"
    elif _not_carried(working, value):
        found = "carried"
    elif (
        _other_limits(pairs, wide)
        or _other_value(working, pairs, wide)
        or _other_bounds(pairs, value, calc, wide)
        or other_ends(working, pairs, value.scaled)
    ):
        found = "ends"
    elif not enclosed and not _RANGED.search(_without_limits(working, pairs)):
        found = "range"
    else:
        return None
    return Doubt(*_ASKED[found], {"answer": text})


def _not_introduced(working: str, record: Record, wide: Sequence[Quantity]) -> bool:
    """Whether a bare figure stands in a calculation alone: no other part of the response has it, nor a unit beside it."""
    lines = [said for line in working.splitlines() for said in sentences(line)]
    # The figures of a range have the ends that stand in the task.
    found = list(equations("\n".join(line for line in lines if not _END.search(line)), rough=True))
    bare = [e for e in found if e.left in working and _WORKED.search(e.left)]
    outside = working
    for equation in bare:
        outside = outside.replace(equation.left, " ; ")
    told = {abs(Fraction(v)) for v in told_values(outside)} | {f.value for e in found for f in figures(e.right)}
    task = {abs(Fraction(v)) for v in told_values(record.instruction)}
    free = _FREE - {end for q in wide for end in (*_limits(q), Fraction(str(q.value)))}
    for equation in bare:
        given = task if _labelled(equation.left, lines) else set()
        for factor in (f for number in _NUMBER.findall(equation.left) for f in figures(number)):
            if _known(factor, told) or factor.value in given:
                continue
            slips = [v for v in told - task if 0 < abs(v - factor.value) <= max(Fraction(1), factor.value / 50)]
            if factor.value not in free or (factor.value >= 10 and slips):
                return True
    return False


def _labelled(left: str, lines: Sequence[str]) -> bool:
    """Whether the line says ahead of the calculation what is calculated, in a word that is not of calculating."""
    label = next((line[: line.index(left)] for line in lines if left in line), "")
    label = re.split(r"[.;=≈]\s", label)[-1].partition(",")[0]
    return any(len(word) > 2 and not _OF_CALCULATING.fullmatch(word) for word in words(label))


def _known(factor: Figure, told: Iterable[Fraction]) -> bool:
    """Whether the factor is told, as it stands or, for a decimal, as the share it rounds or the one in so many."""
    wanted = {factor.value, factor.scaled}
    loose = factor.value / 150 if factor.value.denominator > 1 else Fraction(0)
    return any(v in wanted or abs(v - factor.value) <= loose for v in told) or any(
        v and abs(1 / v - factor.value) <= factor.value / 150 for v in told
    )


def _not_carried(working: str, value: Figure) -> bool:
    """Whether the answer is close to a figure of the working, and neither that nor a rounding or a mean of any."""
    numbers = list(dict.fromkeys(v for f in figures(working) for v in (f.value, f.scaled) if v))[-_MOST:]
    near = [v for v in numbers if 0 < abs(v - value.scaled) <= max(Fraction(3, 2), _CLOSE * value.scaled)]
    if (
        not near
        or value.scaled < 10
        or any(_rounds(v * k, value) for v in numbers for k in (1, 1000, Fraction(1, 1000)))
    ):
        return False
    means = (m for a, b in combinations(numbers, 2) for m in ((a + b) / 2, Fraction(float(a * b) ** 0.5)))
    return (
        not any(abs(m - value.scaled) <= value.scaled / 50 and m not in near for m in means if m > 0) or len(near) == 1
    )


def _rounds(exact: Fraction, shown: Figure) -> bool:
    """Whether the figure shown is the exact one, rounded to the digits that it shows."""
    unit = Fraction(10) ** -shown.places * (shown.scaled / shown.value if shown.value else 1)
    return abs(exact - shown.scaled) <= unit * Fraction(51, 100)


def _pairs(text: str) -> Iterator[tuple[Figure, Figure]]:
    """Two figures told as the ends of a range, the smaller one first."""
    read, found = prepare(text), figures(text)
    for a, b in pairwise(found):
        if a.scaled <= b.scaled and _PAIR.fullmatch(read[a.end : b.start]) and not _FACTOR_OF.search(read[: a.start]):
            yield a, b


def _without_limits(working: str, pairs: list[tuple[Figure, Figure]]) -> str:
    read = prepare(working)
    for a, b in reversed(pairs):
        clause = read.rfind(", ", max(0, a.start - 40), a.start)
        read = read[: clause if clause >= 0 else a.start] + read[b.end :]
    return read


def _stated(record: Record, calc: Calculation) -> list[Quantity]:
    """The quantities whose limits the task states: others only their author knows."""
    told = {abs(Fraction(v)) for v in told_values(record.instruction)}
    return [q for q in calc.quantities if ranged(q) and told.issuperset(_limits(q))]


def _other_limits(pairs: list[tuple[Figure, Figure]], wide: Sequence[Quantity]) -> bool:
    """Whether one end of an assumption is the task's and the other one just beside it."""
    limits = [_limits(q) for q in wide]
    for a, b in pairs:
        said = [(a.scaled, b.scaled), (a.scaled / 100, b.scaled / 100)]
        if any(pair in limits for pair in said):
            continue
        for (low, high), (first, last) in ((limit, pair) for limit in limits for pair in said):
            wrong = (last, high) if first == low else (first, low) if last == high else None
            if wrong and 0 < abs(wrong[0] - wrong[1]) <= max(Fraction(1), wrong[1] / 10):
                return True
    return False


def _other_value(working: str, pairs: list[tuple[Figure, Figure]], wide: Sequence[Quantity]) -> bool:
    """Whether the figure right before an assumption's limits is close to the task's and is not it."""
    read, found = prepare(working), figures(working)
    for a, b in pairs:
        ahead = [f for f in found if f.end <= a.start and not re.search(r"[.;:\n]\s", read[f.end : a.start])]
        same = [q for q in wide if (a.scaled, b.scaled) == _limits(q)]
        values = {Fraction(str(q.value)) for q in same}
        if ahead and values and all(_close_to(ahead[-1].scaled, v) for v in values):
            return True
    return False


def _limits(quantity: Quantity) -> tuple[Fraction, Fraction]:
    return Fraction(str(quantity.low)), Fraction(str(quantity.high))


def _close_to(said: Fraction, exact: Fraction) -> bool:
    step = Fraction(said.denominator == exact.denominator == 1)
    return 0 < abs(said - exact) <= max(step, _CLOSE * exact)


def _other_bounds(
    pairs: list[tuple[Figure, Figure]], value: Figure, calc: Calculation, wide: Sequence[Quantity]
) -> bool:
    """Whether the range of the result is close to what the task's limits give, and neither that nor a rounding of it."""
    said_limits = {(a.scaled, b.scaled) for a, b in pairs}
    if not wide or len(wide) < sum(map(ranged, calc.quantities)) or any(_limits(q) not in said_limits for q in wide):
        return False
    ends = [Fraction(str(end)) for end in bounds(calc)]
    for pair in pairs:
        if pair[0].scaled <= value.scaled <= pair[1].scaled:
            for said, exact in zip(pair, ends, strict=True):
                if _close_to(said.scaled, exact) and not _rounds(exact, said):
                    return True
    return False


def _claim(text: str, record: Record, calc: Calculation) -> Doubt | None:
    """What is said of the claim's factor, and figures that neither the task nor a step has."""
    value, claim = Fraction(str(worked_out(calc))), Fraction(str(calc.claim))
    off = max(value, claim) / min(value, claim)
    for m in _FACTOR.finditer(text):
        factor = Fraction({"two": "2", "three": "3", "five": "5", "ten": "10"}.get(m["factor"].lower(), m["factor"]))
        inside = (m["way"].lower() in _INSIDE) != bool(m["not"] or _NOT.search(text[: m.start()]))
        if inside != (off <= factor) and abs(off - factor) > factor / 5:
            return Doubt(*_ASKED["factor"], {"answer": text})
    found = list(equations(text, rough=True))
    known = {f.scaled for e in found if e.holds for side in (e.left, e.right) for f in figures(side)}
    known |= {abs(Fraction(v)) for v in told_values(record.instruction)} | _FREE
    known |= {Fraction(str(end)) for q in calc.quantities for end in (q.value, q.low, q.high)}
    results = (
        value,
        claim,
        off,
        value * Fraction(str(calc.factor or 1)),
        value / Fraction(str(calc.factor or 1)),
        claim - value,
    )
    if (
        not found
        and all({f.value, f.scaled} & known for f in figures(text))
        and not any(_rounds(abs(r), f) for r in (value, off) for f in figures(text))
    ):
        return Doubt(*_ASKED["reason"], {"answer": text})
    slips = [
        f
        for f in figures(text)
        if not {f.value, f.scaled} & known and not any(_rounds(abs(r), f) for r in results) and _slipped(f, known)
    ]
    return Doubt(*_ASKED["figure"], {"answer": text}) if slips else None


def _slipped(figure: Figure, known: set[Fraction]) -> bool:
    return any(0 < abs(figure.value - v) <= max(Fraction(1), v / 50) for v in known if v)


def _swings(text: str, calc: Calculation) -> Doubt | None:
    """A factor by which a quantity is said to move the result, which is not that of its range."""
    names = {q.name: _words(q.name) for q in calc.quantities if ranged(q)}
    for clause in (c for s in sentences(text) for c in _CLAUSE.split(s)):
        said = _BY_A_FACTOR.findall(clause)
        told = f" {_words(clause)} "
        named = [q for q in calc.quantities if ranged(q) and f" {names[q.name]} " in told]
        if len(said) != 1 or len(named) != 1:
            continue
        (factor,) = figures(said[0])
        if not any(_rounds(move, factor) for move in _moves(named[0], calc)):
            return Doubt(*_ASKED["factor"], {"answer": text})
    return None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def _moves(quantity: Quantity, calc: Calculation) -> Iterator[Fraction]:
    """The factors between the ends of the range, and from the value to either end; in the result too."""
    value, low, high = (Fraction(str(v)) for v in (quantity.value, quantity.low, quantity.high))
    for a, b in ((low, high), (low, value), (value, high)):
        ends = [
            Fraction(str(worked_out(calc.model_copy(update={"quantities": _with(calc, quantity, end)}))))
            for end in (a, b)
        ]
        yield b / a
        yield max(ends) / min(ends)


def _with(calc: Calculation, quantity: Quantity, end: Fraction) -> list[Quantity]:
    return [q.model_copy(update={"value": float(end)}) if q.name == quantity.name else q for q in calc.quantities]
