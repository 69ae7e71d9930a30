"""Versions: what they hold in each mode, that they are complete and never change, and that a kill anywhere alters nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet as pq
import pytest

from tasks.factory.factory import Ways
from tasks.factory.index import write_index
from tasks.factory.versions import name_after
from tasks.publish.publish import Parts
from tasks.publish.rows import FEEDBACK, dataset_columns
from tasks.records import Json
from tasks.records.store import Store
from tests.factory.taking_in import SKILL, about, latest, opened, rows_of, run, text
from tests.publish.older import write_as_earlier


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name in ("ant", "bee"):
        (folder / f"{name}.txt").write_text(text(name))
    return folder


def verified(version: Path) -> Json:
    """The manifest of a version of which every file is there as it says, and whose counts add up."""
    manifest: Json = json.loads((version / "manifest.json").read_text())
    files = {str(f.relative_to(version)) for f in version.rglob("*") if f.is_file()}
    assert files == {"manifest.json", *(file["path"] for file in manifest["files"])}
    for file in manifest["files"]:
        data = (version / file["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
    rows = rows_of(sorted((version / "dataset").rglob("*.parquet")))
    assert manifest["rows"] == len(rows) == len({row["id"] for row in rows})
    assert manifest["rows"] == sum(skill["accepted"] for skill in manifest["skills"].values())
    assert manifest["rows"] == sum(file.get("rows", 0) for file in manifest["files"] if "dataset/" in file["path"])
    for batch in manifest["batches"]:
        assert batch["gave"] == batch["rows"] + sum(batch["left_out"].values())
    assert sum(batch["rows"] for batch in manifest["batches"]) == manifest["rows"]
    assert manifest["rows"] == manifest["difference"]["added"] + manifest["difference"]["kept"]
    return manifest


def all_verified(out: Path) -> list[Json]:
    return [verified(version) for version in sorted((out / "versions").iterdir())]


@pytest.mark.parametrize(
    ("mode", "holds"),
    [
        ("append", ["ant", "asp", "bee", "cat"]),
        ("replace", ["asp", "bee", "cat"]),
        ("version", ["asp", "cat"]),
    ],
)
def test_what_a_version_holds_in_each_mode(mode: str, holds: list[str], docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs, mode=mode)
    (docs / "ant.txt").write_text(text("asp"))
    (docs / "cat.txt").write_text(text("cat"))
    run(out, docs, mode=mode)
    assert about(latest(out)) == holds
    assert run(out, docs, mode=mode) is None
    first, second = all_verified(out)
    assert first["parent"] is None and second["parent"] == first["version"]
    left_out = {"replaced": 1} if mode == "replace" else {}
    assert second["left_out"] == left_out
    assert about(rows_of(sorted((out / "versions" / first["version"] / "dataset").rglob("*.parquet")))) == [
        "ant",
        "bee",
    ]


def test_rows_of_vanished_documents_are_kept_or_go_and_come_back_unpaid(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs)
    (docs / "bee.txt").rename(tmp_path / "bee.txt")
    assert run(out, docs, vanished="keep") is None
    gone = run(out, docs, vanished="withdraw")
    assert gone is not None and (gone["left_out"], about(latest(out))) == ({"vanished": 1}, ["ant"])
    (tmp_path / "bee.txt").rename(docs / "elsewhere.txt")
    back = run(out, docs, vanished="withdraw")
    assert back is not None and back["difference"] == {"added": 1, "removed": 0, "kept": 1}
    assert len(back["batches"]) == 1
    all_verified(out)


def test_a_row_that_says_what_another_says_is_left_out_and_counted(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs, says=lambda piece: piece.passage)
    (docs / "cat.txt").write_text(text("cat"))
    manifest = run(out, docs, says=lambda _: text("ant"))
    assert manifest is None  # all that the new batch says has been said
    (docs / "dog.txt").write_text(text("dog"))
    run(out, docs)
    *_, last = all_verified(out)
    assert last["left_out"] == {"duplicate": 1} and about(latest(out)) == ["ant", "bee", "dog"]


def test_what_a_version_shares_with_its_parent_is_on_the_disk_once(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out, docs)
    (docs / "cat.txt").write_text(text("cat"))
    run(out, docs)
    first, second = (sorted((v / "dataset").rglob("*.parquet")) for v in sorted((out / "versions").iterdir()))
    [shared] = [part for part in second if part.name == first[0].name]
    assert len(second) == 2 and os.path.samefile(first[0], shared)


def test_versions_are_named_by_time_and_in_order_whatever_the_clock_says() -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert name_after("", now) == "2026-01-02T03-04-05Z" == name_after("2026-01-01T00-00-00Z", now)
    assert name_after("2026-01-02T03-04-05Z", now) == "2026-01-02T03-04-06Z"
    assert name_after("2027-01-01T00-00-00Z", now) == "2027-01-01T00-00-01Z"


def test_so_many_versions_are_kept(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name in ("cat", "dog", "elk"):
        (docs / f"{name}.txt").write_text(text(name))
        run(out, docs, keep_versions=2)
    assert [v["rows"] for v in all_verified(out)] == [4, 5]
    assert about(latest(out)) == ["ant", "bee", "cat", "dog", "elk"]


class Killed(BaseException):
    pass


def killed_at(commit: int, monkeypatch: pytest.MonkeyPatch, work: Callable[[], Any]) -> bool:
    """Do the work until it puts something in its place for the time that `commit` says, and end there."""
    left = commit
    with monkeypatch.context() as patched:
        for name in ("replace", "rename", "link"):
            real = getattr(os, name)

            def put(*places: str, real: Any = real) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    raise Killed
                real(*places)

            patched.setattr(os, name, put)
        try:
            work()
        except Killed:
            return True
    return False


@pytest.mark.services
def test_killed_at_any_commit_the_next_run_makes_the_same_version(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "whole", docs, mode="replace")
    (docs / "cat.txt").write_text(text("cat"))
    (docs / "ant.txt").write_text(text("asp"))
    whole = run(tmp_path / "whole", docs, mode="replace")
    assert whole is not None
    for name, was in (("cat", ""), ("ant", text("ant"))):
        (docs / f"{name}.txt").write_text(was) if was else (docs / f"{name}.txt").unlink()
    run(tmp_path / "base", docs, mode="replace")
    (docs / "cat.txt").write_text(text("cat"))
    (docs / "ant.txt").write_text(text("asp"))
    commit = 0
    while True:
        out = tmp_path / f"out{commit}"
        shutil.copytree(tmp_path / "base", out, symlinks=True)
        if not killed_at(commit, monkeypatch, lambda out=out: run(out, docs, mode="replace")):  # type: ignore[misc]
            break
        before = len(list((out / "versions").iterdir()))
        all_verified(out)
        run(out, docs, mode="replace")
        *_, last = all_verified(out)
        told = {name: last[name] for name in ("rows", "left_out", "difference")}
        assert told == {name: whole[name] for name in told}, commit
        assert sorted(r["id"] for r in latest(out)) == sorted(r["id"] for r in latest(tmp_path / "whole"))
        assert len(list((out / "versions").iterdir())) == 2 >= before
        assert (
            json.loads((out / "latest.json").read_text())["version"]
            == last["version"]
            == os.path.basename(os.readlink(out / "latest"))
        )
        assert not list(out.rglob("*.tmp")) and not list(out.glob(".version-*"))
        commit += 1
    assert commit > 8


def test_a_bucket_is_as_good_as_a_folder(docs: Path) -> None:
    out = "memory://factory"
    run(out, docs)
    (docs / "cat.txt").write_text(text("cat"))
    second = run(out, docs)
    assert second is not None and second["difference"] == {"added": 1, "removed": 0, "kept": 2}
    store = Store(out)
    assert (store.read_json("latest.json") or {})["version"] == second["version"]
    fsspec.filesystem("memory").pipe_file("/factory/versions/9999-01-01T00-00-00Z/README.md", b"half")
    with opened(out) as plant:
        assert plant.latest == second["version"] and len(store.files("versions")) == 2
        assert plant.make_version(Ways(), {}) is None
    fsspec.filesystem("memory").rm("/factory", recursive=True)


def test_rows_that_an_earlier_code_gave_are_written_anew_in_the_columns_of_today(docs: Path, tmp_path: Path) -> None:
    """Neither ids nor what counts as changed differ for it, and what has the columns is linked as ever."""
    out = tmp_path / "out"
    run(out, docs)
    store = Store(str(out))
    (batch,) = store.files("batches")
    for folder in (batch, *store.files("versions")):
        write_as_earlier(store, f"{folder}/dataset/{SKILL}")
    (name,) = (path.rsplit("/", 1)[-1] for path in store.files("versions"))
    manifest = store.read_json(f"versions/{name}/manifest.json") or {}
    store.write_json(f"versions/{name}/manifest.json", {n: value for n, value in manifest.items() if n != "columns"})
    assert run(out, docs) is None  # other columns are no other rows
    (docs / "cat.txt").write_text(text("cat"))
    told = run(out, docs)
    assert told is not None and told["difference"] == {"added": 1, "removed": 0, "kept": 2}
    files = sorted((out / "latest" / "dataset").rglob("*.parquet"))
    assert [pq.read_schema(file).equals(dataset_columns()) for file in files] == [True, True]
    assert about(rows_of(files)) == ["ant", "bee", "cat"] and verified(out / "latest") == told
    assert sorted(row["passage"] is None for row in rows_of(files)) == [False, True, True]
    (docs / "dog.txt").write_text(text("dog"))
    run(out, docs)
    linked = {os.stat(file).st_ino for file in (out / "latest" / "dataset").rglob("*.parquet")}
    earlier = out / "versions" / told["version"] / "dataset" / SKILL
    assert {os.stat(earlier / file.name).st_ino for file in files} < linked


def test_feedback_that_lacks_a_column_of_today_has_it_in_a_version(docs: Path, tmp_path: Path) -> None:
    out, columns = tmp_path / "out", FEEDBACK["preferences"]
    run(out, docs)
    store = Store(str(out))
    (batch,) = store.files("batches")
    facts = {"id": "p", "row": "r", "document": "d", "skill": SKILL, "score": 7.0}
    with Parts(
        store, f"{batch}/feedback/{SKILL}/preferences", columns.remove(columns.get_field_index("tools"))
    ) as pairs:
        pairs.add(facts)
    write_index(store, batch)
    assert run(out, docs) is not None
    (file,) = (out / "latest" / "feedback").rglob("*.parquet")
    assert pq.read_schema(file).equals(columns) and rows_of([file]) == [{**dict.fromkeys(columns.names), **facts}]
