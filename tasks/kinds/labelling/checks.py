"""Labels: whether a label set, its key and its examples are sound."""

from __future__ import annotations

import re
from itertools import combinations

from tasks.answers.label import DENIAL, label_names, spell_labels, split_option
from tasks.records import Record
from tasks.text.plain import plain
from tasks.text.words import bare, words

_ALIKE = 0.85
_LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a an the of to in on at by for from with and or as is are was be it its this that which who whose text item "
        "message writer author one some any label",
    )
)
_TOLD = r"\b(?:label|category|class)(?: (?:is|must be|should be)|\s?[:=])\s?[\"'“*]{0,2}"


def labels_sound(record: Record) -> str | None:
    """Rejects label sets without telling definitions, keys that name every label, and examples that do not fit."""
    defined = [split_option(option) for option in record.options]
    examples = record.formal.get("examples") or []
    if any(len(definition.split()) < (1 if examples else 3) for _, definition in defined):
        return "a label without a definition"
    told = [frozenset(words(definition)) - _LITTLE for _, definition in defined]
    for (one, other), (name, rival) in zip(combinations(told, 2), combinations(defined, 2), strict=True):
        if one and other and (one == other or _near(name[1], rival[1], one, other)):
            return "two labels are defined alike"
    if len(record.key) == len(defined) > 1:
        return "every label is right"
    if _gives_itself_away(record):
        return "the key is given away"
    return _examples(record, examples) if examples else None


def _near(one: str, other: str, left: frozenset[str], right: frozenset[str]) -> bool:
    # A figure, a denial or one quoted word can be all that tells two definitions apart.
    if re.search(r"\d|[“\"']", one + other) or bool(DENIAL.search(plain(one))) != bool(DENIAL.search(plain(other))):
        return False
    return len(left) > 3 and len(left & right) / len(left | right) >= _ALIKE


def _gives_itself_away(record: Record) -> bool:
    """Whether the text, or what the instruction says before its examples, puts the key down as a label."""
    asked = record.instruction
    for example in record.formal.get("examples") or []:
        asked = asked.split(example["text"].strip() or "\0", 1)[0]
    said = f"{plain(record.passage)}\n{plain(asked)}"
    return any(re.search(rf"{_TOLD}{re.escape(plain(key))}(?!\w)", said) for key in record.key)


def _examples(record: Record, examples: list[dict[str, str]]) -> str | None:
    known = set(label_names(record.options))
    passage = bare(record.passage)
    texts = [bare(example["text"]) for example in examples]
    if not all(texts) or len(set(texts)) < len(texts):
        return "an example is empty or given twice"
    if any(text == passage or (len(text) > 40 and text in passage) for text in texts):
        return "an example is the text itself"
    given = [spell_labels([example["label"]], record.options) for example in examples]
    if not all(label and set(label) <= known for label in given):
        return "an example has a label that is not on offer"
    if not record.formal.get("several") and any(len(label) > 1 for label in given):
        return "an example has several labels"
    if len(texts) > 1 and len({tuple(label) for label in given}) < 2:
        return "all examples have one label"
    if any(example["text"].strip() not in record.instruction for example in examples):
        return "an example is not shown"
    return None
