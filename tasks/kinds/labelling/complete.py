"""What a program adds to a labelling task: a drawn order of its labels, and the labelled examples where readers see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from tasks.agents.kind import SkillRun
from tasks.answers.label import spell_labels
from tasks.records import Record, identified, rng

EXAMPLES = (
    ("Labelled examples:", "{text}\nLabel: {label}"),
    ("Examples that are labelled already:", "Text: {text}\nLabel: {label}"),
    ("These have been labelled:", "“{text}” → {label}"),
    ("Earlier decisions:", "- {text} [{label}]"),
)
"""Ways to show labelled examples: a heading and the form of one."""


async def complete(record: Record, run: SkillRun) -> Record:
    """Labels in a drawn order, the key spelt like them, and labelled examples where the reader can see them."""
    draw = rng(run.seed, "labels", record.parent, record.options)
    options = arrange_labels(record.options, record.formal, draw)
    instruction = append_examples(record.instruction, record.formal.get("examples") or [], draw)
    # A letter in the key means the author's order, so the key is read before the labels move.
    key = spell_labels(spell_labels(record.key, record.options, letters=True), options)
    return identified(replace(record, options=options, instruction=instruction, key=key))


def arrange_labels(options: Sequence[str], scheme: dict[str, Any], draw: Random) -> list[str]:
    """The options in a drawn order, as authors put the right label first; the steps of a scale keep theirs or turn round."""
    order = list(options)
    if scheme.get("ordered"):
        return order[::-1] if draw.random() < 0.5 else order
    draw.shuffle(order)
    return order


def append_examples(instruction: str, examples: Sequence[dict[str, str]], draw: Random) -> str:
    """The instruction with the labelled examples below it, unless an editor has left them standing there."""
    missing = [e for e in examples if e["text"].strip() and e["text"].strip() not in instruction]
    if not missing:
        return instruction
    heading, form = draw.choice(EXAMPLES)
    shown = [form.format(text=e["text"].strip(), label=e["label"].strip()) for e in missing]
    between = "\n" if form.startswith("- ") else "\n\n"
    return f"{instruction.rstrip()}\n\n{heading}\n\n{between.join(shown)}"
