"""The offline author of conversations and the offline user who goes on with them, move by move."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from tasks.checks.declining import nothing_else
from tasks.offline.conversation.quiz import QUIZZED
from tasks.offline.conversation.wordings import FACT, OPENING, OWN
from tasks.offline.item import drawn, edited, refused
from tasks.offline.passage import Passage, altered, size
from tasks.offline.prompt import Prompt, parsed
from tasks.records import rng

_PEOPLE = "{who} who has to talk about {topic} in front of others"
_QUOTED_MOST = 16
_PASTED_MOST = 500
"""Words above which notes are quoted in part instead of being sent along whole."""


def openings(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `Openings`: somebody has to speak about a subject of the passage."""
    passage = prompt.passage
    text = Passage(passage, prompt.knobs.get("focus", ""))
    if size(passage) < 20 or len(text.sentences) < 3 or not text.topics:
        return refused("The passage is too short to talk about.")
    draw = prompt.draws("opening")
    topics = draw.sample(text.topics, min(prompt.count, 5, len(text.topics)))
    return {"unsuitable": "", "items": [_item(text, topic, draw, prompt, n) for n, topic in enumerate(topics, 1)]}


def _item(text: Passage, topic: str, draw: Random, prompt: Prompt, number: int) -> dict[str, Any]:
    planned = drawn(prompt.knobs.get("planned", ""), number)
    own = [(about, _value(forms, draw)) for about, forms in draw.sample(OWN, 4)]
    stated, withheld = own[:2], own[3:] if "withheld" in planned else []
    slips = [_slip(*own[2], draw)] if "slip" in planned else []
    quizzed = "quizzed" in prompt.task_type
    quotes = [s for s in text.spread(draw) if "“" not in s and "”" not in s][:8]
    pasted = len(quotes) < 4 or (size(text.raw) <= _PASTED_MOST and draw.random() < 0.5)
    # Only what the other side can see can be held against a claim.
    sentences = text.sentences if pasted else quotes
    sayable = [s for s in draw.sample(sentences, len(sentences)) if _sayable(s)]
    false = [c for s in sayable for c in altered(s, text, draw) if "“" not in c]
    told = [*stated, *((s["about"], s["said"]) for s in slips)]
    said = [FACT.say(draw, about=about, value=value) for about, value in told]
    message = " ".join([(QUIZZED if quizzed else OPENING).say(draw, topic=topic), *said])
    if not pasted:
        message += " My notes: " + " ".join(f"“{s}”" for s in quotes)
    formal = {
        "persona": _PEOPLE.format(who=prompt.knobs.get("persona", "somebody"), topic=topic),
        "goal": f"to know what to say about {topic}",
        "facts": [{"about": a, "value": v} for a, v in stated],
        "withheld": [{"about": a, "value": v} for a, v in withheld],
        "slips": slips,
        "misbeliefs": [{"truth": "The notes say otherwise.", "claim": c} for c in false[:1] if "misbelief" in planned],
        "pastes_text": pasted,
    }
    working = f"Somebody has to know {topic} and has notes on it."
    return {"working": working, "formal": formal, "instruction": message, "difficulty": prompt.difficulty}


def _sayable(sentence: str) -> bool:
    """Whether the sentence can be the answer to a false claim: short enough for any limit, and no mere abstention."""
    return size(sentence) <= _QUOTED_MOST and not nothing_else(sentence)


def _value(forms: tuple[str, ...], draw: Random) -> str:
    return draw.choice(forms).format(n=draw.randint(13, 89), m=draw.randint(2, 28))


def _slip(about: str, said: str, draw: Random) -> dict[str, str]:
    number = next(w for w in said.split() if w.isdigit())
    other = str(int(number) + draw.choice((1, 2))) if int(number) < 27 else str(int(number) - draw.choice((3, 4)))
    return {"about": about, "said": said, "meant": said.replace(number, other)}


def edited_opening(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `EditedOpening`: one particular more is told, kept back, taken back or believed wrongly."""
    passage, told = prompt.passage, prompt.instruction
    formal = {k: v for k, v in parsed(prompt.blocks.get("formal", ""), {}).items() if k != "moves"}
    goal, draw = prompt.goal, rng("editing", passage, told, prompt.goal, prompt.salt)
    message = " ".join(told.replace(passage.strip(), " ").replace('"""', " ").replace("---", " ").split())
    free = [(a, forms) for a, forms in OWN if a not in json.dumps(formal)]
    opening = QUIZZED if QUIZZED.find(message) else OPENING
    found = opening.find(message)
    if not free or not found:
        return {"formal": formal, "instruction": message, "unsuitable": "Nothing can be added by rule."}
    about, forms = draw.choice(free)
    value = _value(forms, draw)
    before, after = message[: found.end()], message[found.end() :]
    if "withh" in goal:
        formal["withheld"] = [{"about": about, "value": value}]
        before = message[: found.start()] + opening.say(draw, topic=found["topic"])
    else:
        before += " " + FACT.say(draw, about=about, value=value)
        if "taken_back" in goal:
            formal["slips"] = [_slip(about, value, draw)]
        else:
            formal["facts"] = [*formal.get("facts", []), {"about": about, "value": value}]
    text = Passage(passage)
    if "misbelief" in goal and (seen := [s for s in text.sentences if s in told and _sayable(s)]):
        false = [c for c in altered(draw.choice(seen), text, draw) if "“" not in c]
        formal["misbeliefs"] = [{"truth": "The notes say otherwise.", "claim": c} for c in false[:1]]
    return edited({"formal": formal, "instruction": before + after})
