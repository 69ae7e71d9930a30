"""What a shard's key depends on: all that decides its rows, and nothing else."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from prompts import Agent
from simulator.pipeline import drive, opened
from simulator.skill_runs import skill_run
from tasks.agents.kind import SkillRun
from tasks.kinds.fit import load_skill
from tasks.records import Json, code
from tasks.records.store import ShardRef
from tasks.settings import ENDPOINT_ONLY, Settings
from tasks.steps import key as keys
from tasks.steps.pipeline import PIPELINE
from tasks.teacher import Teacher, Voice
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tests.running import ROOT
from tests.scripted import Scripted

SHARD = ShardRef(uri="steps/documents/x.parquet", rows=1, rejects=0, sha256="0" * 64)
STEPS = [step.name for step in PIPELINE]
EXAMPLE = str(ROOT / "examples" / "documents" / "tidal_power.md")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of `tasks/` in which sources are looked up, so that they can be changed."""
    shutil.copytree(ROOT / "tasks", tmp_path / "tasks", ignore=shutil.ignore_patterns("__pycache__"))

    original = code.path_of

    def moved(module: str) -> Path | None:
        path = original(module)
        if path is None or ROOT / "tasks" not in path.parents:
            return path
        return tmp_path / path.relative_to(ROOT)

    monkeypatch.setattr(code, "path_of", moved)
    forget()
    yield tmp_path / "tasks"
    forget()


def forget() -> None:
    for cached in (code.source_of, keys._closure, keys.decided, keys._read_of):
        cached.cache_clear()


FOLDER = TemporaryDirectory(prefix="agentinstruct-keys-")


def keys_of(skill: str = "reading_comprehension", settings: Settings | None = None) -> dict[str, str]:
    forget()
    run = skill_run(skill, settings, teacher=teacher())
    return {step.name: keys.key_of(step, SHARD, run) for step in PIPELINE}


def teacher() -> Teacher:
    return Teacher(Scripted([]), Ledger(f"sqlite:///{FOLDER.name}/ledger.db"), Limiter(1), Settings(), None)


def changed(house: Path, file: str, old: str, new: str, skill: str = "reading_comprehension") -> set[str]:
    """The steps whose keys change with one edit of a source."""
    before = keys_of(skill)
    path = house / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    after = keys_of(skill)
    return {step for step in STEPS if before[step] != after[step]}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("steps/verify.py", "from __future__", "# A comment.\nfrom __future__"),
        ("checks/grounding.py", '"""Whether', '"""Whether, to say it again,'),
        ("offline/__init__.py", "from __future__ import annotations", "from __future__ import annotations\n\nNEW = 1"),
        (
            "kinds/puzzle/solver.py",
            "from __future__ import annotations",
            "from __future__ import annotations\n\nNEW = 1",
        ),
        ("publish/card.py", "from __future__ import annotations", "from __future__ import annotations\n\nNEW = 1"),
        (
            "teacher/endpoints/dialect.py",
            "from __future__ import annotations",
            "from __future__ import annotations\n\nNEW = 1",
        ),
    ],
)
def test_what_decides_no_row_is_in_no_key(house: Path, file: str, old: str, new: str) -> None:
    assert changed(house, file, old, new) == set()


@pytest.mark.parametrize(
    ("file", "skill", "steps"),
    [
        ("steps/refine.py", "reading_comprehension", {"refine"}),
        ("checks/loops.py", "reading_comprehension", {"verify"}),
        ("agents/judge.py", "reading_comprehension", {"verify"}),
        ("kinds/web/material.py", "web_agent", {"transform"}),
        ("kinds/web/checks.py", "web_agent", {"instruct", "refine", "verify"}),
        ("kinds/web/environment.py", "web_agent", {"respond", "verify"}),
        ("kinds/puzzle/solver.py", "brain_teaser", {"instruct", "refine"}),
        ("teacher/parsing.py", "reading_comprehension", set(STEPS)),
    ],
)
def test_a_change_makes_those_steps_again_that_run_it(house: Path, file: str, skill: str, steps: set[str]) -> None:
    head = "from __future__ import annotations"
    assert changed(house, file, head, f"{head}\n\nNEW = 1", skill) == steps


@pytest.mark.parametrize(
    ("name", "value", "steps"),
    [
        ("tool_rounds", 2, set(STEPS)),
        ("attempts", 9, set(STEPS)),
        ("request_extra", '{"top_p": 0.9}', set(STEPS)),
        ("web_search", "searxng", {"respond", "verify"}),
        ("axes", "persona", {"instruct"}),
        ("skip_checks", "judge", {"transform", "instruct", "refine", "verify"}),
        ("reflection_rounds", 1, {"respond", "verify"}),
        ("judge_threshold", 9, {"verify"}),
        ("repairs", 0, {"transform", "instruct", "refine", "verify"}),
        ("respond_temperature", 0.1, {"respond", "verify"}),
        ("solve_samples", 2, {"refine"}),
        ("goals_per_instruction", 2, {"refine"}),
        ("agreement_least", 0.5, set()),
        ("request_seconds", 7.0, set()),
    ],
)
def test_a_setting_counts_for_the_steps_that_read_it(name: str, value: object, steps: set[str]) -> None:
    before = keys_of()
    more = {"searxng_url": "http://127.0.0.1:1"} if name == "web_search" else {}
    after = keys_of(settings=Settings(**{name: value, **more}))
    assert {step for step in STEPS if before[step] != after[step]} == steps


