"""Label sets: options that read "label: definition", keys that name labels, labelled examples beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from string import ascii_uppercase
from typing import Any

_LABEL = re.compile(
    r"\s*[*_`\"'“]*(?P<name>[^:\n]{1,100}?)[*_`\"'”]*\s*(?::|\s[-\u2013—]\s)\s*(?P<definition>\S.*)", re.S
)
_DRESS = "*_`\"'“”. "
EXAMPLES = (
    ("Labelled examples:", "{text}\nLabel: {label}"),
    ("Examples that are labelled already:", "Text: {text}\nLabel: {label}"),
    ("These have been labelled:", "“{text}” → {label}"),
    ("Earlier decisions:", "- {text} [{label}]"),
)
"""Ways to show labelled examples: a heading and the form of one."""


def named(option: str) -> tuple[str, str]:
    """Label and definition of an option; a bare label has no definition."""
    m = _LABEL.fullmatch(option.strip())
    return (m["name"].strip(_DRESS), m["definition"].strip()) if m else (option.strip().strip(_DRESS), "")


def labels(options: Sequence[str]) -> list[str]:
    """The labels on offer, in the order shown."""
    return [named(option)[0] for option in options]


def canonical(key: Sequence[str], options: Sequence[str], letters: bool = False) -> list[str]:
    """The key as labels, spelt and ordered as in the options; what names none of them stays as it is.

    Authors put a definition behind a label, or several labels into one string; with `letters`, B is the second label.
    """
    known = labels(options)
    folded = {label.casefold(): label for label in known}
    found: list[str] = []
    for item in key:
        said = item.strip().strip(_DRESS)
        parts = [said] if _label(said, folded, known, letters) else [p.strip(_DRESS) for p in re.split(r"[,;]", said)]
        found += [_label(part, folded, known, letters) or part for part in parts if part]
    found = list(dict.fromkeys(found))
    return sorted(found, key=known.index) if set(found) <= set(known) else found


def _label(said: str, folded: dict[str, str], known: list[str], letters: bool) -> str:
    if exact := folded.get(said.casefold()) or folded.get(named(said)[0].casefold()):
        return exact
    place = ascii_uppercase.find(said) if letters and len(said) == 1 else -1
    return known[place] if 0 <= place < len(known) else ""


def arranged(options: Sequence[str], scheme: dict[str, Any], draw: Random) -> list[str]:
    """The options in a drawn order, as authors put the right label first; the steps of a scale keep theirs or turn round."""
    order = list(options)
    if scheme.get("ordered"):
        return order[::-1] if draw.random() < 0.5 else order
    draw.shuffle(order)
    return order


def with_examples(instruction: str, examples: Sequence[dict[str, str]], draw: Random) -> str:
    """The instruction with the labelled examples below it, unless an editor has left them standing there."""
    missing = [e for e in examples if e["text"].strip() and e["text"].strip() not in instruction]
    if not missing:
        return instruction
    heading, form = draw.choice(EXAMPLES)
    shown = [form.format(text=e["text"].strip(), label=e["label"].strip()) for e in missing]
    between = "\n" if form.startswith("- ") else "\n\n"
    return f"{instruction.rstrip()}\n\n{heading}\n\n{between.join(shown)}"
