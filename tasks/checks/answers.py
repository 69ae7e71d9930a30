"""Checks of options, key and final answer, in whatever form the task asks for."""

from __future__ import annotations

from tasks.answers import EXACT, FORMS, agreement, read_answer
from tasks.records import Record
from tasks.text.replies import reply
from tasks.text.words import bare

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


def answer_stated(record: Record) -> str | None:
    """Rejects a response in which no single final answer of the asked form can be found."""
    if record.answer_form not in EXACT or not record.answerable or read_answer(record, reply(record)) is not None:
        return None
    return f"no single final answer of the form {record.answer_form}"


def key_agreement(record: Record) -> str | None:
    """Rejects a response whose answer is not the author's."""
    return "the answer is not the author's" if record.answerable and agreement(record) is False else None
