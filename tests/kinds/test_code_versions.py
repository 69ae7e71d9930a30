"""Code that was to be tidied up, mended or made faster: it is another one, does the same, and is faster where that was wanted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from simulator.skill_runs import skill_run
from tasks.checks.check import Finding
from tasks.kinds import all_checks
from tasks.kinds.coding.names import unbound
from tasks.records import Record, Source
from tasks.tools import sandbox

needs_sandbox = pytest.mark.skipif(bool(sandbox.available()), reason="no sandbox here")

SHARED = """def shared(left, right):
    found = []
    for item in left:
        for other in right:
            if item == other and item not in found:
                found.append(item)
    return found
"""
TOTALS = """def totals(rows):
    result = {}
    for name, amount in rows:
        if name in result:
            result[name] = result[name] + amount
        else:
            result[name] = amount
    return result
"""
CODES = {"shared": SHARED, "totals": TOTALS}


def answered(name: str, code: str, wish: str = "", language: str = "python", judged: str = "same_behaviour") -> Record:
    shown = CODES.get(name, "")
    formal: dict[str, Any] = {
        "judged": judged, "code": shown, "code_language": language, "language": language, "names": [name], "stdin": "",
        "solution": "", "wrong": [],
    }  # fmt: skip
    wish = wish or f"Make `{name}` run in linear time."
    return Record(
        source=Source(id="s", uri="u", kind="text"),
        skill="coding",
        answer_form="code",
        instruction=wish,
        formal=formal,
        messages=[
            {"role": "user", "content": wish},
            {"role": "assistant", "content": f"Here it is.\n\n```{language}\n{code}```"},
        ],
    )


def found(record: Record) -> Finding:
    if (problem := all_checks()["code_changed"](record)) is not None:
        return Finding(problem=problem)
    return asyncio.run(all_checks()["behaves_alike"].find(record, skill_run("coding")))


SETS = """def shared(left, right):
    wanted, seen, found = set(right), set(), []
    for item in left:
        if item in wanted and item not in seen:
            seen.add(item)
            found.append(item)
    return found
"""
KEYS = """def shared(left, right):
    wanted = set(right)
    return list(dict.fromkeys(x for x in left if x in wanted))
"""
GET = """def totals(rows):
    result = {}
    for name, amount in rows:
        result[name] = result.get(name, 0) + amount
    return result
"""
SPLIT = """def _add(result, name, amount):
    result[name] = result[name] + amount if name in result else amount


def totals(rows):
    result = {}
    for name, amount in rows:
        _add(result, name, amount)
    return result
"""
GOOD = {
    "sets": answered("shared", SETS),
    "ordered keys": answered("shared", KEYS),
    "tidied": answered("totals", GET, "Get rid of the repetition in `totals`."),
    "in two parts": answered("totals", SPLIT, "Split `totals` into two functions."),
}
FLATTEN = "Flatten the branches of `totals`."
UNCHANGED = {
    "as it was": answered("shared", SHARED),
    "with comments": answered(
        "shared", SHARED.replace("    found = []", "    # collects what both have\n    found = []")
    ),
    "with a docstring": answered("shared", SHARED.replace("):\n", '):\n    """What both have."""\n', 1)),
    "with annotations": answered("totals", TOTALS.replace("rows)", "rows: list) -> dict"), FLATTEN),
    "the broken code again": answered("totals", TOTALS, "`totals` fails on empty names. Mend it.", judged="repair"),
}
INDEXED = """def shared(left, right):
    found = []
    for i, item in enumerate(left):
        for j, other in enumerate(right):
            if left[i] == right[j] and item not in found:
                found.append(item)
    return found
"""
NO_FASTER = {
    "other names": answered("shared", SHARED.replace("item", "x").replace("other", "y")),
    "enumerate": answered("shared", INDEXED),
}
UNORDERED = """def shared(left, right):
    return sorted(set(left) & set(right))
"""
REPEATED = """def shared(left, right):
    wanted = set(right)
    return [x for x in left if x in wanted]
"""
LAST = """def totals(rows):
    return {name: amount for name, amount in rows}
