"""A withdrawn document is in no later version, comes back under no name, and takes with it what other rows hold of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks.factory.factory import Ways
from tasks.factory.registry import Damaged
from tasks.factory.survey import key_at
from tasks.records import Json, Record
from tests.factory.taking_in import about, latest, opened, plan, run, text
from tests.factory.test_versions import all_verified


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "sub").mkdir(parents=True)
    for name in ("ant", "bee", "sub/cat"):
        (folder / f"{name}.txt").write_text(text(name.split("/")[-1]))
    return folder


def withdraw(out: Path, asked: str, key: str = "", reason: str = "") -> Json | None:
    with opened(out) as plant:
        plant.withdraw(asked, key, reason)
        return plant.make_version(plant.ways(), {})


def document_of(out: Path, name: str) -> str:
    found = [row["provenance"]["document"] for row in latest(out) if name in row["messages"][0]["content"]]
    return str(found[0])


@pytest.mark.parametrize("by", ["path", "uri", "name", "id", "start of id"])
def test_a_document_is_taken_out_by_any_name_of_it(by: str, docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs)
    id = document_of(out, "bee0")
    (docs / "bee.txt").unlink()
    asked = {"path": str(docs / "bee.txt"), "uri": "docs/bee.txt", "name": "bee.txt", "id": id, "start of id": id[:8]}[
        by
    ]
    manifest = withdraw(out, asked, key_at(asked), reason="asked by its author")
    assert manifest is not None and manifest["left_out"] == {"withdrawn": 1}
    assert about(latest(out)) == ["ant", "cat"]
    [record] = [json.loads(file.read_text()) for file in (out / "withdrawals").iterdir()]
    assert (record["asked"], record["documents"], record["rows"]) == (asked, [id], 1)
    assert record["reason"] == "asked by its author" and record["uris"] == ["docs/bee.txt"]
    [told] = manifest["withdrawals"]
    assert told.keys() == {"when", "documents", "rows", "compared"}
    all_verified(out)


def test_it_comes_back_neither_changed_nor_under_another_name(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs)
    withdraw(out, "docs/bee.txt")
    (docs / "copy.txt").write_text(text("bee"))
    (docs / "copy of it.md").write_text("\ufeff" + text("bee") + "\n\n")
    (docs / "bee.txt").write_text(text("bee", 50))
    assert run(out, docs) is None and about(latest(out)) == ["ant", "cat"]
    with opened(out) as plant:
        assert plan(plant, docs) == []
        assert plant.withdraw("docs/bee.txt", "", "") is plant.withdrawn.records[0]


def test_rows_of_others_that_hold_text_of_it_go_too(docs: Path, tmp_path: Path) -> None:
    """Shown as a source or quoted; a run of words that both documents have is no trace of the other."""
    both = text("notice", 12)
    (docs / "dog.txt").write_text(f"{both} {text('dog')}")
    (docs / "bee.txt").write_text(f"{both} {text('bee')}")

    def says(piece: Record) -> str:
        found = json.dumps([{"source": "x", "snippet": text("bee")[30:140]}]) if "ant0" in piece.passage else ""
        return f"{piece.passage} {found}"

    out = tmp_path / "out"
    run(out, docs, says=says)
    manifest = withdraw(out, "docs/bee.txt")
    assert manifest is not None and manifest["left_out"] == {"withdrawn": 2}
    assert about(latest(out)) == ["cat", "notice"]
    assert "bee3" not in json.dumps(latest(out))


def test_without_the_shards_it_is_said_that_nobody_can_tell(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs)
    for file in (out / "batches").rglob("steps/documents/*"):
        file.unlink()
    with opened(out) as plant:
        assert not plant.withdraw("bee.txt", "", "").compared
        manifest = plant.make_version(Ways(), {})
    assert manifest is not None and about(latest(out)) == ["ant", "cat"]


def test_every_version_of_a_file_goes_with_it(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs)
    (docs / "bee.txt").write_text(text("bumblebee"))
    run(out, docs)
    manifest = withdraw(out, "bee.txt")
    assert manifest is not None and manifest["left_out"] == {"withdrawn": 2} and about(latest(out)) == ["ant", "cat"]


def test_in_versions_of_new_rows_a_withdrawal_makes_one_of_what_the_last_held(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs, mode="version")
    manifest = withdraw(out, "bee.txt")
    assert manifest is not None and manifest["mode"] == "version" and about(latest(out)) == ["ant", "cat"]
    (docs / "dog.txt").write_text(text("dog"))
    run(out, docs, mode="version")
    assert about(latest(out)) == ["dog"]


def test_what_is_not_known_or_may_be_several_is_told(docs: Path, tmp_path: Path) -> None:
    (docs / "sub" / "ant.txt").write_text(text("another"))
    out = tmp_path / "out"
    run(out, docs)
    with opened(out) as plant:
        with pytest.raises(ValueError, match=r"no document 'emu\.txt' has been taken in: name it by"):
            plant.withdraw("emu.txt", "", "")
        with pytest.raises(
            ValueError, match=r"'ant\.txt' may be any of 2: docs/ant\.txt .*; docs/sub/ant\.txt .*; name"
        ):
            plant.withdraw("ant.txt", "", "")
    assert not (out / "withdrawals").exists()


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (
            '{"asked": "x", "when": "2026-01-01T00:00:00Z", "document": ["a"]}',
            "document: Extra inputs are not permitted",
        ),
        ('{"asked": "x", "when": "2026-01-01T00:00:00"}', "when: Input should have timezone info"),
        ("{", "file: Invalid JSON"),
    ],
)
def test_a_record_that_is_none_is_told_with_its_file(record: str, told: str, docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs)
    (out / "withdrawals").mkdir()
    (out / "withdrawals" / "mine.json").write_text(record)
    with pytest.raises(Damaged, match=rf"withdrawals/mine\.json is no record of a withdrawal \({told}"), opened(out):
        pass
