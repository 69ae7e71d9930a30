"""Records: what makes an id, what a draw depends on, and that JSON gives back what it was given."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.records import (
    Record,
    Reject,
    Source,
    derive,
    digest,
    identified,
    record_from_json,
    reject_from_json,
    rng,
    to_json,
)

SOURCE = Source(id="d1", uri="file:a.txt", kind="text", title="T", start=3, end=9)
HOSTILE = [
    "",
    "\0",
    "\ud800",
    "\udfff\ud800",
    "{",
    "{}{{{0}}}%s$x",
    "\u2028\u2029\x1b[0m",
    "\U0001f600 e\u0301",
    "x" * 200_000,
]
# A high and a low surrogate side by side are, in JSON, the one character they encode.
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters())).map(
    lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECT = st.dictionaries(TEXT, JSON, max_size=3)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "str": TEXT,
    "bool": st.booleans(),
    "int": st.integers(),
    "list[str]": st.lists(TEXT, max_size=3),
    "list[Json]": st.lists(OBJECT, max_size=3),
    "Json": OBJECT,
}


def any_of(kind: type[Any], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    drawn = {f.name: KINDS[str(f.type)] for f in fields(kind) if f.name not in fixed}
    return st.builds(kind, **drawn, **fixed)


RECORDS: st.SearchStrategy[Record] = any_of(Record, source=any_of(Source))
REJECTS: st.SearchStrategy[Reject] = any_of(Reject, record=RECORDS)


@settings(deadline=None, max_examples=60)
@given(RECORDS)
def test_record_round_trip(record: Record) -> None:
    line = to_json(record)
    assert line.isascii() and "\n" not in line
    assert record_from_json(line) == record
    assert identified(record_from_json(line)).id == identified(record).id


@settings(deadline=None, max_examples=60)
@given(REJECTS)
def test_reject_round_trip(reject: Reject) -> None:
    assert reject_from_json(to_json(reject)) == reject


CHANGED: dict[str, Any] = {
    "str": "other",
    "bool": False,
    "int": 7,
    "list[str]": ["other"],
    "list[Json]": [{"other": 1}],
    "Json": {"other": 1},
    "Source": replace(SOURCE, end=10),
}


@pytest.mark.parametrize(
    "name", [f.name for f in fields(Record) if f.name not in {"id", "lineage", "checks", "quality", "alternatives"}]
)
def test_every_field_of_the_identity_makes_another_id(name: str) -> None:
    plain = identified(Record(source=SOURCE))
    kind = next(str(f.type) for f in fields(Record) if f.name == name)
    changed = identified(replace(plain, **{name: CHANGED[kind]}))
    assert changed.id != plain.id
    assert len(changed.id) == 20


def test_how_a_record_came_about_leaves_its_id_alone() -> None:
    plain = identified(Record(source=SOURCE, instruction="Do."))
    told = replace(plain, id="other", lineage=[{"step": "refine"}], checks={"complete": "pass"})
    assert identified(told).id == plain.id


def test_text_does_not_slip_from_one_field_into_the_next() -> None:
    assert identified(Record(source=SOURCE, key=["a", "b"])).id != identified(Record(source=SOURCE, key=["ab"])).id
    assert digest("a", "b") != digest("ab") != digest(["a", "b"])


def test_derive_sets_parent_lineage_and_id_and_leaves_the_parent_alone() -> None:
    parent = identified(Record(source=SOURCE, lineage=[{"step": "transform"}]))
    child = derive(parent, {"step": "instruct"}, instruction="Do.")
    assert child.parent == parent.id and child.id == identified(child).id != parent.id
    assert child.lineage == [{"step": "transform"}, {"step": "instruct"}]
    assert parent.lineage == [{"step": "transform"}] and parent.instruction == ""


def test_the_order_of_keys_does_not_matter_to_a_digest() -> None:
    assert digest({"a": 1, "b": [{"c": 2, "d": 3}]}) == digest({"b": [{"d": 3, "c": 2}], "a": 1})


def test_a_digest_takes_records_and_refuses_what_is_not_json() -> None:
    assert digest(SOURCE) == digest(replace(SOURCE))
    with pytest.raises(TypeError):
        digest({1, 2})


def test_draws_are_the_same_in_every_process() -> None:
    code = "from tasks.records.record import rng; print(rng(1, 'a', ['\\ud800', {'b': None}]).random())"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        seen = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True)
        assert float(seen.stdout) == rng(1, "a", ["\ud800", {"b": None}]).random()


def test_draws_differ_between_decisions() -> None:
    firsts = {rng(seed, name).random() for seed in range(50) for name in ("a", "b")}
    assert len(firsts) == 100
