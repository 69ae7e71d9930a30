"""What a row of the table of requirements holds: how a text meets and breaks it, what it needs, how it is stated.

A *requirement* is a kind of demand on an answer that a program can check; a *constraint* is one that an instruction
states, with its number and words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from tasks.records import Record

UNLIMITED = 10**9
EVERY_WORD = slice(None)


class ConstraintLike(Protocol):
    """A constraint as its requirement sees it."""

    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def words(self) -> Sequence[str]: ...


Meets = Callable[[str, ConstraintLike, Record], str | None]
"""What is wrong with the text, None if nothing."""
Breaks = Callable[[str, ConstraintLike], str]
"""The text, which meets the constraint, changed so that it no longer does."""
Sound = Callable[[ConstraintLike, Record], str | None]
"""What is wrong with the constraint itself, None if nothing."""


@dataclass(frozen=True)
class StatedNumber:
    """The number of a constraint: which are sound, and what else the instruction may say for it."""

    least: int = 1
    most: int = UNLIMITED
    """Above it a number is a slip of the author's."""
    under: bool = False
    """Whether "fewer than n + 1" states n."""
    over: bool = False
    """Whether "more than n - 1" states n."""
    also: Callable[[ConstraintLike, str, Sequence[ConstraintLike]], bool] | None = None
    """Whether the instruction states it in another way; sees all constraints of the record."""
    of: str = ""
    """What the number bounds, if another requirement may bound the same."""
    bound: Literal["", "least", "most", "exact"] = ""
    fills: bool = False
    """Whether n of them take at least n words."""


@dataclass(frozen=True)
class StatedWords:
    """The words of a constraint: how many it needs, how they are stated, and what they are to the answer."""

    least: int = 1
    most: int = UNLIMITED
    stated: Callable[[str, str], bool] | None = None
    """Whether an instruction, made plain, states the word; None if the word has to stand in it."""
    by_rule: bool = False
    """Whether a rule of the instruction ("every ship's name") may stand for them."""
    wanted: slice | None = None
    """Those that have to come in the answer as they are."""
    banned: slice | None = None
    """Those that must not come in the answer."""


@dataclass(frozen=True)
class Requirement:
    """One kind of requirement, with all that the code knows of it."""

    name: str
    met: Meets
    broken: Breaks
    cue: str | Mapping[str, str] = ""
    """A pattern found in every instruction that states it, or one for each first word; empty if its words suffice."""
    number: StatedNumber | None = None
    words: StatedWords | None = None
    sound: Sound | None = None
    """Looks at what `number` and `words` cannot say."""
    told: str = ""
    """What authors are told of it, where the description in :class:`Constraint` does not tell it yet."""
    repeatable: bool = False
    """Whether one instruction may state it more than once."""
    whole: bool = False
    """Whether a line that announces the answer counts as a part of it."""
    light: bool = True
    """Whether a small change can make a text meet it, so that the answer may be almost the passage."""
    short: bool = False
    """Whether an answer that meets it may be of very few words."""
    form: Literal["", "prose", "json", "csv", "value"] = ""
    """What the whole answer has to be: running text, a JSON object, a CSV table, one value."""
    markdown: bool = False
    """Whether only Markdown meets it."""
    mark: str = ""
    """The sign without which no text meets it."""


def at_most(count: Callable[[str], int], unit: str) -> Meets:
    """Whether a text has no more of something than the constraint's number."""

    def met(text: str, c: ConstraintLike, record: Record) -> str | None:
        found = count(text)
        return f"{found} {unit}" if found > c.number else None

    return met


def at_least(count: Callable[[str], int], unit: str) -> Meets:
    """Whether a text has no less of something than the constraint's number."""

    def met(text: str, c: ConstraintLike, record: Record) -> str | None:
        found = count(text)
        return f"{found} {unit}" if found < c.number else None

    return met


def exactly(unit: str, *counts: Callable[[str], int | range]) -> Meets:
    """Whether a text has as much of something as the constraint's number, in one of the ways to count it."""

    def met(text: str, c: ConstraintLike, record: Record) -> str | None:
        found = [n if isinstance(n, range) else range(n, n + 1) for n in (count(text) for count in counts)]
        return None if any(c.number in counted for counted in found) else f"{found[0].start} {unit}"

    return met
