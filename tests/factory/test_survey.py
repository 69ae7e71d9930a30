"""What is new, changed, copied, gone and back; which batch takes it in; nothing is read or paid for again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tasks.factory.registry import Damaged
from tests.factory.taking_in import about, carry_out, latest, look, opened, plan, run, text


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name in ("ant", "bee"):
        (folder / f"{name}.txt").write_text(text(name))
    return folder


def test_what_is_new_changed_copied_gone_and_back(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs)
    (docs / "ant.txt").write_text(text("asp"))
    (docs / "again.txt").write_text(text("bee"))
    (docs / "cat.txt").write_text(text("cat"))
    with opened(out) as plant:
        found = look(plant, docs)
        assert {(f.found.uri.rsplit("/", 1)[-1], f.changed) for f in found.fresh} == {
            ("ant.txt", True),
            ("cat.txt", False),
        }
        assert (found.unchanged, found.gone) == (2, 0)
        (docs / "bee.txt").rename(tmp_path / "bee.txt")
        assert look(plant, docs).gone == 1
        (tmp_path / "bee.txt").rename(docs / "bee.txt")
        assert look(plant, docs).gone == 0


def test_a_change_that_leaves_size_and_time_is_seen(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs)
    file = docs / "ant.txt"
    before = file.stat()
    file.write_text(text("auk"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    with opened(out) as plant:
        assert [f.found.uri.rsplit("/", 1)[-1] for f in look(plant, docs).fresh] == ["ant.txt"]


def test_while_something_cannot_be_listed_nothing_is_gone(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs)
    (docs / "bee.txt").unlink()
    with opened(out) as plant:
        assert look(plant, docs, tmp_path / "not there").gone == 0
        assert look(plant, docs).gone == 1
        assert look(plant, docs, tmp_path / "not there").gone == 1
    (docs / "ant.txt").unlink()
    with opened(out) as plant:
        found = look(plant, docs)
        assert (found.gone, found.fresh, len(found.unreadable)) == (1, [], 1)


def test_only_new_rows_of_a_changed_file_of_rows_are_taken_in(tmp_path: Path) -> None:
    out, file = tmp_path / "out", tmp_path / "rows.jsonl"
    file.write_text("".join(f'{{"text": "{text(name)}"}}\n' for name in ("ant", "bee")))
    run(out, file)
    file.write_text("".join(f'{{"text": "{text(name)}"}}\n' for name in ("bee", "cat", "ant")))
    manifest = run(out, file)
    assert manifest is not None and manifest["difference"] == {"added": 1, "removed": 0, "kept": 2}
    assert about(latest(out)) == ["ant", "bee", "cat"]


def test_an_unfinished_batch_is_taken_up_again_before_what_is_new(docs: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "out") as plant:
        [first] = plan(plant, docs)
    (docs / "cat.txt").write_text(text("cat"))
    with opened(tmp_path / "out") as plant:
        again, second = plan(plant, docs)
        assert again.resumed and again.plan == first.plan and not second.resumed
        carry_out(plant, again)
        (docs / "cat.txt").unlink()
        assert plan(plant, docs) == []


def test_of_an_unfinished_batch_stays_what_is_as_it_was(docs: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "out") as plant:
        [first] = plan(plant, docs)
        (docs / "ant.txt").write_text(text("asp"))
        again, second = plan(plant, docs)
        assert again.plan.id == first.plan.id
        assert [f.uri.rsplit("/", 1)[-1] for f in again.plan.files] == ["bee.txt"]
        assert [f.uri.rsplit("/", 1)[-1] for f in second.plan.files] == ["ant.txt"]


def test_what_is_to_be_made_in_another_way_goes_into_the_next_batch(docs: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "out") as plant:
        [first] = plan(plant, docs, how="cheap")
        [second] = plan(plant, docs, how="dear")
        assert second.plan.id != first.plan.id and len(second.files) == 2
        assert [batch.plan.id for batch in plan(plant, docs, how="dear")] == [second.plan.id]


def test_what_the_limit_leaves_out_waits_for_the_next_run(docs: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "out") as plant:
        [first] = plan(plant, docs, limit=1)
        carry_out(plant, first)
        [second] = plan(plant, docs, limit=1)
        assert {f.key for f in first.files}.isdisjoint(f.key for f in second.files)


def test_a_damaged_registry_is_told_and_nothing_is_taken_for_new(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs)
    (out / "registry.json").write_text('{"batches": [')
    with (
        pytest.raises(Damaged, match=r"out/registry\.json is damaged: put a sound copy back, or delete it"),
        opened(out),
    ):
        pass


def test_a_factory_is_no_document_and_takes_no_run(docs: Path, tmp_path: Path) -> None:
    from tasks.records.store import DirectoryTaken, Store

    run(docs / "factory", docs)
    with opened(docs / "factory") as plant:
        assert look(plant, docs).unchanged == 2
    with opened(tmp_path / "other") as plant:
        assert len(look(plant, docs).fresh) == 2
    with pytest.raises(DirectoryTaken, match="holds a factory"):
        Store(str(docs / "factory")).claim("fermi")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "manifest.json").write_text("{}")
    with pytest.raises(DirectoryTaken, match="holds a run, and no factory"), opened(tmp_path / "run"):
        pass
