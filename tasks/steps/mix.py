"""Which skills a run teaches, and which of them gets which piece of a document."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import prompts
from prompts import CatalogueError, Skill
from tasks.kinds.fit import load_skill
from tasks.records import Json, Record, identified
from tasks.settings import SettingsError
from tasks.steps.emphasis import emphasised
from tasks.steps.mix_file import NO_MIX, MixError, MixFile

ALL = "all"
FIRST = 2
"""Pieces that each skill gets before shares count, so that a small set still has something of everything."""
LEAD = 0.1
"""How far a skill may be ahead of the one that is most behind: this part of its pieces, and `FIRST` more."""
DEFAULT_ROWS = 50_000
"""The share of a skill that the released dataset does not have."""


@dataclass(frozen=True)
class Mix:
    """The skills of a run, each with its share."""

    name: str
    """The skill's name, or `all`."""
    shares: dict[str, float]
    skills: dict[str, Skill]
    """As they are drawn from: by what the file asks for, if there is one."""
    asked: MixFile = NO_MIX

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of document that at least one of the skills takes."""
        return tuple(sorted({kind for skill in self.skills.values() for kind in skill.seeds}))

    @property
    def told(self) -> Json:
        """What a file asks for of the skills of the run, as a manifest has it; nothing without one."""
        return {
            field: of_run
            for field in type(self.asked).model_fields
            if (of_run := {name: told for name, told in getattr(self.asked, field).items() if name in self.skills})
        }


def mix_of(name: str, pairs: str = "", asked: MixFile = NO_MIX) -> Mix:
    """The mix of one skill, or of all: in the proportions of the released dataset, of `pairs` such as `coding:2,fermi:1`, or as
    it is asked for in a file.

    CatalogueError for a skill that does not exist, SettingsError for a weight that is no number above 0, MixError for a file that
    asks for what cannot be had.
    """
    if asked and pairs:
        raise SettingsError("--mix-from and --set mix exclude each other: give one of them")
    if name == ALL:
        shares = asked.skills or stated(pairs)
    elif asked and not asked.names(name):
        raise MixError(f"the mix asks for nothing of {name}: name it in the file, or leave out --mix-from")
    else:
        shares = {name: 1.0}
    skills = {each: emphasised(load_skill(each), asked) for each in (shares or prompts.names())}
    rows = {each: float(s.released.rows if s.released else DEFAULT_ROWS) for each, s in skills.items()}
    return Mix(name, shares or rows, skills, asked)


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
    """Deals pieces to the skills that take their kind, by what a piece is: mostly where it would go whatever else there is.

    A few go to each skill first. Then the piece, the seed and the shares alone say which skill it goes to (rendezvous hashing,
    Thaler and Ravishankar 1998), among those that are not ahead of the others. So no skill is further ahead of the one that is
    most behind, by its share, than `LEAD` of its pieces and `FIRST` more.
    """

    def __init__(self, mix: Mix, seed: int = 0, dealt: Mapping[str, int] | None = None) -> None:
        """`dealt` counts the pieces that each skill has had before."""
        self._mix, self._seed = mix, seed
        self._dealt = Counter(dealt or {})

    def deal(self, piece: Record, known: str = "", *, counted: bool = False) -> Record:
        """The piece, made one of the skill that it goes to: of `known`, if it was dealt before and that skill takes its kind.

        One that is `counted` is among those that skills have had before.
        """
        fitting = [name for name, skill in self._mix.skills.items() if piece.source.kind in skill.seeds]
        stays = known in fitting
        chosen = known if stays else self._chosen(piece, fitting)
        self._dealt[chosen] += not (counted and stays)
        return piece if piece.skill == chosen else identified(replace(piece, skill=chosen))

    def _chosen(self, piece: Record, fitting: list[str]) -> str:
        if len(fitting) == 1:
            return fitting[0]
        dealt, shares, skills = self._dealt, self._mix.shares, self._mix.skills
        # Those that take one kind of document alone come first: the others can wait.
        if few := {name: dealt[name] * 10 + len(skills[name].seeds) for name in fitting if dealt[name] < FIRST}:
            least = min(few.values())
            near = [name for name in few if few[name] == least]
        else:
            behind = min(dealt[name] / shares[name] for name in fitting)
            near = [name for name in fitting if dealt[name] <= behind * shares[name] * (1 + LEAD) + FIRST]
        return min(near, key=lambda name: self._draw(piece, name) / shares[name])

    def _draw(self, piece: Record, name: str) -> float:
        """Drawn from an exponential distribution for this piece and skill: the least of such draws over shares keeps to these."""
        drawn = hashlib.blake2b(f"{self._seed} {piece.id} {name}".encode(), digest_size=8).digest()
        return -math.log((int.from_bytes(drawn) + 1) / 2**64)
