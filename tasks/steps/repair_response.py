"""A response that a program's check rejects goes back to the teacher with what was found, where that tells nothing of the key."""

from __future__ import annotations

from dataclasses import replace

from tasks.agents.conversation import answer_again
from tasks.agents.kind import SkillRun
from tasks.agents.repair import finding, marked, told
from tasks.kinds import checks_of
from tasks.records import Record


def may_go_back(record: Record, reason: str, run: SkillRun) -> bool:
    """Whether a response that fails this check is given back: one answer, and a finding that tells nothing of the key."""
    check = checks_of(run.kind)[reason]
    after = [message for message in record.messages if message["role"] not in ("system", "user")]
    alone = len(after) == 1 and not after[0].get("tool_calls") and record.messages[-1]["role"] == "assistant"
    return alone and not (check.asks or check.compares_key or check.tells_key)


async def response_again(record: Record, reason: str, detail: str, run: SkillRun) -> Record:
    """The record with its response given once more after what a program found; the earlier one is among its alternatives.

    Raises Rejected, with the calls that were paid for.
    """
    said = finding("response", reason, detail)
    done = await answer_again(record, run, told("response", [said], run))
    *paid, last = done.events
    worse = {"messages": record.messages, "why": reason, "finding": said, "repaired": True}
    return replace(
        record,
        messages=done.messages,
        lineage=[*record.lineage, *paid, marked(last, reason, detail)],
        alternatives=[*record.alternatives, worse],
    )
