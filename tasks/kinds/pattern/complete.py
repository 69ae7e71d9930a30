"""A task by example gets its key from its rule, its examples in a drawn order and a drawn manner of writing them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from string import ascii_uppercase

from pydantic import ValidationError

from prompts import AnswerForm
from tasks.agents.kind import SkillRun
from tasks.kinds.pattern.contract import REAL, Pattern, Rule
from tasks.kinds.pattern.demonstration import final_form, in_drawn_order, style_for
from tasks.kinds.pattern.rules import IllPosed, output_by_rule, same_output
from tasks.records import Record, Rejected, identified, rng


async def demonstrate(record: Record, run: SkillRun) -> Record:
    """The record with the rule's key; the author's key stays where the rule is none that a program can follow."""
    try:
        pattern = Pattern.model_validate(record.formal)
    except ValidationError:
        raise Rejected("malformed", "rule and examples are not in their form") from None
    ruled = record.task_type not in REAL and pattern.rule.kind != "none" and bool(pattern.rule.cases)
    sort = "rule" if ruled else REAL.get(record.task_type, "other")
    pattern = pattern.model_copy(update={"sort": sort, **({} if ruled else {"rule": Rule()})})
    key = record.key
    if pattern.rule.cases and record.answerable:
        try:
            found = await asyncio.to_thread(output_by_rule, pattern)
        except IllPosed as why:
            raise Rejected(why.reason, why.detail) from None
        key = _key(record, found)
    draw = rng(run.seed, "examples", record.parent, pattern.query, [e.input for e in pattern.examples])
    pattern = pattern.model_copy(update={"examples": in_drawn_order(pattern, draw)})
    style = style_for(pattern, draw)
    text, shape = final_form(pattern, style, record.answer_form, draw)
    formal = {**pattern.model_dump(), "style": style, "hint": text, "shape": shape}
    return identified(replace(record, formal=formal, key=key))


def _key(record: Record, found: str) -> list[str]:
    """The rule's output in the answer form of the record."""
    if record.answer_form == AnswerForm.OPTION:
        places = [place for place, option in enumerate(record.options[:8]) if same_output(option, found)]
        if len(places) != 1:
            raise Rejected(
                "malformed", f"{len(places)} of the options are what the rule gives, where exactly one must be"
            )
        return [ascii_uppercase[places[0]]]
    if record.answer_form in (AnswerForm.TEXT, AnswerForm.NUMBER):
        return [found]
    return record.key
