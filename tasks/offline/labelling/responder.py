"""The offline labeller: holds every definition that it sees against the text that it sees."""

from __future__ import annotations

import re

from prompts import AnswerForm, presentation
from tasks.offline.labelling.author import WORDINGS, meets
from tasks.offline.view import split
from tasks.records import rng

_DEFINED = re.compile(
    r"^\W{0,3}(?:\**\(?[A-O][.):]+\)?\**[ \t]+)?"
    r"(?P<name>[a-z][a-z ]{1,30}): (?P<definition>(?:the text|of all words) \S.*?)[ \t]*$",
    re.M,
)


def labelled(message: str, salt: object) -> str | None:
    """The label, or the labels, in the form that the message asks for; None if its instruction is unknown."""
    told = next((m for wording in WORDINGS.values() if (m := wording.find(message))), None)
    if told is None:
        return None
    defined = list(_DEFINED.finditer(message, told.end()))
    if not defined:
        return None
    hint = next((h.text for h in presentation().answer_hints[AnswerForm.LABEL] if h.text in message), "")
    end = message.index(hint) + len(hint) if hint else defined[-1].end()
    passage = split(message, told.start(), end).passage
    labels = {m["name"]: m["definition"] for m in defined}
    found = [n for n, d in labels.items() if meets(d, passage, [o for o in labels.values() if o != d])]
    if not found:
        return "None of the definitions is met by the text."
    given = ", ".join(found)
    met = "The definition that is met is this" if len(found) == 1 else "The definitions that are met are these"
    reason = f"{met}: {'; '.join(labels[n] for n in found)}."
    if "nearest" in hint and (rest := [n for n in labels if n not in found]):
        reason += (
            f" The nearest alternative is {rest[0]}, which fails because its definition is not met: {labels[rest[0]]}."
        )
    if "Answer:" in hint:
        return f"Answer: {given}" if "no explanation" in hint else f"{reason}\n\nAnswer: {given}"
    if "no other word" in hint:
        return given
    plainly = rng("labelled", message, salt).random() < 0.5
    return given if not hint and plainly else f"{given}\n\n{reason}"
