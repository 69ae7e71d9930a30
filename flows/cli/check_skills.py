"""What is wrong with a folder of skills: every problem with its file and remedy, not the first alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import prompts
from prompts import CatalogueError, Problem, Skill

THIN = 25
"""Words that a task type's description has at least; fewer do not tell it from its neighbours."""
SHORT_PROMPT = 60
"""Words that an agent's prompt has at least."""
_ALIKE = 0.15
"""Share of runs of three words that two descriptions have in common at most."""
ALIKE_PROMPTS = 0.25
"""The same for two agents' prompts, which say parts of their contract in the same words."""
_MOST = 0.5
"""Share of a skill's weight that one of several task types has at most."""
NEEDED = {
    "instruct": {"task_type", "description", "count"},
    "suggest": {"task_type", "rules", "goal", "description", "count"},
    "edit": {"task_type", "rules", "goal", "description"},
    "judge": {"criteria"},
    "write_tests": {"language"},
}
"""The variables without which an agent does not know what was drawn."""


@dataclass(frozen=True)
class Text:
    """A description or prompt with the place where it stands."""

    path: Path
    name: str
    body: str


def skills_in(folder: str) -> list[str]:
    """The skills of a folder, or the one whose folder it is, brought into the catalogue."""
    path = Path(folder).expanduser().resolve()
    if (path / "skill.yaml").exists():
        prompts.use(path.parent)
        return [path.name]
    prompts.use(path)
    if names := sorted(found.parent.name for found in path.glob("[!_.]*/skill.yaml")):
        return names
    raise CatalogueError(f"no skill in {folder}: a skill is a folder that holds a skill.yaml")


def check_skills(names: Sequence[str]) -> list[Problem]:
    """Every problem of these skills, their likeness to any other skill of the catalogue included."""
    from tasks.kinds.fit import misfits

    problems: list[Problem] = []
    sound: list[Skill] = []
    for name in prompts.names():
        skill, found = prompts.examine(name)
        problems += found if name in names else []
        if skill is not None:
            sound.append(skill)
    sound.sort(key=lambda skill: skill.name in names)  # the later of two alike is told, and that is to be ours
    for skill in sound:
        if skill.name in names:
            path = prompts.folder(skill.name) / "skill.yaml"
            problems += [Problem(path, text) for text in (*misfits(skill), *_idle(skill), *_thin(skill))]
            problems += _prompts_of(skill)
    mine = {prompts.folder(name) for name in names}
    for texts, most in ((_descriptions(sound), _ALIKE), (_bodies(sound), ALIKE_PROMPTS)):
        problems += _near_duplicates(list(texts), mine, most)
    return problems


def _idle(skill: Skill) -> Iterator[str]:
    """Entries that would never be drawn, or nearly always."""
    for transformation in skill.transformations:
        if not any(skill.suits(task_type, transformation.name) for task_type in skill.task_types):
            yield f"transformation {transformation.name}: no task type suits it; name it in one or remove it"
        if astray := sorted(set(transformation.seeds) - set(skill.seeds)):
            yield f"transformation {transformation.name}: the skill takes no {', '.join(astray)}; add it to seeds"
    forms = {task_type.answer for task_type in skill.task_types}
    for goal in skill.goals:
        if goal.answers and not forms & set(goal.answers):
            yield f"goal {goal.name}: no task type has an answer of the form {', '.join(goal.answers)}"
    for what, entries in (("transformation", skill.transformations), ("task type", skill.task_types)):
        total = sum(entry.weight for entry in entries)
        for entry in entries:
            if len(entries) > 2 and entry.weight / total > _MOST:
                yield f"{what} {entry.name}: weight {entry.weight:g} of {total:g} leaves little to the others; lower it"


def _thin(skill: Skill) -> Iterator[str]:
    for what, entries in (("task type", skill.task_types), ("goal", skill.goals)):
        for entry in entries:
            if (said := len(entry.description.split())) < THIN:
                yield (
                    f"{what} {entry.name}: a description of {said} words is thin; say in {THIN} or more what it asks, what "
                    "varies, what a good one has and what tells it from its neighbours"
                )
    titles = Counter(task_type.title for task_type in skill.task_types)
    if twice := [title for title, times in titles.items() if times > 1]:
        yield f"task types: the title {', '.join(twice)} is given twice; rename one"


def _prompts_of(skill: Skill) -> Iterator[Problem]:
    for path, agent in _own_agents(skill):
        if lacking := sorted(NEEDED.get(agent, set()) - skill.agent(agent).variables):
            yield Problem(path, f"the variables {lacking} are missing: the agent must be told what was drawn")
        body = skill.agent(agent).body
        if not re.match(r"You are (an?|the) \w+", body):
            yield Problem(path, "the first line does not give a role: begin with 'You are a ...' and the job")
        if (said := len(body.split())) < SHORT_PROMPT:
            yield Problem(path, f"a prompt of {said} words is thin; say what it gets, returns and must avoid")


def _own_agents(skill: Skill) -> Iterator[tuple[Path, str]]:
    """The agents that have a file in the skill's own folder."""
    for agent in skill.agents:
        if path := prompts.own_file(skill.name, agent):
            yield path, agent


def _descriptions(skills: Iterable[Skill]) -> Iterator[Text]:
    for skill in skills:
        path = prompts.folder(skill.name) / "skill.yaml"
        for what, entries in (
            ("task type", skill.task_types),
            ("goal", skill.goals),
            ("transformation", skill.transformations),
        ):
            for entry in entries:
                if not (what == "transformation" and not entry.agents):  # type: ignore[union-attr]
                    yield Text(path, f"{what} {entry.name}", entry.description)


def _bodies(skills: Iterable[Skill]) -> Iterator[Text]:
    for skill in skills:
        for path, agent in _own_agents(skill):
            yield Text(path, agent, skill.agent(agent).body)


def _near_duplicates(texts: Sequence[Text], mine: Collection[Path], most: float) -> Iterator[Problem]:
    """Each text of these folders that shares too many runs of three words with an earlier one, with the likest of them."""
    having: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        own = _runs(text.body)
        if any(folder in text.path.parents for folder in mine):
            both = Counter(earlier for run in own for earlier in having[run])
            shares = {earlier: n / len(own | _runs(texts[earlier].body)) for earlier, n in both.items()}
            likest = max(shares, key=lambda earlier: shares[earlier], default=number)
            if shares.get(likest, 0) > most:
                yield Problem(
                    text.path,
                    f"{text.name} reads like {texts[likest].name} of {texts[likest].path} "
                    f"({shares[likest]:.0%} alike); rewrite one of them",
                )
        for run in own:
            having[run].append(number)


@lru_cache(maxsize=4096)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(zip(words, words[1:], words[2:], strict=False))
