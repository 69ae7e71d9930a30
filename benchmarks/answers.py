"""`python -m benchmarks answers FILE [--json]`: labelled answers of any teacher under the checks by program.

A line of the file is a JSON object: `id`, `skill`, `verdict` (good or bad), `why`, `record` (as `record_from_json` reads it)
and, where the instruction is what was labelled, `part: instruction`. No model is asked: a check that would ask one is left
out, and a doubt counts as neither a reject nor, without its reader, a pass.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from prompts import CatalogueError
from simulator.skill_runs import skill_run
from tasks.agents.judge import passed_over
from tasks.agents.kind import SkillRun
from tasks.answers import agreement
from tasks.kinds import checks_of
from tasks.records import Json, Record, Rejected, record_from_json
from tasks.settings import Settings
from tasks.steps.checking import wanted
from tasks.teacher import Teacher


class Labelled(BaseModel):
    """One answer with what a careful reader found."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    id: str
    skill: str
    verdict: Literal["good", "bad", ""]
    """Empty: not labelled yet."""
    why: str = ""
    part: Literal["instruction", "response"] = "response"
    record: Json


@dataclass(frozen=True)
class Outcome:
    """What the programs made of one labelled answer."""

    case: Labelled
    rejected_by: str = ""
    detail: str = ""
    doubted_by: tuple[str, ...] = ()
    judged: bool = True
    """Whether the judge reads it by default."""

    @property
    def verdict(self) -> str:
        return "rejected" if self.rejected_by else "doubted" if self.doubted_by else "accepted"


class Nobody:
    """A teacher that is not there: whoever asks it is told so."""

    REASON = "nobody"

    async def ask(self, *args: object, **options: object) -> None:
        raise Rejected(self.REASON, "no model is asked in this benchmark", [])

    judge = None


def read_cases(path: Path) -> list[Labelled]:
    """The labelled answers of a file; ends with the line that does not fit."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            cases.append(Labelled.model_validate_json(line))
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            sys.exit(
                f"{path}, line {number}: {place or 'not JSON'}: {first['msg']}; see the head of benchmarks/answers.py"
            )
    return cases


async def look(case: Labelled) -> Outcome:
    """The checks by program of the case's skill, in order, until one rejects."""
    try:
        run = skill_run(case.skill, Settings(), teacher=cast(Teacher, Nobody()))
    except CatalogueError as error:
        sys.exit(f"{case.id}: {error}")
    record = record_from_json(json.dumps(case.record))
    checks = run.skill.checks
    names = wanted(checks.instruction if case.part == "instruction" else checks.response, run.settings)
    return await _looked(case, record, names, run)


async def _looked(case: Labelled, record: Record, names: Sequence[str], run: SkillRun) -> Outcome:
    known = checks_of(run.kind)
    decided = case.part == "response" and agreement(record) is True
    doubts: list[str] = []
    for name in names:
        if known[name].asks:
            continue
        try:
            finding = await known[name].find(record, run)
        except Rejected as why:
            if why.reason == Nobody.REASON:
                continue
            return Outcome(case, why.reason, why.detail)
        if finding.problem:
            return Outcome(case, name, finding.problem)
        if finding.doubt is not None:
            doubts.append(name)
        decided = decided or finding.decides
    judged = not passed_over(record, run.knowing(decided)) if "judge" in names else False
    return Outcome(case, doubted_by=tuple(doubts), judged=judged)


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """What the targets are about: good and bad ones, and how many of each the programs alone got wrong."""
    good = [o for o in outcomes if o.case.verdict == "good"]
    bad = [o for o in outcomes if o.case.verdict == "bad"]
    passed = [o for o in bad if o.verdict == "accepted"]
    return {
        "good": len(good),
        "good_rejected": sum(o.verdict == "rejected" for o in good),
        "bad": len(bad),
        "bad_accepted": len(passed),
        "bad_unjudged": sum(not o.judged for o in passed),
    }


def _table(outcomes: Sequence[Outcome]) -> None:
    print(
        f"{'skill':32}{'good':>6}{'rejected':>10}{'doubted':>9}{'bad':>6}{'accepted':>10}{'doubted':>9}{'unjudged':>10}"
    )
    for skill in [*sorted({o.case.skill for o in outcomes}), ""]:
        mine = [o for o in outcomes if skill in ("", o.case.skill)]
        told = counts(mine)
        doubted = Counter(o.case.verdict for o in mine if o.verdict == "doubted")
        print(
            f"{skill or 'all':32}{told['good']:6}{told['good_rejected']:10}{doubted['good']:9}"
            f"{told['bad']:6}{told['bad_accepted']:10}{doubted['bad']:9}{told['bad_unjudged']:10}"
        )
    by_check = Counter((o.rejected_by, o.case.verdict) for o in outcomes if o.rejected_by)
    print(f"\n{'check':32}{'good rejected':>15}{'bad rejected':>15}")
    for check in sorted({check for check, _ in by_check}):
        print(f"{check:32}{by_check[check, 'good']:15}{by_check[check, 'bad']:15}")
    print("\nMisjudged:")
    for o in outcomes:
        if (o.case.verdict, o.verdict) in {("good", "rejected"), ("bad", "accepted")}:
            print(
                f"  {o.case.verdict} {o.verdict} {o.case.id} ({o.case.skill}) {o.rejected_by}: {o.detail} | {o.case.why}"
            )


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables for the file that is named and, with `--json`, one last line of counts."""
    files = [argument for argument in arguments if argument != "--json"]
    if len(files) != 1:
        sys.exit("python -m benchmarks answers FILE [--json]: name one file of labelled answers, a JSON object a line")
    cases = read_cases(Path(files[0]))
    labelled = [case for case in cases if case.verdict]
    if not labelled:
        sys.exit(f"{files[0]} holds no labelled answer: write good or bad as the verdict of each line")
    if unlabelled := len(cases) - len(labelled):
        print(f"{unlabelled} of {len(cases)} answers have no verdict yet and are left out.\n")
    outcomes = [asyncio.run(look(case)) for case in labelled]
    _table(outcomes)
    if "--json" in arguments:
        print(json.dumps(counts(outcomes)))
