"""The steps of curation in their order: what each drops, what it says of it, and that the counts add up."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tasks.curation.choice import choose
from tasks.curation.fates import Fates
from tasks.curation.hold_out import documents_to_hold
from tasks.curation.lines import Lines, rows_at
from tasks.curation.mixing import in_turn, quotas
from tasks.curation.signatures import signature
from tasks.records import Json
from tasks.settings import Curating
from tests.curation.rows import lines_of, row, words, write_rows

NONE = Curating(hold_out=0)


def some(count: int, seed: int = 0, **more: object) -> list[Json]:
    """Rows that have nothing in common."""
    source = random.Random(seed)
    return [row(" ".join(words(source, 15)), " ".join(words(source, 30)), start=n, **more) for n in range(count)]  # type: ignore[arg-type]


def chosen(folder: Path, rows: list[Json], settings: Curating = NONE) -> Fates:
    return choose(lines_of(write_rows(folder / "run", rows)), settings)[0]


def told(fates: Fates) -> dict[str, tuple[str, str]]:
    """Id -> step and reason of each row that was dropped."""
    return {fates.lines.id(n): fates.why(n)[:2] for n in range(len(fates.lines)) if fates.why(n)[0]}


def test_each_step_says_what_it_dropped_and_why(tmp_path: Path) -> None:
    good, other = some(2)
    private = row(
        "Write a note to the landlord about the roof.", "Write to k.petrosyan84@webpost.am or call +374 10 123 456."
    )
    offline = row("What does the hen eat in the evening?", "Corn and what falls from the table.", model="offline")
    poor = row("Name the colours of the three doors.", "They are green, and two I forget.", score=3.0)
    again = {**good, "id": "again"}
    fates = chosen(tmp_path, [good, other, again, private, offline, poor], Curating(hold_out=0, min_score=5))
    assert told(fates) == {
        "again": ("exact", "duplicate"),
        private["id"]: ("privacy", "e_mail_address"),
        offline["id"]: ("quality", "not_for_training"),
        poor["id"]: ("quality", "low_score"),
    }
    assert fates.why(2)[3] == good["id"]
    (funnel,) = fates.funnel().values()
    assert [(step["in"], step["out"]) for step in funnel.values()] == [
        (6, 5),
        (5, 5),
        (5, 5),
        (5, 5),
        (5, 4),
        (4, 2),
        (2, 2),
        (2, 2),
    ]


def test_of_two_that_say_the_same_the_one_stays_that_is_fit(tmp_path: Path) -> None:
    first = row("Why does the ferry leave at five?", "The harbour freezes over later on.", score=2.0)
    second = row("Why does the ferry leave at five?", "The harbour freezes over later on.", score=9.0, start=3)
    assert told(chosen(tmp_path, [first, second], Curating(hold_out=0, min_score=5))) == {
        first["id"]: ("exact", "duplicate")
    }


def test_held_out_rows_share_no_document_and_no_task_with_the_others(tmp_path: Path) -> None:
    rows = [each for n in range(40) for each in some(5, seed=n, document=f"d{n}")]
    lines = lines_of(write_rows(tmp_path / "run", rows))
    held = documents_to_hold(lines, np.arange(len(lines)), 100, 0)
    twin = {**next(each for each in rows if each["provenance"]["document"] in held), "id": "twin"}
    twin = {
        **twin,
        "provenance": {**twin["provenance"], "document": "apart"},
        "instruction": f"{twin['instruction']} 7",
        "messages": twin["messages"][::-1],
    }
    fates, documents = choose(lines_of(write_rows(tmp_path / "more", [*rows, twin])), Curating(hold_out=100))
    assert documents == held and len(held) == 4, "a tenth of the rows"
    of = {lines.id(n): rows[n]["provenance"]["document"] for n in range(len(lines))}
    assert {of[fates.lines.id(n)] for n in np.flatnonzero(fates.held).tolist()} == set(held)
    assert told(fates) == {"twin": ("hold_out", "near_held_out")}
    assert not {of[fates.lines.id(n)] for n in fates.training.tolist()} & set(held)


def test_documents_stay_held_out_when_others_are_added(tmp_path: Path) -> None:
    rows = [each for n in range(60) for each in some(4, seed=n, document=f"d{n}")]
    few, many = lines_of(write_rows(tmp_path / "few", rows[:200])), lines_of(write_rows(tmp_path / "many", rows))
    before = documents_to_hold(few, np.arange(len(few)), 15, 0)
    after = documents_to_hold(many, np.arange(len(many)), 15, 0, before)
    assert set(before) <= set(after) and len(before) >= 3


def test_of_few_documents_one_is_held_out(tmp_path: Path) -> None:
    lines = lines_of(
        write_rows(tmp_path / "run", [each for n in range(5) for each in some(1, seed=n, document=f"d{n}")])
    )
    assert len(documents_to_hold(lines, np.arange(5), 100, 0)) == 1


def test_a_mix_takes_the_most_that_its_shares_allow() -> None:
    assert quotas({"a": 90, "b": 30, "c": 5}, {"a": 2, "b": 1}, 0) == {"a": 60, "b": 30, "c": 0}
    assert quotas({"a": 90, "b": 30, "c": 5}, {"a": 2, "b": 1}, 30) == {"a": 20, "b": 10, "c": 0}
    assert quotas({"a": 90, "b": 10}, {"a": 1, "b": 1}, 60) == {"a": 50, "b": 10}, "what one lacks another gives"
    assert quotas({"a": 90, "b": 10}, {}, 50) == {"a": 45, "b": 5}
    assert quotas({"a": 3, "b": 3, "c": 3}, {}, 100) == {"a": 3, "b": 3, "c": 3}
    assert sum(quotas({"a": 33, "b": 33, "c": 34}, {}, 50).values()) == 50


def test_strata_have_their_turn_and_their_best_rows_come_first() -> None:
    strata, scores = np.array([1, 1, 1, 2, 2]), np.array([5.0, np.nan, 9.0, 1.0, 2.0])
    assert in_turn(strata, scores) == [2, 4, 0, 3, 1]


def test_so_many_rows_are_kept_as_are_wanted(tmp_path: Path) -> None:
    rows = [*some(30), *some(10, seed=1, skill="fermi")]
    fates = chosen(tmp_path, rows, Curating(hold_out=0, rows=20, mix="fermi:1,coding:3"))
    kept = Counter(fates.lines.skills[number] for number in fates.lines.skill[fates.training])
    assert kept == {"coding": 15, "fermi": 5}
    assert set(told(fates).values()) == {("mix", "beyond_mix")}


@pytest.mark.parametrize("diversity", ["filter", "facility"])
def test_variations_of_one_row_are_fewer_in_a_choice(tmp_path: Path, diversity: str) -> None:
    source = random.Random(5)
    base = words(source, 40)
    varied = [row(" ".join(base[:12]), " ".join([*base[12:], *words(source, 5)]) + f" {n}", start=n) for n in range(30)]
    apart = some(30, seed=9)
    settings = Curating.model_validate({"hold_out": 0, "rows": 30, "diversity": diversity, "alike": 0.8})
    fates = chosen(tmp_path, [*varied, *apart], settings)
    ids = {fates.lines.id(n) for n in fates.training.tolist()}
    assert sum(each["id"] in ids for each in varied) <= 5
    assert sum(each["id"] in ids for each in apart) >= 25


def test_an_unknown_skill_of_a_mix_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown skill 'nope'"):
        chosen(tmp_path, some(2), Curating(mix="nope:1"))


def test_rows_are_read_by_their_numbers_where_the_lines_are_not_of_all_rows(tmp_path: Path) -> None:
    told = [row(f"Who is number {n}?", f"It is {n}.") for n in range(5)]
    whole = lines_of(write_rows(tmp_path / "run", told))
    some_of = Lines(whole.shards, [signature(whole.shards[0]).take(pa.array([1, 3, 4]))])
    found = {number: each["id"] for number, each in rows_at(some_of, [0, 2])}
    assert found == {0: whole.id(1), 2: whole.id(4)}
