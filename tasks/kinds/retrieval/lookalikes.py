"""Hard negatives: results that an agent writes beside the right one, and what a program lets through of them."""

from __future__ import annotations

import json
from random import Random

from tasks.agents.kind import SkillRun
from tasks.kinds.retrieval.contract import Lookalike, Lookalikes, Sought
from tasks.kinds.retrieval.sources import covered, located
from tasks.records import Json, Record
from tasks.text.phrases import says_phrase
from tasks.text.words import count_words

_WORDS = range(20, 220)
_ENDS = ((True, True), (True, True), (True, False), (False, True))
"""Whether a piece is cut at its beginning and at its end."""
_SAME = 0.8


async def written(
    record: Record, sought: Sought, run: SkillRun, draw: Random, size: int, events: list[Json]
) -> list[tuple[str, str]]:
    """Titles and snippets of results that look right and are not, as many as the settings want."""
    wanted = run.settings.hard_negatives
    if not wanted:
        return []
    blocks = {
        "question": " ".join(part for part in (record.instruction, sought.later) if part),
        "query": sought.search,
        "evidence": json.dumps(record.evidence, ensure_ascii=False),
        "key": json.dumps(record.key, ensure_ascii=False),
        "passage": record.passage,
    }
    answer = await run.ask(
        "lookalikes",
        blocks,
        {"count": wanted},
        schema=Lookalikes,
        temperature=run.temperature("instruct", run.settings.instruct_temperature),
        variables={"count": wanted},
    )
    events.append(answer.event)
    found: Lookalikes = answer.parsed
    sound = [one for one in found.lookalikes[:wanted] if _sound(one, record, blocks["question"])]
    cut = [(one.title.strip(), _cut(one, size, draw)) for one in sound]
    return [(title, text) for title, text in cut if text]


def _cut(one: Lookalike, size: int, draw: Random) -> str:
    """A piece of what was written, cut at one end or at both, as the page that it is from goes on before and behind.

    Titles are always shown; where the words that tell it apart stand in the text alone, the piece holds them, and is empty if
    they are not in the text or too long.
    """
    text, told = one.text, one.told_apart
    flat = " ".join(text.split())
    ends = draw.choice(_ENDS)
    start, end = (len(flat) * draw.uniform(0.05, 0.15) * cut for cut in ends)
    stop = min(len(flat) - int(end), int(start) + size - 2)
    first = flat.find(" ", int(start)) if start else 0
    last = flat.rfind(" ", first, stop) if stop < len(flat) else len(flat)
    if not located(one.title, told):
        span = located(flat, told)
        if not span or span[1] - span[0] > size:
            return ""
        behind = found if (found := flat.find(" ", span[1])) > 0 else len(flat)
        if behind > last:
            last = behind
            first = max(first, flat.find(" ", max(0, last - size)))
        if span[0] < first:
            first = flat.rfind(" ", 0, span[0]) + 1
            last = min(last, max(behind, flat.rfind(" ", first, first + size)))
    return ("…" if first else "") + flat[first:last].strip() + ("…" if last < len(flat) else "")


def _sound(one: Lookalike, record: Record, question: str) -> bool:
    """Whether it neither gives the answer nor says again what the answer rests on, and words not asked about tell it apart."""
    text = f"{one.title} {one.text}"
    if not one.title.strip() or count_words(one.text) not in _WORDS:
        return False
    if says_phrase(question, one.told_apart):
        return False
    if record.answer_form in ("span", "set", "number") and any(says_phrase(text, key) for key in record.key):
        return False
    again = any(located(text, quote) or covered(quote, text) >= _SAME for quote in record.evidence)
    return not again and not any(covered(key, text) >= _SAME for key in record.key if len(key.split()) > 5)
