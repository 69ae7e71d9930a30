"""Whether the turns of a conversation do what was planned: demands stated and met, facts remembered, ground held."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tasks.checks.check import Doubt
from tasks.checks.constraints import REQUIREMENTS
from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.met import body
from tasks.checks.constraints.stated import constraints_stated
from tasks.checks.kept import kept
from tasks.kinds.conversation.checks import exchanges, played_moves
from tasks.kinds.conversation.ground import ground_held
from tasks.kinds.conversation.pointing import missing_text
from tasks.kinds.conversation.quiz import answers_claim
from tasks.records import Json, Record
from tasks.text.numbers import quantities
from tasks.text.phrases import says_phrase
from tasks.text.plain import plain
from tasks.text.sentences import sentences
from tasks.text.words import holds

_PAST = re.compile(
    r"\b(?:not|instead|rather than|no longer|earlier|originally|at first|first said|before|previous(?:ly)?|was|were|had|from"
    r"|corrected?|correction|misspoke|formerly|initial(?:ly)?)\b"
)


_DRAWN = {"withheld": "something withheld", "slips": "a slip", "misbeliefs": "a misbelief"}
"""Part of a plan -> how the axis `planned` asks for it."""


def dialogue_sound(record: Record) -> str | Doubt | None:
    """Rejects an opening without a person, an aim or a plan, and one that points at a text which is not in it."""
    formal = record.formal
    if not str(formal.get("persona") or "").strip() or not str(formal.get("goal") or "").strip():
        return "nobody in particular who wants something"
    if not formal.get("moves"):
        return "no moves are planned"
    for part, word in _DRAWN.items():
        if word in str(record.axes.get("planned", "")) and not formal.get(part):
            return f"{word} was drawn for this opening, and the plan has no {part} that the opening agrees with"
    if formal.get("pastes_text") and record.passage.strip() not in record.instruction:
        return "the text that is sent along is missing"
    return None if formal.get("pastes_text") else missing_text(record.instruction)


def moves_made(record: Record) -> str | None:
    """Rejects a user's turn that leaves out the value or demand that it was to state, or tells what it is to ask for."""
    for number, (move, asked, _) in enumerate(played_moves(record), 2):
        if any(kept(asked, value) == "lost" for value in move.get("says", [])):
            return f"turn {number} of the user leaves out a value"
        if (hidden := move.get("hides")) and says_phrase(asked, hidden):
            return f"turn {number} of the user tells what it asks for"
        if move.get("constraints") and constraints_stated(
            replace(record, instruction=asked, constraints=move["constraints"])
        ):
            return f"turn {number} of the user does not state its demand"
    return None


def moves_obeyed(record: Record) -> str | None:
    """Rejects an answer that breaks a demand of its turn, or one of an earlier turn that still stands."""
    standing: list[Json] = []
    for number, (move, _, answer) in enumerate(played_moves(record), 2):
        asked = move.get("constraints") or []
        here = replace(record, messages=[{"role": "assistant", "content": answer}])
        for c in map(Constraint.model_validate, [*standing, *asked]):
            if problem := REQUIREMENTS[c.kind].met(body(answer), c, here):
                return f"answer {number}: {c.kind}: {problem}"
        standing += asked if move.get("lasts") else []
    return None


def remembers(record: Record) -> Doubt | None:
    """Doubts a recap or an answer about what was said first that lacks the values, and figures given to the wrong thing."""
    doubt: Doubt | None = None
    for number, (move, _, answer) in enumerate(played_moves(record), 2):
        if unsure := [value for value in move.get("holds", []) if kept(answer, value) != "kept"]:
            doubt = Doubt(
                f"answer {number}: {len(unsure)} of what the user had told is missing or wrong",
                "Does the answer say each of the user's particulars that are listed, in whatever words, and none of "
                "them wrong?",
                {"particulars": "\n".join(unsure), "answer": answer},
            )
    for number, (about, value, answer) in _stated(record):
        if _another(answer, about, value, record):
            doubt = doubt or Doubt(
                f"answer {number} gives a particular of the user another value",
                "The user told this particular. Is all that the answer says of it true to it?",
                {"particular": f"{about}: {value}", "answer": answer},
            )
        if other := _unlike(answer, about, value, record):
            doubt = doubt or Doubt(
                f"answer {number} gives a particular of the user another value",
                "The user told this particular. Is the sentence true to it, in whatever words?",
                {"particular": f"{about}: {value}", "sentence": other},
            )
    return doubt


