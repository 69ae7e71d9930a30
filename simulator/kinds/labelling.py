"""Defects of label sets, of their authors and of those who label by them."""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.author_defects import QUESTION, Plant, in_an_item
from simulator.case import Case, Planted
from tasks.records import Json

_LABEL = re.compile(r"^\W{0,3}(?:\(?[A-O][.):]+\)?\W{0,3})?(?P<name>[^:\n]{1,40}): \S.{10,}$", re.M)


def _names(item: Json) -> list[str]:
    return [option.split(":", 1)[0] for option in item.get("options") or []]


def _wrong_label(case: Case, item: Json) -> str | None:
    """Another label of the set in the key; of several right ones, one is exchanged or left out."""
    key, others = item.get("key") or [], [n for n in _names(item) if n not in (item.get("key") or [])]
    if not key or not others:
        return None
    if len(key) > 2 and case.random.random() < 0.5:
        item["key"] = key[1:]
        return "left_out"
    item["key"] = [case.random.choice(others), *key[1:]]
    return "exchanged"


def _spoilt_set(case: Case, item: Json) -> str | None:
    """A label set that cannot be applied: no definition, one twice, a name twice, a key outside of it or all of it."""
    options, names = item.get("options") or [], _names(item)
    if len(options) < 3 or not item.get("key"):
        return None
    detail = case.random.choice(["undefined", "twins", "name_twice", "outside", "everything"])
    if detail == "undefined":
        options[0] = names[0]
    elif detail == "twins":
        options[1] = f"{names[1]}: {options[0].split(':', 1)[1].strip()}"
    elif detail == "name_twice":
        options[1] = f"{names[0]}:{options[1].split(':', 1)[1]}"
    elif detail == "outside":
        item["key"] = ["something else"]
    else:
        item["key"] = names
    return detail


def _stray_example(case: Case, item: Json) -> str | None:
    examples = (item.get("formal") or {}).get("examples") or []
    if len(examples) < 2:
        return None
    detail = case.random.choice(["unknown_label", "the_text_itself", "one_label"])
    if detail == "unknown_label":
        examples[0]["label"] = "something else"
    elif detail == "the_text_itself":
        examples[0]["text"] = item.get("passage") or case.blocks.get("passage", "")
    else:
        for example in examples:
            example["label"] = examples[0]["label"]
    return detail


def wrong_label(case: Case) -> Planted | None:
    """Another label of those on offer, wherever the answer gives its own; of several, one less."""
    names = list(dict.fromkeys(m["name"].strip() for m in _LABEL.finditer(case.asked)))
    given = [n for n in names if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", case.content)]
    others = [n for n in names if n not in given]
    if len(names) < 3 or not given or not others:
        return None
    listed = ", ".join(given)
    if len(given) > 1 and listed in case.content and case.random.random() < 0.5:
        return case.content_becomes(case.content.replace(listed, ", ".join(given[1:])), "left_out")
    # The answer stands on the last line or opens the text; a label between is one that was ruled out.
    settled = case.content.rfind("Answer:")
    old = max(given, key=case.content.rfind) if settled >= 0 else min(given, key=case.content.find)
    spoilt = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", case.random.choice(others), case.content)
    return case.content_becomes(spoilt, "exchanged")


LABELLING: dict[str, Plant] = {
    **{kind: QUESTION[kind] for kind in ("not_self_contained", "key_leak", "evidence_not_in_passage")},
    "wrong_key": in_an_item(_wrong_label, "key"),
    "spoilt_set": in_an_item(_spoilt_set, "options", "key"),
    "stray_example": in_an_item(_stray_example, "formal"),
}
RESPONSE: dict[str, Callable[[Case], Planted | None]] = {"wrong_label": wrong_label}
DEFECTS = {"labelling": LABELLING, "response": RESPONSE}
