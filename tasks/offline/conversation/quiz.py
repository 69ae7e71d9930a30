"""Being quizzed on notes, offline: gaps in their sentences, asked by the assistant and filled by the user."""

from __future__ import annotations

import re
from random import Random

from tasks.offline.wording import Wording

QUIZZED = Wording(
    "Quiz me on {topic} from my notes, please: one gap to fill at a time.",
    "I will be tested on {topic}. Ask me for one missing word of my notes after the other.",
)
GAP = "____"
_ASKED = re.compile(rf"“([^“”]*{GAP}[^“”]*)”")
_WORD = re.compile(r"[^\W\d_]{5,}")
_SCORE = Wording("How many of them did I get right?", "What is my score by now?")
CLOSING = Wording("That was the last one for now.", "No further gap for now.")
_ANSWERS = {
    "answer_rightly": Wording("That is “{word}”.", "“{word}” goes there."),
    "answer_wrongly": Wording("Surely “{word}”.", "“{word}”, I am certain."),
    "answer_unsurely": Wording("Perhaps “{word}”? I am not sure.", "I would guess “{word}”."),
}


def answered_gap(move: str, said: str, sentences: list[str], draw: Random) -> str | None:
    """The user's answer to the gap asked last; None if the move is no part of a quiz or no gap is open."""
    if move == "ask_score":
        return _SCORE.say(draw)
    if move not in _ANSWERS or not (word := _missing(said, sentences)):
        return None
    others = sorted({w for s in sentences for w in _WORD.findall(s)} - {word})
    wrong = move == "answer_wrongly" or (move == "answer_unsurely" and draw.random() < 0.5)
    return _ANSWERS[move].say(draw, word=draw.choice(others) if wrong and others else word)


def next_gap(told: list[tuple[str, str]], last: str, sentences: list[str]) -> str:
    """What the assistant says to `last`: whether the gap was filled rightly, and the next one.

    `told` are the pairs of what the assistant said and what the user answered to it.
    """
    marks = [_right(asked, answer, sentences) for asked, answer in told]
    rest = [s for s in sentences if _gap(s) and not any(_gap(s) in asked for asked, _ in told)]
    after = f"The next gap: “{_gap(rest[0])}”" if rest else "There is no further gap in your notes."
    if CLOSING.find(last):
        after = "That is all for now."
    if _SCORE.find(last):
        verdict = _verdict(told[-1][0], marks[-1], sentences) if told else ""
        return f"{verdict}You have {marks.count(True)} right of {len([m for m in marks if m is not None])}. {after}"
    if not told:
        return f"Fill the gap: “{_gap(rest[0])}”" if rest else "Your notes have no sentence to ask about."
    return f"{_verdict(told[-1][0], marks[-1], sentences)}{after}"


def _verdict(asked: str, right: bool | None, sentences: list[str]) -> str:
    """What is said of an answer to the gap that was asked; nothing where none was filled."""
    word = _missing(asked, sentences)
    return "" if right is None else f"Right, it is “{word}”. " if right else f"No, the missing word is “{word}”. "


def _gap(sentence: str) -> str:
    """The sentence without its longest word; empty if it has none that is long enough, or has it twice."""
    word = max(_WORD.findall(sentence), key=len, default="")
    return sentence.replace(word, GAP) if word and sentence.count(word) == 1 else ""


def _missing(said: str, sentences: list[str]) -> str:
    """The word that fills the gap asked last in what was said."""
    asked = _ASKED.findall(said)
    sentence = next((s for s in sentences if asked and _gap(s) == asked[-1]), "")
    return max(_WORD.findall(sentence), key=len, default="")


def _right(asked: str, answer: str, sentences: list[str]) -> bool | None:
    """Whether an answer fills the gap; None where it fills none."""
    word = _missing(asked, sentences)
    given = re.search(r"“([^“”]+)”", answer)
    return None if not word or not given else given[1] == word
