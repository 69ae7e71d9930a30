"""Defects of choices, of their authors."""

from __future__ import annotations

import re

from simulator.author_defects import QUESTION, Plant, in_an_item, is_choice
from simulator.case import Case
from tasks.answers import OPTION_LETTERS
from tasks.records import Json

_LABEL = re.compile(r"^\W{0,3}(?:\(?[A-O][.):]+\)?\W{0,3})?(?P<name>[^:\n]{1,40}): \S.{10,}$", re.M)


def _tell_tale(case: Case, item: Json) -> str | None:
    """Options whose form shows which one is right."""
    if not is_choice(item) or len(item["options"]) < 3:
        return None
    options, right = item["options"], OPTION_LETTERS.index(item["key"][0])
    wrong = [i for i in range(len(options)) if i != right]
    detail = case.random.choice(["absolute", "punctuation", "detail", "twins"])
    if detail == "absolute":
        for i in wrong:
            options[i] = f"always {options[i]}"
    elif detail == "punctuation":
        stopped = options[right].endswith(".")
        for i in wrong:
            options[i] = options[i].rstrip(".") + ("" if stopped else ".")
        options[right] = options[right].rstrip(".") + ("." if stopped else "")
    elif detail == "detail":
        longest = max(len(options[i]) for i in wrong)
        options[right] += ", as far as the usual conditions hold and nothing else intervenes" + " meanwhile" * (
            longest // 10
        )
    else:
        options[wrong[0]] = f"the very {options[wrong[1]]}"
    return detail


def _passage_needed(case: Case, item: Json) -> str:
    said = item["instruction"]
    variants = {
        "according": f"According to the passage, {said[:1].lower()}{said[1:]}",
        "excerpt": f"{said} Base your choice on the excerpt.",
        "author": f"{said} Choose what the author suggests.",
    }
    detail = case.random.choice(sorted(variants))
    item["instruction"] = variants[detail]
    return detail


def _mistake_missing(case: Case, item: Json) -> str | None:
    mistakes = item.get("mistakes") or []
    wrong = [i for i, mistake in enumerate(mistakes) if mistake]
    if len(wrong) < 2:
        return None
    detail = case.random.choice(["dropped", "repeated"])
    if detail == "dropped":
        mistakes[wrong[0]] = ""
    else:
        mistakes[wrong[0]] = mistakes[wrong[1]]
    return detail


CHOICE: dict[str, Plant] = {
    **QUESTION,
    "tell_tale": in_an_item(_tell_tale, "options"),
    "passage_needed": in_an_item(_passage_needed),
    "mistake_missing": in_an_item(_mistake_missing, "options"),
}
DEFECTS = {"choice": CHOICE}
