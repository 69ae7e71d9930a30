"""Answers by their form: how each is read from a response, what is wrong with its key, when two are the same.

A form is a module with one :class:`Form` value; `FORMS` holds them all. How the student is asked to answer in each form
stands in `prompts/_shared/presentation.yaml`.
"""

from __future__ import annotations

from tasks.answers.calls import CALLS
from tasks.answers.choices import OPTION_LETTERS
from tasks.answers.citations import strip_citations
from tasks.answers.code import CODE
from tasks.answers.estimate import ESTIMATE
from tasks.answers.final import both_ends
from tasks.answers.form import Agreement, Form, Readings
from tasks.answers.json_object import JSON
from tasks.answers.label import LABEL
from tasks.answers.matching import MATCHING
from tasks.answers.number import NUMBER
from tasks.answers.option import OPTION
from tasks.answers.order import ORDER
from tasks.answers.sets import SET
from tasks.answers.span import SPAN
from tasks.answers.text import TEXT
from tasks.answers.truth import TRUTH
from tasks.records import Record
from tasks.text.replies import reply

FORMS: dict[str, Form] = {
    form.name: form
    for form in (OPTION, TRUTH, NUMBER, ESTIMATE, SPAN, ORDER, SET, MATCHING, LABEL, JSON, TEXT, CODE, CALLS)
}
EXACT = frozenset(name for name, form in FORMS.items() if form.exact)
"""The forms whose answer a program finds in any response that states one."""


def readings(record: Record, text: str) -> Readings:
    """Every way to read the one final answer of the text, best first; empty if there is none or several."""
    form = FORMS.get(record.answer_form)
    return form.read(record, both_ends(strip_citations(record, text))) if form else []


def read_answer(record: Record, text: str) -> list[str] | None:
    """The final answer that the text states, in the form of the record's key; None if none is found beyond doubt."""
    return next(iter(readings(record, text)), None)


def compare(record: Record) -> Agreement | None:
    """The answer of the last message against the author's; None where a program cannot compare."""
    form = FORMS.get(record.answer_form)
    return form.compare(record, strip_citations(record, reply(record))) if form else None


def agreement(record: Record) -> bool | None:
    """Whether the last message gives the author's answer; None where a program cannot tell."""
    found = compare(record)
    return None if found in (None, Agreement.UNCLEAR) else found is Agreement.SAME


__all__ = [
    "EXACT",
    "FORMS",
    "OPTION_LETTERS",
    "Agreement",
    "Form",
    "Readings",
    "agreement",
    "compare",
    "read_answer",
    "readings",
]
