"""Checks of tasks by example: whether the examples can teach anything, and whether an answer works like them."""

from __future__ import annotations

from string import ascii_uppercase

from pydantic import ValidationError

from tasks.answers.text import find_output
from tasks.kinds.pattern.contract import Pattern
from tasks.kinds.pattern.real import unsound
from tasks.kinds.pattern.rules import same_output
from tasks.records import Record
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.words import bare

FEWEST, MOST = 2, 12
_MOST_CHARACTERS = 9_000
REASONS = 4
"""Words before the output that count as reasoning."""


def examples_sound(record: Record) -> str | None:
    """Rejects too few or contradictory examples, a query that an example answers, and an instruction that tells the rule."""
    try:
        pattern = Pattern.model_validate(record.formal)
    except ValidationError:
        return "the examples are not in their form"
    if not pattern.query.strip():
        return "no query"
    examples = pattern.examples
    if not FEWEST <= len(examples) <= MOST:
        return f"{len(examples)} examples, where {FEWEST} to {MOST} are wanted"
    if any(not e.input.strip() or not e.output.strip() for e in examples):
        return "an example without input or output"
    if sum(len(e.input + e.reasoning + e.output) for e in examples) > _MOST_CHARACTERS:
        return f"examples of more than {_MOST_CHARACTERS} characters"
    if any(same_output(e.input, pattern.query) for e in examples):
        return "the query is one of the examples"
    if len({plain(e.input) for e in examples}) < len(examples):
        return "two examples have one input"
    if len({plain(e.output) for e in examples}) == 1:
        return "all examples have one output"
    if len({bool(e.reasoning.strip()) for e in examples}) > 1:
        return "some examples have reasoning and some have none"
    if any(pattern.query in e.reasoning and len(pattern.query) > 3 for e in examples):
        return "the reasoning of an example is about the query"
    if pattern.sort == "mathematics" and any(not e.reasoning.strip() for e in examples):
        return "a word problem without its reasoning"
    key = [option for place, option in enumerate(record.options) if ascii_uppercase[place] in record.key]
    return unsound(pattern, key or record.key) or None


def reasoning_shown(record: Record) -> str | None:
    """Rejects a response that states the output alone where every example shows how it is reached."""
    examples = record.formal.get("examples") or []
    if not record.answerable or not any(str(e.get("reasoning") or "").strip() for e in examples):
        return None
    text = reply(record)
    found = find_output(text) if record.answer_form == "text" else None
    words = len(bare(text).split()) - (len(bare(found).split()) if found else 1)
    return None if words >= REASONS else "no reasoning, though the examples show theirs"
