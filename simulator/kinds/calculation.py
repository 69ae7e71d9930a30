"""Defects of tasks that rest on a calculation, of their authors and of those who estimate."""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.author_defects import QUESTION, Plant, in_an_item
from simulator.case import Case, Planted
from tasks.kinds.calculation.calculation import Unsound, asked
from tasks.kinds.calculation.contract import Calculation
from tasks.records import Json

_FINAL = re.compile(r"(?P<lead>^Answer: )(?P<number>\d+(?:\.\d+)?)(?P<unit> [^\d\n]+)$", re.M)
_STEP = re.compile(r"\d (?:[\u00d7/] [\d.]+ )+= (?P<result>\d+(?:\.\d+)?)(?![\d.]*\d)")
_CALCULATION = ("wrong_figure", "wrong_sign", "units_astray", "range_astray", "claim_slip")
_OTHERS = {"kilograms": "hours", "hours": "kilograms", "euros": "litres", "litres": "euros", "metres": "hours"}


def stands_in(defect: Json, row_formal: Json) -> bool:
    """Whether a row rests on the calculation that an author's defect made; the same words may ask another task."""
    planted = defect["value"]["formal"]
    return all(row_formal.get(name) == planted[name] for name in ("quantities", "expression", "unit", "claim"))


def _calculates(item: Json) -> Json | None:
    formal = item.get("formal") or {}
    return formal if item.get("answerable", True) and formal.get("quantities") else None


def _wrong_figure(case: Case, item: Json) -> str | None:
    """A figure other than the one the task states; of an estimate or a claim, one that is off by magnitudes."""
    if not (formal := _calculates(item)) or formal["asks"] == "sensitivity":  # whose key does not hang on it
        return None
    estimate = formal["decimals"] < 0
    plain = [q for q in formal["quantities"] if q["low"] == q["high"] and q["unit"] and "/" not in q["unit"]]
    if not plain:
        return None
    quantity = case.random.choice(plain)
    quantity["value"] = quantity["value"] * (case.random.choice([40, 1000]) if estimate else 1.25)
    return "estimate" if estimate else "exact"


def _wrong_sign(case: Case, item: Json) -> str | None:
    """A factor that divides, or one that is left out."""
    formal = _calculates(item)
    if not formal or "*" not in formal["expression"]:
        return None
    detail = case.random.choice(["divided", "left_out"])
    if detail == "divided":
        formal["expression"] = formal["expression"].replace("*", "/", 1)
    else:
        formal["expression"] = formal["expression"].split("*")[0].strip()
    return detail


def _units_astray(case: Case, item: Json) -> str | None:
    formal = _calculates(item)
    if not formal or formal["unit"] not in _OTHERS:
        return None
    formal["unit"] = _OTHERS[formal["unit"]]
    return "result"


def _range_astray(case: Case, item: Json) -> str | None:
    ranged = [q for q in (_calculates(item) or {"quantities": []})["quantities"] if 0 < q["low"] < q["high"]]
    if not ranged:
        return None
    quantity = case.random.choice(ranged)
    detail = case.random.choice(["outside", "endless"])
    quantity["low" if detail == "outside" else "high"] = quantity["value"] * (2 if detail == "outside" else 10**9)
    return detail


def _claim_slip(case: Case, item: Json) -> str | None:
    formal = _calculates(item)
    if not formal or formal["asks"] != "claim":
        return None
    formal["claim"] *= 1000
    return "thousandfold"


def _result_told(case: Case, item: Json) -> str | None:
    formal = _calculates(item)
    if not formal or formal["asks"] not in {"value", "upper", "lower"}:
        return None
    try:
        found = float(asked(Calculation.model_validate(formal)))
    except Unsound:
        return None
    told = f"{found:.2f}" if formal["decimals"] == 2 else f"{float(f'{found:.3g}'):g}"
    if len(re.sub(r"\D", "", told)) < 3 or "e" in told:
        return None
    item["instruction"] += f" (Others have found {told}.)"
    return "found"


def _needs_the_text(case: Case, item: Json) -> str:
    said = item["instruction"]
    variants = {
        "according": f"According to the passage, {said[:1].lower()}{said[1:]}",
        "figures": f"{said} Use the figures given in the text.",
        "author": f"{said} Keep to what the author says.",
    }
    detail = case.random.choice(sorted(variants))
    item["instruction"] = variants[detail]
    return detail


def off_by_magnitude(case: Case) -> Planted | None:
    """A final figure a thousand times too large or too small, with the working as it was."""
    found = _FINAL.search(case.content)
    if not found:
        return None
    factor = case.random.choice([1000, 0.001])
    number = f"{float(found['number']) * factor:.6f}".rstrip("0").rstrip(".")
    content = f"{case.content[: found.start()]}{found['lead']}{number}{found['unit']}{case.content[found.end() :]}"
    return case.content_becomes(content, "larger" if factor > 1 else "smaller")


def without_working(case: Case) -> Planted | None:
    """The figure alone, with a range and without a calculation."""
    found = _FINAL.search(case.content)
    return case.content_becomes(f"Perhaps more, perhaps less, within a factor of two.\n\n{found[0]}") if found else None


def wrong_step(case: Case) -> Planted | None:
    """An equation whose result is not what its left side comes to; the final figure is left alone."""
    steps = list(_STEP.finditer(case.content))
    if not steps:
        return None
    step = case.random.choice(steps)
    other = f"{float(step['result']) * case.random.choice([1.1, 1.5, 0.7]):.4f}".rstrip("0").rstrip(".")
    return case.content_becomes(case.content[: step.start("result")] + other + case.content[step.end("result") :])


def without_range(case: Case) -> Planted | None:
    """Assumptions as bare figures, and nothing said on how far off the result may be."""
    if not _FINAL.search(case.content):
        return None
    lines = [line.split(", from ")[0] for line in case.content.splitlines() if "ends of the assumptions" not in line]
    return case.content_becomes("\n".join(lines))


CALCULATION: dict[str, Plant] = {
    "wrong_figure": in_an_item(_wrong_figure, "formal"),
    "wrong_sign": in_an_item(_wrong_sign, "formal"),
    "units_astray": in_an_item(_units_astray, "formal"),
    "range_astray": in_an_item(_range_astray, "formal"),
    "claim_slip": in_an_item(_claim_slip, "formal"),
    "result_told": in_an_item(_result_told),
    "needs_the_text": in_an_item(_needs_the_text),
    **{name: QUESTION[name] for name in ("wrong_key", "evidence_not_in_passage", "not_self_contained")},
}
ESTIMATES: dict[str, Callable[[Case], Planted | None]] = {
    plant.__name__: plant for plant in (off_by_magnitude, wrong_step, without_working, without_range)
}
IN_FORMAL = frozenset(_CALCULATION)
"""The kinds that lie in the calculation alone."""
DEFECTS = {"calculation": CALCULATION, "response": ESTIMATES}
