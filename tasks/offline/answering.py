"""The offline responder: answers what it recognises from the student's view alone, and the rest by extraction."""

from __future__ import annotations

import re
from random import Random

from tasks.offline.asking import recognise
from tasks.offline.kinds import LETTERS, Kind, Solution
from tasks.offline.rewriting import requested, rewritten
from tasks.offline.student import View, loosely, split
from tasks.offline.words import STOP, WORD, Passage
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


def respond(message: str, earlier: str, salt: object) -> str:
    """The answer to a student's message; `earlier` is what the conversation held before it."""
    draw = rng("responding", message, salt)
    if change := requested(message):
        return rewritten(_with(split(message, change.start, change.end), earlier).passage, change.steps)
    if found := recognise(message):
        kind, slots, start, end = found
        view = _with(split(message, start, end), earlier)
        solution = kind.solve(Passage(view.passage), slots, view.options)
        return stated(kind, solution, view, draw) if solution else _ABSENT[kind.form]
    return extracted(_with(loosely(message), earlier))


def _with(view: View, earlier: str) -> View:
    if len(view.passage.split()) >= 12 or not earlier:
        return view
    return View(f"{earlier}\n\n{view.passage}", view.task, view.options, view.hint)


def stated(kind: Kind, solution: Solution, view: View, draw: Random) -> str:
    """The solution in the form that the hint asks for."""
    form, key, hint, reason = kind.form, solution.key, view.hint.lower(), solution.reason
    if form == "text":
        return reason
    if form == "set":
        mark = "- " if "own" in hint or "bullet" in hint else ""
        return "\n".join(f"{mark}{member}" for member in key)
    if form == "span":
        return key[0] if hint and "sentence" not in hint else reason
    if form == "truth":
        word = key[0].capitalize()
        return f"{reason}\n\nAnswer: {word}" if "answer:" in hint else f"{word}. {reason}"
    if form == "option" and "first" in hint and "answer:" not in hint:
        return f"{key[0]}. {reason}"
    if form == "option" and not hint:
        option = view.options[LETTERS.index(key[0])]
        return draw.choice(
            (f"{reason}\n\nThe answer is {key[0]}.", f"{key[0]}. {option}", f"{reason}\n\nAnswer: {key[0]}")
        )
    return f"{reason}\n\nAnswer: {', '.join(key)}"


def extracted(view: View) -> str:
    """The two or three sentences that bear most on an unknown task, or that the text does not say."""
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
