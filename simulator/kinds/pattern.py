"""Defects of tasks by example, of their authors and of those who complete the open entry."""

from __future__ import annotations

import re

from simulator.author_defects import QUESTION, Plant, in_an_item
from simulator.case import Case, Planted
from tasks.records import Json

_OUTPUT = re.compile(r"^(?P<lead>\**(?:Output|A|Result|output|Answer)(?::|\s=)\**\s*)(?P<value>.+)$", re.M)


def examples_stand_in(defect: Json, formal: Json) -> bool:
    """Whether a row rests on the examples that an author's defect made, in whatever order; its instruction is many tasks'."""
    planted = (defect["value"] or {}).get("formal") or {}
    told = [{(e["input"], e["reasoning"], e["output"]) for e in f.get("examples", [])} for f in (planted, formal)]
    return (
        told[0] == told[1] and planted.get("query") == formal.get("query") and planted.get("rule") == formal.get("rule")
    )


def _ruled(item: Json) -> Json | None:
    formal: Json = item["formal"]
    return formal if formal["rule"]["cases"] and len(formal["examples"]) > 3 else None


def _example_astray(case: Case, item: Json) -> str | None:
    if (formal := _ruled(item)) is None:
        return None
    example = case.random.choice(formal["examples"])
    example["output"] += case.random.choice("137")
    return "output"


def _rule_astray(case: Case, item: Json) -> str | None:
    formal = _ruled(item)
    steps = [s for c in formal["rule"]["cases"] for s in c["steps"] if s["n"] or s["text"]] if formal else []
    if not steps:
        return None
    step = case.random.choice(steps)
    step["n"], step["text"] = step["n"] + (1 if step["n"] else 0), step["text"] and f"{step['text']}x"
    return str(step["op"])


def _too_few(case: Case, item: Json) -> str | None:
    if (formal := _ruled(item)) is None:
        return None
    formal["examples"] = formal["examples"][:1]
    return "one"


def _query_shown(case: Case, item: Json) -> str | None:
    formal = item["formal"]
    if not formal["examples"]:
        return None
    formal["query"] = formal["examples"][0]["input"]
    return "repeated"


def _reasons_missing(case: Case, item: Json) -> str | None:
    reasons = [e for e in item["formal"]["examples"] if e["reasoning"]]
    if len(reasons) < 2:
        return None
    reasons[0]["reasoning"] = ""
    return "one"


def _sum_astray(case: Case, item: Json) -> str | None:
    if item["formal"].get("sort") != "mathematics":
        return None
    example = case.random.choice(item["formal"]["examples"])
    found = list(re.finditer(r"(?<== )\d+", example["reasoning"]))
    if not found:
        return None
    start, end = case.random.choice(found).span()
    example["reasoning"] = (
        f"{example['reasoning'][:start]}{int(example['reasoning'][start:end]) + 1}{example['reasoning'][end:]}"
    )
    return "equation"


def _answer_astray(case: Case, item: Json) -> str | None:
    if item["formal"].get("sort") != "question":
        return None
    case.random.choice(item["formal"]["examples"])["output"] = "lighthouse keepers"
    return "output"


_CHANGES = (_example_astray, _rule_astray, _too_few, _query_shown, _reasons_missing, _sum_astray, _answer_astray)
IN_EXAMPLES = frozenset(change.__name__.strip("_") for change in _CHANGES)
PATTERN: dict[str, Plant] = {
    **{change.__name__.strip("_"): in_an_item(change, "formal") for change in _CHANGES},
    "not_self_contained": QUESTION["not_self_contained"],
}


def wrong_completion(case: Case) -> Planted | None:
    """Another output on the last line: a sign more, two signs exchanged, or another letter of a choice."""
    found = list(_OUTPUT.finditer(case.content))
    value = found[-1]["value"] if found else case.content
    a, b = found[-1].span("value") if found else (0, len(case.content))
    if "\n" in value or (not found and len(value.split()) > 8):
        return None
    if re.fullmatch(r"[A-D]", value) and re.search(r"\bB\W{1,5} ?\S", case.asked) and "Answer" in case.content:
        other = case.random.choice([x for x in "ABC" if x != value])
    else:
        other = value + case.random.choice("27" if value[-1].isdigit() else "27x")
    return case.content_becomes(case.content[:a] + other + case.content[b:], "output")


def bare_completion(case: Case) -> Planted | None:
    """The output alone, where the entries show how one gets there."""
    found = list(_OUTPUT.finditer(case.content))
    reasons = re.search(r"^\**(?:Reasoning|Thoughts|Because|reasoning|Steps)\b", case.asked, re.M)
    if not found or not reasons:
        return None
    return case.content_becomes(found[-1][0], "bare")


COMPLETED: dict[str, Plant] = {"wrong_completion": wrong_completion, "bare_completion": bare_completion}
DEFECTS = {"pattern": PATTERN, "response": COMPLETED}
