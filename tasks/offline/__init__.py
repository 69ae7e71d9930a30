"""The offline teacher: a deterministic stand-in for a language model, without key and network.

It reads the prompt and answers in the asked schema by extraction: cloze questions, quoted evidence, counted facts,
mechanical rewriting, schema-valid calls. What it says is true of the material, and dull. It knows its agents by the
schema they ask for and by the material's blocks; a conversation without either is a student's, and it answers as the
responder.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, get_args

from prompts.schema import ToolName
from tasks.offline.answering import respond
from tasks.offline.asking import questions
from tasks.offline.browsing import browse, browses
from tasks.offline.calling import act
from tasks.offline.citing import cited, edited_retrieval, retrievals
from tasks.offline.classifying import labelled
from tasks.offline.code_answering import coded
from tasks.offline.code_testing import tests
from tasks.offline.coding import coding_tasks, edited_coding_task
from tasks.offline.composing import briefs, composed, edited_brief
from tasks.offline.conversing import continued
from tasks.offline.describing import apis
from tasks.offline.editing import edited_question, edited_rewriting, suggestions
from tasks.offline.estimating import estimated
from tasks.offline.extracting import edited_extraction, extractions
from tasks.offline.filling import filled
from tasks.offline.form_filling import filled_in
from tasks.offline.functions import offered
from tasks.offline.labelling import edited_labelling, labellings
from tasks.offline.modifying import rewritings
from tasks.offline.paging import edited_web_task, site, web_tasks
from tasks.offline.pattern_answering import completed
from tasks.offline.patterning import edited_pattern_task, pattern_tasks
from tasks.offline.puzzling import answered_puzzle, edited_puzzle, puzzles
from tasks.offline.quizzing import choices, edited_choice, solved
from tasks.offline.reading import Prompt, content, read
from tasks.offline.reckoning import calculation_tasks, edited_calculation_task
from tasks.offline.reporting import data_tasks, edited_data_task, reported
from tasks.offline.requesting import edited_tool_task, tool_tasks
from tasks.offline.reviewing import critique, judgement
from tasks.offline.simulating import tool_result, user_turn
from tasks.offline.talking import edited_opening, moved, openings
from tasks.offline.transforming import transformed
from tasks.records import digest

_AGENTS = {
    "Questions": lambda p: questions(p.blocks.get("passage", ""), p.knobs, p.salt),
    "Rewritings": lambda p: briefs(p) or data_tasks(p) or rewritings(p.blocks.get("passage", ""), p.knobs, p.salt),
    "Extractions": lambda p: extractions(p.blocks.get("passage", ""), p.knobs, p.salt),
    "EditedExtraction": edited_extraction,
    "Choices": lambda p: choices(p.blocks.get("passage", ""), p.knobs, p.salt),
    "EditedChoice": edited_choice,
    "Labellings": lambda p: labellings(p.blocks.get("passage", ""), p.knobs, p.salt),
    "EditedLabelling": edited_labelling,
    "ToolTasks": lambda p: tool_tasks(p.blocks.get("functions", ""), p.knobs, p.salt),
    "CalculationTasks": calculation_tasks,
    "EditedCalculationTask": edited_calculation_task,
    "PuzzleTasks": puzzles,
    "EditedPuzzleTask": edited_puzzle,
    "Site": site,
    "WebTasks": web_tasks,
    "EditedWebTask": edited_web_task,
    "Retrievals": retrievals,
    "EditedRetrieval": edited_retrieval,
    "Suggestions": suggestions,
    "EditedQuestion": edited_question,
    "EditedRewriting": lambda p: edited_brief(p) or edited_data_task(p) or edited_rewriting(p),
    "EditedToolTask": edited_tool_task,
    "Apis": lambda p: apis(p.blocks, p.role, p.salt),
    "ToolResult": tool_result,
    "Openings": openings,
    "EditedOpening": edited_opening,
    "UserTurn": lambda p: moved(p) if "move" in p.blocks else user_turn(p),
    "Critique": critique,
    "Judgement": judgement,
    "Tests": tests,
    "CodingTasks": coding_tasks,
    "EditedCodingTask": edited_coding_task,
    "PatternTasks": pattern_tasks,
    "EditedPatternTask": edited_pattern_task,
}
_RESPONDERS: tuple[Callable[[str, Any], str | None], ...] = (
    cited,
    solved,
    estimated,
    filled_in,
    coded,
    completed,
    reported,
    labelled,
    answered_puzzle,
    composed,
)
"""Message and salt -> the answer to a task that the responder recognises; the first that knows it answers."""
_OWN_TOOLS = frozenset(get_args(ToolName))
"""What a teacher may use while it answers; the offline one needs none of them."""


def reply(request: dict[str, Any]) -> dict[str, Any]:
    """The body of a chat completion response to that of a request; the same for the same request."""
    prompt = read(request)
    text, calls = _answer(prompt)
    message: dict[str, Any] = {"role": "assistant", "content": text or None if calls else text}
    if calls:
        message["tool_calls"] = calls
    asked = sum(_tokens(content(m)) for m in prompt.messages)
    answered = _tokens(text) + sum(_tokens(c["function"]["arguments"]) for c in calls)
    return {
        "id": f"chatcmpl-{digest(request)[:24]}",
        "object": "chat.completion",
        "created": 0,
        "model": str(request.get("model") or "offline"),
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}],
        "usage": {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered},
    }


def _answer(prompt: Prompt) -> tuple[str, list[dict[str, Any]]]:
    if agent := _AGENTS.get(prompt.contract):
        return json.dumps(agent(prompt), ensure_ascii=False), []
    if prompt.contract:
        return json.dumps(filled(prompt.schema, prompt.human), ensure_ascii=False), []
    if "seed" in prompt.blocks:
        return transformed(prompt.role, prompt.blocks["seed"], prompt.knobs, prompt.salt), []
    users = [content(m) for m in prompt.messages if m.get("role") == "user"]
    if browses({f.name for f in offered(prompt.tools)}):
        return browse(prompt.messages)
    if (text := continued(prompt.messages)) is not None:
        return text, []
    for responder in _RESPONDERS:
        if users and (text := responder(users[-1], prompt.salt)) is not None:
            return text, []
    if functions := [f for f in offered(prompt.tools) if f.name not in _OWN_TOOLS]:
        return act(functions, prompt.messages)
    earlier = "\n\n".join([prompt.system, *users[:-1]]).strip() if len(users) > 1 or not users else ""
    return respond(users[-1] if users else "", earlier, prompt.salt), []


def _tokens(text: str) -> int:
    return -(-len(text) // 4)


__all__ = ["reply"]
