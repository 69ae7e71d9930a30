"""The offline teacher as a maker, an editor and a solver of puzzles."""

from __future__ import annotations

from random import Random
from typing import Any

from tasks.offline.passage import Passage
from tasks.offline.prompt import Prompt
from tasks.offline.puzzle.arrangement import arranged
from tasks.offline.puzzle.reader import LETTERS, answer, puzzle_read
from tasks.offline.puzzle.sums import SUMS
from tasks.offline.puzzle.wits import WITS
from tasks.offline.view import View, split
from tasks.records import rng

Item = dict[str, Any]
TEASERS = (*WITS, *SUMS)
_TRIES = 12
_EMPTY: Item = {"formal": {}, "reasoning": "", "options": [], "key": [], "answerable": True}
_ANEW = ("answer", "flip", "change", "turn")
"""Parts of the names of goals that want another answer."""


def puzzles(prompt: Prompt) -> Item:
    """The JSON of `contracts.PuzzleTasks`."""
    draw, form = prompt.draws("puzzling"), prompt.knobs.get("answer_form", "")
    found = (
        _puzzle(prompt.passage, prompt.knobs.get("task_type", ""), form, draw) for _ in range(min(prompt.count, 5))
    )
    items = {item["instruction"]: {**item, "difficulty": prompt.difficulty} for item in found if item}
    why = "" if items else "No puzzle of this kind could be made of the material's words by rule."
    return {"unsuitable": why, "items": list(items.values())}


def edited_puzzle(prompt: Prompt) -> Item:
    """The JSON of `contracts.EditedPuzzleTask`: a puzzle of the same make about the same material, with other givens."""
    passage, before = prompt.blocks.get("passage", ""), prompt.blocks.get("instruction", "")
    goal, form = prompt.knobs.get("goal", ""), prompt.knobs.get("answer_form", "")
    draw = rng("editing puzzle", passage, before, goal, prompt.salt)
    old = solved_option(before, prompt.blocks.get("options", ""), prompt.blocks.get("key", ""))
    for _ in range(6):
        item = _puzzle(passage, _family(before), form, draw)
        if item and item["instruction"] != before and not (_anew(goal) and _told(item) == old):
            return {**item, "difficulty": "hard", "passage": "", "unsuitable": ""}
    return {
        **_EMPTY,
        "instruction": before,
        "difficulty": "hard",
        "passage": "",
        "unsuitable": "No such change of this puzzle comes about by rule.",
    }


def answered_puzzle(message: str, salt: Any) -> str | None:
    """The answer to one of these puzzles in a student's view; None if the message holds none."""
    draw = rng("solving puzzle", message, salt)
    for teaser in TEASERS:
        if m := teaser.pattern.search(message):
            view = split(message, m.start(), m.end())
            said, reason = teaser.solve(m, view.options)
            if teaser.form == "option":
                said = LETTERS[view.options.index(said)] if said in view.options else ""
            return _worded(teaser.form, [said] if said else [], reason, view, draw)
    if read := puzzle_read(message):
        form, key, reason = answer(read)
        return _worded(form, key, reason, read.view, draw)
    return None


def solved_option(instruction: str, options: str, key: str) -> list[str]:
    """The key of a posed item in words, as far as its letters name lines of the options."""
    lines = options.splitlines()
    letters = [part for part in key.strip("[]").replace('"', "").split(", ") if part]
    return [lines[LETTERS.index(x)] if x in LETTERS and LETTERS.index(x) < len(lines) else x for x in letters]


def _told(item: Item) -> list[str]:
    options = item["options"] or [c["words"] for c in item["formal"].get("arrangement", {}).get("choices", [])]
    return [options[LETTERS.index(x)] if x in LETTERS and LETTERS.index(x) < len(options) else x for x in item["key"]]


def _anew(goal: str) -> bool:
    return any(part in goal for part in _ANEW)


def _family(instruction: str) -> str:
    """A word that leads to the same sort of puzzle again."""
    for teaser in TEASERS:
        if teaser.pattern.search(instruction):
            return teaser.suits[0]
    marks = {
        "round tray": "circular",
        "room may take": "group",
        "are up for choice": "selection",
        "can speak": "knights",
    }
    found = next((family for mark, family in marks.items() if mark in instruction), "")
    asked = {
        "could be true": "could",
        "cannot be true": "cannot",
        "further fact": "determination",
        "complete list": "list",
    }
    asked |= {"fits all the rules": "acceptable", "greatest number": "maximum", "Suppose that": "local"}
    asked |= {"Statement 1": "sufficiency", "is given up": "clashing", "in place of": "substitution"}
    return " ".join([found, *(word for mark, word in asked.items() if mark in instruction)])


def _puzzle(passage: str, task_type: str, form: str, draw: Random) -> Item | None:
    text = Passage(passage)
    teaser = next((t for t in TEASERS if t.form == form and any(part in task_type for part in t.suits)), None)
    if form == "text":
        return None
    made = (teaser.make(text, draw) for _ in range(_TRIES)) if teaser else iter(())
    item = next((item for item in made if item), None) or arranged(text, task_type, form, draw)
    return {**_EMPTY, **item} if item else None


def _worded(form: str, key: list[str], reason: str, view: View, draw: Random) -> str:
    """The answer in the form that the hint asks for."""
    hint = view.hint.lower()
    if not key:
        return f"{reason} No single answer can be given."
    if form == "set":
        mark = "- " if "own" in hint or "bullet" in hint else ""
        return "\n".join(f"{mark}{member}" for member in key)
    if form == "span":
        return key[0] if hint and "sentence" not in hint else f"{reason} The answer is {key[0]}."
    if form == "truth":
        word = key[0].capitalize()
        return f"{reason}\n\nAnswer: {word}" if "answer:" in hint else f"{word}. {reason}"
    if form == "option" and "first" in hint and "answer:" not in hint:
        return f"{key[0]}. {reason}"
    ends = (
        (f"Answer: {key[0]}", f"The answer is {key[0]}.")
        if form == "option" and not hint
        else (f"Answer: {', '.join(key)}",)
    )
    return f"{reason}\n\n{draw.choice(ends)}"
