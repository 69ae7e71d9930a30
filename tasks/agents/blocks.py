"""A record as blocks of material: what agents see of it."""

from __future__ import annotations

import json

from tasks.records import Record


def material_blocks(record: Record) -> dict[str, str]:
    """The blocks that show a record's material to an agent: its passage, its functions, or both."""
    blocks = {"passage": record.passage} if record.passage else {}
    if record.tools:
        blocks["functions"] = json.dumps(record.tools, ensure_ascii=False, indent=1)
    return blocks


def task_blocks(record: Record) -> dict[str, str]:
    """The material and the instruction with its options and key, as suggester and editor see them."""
    blocks = {**material_blocks(record), "instruction": record.instruction}
    if record.options:
        blocks["options"] = "\n".join(record.options)
    key: object = {"calls": record.calls, "missing": record.missing} if record.tools else record.key
    if not record.tools and not record.key and (record.constraints or record.evidence):
        key = {"constraints": record.constraints, "must keep": record.evidence}
    if record.formal:
        blocks["formal"] = json.dumps(record.formal, ensure_ascii=False)
    return {**blocks, "key": json.dumps(key, ensure_ascii=False)}
