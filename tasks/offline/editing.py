"""The offline suggester and editor: one honest change for a goal, and the whole item after it."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from tasks.offline.asking import finished, hidden, question, recognise
from tasks.offline.choosing import distractors
from tasks.offline.flipping import substituted, variants, without
from tasks.offline.kinds import Draft, Kind, Slots, Solution, fill
from tasks.offline.modifying import with_another
from tasks.offline.reading import Prompt, parsed
from tasks.offline.words import Passage
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
    """The JSON of `contracts.Suggestions` for the drawn goal; about one time in eight there is nothing to add."""
    goal, instruction = prompt.knobs.get("goal", ""), prompt.blocks.get("instruction", "")
    draw = rng("suggesting", goal, instruction, prompt.blocks.get("passage", ""), prompt.salt)
    if draw.random() < 0.125:
        return {"nothing_to_add": "The task is already as demanding as its material allows.", "items": []}
    wrong, change, why, effect = next(idea for part, idea in _IDEAS if part in goal)
    item = {"wrong_path": wrong, "change": change, "why_harder": why, "key_effect": effect}
    return {"nothing_to_add": "", "items": [item]}


def edited_question(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `contracts.EditedQuestion`."""
    passage, instruction = prompt.blocks.get("passage", ""), prompt.blocks.get("instruction", "")
    goal = f"{prompt.knobs.get('goal', '')} {prompt.blocks.get('suggestion', '')}".lower()
    draw = rng("editing", passage, instruction, goal, prompt.salt)
    text, found = Passage(passage), recognise(instruction)
    if not found:
        return unsuitable("The instruction is of no kind that can be changed by rule.")
    kind, slots, _, _ = found
    options = shown(prompt.blocks.get("options", ""))
    solution = kind.solve(text, slots, options)
    if not solution:
        return unsuitable("The passage holds no answer that a change could build on.")
    if "unanswer" in goal:
        item = _unanswerable(kind, slots, options, solution, text, draw, instruction)
    elif "flip" in goal or "another answer becomes right" in goal:
        if not solution.key:
            return unsuitable("Free text has no one answer that could be turned round.")
        item = _flipped(kind, slots, options, solution, text, draw, instruction)
    elif "scatter" in goal:
        item = _scattered(kind, slots, options, solution, text, draw, instruction)
    else:
        item = _harder(kind, slots, options, solution, text, draw, prompt.knobs)
    if not item or (item["instruction"] == instruction and item["options"] == options and not item.get("passage")):
        return unsuitable("No such change leaves a sound item.")
    return {"passage": "", "unsuitable": "", **item}


def edited_rewriting(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `contracts.EditedRewriting`: one more change is asked for."""
    passage, instruction = prompt.blocks.get("passage", ""), prompt.blocks.get("instruction", "")
    draw = rng("editing", passage, instruction, prompt.knobs.get("goal", ""), prompt.salt)
    item = with_another(instruction, passage, draw)
    empty: dict[str, Any] = {"instruction": "", "constraints": [], "evidence": [], "difficulty": "hard", "passage": ""}
    if not item:
        return {**empty, "unsuitable": "No further change agrees with those that are asked for already."}
    return {**item, "passage": "", "unsuitable": ""}


def unsuitable(why: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"evidence": [], "instruction": "", "options": [], "key": [], "answerable": True}
    return {**empty, "difficulty": "hard", "passage": "", "unsuitable": why}


def shown(block: str) -> list[str]:
    """The options of a block: a JSON list, or one a line with or without letters."""
    listed = parsed(block, [])
    if listed:
        return [str(o) for o in listed]
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    if sum(bool(re.match(r"(?:\d{1,2}|[A-H]): ", line)) for line in lines) == len(lines) and any(
        x[0].isdigit() for x in lines
    ):
        return lines
    return [re.sub(r"^(?:- )?\(?[A-H][.):]\)? ", "", line) for line in lines]


def _unanswerable(
    kind: Kind, slots: Slots, options: list[str], solution: Solution, text: Passage, draw: Random, instruction: str
) -> dict[str, Any] | None:
    if not kind.local:
        # A count or a first place stays countable whatever is taken out; a detail does not.
        other = question(text, {"answer_form": kind.form, "difficulty": "medium"}, draw, local=True)
        found = recognise(other["instruction"]) if other else None
        if not other or not found:
            return None
        kind, slots, instruction, options = found[0], found[1], other["instruction"], other["options"]
        again = kind.solve(text, slots, options)
        if not again:
            return None
        solution = again
    passage = without(text, solution.evidence)
    if len(passage.split()) < 12 or kind.solve(Passage(passage), slots, options):
        return None
    return {**_item(instruction, options), "key": [], "evidence": [], "answerable": False, "passage": passage}


def _item(instruction: str, options: list[str]) -> dict[str, Any]:
    return {"instruction": instruction, "options": options, "difficulty": "hard"}


def _flipped(
    kind: Kind, slots: Slots, options: list[str], solution: Solution, text: Passage, draw: Random, instruction: str
) -> dict[str, Any] | None:
    for passage in variants(slots, options, solution, text, draw):
        if passage == text.raw:
            continue
        changed = Passage(passage)
        after = kind.solve(changed, slots, options)
        if after and after.evidence and _differs(kind.form, after.key, solution.key):
            item = {**_item(instruction, options), "key": after.key, "answerable": True, "passage": passage}
            if not hidden(item, kind.form):
                return {**item, "evidence": [changed.verbatim(s) for s in after.evidence[:3]]}
    return None


def _scattered(
    kind: Kind, slots: Slots, options: list[str], solution: Solution, text: Passage, draw: Random, instruction: str
) -> dict[str, Any] | None:
    """The passage with a sentence that the answer rests on in the place of a distant one, where the answer stays."""
    for right in solution.evidence[:2]:
        for other in draw.sample(text.sentences, min(6, len(text.sentences))):
            if other in solution.evidence or right in other or other in right:
                continue
            marked = substituted(text.raw, right, "\x00")
            changed = Passage(substituted(marked, other, right).replace("\x00", other))
            after = kind.solve(changed, slots, options) if changed.raw != text.raw else None
            if after and after.key and not _differs(kind.form, after.key, solution.key):
                evidence = [changed.verbatim(s) for s in after.evidence[:3]]
                item = {**_item(instruction, options), "key": after.key, "answerable": True, "passage": changed.raw}
                return None if hidden(item, kind.form) else {**item, "evidence": evidence}
    return None


def _differs(form: str, one: list[str], other: list[str]) -> bool:
    return bool(one) and (one != other if form == "order" else sorted(one) != sorted(other))


def _harder(
    kind: Kind, slots: Slots, options: list[str], solution: Solution, text: Passage, draw: Random, knobs: dict[str, str]
) -> dict[str, Any] | None:
    if kind.name == "cloze_option" and len(options) < 6 and (found := fill(text, slots["sentence"])):
        closer = [d for d in distractors(found[0], found[1], text, draw, 8) if d not in options][: 6 - len(options)]
        more = [*options, *closer]
        draw.shuffle(more)
        after = kind.solve(text, slots, more) if closer else None
        if after:
            return {**finished(kind, Draft(slots, more), after, text, draw), "difficulty": "hard"}
    asked = {"answer_form": kind.form, "difficulty": "hard", "task_type": knobs.get("task_type", "")}
    item = question(text, asked, draw, avoid=kind.name)
    return {**item, "difficulty": "hard"} if item else None
