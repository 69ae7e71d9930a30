"""The key of a shard that a step makes: all that decides its rows, and nothing else.

What code a step runs, and which settings, parts of the skill and shared files of the catalogue that code reads, is found out
from the code itself: from the step's module, the functions of the kind of task that it uses, the checks that it runs, and all
that they import. So a change in another step, another kind, the command line or a comment makes no shard again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import prompts
from prompts import Skill
from tasks.agents.kind import Environment, Kind, SkillRun
from tasks.kinds import checks_of
from tasks.records import Json, digest
from tasks.records.code import SourceCode, closure
from tasks.records.store import ShardRef
from tasks.settings import ENDPOINT_ONLY, Settings
from tasks.steps.difficulty import solving_checks
from tasks.steps.step import Step
from tasks.teacher.contract import Contract, Drafts
from tasks.tools.toolbox import Toolbox

TEACHER = "tasks.teacher.teacher"
"""What makes a request of a prompt, and an answer of a reply; who answers is in the key by its own name."""
MEASURING = "tasks.steps.difficulty"
"""How tasks are solved to measure them: part of a step that does so, where the settings want it."""
APART = ("tasks.kinds", "tasks.checks", "tasks.teacher", "tasks.tools.toolbox", MEASURING)
"""Doors to rooms of which a step uses a part: that part is looked at by itself."""
SHARED_READERS: dict[str, Callable[[], Any]] = {
    "exemplars": prompts.exemplars,
    "knobs": prompts.knobs,
    "presentation": prompts.presentation,
    "repairs": prompts.repairs,
    "shared_rubric": prompts.shared_rubric,
    "strategies": prompts.strategies,
}
"""Functions that read the shared files of the catalogue."""


def key_of(step: Step, shard: ShardRef, run: SkillRun, learned: Json | None = None, marks: Json | None = None) -> str:
    """What the shard that the step makes of `shard` depends on; no secrets, nothing of how many calls run at once.

    `learned` is what its draws depend on of earlier shards, `marks` what a person's marks ask of it.
    """
    return digest(
        step.name,
        shard["sha256"],
        decided(step, run),
        *([learned] if learned else []),
        *([["marks", marks]] if marks else []),
    )


@cache
def decided(step: Step, run: SkillRun) -> str:
    """All of a key but the shard, as a hash; runs are told apart by identity."""
    code = code_of(step, run)
    read = _read(code)
    agents = {name: run.skill.agents[name].sha256 for name in sorted(_agents(step, run))}
    schemas = [_json_schema(s) for s in _schemas(step, run.kind)]
    settings = run.settings.model_dump(include=read["settings"] - ENDPOINT_ONLY)
    skill = {"name": run.skill.name, **_parts(run, read["skill"], step)}
    shared = [_plain(SHARED_READERS[name]()) for name in sorted(read["shared"])]
    voices = [
        run.teacher.endpoint,
        *([run.teacher.judge.endpoint] if run.teacher.judge and {"judge", "settle"} & agents.keys() else []),
        *([run.teacher.student.endpoint] if run.teacher.student and _measures(step, run) else []),
    ]
    endpoints = [(endpoint.name, endpoint.model) for endpoint in voices]
    corpus = run.corpus() if searches(step, run) else ""
    done = [source.digest for source in code.values()]
    return digest(corpus, skill, agents, schemas, settings, shared, run.seed, endpoints, done)


def code_of(step: Step, run: SkillRun) -> dict[str, SourceCode]:
    """The modules whose code decides what the step makes of a record of this skill."""
    tools = any(run.skill.tools.get(agent) for agent in _speakers(step, run))
    return _closure(frozenset(_roots(step, run)), tools)


def settings_of(step: Step, run: SkillRun) -> set[str]:
    """The settings that this code reads, save those that say how the endpoint is reached."""
    return _read(code_of(step, run))["settings"] - ENDPOINT_ONLY


@cache
def _closure(roots: frozenset[str], tools: bool) -> dict[str, SourceCode]:
    def follow(module: str) -> bool:
        apart = module in APART or module.startswith(("tasks.settings", "tasks.teacher.endpoints", "tasks.offline"))
        return not apart and not (module.startswith("tasks.kinds.") and module.count(".") == 2)

    used = {TEACHER, *([Toolbox.__module__] if tools else [])}
    return closure(sorted(roots | used), follow)


def _roots(step: Step, run: SkillRun) -> Iterator[str]:
    """The modules in which the step's own work, the kind's part of it and the checks are written."""
    yield step.work.__module__
    if step.settle is not None:
        yield step.settle.__module__
    if _measures(step, run):
        yield MEASURING
    for part in _of_kind(step, run):
        yield from _modules(getattr(run.kind, part))
    known = checks_of(run.kind)
    for name in _checks(step, run):
        yield known[name].function.__module__


def _modules(part: Any) -> Iterator[str]:
    """The modules that a part of a kind is written in."""
    if isinstance(part, Environment):
        yield from (function.__module__ for function in (part.answers, part.wish) if function is not None)
    elif callable(part):
        yield part.__module__
    elif isinstance(part, Drafts):
        yield from (base.__module__ for base in part.edit.__mro__ if issubclass(base, Contract))


@cache
def _read_of(source: SourceCode) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    settings = {name for owner, name in source.attributes if owner == "settings"} & Settings.model_fields.keys()
    skill = {name for owner, name in source.attributes if owner == "skill"} & Skill.model_fields.keys()
    return frozenset(settings), frozenset(skill), frozenset(source.calls & SHARED_READERS.keys())


def _read(code: dict[str, SourceCode]) -> dict[str, set[str]]:
    """Names of the settings, parts of the skill and shared files that these modules read."""
    found: dict[str, set[str]] = {"settings": set(), "skill": set(), "shared": set()}
    for source in code.values():
        for kept, read in zip(found.values(), _read_of(source), strict=True):
            kept |= read
    return found


def _parts(run: SkillRun, names: set[str], step: Step) -> Json:
    """Those fields of the skill, of its checks the step's own alone; agents and guidance by what they say."""
    parts: Json = run.skill.model_dump(mode="json", include=names - {"agents", "checks", "name"})
    return {**parts, "checks": list(_checks(step, run))}


