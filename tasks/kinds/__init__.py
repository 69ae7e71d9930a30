"""Kinds of task, one folder each: all that a kind needs stands in its folder, and no kind imports another.

The folder is the registry: each exports its `KIND`. A package of somebody else's adds kinds by the entry point group
`agentinstruct.kinds`, with the same export.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from tasks.agents.judge import judge
from tasks.agents.kind import Kind
from tasks.agents.refinement import Suggestions
from tasks.agents.review import Critique, Judgement
from tasks.agents.simulated_user import UserTurn
from tasks.agents.solving import guess, solves
from tasks.checks import CHECKS
from tasks.checks.check import Check, named
from tasks.teacher.contract import Contract

GROUP = "agentinstruct.kinds"
GENERAL = {**CHECKS, **named((Check(solves), Check(guess), Check(judge)))}
"""The checks that a skill of any kind may name."""
_OF_ALL: tuple[type[Contract], ...] = (Suggestions, Critique, Judgement, UserTurn)


class KindError(ValueError):
    """A kind that a package brings cannot be used; the message names the package and the remedy."""


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by name: ours, and those of installed packages. KindError if one of theirs is no kind or has a taken name."""
    folders = sorted(path.parent.name for path in Path(__file__).parent.glob("*/__init__.py"))
    found: dict[str, Kind] = {name: import_module(f"{__name__}.{name}").KIND for name in folders}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        kind = entry.load()
        if not isinstance(kind, Kind):
            raise KindError(f"{entry.value} (entry point {GROUP}) is no Kind; let it name a module's KIND")
        if kind.name in found:
            raise KindError(f"{entry.value} (entry point {GROUP}): there is a kind '{kind.name}' already; rename it")
        found[kind.name] = kind
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
