"""Commissions of original writing, offline: pieces made of a document's sentences under rules that can be counted."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random
from typing import Any

from tasks.offline.item import edited, unsuitable
from tasks.offline.passage import WORD, Passage, size
from tasks.offline.prompt import Prompt, parsed
from tasks.offline.wording import Wording
from tasks.records import rng

_VERSE = Wording(
    "Set these sentences as a piece of exactly {n} lines, in their order and without a title.",
    "It has to be a piece of exactly {n} lines made of these sentences in their order, with no title.",
)
_PROSE = Wording(
    "Put these sentences together as one paragraph of at most {n} words that begins with “{start}” and ends with “{end}”",
    "One paragraph of these sentences, no more than {n} words, beginning with “{start}” and ending with “{end}”",
)
_LIST = Wording("Give {n} of these sentences as a numbered list, one to an item.", "A numbered list of {n} of these.")
_WITHOUT = Wording("Leave out whatever has the word “{word}” in it.", "Nothing in it may have the word “{word}”.")
_STARTS = ("To begin with:", "First of all:", "Listen:", "From the top:")
_ENDS = ("That was all of it.", "Here the light went out.", "Then it was evening.", "Nobody asked for more.")
_GIVEN = re.compile(r"Sentences: ((?:“[^“”]+” ?)+)")
_LEAST = 3


def briefs(prompt: Prompt) -> dict[str, Any] | None:
    """The JSON of `Rewritings` for a commission of original writing; None where something else is asked for."""
    if "original writing" not in prompt.role:
        return None
    text = Passage(prompt.passage, prompt.knobs.get("focus", ""))
    draw, items = prompt.draws("commissioning"), []
    for _ in range(min(prompt.count, 5)):
        given = [s for s in text.spread(draw) if not re.search("[“”]", s) and size(s) <= 40][: draw.randint(3, 6)]
        if len(given) >= _LEAST:
            items.append(_item(given, prompt, draw))
    return {"unsuitable": "" if items else "There are too few sentences to make a piece of.", "items": items}


def _item(given: list[str], prompt: Prompt, draw: Random) -> dict[str, Any]:
    count, slots = sum(len(s.split()) for s in given), {}
    plan = draw.choice(("verse", "verse", "prose", "prose", "list"))
    constraints: list[dict[str, Any]]
    if plan == "verse":
        slots = {"n": str(draw.randint(4, max(4, min(14, count // 4))))}
        asked, constraints = _VERSE, [_constraint("line_count", int(slots["n"]))]
    elif plan == "list":
        slots = {"n": str(len(given) - 1)}
        asked, constraints = _LIST, [_constraint("numbered", int(slots["n"]))]
    else:
        slots = {"n": str(-(-(count + 12) // 10) * 10), "start": draw.choice(_STARTS), "end": draw.choice(_ENDS)}
        limits = [_constraint("max_words", int(slots["n"])), _constraint("starts_with", 0, slots["start"])]
        asked, constraints = _PROSE, [*limits, _constraint("ends_with", 0, slots["end"])]
    form, who = prompt.knobs.get("task_type", "short text").replace("_", " "), prompt.knobs.get("persona", "a reader")
    lead = draw.choice(
        ("A commission from {who}: {form}.", "For {who}, in the way of {form}.", "Wanted by {who}: {form}.")
    )
    sentences = " ".join(f"“{s}”" for s in given)
    told = f"{lead.format(who=who, form=form)} {asked.say(draw, **slots)}"
    return {
        "instruction": f"{told} Sentences: {sentences}",
        "constraints": constraints,
        "evidence": [],
        "difficulty": prompt.difficulty,
    }


def _constraint(kind: str, number: int, *words: str) -> dict[str, Any]:
    return {"kind": kind, "number": number, "words": list(words)}


def edited_brief(prompt: Prompt) -> dict[str, Any] | None:
    """The JSON of `EditedRewriting` for a commission: a word is barred; None where something else is edited."""
    told = prompt.instruction
    given, found = _sentences(told), _GIVEN.search(told)
    if not given:
        return None
    stated = parsed(prompt.blocks.get("constraints", ""), [])
    draw = rng("revising", told, prompt.goal, prompt.salt)
    held = [{w.lower() for w in WORD.findall(s) if len(w) > 4 and w.isalpha()} for s in given]
    single = sorted({w for words in held for w in words if sum(w in others for others in held) == 1})
    least = next((c["number"] for c in stated if c["kind"] == "numbered"), 2)
    if not found or not single or _WITHOUT.find(told) or len(given) - 1 < max(2, least):
        return unsuitable(
            "No word can be barred without emptying the piece.", instruction=told, constraints=stated, evidence=[]
        )
    word = draw.choice(single)
    if any(word in w.lower() for c in stated for w in c["words"]):
        return unsuitable("The word is one that has to come in.", instruction=told, constraints=stated, evidence=[])
    told = f"{told[: found.start()]}{_WITHOUT.say(draw, word=word)} {told[found.start() :]}"
    return edited({"instruction": told, "constraints": [*stated, _constraint("exclude", 0, word)], "evidence": []})


def _sentences(message: str) -> list[str]:
    found = _GIVEN.search(" ".join(message.split()))
    return re.findall(r"“([^“”]+)”", found[1]) if found else []


def composed(message: str, salt: Any) -> str | None:
    """The piece that a commission asks for; None for any other message."""
    flat = " ".join(message.split())
    given = _sentences(flat)
    if not given:
        return None
    if barred := _WITHOUT.find(flat):
        given = [s for s in given if barred["word"].lower() not in {w.lower() for w in WORD.findall(s)}]
    if verse := _VERSE.find(flat):
        return _cut(" ".join(given).split(), int(verse["n"]))
    if listed := _LIST.find(flat):
        return "\n".join(f"{i}. {s}" for i, s in enumerate(given[: int(listed["n"])], 1))
    if prose := _PROSE.find(flat):
        return " ".join([prose["start"], *given, prose["end"]])
    return None


def _cut(words: list[str], lines: int) -> str:
    """The words as so many lines of about equal length."""
    bounds = [round(i * len(words) / lines) for i in range(lines + 1)]
    return "\n".join(" ".join(words[a:b]) for a, b in pairwise(bounds))
