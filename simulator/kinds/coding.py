"""Defects of programming tasks, of their authors, and of those who answer in code."""

from __future__ import annotations

import re

from simulator.author_defects import QUESTION, Plant, in_an_item
from simulator.case import Case, Planted
from tasks.records import Json

_FENCE = re.compile(r"```(?P<tag>\w*)\n(?P<body>.*?)\n```", re.S)
_FORMAL = ("judged", "code", "names", "solution", "wrong", "stdin")


def code_stands_in(defect: Json, formal: Json) -> bool:
    """Whether a row rests on the code that an author's defect made; the same words may ask another task."""
    planted = (defect["value"] or {}).get("formal") or {}
    return all(formal.get(name) == planted.get(name) for name in _FORMAL)


def _unparsed_code(case: Case, item: Json) -> str | None:
    """Code without its colons, where it is meant to run."""
    formal = item["formal"]
    if (
        "def " not in formal["code"]
        or formal["judged"] in ("repair", "reading", "error")
        or formal["code_language"] != "python"
    ):
        return None
    formal["code"] = formal["code"].replace("):\n", ")\n")
    return str(formal["judged"])


def _no_code(case: Case, item: Json) -> str | None:
    formal = item["formal"]
    if not formal["code"] or formal["judged"] in ("tests", "reading", "prints"):
        return None
    formal["code"] = ""
    return str(formal["judged"])


def _wrong_solution(case: Case, item: Json) -> str | None:
    """A hidden solution that fails, or one that answers another question."""
    formal = item["formal"]
    if not formal["solution"]:
        return None
    detail = case.random.choice(["fails", "another"])
    known = formal["solution"]
    formal["solution"] = f"{known} (" if detail == "fails" else known.replace(">", "<").replace("-gt", "-lt")
    return detail


def _harmless_slip(case: Case, item: Json) -> str | None:
    """A wrong version that is the right code."""
    formal = item["formal"]
    if not formal["wrong"]:
        return None
    formal["wrong"] = [formal["code"]]
    return "same"


def _unnamed(case: Case, item: Json) -> str | None:
    """A name to be defined that the task does not mention."""
    formal = item["formal"]
    if formal["judged"] not in ("tests", "repair", "same_behaviour"):
        return None
    formal["names"] = [*formal["names"], "settle_accounts"]
    return str(formal["judged"])


_CHANGES = (_unparsed_code, _no_code, _wrong_solution, _harmless_slip, _unnamed)
IN_CODE = frozenset(change.__name__.strip("_") for change in _CHANGES)
CODING: dict[str, Plant] = {
    **{change.__name__.strip("_"): in_an_item(change, "formal") for change in _CHANGES},
    "not_self_contained": QUESTION["not_self_contained"],
}


def _block(case: Case) -> re.Match[str] | None:
    return next((m for m in _FENCE.finditer(case.content) if m["tag"]), None)


def _with_code(case: Case, block: re.Match[str], code: str, detail: str) -> Planted | None:
    if code == block["body"]:
        return None
    a, b = block.span("body")
    return case.content_becomes(case.content[:a] + code + case.content[b:], detail)


def wrong_code(case: Case) -> Planted | None:
    """Code with another number, comparison or text in it: what assertions expect, a function gives, a query finds."""
    block = _block(case)
    if block is None:
        return None
    code = block["body"]
    asserts = code.startswith("assert ")
    for old, new in ((" == ", " != "), (" > ", " < "), ("% ", "// "), ("len", "str"), ('"', "'x' + \"")):
        if old in code and (asserts or old != " == " or "%" in code):
            return _with_code(case, block, code.replace(old, new, 1), old.strip())
    return None


def unparsed_answer(case: Case) -> Planted | None:
    block = _block(case)
    if block is None or block["tag"] != "python" or "(" not in block["body"]:
        return None
    return _with_code(case, block, block["body"].replace("(", "", 1), "bracket")


def renamed_function(case: Case) -> Planted | None:
    """Another name than the task gives; in a whole program, which is judged by what it prints, names are free."""
    block = _block(case)
    if block is None or "\nprint(" in block["body"] or not (m := re.search(r"def (\w+)", block["body"])):
        return None
    return _with_code(case, block, block["body"].replace(m[1], f"{m[1]}_new"), "name")


def weak_tests(case: Case) -> Planted | None:
    """Assertions that pass whatever the code does."""
    block = _block(case)
    if block is None or not block["body"].startswith("assert "):
        return None
    name = block["body"].split("(")[0].removeprefix("assert ")
    return _with_code(case, block, f"assert callable({name})", "callable")


def wrong_trace(case: Case) -> Planted | None:
    """One sign of a stated output is another."""
    plain = next((m for m in _FENCE.finditer(case.content) if not m["tag"]), None)
    if plain is None or not plain["body"].strip():
        return None
    return _with_code(case, plain, f"{plain['body']}1", "longer")


def no_code_at_all(case: Case) -> Planted | None:
    block = _block(case)
    if block is None:
        return None
    return case.content_becomes("The function goes over the values one by one and returns what the task says.", "prose")


CODED: dict[str, Plant] = {
    "wrong_code": wrong_code,
    "unparsed_answer": unparsed_answer,
    "renamed_function": renamed_function,
    "weak_tests": weak_tests,
    "wrong_trace": wrong_trace,
    "no_code_at_all": no_code_at_all,
}
DEFECTS = {"coding": CODING, "response": CODED}