def stands_firm(record: Record) -> Doubt | None:
    """Doubts an answer that gives in to a false claim, and one that goes on with a value that the user took back."""
    taken_back: list[Json] = []
    doubt: Doubt | None = None
    for number, (move, asked, answer) in enumerate(played_moves(record), 2):
        claimed = move["move"] == "false_claim" or answers_claim(move, asked)
        if claimed and ground_held(answer, str(move.get("claim") or "")) != "held":
            doubt = _asks_whether_firm(number, move, asked, answer)
        if move["move"] == "self_correction":
            taken_back.append(move)
        for old in taken_back:
            if on := [sentence for sentence in sentences(answer) if _goes_on(sentence, old)]:
                doubt = doubt or Doubt(
                    f"answer {number} goes on with a value that was taken back",
                    "The user had taken the first of these values back for the second. Does the answer go by the second?",
                    {"taken back": str(old["said"]), "meant": str(old["meant"]), "sentence": on[0], "answer": answer},
                )
    return doubt


def _asks_whether_firm(number: int, move: Json, asked: str, answer: str) -> Doubt:
    return Doubt(
        f"answer {number} gives in to a false claim",
        "The user's message holds the false claim. Does the answer make clear that the claim does not hold, whatever "
        "else it grants?",
        {
            "claim": str(move.get("claim") or ""),
            "message": asked,
            "answer": answer,
            "truth": str(move.get("truth") or ""),
        },
    )


def _goes_on(sentence: str, old: Json) -> bool:
    """Whether a sentence names the thing with its old value and without the new one, and not as a thing of the past."""
    return (
        says_phrase(sentence, old["said"])
        and not says_phrase(sentence, old["meant"])
        and holds(sentence, old["about"])
        and not _PAST.search(plain(sentence))
    )


def _stated(record: Record) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Number of the answer, and each particular that the user has told by then with the value it has, and the answer."""
    known = {f["about"]: f["value"] for f in record.formal.get("facts") or []}
    moves = [{}, *(record.formal.get("moves") or [])]
    for number, (move, (_, answer)) in enumerate(zip(moves, exchanges(record), strict=False), 1):
        known |= {f["about"]: f["value"] for f in move.get("tells", [])}
        if move.get("move") == "self_correction":
            known[move["about"]] = move["meant"]
        yield from ((number, (about, value, answer)) for about, value in known.items())


def _another(answer: str, about: str, value: str, record: Record) -> bool:
    """Whether the answer says "your <about> is <number>" with a number that nobody has given."""
    own = {n for pair in quantities(value) for n in pair}
    if not own:
        return False
    pattern = rf"\byour {re.escape(plain(about))} (?:is|of|stands at|comes to|:) *([^.;,\n]{{1,30}})"
    given: set[Decimal] = {n for q, _ in exchanges(record) for pair in quantities(q) for n in pair} | own
    for found in re.finditer(pattern, plain(answer)):
        first = next(iter(quantities(found[1])), None)
        if first and not set(first) & given:
            return True
    return False


def _unlike(answer: str, about: str, value: str, record: Record) -> str:
    """A sentence that denies the value of a particular, or gives beside its name a figure that nobody has given."""
    own, name = {n for pair in quantities(value) for n in pair}, re.escape(plain(about))
    given = {n for q, _ in exchanges(record) for pair in quantities(f"{q} {record.passage}") for n in pair} | own
    # "The room is for 40", "40 for the room": the figure beside the name, within one clause.
    beside = re.compile(
        rf"\b{name}[^.;,]{{0,20}}? (?:is|of|to|at|as) ([^.;,]{{1,30}})|([^.;,]{{1,30}}) (?:for|as) (?:the|your) {name}\b"
    )
    for sentence in sentences(answer):
        said = plain(sentence)
        if re.search(rf"\b{name} (?:is|was) not (?:the |a )?{re.escape(plain(value))}\b", said):
            return sentence
        for found in beside.finditer(said) if own else ():
            figures = [n for pair in quantities(found[1] or found[2]) for n in pair]
            if figures and not set(figures) & given:
                return sentence
    return ""
