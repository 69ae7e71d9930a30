"""The kind question: a question whose answer its author states, in a form that a program can compare."""

from __future__ import annotations

from tasks.agents.kind import Kind
from tasks.agents.question import Question
from tasks.teacher.contract import drafts_of

KIND = Kind(
    name="question",
    drafts=drafts_of(Question, "Questions"),
)
