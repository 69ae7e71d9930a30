"""Figures of an examination as people read them, and what has to be said beside them."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.evaluation.figures import ORCA_BENCH
from tasks.evaluation.learnt import in_words
from tasks.records import Json

_UNITS = {"points": "", "percent": " %", "claims": ""}
_STATES = {
    "cut_off": "were cut off at the longest that is allowed (--answer-tokens)",
    "empty": "were empty, which have 0 points and go to no judge",
    "malformed_call": "were calls that nobody can read, which have 0 points",
    "refused": "decline",
}


def figure_in_words(told: Json, name: str, line: Json) -> str:
    """A student's figure with its interval."""
    figure = figure_told(told, name, line["task"])
    if figure is None or figure["value"] is None:
        return "–"
    return f"{number(figure['value'])}{_UNITS[figure['unit']]}{_interval(figure)}"


def gain_in_words(line: Json, name: str) -> str:
    """The relative change over the base."""
    gain = line["gains"].get(name)
    return "–" if gain is None else f"{gain:+.2f} %"


def number(value: float) -> str:
    return f"{value:,.2f}"


def figure_told(told: Json, name: str, task: str) -> Json | None:
    """A student's figure in a task."""
    own = next(student for student in told["students"] if student["name"] == name)
    return next((figure for figure in own["figures"] if figure["task"] == task), None)


def notes_of(told: Json) -> list[str]:
    """What has to be said beside the figures, a sentence each."""
    return [
        *_apart(told),
        *_trust(told),
        *(note for student in told["students"] for note in _of_student(told, student)),
    ]


def weakest_of(told: Json) -> list[str]:
    """Where each student is weakest, a sentence each, and how the first is taught that next."""
    return [said for name, found in told.get("weakness", {}).items() for said in _weakest(name, found)]


def _weakest(name: str, found: Json) -> Iterator[str]:
    standings = {_named(each): each for each in (*found["skills"], *found["task_types"])}
    for what, weak in found["weakest"].items():
        if weak:
            said = "; ".join(_standing(each, standings[each]) for each in weak)
            yield f"{name} is weakest in {said}." if what == "skills" else f"{name}, task types: {said}."
    least = [each for each in found["learnt"] if each["least"]]
    if least:
        said = "; ".join(f"{each['skill']} ({in_words(each)})" for each in least)
        yield f"{name} learnt least of {said}."
    if found["skills"] and not least and not any(found["weakest"].values()):
        yield f"{name} is in no skill weaker than in the others."


def _named(standing: Json) -> str:
    return "/".join(filter(None, (standing["skill"], standing["task_type"])))


def _standing(name: str, standing: Json) -> str:
    gain, rate = standing["gain"], standing["solve_rate"]
    parts = (
        f"{number(standing['score']['value'])} of 10 over {standing['rows']:,}",
        f"{gain['value']:+.2f} on the base" if gain else "",
        f"solves {rate:.0%} of {standing['keyed']:,}" if rate is not None else "",
        "" if standing["sure"] else "not sure",
    )
    return f"{name} ({', '.join(filter(None, parts))})"


def _apart(told: Json) -> Iterator[str]:
    if told.get("apart"):
        yield f"{told['compare']} was examined otherwise ({', '.join(told['apart'])}): the gains compare what is not the same."


def trust_in_words(trust: Json) -> str:
    """What a judge made of answers that belong to other tasks."""
    return f"the judge gave 5 points or more to {trust['fooled']:,} of {trust['shown']:,} answers that belong to other tasks"


def _trust(told: Json) -> Iterator[str]:
    trust = told.get("trust") or {}
    if trust.get("doubtful"):
        yield f"{trust_in_words(trust).capitalize()}: its scores say little, so name a more capable --judge."


def _of_student(told: Json, student: Json) -> Iterator[str]:
    name = student["name"]
    for figure in student["figures"]:
        beside = figure["beside"]
        if figure["undecided"]:
            yield (
                f"{name}, {figure['task']}: {figure['undecided']:,} of {figure['undecided'] + figure['count']:,} could not be "
                f"decided and are no part of the figure{_why(student, figure)}."
            )
        for state, said in _STATES.items():
            if beside.get(state):
                yield f"{name}, {figure['task']}: answers that {said}: {beside[state]:,.0f}."
        if figure["note"]:
            yield f"{name}, {figure['task']}: {figure['note']}"
    for line in told["table"]:
        yield from _other_version(told, name, line["task"])
        if line["clean"].get(name) is False:
            yield f"{name}, {line['task']}: its training data was not decontaminated against {line['task']}."


def _other_version(told: Json, name: str, task: str) -> Iterator[str]:
    base = figure_told(told, told["compare"], task) if told["compare"] else None
    own = figure_told(told, name, task)
    if task != ORCA_BENCH and own and base and own["version"] and base["version"] and own["version"] != base["version"]:
        yield f"{name}, {task}: {own['version']}, and not {base['version']} as {told['compare']}: no gain is told."


def _why(student: Json, figure: Json) -> str:
    reasons = student["undecided"] if figure["task"] == ORCA_BENCH else {}
    said = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in reasons.items())
    return f" ({said})" if said else ""


def _interval(figure: Json) -> str:
    return "" if figure["low"] is None else f" [{number(figure['low'])}, {number(figure['high'])}]"
