"""Only what passes every check of its skill goes on; where response and key differ, one more solve decides which was wrong."""

from __future__ import annotations

from dataclasses import replace

from tasks import checks
from tasks.checks.answers import extract
from tasks.conversation import converse
from tasks.records import Json, Record, Reject, derive
from tasks.run import Run
from tasks.step import Items, Step

NAME = "verify"
SECOND = 1000
"""Added to a response's sample number for the second solve, so that it is a new call."""


async def verify(record: Record, run: Run) -> Items:
    """The record with its check results, the record with a second response that passes where the first did not, or a reject."""
    names = run.skill.checks.response
    failure = checks.failed(record, names)
    if failure is None:
        return [_passed(record, run, record.messages)]
    if not run.settings.second_solve:
        return [Reject(record=record, step=NAME, reason=failure[0], detail=failure[1])]
    messages, events = await converse(replace(record, messages=[]), run, step=NAME, sample=record.sample + SECOND)
    second = replace(record, messages=messages, lineage=[*record.lineage, *events])
    again = checks.failed(second, names)
    if again is None:
        return [_passed(record, run, messages, *events)]
    if failure[0] == again[0] == "key_agreement":
        same = extract(record, record.messages[-1]["content"]) == extract(second, messages[-1]["content"])
        failure = (
            ("bad_key", "two independent responses agree with each other and not with the key")
            if same
            else ("ambiguous", "key and two independent responses all differ")
        )
    return [Reject(record=second, step=NAME, reason=failure[0], detail=failure[1])]


def _passed(record: Record, run: Run, messages: list[Json], *events: Json) -> Record:
    names = (*run.skill.checks.instruction, *run.skill.checks.response)
    note = "passed with a second response" if events else "passed"
    results = {name: "pass" for name in names}
    return derive(record, *events, {"step": NAME, "note": note}, messages=messages, checks=results)


VERIFY = Step(
    name=NAME,
    work=verify,
    skill_parts=("checks", "response"),
    agents=("simulate_tool", "simulate_user"),
    settings=("second_solve", "respond_temperature", "simulate_temperature", "system_prompts"),
)
