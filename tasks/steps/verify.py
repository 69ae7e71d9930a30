"""Only what passes every check of its skill goes on; where response and key differ, one more solve decides which was wrong."""

from __future__ import annotations

from dataclasses import replace

from tasks.agents.conversation import converse
from tasks.agents.kind import SkillRun
from tasks.agents.repair import marked
from tasks.answers import read_answer
from tasks.checks.injection import flags
from tasks.kinds import checks_of
from tasks.records import Json, Record, Reject, Rejected, derive
from tasks.steps.checking import Examined, examine
from tasks.steps.preference import settled, weighed
from tasks.steps.repair_response import may_go_back, response_again
from tasks.steps.respond import RESPONDING
from tasks.steps.step import Items, Step

SECOND = 1000
"""Added to a response's sample number for the second solve, so that it is a new call."""


async def verify(record: Record, run: SkillRun) -> Items:
    """The record with its check results, the record with a second response that passes where the first did not, or a reject."""
    first = await _mended(await _examine(record, run), run)
    mended = any("repair" in event for event in first.record.lineage[len(record.lineage) :])
    if not first.reason:
        return [await _passed(record, first, run, "passed after repair" if mended else "passed")]
    compares = checks_of(run.kind)[first.reason].compares_key
    if not run.settings.second_solve or first.paid or (mended and not compares):
        return [Reject(record=first.record, step=run.step, reason=first.reason, detail=first.detail)]
    # By another model where there is one: the same would make its own mistake again.
    done = await converse(replace(record, messages=[]), run, sample=record.sample + SECOND, voice=run.teacher.judge)
    worse = {"messages": first.record.messages, "why": first.reason, "finding": first.detail}
    second = replace(
        record,
        messages=done.messages,
        lineage=[*first.record.lineage, *done.events],
        strategy=done.strategy,
        alternatives=[*first.record.alternatives, worse],
    )
    again = await _examine(second, run)
    if not again.reason:
        return [await _passed(record, again, run, "passed with a second response")]
    reason, detail = first.reason, first.detail
    if reason == again.reason and checks_of(run.kind)[reason].compares_key:
        same = read_answer(record, first.record.messages[-1]["content"]) == read_answer(
            second, second.messages[-1]["content"]
        )
        reason, detail = (
            ("bad_key", "two independent responses agree with each other and not with the key")
            if same
            else ("ambiguous", "key and two independent responses all differ")
        )
    return [Reject(record=again.record, step=run.step, reason=reason, detail=detail)]


async def _mended(found: Examined, run: SkillRun) -> Examined:
    """The record after its response went back to the teacher for what a program found, where that may be told."""
    for _ in range(run.settings.repairs):
        if not found.reason or not may_go_back(found.record, found.reason, run):
            break
        try:
            record = await response_again(found.record, found.reason, found.detail, run)
        except Rejected as why:
            paid = [marked({**event, "step": run.step}, found.reason, found.detail) for event in why.events]
            found.record = replace(found.record, lineage=[*found.record.lineage, *paid])
            break
        found = await _examine(record, run)
    return found


async def _examine(record: Record, run: SkillRun) -> Examined:
    """The checks of the skill's response; those of the instruction were passed before."""
    found = await examine(record, run.skill.checks.response, run)
    found.results = {**dict.fromkeys(run.skill.checks.instruction, "pass"), **found.results}
    return found


async def _passed(before: Record, found: Examined, run: SkillRun, note: str = "passed") -> Record:
    record = await weighed(found.record, run) if run.settings.feedback_rows else found.record
    quality = {**record.quality, **({"flags": raised} if (raised := flags(record)) else {})}
    kept: Json = {"messages": record.messages, "quality": quality, "alternatives": record.alternatives}
    lineage = [*record.lineage, {"step": run.step, "note": note}]
    return derive(before, **kept, lineage=lineage, strategy=record.strategy, checks=found.results)


VERIFY = Step(
    name="verify",
    makes="accepted",
    work=verify,
    of_kind=("show", "environment"),
    checks="response",
    agents=("judge", "settle", "repair_response", *RESPONDING),
    settle=settled,
)
