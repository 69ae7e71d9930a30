"""The offline responder to questions about a passage: it answers by rule what it recognises, and the rest by quotation."""

from __future__ import annotations

import re

from tasks.offline.kind import Answer
from tasks.offline.passage import STOP, WORD, Passage
from tasks.offline.prompt import Prompt
from tasks.offline.templates.author import recognise
from tasks.offline.templates.statement import stated
from tasks.offline.view import View, loosely, split
from tasks.records import rng

_ABSENT = {
    "option": "The text does not say which of these is right: it has no such sentence.",
    "truth": "The text does not say: it has no statement of this kind, neither for nor against.",
    "number": "The text does not say: it has no such sentence, so the figure cannot be determined.",
    "span": "The text does not say: the sentence in question is not part of it.",
    "order": "The text does not say: not all of these occur in it, so their order cannot be determined.",
    "set": "The text does not say: it has no sentence that begins this way.",
    "matching": "The text does not say: not all of these sentences stand in it, so the pairs cannot be determined.",
    "text": "The text does not say anything about this.",
}


def respond(prompt: Prompt) -> Answer:
    """The answer to a message that no other kind of task knows."""
    message = prompt.asked
    draw = rng("responding", message, prompt.salt)
    if not (found := recognise(message)):
        return Answer(extracted(loosely(message).after(prompt.earlier)))
    template, slots, start, end = found
    view = split(message, start, end).after(prompt.earlier)
    solution = template.solve(Passage(view.passage), slots, view.options)
    return Answer(
        stated(template.form, solution.key, solution.reason, view, draw) if solution else _ABSENT[template.form]
    )


def extracted(view: View) -> str:
    """The two or three sentences that share most words with the task, or a statement that the text does not say."""
    text = Passage(view.passage)
    names = [w for w in WORD.findall(view.task)[1:] if w[0].isupper() and len(w) > 2 and w.lower() not in STOP]
    wanted = {w.lower() for w in WORD.findall(view.task) if len(w) > 2 and w.lower() not in STOP}
    sentences = text.sentences or text.finished or [p.text for p in text.pieces[:3]]
    overlap = {s: len(wanted & {w.lower() for w in WORD.findall(s)}) for s in sentences}
    best = sorted(sentences, key=lambda s: -overlap[s])[:3]
    unknown = view.task != view.passage and names and not any(n.lower() in text.counts for n in names)
    if not best or unknown or (view.task != view.passage and "?" in view.task and overlap[best[0]] == 0):
        return "The text does not say anything about this."
    kept = [s for s in best if overlap[s] * 2 > overlap[best[0]]] or best[:2]
    answer = " ".join(s for s in sentences if s in kept[:3])
    return answer if re.search(r"[.!?。\uff01\uff1f][\"”\u2019)\]]*$", answer) else f"{answer}."
