"""The offline author of questions without a context: what they rest on is quoted in the question itself."""

from __future__ import annotations

import re
from random import Random

from tasks.offline.calculation.stories import apart
from tasks.offline.item import Item
from tasks.offline.passage import Passage, capitalised
from tasks.offline.wording import Wording
from tasks.text.dates import MONTHS

FACTS = Wording(
    "Two things are known that touch on the word “{topic}”. First: “{first}” Second: “{second}”",
    "Start from two facts in which “{topic}” plays a part. One: “{first}” The other: “{second}”",
)
THIRD = Wording("A third fact belongs to them: “{third}”")
REQUESTS: dict[str, Wording] = {
    "compare": Wording("Set them side by side: where do their words meet, and what does each say alone?"),
    "suppose": Wording(
        "Suppose the first turned out to be false. What would have to be looked at again, and what not?"
    ),
    "advise": Wording("Somebody must decide on these facts alone, today. What may they count on, and what not?"),
    "check": Wording("What would one have to observe to find out whether they hold?"),
    "order": Wording("Plan how to explain this to a newcomer, step by step, and say why in that order."),
    "explain": Wording("Explain in a few sentences what a newcomer learns from them, and what they leave open."),
}
_SUITS = {
    "compare": ("compar", "contrast", "analog", "classif", "boundar"),
    "suppose": ("counterfact", "predict", "premise", "context"),
    "advise": ("advice", "decision", "trade"),
    "check": ("evidence", "diagnos", "critique", "misconcep", "claim"),
    "order": ("plan", "procedure", "teach", "audience"),
}
_VAGUE = frozenset(
    {"every", "often", "about", "around", "never", "always", "several", "since", "until", "while", "would"}
)
NAME = Wording("Only one name stands in this statement: “{named}” Which one is it?")
LONGEST = Wording("This definition-like statement is given: “{worded}” Which of its words has the most letters?")


def knowledge(text: Passage, form: str, task_type: str, draw: Random) -> Item | None:
    """A question of the form text or span; nothing if the passage has no sentences that can be read alone."""
    return _span(text, draw) if form == "span" else _text(text, task_type, draw)


def edited_knowledge(instruction: str, text: Passage, goal: str, form: str, draw: Random) -> Item | None:
    """The question with a fact more, or another of its kind."""
    if form == "span":
        return _span(text, draw)
    found = FACTS.find(instruction)
    request = next((name for name, wording in REQUESTS.items() if wording.find(instruction)), None)
    more = [s for s in apart(text, draw) if s not in instruction]
    if not found or request is None or not more or THIRD.find(instruction):
        return None
    said = f"{found[0]} {THIRD.say(draw, third=more[0])} {REQUESTS[request].say(draw)}"
    return _item(said, [found["first"], found["second"], more[0]], [f"{found['first']} {found['second']} {more[0]}"])


def only_name(sentence: str) -> str | None:
    """The one name of a sentence, if it has exactly one in one word."""
    found = [name for name in capitalised(sentence) if name.lower() not in MONTHS]
    return found[0] if len(found) == 1 and sentence.count(found[0]) == 1 else None


def longest_word(sentence: str) -> str | None:
    """The one longest word of a sentence without hyphens, if no other is as long."""
    words = sorted(set(re.findall(r"[^\W\d_]+", sentence)), key=len, reverse=True)
    return words[0] if len(words) > 1 and len(words[0]) > len(words[1]) and "-" not in sentence else None


def _text(text: Passage, task_type: str, draw: Random) -> Item | None:
    sentences = apart(text, draw)
    request = next((name for name, parts in _SUITS.items() if any(p in task_type for p in parts)), "explain")
    topics = [topic for topic in text.topics if len(topic) > 4 and topic not in _VAGUE]
    for topic in draw.sample(topics, len(topics)):
        holding = [s for s in sentences if re.search(rf"\b{re.escape(topic)}\b", s, re.I)]
        if len(holding) > 1:
            first, second = holding[:2]
            said = f"{FACTS.say(draw, topic=topic, first=first, second=second)} {REQUESTS[request].say(draw)}"
            return _item(said, [first, second], [f"{first} {second}"])
    return None


def _span(text: Passage, draw: Random) -> Item | None:
    for sentence in apart(text, draw):
        if name := only_name(sentence):
            return _item(NAME.say(draw, named=sentence), [sentence], [name])
        if word := longest_word(sentence):
            return _item(LONGEST.say(draw, worded=sentence), [sentence], [word])
    return None


def _item(instruction: str, evidence: list[str], key: list[str]) -> Item:
    return {"evidence": evidence, "instruction": instruction, "options": [], "key": key, "answerable": True,
            "difficulty": "medium"}  # fmt: skip
