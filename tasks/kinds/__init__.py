"""Kinds of task, one folder each: all that a kind needs stands in its folder, and no kind imports another.

The folder is the registry: each exports its `KIND`. A package of somebody else's adds kinds by the entry point group
`agentinstruct.kinds`, with the same export; `examples/own_kind` is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from tasks.agents.judge import judge
from tasks.agents.kind import Kind
from tasks.agents.refinement import Suggestions
from tasks.agents.review import Critique, Judgement, Settlement
from tasks.agents.simulated_user import UserTurn
from tasks.agents.solving import guess
from tasks.checks import CHECKS
from tasks.checks.check import Check, named
from tasks.records.packages import PackageError, brought, load_entry, load_reference, place
from tasks.teacher.contract import Contract

GROUP = "agentinstruct.kinds"
GENERAL = {**CHECKS, **named((Check(guess, asks=True, of_task=True), Check(judge, asks=True)))}
"""The checks that a skill of any kind may name."""
_OF_ALL: tuple[type[Contract], ...] = (Suggestions, Critique, Judgement, Settlement, UserTurn)
_T = TypeVar("_T")


class Kinds(Mapping[str, Kind]):
    """Kinds by name; one of ours is imported when it is asked for, so that a run loads those of its skills."""

    def __init__(self, ours: Iterable[str], theirs: Mapping[str, Kind]) -> None:
        self._names, self._theirs = sorted({*ours, *theirs}), theirs

    def __getitem__(self, name: str) -> Kind:
        if name in self._theirs:
            return self._theirs[name]
        if name not in self._names:
            raise KeyError(name)
        found: Kind = import_module(f"{__name__}.{name}").KIND
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names


@cache
def kinds() -> Kinds:
    """Every kind by name: ours, and those of installed packages. PackageError if one of theirs is no kind or has a taken name."""
    ours = Kinds((path.parent.name for path in Path(__file__).parent.glob("*/__init__.py")), {})
    theirs: dict[str, Kind] = {}
    for entry in brought(GROUP):
        kind = load_entry(entry)
        if not isinstance(kind, Kind):
            raise PackageError(f"{place(entry)} is a {type(kind).__name__} and no Kind; let it name a module's KIND")
        if kind.name in (found := {**ours, **theirs}):
            raise PackageError(
                f"{place(entry)}: there is a kind '{kind.name}' already; give it another name "
                f"(taken: {', '.join(sorted(found))})"
            )
        known = {*GENERAL, *(check.name for other in found.values() for check in other.checks)}
        if taken := sorted(known & {check.name for check in kind.checks}):
            raise PackageError(f"{place(entry)}: there are checks called {', '.join(taken)} already; rename its own")
        theirs[kind.name] = kind
    return Kinds(ours, theirs)


def part_of(kind: Kind, part: str, wanted: type[_T]) -> _T | None:
    """What the kind's `offline` or `defects` refers to, None if to nothing; PackageError if it is not `wanted`."""
    reference: str = getattr(kind, part)
    if not reference:
        return None
    where = f"kind {kind.name}: {part} = {reference}"
    found = load_reference(reference, where)
    if not isinstance(found, wanted):
        raise PackageError(f"{where} is a {type(found).__name__}; let it name a {wanted.__name__} as module:name")
    return found


def checks_of(kind: Kind) -> dict[str, Check]:
    """The checks that a skill of this kind may name."""
    return {**GENERAL, **named(kind.checks)}


@cache
def all_checks() -> dict[str, Check]:
    """Every check there is, by name."""
    return {**GENERAL, **named(check for kind in kinds().values() for check in kind.checks)}


@cache
def contracts() -> dict[str, type[Contract]]:
    """Every structured answer by the name that a request asks for it by."""
    drafts = (schema for kind in kinds().values() for schema in (kind.drafts.instruct, kind.drafts.edit))
    others = (schema for kind in kinds().values() for schema in kind.contracts)
    return {schema.__name__: schema for schema in (*drafts, *others, *_OF_ALL)}
