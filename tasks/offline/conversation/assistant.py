"""The offline assistant in a conversation: one sentence of the user's notes after the other, and what the user told."""

from __future__ import annotations

import re

from tasks.checks.declining import nothing_else
from tasks.offline.conversation.notes import noted
from tasks.offline.conversation.quiz import QUIZZED, next_gap
from tasks.offline.conversation.wordings import CLAIM, CORRECTED, DEMANDS, MOVES, OPENING, OWN, RECAP, REMEMBER
from tasks.offline.kind import Answer
from tasks.offline.passage import WORD, Passage
from tasks.offline.prompt import Prompt, content

_QUOTED = re.compile(r"“([^“”]+)”")
_SIMPLE = re.compile(r"[^\W\d_][^.!?:;|*#`…]*\.")
_ABOUTS = "|".join(re.escape(about) for about, _ in OWN)
_FACT = re.compile(rf"\b(?:My|The) (?P<about>{_ABOUTS})(?: for this)? is (?P<value>[^.;,]+)\.")
_LONGEST = 20
_ELSEWHERE = {
    "French": "Les notes comptent {n} phrases et {w} mots, et la plus longue phrase compte {m} mots.",
    "German": "Die Notizen haben {n} Sätze und {w} Wörter, und der längste Satz hat {m} Wörter.",
    "Spanish": "Las notas tienen {n} frases y {w} palabras, y la frase más larga tiene {m} palabras.",
}
_LEADS = {
    "deeper_why": "This stands beside it: ", "ask_example": "For instance: ", "ask_opinion": "I would take this one: ",
    "simplification": "By itself, then: ", "check_understanding": "Not quite, there is this too: ",
    "what_if": "Then this one: ", "disagreement": "Instead, this: ", "next_step": "After that: ",
}  # fmt: skip


def respond(prompt: Prompt) -> Answer | None:
    """The next answer in a conversation about notes; None where the conversation is another."""
    asked = prompt.users
    if asked and QUIZZED.find(" ".join(asked[0].split())):
        return _quizzing(prompt)
    if not asked or not OPENING.find(" ".join(asked[0].split())):
        return None
    told = " ".join(content(m) for m in prompt.messages if m.get("role") == "assistant")
    notes, last = _Notes(asked[0], told), asked[-1]
    if len(asked) == 1:
        return Answer(notes.best())
    return Answer(_demanded(last, notes) or _of_the_case(last, asked, notes) or _next(last, notes))


def _quizzing(prompt: Prompt) -> Answer:
    said = [content(m) for m in prompt.messages if m.get("role") == "assistant"]
    sentences = noted(prompt.users[0])
    own = _of_the_case(prompt.users[-1], prompt.users, _Notes(prompt.users[0], "")) if said else None
    gap = next_gap(list(zip(said, prompt.users[1:], strict=False)), prompt.users[-1], sentences)
    return Answer(gap if own is None else f"{own.split('. ')[0].rstrip('.')}. {gap}")


def _demanded(last: str, notes: _Notes) -> str | None:
    for kind, wording in DEMANDS.items():
        if not (found := wording.find(last)):
            continue
        if kind == "language":
            return _ELSEWHERE[found["word"]].format(n=len(notes.all), w=notes.words, m=notes.longest)
        if kind not in {"bullet_count", "numbered", "sentence_count", "paragraphs"}:
            return notes.fresh()
        points = notes.points(int(found["n"]))
        mark = {"bullet_count": "- {s}", "numbered": "{i}. {s}"}.get(kind, "{s}")
        joint = {"sentence_count": " ", "paragraphs": "\n\n"}.get(kind, "\n")
        return joint.join(mark.format(i=i, s=s) for i, s in enumerate(points, 1))
    return None


