"""The kind glossary: which term of the text does this entry of a glossary define?"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from tasks.agents.kind import Kind, SkillRun
from tasks.answers import read_answer
from tasks.checks.check import Check, always
from tasks.records import Record, Rejected, identified
from tasks.teacher.contract import Contract, drafts_of
from tasks.text.replies import reply
from tasks.text.words import bare, holds, words

HEAD = "Definition:"
STEM = 5
"""Letters that two words have in common if one is made from the other, such as harbour and harbours."""


# What the author of a task returns. A model reads these descriptions.
class Entry(Contract):
    """An entry of a glossary."""

    term: str = Field(description="the term, one to four words, spelt as in the passage")
    definition: str = Field(description="what it is, in one sentence of at most 30 words that does not use the term")


class TermTask(Contract):
    """A request to name the term that an entry defines."""

    evidence: list[str] = Field(default=[], description="1 or 2 verbatim quotes from the passage that define the term")
    formal: Entry = Field(description="the entry; a program writes the definition below the instruction")
    instruction: str = Field(description="the request in one sentence, without the definition and without the term")


# What a program adds before the task is checked.
async def complete(record: Record, run: SkillRun) -> Record:
    """The task with the definition written out, and the term as its key."""
    term, definition = record.formal["term"], record.formal["definition"]
    if not holds(record.passage, term):
        raise Rejected("term_absent", "the term does not stand in the passage")
    asked = record.instruction.partition(HEAD)[0].rstrip()
    return identified(replace(record, instruction=f"{asked}\n\n{HEAD} {definition}", key=[term]))


# Checks: None is passed; a reject is counted under the check's name, with this detail. Quote no text in it.
def circular(record: Record) -> str | None:
    """Rejects a definition that uses its own term, or a word made from it."""
    ours, used = (
        {word[:STEM] for word in words(record.formal[part]) if len(word) >= STEM} for part in ("term", "definition")
    )
    return "the definition uses its own term" if ours & used else None


def term_named(record: Record) -> str | None:
    """Rejects a response that names another term; a plural and an article are no difference."""
    named = read_answer(record, reply(record)) or [""]
    same = _singular(named[0]) == _singular(record.formal["term"])
    return None if same else "the response names another term"


def _singular(term: str) -> str:
    return bare(term).removesuffix("s")


KIND = Kind(
    name="glossary",
    drafts=drafts_of(TermTask, "TermTasks"),
    complete=complete,
    checks=(
        Check(circular),
        # Whoever passes it is right, by program; failing it means that response and key differ, so it is asked once more.
        Check(term_named, decides=always, compares_key=True),
    ),
    offline="glossary_kind.offline:OFFLINE",
    defects="glossary_kind.offline:DEFECTS",
)
