"""Checks of options, key and final answer, in whatever form the task asks for."""

from __future__ import annotations

from tasks.answers import EXACT, FORMS, OPTION_LETTERS, Agreement, compare, read_answer
from tasks.checks.check import Doubt
from tasks.records import Record
from tasks.text.replies import reply
from tasks.text.words import bare

FORMAL = frozenset({"order", "matching", "json", "estimate", "code", "calls"})
"""Forms in which an answer that no program finds is none: whatever one says in prose, they have to be written out."""
MAX_WORDS = 1500
"""Words that an instruction may have."""


def well_formed(record: Record) -> str | None:
    """Rejects an empty or endless instruction, and options or a key that do not fit the answer form."""
    text = record.instruction.strip()
    if len(bare(text)) < 3:
        return "the instruction is empty"
    if len(text.split()) > MAX_WORDS:
        return f"the instruction is longer than {MAX_WORDS} words"
    if record.answer_form not in FORMS:
        return f"unknown answer form {record.answer_form!r}"
    return FORMS[record.answer_form].fault(record)


def answer_stated(record: Record) -> str | Doubt | None:
    """Rejects a response that gives several final answers or none of the asked form; where a reader may see one, it is asked."""
    if record.answer_form not in EXACT or not record.answerable:
        return None
    found = compare(record)
    if found is Agreement.SEVERAL:
        return f"several final answers, or one that is taken back, in the form {record.answer_form}"
    if found not in (None, Agreement.UNREAD) or (found is None and read_answer(record, reply(record)) is not None):
        return None
    problem = f"no single final answer of the form {record.answer_form}"
    if record.answer_form in FORMAL or not reply(record).strip():
        return problem
    return Doubt(
        problem, "Does the response settle on exactly one answer to the task, without hedging or taking it back?"
    )


def key_agreement(record: Record) -> str | Doubt | None:
    """Rejects a response whose answer is not the author's; where the two differ in words alone, a reader is asked."""
    found = compare(record) if record.answerable else None
    problem = "the answer is not the author's"
    if found in (None, Agreement.SAME):
        return None
    if found is Agreement.UNCLEAR or (found is Agreement.UNREAD and record.answer_form not in FORMAL):
        return Doubt(
            problem,
            "Is the one answer that the response settles on the same as the author's answer, which is shown, or as one of "
            "them where several are given as equally good?",
            {"the author's answer": _key(record)},
        )
    return problem


def _key(record: Record) -> str:
    """The key as a reader understands it."""
    options = dict(zip(OPTION_LETTERS, record.options, strict=False)) if record.answer_form == "option" else {}
    return "\n".join(f"{k}: {options[k]}" if k in options else k for k in record.key)
