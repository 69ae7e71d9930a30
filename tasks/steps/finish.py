"""What a program adds to a draft before it is checked: a key that a solver finds, sources that a search brings ..."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from tasks.agents.run import Run
from tasks.answers.label import spell_labels
from tasks.kinds.calculation.calculation import Unsound, decides, key_of, worked_out
from tasks.kinds.calculation.contract import Calculation
from tasks.kinds.coding.complete import execute
from tasks.kinds.conversation.moves import opened
from tasks.kinds.extraction import fields as extraction
from tasks.kinds.labelling.complete import append_examples, arrange_labels
from tasks.kinds.pattern.complete import demonstrate
from tasks.kinds.puzzle.complete import solve
from tasks.kinds.retrieval.complete import retrieve
from tasks.records import Record, Rejected, identified, rng


async def finish(record: Record, run: Run) -> Record:
    """The drafted record with what its kind of draft gets from a program; unchanged where that is nothing."""
    work = FINISH.get(run.skill.draft)
    return record if work is None else await work(record, run)


async def _labelling(record: Record, run: Run) -> Record:
    """Labels in a drawn order, the key spelt like them, and labelled examples where the reader can see them."""
    draw = rng(run.seed, "labels", record.parent, record.options)
    options = arrange_labels(record.options, record.formal, draw)
    instruction = append_examples(record.instruction, record.formal.get("examples") or [], draw)
    # A letter in the key means the author's order, so the key is read before the labels move.
    key = spell_labels(spell_labels(record.key, record.options, letters=True), options)
    return identified(replace(record, options=options, instruction=instruction, key=key))


async def _form_shown(record: Record, run: Run) -> Record:
    """The instruction with the form that is to be filled in, in a drawn style; none where the answer is no form."""
    instruction = extraction.strip_form(record.instruction)
    if not extraction.parse_fields(record.formal):
        return identified(replace(record, instruction=instruction))
    styles = ["csv"] if record.formal.get("output") == "csv" else [s for s in extraction.LEADS if s != "csv"]
    style = rng(run.seed, "form", record.passage, instruction).choice(styles)
    shown = extraction.show_form(record.formal, style)
    return identified(replace(record, instruction=f"{instruction}\n\n{shown}"))


async def _calculated(record: Record, run: Run) -> Record:
    """The key that the stated calculation gives; no calculation where there is nothing to answer or to calculate."""
    calc = Calculation.model_validate(record.formal or {})
    if not record.answerable or not decides(calc, record.answer_form):
        return identified(replace(record, formal={}))
    try:
        key = key_of(calc, record.answer_form, record.options)
        formal = {**calc.model_dump(), "value": float(worked_out(calc))}
    except Unsound as flaw:
        raise Rejected("calculation", str(flaw)) from None
    return identified(replace(record, key=key, formal=formal))


async def _page_task(record: Record, run: Run) -> Record:
    """What the goal says of it: a wish that ends in giving up has no answer."""
    return identified(replace(record, answerable=record.formal.get("end") != "give_up"))


FINISH: dict[str, Callable[[Record, Run], Awaitable[Record]]] = {
    "calculation": _calculated,
    "extraction": _form_shown,
    "labelling": _labelling,
    "coding": execute,
    "pattern": demonstrate,
    "opening": opened,
    "puzzle": solve,
    "retrieval": retrieve,
    "web_task": _page_task,
}
"""Name in `draft:` of a skill.yaml -> the work; it returns an `identified` record or raises Rejected."""
