"""Two runs held against each other: what changed between them, their figures, and which of their rows answer each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tasks.publish.comparison.changes import NONE, changes
from tasks.publish.comparison.comparison import Comparison, compare
from tasks.publish.comparison.figures import Figure
from tasks.publish.comparison.pairs import pair
from tasks.publish.comparison.rows import Place
from tasks.publish.comparison.wording import change_of, parts, shown
from tasks.publish.run_directory import RunDirectory
from tests.publish.small_run import SKILL, write_run

ASKED: dict[str, Any] = {
    "settings": {"judge": "all", "repairs": 1},
    "prompts": {"judge": "a" * 64, "old": "b"},
    "seed": 0,
}


def of(group: str, compared: Comparison) -> dict[str, tuple[float | None, float | None]]:
    return {figure.name: (figure.a, figure.b) for figure in compared.figures if figure.group == group}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    write_run(str(folder / "a"), **ASKED)
    write_run(str(folder / "b"), answer="It counts as far as four.", accepted=3)
    return folder


def compared(folder: Path, a: str, b: str, most: int = 9) -> Comparison:
    return compare(RunDirectory(str(folder / a)), RunDirectory(str(folder / b)), most)


def test_what_was_asked_otherwise_is_told() -> None:
    a = {"skills": {SKILL: {}}, "teacher": {"model": "small"}, "versions": {"code": "1"}, **ASKED}
    b = {
        "skills": {SKILL: {}},
        "teacher": {"model": "large"},
        "versions": {"code": "2"},
        "seed": 0,
        "settings": {"judge": "all", "repairs": 2, "new_setting": True},
        "prompts": {"judge": "c" * 64, "new": "d"},
    }
    assert [(each.group, each.name, each.a, each.b) for each in changes(a, b)] == [
        ("run", "teacher", "small", "large"),
        ("settings", "repairs", "1", "2"),
        ("settings", "new_setting", NONE, "yes"),
        ("prompts", "judge", "a" * 12, "c" * 12),
        ("prompts", "old", "b", NONE),
        ("prompts", "new", NONE, "d"),
        ("versions", "code", "1", "2"),
    ]
    assert changes(a, a) == []


def test_a_run_is_like_itself(folder: Path) -> None:
    same = compared(folder, "a", "a")
    assert (same.changed, same.rows.same, same.rows.pairs) == ([], 4, [])
    assert all(figure.a == figure.b for figure in same.figures)


def test_figures_stand_side_by_side(folder: Path) -> None:
    both = compared(folder, "a", "b")
    assert of("Yield", both)["rows accepted"] == (4, 3)
    assert of("Rejects by reason", both) == {"unsuitable": (2, 2), "vague": (2, 2)}
    assert of("Quality", both)["judge's score, mean"] == (8.0, 8.0)
    assert of("Checks skipped", both) == {"guess": (1.0, 1.0)}
    assert of("Lengths", both)["words of the answers, median"] == (2, 6)
    assert of("Cost", both)["cost"] == (0.014, 0.014) and of("Cost", both)["calls a row"] == (3.5, 3.5)
    assert of("Rows by task type", both) == {"any": (4, 4)}


def test_rows_are_paired_by_what_they_have_in_common(folder: Path) -> None:
    rows = compared(folder, "a", "b").rows
    assert (rows.same, rows.only_a, rows.only_b) == (0, 0, 0)
    assert dict(rows.paired) == {"the same task, answered anew": 4}
    for each in rows.pairs:
        told = {name: (before, after) for name, before, after in parts(each)}
        assert told["instruction"][0] == told["instruction"][1] != ""
        assert told["assistant"] == ("To four.\n→ f()", "It counts as far as four.\n→ f()")


def test_only_so_many_pairs_are_read(folder: Path) -> None:
    rows = compared(folder, "a", "b", 1).rows
    assert len(rows.pairs) == 1 and rows.paired.total() == 4


def test_without_their_shards_pairs_tell_the_whole_conversation(tmp_path: Path) -> None:
    a, b = write_run(str(tmp_path / "a")), write_run(str(tmp_path / "b"), answer="Four.")
    for store in (a, b):
        for path in store.files("steps/verify"):
            store.remove(path)
    told = list(parts(compared(tmp_path, "a", "b", 1).rows.pairs[0]))
    assert [name for name, *_ in told] == ["user", "assistant"]


def place(id: str, **more: Any) -> Place:
    facts = {"skill": SKILL, "task_type": "any", "document": "d", "uri": "d.txt", "span": (0, 9)}
    return Place(id=id, **{**facts, "transformation": "identity", "asked": id, **more})


@pytest.mark.parametrize(
    ("more", "common"),
    [
        ({"asked": "left"}, "the same task, answered anew"),
        ({}, "the same span, transformed alike"),
        ({"transformation": "retold"}, "the same span"),
        ({"span": (9, 20)}, "the same document"),
        ({"document": "edited", "span": (9, 20)}, "a document of the same name"),
        ({"task_type": "another"}, ""),
        ({"document": "other", "uri": "other.txt"}, ""),
    ],
)
def test_the_closest_counterpart_is_taken(more: dict[str, Any], common: str, folder: Path) -> None:
    runs = RunDirectory(str(folder / "a")), RunDirectory(str(folder / "b"))
    found = pair(*runs, ([place("left")], [place("right", **more)]), 0)
    assert list(found.paired) == [common] * bool(common)
    assert (found.only_a, found.only_b) == ((0, 0) if common else (1, 1))


def test_each_row_has_one_counterpart_at_most(folder: Path) -> None:
    runs = RunDirectory(str(folder / "a")), RunDirectory(str(folder / "b"))
    left = [place(f"a{number}", asked=f"{number}") for number in range(3)]
    right = [place(f"b{number}", asked=f"{number + 2}") for number in range(5)] + [place("a9")]
    found = pair(*runs, ([*left, place("a9")], right), 0)
    assert found.same == 1
    assert dict(found.paired) == {"the same task, answered anew": 1, "the same span, transformed alike": 2}
    assert (found.only_a, found.only_b) == (0, 2)


def test_figures_read_well() -> None:
    assert [shown(*each) for each in ((4, "number"), (1234.5, "number"), (0.5, "share"), (None, "dollars"))] == [
        "4", "1,234.50", "50.0%", NONE,
    ]  # fmt: skip
    assert [shown(0.00123, "dollars"), shown(12.0, "dollars"), shown(4.25, "seconds"), shown(65, "seconds")] == [
        "$0.0012", "$12.00", "4.2 s", "1 min 05 s",
    ]  # fmt: skip
    told = [
        (4, 5, "number"),
        (4, 4, "number"),
        (None, 1, "number"),
        (1, None, "number"),
        (0, 3, "number"),
        (0.5, 0.4, "share"),
    ]
    assert [change_of(Figure("", "", a, b, unit)) for a, b, unit in told] == [  # type: ignore[arg-type]
        "+25%", "=", "only in B", "only in A", "+3", "-10.0 points",
    ]  # fmt: skip
