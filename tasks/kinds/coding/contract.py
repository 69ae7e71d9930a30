"""A programming task, and what a program needs to judge an answer to it by running it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from tasks.agents.question import Option, Worked
from tasks.teacher.contract import Contract, Drafts, drafts_of, narrowed

CodeLanguage = Literal["python", "javascript", "bash", "perl", "sql", "other"]
Judged = Literal[
    "reading", "tests", "repair", "same_behaviour", "same_code", "test_suite", "output", "error", "query", "prints"
]


class _Forgiving(Contract):
    @model_validator(mode="before")
    @classmethod
    def _one_name(cls, raw: Any) -> Any:
        # Models write "py", "js", and a lone name where a list is due.
        if not isinstance(raw, dict):
            return raw
        usual = {"py": "python", "python3": "python", "js": "javascript", "node": "javascript", "sh": "bash", "shell": "bash",
                 "sqlite": "sql"}  # fmt: skip
        known = {"python", "javascript", "bash", "perl", "sql"}
        told = {
            name: said if (said := usual.get(str(raw[name]).lower(), str(raw[name]).lower())) in known else "other"
            for name in ("language", "code_language")
            if name in raw
        }
        told |= {"language": "sql", "code_language": "sql"} if raw.get("judged") == "query" else {}
        names = raw.get("names", [])
        return {**raw, **told, "names": [names] if isinstance(names, str) else names}


class Coding(_Forgiving):
    """What a program needs to show the task and to judge its answers."""

    judged: Judged = Field(
        default="reading",
        description="How an answer is judged. reading: nothing is run. tests: the answer is code that others will test. "
        "repair: `code` is broken, the answer is the whole code mended. same_behaviour: `code` works, the answer "
        "does the same in another way. same_code: the answer is `code` with nothing but comments, docstrings or "
        "annotations added. test_suite: `code` is right, the answer is a test program for it. output: the answer "
        "is what `code` prints. error: the answer is the name of the exception that `code` ends with. query: "
        "`code` is SQL that fills tables, the answer is one query. prints: the answer is a whole program that "
        "prints what `solution` prints",
    )
    code: str = Field(
        default="",
        description="the code that the reader is shown below the instruction, complete and without a fence; empty if none",
    )
    code_language: CodeLanguage = "python"
    language: CodeLanguage = Field(default="python", description="of the code in the answer")
    names: list[str] = Field(
        default=[],
        max_length=8,
        description="functions, classes or constants that the answer must define, as the instruction names them",
    )
    stdin: str = Field(default="", description="prints: what the program reads; the reader is shown it. Else empty")
    solution: str = Field(
        default="", description="query and prints: a right answer in code, hidden from the reader. Else empty"
    )
    wrong: list[str] = Field(
        default=[],
        max_length=4,
        description="test_suite: one to three versions of the whole `code`, each with one mistake that good tests find",
    )


class CodingTask(Worked):
    """A programming task that stands alone."""

    formal: Coding = Field(default_factory=Coding, description="the code, and how an answer is judged")
    instruction: str = Field(
        description="the task as the reader will see it, without the code, which is shown beside it"
    )
    options: list[Option] = Field(default=[], description="the choices; empty if the answer form has none")
    key: list[str] = Field(default=[], description="the answer, in the shape that the answer form prescribes")
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")


_SHOWN, _WANTED = {"code", "code_language"}, {"language", "names"}


def _drafts(judged: str, used: set[str], key: bool = False, options: bool = False) -> Drafts:
    """The schemas of tasks whose answers are judged in this way, or in one of these, with what that needs."""
    ways: Any = Literal[tuple(judged.split(" "))]
    unused = Coding.model_fields.keys() - used - {"judged"}
    told = "output: `code` prints one of the options; reading: nothing is run" if " " in judged else None
    formal = narrowed(Coding, unused, judged=(ways, Field(default=judged.split(" ")[0], description=told)))
    left = (set() if key else {"key"}) | (set() if options else {"options"})
    field = Field(default_factory=formal, description="the code, and how an answer is judged")
    return drafts_of(narrowed(CodingTask, left, formal=(formal, field)), "CodingTasks", "")


NARROWER: Mapping[str, Drafts] = {
    "tests": _drafts("tests", _SHOWN | _WANTED),
    "repair": _drafts("repair", _SHOWN | _WANTED),
    "same_behaviour": _drafts("same_behaviour", _SHOWN | _WANTED),
    "same_code": _drafts("same_code", _SHOWN | _WANTED),
    "test_suite": _drafts("test_suite", _SHOWN | _WANTED | {"wrong"}),
    "query": _drafts("query", {"code", "solution"}),
    "script": _drafts("prints", {"language", "stdin", "solution"}),
    "translation": _drafts("prints", _SHOWN | {"language"}),
    "output": _drafts("output", _SHOWN, key=True),
    "error": _drafts("error", _SHOWN, key=True),
    "reading": _drafts("reading", _SHOWN, key=True),
    "choice": _drafts("reading output", _SHOWN, key=True, options=True),
}
"""Draft of a task type -> the schemas of its author and editor."""
