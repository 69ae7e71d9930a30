"""A programming task is completed by running its code: what it prints is the key, and its code stands below the instruction."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher
from string import ascii_uppercase

from pydantic import ValidationError

from prompts import AnswerForm
from tasks.agents.kind import SkillRun
from tasks.kinds.coding.contract import Coding
from tasks.records import Record, Rejected, identified, rng
from tasks.tools.sandbox.programs import printed, query_rows, unavailable

_MOST_OUTPUT = 2_000
"""Characters that a program to be traced may print."""
_FENCE = re.compile(r"\n*^[ \t]*(`{3,})[^\n]*\n(.*?)^[ \t]*\1[ \t]*$\n*", re.M | re.S)
_HOW = (
    "Finish with exactly what it prints, in a code block of its own.",
    "Put the output, character for character, in a code block at the end.",
    "The last thing in your answer is a code block that holds the output and nothing else.",
)
_NAME = (
    'Name the exception on a last line that starts with "Answer:".',
    'End with a line that holds "Answer:" and the name of the exception.',
)
_RAISED = re.compile(r"^(?:[A-Za-z_]\w*\.)*([A-Z]\w*)(?=:|$)", re.M)


async def execute(record: Record, run: SkillRun) -> Record:
    """The record with its code shown and the key that running it gives; where nothing can be run, the author's key stays."""
    try:
        formal = Coding.model_validate(record.formal)
    except ValidationError:
        raise Rejected("malformed", "the code is not in its form") from None
    key = record.key
    if not unavailable(run.settings, formal.code_language, formal.language):
        key = await _key(record, formal)
    draw = rng(run.seed, "code", record.parent, record.instruction)
    instruction = _without_code(record.instruction, formal)
    if record.answer_form == AnswerForm.TEXT and formal.judged in ("output", "error"):
        ways = _HOW if formal.judged == "output" else _NAME
        instruction = instruction if any(way in instruction for way in ways) else f"{instruction} {draw.choice(ways)}"
    parts = [instruction, _fenced(formal.code, formal.code_language)]
    parts = parts[::-1] if parts[1] and draw.random() < 0.25 else parts
    if formal.stdin.strip():
        parts.append(f"Its input:\n\n{_fenced(formal.stdin, 'other')}")
    return identified(
        replace(record, instruction="\n\n".join(p for p in parts if p), formal=formal.model_dump(), key=key)
    )


async def _key(record: Record, formal: Coding) -> list[str]:
    """What running the code says the key is; Rejected where it does not do what the task needs."""
    if formal.judged == "query" and not await query_rows(formal.code, formal.solution):
        raise Rejected("execution", "the author's query fails or finds nothing")
    if formal.judged == "prints":
        language = formal.language if formal.solution.strip() else formal.code_language
        await _said(formal.solution.strip() or formal.code, language, formal.stdin)
    if formal.judged == "error":
        done = await printed(formal.code, formal.code_language, formal.stdin)
        raised = _RAISED.findall(done.stderr)
        if not done.exit_code or not raised:
            raise Rejected("execution", "the code ends without an exception")
        return _in_form(record, raised[-1])
    return (
        _in_form(record, await _said(formal.code, formal.code_language, formal.stdin))
        if formal.judged == "output"
        else record.key
    )


async def _said(code: str, language: str, stdin: str) -> str:
    done = await printed(code, language, stdin)
    if done.exit_code or done.timed_out:
        raise Rejected("execution", "the code does not come to its end")
    if not done.stdout.strip() or len(done.stdout) > _MOST_OUTPUT or done.truncated:
        raise Rejected("execution", "the code prints nothing or too much")
    return done.stdout.strip("\n")


def _in_form(record: Record, found: str) -> list[str]:
    """The output in the answer form of the record."""
    last = found.strip().splitlines()[-1].strip()
    if record.answer_form == AnswerForm.OPTION:
        places = [i for i, option in enumerate(record.options[:8]) if _flat(option) in (_flat(found), _flat(last))]
        if len(places) != 1:
            raise Rejected(
                "execution", f"{len(places)} of the options are what the code gives, where exactly one must be"
            )
        return [ascii_uppercase[places[0]]]
    return [last] if record.answer_form == AnswerForm.NUMBER else [found]


def _flat(said: str) -> str:
    return " ".join(said.split()).strip("`\"'")


def _fenced(code: str, language: str) -> str:
    if not code.strip():
        return ""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0))
    return f"{ticks}{'' if language == 'other' else language}\n{code.strip(chr(10))}\n{ticks}"


def _without_code(instruction: str, formal: Coding) -> str:
    """The instruction without blocks that repeat the task's code or input: authors and editors like to show it themselves."""

    def left(block: re.Match[str]) -> str:
        alike = (
            SequenceMatcher(None, block[2].strip(), known.strip()).quick_ratio() for known in shown if known.strip()
        )
        return "\n\n" if any(ratio > 0.8 for ratio in alike) else block[0]

    shown = (formal.code, formal.stdin)
    text = _FENCE.sub(left, instruction).replace("Its input:\n", "\n")
    return re.sub(r"\n{3,}", "\n\n", text).strip()
