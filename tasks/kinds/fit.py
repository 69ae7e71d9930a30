"""Whether a skill fits the code: its kind, its checks and its agents, each problem with what was seen and the choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import prompts
from prompts import CatalogueError, Problem, Skill
from tasks.agents.traits import TRAITS
from tasks.kinds import checks_of, kinds
from tasks.tools.toolbox import Toolbox

_OF_ALL = frozenset({"instruct", "judge", "settle", "critique", "revise", "repair", "repair_response"})
"""Agents that every skill has."""


def load_skill(name: str) -> Skill:
    """The skill of this name; CatalogueError, with the file, if it is unknown or does not fit."""
    skill = prompts.load(name)
    if problems := list(misfits(skill)):
        raise CatalogueError("; ".join(f"{prompts.folder(name) / 'skill.yaml'}: {problem}" for problem in problems))
    return with_its_agents(skill)


def with_its_agents(skill: Skill) -> Skill:
    """The skill without the agents that serve every skill and that this one never asks."""
    wanted = _wanted(skill)
    return skill.model_copy(update={"agents": {a: skill.agents[a] for a in sorted(skill.agents) if a in wanted}})


def examine_skill(name: str) -> tuple[Skill | None, list[Problem]]:
    """The skill of this name as its files have it, and every problem: of the files, or of their fit with the code."""
    skill, problems = prompts.examine(name)
    if skill is not None:
        path = prompts.folder(name) / "skill.yaml"
        problems = [*problems, *(Problem(path, text) for text in misfits(skill))]
    return skill, problems


def misfits(skill: Skill) -> Iterator[str]:
    """What of the skill nothing in the code or in the shared files answers to."""
    if skill.kind not in kinds():
        known = ", ".join(sorted(kinds()))
        yield f"kind: unknown {skill.kind}; known: {known}; choose one, or install the package that brings it"
        return
    kind = kinds()[skill.kind]
    if kind.show is not None and skill.response.passage is not None:
        yield f"response.passage: tasks of the kind {kind.name} show what they need by themselves; remove the line"
    if kind.show is None and skill.response.passage is None:
        yield f"response.passage: missing; say whether a task of the kind {kind.name} shows its passage: shown, hidden"
    for task_type in skill.task_types:
        if task_type.draft and task_type.draft not in kind.narrower:
            known = ", ".join(kind.narrower) or "none"
            yield f"task type {task_type.name}: unknown draft {task_type.draft}; known: {known}; name one or leave it out"
    traits = {*TRAITS, *kind.traits}
    asked = [(t.name, t.has) for t in skill.task_types] + [(goal.name, goal.has) for goal in skill.goals]
    for named, given in [*asked, *((t.name, t.without) for t in skill.transformations)]:
        if unknown := sorted(set(given) - traits):
            yield f"{named}: unknown traits {', '.join(unknown)}; known: {', '.join(sorted(traits))}"
    yield from _unknown_names(skill)
    yield from _misfit_agents(skill)


def _unknown_names(skill: Skill) -> Iterator[str]:
    checks = checks_of(kinds()[skill.kind])
    for what, given, known in (
        ("response.wrappers", skill.response.wrappers, prompts.presentation().wrappers.keys()),
        ("checks.passage", skill.checks.passage, checks.keys()),
        ("checks.instruction", skill.checks.instruction, checks.keys()),
        ("checks.response", skill.checks.response, checks.keys()),
    ):
        if unknown := sorted(set(given) - known):
            yield f"{what}: unknown {', '.join(unknown)}; known: {', '.join(sorted(known))}"
        # A layout named twice is drawn twice as often; a check is run twice for nothing.
        twice = [name for name, times in Counter(given).items() if times > 1 and what.startswith("checks")]
        if twice:
            yield f"{what}: {', '.join(twice)} is named twice; once is enough"


def _misfit_agents(skill: Skill) -> Iterator[str]:
    """Agents without a file, and files that nothing names."""
    wanted = _wanted(skill)
    own = {agent for agent in skill.agents if prompts.own_file(skill.name, agent)}
    if lacking := sorted(wanted - skill.agents.keys()):
        yield f"no file for the agents {lacking}: add <agent>.md to the skill's folder"
    if spare := sorted(own - wanted):
        yield f"files that nothing names: {spare}: name them in skill.yaml or delete them"
    if idle := sorted(skill.tools.keys() - wanted - {"respond"}):
        yield f"tools: no agent is called {idle}; known: {sorted([*wanted, 'respond'])}"


def _wanted(skill: Skill) -> set[str]:
    """The agents that the skill needs, by what it says of itself."""
    kind = kinds()[skill.kind]
    checks = checks_of(kind)
    wanted = _OF_ALL | {f"transform/{agent}" for t in skill.transformations for agent in t.agents}
    wanted |= {"suggest", "edit"} if skill.goals else set()
    wanted |= {"simulate_user", *kind.agents} if skill.response.turns == "conversation" else set()
    wanted |= {agent for name in skill.checks.response if name in checks for agent in checks[name].agents}
    return set(wanted)


def lost_tools(toolbox: Toolbox, skills: Iterable[Skill]) -> dict[str, str]:
    """The tools that these skills would use and cannot, each with the reason and what goes without it."""
    users: dict[str, list[str]] = {}
    for skill in skills:
        known = checks_of(kinds()[skill.kind])
        runs = {"code_interpreter"} if any(known[name].executes for name in skill.checks.response) else set[str]()
        for name in sorted({name for names in skill.tools.values() for name in names} | runs):
            users.setdefault(name, []).append(skill.name)
    return {name: f"{reason} ({', '.join(users[name])})" for name, reason in toolbox.off(users).items()}
