"""What a kind of task is: all that the rest of the code knows of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from prompts import Transformation
from tasks.agents.skill_run import SkillRun
from tasks.checks.check import Check
from tasks.records import Json, Record
from tasks.teacher.contract import Contract, Drafts

Answers = Callable[[Record, Json, list[Json], SkillRun, int, list[Json]], Awaitable[str]]
"""What a function of the task answers: from record, call, messages so far, run, sample and the events, which it may extend."""


@dataclass(frozen=True)
class Environment:
    """Who else speaks in a conversation about a task."""

    answers: Answers | None = None
    """Answers the calls of the task's own functions; None: the task has none."""
    wish: Callable[[Record, list[Json]], dict[str, str] | None] | None = None
    """What the simulated user is told before their next message, as blocks; None when they want nothing more."""


def nothing(record: Record) -> str:
    """For kinds whose task says all that the student needs."""
    return ""


ALONE = Environment()
"""Nobody: the conversation ends with the first answer."""


@dataclass(frozen=True)
class Kind:
    """A kind of task, named by `kind:` in a `skill.yaml`; what a field says by default fits a plain question."""

    name: str
    drafts: Drafts
    """The schemas that the author of an instruction and its editor return."""
    transform: Callable[[Transformation, Record, SkillRun], Awaitable[Record]] | None = None
    """Makes the material of a task from a piece of a document; None: agents write a passage of prose."""
    complete: Callable[[Record, SkillRun], Awaitable[Record]] | None = None
    """What a program adds to a draft before it is checked; an `identified` record, or Rejected. None: nothing."""
    show: Callable[[Record], str] | None = None
    """What the student sees beside the task; None: the passage, if the skill shows it."""
    environment: Environment = ALONE
    checks: tuple[Check, ...] = ()
    """Checks that only tasks of this kind can pass or fail."""
    agents: tuple[str, ...] = ()
    """Agents that a skill of this kind has, beside those of every skill."""
    searches: tuple[str, ...] = ()
    """Which of `transform` and `complete` look into the rest of the document set."""
    contracts: tuple[type[Contract], ...] = ()
    """Structured answers other than drafts that its agents give."""
    offline: str = ""
    """`module:name` of its part of the offline teacher; empty where `tasks.offline` has it in its own table."""
    defects: str = ""
    """`module:name` of what its authors and responders can do wrong, for the simulator: role -> name of a defect -> function."""
