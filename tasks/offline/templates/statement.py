"""How the answer to a question is stated: in the form that the student's view asks for."""

from __future__ import annotations

from random import Random

from tasks.offline.templates.template import LETTERS, Kind, Solution
from tasks.offline.view import View


def stated(kind: Kind, solution: Solution, view: View, draw: Random) -> str:
    """The solution in the form that the hint asks for."""
    form, key, hint, reason = kind.form, solution.key, view.hint.lower(), solution.reason
    if form == "text":
        return reason
    if form == "set":
        mark = "- " if "own" in hint or "bullet" in hint else ""
        return "\n".join(f"{mark}{member}" for member in key)
    if form == "span":
        return key[0] if hint and "sentence" not in hint else reason
    if form == "truth":
        word = key[0].capitalize()
        return f"{reason}\n\nAnswer: {word}" if "answer:" in hint else f"{word}. {reason}"
    if form == "option" and "first" in hint and "answer:" not in hint:
        return f"{key[0]}. {reason}"
    if form == "option" and not hint:
        option = view.options[LETTERS.index(key[0])]
        return draw.choice(
            (f"{reason}\n\nThe answer is {key[0]}.", f"{key[0]}. {option}", f"{reason}\n\nAnswer: {key[0]}")
        )
    return f"{reason}\n\nAnswer: {', '.join(key)}"
