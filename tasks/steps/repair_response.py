"""A response that a check or the judge rejects goes back with what was found, where that tells nothing of the key."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from prompts import AnswerForm
from tasks.agents.conversation import answer_again
from tasks.agents.judge import JUDGE, Unmet, unmet
from tasks.agents.kind import SkillRun
from tasks.agents.repair import finding, marked, told
from tasks.answers import agreement
from tasks.kinds import checks_of
from tasks.records import Record
from tasks.text.replies import reply
from tasks.text.words import words

_SPEAKS_OF_KEY = re.compile(r"\b(?:key|author)\b", re.I)
_STEM = 5
"""Letters that the forms of a word share."""


def findings_for(record: Record, reason: str, detail: str, run: SkillRun, shown: str = "") -> list[str]:
    """What the response is given back with; nothing where it is not given back.

    Only one answer goes back, and only with what tells nothing of the key; what is wrong with the instruction it cannot mend.
    """
    if not _one_answer(record):
        return []
    if reason == JUDGE:
        found = unmet(record, run)
        back = all(each.of_response and not each.criterion.tells_key for each in found)
        return [_about(each, record) for each in found] if back else []
    check = checks_of(run.kind)[reason]
    kept = check.asks or check.compares_key or check.tells_key or check.of_task
    return [] if kept else [finding("response", reason, detail, shown)]


def answer_may_be_wrong(record: Record, run: SkillRun) -> bool:
    """Whether the judge's last reading leaves open that another response is right: the instruction meets all criteria."""
    found = unmet(record, run)
    return any(each.criterion.tells_key for each in found) and all(each.of_response for each in found)


def found_by_judge(record: Record, run: SkillRun) -> str:
    """What the judge says of the response in its last reading, one sentence or two for each criterion that is not met."""
    said = [each.finding.strip() or each.criterion.text for each in unmet(record, run) if each.of_response]
    return " ".join(said)


async def response_again(record: Record, reason: str, detail: str, findings: Sequence[str], run: SkillRun) -> Record:
    """The record with its response given once more after these findings; the earlier one is among its alternatives.

    Raises Rejected, with the calls that were paid for.
    """
    done = await answer_again(record, run, told("response", findings, run))
    *paid, last = done.events
    score = {"score": record.quality["score"]} if "score" in record.quality else {}
    said = found_by_judge(record, run) if reason == JUDGE else findings[0]
    worse = {"messages": record.messages, "why": reason, "finding": said, "repaired": True, **score}
    return replace(
        record,
        messages=done.messages,
        quality={name: value for name, value in record.quality.items() if name != "score"},
        lineage=[*record.lineage, *paid, marked(last, reason, detail)],
        alternatives=[*record.alternatives, worse],
    )


def _one_answer(record: Record) -> bool:
    after = [message for message in record.messages if message["role"] not in ("system", "user")]
    return len(after) == 1 and not after[0].get("tool_calls") and record.messages[-1]["role"] == "assistant"


def _about(each: Unmet, record: Record) -> str:
    """The criterion, with what the judge found where that cannot tell the key."""
    said = each.finding.strip()
    asked = f"This is wanted of the answer, and it does not hold: {each.criterion.text}"
    return f"{asked} {said}" if said and not _may_tell(said, record) else asked


def _may_tell(said: str, record: Record) -> bool:
    """Whether a sentence of somebody who knows the key has anything of it that stands neither in the task nor in the answer."""
    if not record.answerable or _SPEAKS_OF_KEY.search(said):
        return True
    if record.answer_form not in (AnswerForm.TEXT, AnswerForm.CALLS) and agreement(record) is False:
        return True
    key = " ".join([*record.key, *(json.dumps(call, ensure_ascii=False) for call in record.calls)])
    known = _stems(" ".join([record.instruction, *record.options, reply(record)]))
    return bool((_stems(key) - known) & _stems(said))


def _stems(text: str) -> set[str]:
    """The words of substance and the figures of a text, as far as their forms share them."""
    return {word[:_STEM] for word in words(text) if len(word) > 3 or any(map(str.isdigit, word))}
