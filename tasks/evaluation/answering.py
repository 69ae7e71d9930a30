"""What a student says to a case: asked once, at temperature 0, and taken as it comes."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.agents.calls import calls_of
from tasks.evaluation.case import Case
from tasks.records import Json, Rejected
from tasks.teacher import Answer, Fault, Teacher
from tasks.teacher.replies import choice_of, cut_off, message_of, whole_prompt_read

STUDENT = "student"
"""The agent that the ledger calls it."""
CUT_OFF, EMPTY, REFUSED, MALFORMED = "cut_off", "empty", "refused", "malformed_call"
NOTHING = frozenset({EMPTY, MALFORMED})
"""What is no answer; it has 0 points."""


@dataclass(frozen=True)
class Said:
    """A student's message."""

    message: Json
    state: str = ""
    """Empty for a whole answer; else CUT_OFF, EMPTY, REFUSED or MALFORMED."""
    unasked: str = ""
    """Why there is no message at all: the endpoint took the prompt for too long, or kept failing on it."""
    tokens: int = 0
    """Of the answer, as the endpoint counts them."""

    @property
    def text(self) -> str:
        return str(self.message.get("content") or "")


async def said_to(case: Case, teacher: Teacher, most: int) -> Said:
    """The answer of the teacher's own endpoint, which is the student, of `most` tokens at most.

    EndpointDown or StopRun as :meth:`tasks.teacher.Teacher.chat` raises them.
    """
    record = case.record
    return await said(record.messages, record.tools, teacher, most, record.id)


async def said(messages: list[Json], tools: list[Json], teacher: Teacher, most: int, name: str) -> Said:
    """The same, of a conversation that is no case."""
    try:
        reply, event = await teacher.reply(
            messages, agent=STUDENT, tools=tools or None, temperature=0.0, max_tokens=most
        )
        whole_prompt_read(reply, messages)
    except Rejected as why:
        return Said({}, unasked=why.reason)
    except Fault as fault:
        return Said({}, unasked=fault.reason)
    asked = "\n".join(str(message.get("content") or "") for message in messages)
    offered = {str((tool.get("function") or {}).get("name")) for tool in tools}
    message, state = _taken(reply, asked, offered, name)
    return Said(message, state, tokens=event["completion_tokens"])


def _taken(reply: Json, asked: str, offered: set[str], name: str) -> tuple[Json, str]:
    """The message that a reply holds, and in which state it came."""
    choice = choice_of(reply)
    cut = cut_off(choice)
    raw = choice["message"].get("content")
    text = raw if isinstance(raw, str) else ""
    whole = {**reply, "choices": [{**choice, "finish_reason": "stop"} if cut else choice]}
    try:
        found = message_of(whole, asked, offered)
    except Fault as fault:
        if fault.kind == "refused":
            text = text or str(choice["message"].get("refusal") or "")
            return {"role": "assistant", "content": text}, REFUSED if text.strip() else EMPTY
        # Thoughts that never end are no answer, whatever they hold.
        state = MALFORMED if fault.reason == "bad_tool_call" else EMPTY
        return {"role": "assistant", "content": text}, CUT_OFF if cut and _shown(text) else state
    calls = calls_of(Answer(found.text, None, found.calls, {}), name)
    message = {"role": "assistant", "content": found.text, **({"tool_calls": calls} if calls else {})}
    return message, CUT_OFF if cut else ""


def _shown(text: str) -> bool:
    return bool(text.strip()) and "<think" not in text
