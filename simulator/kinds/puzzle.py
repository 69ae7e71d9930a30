"""Defects of a puzzle's author: prose and data that part ways, rules too many or too few, options that claim another thing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from simulator.author_defects import QUESTION, Plant, in_an_item
from simulator.case import Case
from tasks.answers import OPTION_LETTERS
from tasks.records import Json

DATA_ASTRAY = frozenset({"data_astray", "option_astray"})
"""Kinds that leave the prose alone: the row is worse if its key is another than without them."""


def _arrangement(item: Json) -> Json | None:
    formal: Json = item.get("formal") or {}
    found = formal.get("arrangement")
    return found if found and found.get("rules") and not item.get("unsuitable") else None


def _with_rule(item: Json, puzzle: Json, rule: Json) -> None:
    """One rule more, in the data and in a line of its own in the prose."""
    head, _, tail = item["instruction"].rpartition("\n\n")
    item["instruction"] = f"{head}\n- {rule['words']}.\n\n{tail}"
    puzzle["rules"] = [*puzzle["rules"], rule]


def _unsolvable(case: Case, item: Json) -> str | None:
    puzzle = _arrangement(item)
    if not puzzle or puzzle.get("asks") == "which_rule_clashes":
        return None
    thing, attribute = case.random.choice(puzzle["things"]), puzzle["attributes"][0]
    said = {"kind": "is_not", "things": [thing], "values": attribute["values"], "attribute": attribute["name"]}
    _with_rule(item, puzzle, {"first": [said], "words": f"{thing} has none of these"})
    return "contradiction"


def _idle_rule(case: Case, item: Json) -> str | None:
    puzzle = _arrangement(item)
    if not puzzle:
        return None
    thing, attribute = case.random.choice(puzzle["things"]), puzzle["attributes"][0]
    said = {"kind": "is", "things": [thing], "values": attribute["values"], "attribute": attribute["name"]}
    _with_rule(item, puzzle, {"first": [said], "words": f"{thing} has one of these"})
    return "idle"


def _rule_unstated(case: Case, item: Json) -> str | None:
    puzzle = _arrangement(item)
    lines = [rule["words"] for rule in puzzle["rules"] if f"- {rule['words']}" in item["instruction"]] if puzzle else []
    if not lines:
        return None
    words = case.random.choice(lines)
    item["instruction"] = re.sub(rf"\n- {re.escape(words)}[^\n]*", "", item["instruction"], count=1)
    return "rule"


def _rule_altered(case: Case, item: Json) -> str | None:
    """Two names exchanged in a sentence, in the prose and in the rule's words, not in its data."""
    puzzle = _arrangement(item)
    if not puzzle:
        return None
    for rule in case.random.sample(puzzle["rules"], len(puzzle["rules"])):
        named = [t for t in puzzle["things"] if t in rule["words"]]
        if len(named) == 2 and re.search(r"earlier|directly|^If", rule["words"]):
            words = named[1].join(part.replace(named[1], named[0]) for part in rule["words"].split(named[0]))
            item["instruction"] = item["instruction"].replace(rule["words"], words)
            rule["words"] = words
            return "exchanged"
    return None


def _foreign_thing(case: Case, item: Json) -> str | None:
    """A thing that the data know by another name than the prose."""
    puzzle = _arrangement(item)
    if not puzzle:
        return None
    thing = case.random.choice(puzzle["things"])
    item["formal"] = _renamed(item["formal"], thing, "Quicksilver")
    return "thing"


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {k: v if k == "words" else _renamed(v, old, new) for k, v in value.items()}
    if isinstance(value, list):
        return [_renamed(v, old, new) for v in value]
    return new if value == old else value


def _data_astray(case: Case, item: Json) -> str | None:
    """A figure or a kind of statement that the prose does not have."""
    formal = item.get("formal") or {}
    if numbers := formal.get("numbers"):
        places = [i for i, text in enumerate(numbers["conditions"]) if re.search(r"\d", text)]
        if not places:
            return None
        at = case.random.choice(places)
        text = numbers["conditions"][at]
        found = list(re.finditer(r"\d+", text))[-1]
        numbers["conditions"][at] = f"{text[: found.start()]}{int(found[0]) + 1}{text[found.end() :]}"
        return "number"
    if journey := formal.get("journey"):
        if journey["kind"] == "crossing":
            journey["seats"] = journey.get("seats", 1) + 1
        elif journey["kind"] == "jugs":
            journey["sizes"][0] += 1
        else:
            journey["links"][0]["cost"] += 40
        return str(journey["kind"])
    puzzle = _arrangement(item)
    plain = [s for r in puzzle["rules"] for s in r["first"]] if puzzle else []
    swap = {
        "is": "is_not",
        "is_not": "is",
        "next_to": "apart",
        "apart": "next_to",
        "same": "different",
        "different": "same",
    }
    for said in case.random.sample(plain, len(plain)):
        if said["kind"] in swap:
            said["kind"] = swap[said["kind"]]
            return "rule"
    return None


def _option_astray(case: Case, item: Json) -> str | None:
    """Two options whose texts are exchanged against their claims."""
    puzzle = _arrangement(item)
    choices = puzzle.get("choices") or [] if puzzle else []
    if len(choices) < 2:
        return None
    a, b = case.random.sample(choices, 2)
    a["words"], b["words"] = b["words"], a["words"]
    return "exchanged"


def _choice_leak(case: Case, item: Json) -> str | None:
    puzzle = _arrangement(item)
    choices = puzzle.get("choices") or [] if puzzle else []
    key = item.get("key") or []
    if len(choices) < 2 or len(key) != 1:
        return None
    text = choices[OPTION_LETTERS.index(key[0])]["words"]
    item["instruction"] += case.random.choice([f" (The answer is {key[0]}, {text}.)", f" Hint: {text}."])
    return "option"


_CHANGES: dict[str, Callable[[Case, Json], str | None]] = {
    "unsolvable": _unsolvable,
    "idle_rule": _idle_rule,
    "rule_unstated": _rule_unstated,
    "rule_altered": _rule_altered,
    "foreign_thing": _foreign_thing,
    "data_astray": _data_astray,
    "option_astray": _option_astray,
    "choice_leak": _choice_leak,
}
PUZZLE: dict[str, Plant] = {
    "wrong_key": QUESTION["wrong_key"],
    "not_self_contained": QUESTION["not_self_contained"],
    "key_leak": QUESTION["key_leak"],
    "malformed_options": QUESTION["malformed_options"],
    **{kind: in_an_item(change) for kind, change in _CHANGES.items()},
}
DEFECTS = {"puzzle": PUZZLE}
