"""Question templates that are answered in free text, with sentences of the passage."""

from __future__ import annotations

from random import Random

from tasks.offline.passage import Passage
from tasks.offline.sentences import telling
from tasks.offline.templates.template import Draft, Slots, Solution, Template
from tasks.offline.wording import Wording

_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}


def _summary_draft(passage: Passage, draw: Random) -> Draft | None:
    return Draft({"count": draw.choice(["two", "three"])}) if len(passage.sentences) > 2 else None


def _long_draft(passage: Passage, draw: Random) -> Draft | None:
    return Draft({"count": draw.choice(["four", "five"])}) if len(passage.sentences) > 5 else None


def _summary_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    chosen = telling(passage, _COUNTS.get(slots["count"], 3))
    return Solution([], chosen[:3], " ".join(chosen)) if chosen else None


def _topic_draft(passage: Passage, draw: Random) -> Draft | None:
    words = [w for w in [*passage.names[:6], *passage.topics] if passage.spans[w.lower()] >= 2] or passage.topics[:3]
    return Draft({"topic": draw.choice(words[:8])}) if words else None


def _said(passage: Passage, topic: str) -> list[str]:
    return passage.holding(topic)[:3] if passage.counts[topic.lower()] else []


def _topic_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    topic, found = slots["topic"], _said(passage, slots["topic"])
    if not found:
        return None
    more = f" It goes on: “{found[1]}”" if len(found) > 1 else ""
    last = f" Lastly, it notes: “{found[2]}”" if len(found) > 2 else ""
    return Solution([], found, f"On “{topic}”, the text has this to say: “{found[0]}”{more}{last}")


def _essay_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    topic, found = slots["topic"], _said(passage, slots["topic"])
    if not found:
        return None
    wider = [s for s in telling(passage, 4) if s not in found][:2]
    second = (
        f"The wider subject is set out elsewhere. {' '.join(wider)}"
        if wider
        else "The text adds nothing further on it."
    )
    first = f"The text brings up “{topic}” in these words: {' '.join(found)}"
    return Solution([], found, f"{first}\n\n{second}")


def _title_draft(passage: Passage, draw: Random) -> Draft | None:
    return Draft() if len(passage.topics) >= 2 else None


def _title_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    topics = passage.topics[:3]
    if len(topics) < 2:
        return None
    title = f"{', '.join(t.capitalize() for t in topics[:-1])} and {topics[-1].capitalize()}"
    evidence = [s for s in (next(iter(passage.holding(t)), "") for t in topics) if s]
    return Solution([], list(dict.fromkeys(evidence)), title)


PROSE = [
    Template("title_text", "text", Wording(
        "Give the text a title made of the content words that it uses most.",
        "Propose a heading for the text that names its two or three most frequent subjects.",
    ), _title_draft, _title_solve, local=False),
    Template("summary_text", "text", Wording(
        "Sum up the text in at most {count} sentences, keeping to its own words.",
        "Which sentences carry the substance of the text? Give no more than {count} of them.",
    ), _summary_draft, _summary_solve, local=False),
    Template("topic_text", "text", Wording(
        "What does the text say about “{topic}”? Quote at least one sentence.",
        "Explain what we learn from the text about “{topic}”, with quotations.",
    ), _topic_draft, _topic_solve),
    Template("essay_text", "text", Wording(
        "Write a short essay of two paragraphs on “{topic}”, resting only on what the text says.",
        "In two paragraphs, discuss the place that “{topic}” has in the text.",
    ), _topic_draft, _essay_solve),
    Template("long_text", "text", Wording(
        "Sum up the text in exactly {count} of its own sentences, in their order there.",
    ), _long_draft, _summary_solve, hard=True, local=False),
]  # fmt: skip
