"""Defects that no check was written for: clean rows changed at random, and how many of the changes a program notices: it
rejects the row, or has a reader asked about it.

Nothing here tunes a check; the share that gets through is what a reader of the dataset has to reckon with where no key, no
execution and no judge decides.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import cast

import prompts
from benchmarks.answers import Nobody
from simulator.pipeline import drive, opened
from simulator.skill_runs import doubted, failed, skill_run
from tasks.agents.kind import SkillRun
from tasks.checks.check import Check
from tasks.kinds import all_checks
from tasks.records import Record, Rejected, rng
from tasks.settings import Settings
from tasks.teacher import Teacher

EXAMPLES = Path(__file__).parents[1] / "examples" / "documents"
ROUNDS = 3
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
_NUMBER = re.compile(r"(?<![\w.])\d{1,6}(?![\w.])")
_VERB = re.compile(r"\b(is|are|was|were|has|had|can|will|does|did)\b(?! not)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\b[a-z]{5,}\b")
Mutation = Callable[[str, str, Random], str | None]


def swap_names(text: str, seen: str, draw: Random) -> str | None:
    """A name becomes another of the material's."""
    here, others = _NAME.findall(text), sorted({*_NAME.findall(seen)})
    if not here or not (rest := [name for name in others if name not in here]):
        return None
    return re.sub(rf"\b{draw.choice(here)}\b", draw.choice(rest), text)


def off_by_one(text: str, seen: str, draw: Random) -> str | None:
    """One number changes by one."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    chosen = draw.choice(found)
    return text[: chosen.start()] + str(int(chosen[0]) + draw.choice([-1, 1])) + text[chosen.end() :]


def negate(text: str, seen: str, draw: Random) -> str | None:
    """A statement becomes its opposite."""
    found = list(_VERB.finditer(text))
    if not found:
        return None
    chosen = draw.choice(found)
    return f"{text[: chosen.end()]} not{text[chosen.end() :]}"


def drop_sentence(text: str, seen: str, draw: Random) -> str | None:
    """A step is left out."""
    parts = _SENTENCE.split(text)
    if len(parts) < 3:
        return None
    del parts[draw.randrange(len(parts) - 1)]
    return " ".join(parts)


def swap_sentences(text: str, seen: str, draw: Random) -> str | None:
    """Two steps change places."""
    parts = _SENTENCE.split(text)
    if len(parts) < 3:
        return None
    at = draw.randrange(len(parts) - 1)
    parts[at], parts[at + 1] = parts[at + 1], parts[at]
    return " ".join(parts)


def other_word(text: str, seen: str, draw: Random) -> str | None:
    """A word becomes another of the material's."""
    here, others = _WORD.findall(text), _WORD.findall(seen)
    if not here or not others:
        return None
    old, new = draw.choice(here), draw.choice(others)
    return re.sub(rf"\b{old}\b", new, text, count=1) if old != new else None


MUTATIONS: tuple[Mutation, ...] = (swap_names, off_by_one, negate, drop_sentence, swap_sentences, other_word)


def main() -> None:
    """Print, per mutation and skill, how many changed answers a check notices; no model takes part, and so no judge.

    A second line of a skill whose checks run code counts what those notice as well, tests that a model would write left out.
    """
    print(f"{'skill':<32} " + " ".join(f"{m.__name__:>16}" for m in MUTATIONS))
    total: Counter[str] = Counter()
    for skill in prompts.names():
        rows = asyncio.run(_rows(skill))
        told, ran = asyncio.run(_told(skill, rows))
        total += told
        print(_line(skill, told), flush=True)
        if ran:
            print(_line("  with its code run", ran), flush=True)
    print(_line("all", total))


async def _told(skill: str, rows: list[Record]) -> tuple[Counter[str], Counter[str]]:
    """What is noticed by program alone, and, where the skill has checks that run code, together with those."""
    named = [all_checks()[name] for name in prompts.load(skill).checks.response]
    names = [check.name for check in named if _by_program(check.name)]
    running = [check for check in named if check.executes]
    run = skill_run(skill, Settings(), teacher=cast(Teacher, Nobody()))
    told: Counter[str] = Counter()
    ran: Counter[str] = Counter()
    for mutation in MUTATIONS:
        for row in rows:
            for number in range(ROUNDS):
                worse = _worse(mutation, row, rng("mutation", mutation.__name__, row.id, number))
                if worse is None:
                    continue
                noticed = failed(worse, names) is not None or bool(doubted(worse, names))
                told[f"{mutation.__name__} made"] += 1
                told[f"{mutation.__name__} noticed"] += noticed
                if running:
                    ran[f"{mutation.__name__} made"] += 1
                    ran[f"{mutation.__name__} noticed"] += noticed or await _run_notices(worse, running, run)
    return told, ran


def _worse(mutation: Mutation, row: Record, draw: Random) -> Record | None:
    """The row with its answer changed; None where the mutation finds nothing to change."""
    text = row.messages[-1]["content"]
    seen = "\n".join([row.passage, *(str(m["content"]) for m in row.messages[:-1])])
    changed = mutation(text, seen, draw)
    if changed is None or changed == text:
        return None
    return replace(row, messages=[*row.messages[:-1], {**row.messages[-1], "content": changed}])


async def _run_notices(worse: Record, checks: list[Check], run: SkillRun) -> bool:
    """Whether one of the checks that run code rejects or doubts the row, without a model."""
    for check in checks:
        try:
            found = await check.find(worse, run)
        except Rejected as why:
            if why.reason == Nobody.REASON:
                continue
            return True
        if found.problem or found.doubt is not None:
            return True
    return False


def _by_program(name: str) -> bool:
    """Whether a check, of any kind of task, needs neither a model nor the sandbox."""
    check = all_checks()[name]
    return not (check.executes or check.asks or check.agents or check.wants_run)


def _line(name: str, told: Counter[str]) -> str:
    cells = []
    for mutation in MUTATIONS:
        made, noticed = told[f"{mutation.__name__} made"], told[f"{mutation.__name__} noticed"]
        cells.append(f"{f'{noticed}/{made} {noticed / made:.0%}' if made else '-':>16}")
    return f"{name:<32} " + " ".join(cells)


async def _rows(skill: str) -> list[Record]:
    settings = Settings(refinement_rounds=0, chunk_words=250, chunks_per_document=2)
    with tempfile.TemporaryDirectory() as folder:
        async with opened(skill, Path(folder), settings) as run:
            return (await drive(run, [str(EXAMPLES)])).rows


if __name__ == "__main__":
    main()
