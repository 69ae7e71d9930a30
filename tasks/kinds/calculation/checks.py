"""Tasks that rest on a calculation: whether it is sound and stated, and whether a response shows how it estimates."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from tasks.answers import read_answer
from tasks.answers.estimate import main_unit, write_powers
from tasks.answers.final import answer_line, unmarked
from tasks.checks.check import Doubt, together
from tasks.kinds.calculation.calculation import CONVERSIONS, problem
from tasks.kinds.calculation.contract import Calculation
from tasks.kinds.calculation.shown import beyond_belief, leads, of_something_else, told_values
from tasks.records import Record
from tasks.text.numbers import quantities
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.units import read_unit
from tasks.text.words import words

COMPUTED = frozenset({"number", "estimate"})
"""Answer forms whose key only a calculation can give."""
CONSTANTS = CONVERSIONS | {1, 2, 3, 4, 10, 28, 29, 31, 100, 366, 1000, 1024, 1_000_000, 3.14, 3.14159}
"""Figures that a task need not state."""
_RANGE = re.compile(
    r"\b(?:between|range|ranges|ranging|from|bounds?|as (?:low|little|few) as|at least|at most|lower|upper|low|high|within"
    r"|factor|anywhere|plausibl[ey]|interval|error|uncertain\w*)\b|±|\d[ ]?(?:-|\u2013|—|to)[ ]?[$€£]?\d",
    re.I,
)
_PURE = re.compile(r"\s*(?:%|percent|per cent|fraction|ratio|share|times|probability|)\s*", re.I)
_NAMED_UNIT = re.compile(r"[$€]|(?:square|cubic)\s+\w+|[A-Za-z€$][\w²³^-]*")
MOST_WORDS = 400
"""Words among which a unit is looked for."""
_WORKING = re.compile(
    r"\d[\d.,%]*[^\n=≈]{0,80}[x\u00d7*·/÷+\u2212-][^\n=≈]{0,80}\d[^\n]{0,80}?[=≈]"
    r"|[=≈][^\n]*\d[^\n]*[x\u00d7*·/÷][^\n]*\d"
)

_TOLD = re.compile(
    r"\b(?:divided by|divide|times|multipl\w+|per|each|every|of them|share|makes?|gives?|comes? to|amounts? to"
    r"|works? out|adds? up|plus|so"
    r"|together|in all|product|twice|half|third|quarter|fifth|sixth|tenth|one in|out of)\b",
    re.I,
)
"""Words in which a calculation is told."""


def calculation(record: Record) -> str | None:
    """Rejects a calculation that is unsound, that its task does not state, or whose result the task tells."""
    if not record.formal:
        lacking = record.answerable and record.answer_form in COMPUTED
        return "no calculation behind the key" if lacking else None
    calc = Calculation.model_validate(record.formal)
    if flaw := problem(calc):
        return flaw
    if record.answer_form not in COMPUTED:
        return _all_stated(record, calc) if record.answer_form in {"option", "truth"} else None
    if calc.asks != "value" and (flaw := _ranges_stated(record, calc)):
        return flaw
    if record.answer_form == "number" and (flaw := _all_stated(record, calc)):
        return flaw
    if not _names_unit(record.instruction, calc.unit):
        return "the instruction does not name the unit of the result"
    told = {scaled for _, scaled in quantities(record.instruction)}
    if len(re.sub(r"\D", "", record.key[0] if record.key else "")) >= 3 and Decimal(record.key[0]) in told:
        return "the result stands in the instruction"
    return None


def estimate_shown(record: Record) -> Doubt | None:
    """Doubts an estimate without a calculation that leads to it, a unit, or a range for it."""
    if record.answer_form != "estimate" or not record.answerable:
        return None
    text = unmarked(reply(record))
    unit = str(record.formal.get("unit", ""))
    lines = [line for line in text.splitlines() if line.strip()]
    stated = read_answer(record, reply(record))
    value = Fraction(stated[0]) if stated else None
    working = "\n".join(lines[:-1] if answer_line(lines[-1]) is not None else lines) if lines else ""
    calc = Calculation.model_validate(record.formal or {})
    shown = bool(_WORKING.search(write_powers(text)) or (value and _TOLD.search(text) and leads(working, value)))
    far = beyond_belief(text, calc.quantities, calc.unit, record.instruction)
    found = {
        (
            "no calculation leads to the estimate",
            "Does the answer show how it comes to its estimate, figure by figure?",
        ): not shown,
        (
            "the estimate has no unit",
            "Does the answer say in what unit its estimate is, or is that clear from the task?",
        ): (not _names_unit(" ".join(lines)[-400:], unit)),
        (
            "no range for the estimate",
            "Does the answer say how far off the estimate may be, or between what it lies?",
        ): (not _RANGE.search(text)),
        (
            "the figure of the estimate is that of something else in the calculation",
            "Is the figure of the estimate that of what was asked for, and of nothing else in the calculation?",
        ): bool(value and of_something_else(working, value, unit)),
        (
            "a figure that is far above anything it can be",
            f"Can the figure of this sentence be as large as that in fact: {far}",
        ): bool(far),
        (
            "the estimate is not what its calculation gives",
            "Does the calculation that the answer shows lead to the estimate that it ends with?",
        ): bool(shown and value and not leads(working, value)),
    }
    return together(Doubt(problem, question, {"answer": text}, far) for (problem, question), so in found.items() if so)


def _states(told: set[Decimal], value: float) -> bool:
    exact = Decimal(str(value))
    return any(abs(exact - number) <= abs(exact) / 200 for number in told)


def _all_stated(record: Record, calc: Calculation) -> str | None:
    """Every figure of the calculation stands in the task, as digits, as a word, or as a percentage."""
    told = told_values("\n".join([record.instruction, *record.options]))
    if any(q.value not in CONSTANTS and not _states(told, q.value) for q in calc.quantities):
        return "the calculation uses a figure that the task does not state"
    if calc.asks == "claim" and not _states(told, float(calc.claim)):
        return "the claimed figure does not stand in the task"
    return _ranges_stated(record, calc) if calc.asks == "sensitivity" else None


def _ranges_stated(record: Record, calc: Calculation) -> str | None:
    told = told_values(record.instruction)
    for number, q in enumerate(calc.quantities, 1):
        if 0 < q.low < q.high and not (_states(told, q.low) and _states(told, q.high)):
            return f"the task does not state the range of quantity {number}"
    return None


def _names_unit(text: str, unit: str) -> bool:
    """Whether the text holds any word of the unit, or a unit of the same kind."""
    parts = re.findall(r"[^\W\d_]+", plain(unit))
    if _PURE.fullmatch(unit) or not (parts or set(unit) & set("$€£")):
        return True
    spoken = {word[:4] for word in words(text)}
    if any(part[:4] in spoken for part in parts) or any(sign in text for sign in "$€£" if sign in unit):
        return True
    wanted = read_unit(main_unit(unit))
    said = (read_unit(name) for name in _NAMED_UNIT.findall(text)[:MOST_WORDS])
    return bool(wanted and wanted.powers) and any(u is not None and wanted and u.powers == wanted.powers for u in said)
