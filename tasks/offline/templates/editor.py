"""The offline editor of questions: it changes the question or its passage as the goal asks, and solves it anew."""

from __future__ import annotations

from random import Random
from typing import Any

from tasks.offline.item import EMPTY, shown, unsuitable
from tasks.offline.passage import Passage
from tasks.offline.prompt import Prompt
from tasks.offline.templates.author import finished, hidden, question, recognise
from tasks.offline.templates.flips import substituted, variants, without
from tasks.offline.templates.options import distractors
from tasks.offline.templates.template import Draft, Slots, Solution, Template, fill
from tasks.records import rng


def edited_question(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `EditedQuestion`."""
    passage, instruction = prompt.passage, prompt.instruction
    goal = f"{prompt.knobs.get('goal', '')} {prompt.blocks.get('suggestion', '')}".lower()
    draw = rng("editing", passage, instruction, goal, prompt.salt)
    text, found = Passage(passage), recognise(instruction)
    if not found:
        return unsuitable("The instruction is of no kind that can be changed by rule.", **EMPTY)
    template, slots, _, _ = found
    options = shown(prompt.blocks.get("options", ""))
    solution = template.solve(text, slots, options)
    if not solution:
        return unsuitable("The passage holds no answer that a change could build on.", **EMPTY)
    if "unanswer" in goal:
        item = _unanswerable(template, slots, options, solution, text, draw, instruction)
    elif "flip" in goal or "another answer becomes right" in goal:
        if not solution.key:
            return unsuitable("Free text has no one answer that could be turned round.", **EMPTY)
        item = _flipped(template, slots, options, solution, text, draw, instruction)
    elif "scatter" in goal:
        item = _scattered(template, slots, options, solution, text, draw, instruction)
    else:
        item = _harder(template, slots, options, solution, text, draw, prompt.knobs)
    if not item or (item["instruction"] == instruction and item["options"] == options and not item.get("passage")):
        return unsuitable("No such change leaves a sound item.", **EMPTY)
    return {"passage": "", "unsuitable": "", **item}


def _unanswerable(
    template: Template,
    slots: Slots,
    options: list[str],
    solution: Solution,
    text: Passage,
    draw: Random,
    instruction: str,
) -> dict[str, Any] | None:
    if not template.local:
        # A count or a first place stays countable whatever is taken out; a detail does not.
        other = question(text, {"answer_form": template.form, "difficulty": "medium"}, draw, local=True)
        found = recognise(other["instruction"]) if other else None
        if not other or not found:
            return None
        template, slots, instruction, options = found[0], found[1], other["instruction"], other["options"]
        again = template.solve(text, slots, options)
        if not again:
            return None
        solution = again
    passage = without(text, solution.evidence)
    if len(passage.split()) < 12 or template.solve(Passage(passage), slots, options):
        return None
    return {**_item(instruction, options), "key": [], "evidence": [], "answerable": False, "passage": passage}


def _item(instruction: str, options: list[str]) -> dict[str, Any]:
    return {"instruction": instruction, "options": options, "difficulty": "hard"}


def _flipped(
    template: Template,
    slots: Slots,
    options: list[str],
    solution: Solution,
    text: Passage,
    draw: Random,
    instruction: str,
) -> dict[str, Any] | None:
    for passage in variants(slots, options, solution, text, draw):
        if passage == text.raw:
            continue
        changed = Passage(passage)
        after = template.solve(changed, slots, options)
        if after and after.evidence and _differs(template.form, after.key, solution.key):
            item = {**_item(instruction, options), "key": after.key, "answerable": True, "passage": passage}
            if not hidden(item, template.form):
                return {**item, "evidence": [changed.verbatim(s) for s in after.evidence[:3]]}
    return None


def _scattered(
    template: Template,
    slots: Slots,
    options: list[str],
    solution: Solution,
    text: Passage,
    draw: Random,
    instruction: str,
) -> dict[str, Any] | None:
    """The passage with a sentence that the answer rests on in the place of a distant one, where the answer stays."""
    for right in solution.evidence[:2]:
        for other in draw.sample(text.sentences, min(6, len(text.sentences))):
            if other in solution.evidence or right in other or other in right:
                continue
            marked = substituted(text.raw, right, "\x00")
            changed = Passage(substituted(marked, other, right).replace("\x00", other))
            after = template.solve(changed, slots, options) if changed.raw != text.raw else None
            if after and after.key and not _differs(template.form, after.key, solution.key):
                evidence = [changed.verbatim(s) for s in after.evidence[:3]]
                item = {**_item(instruction, options), "key": after.key, "answerable": True, "passage": changed.raw}
                return None if hidden(item, template.form) else {**item, "evidence": evidence}
    return None


def _differs(form: str, one: list[str], other: list[str]) -> bool:
    return bool(one) and (one != other if form == "order" else sorted(one) != sorted(other))


def _harder(
    template: Template,
    slots: Slots,
    options: list[str],
    solution: Solution,
    text: Passage,
    draw: Random,
    knobs: dict[str, str],
) -> dict[str, Any] | None:
    if template.name == "cloze_option" and len(options) < 6 and (found := fill(text, slots["sentence"])):
        closer = [d for d in distractors(found[0], found[1], text, draw, 8) if d not in options][: 6 - len(options)]
        more = [*options, *closer]
        draw.shuffle(more)
        after = template.solve(text, slots, more) if closer else None
        if after:
            return {**finished(template, Draft(slots, more), after, text, draw), "difficulty": "hard"}
    asked = {"answer_form": template.form, "difficulty": "hard", "task_type": knobs.get("task_type", "")}
    item = question(text, asked, draw, avoid=template.name)
    return {**item, "difficulty": "hard"} if item else None
