"""What a program adds to a task that rests on a calculation: the key that it gives."""

from __future__ import annotations

from dataclasses import replace

from tasks.agents.kind import SkillRun
from tasks.kinds.calculation.calculation import Unsound, decides, key_from_steps, worked_out
from tasks.kinds.calculation.contract import Calculation
from tasks.records import Record, Rejected, identified


async def calculate_key(record: Record, run: SkillRun) -> Record:
    """The key that the stated calculation gives; no calculation where there is nothing to answer or to calculate."""
    calc = Calculation.model_validate(record.formal or {})
    if not record.answerable or not decides(calc, record.answer_form):
        return identified(replace(record, formal={}))
    try:
        key = key_from_steps(calc, record.answer_form, record.options)
        formal = {**calc.model_dump(), "value": float(worked_out(calc))}
    except Unsound as flaw:
        raise Rejected("calculation", str(flaw)) from None
    return identified(replace(record, key=key, formal=formal))
