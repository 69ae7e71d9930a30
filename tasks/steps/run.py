"""A run as a whole: its skills, settings and seed, its teacher and store, and the document set that its agents may search."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass, replace
from threading import Lock

from prompts import Skill
from tasks.agents.kind import SkillRun
from tasks.kinds import kinds
from tasks.records import Json, digest
from tasks.records.marks import NO_MARKS, Marks
from tasks.records.store import ShardRef, Store
from tasks.settings import Settings
from tasks.steps.attempts import Attempts
from tasks.steps.corpus import corpus_files
from tasks.steps.goals import GoalYields
from tasks.steps.history import NO_HISTORY, History
from tasks.steps.key import decided, key_of, searches
from tasks.steps.marked import marked
from tasks.steps.mix import Mix
from tasks.steps.pipeline import PIPELINE
from tasks.steps.reading import DealtShard, Pieces
from tasks.steps.searched import Corpus, Searched
from tasks.steps.step import Step
from tasks.teacher import Teacher
from tasks.tools.toolbox import Toolbox

LAST_WAVE = 1_000
"""The wave of pieces that are gone over again: after all others."""


@dataclass(frozen=True)
class Round:
    """Which draws a run makes: the first ones, or the `number`-th others, for these skills' task types alone."""

    number: int = 0
    types: tuple[tuple[str, str], ...] = ()


FIRST_ROUND = Round()


class Session:
    """What a run has before a document is read. A plain class: Prefect walks through dataclasses that a task is given."""

    def __init__(
        self,
        *,
        mix: Mix,
        settings: Settings,
        seed: int,
        teacher: Teacher,
        store: Store,
        marks: Marks = NO_MARKS,
        history: History = NO_HISTORY,
    ) -> None:
        self.mix, self.settings, self.seed = mix, settings, seed
        self.teacher, self.store, self.marks, self.history = teacher, store, marks, history
        self.attempts = Attempts(store, teacher)
        self.corpus = corpus_files(settings)


class Run:
    """A session with its pieces, of which more may come while it goes on, and its steps."""

    def __init__(self, session: Session, pieces: Pieces, pipeline: tuple[Step, ...] = PIPELINE) -> None:
        self.session, self.pieces, self.pipeline = session, pieces, pipeline
        self.mix, self.settings, self.seed = session.mix, session.settings, session.seed
        self.teacher, self.store, self.marks = session.teacher, session.store, session.marks
        self.round = FIRST_ROUND
        self.yields = GoalYields(pieces.shards, session.store, self._learned_key, self._drawn_key)
        self.searched = Searched(session.store, pieces, session.corpus, session.settings)
        if pieces.all_read:
            self.searched.newest.close()
        self.toolbox = Toolbox(session.settings, self.searched.newest.index)
        self._skills = {name: self._over(skill, self.searched.newest) for name, skill in session.mix.skills.items()}
        self._of_lots: dict[tuple[str, int], SkillRun] = {}
        self._making = Lock()

    def _over(self, skill: Skill, searched: Corpus) -> SkillRun:
        session = self.session
        return SkillRun(
            skill=skill,
            kind=kinds()[skill.kind],
            settings=session.settings,
            seed=self.seed,
            teacher=session.teacher,
            toolbox=self.toolbox.over(searched.index),
            index=searched.index,
            corpus=searched.digest,
            marks=session.marks,
        )

    def again(self, number: int, types: Collection[tuple[str, str]]) -> Run:
        """The same run with other draws, the `number`-th such, for these skills' task types alone; all for `("", "")`."""
        other = copy(self)
        other.round = Round(number, tuple(sorted(types)))
        other.seed = int(digest(self.seed, "again", number)[:12], 16)
        other._skills = {
            name: other._over(_of_types(skill, types), self.searched.newest)
            for name, skill in self.mix.skills.items()
            if _concerns(name, types)
        }
        other._of_lots = {}
        return other

    def pieces_again(self, types: Collection[tuple[str, str]]) -> list[DealtShard]:
        """The shards of pieces of the skills that are concerned; what they draw by is known of all that were before."""
        return [replace(shard, wave=LAST_WAVE) for shard in self.pieces.shards if _concerns(shard.skill, types)]

    def of(self, skill: str, lot: int = 0) -> SkillRun:
        """The part of the run that is over one of its skills, as the pieces of this lot see it; by default, new ones."""
        searched = self.searched.of(lot)
        if searched is self.searched.newest:
            return self._skills[skill]
        with self._making:
            if (skill, lot) not in self._of_lots:
                self._of_lots[skill, lot] = self._over(self._skills[skill].skill, searched)
            return self._of_lots[skill, lot]

    def at(self, skill: str, step: Step, learned: Json | None = None, lot: int = 0) -> SkillRun:
        """The same within a step."""
        return self.of(skill, lot).at(step.name, self.pipeline.index(step), learned)

    def key(self, step: Step, skill: str, shard: ShardRef, learned: Json | None = None, lot: int = 0) -> str:
        """The key of the shard that the step makes of `shard`."""
        run = self.of(skill, lot)
        return key_of(step, shard, run, learned, marked(step, shard, run, self.store))

    def searches(self) -> bool:
        """Whether a step of one of its skills looks into the document set, which must all be read for that."""
        return any(searches(step, run) for step in self.pipeline for run in self._skills.values())

    async def ready(self, shard: DealtShard, step: Step) -> Json:
        """Wait for what the step over this shard depends on, and give what its draws depend on of earlier shards."""
        if searches(step, self.of(shard.skill, shard.lot)):
            await self.searched.of(shard.lot).whole()
        settings = self.settings
        if not (step.learns and settings.goals_by_yield and settings.refinement_rounds):
            return {}
        return await self.yields.before(shard)

    def made(self, shard: DealtShard, shards: Mapping[str, ShardRef]) -> None:
        """What the step that learns came to over the shard is known, for later ones; `shards` are what the steps made so far."""
        self.yields.made(shard, shards, self._learned_key(shard))

    def _learned_key(self, shard: DealtShard) -> str:
        run = self.of(shard.skill, shard.lot)
        return digest(*(key_of(each, shard.ref, run) for each in self._learning))

    def _drawn_key(self, shard: DealtShard) -> str:
        run = self.of(shard.skill, shard.lot)
        return digest("drawn", shard.lot, shard.wave, *(decided(each, run) for each in self._learning))

    @property
    def _learning(self) -> tuple[Step, ...]:
        """The steps to the one that learns."""
        return self.pipeline[: 1 + next(place for place, step in enumerate(self.pipeline) if step.learns)]


def _concerns(skill: str, types: Collection[tuple[str, str]]) -> bool:
    return any(name in (skill, "") for name, _ in types)


def _of_types(skill: Skill, types: Collection[tuple[str, str]]) -> Skill:
    """The skill with those of its task types alone; with all where none is named."""
    wanted = {task_type for name, task_type in types if name == skill.name}
    own = [each for each in skill.task_types if each.name in wanted]
    return skill.model_copy(update={"task_types": type(skill.task_types)(own)}) if own else skill
