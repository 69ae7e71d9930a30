"""Code in an answer: where it stands, whether it parses and defines what it should, and tasks that can be judged by it."""

from __future__ import annotations

import re
from dataclasses import replace

from pydantic import ValidationError

from tasks.checks.instruction import self_contained
from tasks.kinds.coding.contract import Coding
from tasks.kinds.coding.names import unbound
from tasks.kinds.coding.source import ALIASES, annotated, defined, documented, same_but_comments, tree
from tasks.records import Record
from tasks.text.replies import reply

MOST_CODE = 12_000
"""Characters of a piece of code in a task."""
WANTS_CODE = frozenset({"tests", "repair", "same_behaviour", "same_code", "test_suite", "query", "prints"})
"""Ways of judging whose answer is code."""
_SHOWS = WANTS_CODE - {"tests", "prints"} | {"output", "error"}
_FENCE = re.compile(
    r"^[ \t]*(?P<mark>`{3,}|~{3,})[ \t]*(?P<tag>[\w+#-]*)[^\n]*\n(?P<body>.*?)^[ \t]*(?P=mark)[ \t]*$", re.M | re.S
)
_ELSEWHERE = re.compile(
    r"\b(?:the|this|given|provided|above|original) (?:passage|material|excerpt|seed|behaviou?r sheet|brief)\b"
    r"|\b(?:the|this) code (?:below|above|shown|given)\b",
    re.I,
)
_QUERY = re.compile(r"\s*(?:select|with)\b", re.I)


def code_in(text: str, language: str, names: tuple[str, ...] | list[str] = ()) -> str | None:
    """The answer's code: of its blocks in this language the one that defines the names, else the longest; None if none."""
    known = ALIASES.get(language, (language,))
    blocks = [(m["tag"].lower(), m["body"]) for m in _FENCE.finditer(text) if m["body"].strip()]
    ours = [body for tag, body in blocks if tag in known] or [body for tag, body in blocks if not tag]
    if not ours:
        bare = text.strip()
        is_code = (
            bool(_QUERY.match(bare)) if language == "sql" else language == "python" and bool(defined(bare, language))
        )
        return bare if is_code and not blocks else None
    whole = [body for body in ours if set(names) <= defined(body, language)]
    return max(whole or ours, key=len)


def code_self_contained(record: Record) -> str | None:
    """Rejects prose that points to what the reader does not see; code may hold braces, marks and notes of any kind."""
    prose = _FENCE.sub("", record.instruction)
    if (m := _ELSEWHERE.search(prose)) and ("code" not in m[0].lower() or not record.formal.get("code")):
        return "refers to something that the reader does not see"
    return self_contained(replace(record, instruction=prose))


def code_sound(record: Record) -> str | None:
    """Rejects a task whose code is missing or broken, that shows its solution, or that no program could judge as planned."""
    try:
        formal = Coding.model_validate(record.formal)
    except ValidationError:
        return "the code is not in its form"
    judged = formal.judged
    if (record.answer_form == "code") != (judged in WANTS_CODE):
        return f"an answer in the form {record.answer_form} cannot be judged by {judged}"
    if judged in _SHOWS and not formal.code.strip():
        return f"no code to be judged by {judged}"
    if max(map(len, (formal.code, formal.solution, *formal.wrong))) > MOST_CODE:
        return f"code of more than {MOST_CODE} characters"
    whole = formal.code_language == "python" and judged not in ("repair", "error", "reading")
    if whole and formal.code.strip() and tree(formal.code) is None:
        return "the code shown is no Python"
    if lacking := sum(not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", record.instruction) for name in formal.names):
        return f"{lacking} names that the instruction does not mention"
    if judged == "tests" and not formal.names:
        return "nothing that a test could call"
    return _hidden(record, formal)


def _hidden(record: Record, formal: Coding) -> str | None:
    if formal.judged in ("query", "prints") and not (formal.solution or formal.code).strip():
        return "no solution to compare with"
    if formal.judged == "query" and not formal.solution.strip():
        return "no query to compare with"
    if (
        formal.solution.strip()
        and formal.solution != formal.code
        and _flat(formal.solution) in _flat(record.instruction)
    ):
        return "the instruction shows the solution"
    if formal.judged == "test_suite":
        if not formal.wrong or any(_lines(wrong) == _lines(formal.code) for wrong in formal.wrong):
            return "no wrong version that tests could find"
        if formal.language == "python" and any(tree(wrong) is None for wrong in formal.wrong):
            return "a wrong version is no Python"
    return None


def code_parses(record: Record) -> str | None:
    """Rejects an answer without the code asked for, code that does not parse, and code that lacks a name asked for."""
    formal = record.formal
    if record.answer_form != "code" or not record.answerable:
        return None
    language, names = formal.get("language", "python"), formal.get("names") or []
    code = code_in(reply(record), language, names)
    if code is None:
        return f"no code in {language}"
    if language == "python" and tree(code) is None:
        return "the code does not parse"
    if language == "sql" and not _QUERY.match(re.sub(r"--[^\n]*|/\*.*?\*/", "", code, flags=re.S)):
        return "no query"
    if language == "python" and (lost := _lost_names(code, record)):
        return f"{lost} names in the code are bound nowhere"
    if language in ("sql", "other") or formal.get("judged") in ("test_suite", "prints"):
        return None
    lacking = sum(name.split(".")[0] not in defined(code, language) for name in names)
    return f"{lacking} of the names asked for are not defined" if lacking else None


def _lost_names(code: str, record: Record) -> int:
    """How many names the code reads that neither it nor the code shown binds, nor the task speaks of."""
    shown = "\n".join([str(record.formal.get("code") or ""), record.instruction])
    return sum(not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", shown) for name in unbound(code))


def code_kept(record: Record) -> str | None:
    """Rejects an answer that should have added comments, docstrings or annotations alone and changed the code, or added none."""
    formal = record.formal
    if formal.get("judged") != "same_code" or formal.get("language") != "python":
        return None
    code = code_in(reply(record), "python", formal.get("names") or [])
    if code is None or not same_but_comments(code, formal["code"]):
        return "the code itself was changed"
    grown = documented(code) > documented(formal["code"]) or annotated(code) > annotated(formal["code"])
    return None if grown else "nothing was added to the code"


def _lines(code: str) -> list[str]:
    return [line.rstrip() for line in code.strip("\n").splitlines() if line.strip()]


def _flat(code: str) -> str:
    return " ".join(code.split())