"""
OTHER_RESULTS = {
    "order lost": answered("shared", UNORDERED),
    "repeats kept": answered("shared", REPEATED),
    "last wins": answered("totals", LAST, "Shorten `totals`."),
    "starts at one": answered("totals", GET.replace("name, 0", "name, 1"), "Shorten `totals`."),
}


@needs_sandbox
@pytest.mark.parametrize("name", GOOD)
def test_new_code_that_does_the_same(name: str) -> None:
    finding = found(GOOD[name])
    assert not finding.problem and finding.doubt is None and not finding.skipped


@pytest.mark.parametrize("name", UNCHANGED)
def test_code_that_comes_back_as_it_was(name: str) -> None:
    assert all_checks()["code_changed"](UNCHANGED[name]) is not None


@needs_sandbox
@pytest.mark.parametrize("name", NO_FASTER)
@pytest.mark.services
def test_code_that_is_no_faster(name: str) -> None:
    assert "no faster" in found(NO_FASTER[name]).problem


@needs_sandbox
@pytest.mark.parametrize("name", OTHER_RESULTS)
def test_code_with_other_results(name: str) -> None:
    assert found(OTHER_RESULTS[name]).doubt is not None


def test_shell_code_is_compared_by_its_letters() -> None:
    script = "sum() {\n  echo $(( $1 + $2 ))\n}\n"
    CODES["sum"] = script
    same = answered("sum", "# adds\nsum() {\n    echo $(( $1 + $2 ))\n}\n", "Tidy up `sum`.", "bash")
    other = answered("sum", "sum() { printf '%d\\n' \"$(($1 + $2))\"; }\n", "Tidy up `sum`.", "bash")
    assert all_checks()["code_changed"](same) is not None and all_checks()["code_changed"](other) is None


CLEAN = [
    "from collections import Counter\n\ndef top(words):\n    return Counter(w.lower() for w in words).most_common(1)[0][0]\n",
    "class Stack:\n    def __init__(self):\n        self.items = []\n    def push(self, x):\n        self.items.append(x)\n",
    "def f(rows):\n    try:\n        return max(rows)\n    except ValueError as error:\n        raise KeyError from error\n",
    "import numpy as np\n\ndef mean(x):\n    return np.asarray(x).mean().item()\n",
    "from dataclasses import dataclass\n\n@dataclass\nclass P:\n    x: int\n\ndef shift(p, by):\n    return P(p.x + by)\n",
    "def walk(tree):\n    match tree:\n        case [left, *rest]:\n            return walk(left) + len(rest)\n",
    "import re\n\nWORD = re.compile(r'\\w+')\n\ndef words(text):\n    return [m.group() for m in WORD.finditer(text)]\n",
    "def gen(n):\n    global count\n    count = n\n    while (left := count) > 0:\n        count -= 1\n        yield left\n",
]
LOST = {
    "def f(items):\n    return sum(x for x in values)\n": {"values"},
    "def f(text):\n    return text.trim().uppercase()\n": {"trim", "uppercase"},
    "def f(rows):\n    for row in rows:\n        total += row\n    return totals\n": {"totals"},
    "def f(n):\n    return math.sqrt(n)\n": {"math"},
    "def f(names):\n    return names.length\n": {"length"},
    "class A:\n    def run(self):\n        return self.begin() + helper(1)\n": {"begin", "helper"},
}


@pytest.mark.parametrize("code", CLEAN)
def test_code_whose_names_are_all_bound(code: str) -> None:
    assert unbound(code) == set()


@pytest.mark.parametrize("code", LOST)
def test_names_that_nothing_binds(code: str) -> None:
    assert unbound(code) == LOST[code]
    asked = answered("f", code, "Write `f`.", judged="tests")
    assert "bound nowhere" in str(all_checks()["code_parses"](replace(asked, formal={**asked.formal, "names": []})))


SORTED = """def span(pairs):
    pairs.sort()
    return pairs[-1][1] - pairs[0][0] if pairs else 0
"""
POPPED = """def last(items):
    return items.pop() if items else None
"""
KEPT_WISH = "Write `{}`. The list that is passed in must not be changed."


@needs_sandbox
@pytest.mark.parametrize(
    ("name", "code", "wish", "kept"),
    [
        ("span", SORTED, KEPT_WISH, False),
        ("span", SORTED.replace("    pairs.sort()", "    pairs = sorted(pairs)"), KEPT_WISH, True),
        ("last", POPPED, "Write `{}`, which gives the last item without changing the list.", False),
        ("last", POPPED.replace("items.pop()", "items[-1]"), "Write `{}`, leaving its argument as it is.", True),
        ("last", POPPED, "Write `{}`, which takes the last item off the list and returns it.", True),
    ],
)
def test_arguments_that_have_to_stay_as_they_are(name: str, code: str, wish: str, kept: bool) -> None:
    record = answered(name, code, wish.format(name), judged="tests")
    finding = asyncio.run(all_checks()["arguments_kept"].find(record, skill_run("coding")))
    assert bool(finding.problem) is not kept
