"""The chat template that a student is taught and served with: one that says every message, and marks what the assistant says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.publish.export.chat_template import ChatTemplate
from tasks.publish.export.messages import Unfit
from tasks.publish.release.fitting import Fitted
from tasks.records import Json

_OURS = Path(__file__).with_name("chatml.jinja")
OPEN, CLOSE = "<|im_start|>", "<|im_end|>"
OURS = "ours"


def ours(opening: str = OPEN, closing: str = CLOSE, begins: str = "") -> str:
    """Our template with these marks around a turn, and with what a conversation begins with."""
    marks = {"bos": begins, "open": opening, "close": closing}
    heads = "".join(f"{{%- set {name} = {json.dumps(mark)} %}}\n" for name, mark in marks.items())
    return heads + _OURS.read_text(encoding="utf-8")


def template_for(tokenizer: Any) -> tuple[str, str]:
    """The template for a student, by its tokenizer, and its name.

    It is ours where the vocabulary has ChatML's marks; that of the student's family where TRL knows it and it says every message
    of the shapes that rows have; else ours, with marks of plain text and the end that the student knows.
    """
    if {OPEN, CLOSE} <= tokenizer.get_vocab().keys():
        return ours(), OURS
    if (known := _of_family(tokenizer)) and says_everything(known):
        return known, "family"
    adds = tokenizer("a").input_ids[:1] == [tokenizer.bos_token_id]
    begins = tokenizer.bos_token if adds and tokenizer.bos_token else ""
    return ours("### ", tokenizer.eos_token or "", begins), OURS


def _of_family(tokenizer: Any) -> str:
    """The student's own template, with marks around what the assistant says; empty if there is none."""
    from trl.chat_template_utils import get_training_chat_template, has_generation_markers

    own = tokenizer.chat_template
    if not isinstance(own, str):
        return ""
    if has_generation_markers(own):
        return own
    try:
        return get_training_chat_template(tokenizer) or ""
    except ValueError:  # it knows no such family
        return ""


def says_everything(template: str) -> bool:
    """Whether a template renders a row of each shape whole, in the form that suits it best."""
    fitted = Fitted(ChatTemplate({"default": template}, {}))
    try:
        for row in _shapes():
            fitted.shape_of("rows", row)
    except Unfit:
        return False
    return True


def _shapes() -> Iterator[Json]:
    """A row of each shape: plain, with a system prompt, of several turns, with tools."""
    asked, said = {"role": "user", "content": "Is it open?"}, {"role": "assistant", "content": "From nine on."}
    system = {"role": "system", "content": "Be brief."}
    function = {"name": "hours", "description": "Opening hours.", "parameters": {"type": "object", "properties": {}}}
    calls = [
        {"id": f"call_{n}", "type": "function", "function": {"name": "hours", "arguments": json.dumps({"day": n})}}
        for n in (1, 2)
    ]
    results = [{"role": "tool", "content": f"result {n}", "tool_call_id": f"call_{n}"} for n in (1, 2)]
    for messages in ([asked, said], [system, asked, said], [asked, said, {**asked, "content": "And today?"}, said]):
        yield {"messages": messages, "tools": None}
    tools = json.dumps([{"type": "function", "function": function}])
    with_calls = [asked, {"role": "assistant", "content": "", "tool_calls": calls}, *results, said]
    yield {"messages": with_calls, "tools": tools}
    yield {"messages": [system, *with_calls], "tools": tools}
