"""A record as blocks of material: what agents see of it."""

from __future__ import annotations

import json
from string import ascii_uppercase

from prompts import AnswerForm
from tasks.records import Json, Record

MANNER = ("register", "persona", "length", "output_format", "language")
"""Drawn values that a refinement keeps: how the task is worded and what its answer looks like."""
_UNLETTERED = (AnswerForm.MATCHING, AnswerForm.LABEL)
"""Forms whose options have names of their own."""


def material_blocks(record: Record) -> dict[str, str]:
    """The blocks that show a record's material to an agent: its passage, its functions, or both."""
    blocks = {"passage": record.passage} if record.passage else {}
    if record.tools:
        blocks["functions"] = _json(record.tools, indent=1)
    return blocks


def task_blocks(record: Record) -> dict[str, str]:
    """The material and the task with all that its author returned for it, as suggester and editor see them."""
    blocks = material_blocks(record)
    if record.evidence:
        blocks["evidence"] = _json(record.evidence)
    formal = {name: value for name, value in record.formal.items() if name != "mistakes"}
    if formal:
        blocks["formal"] = _json(formal)
    blocks["instruction"] = record.instruction
    if record.options:
        blocks["options"] = "\n".join(_lettered(record))
    if mistakes := record.formal.get("mistakes"):
        blocks["mistakes"] = "\n".join(f"{m['option']}: {m['misconception']}" for m in mistakes)
    if record.constraints:
        blocks["constraints"] = _json(record.constraints)
    key: Json | list[str] = {"calls": record.calls, "missing": record.missing} if record.tools else record.key
    return {**blocks, "key": _json(key)} if key or not record.answerable else blocks


def manner(record: Record) -> dict[str, str]:
    """The drawn values that the task and its answer keep when they are refined."""
    return {name: record.axes[name] for name in MANNER if name in record.axes}


def _lettered(record: Record) -> list[str]:
    if record.answer_form in _UNLETTERED:
        return record.options
    return [f"{letter}) {text}" for letter, text in zip(ascii_uppercase, record.options, strict=False)]


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