def _measures(step: Step, run: SkillRun) -> bool:
    return step.measures and run.settings.solve_samples > 0


def _checks(step: Step, run: SkillRun) -> tuple[str, ...]:
    own: tuple[str, ...] = getattr(run.skill.checks, step.checks) if step.checks else ()
    return (*own, *solving_checks(run)) if _measures(step, run) else own


def _of_kind(step: Step, run: SkillRun) -> tuple[str, ...]:
    return (*step.of_kind, "show", "environment") if _measures(step, run) else step.of_kind


def _agents(step: Step, run: SkillRun) -> set[str]:
    """The skill's agents that the step may ask."""
    known = checks_of(run.kind)
    asked = {
        *step.agents,
        *(agent for name in _checks(step, run) if name in known for agent in known[name].agents),
    }
    asked |= set(run.kind.agents) if "environment" in _of_kind(step, run) else set()
    asked |= {"simulate_user"} if _measures(step, run) else set()
    return {name for name in run.skill.agents if name in asked or f"{name.split('/')[0]}/" in asked}


def _speakers(step: Step, run: SkillRun) -> set[str]:
    """Those who may use tools in the step: its agents, and the teacher who responds."""
    return _agents(step, run) | ({"respond"} if "environment" in _of_kind(step, run) else set())


def searches(step: Step, run: SkillRun) -> bool:
    """Whether the step looks into the document set: what it makes depends on all of that."""
    given = (run.skill.tools.get(agent, ()) for agent in _speakers(step, run))
    return bool(set(run.kind.searches) & set(step.of_kind)) or any("search" in names for names in given)


def _schemas(step: Step, kind: Kind) -> tuple[type[Contract], ...]:
    if "drafts" not in step.of_kind:
        return ()
    return tuple(schema for pair in (kind.drafts, *kind.narrower.values()) for schema in (pair.instruct, pair.edit))


@cache
def _json_schema(schema: type[Contract]) -> Json:
    return schema.model_json_schema()


def _plain(part: Any) -> Any:
    if isinstance(part, dict):
        return [[name, entry.model_dump(mode="json")] for name, entry in part.items()]
    return part.model_dump(mode="json")
