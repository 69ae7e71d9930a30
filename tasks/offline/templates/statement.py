"""How the answer to a question is stated: in the form that the student's view asks for."""

from __future__ import annotations

from random import Random

from tasks.answers import OPTION_LETTERS
from tasks.offline.view import View

SPOKEN = ("{reason}\n\nThe answer is {letter}.", "{letter}. {option}", "{reason}\n\nAnswer: {letter}")
"""Ways to give an option where the view asks for no form."""


def stated(form: str, key: list[str], reason: str, view: View, draw: Random, spoken: tuple[str, ...] = SPOKEN) -> str:
    """An answer of the form with its reason, put as the hint of the view asks for it."""
    hint = view.hint.lower()
    if form == "text":
        return reason
    if form == "set":
        mark = "- " if "own" in hint or "bullet" in hint else ""
        return "\n".join(f"{mark}{member}" for member in key)
    if form == "span":
        if "answer:" in hint:
            return f"{reason}\n\nAnswer: {key[0]}"
        return key[0] if hint and "sentence" not in hint else reason
    if form == "truth":
        word = key[0].capitalize()
        return f"{reason}\n\nAnswer: {word}" if "answer:" in hint else f"{word}. {reason}"
    if form == "option" and "other options" in hint:
        reason = f"{reason}\n\nEach of the other options fails, since it does not agree with this."
    if form == "option" and "first" in hint and "answer:" not in hint:
        return f"{key[0]}. {reason}"
    if form == "option" and not hint:
        option = view.options[OPTION_LETTERS.index(key[0])]
        return draw.choice(spoken).format(reason=reason, letter=key[0], option=option)
    return f"{reason}\n\nAnswer: {', '.join(key)}"
