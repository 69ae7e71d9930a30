"""The offline user who goes on with a conversation, move by move."""

from __future__ import annotations

from random import Random
from typing import Any

from tasks.offline.conversation.notes import noted
from tasks.offline.conversation.quiz import CLOSING, answered_gap
from tasks.offline.conversation.wordings import CLAIM, CORRECTED, DEMANDS, FACT, MOVES, RECAP, REMEMBER
from tasks.offline.prompt import Prompt, parsed
from tasks.offline.wording import Wording
from tasks.records import rng


def moved(prompt: Prompt) -> dict[str, Any] | None:
    """The JSON of `UserTurn` for a planned move; None where none is planned."""
    if "move" not in prompt.blocks:
        return None
    move = parsed(prompt.blocks.get("move", ""), {})
    said = prompt.blocks.get("conversation", "")
    draw = rng("moving", said, sorted(prompt.knobs.items()), prompt.salt)
    notes = noted(said.partition("\nassistant: ")[0].removeprefix("user: "))
    first, then = (answered_gap(str(move.get(name, "")), said, notes, draw) for name in ("first", "move"))
    closing = CLOSING.say(draw) if move.get("closes") else ""
    return {"done": False, "message": " ".join(filter(None, (first, then or _said(move, draw), closing)))}


def _said(move: dict[str, Any], draw: Random) -> str:
    name, slots = str(move.get("move", "")), {k: str(v) for k, v in move.items()}
    if name == "in_role_fact":
        return FACT.say(draw, about=slots["about"], value=slots["value"])
    if name == "details":
        return " ".join(FACT.say(draw, about=f["about"], value=f["value"]) for f in move.get("tells", []))
    if "demand" in slots:
        return _demanded(slots["demand"], draw)
    wordings = {"self_correction": CORRECTED, "memory_test": REMEMBER, "recap": RECAP, "false_claim": CLAIM, **MOVES}
    wording: Wording = wordings.get(name, MOVES["follow_up"])
    return wording.say(draw, **slots)


def _demanded(demand: str, draw: Random) -> str:
    """The demand in one of the wordings that the responder reads."""
    number = next((w for w in demand.split() if w.isdigit()), "0")
    marks = {
        "bullet": "bullet_count",
        "numbered": "numbered",
        "exactly": "sentence_count",
        "paragraphs": "paragraphs",
        "answer of more": "max_sentences" if demand.endswith("sentences") else "max_words",
        "sentence of more": "sentence_max_words",
        "plain text": "plain_text",
        "exclamation": "exclude_punctuation",
        "answer in": "language",
    }
    kind = next((kind for mark, kind in marks.items() if mark in demand), "plain_text")
    return DEMANDS[kind].say(draw, n=number, word=demand.split()[-1])
