"""Only what passes every check of its skill goes on; where response and key differ, one more solve decides which was wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tasks import checks
from tasks.agents.conversation import converse
from tasks.agents.run import Run
from tasks.answers import agreement, read_answer
from tasks.checks.injection import flags
from tasks.records import Json, Record, Reject, derive
from tasks.steps.preference import settled
from tasks.steps.respond import RESPONSE_AGENTS, RESPONSE_PARTS, RESPONSE_SETTINGS
from tasks.steps.step import Items, Step
from tasks.steps.trials import TRIALS

NAME = "verify"
SECOND = 1000
"""Added to a response's sample number for the second solve, so that it is a new call."""


@dataclass
class Examined:
    """A record as its checks and trials found it."""

    record: Record
    reason: str = ""
    """Name of the check that rejects it; empty if it passed."""
    detail: str = ""
    paid: bool = False
    """Whether a model was asked to find that out."""
    results: dict[str, str] = field(default_factory=dict)


async def verify(record: Record, run: Run) -> Items:
    """The record with its check results, the record with a second response that passes where the first did not, or a reject."""
    first = await examine(record, run)
    if not first.reason:
        return [_passed(record, first, run)]
    if not run.settings.second_solve or first.paid:
        return [Reject(record=first.record, step=NAME, reason=first.reason, detail=first.detail)]
    done = await converse(replace(record, messages=[]), run, step=NAME, sample=record.sample + SECOND)
    worse = {"messages": record.messages, "why": first.reason}
    second = replace(
        record,
        messages=done.messages,
        lineage=[*first.record.lineage, *done.events],
        strategy=done.strategy,
        alternatives=[worse],
    )
    again = await examine(second, run)
    if not again.reason:
        return [_passed(record, again, run, "passed with a second response")]
    reason, detail = first.reason, first.detail
    if reason == again.reason == "key_agreement":
        same = read_answer(record, record.messages[-1]["content"]) == read_answer(
            second, second.messages[-1]["content"]
        )
        reason, detail = (
            ("bad_key", "two independent responses agree with each other and not with the key")
            if same
            else ("ambiguous", "key and two independent responses all differ")
        )
    return [Reject(record=again.record, step=NAME, reason=reason, detail=detail)]


async def examine(record: Record, run: Run) -> Examined:
    """The checks and trials of the skill's response, in order, until one fails."""
    found = Examined(record, results={name: "pass" for name in run.skill.checks.instruction})
    decided = agreement(record) is True
    for name in run.wanted(run.skill.checks.response):
        if name in checks.CHECKS:
            found.detail, found.results[name] = checks.CHECKS[name](record) or "", "pass"
            decided = decided or (not found.detail and _decides(name, record))
        else:
            trial = await TRIALS[name](found.record, run, decided)
            decided = decided or trial.decides
            found.detail, found.results[name] = trial.problem, f"skip: {trial.skipped}" if trial.skipped else "pass"
            found.paid = found.paid or bool(trial.events)
            quality, lineage = {**found.record.quality, **trial.quality}, [*found.record.lineage, *trial.events]
            found.record = replace(found.record, quality=quality, lineage=lineage)
        if found.detail:
            found.reason = name
            break
    return found


def _decides(name: str, record: Record) -> bool:
    """Whether passing this check shows by program that the response is right."""
    return name in ("calls_agree", "reaches_goal") or (name == "abstains" and not record.answerable)


def _passed(before: Record, found: Examined, run: Run, note: str = "passed") -> Record:
    record = found.record
    quality = {**record.quality, **({"flags": raised} if (raised := flags(record)) else {})}
    kept: Json = {"messages": record.messages, "quality": quality, "alternatives": record.alternatives}
    lineage = [*record.lineage, {"step": NAME, "note": note}]
    return derive(before, **kept, lineage=lineage, strategy=record.strategy, checks=found.results)


VERIFY = Step(
    name=NAME,
    work=verify,
    skill_parts=("checks", "rubric", *RESPONSE_PARTS),
    agents=("judge", "write_tests", *RESPONSE_AGENTS),
    settings=(
        "second_solve",
        "keep_responses",
        "judge",
        "judge_threshold",
        "judge_model",
        "judge_base_url",
        "solves",
        "agreement_least",
        "drop_too_easy",
        "guess_test",
        "skip_checks",
        "preference_pairs",
        *RESPONSE_SETTINGS,
    ),
    settle=settled,
)
