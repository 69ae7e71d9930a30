"""Pairs of an old and a new form: number marks and spellings count, and a pair that is none is named to its author."""

from __future__ import annotations

import pytest

from tasks.checks.check import Finding
from tasks.kinds import all_checks
from tests.kinds.test_rewriting import c, record

TEXT = "The mill ground 3,200 sacks, each of 62,5 kg, and co-operated with No. 7 at 10.30; the café paid 1 200 €."
PAIRS = [
    ("3,200", "3200"),
    ("62,5", "62.5"),
    ("co-operated", "cooperated"),
    ("10.30", "10:30"),
    ("café", "cafe"),
    ("1 200 €", "1200 €"),
    ("No. 7", "Number 7"),
    ("62,5 kg", "62.5 kilograms"),
]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_marks_and_spellings_are_other_forms(old: str, new: str) -> None:
    pair = c("replace", 0, old, new)
    assert all_checks()["constraints_sound"](record("", pair, passage=TEXT)) is None
    assert all_checks()["constraints"](record(TEXT.replace(old, new), pair)) is None
    assert "the old word remains" in str(all_checks()["constraints"](record(TEXT, pair))) or (
        "missing" in str(all_checks()["constraints"](record(TEXT, pair)))
    )


@pytest.mark.parametrize(("old", "new"), [("sacks", "sacks"), ("Mill", "mill"), ("barrels", "casks"), ("3,20", "320")])
def test_a_pair_that_is_none_is_named(old: str, new: str) -> None:
    found = all_checks()["constraints_sound"](record("", c("replace", 0, old, new), passage=TEXT))
    assert isinstance(found, Finding) and found.told == f"“{old}” and “{new}”" and old not in found.problem
