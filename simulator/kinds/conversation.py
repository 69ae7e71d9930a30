"""Defects of conversations: facts forgotten, demands broken, answers said again, and users who do not act like users."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from simulator.answers import with_message
from simulator.author_defects import REWRITING
from simulator.case import Case, Planted, other_number

_REMEMBER = re.compile(r"\bwhat did i say\b|\bremind me\b|\btold you about my case\b|\bmy own case\b", re.I)
_MOST = re.compile(r"\bno answer of more than (\d+) words|\beach answer to (\d+) words", re.I)
_POINTS = re.compile(r"\bexactly (\d+) bullet points", re.I)
_CLAIM = re.compile(r"^(?:but|surely)\b.*“", re.I | re.S)
_CORRECTED = re.compile(r"\b(?P<about>[a-z ]{4,30}?) wrong: it is (?P<meant>[^.]+?) and not (?P<said>[^.]+)\.")


def _turns(case: Case, role: str) -> list[str]:
    return [str(m.get("content") or "") for m in case.request["messages"] if m["role"] == role]


def forgotten_fact(case: Case) -> Planted | None:
    """Asked what the user said of themselves, the answer gives another number."""
    users = _turns(case, "user")
    numbers = re.findall(r"\b(?:is|gave) (?:B )?(\d+)", case.content)
    if len(users) < 2 or not _REMEMBER.search(users[-1]) or not numbers:
        return None
    number = case.random.choice(numbers)
    return case.content_becomes(re.sub(rf"\b{number}\b", other_number(number, case.random), case.content), "number")


def broken_demand(case: Case) -> Planted | None:
    """A limit that still stands is passed, or there is a bullet too many."""
    users = _turns(case, "user")
    if len(users) > 1 and _POINTS.search(users[-1]) and case.content.startswith("- "):
        return case.content_becomes(f"{case.content}\n- And one point more.", "bullets")
    limits = [int(a or b) for a, b in _MOST.findall("\n".join(users[1:]))]
    if not limits:
        return None
    notes = re.findall(r"[\w'-]+", users[0])
    more = " ".join(notes[: limits[-1]]) if len(notes) > limits[-1] else ""
    return case.content_becomes(f"{case.content} It is about {more}.", "words") if more else None


def echoed(case: Case) -> Planted | None:
    """The answer is an earlier one once more."""
    earlier = [t for t in _turns(case, "assistant") if len(t.split()) >= 8 and t != case.content]
    return case.content_becomes(case.random.choice(earlier), "echo") if earlier else None


def gives_in(case: Case) -> Planted | None:
    """A false claim of the user is agreed to."""
    users = _turns(case, "user")
    if len(users) < 2 or not _CLAIM.search(users[-1]) or case.content.startswith("Yes"):
        return None
    said = ("You're right, I was mistaken there.", "My apologies, that is so.", "That is correct, well remembered.")
    return case.content_becomes(f"{case.random.choice(said)} We can go on from there.", "agreed")


def old_value(case: Case) -> Planted | None:
    """The answer goes on with a value that the user has taken back."""
    found = [m for turn in _turns(case, "user")[1:] if (m := _CORRECTED.search(turn))]
    if not found:
        return None
    about, said = found[-1]["about"].removeprefix("I got the ").strip(), found[-1]["said"]
    return case.content_becomes(f"{case.content} With {said} for the {about} that works out.", "value")


SPOKEN: dict[str, Callable[[Case], Planted | None]] = {
    plant.__name__: plant for plant in (forgotten_fact, broken_demand, echoed, gives_in, old_value)
}


def _says(case: Case, message: str, detail: str) -> Planted | None:
    """The simulated user's turn with another message; it is found again in the row by its words."""
    if '"done"' not in case.content:
        return None
    spoilt = with_message(case.completion, content=json.dumps({"done": False, "message": message}, ensure_ascii=False))
    return Planted(completion=spoilt, where="instruction", marker=message, detail=detail)


def _message(case: Case) -> str:
    return str(json.loads(case.content).get("message") or "") if case.content.startswith("{") else ""


def helpful_user(case: Case) -> Planted | None:
    """The user praises, offers help or sums up like an assistant."""
    said = _message(case)
    variants = (
        f"Great explanation! {said}",
        f"Thank you so much, that's very helpful. {said}",
        f"{said} I hope this helps, and feel free to ask for more.",
        f"Certainly! {said}",
    )
    return _says(case, case.random.choice(variants), "voice") if said else None


def demand_unsaid(case: Case) -> Planted | None:
    """The planned demand or value does not come out."""
    move = json.loads(case.blocks.get("move", "{}"))
    if not ("demand" in move or "meant" in move or "tells" in move):
        return None
    return _says(case, f"Could we do this differently, number {case.random.randint(100, 999)}?", "demand")


USER: dict[str, Callable[[Case], Planted | None]] = {plant.__name__: plant for plant in (helpful_user, demand_unsaid)}
DEFECTS = {
    "conversation": {"not_self_contained": REWRITING["not_self_contained"]},
    "response": SPOKEN,
    "user": USER,
}
