"""A puzzle's key comes from its solver: the author's prose and data stay, and the data decide what the answer is.

Authors of puzzles are better at stating rules than at solving them, so a key that differs from the solver's is replaced
where exactly one answer exists. Data that do not say what the prose says show later: the responder, who reads the prose
alone, does not reach the solver's key.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from string import ascii_uppercase

from pydantic import ValidationError

from prompts import AnswerForm
from tasks.agents.kind import SkillRun
from tasks.checks.instruction import answer_hidden
from tasks.kinds.puzzle.contract import Formal
from tasks.kinds.puzzle.solver import IllPosed, folded, offered_choices, solved
from tasks.records import Record, Rejected, identified, rng
from tasks.text.numbers import quantities


async def solve(record: Record, run: SkillRun) -> Record:
    """The record with the solver's key, its options from the choices' texts; unchanged where the puzzle has no data."""
    try:
        formal = Formal.model_validate(record.formal)
    except ValidationError:
        raise Rejected("malformed", "the data are not in the form of a puzzle") from None
    beside = {name: record.formal[name] for name in ("mistakes",) if name in record.formal}
    if formal.model == "none":
        return identified(replace(record, formal=beside))
    options = _options(record, formal)
    if told := answer_hidden(replace(record, options=offered_choices(formal) or record.options)):
        raise Rejected("answer_hidden", told)  # the author's own letters: later the options stand in another order
    try:
        key = await asyncio.to_thread(solved, formal, record.answer_form, options)
    except IllPosed as why:
        raise Rejected(why.reason, why.detail) from None
    stated = _stated(record, record.options or offered_choices(formal))
    agrees = _agrees(record.answer_form, stated, _in_words(options, key))
    note = f"key from the solver; the author {'gave none' if not stated else 'agrees' if agrees else 'differs'}"
    return identified(
        replace(
            record,
            formal={**formal.model_dump(exclude_defaults=True), **beside},
            options=options,
            key=key,
            lineage=[*record.lineage, {"step": "solve", "note": note}],
        )
    )


def _options(record: Record, formal: Formal) -> list[str]:
    """The texts of the choices in a drawn order; where there are none, the author's options."""
    texts = offered_choices(formal) if record.answer_form == AnswerForm.OPTION else []
    if not texts:
        return record.options
    rng("choices", record.parent, texts).shuffle(texts)
    return texts


def _stated(record: Record, options: list[str]) -> list[str]:
    """The author's key in words; its letters are places among the author's own options or choices."""
    return _in_words(options, [part for part in record.key if part.strip()])


def _in_words(options: list[str], key: list[str]) -> list[str]:
    places = dict(zip(ascii_uppercase, options, strict=False))
    return [folded(places.get(part.strip(), part)) for part in key]


def _agrees(form: str, stated: list[str], found: list[str]) -> bool:
    """Whether the author's key says what the solver's does."""
    if form == AnswerForm.SPAN:  # an author may give several wordings
        return bool(set(found) & set(stated))
    if form == AnswerForm.NUMBER:
        figures = [{value for value, _ in quantities(part)} for part in (*stated[:1], *found)]
        return len(figures) == 2 and bool(figures[0] & figures[1])
    return stated == found if form == AnswerForm.ORDER else sorted(stated) == sorted(found)
