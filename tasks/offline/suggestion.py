"""The offline suggester: for each goal of refinement one change that serves it."""

from __future__ import annotations

from typing import Any

from tasks.offline.prompt import Prompt
from tasks.records import rng

_IDEAS: list[tuple[str, tuple[str, str, str, str]]] = [
    ("unanswer", (
        "The solver fills the hole from general knowledge.",
        "Take out of the passage every sentence that the key rests on, and leave the rest as it is.",
        "The solver must notice that a plausible answer is not stated.",
        "There is no answer any more.",
    )),
    ("flip", (
        "The solver answers from what is usual and not from what stands there.",
        "Change the one detail of the passage on which the key rests, so that another answer becomes right.",
        "The solver must trust the text against expectation.",
        "The answer becomes another one.",
    )),
    ("scatter", (
        "The solver takes the first sentence that fits and reads no further.",
        "Tell the facts that the answer rests on in another place of the passage, with other matter between them.",
        "The solver must bring together what stands apart.",
        "The answer stays the same.",
    )),
    ("withh", (
        "The solver invents the missing value.",
        "Leave one required value out of the request.",
        "The solver must notice the gap and ask.",
        "The calls stay the same, but one value must be asked for first.",
    )),
    ("superfl", (
        "The solver passes the idle detail on.",
        "Add a detail that no function has a use for.",
        "The solver must tell what matters from what does not.",
        "The answer stays the same.",
    )),
    ("", (
        "The solver stops after the first step.",
        "Ask for one thing more that has to be taken into account together with what is asked already.",
        "The solver must keep two requirements in view at once.",
        "The answer grows by what the addition asks for.",
    )),
]  # fmt: skip


def suggestions(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `Suggestions` for the drawn goal; about one time in eight there is nothing to add."""
    goal, instruction = prompt.goal, prompt.instruction
    draw = rng("suggesting", goal, instruction, prompt.passage, prompt.salt)
    if draw.random() < 0.125:
        return {"nothing_to_add": "The task is already as demanding as its material allows.", "items": []}
    wrong, change, why, effect = next(idea for part, idea in _IDEAS if part in goal)
    item = {"wrong_path": wrong, "change": change, "why_harder": why, "key_effect": effect}
    return {"nothing_to_add": "", "items": [item]}
