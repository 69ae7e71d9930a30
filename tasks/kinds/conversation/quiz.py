"""Being quizzed: whether an answer is one to the question that was asked, and whether the end leaves a question open."""

from __future__ import annotations

from tasks.checks.check import Doubt
from tasks.kinds.conversation.checks import exchanges, played_moves
from tasks.records import Json, Record
from tasks.text.sentences import sentences
from tasks.text.words import words

_SAID = 0.7
"""Share of a claim's words of substance in a message from which on it makes the claim."""
_STEM = 5


def answers_claim(move: Json, asked: str) -> bool:
    """Whether a turn that answers wrongly does so with the planned misbelief."""
    claim = _substance(str(move.get("claim") or "")) if move["move"] == "answer_wrongly" else set()
    return bool(claim) and len(claim & _substance(asked)) >= _SAID * len(claim)


def quiz_kept(record: Record) -> Doubt | None:
    """Doubts a user who answers something other than what was asked, and an end that leaves a further question open."""
    answers = [answer for _, answer in exchanges(record)]
    for number, (move, asked, answer) in enumerate(played_moves(record), 2):
        if answers_claim(move, asked):
            about = _substance(f"{move['claim']} {move.get('truth') or ''}")
            if not about & _substance(answers[number - 2]):
                return Doubt(
                    f"turn {number} of the user answers something other than what was asked",
                    "Does the user's message answer the question that the assistant asked just before, rightly or wrongly?",
                    {"asked": answers[number - 2], "message": asked},
                )
        if move.get("closes") and next(reversed(sentences(answer)), "").rstrip('*_`"”) ').endswith("?"):
            return Doubt(
                f"answer {number} asks a further question after the last one",
                "The user's message ends the quiz. Does the answer leave it at that, so that no further question of the "
                "quiz waits for an answer?",
                {"message": asked, "answer": answer},
            )
    return None


def _substance(text: str) -> set[str]:
    return {word[:_STEM] for word in words(text) if len(word) > 3 or word.isdigit()}
