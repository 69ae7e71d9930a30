"""What a check is: a function of a record, with what else has to be known of it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tasks.records import Json, Record


@dataclass(frozen=True)
class Doubt:
    """A difference that no program can decide by value: a reader is asked before anything is rejected."""

    problem: str
    """The reject's detail if the reader's answer is no; quotes no text."""
    question: str
    """A question in plain words to which yes means that the row is right in this respect."""
    shown: dict[str, str] = field(default_factory=dict)
    """Name -> text that the question is about, beside the conversation itself."""
    told: str = ""
    """The figure or words themselves, for whoever mends it; no part of a reject."""


def together(doubts: Iterable[Doubt]) -> Doubt | None:
    """Several doubts of one check as one, in which each question keeps the texts that it is about; None if there are none."""
    found = list(doubts)
    if len(found) < 2:
        return found[0] if found else None
    questions = list(dict.fromkeys(doubt.question for doubt in found))
    shown: dict[str, str] = {}
    for number, doubt in enumerate(found, 1):
        letter = _LETTERS[questions.index(doubt.question) % len(_LETTERS)] if len(questions) > 1 else ""
        shown |= {f"{letter}{number}: {name}": text for name, text in doubt.shown.items() if text not in shown.values()}
    asked = " ".join(f"({letter}) {question}" for letter, question in zip(_LETTERS, questions, strict=False))
    return Doubt(
        found[0].problem,
        f"Is the answer yes in every case? {asked if len(questions) > 1 else questions[0]}",
        shown,
        "; ".join(dict.fromkeys(doubt.told for doubt in found if doubt.told)),
    )


_LETTERS = "abcdefghijklmnop"


@dataclass(frozen=True)
class Finding:
    """Passed, unless `problem` says why not (without quoting text) or `skipped` why the check did not take place."""

    problem: str = ""
    told: str = ""
    """The figure or words themselves, for whoever mends it; no part of a reject."""
    doubt: Doubt | None = None
    """What has to be asked before it counts as passed."""
    skipped: str = ""
    decides: bool = False
    """Whether it shows by program that the answer is right."""
    quality: Json = field(default_factory=dict)
    """Measures for the row's `quality`."""
    events: list[Json] = field(default_factory=list)
    """The calls it took, for the lineage."""


_Found = str | Finding | Doubt | None
"""What a check gives: None if the record passes, a short detail that quotes no text if it fails, a doubt, or a finding."""


def never(record: Record) -> bool:
    """Passing shows nothing about the answer."""
    return False


def always(record: Record) -> bool:
    """Passing shows that the answer is right."""
    return True


@dataclass(frozen=True)
class Check:
    """A check by its function, plain or async: of the record or, if it asks models or reads settings, of record and run.

    `run` is the :class:`tasks.agents.kind.SkillRun` that the check takes place in.
    """

    function: Callable[..., _Found | Awaitable[_Found]]
    name: str = ""
    """Its name in a `skill.yaml` and the reason of its rejects; empty: the function's."""
    decides: Callable[[Record], bool] = never
    """Whether passing it shows by program that the response of this record is right."""
    executes: bool = False
    """Whether it needs the sandbox; without one it is skipped."""
    compares_key: bool = False
    """Whether failing it means that response and key differ, so that a further response tells which of them is wrong."""
    asks: bool = False
    """Whether it asks a model about every record that it does not skip."""
    tells_key: bool = False
    """Whether failing it says something of the author's key, evidence or plan: the responder is not told that it did."""
    of_task: bool = False
    """Whether failing it blames the task, or the simulated user, and not the response: then another one is not better for it."""
    across: bool = False
    """Whether rows that passed it are also held against each other, over a whole shard."""
    agents: tuple[str, ...] = ()
    """The agents it asks, beside those of every skill."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.function.__name__)

    @cached_property
    def wants_run(self) -> bool:
        """Whether its function takes the run too."""
        return len(inspect.signature(self.function).parameters) > 1

    def __call__(self, record: Record, run: Any = None) -> Any:
        return self.function(record, run) if self.wants_run else self.function(record)

    async def find(self, record: Record, run: Any) -> Finding:
        """What the check finds, as a finding."""
        found = self(record, run)
        if inspect.isawaitable(found):
            found = await found
        if isinstance(found, Finding):
            return found
        if isinstance(found, Doubt):
            return Finding(doubt=found)
        return Finding(problem=found or "", decides=found is None and self.decides(record))


def named(checks: Iterable[Check]) -> dict[str, Check]:
    """The checks by name; ValueError if two have one."""
    found: dict[str, Check] = {}
    for check in checks:
        if check.name in found:
            raise ValueError(f"two checks are called {check.name}: rename one of them")
        found[check.name] = check
    return found
