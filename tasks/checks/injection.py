"""Documents that give instructions to a model: found and flagged, and rows that follow them turned away.

A program sees the words of an order and what the order wants said; what it cannot see is a change of mind. The material stands
between tags in every prompt and a notice says that it gives no instructions (`tasks.agents.blocks`); this is the second line.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.records import Record
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.words import holds, words

FLAG = "instructions_in_document"

_MODEL = r"(?:ai|llm|language model|assistant|chatbot|model)"
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.\n]{0,40}\b(?:above|previous|prior|earlier|preceding|other|system)\b"
    r"[^.\n]{0,30}\b(?:instructions?|prompts?|text|rules|directions|messages?)\b"
    rf"|\b(?:note|attention|message|instructions?) (?:to|for) (?:the |any |all )?{_MODEL}s?\b"
    rf"|\b(?:if you are|as) an? {_MODEL}\b[^.\n]{{0,60}}\b(?:you must|must|please|answer|say|reply|write)\b"
    rf"|\byou are now\b[^.\n]{{0,60}}\b{_MODEL}\b|\bnew (?:system )?(?:instructions?|prompt)\s*:"
    r"|\b(?:reveal|print|repeat|output)\b[^.\n]{0,30}\b(?:system prompt|your instructions|the answer key|your prompt)\b"
    r"|\bdo not (?:answer|follow)\b[^.\n]{0,40}\b(?:question|task|user|instructions?)\b[^.\n]{0,60}\binstead\b"
)
_MARKS = re.compile(
    r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|>|\[/?INST\]|<</?SYS>>"
    r"|</?(?:passage|seed|instruction|conversation|functions|key)-[0-9a-f]{4,}>|^\s*(?:system|assistant)\s*:\s*you\b"
    r"|```tool_call|\"(?:tool_calls|function_call)\"\s*:|\{\{[^{}\n]{1,60}\}\}|\{%[^%\n]{1,60}%\}",
    re.I | re.M,
)
_REPORTS = re.compile(r"\b(?:text|passage|document|it|note|source) (?:says|tells|orders|asks|instructs|contains)\b")
_SAY = r"\b(?:answer|say|reply|respond|write|output|print|state|include|add|mention|begin|start|end|finish)\b"
_HOW = (
    r"(?: only| just| exactly| your (?:answer|reply|response))*"
    r"(?: with| by (?:saying|writing)| the (?:words?|phrase|sentence|text|line)| that|:)*\s*"
)
_WANTED = re.compile(
    rf"{_SAY}{_HOW}[\"'“‘`]([^\"'”’`\n]{{3,120}})[\"'”’`]"
    rf"|{_SAY}{_HOW}(?-i:([A-Z][A-Z0-9_-]{{3,}}(?: [A-Z0-9_-]{{2,}}){{0,8}}))\b",
    re.I,
)


@lru_cache(maxsize=1024)
def instructs(text: str) -> bool:
    """Whether a text speaks to a model instead of a reader."""
    return bool(_ORDERS.search(plain(text)) or _MARKS.search(text))


def wanted_words(text: str) -> list[str]:
    """What the orders in a text want to be said, each as it stands there."""
    found = (m[1] or m[2] for m in _WANTED.finditer(text))
    return [said.strip() for said in found if said and words(said)]


def flags(record: Record) -> list[str]:
    """What should be known of the row's material: :data:`FLAG` if it carries instructions to a model."""
    return [FLAG] if any(instructs(text) for text in _material(record)) else []


def not_obeyed(record: Record) -> str | None:
    """Rejects a task or an answer that does what a document orders a model to do."""
    for text in _material(record):
        if not instructs(text):
            continue
        for said in wanted_words(text):
            if holds(record.instruction, said) or any(holds(option, said) for option in record.options):
                return "the task follows an order that stands in the document"
            answer = reply(record)
            if holds(answer, said) and not _told_of(answer):
                return "the answer follows an order that stands in the document"
    return None


def _material(record: Record) -> list[str]:
    sources = [
        str(source.get("snippet", "")) for source in record.formal.get("sources", ()) if isinstance(source, dict)
    ]
    results = [str(m.get("content") or "") for m in record.messages if m.get("role") == "tool"]
    return [text for text in (record.passage, *sources, *results) if text]


def _told_of(answer: str) -> bool:
    """Whether the answer reports the order as something that the text says."""
    return (
        re.search(
            r"\b(?:text|passage|document|it|note|source) (?:says|tells|orders|asks|instructs|contains)\b", plain(answer)
        )
        is not None
    )
