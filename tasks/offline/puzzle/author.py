"""The offline teacher as a maker, an editor and a solver of puzzles."""

from __future__ import annotations

from random import Random
from typing import Any

from tasks.answers import OPTION_LETTERS
from tasks.offline.item import Item, declined, edited, in_words, shown
from tasks.offline.passage import Passage
from tasks.offline.prompt import Prompt, parsed
from tasks.offline.puzzle.arrangement import arranged
from tasks.offline.puzzle.reader import answer, puzzle_read
from tasks.offline.puzzle.sums import SUMS
from tasks.offline.puzzle.wits import WITS
from tasks.offline.templates.statement import stated
from tasks.offline.view import View, split
from tasks.records import rng

TEASERS = (*WITS, *SUMS)
_TRIES = 12
_SPOKEN = ("{reason}\n\nAnswer: {letter}", "{reason}\n\nThe answer is {letter}.")
_NOTHING: Item = {"formal": {}, "reasoning": "", "options": [], "key": [], "answerable": True}
_ANEW = ("answer", "flip", "change", "turn")
"""Parts of the names of goals that want another answer."""


def puzzles(prompt: Prompt) -> Item:
    """The JSON of `PuzzleTasks`."""
    draw, form = prompt.draws("puzzling"), prompt.knobs.get("answer_form", "")
    found = (
        _puzzle(prompt.passage, prompt.knobs.get("task_type", ""), form, draw) for _ in range(min(prompt.count, 5))
    )
    items = {item["instruction"]: {**item, "difficulty": prompt.difficulty} for item in found if item}
    why = "" if items else "No puzzle of this kind could be made of the material's words by rule."
    return {"unsuitable": why, "items": list(items.values())}


def edited_puzzle(prompt: Prompt) -> Item:
    """The JSON of `EditedPuzzleTask`: a puzzle of the same make about the same material, with other givens."""
    passage, before = prompt.passage, prompt.instruction
    goal, form = prompt.goal, prompt.knobs.get("answer_form", "")
    draw = rng("editing puzzle", passage, before, goal, prompt.salt)
    old = in_words(parsed(prompt.blocks.get("key", ""), []), shown(prompt.blocks.get("options", "")))
    for _ in range(6):
        item = _puzzle(passage, _family(before), form, draw)
        if item and item["instruction"] != before and not (any(part in goal for part in _ANEW) and _told(item) == old):
            return edited(item)
    return declined(prompt, "No such change of this puzzle comes about by rule.")


def answered_puzzle(message: str, salt: Any) -> str | None:
    """The answer to one of these puzzles in a student's view; None if the message holds none."""
    draw = rng("solving puzzle", message, salt)
    for teaser in TEASERS:
        if m := teaser.pattern.search(message):
            view = split(message, m.start(), m.end())
            found, reason = teaser.solve(m, view.options)
            said = str(found)
            if teaser.form == "option":
                said = OPTION_LETTERS[view.options.index(said)] if said in view.options else ""
            return _worded(teaser.form, [said] if said else [], reason, view, draw)
    if read := puzzle_read(message):
        form, key, reason = answer(read)
        return _worded(form, key, reason, read.view, draw)
    return None


def _told(item: Item) -> list[str]:
    options = item["options"] or [c["words"] for c in item["formal"].get("arrangement", {}).get("choices", [])]
    return in_words(item["key"], options)


_MARKS = {
    "round tray": "circular", "room may take": "group", "are up for choice": "selection", "can speak": "knights",
    "could be true": "could", "cannot be true": "cannot", "further fact": "determination", "complete list": "list",
    "fits all the rules": "acceptable", "greatest number": "maximum", "Suppose that": "local",
    "Statement 1": "sufficiency", "is given up": "clashing", "in place of": "substitution",
}  # fmt: skip
"""What the instruction of a logic puzzle says -> the word of a task type that leads to such a puzzle."""


def _family(instruction: str) -> str:
    """Words that lead to the same sort of puzzle again."""
    teaser = next((t for t in TEASERS if t.pattern.search(instruction)), None)
    return teaser.suits[0] if teaser else " ".join(word for mark, word in _MARKS.items() if mark in instruction)


def _puzzle(passage: str, task_type: str, form: str, draw: Random) -> Item | None:
    text = Passage(passage)
    teaser = next((t for t in TEASERS if t.form == form and any(part in task_type for part in t.suits)), None)
    if form == "text":
        return None
    made = (teaser.make(text, draw) for _ in range(_TRIES)) if teaser else iter(())
    item = next((item for item in made if item), None) or arranged(text, task_type, form, draw)
    return {**_NOTHING, **item} if item else None


def _worded(form: str, key: list[str], reason: str, view: View, draw: Random) -> str:
    if not key:
        return f"{reason} No single answer can be given."
    reason = f"{reason} The answer is {key[0]}." if form == "span" else reason
    return stated(form, key, reason, view, draw, _SPOKEN)