class Watched:
    """Settings that remember what is read of them."""

    def __init__(self, settings: Settings, read: set[str]) -> None:
        object.__setattr__(self, "_told", (settings, read))

    def __getattr__(self, name: str) -> object:
        settings, read = object.__getattribute__(self, "_told")
        if name in Settings.model_fields:
            read.add(name)
        return getattr(settings, name)


LONG = [pytest.param(name, marks=pytest.mark.services) for name in ("conversation", "coding")]


@pytest.mark.parametrize("skill", ["reading_comprehension", "web_agent", *LONG, "tool_use"])
def test_no_step_reads_a_setting_that_is_not_in_its_key(
    skill: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: dict[str, set[str]] = {step: set() for step in STEPS}
    whole = SkillRun.at

    def watched(self: SkillRun, step: str, depth: int, learned: Json | None = None) -> SkillRun:
        run = whole(self, step, depth, learned)
        run.settings = Watched(run.settings, read.setdefault(step, set()))  # type: ignore[assignment]
        return run

    monkeypatch.setattr(SkillRun, "at", watched)
    documents = [EXAMPLE, str(ROOT / "examples" / "documents" / "library_loans.py")]

    async def inside() -> None:
        settings = Settings(
            responses_per_instruction=2, reflection_rounds=1, solve_samples=1, guess_test=True, feedback_rows=True
        )
        async with opened(skill, tmp_path, settings) as session:
            outcome = await drive(session, documents, limit=2)
            assert outcome.rows or outcome.rejects

    asyncio.run(inside())
    run = skill_run(skill, Settings(solve_samples=1), teacher=teacher())
    for step in PIPELINE:
        assert read[step.name] - ENDPOINT_ONLY <= keys.settings_of(step, run), step.name
    assert any(read.values())


def test_what_solves_tasks_counts_for_the_step_that_measures_them() -> None:
    def refined(**more: object) -> str:
        forget()
        run = skill_run("reading_comprehension", Settings(**{"solve_samples": 2, **more}), teacher=teacher())
        run.teacher.student = Voice(Scripted([], model=str(more.get("student_model", "s"))), None)
        return keys.key_of(next(step for step in PIPELINE if step.measures), SHARD, run)

    told: tuple[Json, ...] = (
        {},
        {"respond_temperature": 0.1},
        {"agreement_least": 0.5},
        {"difficulty_band": "hard"},
        {"student_model": "t"},
    )
    assert len({refined(**more) for more in told}) == len(told)


def test_what_earlier_shards_came_to_counts_where_a_step_learns() -> None:
    run = skill_run("reading_comprehension", teacher=teacher())
    counted = [{}, {"a": {"tries": 3, "kept": 1}}, {"a": {"tries": 3, "kept": 2}}]
    found = {keys.key_of(PIPELINE[2], SHARD, run, learned) for learned in counted}
    assert len(found) == 3 and keys.key_of(PIPELINE[2], SHARD, run) in found


def test_a_prompt_counts_for_the_step_that_asks_its_agent(tmp_path: Path) -> None:
    skill = load_skill("reading_comprehension")
    before = keys_of()
    edit = Agent(name="edit", body="You are another editor.")
    run = skill_run(skill.model_copy(update={"agents": {**skill.agents, "edit": edit}}), teacher=teacher())
    assert {step.name for step in PIPELINE if keys.key_of(step, SHARD, run) != before[step.name]} == {"refine"}


def test_shared_files_count_where_they_are_read() -> None:
    run = skill_run("reading_comprehension", teacher=teacher())
    reads = {step.name: keys._read(keys.code_of(step, run))["shared"] for step in PIPELINE}
    assert "presentation" in reads["respond"] and "knobs" in reads["transform"]
    assert "shared_rubric" in reads["verify"] and "shared_rubric" not in reads["respond"]
    assert set().union(*reads.values()) == set(keys.SHARED_READERS)


def test_the_closure_holds_no_door_to_what_is_apart() -> None:
    for skill in ("web_agent", "coding"):
        run = skill_run(skill, teacher=teacher())
        modules = {module for step in PIPELINE for module in keys.code_of(step, run)}
        assert not [m for m in modules if m.startswith(("tasks.offline", "tasks.teacher.endpoints", "tasks.publish"))]
        foreign = [m for m in modules if m.startswith("tasks.kinds.") and m.split(".")[2] not in (run.kind.name,)]
        assert not foreign and all(module in sys.modules for module in modules)
