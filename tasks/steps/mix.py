"""Which skills a run teaches, and which of them gets which piece of a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import prompts
from prompts import CatalogueError, Skill
from tasks.kinds.fit import load_skill
from tasks.records import Record, identified
from tasks.settings import SettingsError

ALL = "all"
FIRST = 2
"""Pieces that each skill gets before shares count, so that a small set still has something of everything."""
DEFAULT_ROWS = 50_000
"""The share of a skill that the released dataset does not have."""


@dataclass(frozen=True)
class Mix:
    """The skills of a run, each with its share."""

    name: str
    """The skill's name, or `all`."""
    shares: dict[str, float]
    skills: dict[str, Skill]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of document that at least one of the skills takes."""
        return tuple(sorted({kind for skill in self.skills.values() for kind in skill.seeds}))


def mix_of(name: str, pairs: str = "") -> Mix:
    """The mix of one skill, or of all in the proportions of the released dataset, or of `pairs` such as `coding:2,fermi:1`.

    CatalogueError for a skill that does not exist, SettingsError for a weight that is no number above 0.
    """
    if name != ALL:
        return Mix(name, {name: 1.0}, {name: load_skill(name)})
    shares = stated(pairs)
    skills = {skill: load_skill(skill) for skill in (shares or prompts.names())}
    rows = {skill: float(s.released.rows if s.released else DEFAULT_ROWS) for skill, s in skills.items()}
    return Mix(ALL, shares or rows, skills)


def stated(pairs: str) -> dict[str, float]:
    """The shares in pairs such as `coding:2,fermi:1`; none in an empty text. Raises what :func:`mix_of` raises."""
    found: dict[str, float] = {}
    for pair in filter(None, (part.strip() for part in pairs.split(","))):
        name, _, weight = pair.partition(":")
        if name not in prompts.names():
            raise CatalogueError(f"mix: unknown skill '{name}'; known: {', '.join(prompts.names())}")
        try:
            found[name] = float(weight or 1)
        except ValueError:
            found[name] = 0.0
        if not 0 < found[name] < float("inf"):
            raise SettingsError(f"mix: the weight of {name} must be a number above 0, saw '{weight}'")
    return found


class Dealer:
    """Deals pieces to the skills that take their kind: a few to each first, then to the one furthest below its share."""

    def __init__(self, mix: Mix, dealt: Mapping[str, int] | None = None) -> None:
        """`dealt` counts the pieces that each skill has had before."""
        self._mix = mix
        self._dealt = Counter(dealt or {})

    def deal(self, piece: Record) -> Record:
        """The piece, made one of the skill that it goes to."""
        skills = self._mix.skills
        fitting = [name for name, skill in skills.items() if piece.source.kind in skill.seeds]
        chosen = min(fitting, key=self._need)
        self._dealt[chosen] += 1
        return piece if piece.skill == chosen else identified(replace(piece, skill=chosen))

    def _need(self, name: str) -> tuple[bool, float, str]:
        dealt = self._dealt[name]
        if dealt < FIRST:  # those that take one kind of document alone come first: the others can wait
            return False, dealt * 10.0 + len(self._mix.skills[name].seeds), name
        return True, (dealt + 1) / self._mix.shares[name], name
