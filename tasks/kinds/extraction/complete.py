"""What a program adds to an extraction task: the form that is to be filled in, below the instruction."""

from __future__ import annotations

from dataclasses import replace

from tasks.agents.kind import SkillRun
from tasks.kinds.extraction.fields import LEADS, parse_fields, show_form, strip_form
from tasks.records import Record, identified, rng


async def complete(record: Record, run: SkillRun) -> Record:
    """The instruction with the form that is to be filled in, in a drawn style; none where the answer is no form."""
    instruction = strip_form(record.instruction)
    if not parse_fields(record.formal):
        return identified(replace(record, instruction=instruction))
    styles = ["csv"] if record.formal.get("output") == "csv" else [s for s in LEADS if s != "csv"]
    style = rng(run.seed, "form", record.passage, instruction).choice(styles)
    shown = show_form(record.formal, style)
    return identified(replace(record, instruction=f"{instruction}\n\n{shown}"))
