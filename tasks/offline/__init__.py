"""The offline teacher: a deterministic stand-in for a language model, without key and network.

It reads the prompt and answers in the asked schema by extraction: cloze questions, quoted evidence, counted facts,
mechanical rewriting, schema-valid calls. What it says is true of the material, and dull. It knows its agents by the
schema that they ask for and by the blocks of the material; a conversation without either is a student's, and it answers
that as the responder. What it does for a kind of task stands in the folder of that kind.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from tasks.offline import (
    calculation,
    choice,
    coding,
    conversation,
    extraction,
    labelling,
    pattern,
    puzzle,
    question,
    retrieval,
    rewriting,
    tools,
    web,
)
from tasks.offline.example import filled
from tasks.offline.kind import Answer, OfflineKind
from tasks.offline.packages import files_of_packages, kinds_of_packages
from tasks.offline.prompt import Prompt, content, read
from tasks.offline.review import critique, judgement, recognition, settlement
from tasks.offline.slips import FOUND_BY, slipped
from tasks.offline.suggestion import suggestions
from tasks.offline.transformation import transformed
from tasks.offline.written_tools import offered, written
from tasks.records import digest

_COMMON = OfflineKind(
    agents={
        "Suggestions": suggestions,
        "Critique": critique,
        "Judgement": judgement,
        "Settlement": settlement,
        "Recognition": recognition,
    }
)
_KINDS = (
    _COMMON,
    web.OFFLINE,
    conversation.OFFLINE,
    retrieval.OFFLINE,
    choice.OFFLINE,
    calculation.OFFLINE,
    extraction.OFFLINE,
    coding.OFFLINE,
    pattern.OFFLINE,
    rewriting.OFFLINE,
    labelling.OFFLINE,
    puzzle.OFFLINE,
)
"""In the order in which they are asked who knows a request."""
_LAST = (tools.OFFLINE, question.OFFLINE)
"""Asked after all others: the one answers whatever offers functions, the other whatever is left."""


@cache
def _parts() -> tuple[OfflineKind, ...]:
    """Those that the kinds of installed packages bring, which know their own tasks, before ours, some of which guess."""
    return (*kinds_of_packages(), *_KINDS, *_LAST)


def reply(request: dict[str, Any], *, slips: bool = False) -> dict[str, Any]:
    """The body of a chat completion response to that of a request; the same for the same request.

    With `slips` some first answers have a failure that a check finds; an answer that was given back has none.
    """
    parts = _parts()
    in_words = offered(request)
    request = request if in_words is None else in_words
    prompt = read(request, {schema for part in parts for schema in part.agents})
    answer = _answer(prompt, parts, slips and len(prompt.messages) == len(request["messages"]))
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None if answer.calls else answer.text}
    if answer.calls and in_words is not None:
        message["content"] = written(answer.text, answer.calls)
    elif answer.calls:
        message["tool_calls"] = answer.calls
    asked = sum(_tokens(content(m)) for m in prompt.messages)
    answered = _tokens(answer.text) + sum(_tokens(c["function"]["arguments"]) for c in answer.calls)
    return {
        "id": f"chatcmpl-{digest(request)[:24]}",
        "object": "chat.completion",
        "created": 0,
        "model": str(request.get("model") or "offline"),
        "choices": [
            {"index": 0, "message": message, "finish_reason": "tool_calls" if "tool_calls" in message else "stop"}
        ],
        "usage": {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered},
    }


def _answer(prompt: Prompt, parts: Sequence[OfflineKind], slips: bool) -> Answer:
    if prompt.contract:
        agents = (part.agents[prompt.contract] for part in parts if prompt.contract in part.agents)
        made = next((made for agent in agents if (made := agent(prompt)) is not None), None)
        return Answer(json.dumps(filled(prompt.schema, prompt.human) if made is None else made, ensure_ascii=False))
    if "seed" in prompt.blocks:
        return Answer(transformed(prompt.role, prompt.blocks["seed"], prompt.knobs, prompt.salt))
    answers = ((part, part.responder(prompt)) for part in parts if part.responder)
    part, answer = next((part, answer) for part, answer in answers if answer is not None)
    return slipped(answer, prompt) if slips and part.alone else answer


def _tokens(text: str) -> int:
    return -(-len(text) // 4)


__all__ = ["FOUND_BY", "Answer", "OfflineKind", "Prompt", "files_of_packages", "reply"]
