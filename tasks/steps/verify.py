"""Only what passes every check of its skill goes on; where key or judge hold a response to be wrong, one more solve decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from tasks.agents.conversation import converse
from tasks.agents.judge import JUDGE
from tasks.agents.kind import SkillRun
from tasks.agents.repair import marked
from tasks.answers import read_answer
from tasks.checks.injection import flags
from tasks.kinds import checks_of
from tasks.records import Json, Record, Reject, Rejected, derive
from tasks.steps.blame import AMBIGUOUS, BAD_KEY
from tasks.steps.checking import Examined, examine
from tasks.steps.preference import settled, weighed, worse
from tasks.steps.repair_response import answer_may_be_wrong, findings_for, response_again
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
    if not _asked_again(first, mended, run):
        return [_reject(first, run)]
    # By another model where there is one: the same would make its own mistake again.
    done = await converse(replace(record, messages=[]), run, sample=record.sample + SECOND, voice=run.teacher.judge)
    second = replace(
        record,
        messages=done.messages,
        lineage=[*first.record.lineage, *done.events],
        strategy=done.strategy,
        alternatives=[*first.record.alternatives, worse(first.record, first.reason, first.detail, run)],
    )
    again = await _examine(second, run.second())
    if not again.reason:
        return [await _passed(record, again, run, "passed with a second response")]
    if first.reason == again.reason and checks_of(run.kind)[first.reason].compares_key:
        same = read_answer(record, first.record.messages[-1]["content"]) == read_answer(
            second, second.messages[-1]["content"]
        )
        again.reason, again.detail = (
            (BAD_KEY, "two independent responses agree with each other and not with the key")
            if same
            else (AMBIGUOUS, "key and two independent responses all differ")
        )
    return [_reject(again, run)]


def _asked_again(found: Examined, mended: bool, run: SkillRun) -> bool:
    """Whether a second response decides: where the key differs, or the judge holds the answer and not the task to be wrong."""
    if not run.settings.second_solve:
        return False
    if found.reason == JUDGE:
        return answer_may_be_wrong(found.record, run)
    return not found.paid and (not mended or checks_of(run.kind)[found.reason].compares_key)


def _reject(found: Examined, run: SkillRun) -> Reject:
    return Reject(record=found.record, step=run.step, reason=found.reason, detail=found.detail)


async def _mended(found: Examined, run: SkillRun) -> Examined:
    """The record after its response went back to the teacher for what checks found, and for what the judge did, each so often."""
    left = Counter({of_judge: run.settings.repairs for of_judge in (False, True)})
    while found.reason and left[of_judge := found.reason == JUDGE]:
        left[of_judge] -= 1
        findings = findings_for(found.record, found.reason, found.detail, run, found.told)
        if not findings:
            break
        try:
            record = await response_again(found.record, found.reason, found.detail, findings, run)
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
    heeds="verdicts",
    settle=settled,
)
