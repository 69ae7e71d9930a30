"""Difficulty is a measured solve rate: how often the teacher and a student-sized model come to the author's answer.

A task that nobody solves is ill-posed, one that splits its solvers ambiguous (self-consistency after Wang et al., 2023), and an
edit made a task harder only if it is solved less often than before and still solved. The bands are those of the student's
rate, or of the teacher's where there is no student: hard up to 0.34, medium up to 0.67, easy above.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tasks.agents.conversation import converse
from tasks.agents.kind import SkillRun
from tasks.answers import FORMS
from tasks.answers.form import compare_nothing
from tasks.checks.check import Check
from tasks.kinds import checks_of
from tasks.records import Json, Record, Reject, Rejected
from tasks.settings import Settings
from tasks.steps.blame import AMBIGUOUS
from tasks.steps.checking import examine, wanted
from tasks.teacher import Voice

FIRST = 2000
"""Sample number of the first solution, so that solutions are calls of their own."""
EASY = 3
"""Solutions that must all be right before a task counts as too easy."""
TEACHER, STUDENT, BAND = "solve_rate_teacher", "solve_rate_student", "difficulty_band"
MEASURES = (TEACHER, STUDENT, BAND)
_HARD, _MEDIUM = 0.34, 0.67
"""Rates up to which a task is hard, and medium."""


async def measured(record: Record, run: SkillRun) -> Record:
    """The record with its own solve rates and band in `quality`, and the calls; with none where no program can tell."""
    bare = replace(record, quality={name: value for name, value in record.quality.items() if name not in MEASURES})
    if not _comparable(bare, run):
        return bare
    right, events = await _solved(bare, run, FIRST, None)
    if right is None:
        return replace(bare, lineage=[*bare.lineage, *events])
    student = run.teacher.student
    tries = [(None, FIRST + n) for n in range(1, run.settings.solve_samples)]
    others = [(student, FIRST + n) for n in range(run.settings.solve_samples)] if student else []
    found = await asyncio.gather(*(_solved(bare, run, number, voice) for voice, number in (*tries, *others)))
    solved = [right, *(bool(agrees) for agrees, _ in found)]
    count = run.settings.solve_samples
    rates = {TEACHER: _share(solved[:count]), **({STUDENT: _share(solved[count:])} if student else {})}
    paid = [*events, *(event for _, taken in found for event in taken)]
    quality = {**bare.quality, **rates, BAND: band(rates[STUDENT] if student else rates[TEACHER])}
    return replace(bare, quality=quality, lineage=[*bare.lineage, *paid])


def band(rate: float) -> str:
    """The band of a solve rate."""
    return "hard" if rate <= _HARD else "medium" if rate <= _MEDIUM else "easy"


def unsolved(record: Record, run: SkillRun) -> Reject | None:
    """The reject of a task that the teacher never solved; None if it did, or if nothing was measured."""
    if record.quality.get(TEACHER, 1.0):
        return None
    detail = f"none of {run.settings.solve_samples} solutions by the teacher comes to the answer"
    return Reject(record=record, step=run.step, reason="ill_posed", detail=detail)


def not_harder(before: Record, after: Record, run: SkillRun) -> Reject | None:
    """The reject of an edit that is solved no less often than what it was made of; None if it is, or if it was not measured."""
    name = (
        STUDENT if before.quality.get(STUDENT) else TEACHER
    )  # what a student never solved, it cannot solve less often
    if not {name} <= before.quality.keys() & after.quality.keys() or after.quality[name] < before.quality[name]:
        return None
    who = "student" if name == STUDENT else "teacher"
    detail = f"solved by the {who} at a rate of {before.quality[name]} before and {after.quality[name]} after"
    return Reject(record=after, step=run.step, reason="not_harder", detail=detail)


def asked_for(record: Record, run: SkillRun) -> Record | Reject:
    """The record, or the reject of one that is not as difficult as the settings want it."""
    reason, detail = _unwanted(record.quality, run.settings)
    return Reject(record=record, step=run.step, reason=reason, detail=detail) if reason else record


def solving_checks(run: SkillRun) -> list[str]:
    """The response's checks that tell by program whether a solution comes to the author's answer."""
    known = checks_of(run.kind)
    return [name for name in wanted(run.skill.checks.response, run.settings) if _tells(known[name])]


def _tells(check: Check) -> bool:
    return (check.tells_key or check.compares_key) and not check.asks


def _unwanted(quality: Json, settings: Settings) -> tuple[str, str]:
    bands = [name.strip() for name in settings.difficulty_band.split(",") if name.strip()]
    if TEACHER not in quality:
        return (
            ("not_measured", "no program can tell whether it is solved, and a band was asked for")
            if bands
            else ("", "")
        )
    if (rate := quality[TEACHER]) < settings.agreement_least:
        return AMBIGUOUS, f"solved by the teacher at a rate of {rate}, below {settings.agreement_least}"
    if settings.drop_too_easy and settings.solve_samples >= EASY and quality.get(STUDENT, rate) == 1:
        return "too_easy", f"all of {settings.solve_samples} solutions come to the answer"
    if bands and quality[BAND] not in bands:
        return "outside_band", f"{quality[BAND]}, and not {' or '.join(bands)}"
    return "", ""


def _comparable(record: Record, run: SkillRun) -> bool:
    """Whether a program may be able to tell a right solution: what it costs nothing to know before one is asked for."""
    form = FORMS.get(record.answer_form)
    by_key = form is not None and form.compare is not compare_nothing and bool(record.key)
    known = [checks_of(run.kind)[name] for name in solving_checks(run)]
    return by_key or any(check.executes or check.decides(record) for check in known)


async def _solved(record: Record, run: SkillRun, sample: int, voice: Voice | None) -> tuple[bool | None, list[Json]]:
    """Whether one more solution comes to the answer, None if nobody can tell; one that never comes does not."""
    who = "student" if voice else "teacher"
    blank = replace(record, messages=[])
    try:
        done = await converse(blank, run, sample=sample, voice=voice)
    except Rejected as why:
        return False, [{**event, "step": run.step, "solution": who} for event in why.events]
    right: bool | None = None
    try:
        found = await examine(replace(record, messages=done.messages), solving_checks(run), run)
    except Rejected as why:  # the reader of a doubt gave no answer
        events = [*done.events, *({**event, "step": run.step} for event in why.events)]
    else:
        events = [*done.events, *found.record.lineage[len(record.lineage) :]]
        right = False if found.reason else True if found.decided else None
    return right, [{**event, "solution": who} for event in events]


def _share(solved: list[bool]) -> float:
    return round(sum(solved) / len(solved), 3)
