"""What a program can decide about an answer: by its skill's own checks that compare with the key, by value."""

from __future__ import annotations

from functools import cache

import prompts
from tasks.answers import Agreement, agreement, compare
from tasks.answers.final import answer_line
from tasks.checks.check import Check, Finding
from tasks.evaluation.case import Case
from tasks.kinds import GENERAL, checks_of, kinds
from tasks.records import Json, Record

_OF_ANY = ("abstains", "key_agreement")
"""What compares with the key where the skill of a row is not known here."""


async def decidable(case: Case) -> bool:
    """Whether a program decides the answers to this case: it does where it finds the reference itself right.

    A row has no formal data, and a reader may have settled that its reference is right; then nothing is decided by program.
    """
    return await decided(case, case.reference) is True


async def decided(case: Case, answer: Json) -> bool | None:
    """Whether the answer is right; None where no program can tell."""
    record = case.with_answer(answer)
    if record.calls and not answer.get("tool_calls"):
        return False
    right = agreement(record) is True
    for check in _deciders(record.skill):
        found = await _found(check, record)
        if found is None or found.doubt is not None:
            return None
        if found.problem:
            return None if _open(case, record, answer) else False
        right = right or found.decides
    return True if right else None


def _open(case: Case, record: Record, answer: Json) -> bool:
    """Whether an answer that a check holds to be wrong may be a right one that is sloppily given: then the judge looks at it."""
    if record.calls:
        return _among_the_keys(case, answer)
    found = compare(record)
    text = str(answer.get("content") or "")
    stated = answer_line(text) is not None and found is not Agreement.UNREAD
    if stated or found not in (Agreement.OTHER, Agreement.SEVERAL, Agreement.UNREAD):
        return False
    return any(agreement(case.with_answer({**answer, "content": part})) is True for part in _parts(text))


def _parts(text: str) -> list[str]:
    """What may be the answer where nothing says which part is: the first paragraph, the last, all without repeated lines, and
    letters that are to be capital ones."""
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    return [*paragraphs[:1], *paragraphs[-1:], "\n".join(lines), text.upper()]


def unread(case: Case, answer: Json) -> bool:
    """Whether no final answer can be read in the answer, be it right or wrong."""
    return compare(case.with_answer(answer)) is Agreement.UNREAD


async def _found(check: Check, record: Record) -> Finding | None:
    try:
        return await check.find(record, None)
    except Exception:  # what it reads beside the row's columns is not there
        return None


@cache
def _deciders(skill: str) -> tuple[Check, ...]:
    """The skill's checks that fail where answer and key differ, or that show by program that an answer is right."""
    if skill not in prompts.names():
        return tuple(GENERAL[name] for name in _OF_ANY)
    loaded = prompts.load(skill)
    known = checks_of(kinds()[loaded.kind])
    chosen = (known[name] for name in loaded.checks.response)
    return tuple(
        check
        for check in chosen
        if (check.compares_key or check.tells_key) and not (check.asks or check.executes or check.wants_run)
    )


def _among_the_keys(case: Case, answer: Json) -> bool:
    """Whether each function that is called is one of the key's: then another order of calls may do as well."""
    named = [str((call.get("function") or {}).get("name")) for call in answer.get("tool_calls") or ()]
    wanted = [str(call.get("name")) for call in case.record.calls]
    made = case.record.calls[: len(named)]
    return bool(named) and set(named) <= set(wanted) and named != [str(call.get("name")) for call in made]