def _of_the_case(last: str, asked: list[str], notes: _Notes) -> str | None:
    """What concerns the user: values remembered, taken stock of, put right, and claims that do not hold."""
    own = _own(asked)
    if (found := REMEMBER.find(last)) and found["about"] in own:
        return f"You gave {own[found['about']]} as your {found['about']}."
    if RECAP.find(last):
        case = " ".join(f"The {about} is {value}." for about, value in own.items())
        return f"As to your case, this stands. {case} Of your notes we have had {notes.had} sentences."
    if found := CORRECTED.find(last):
        return f"Noted, {found['meant']} for the {found['about']}. {notes.fresh()}"
    if found := CLAIM.find(last):
        claim = found["claim"]
        return (
            f"Yes, your notes have it: {claim}"
            if claim in notes.all
            else f"No. Your notes say instead: {notes.nearest(claim)}"
        )
    if facts := list(_FACT.finditer(last)):
        given = ", ".join(f"{m['value']} for the {m['about']}" for m in facts)
        return f"Good to know: {given}. {notes.fresh()}"
    if found := MOVES["unit_change"].find(last):
        number = next((int(w) for w in found["value"].split() if w.isdigit()), 0)
        return f"In halves that would be {2 * number}, or just {found['value']} as whole ones."
    return notes.measure() if MOVES["topic_shift"].find(last) else None


def _next(last: str, notes: _Notes) -> str:
    name = next((name for name, wording in MOVES.items() if wording.find(last)), "")
    return _LEADS.get(name, "") + notes.fresh()


def _own(asked: list[str]) -> dict[str, str]:
    """What the user has told of themselves, as they last had it."""
    found: dict[str, str] = {}
    for message in asked:
        plain = " ".join(_QUOTED.sub(" ", message).split())
        found |= {m["about"]: m["value"] for m in _FACT.finditer(plain)}
        found |= {m["about"]: m["meant"] for m in CORRECTED.find_all(plain)}
    return found


class _Notes:
    """The notes in the first message, and what of them has been told already."""

    def __init__(self, opening: str, told: str) -> None:
        self.told = told
        quoted = _QUOTED.findall(opening)
        flat = " ".join(opening.split())
        found = OPENING.find(flat)
        self.topic = found["topic"] if found else ""
        text = Passage("\n\n".join(quoted) if " My notes: “" in flat else opening)
        own = {m[0] for m in (*_FACT.finditer(flat), *OPENING.find_all(flat))}
        self.all = [s for s in text.sentences if not any(s in o or o in s for o in own)] or text.finished[-3:] or [flat]
        self.words = sum(len(s.split()) for s in self.all)
        self.longest = max((len(s.split()) for s in self.all), default=0)
        self.had = sum(s in told for s in self.all)
        self.spans = sorted((w, n) for w, n in text.spans.items() if len(w) > 4 and w.isalpha())[:20]
        # By itself, a sentence that says what something does not say would be no answer.
        self._simple = [
            s for s in self.all if _SIMPLE.fullmatch(s) and 4 <= len(s.split()) <= _LONGEST and not nothing_else(s)
        ]

    def best(self) -> str:
        holding = [s for s in self.all if self.topic in s.lower()] or self.all
        most = max(holding, key=lambda s: (s.lower().count(self.topic), -len(s)))
        return f"This one: {most}" if most[-1] in ".!?" else f"This one: {most}."

    def _told_of(self) -> list[str]:
        """True sentences about the notes, for when they are used up."""
        return [
            f"The notes have {len(self.all)} sentences in all.",
            f"Their sentences come to {self.words} words.",
            f"The longest of the sentences has {self.longest} words.",
            f"We have had {self.had} sentences of the notes.",
            *(f"The word {word} stands in {n} of them." for word, n in self.spans),
        ]

    def points(self, count: int) -> list[str]:
        return [*sorted(self._simple, key=len), *self._told_of()][:count]

    def fresh(self) -> str:
        return next(s for s in [*self._simple, *self._told_of(), "There is no more to tell."] if s not in self.told)

    def measure(self) -> str:
        return f"Your notes have {len(self.all)} sentences with {self.words} words."

    def nearest(self, claim: str) -> str:
        wanted = {w.lower() for w in WORD.findall(claim)}
        return max(self.all, key=lambda s: len(wanted & {w.lower() for w in WORD.findall(s)}), default="nothing of it.")
