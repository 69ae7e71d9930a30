"""What a program adds to a draft before it is checked: a key that a solver finds, sources that a search brings ..."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from tasks.formal import extraction
from tasks.formal.labelling import arranged, canonical, with_examples
from tasks.records import Record, identified, rng
from tasks.run import Run


async def finish(record: Record, run: Run) -> Record:
    """The drafted record with what its kind of draft gets from a program; unchanged where that is nothing."""
    work = FINISH.get(run.skill.draft)
    return record if work is None else await work(record, run)


async def _labelling(record: Record, run: Run) -> Record:
    """Labels in a drawn order, the key spelt like them, and labelled examples where the reader can see them."""
    draw = rng(run.seed, "labels", record.parent, record.options)
    options = arranged(record.options, record.formal, draw)
    instruction = with_examples(record.instruction, record.formal.get("examples") or [], draw)
    # A letter in the key means the author's order, so the key is read before the labels move.
    key = canonical(canonical(record.key, record.options), options)
    return identified(replace(record, options=options, instruction=instruction, key=key))


async def _form_shown(record: Record, run: Run) -> Record:
    """The instruction with the form that is to be filled in, in a drawn style; none where the answer is no form."""
    instruction = extraction.without_form(record.instruction)
    if not record.formal.get("fields"):
        return identified(replace(record, instruction=instruction))
    styles = ["csv"] if record.formal.get("output") == "csv" else [s for s in extraction.LEADS if s != "csv"]
    style = rng(run.seed, "form", record.passage, instruction).choice(styles)
    shown = extraction.shown(record.formal, style)
    return identified(replace(record, instruction=f"{instruction}\n\n{shown}"))


FINISH: dict[str, Callable[[Record, Run], Awaitable[Record]]] = {"extraction": _form_shown, "labelling": _labelling}
"""Name in `draft:` of a skill.yaml -> the work; it returns an `identified` record or raises Rejected."""
